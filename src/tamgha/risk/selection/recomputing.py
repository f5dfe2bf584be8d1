"""Lane and probabilities again, from the stored row alone: what an auditor does (section 3)."""

from dataclasses import replace
from typing import assert_never

from tamgha.risk.selection.arrivals import arrival_decision
from tamgha.risk.selection.batch import batch_decision
from tamgha.risk.selection.decisions import CapacityFacts, Decision, ModselFacts
from tamgha.risk.selection.draws import Draws, is_below, rollout_purpose
from tamgha.risk.selection.lots import lot_decision
from tamgha.risk.selection.modsel import judge
from tamgha.shared.words import Words


def recompute(row: Decision) -> Decision:
    """Return the decision that follows from what a stored row says was known.

    Parameters
    ----------
    row : as stored; its lane, way and probabilities are not looked at

    Returns
    -------
    Decision; equal to the row where nothing was tampered with
    """
    facts = row.facts
    if isinstance(facts, ModselFacts):
        return _modsel_again(row, facts)
    return _capacity_again(row, facts)


def _modsel_again(row: Decision, facts: ModselFacts) -> Decision:
    owed = facts.before.owed(facts.expected)
    verdict = judge(row.declared.hits, row.declared.random_draw, facts, owed)
    return replace(
        row,
        lane=verdict.lane,
        way=verdict.way,
        ways=verdict.ways,
        chances=verdict.chances,
        member=verdict.member,
        facts=replace(facts, owed=owed, forced=verdict.forced),
    )


def _capacity_again(row: Decision, facts: CapacityFacts) -> Decision:
    match row.mode:
        case "batch":
            return batch_decision(row.declared, facts)
        case "lots":
            return lot_decision(row.declared, facts)
        case "arrivals":
            return arrival_decision(row.declared, facts)
        case "modsel":
            raise TypeError("a row of mode modsel carries facts of mode capacity")
    assert_never(row.mode)


_DIFFERS = Words(
    "Declaration {declaration}: stored {name} {stored}, but the row itself gives {again}.",
    "Декларация {declaration}: сохранено {name} {stored}, а по самой записи получается {again}.",
)
_DRAW = Words(
    "Declaration {declaration}: the stored {name} draw is not the one that the key gives.",
    "Декларация {declaration}: сохранённый жребий ({name}) не совпадает с вычисленным по ключу.",
)
_ROLLOUT = Words(
    "Declaration {declaration}: criterion {code} is stored as deciding or not, but its rollout "
    "draw says otherwise.",
    "Декларация {declaration}: по жребию внедрения критерий {code} должен учитываться иначе, чем "
    "сохранено.",
)


def audit(row: Decision, key: bytes | None = None) -> list[Words]:
    """Return what does not fit in a stored row.

    Parameters
    ----------
    row : as stored
    key : of the administration and the row's epoch; with it the draws are derived again too

    Returns
    -------
    one fault for each difference, empty where the row holds
    """
    again = recompute(row)
    name = row.declared.declaration
    faults = [
        _DIFFERS.format(declaration=name, name=field, stored=stored, again=computed)
        for field, stored, computed in (
            ("lane", row.lane, again.lane),
            ("way", row.way, again.way),
            ("probabilities", _text(row), _text(again)),
        )
        if stored != computed
    ]
    faults += [
        _ROLLOUT.format(declaration=name, code=hit.code)
        for hit in row.declared.hits
        if hit.rollout is not None and hit.live is not is_below(hit.rollout_draw, hit.rollout)
    ]
    if key is None:
        return faults
    draws = Draws(key, row.declared.draw_id or name)
    pairs = [("random", row.declared.random_draw, draws.random)]
    pairs += [(hit.code, hit.draw, draws.criterion(hit.code)) for hit in row.declared.hits]
    pairs += [
        (rollout_purpose(hit.code), hit.rollout_draw, draws.rollout(hit.code))
        for hit in row.declared.hits
        if hit.rollout is not None
    ]
    if isinstance(row.facts, CapacityFacts):
        pairs += [
            ("tie", row.facts.tie_draw, draws.tie),
            ("explore", row.facts.explore_draw, draws.explore),
        ]
    return faults + [
        _DRAW.format(declaration=name, name=purpose)
        for purpose, stored, derived in pairs
        if stored != derived
    ]


def _text(row: Decision) -> str:
    return "/".join(str(chance) for chance in row.chances)
