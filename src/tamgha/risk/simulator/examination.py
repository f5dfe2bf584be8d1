"""What the office examined in the past, by an old rule and by chance, and what it found."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tamgha.risk.schema import FINDING_SCHEMA
from tamgha.risk.simulator.boxes import Lodged
from tamgha.risk.simulator.conduct import NO_SCHEME
from tamgha.risk.simulator.goods import catalogue
from tamgha.risk.simulator.market import Market
from tamgha.risk.simulator.places import HOME, PRICE_FACTOR
from tamgha.risk.simulator.plan import SCHEME_KINDS
from tamgha.risk.simulator.streams import Flags, Floats, Ints, exponential, uniform
from tamgha.risk.simulator.text import chosen
from tamgha.risk.simulator.trade import IMPORT, cents

_OLD_PRICE_SHARE = 0.5
_YOUNG_DAYS = 90
_BIG_DUTY = 2_000.0  # USD
_WATCHED = 0.04
_STATES = ("partial", "final", "revised", "overturned")
_PARTIAL, _FINAL, _REVISED, _OVERTURNED = range(4)


@dataclass(frozen=True, slots=True)
class Selection:
    """How the declarations of a week were selected; shape (declarations,).

    Parameters
    ----------
    examined : whether the declaration was examined
    by_rule : whether the old rule's own draw chose it; the other examined ones came by chance
    inclusion : probability of being examined by either, known for every declaration
    """

    examined: Flags
    by_rule: Flags
    inclusion: Floats


def select(market: Market, week: int, lodged: Lodged) -> Selection:
    """Return the office's selection: its old rule, drawn at a share, then a pure random draw.

    The probability is that of mode modsel for one criterion and a random rate:
    c + (1 - c) m, with c the drawn share of a hit (0 without) and m the random rate.
    """
    count = len(lodged.declared.firm)
    hit = np.zeros(count, dtype=np.bool_)
    hit[lodged.items.row[_old_rule(market, lodged)]] = True
    plan = market.plan
    drawn = hit & (market.streams.uniform("criteria", count, week) < plan.criteria_draw)
    by_chance = market.streams.uniform("random", count, week) < plan.random_rate
    c = np.where(hit, plan.criteria_draw, 0.0)
    return Selection(drawn | by_chance, drawn, c + (1 - c) * plan.random_rate)


def _old_rule(market: Market, lodged: Lodged) -> Flags:
    """Return the items that the rule hits: cheap by an old price list, new and dear, or watched."""
    declared, items, said, assessed = lodged.declared, lodged.items, lodged.said, lodged.assessed
    listed = catalogue().usd_per_kg[said.good] * np.append(PRICE_FACTOR, 1.0)[said.origin]
    cheap = said.price < _OLD_PRICE_SHARE * listed * items.net_kg
    age = (declared.lodged // 86_400 - market.first_day(0) - market.firms.born[declared.firm])[
        items.row
    ]
    new = (age < _YOUNG_DAYS) & (assessed.duty > _BIG_DUTY)
    watched = uniform(market.streams.facts("watched", said.good, said.origin)) < _WATCHED
    imported = declared.direction[items.row] == IMPORT
    hit: Flags = imported & (assessed.rate >= 5) & (cheap | new)
    hit |= watched & (said.origin != HOME)
    return hit


@dataclass(frozen=True, slots=True)
class _Results:
    """Versions of findings; shape (versions,). ``item`` is an index into the week's items."""

    item: Ints
    version: Ints
    known: Ints
    found: Flags
    share: Floats  # of the evaded duty that this version assesses
    state: Ints


def findings_of_week(
    market: Market, week: int, lodged: Lodged, selection: Selection, *, evaded: Floats
) -> pa.RecordBatch:
    """Return every version of every finding of a week, sorted by declaration, item, version."""
    declared, items, said = lodged.declared, lodged.items, lodged.said
    examined = np.flatnonzero(selection.examined[items.row])
    lodged_day = (declared.lodged // 86_400)[items.row[examined]]
    # One examination serves all items of a declaration.
    wait = market.streams.uniform("wait", len(declared.firm), week)[items.row[examined]]
    day = np.zeros(len(items.row), dtype=np.int64)
    day[examined] = lodged_day + np.floor(wait * wait * 4).astype(np.int64)
    results = _versions(market, week, said.scheme, examined, day)
    item, row = results.item, items.row[results.item]
    # What is wrongly found claims a fifth of the duty declared.
    at_stake = np.where(said.scheme == NO_SCHEME, 0.2 * lodged.assessed.duty, evaded)
    amount = np.where(results.found, cents(at_stake[item] * results.share), 0.0)
    scheme = np.where(said.scheme[item] == NO_SCHEME, 0, said.scheme[item])
    clean = ~results.found & (results.state != _OVERTURNED)
    columns = {
        "declaration": lodged.number.take(pa.array(row)),
        "item": pa.array(items.number[item], pa.int32()),
        "version": pa.array(results.version, pa.int32()),
        "examined": pa.array(day[item].astype(np.int32), pa.date32()),
        "known": pa.array(results.known.astype(np.int32), pa.date32()),
        "found": pa.array(results.found),
        "kind": chosen(SCHEME_KINDS, scheme, clean),
        "quantity": pa.array(items.net_kg[item], mask=clean),
        "value": pa.array(said.price[item], mask=clean),
        "duty": pa.array(amount, mask=clean),
        "penalty": pa.array(cents(amount * 0.5), mask=clean),
        "state": chosen(_STATES, results.state),
        "way": chosen(("random", "criteria"), selection.by_rule[row].astype(np.int64)),
        "inclusion": pa.array(selection.inclusion[row]),
    }
    return pa.RecordBatch.from_arrays(
        [columns[field.name].cast(field.type) for field in FINDING_SCHEMA], schema=FINDING_SCHEMA
    )


def _versions(market: Market, week: int, scheme: Ints, examined: Ints, day: Ints) -> _Results:
    """Return the versions: first results, partial ones before them, corrections after them."""
    streams, total = market.streams, len(scheme)

    def chance(name: str) -> Floats:
        return streams.uniform(name, total, week)[examined]

    sensitivity = np.zeros(len(SCHEME_KINDS) + 1)  # the last: no scheme
    for one in market.plan.schemes:
        sensitivity[SCHEME_KINDS.index(one.kind)] = one.sensitivity
    illicit = scheme[examined] != NO_SCHEME
    seen = chance("seen") < sensitivity[scheme[examined]]
    mistaken = ~illicit & (chance("mistaken") < market.plan.false_find_rate)
    found = seen | mistaken
    spread = exponential(0.8 * streams.normal("delay", total, week)[examined])
    median = np.where(found, market.plan.find_delay_days, market.plan.clean_delay_days)
    known = day[examined] + np.floor(median * spread).astype(np.int64)
    partial = seen & (chance("partial") < 0.2)
    fate = chance("fate")
    revised, overturned = seen & (fate < 0.10), (seen & (fate >= 0.95)) | mistaken
    late_find = illicit & ~seen & (fate < 0.03)  # a clean result that a later look revises
    later = known + 20 + np.floor(chance("later") * 80).astype(np.int64)
    half = day[examined] + (known - day[examined]) // 2
    corrected = np.where(late_find, 1.0, 0.6 + 0.5 * chance("correction"))
    whole = np.ones(len(examined))
    layers = (
        (partial, half, found, 0.4 * whole, _PARTIAL),
        (np.ones(len(examined), dtype=np.bool_), known, found, whole, _FINAL),
        (revised | late_find, later, seen | late_find, corrected, _REVISED),
        (overturned, later, np.zeros(len(examined), dtype=np.bool_), whole, _OVERTURNED),
    )
    place = np.concatenate([np.flatnonzero(there) for there, *_ in layers])
    layer = np.repeat(np.arange(4), [int(there.sum()) for there, *_ in layers])
    order = np.lexsort((layer, place))
    place, layer = place[order], layer[order]
    starts = np.flatnonzero(np.diff(place, prepend=-1))
    run = np.diff(starts, append=len(place))
    return _Results(
        item=examined[place],
        version=np.arange(len(place)) - np.repeat(starts, run) + 1,
        known=np.choose(layer, [days[place] for _, days, *_ in layers]),
        found=np.choose(layer, [finds[place] for _, _, finds, *_ in layers]).astype(np.bool_),
        share=np.choose(layer, [shares[place] for *_, shares, _ in layers]),
        state=layer,
    )
