"""From what the engine decided to the rows that are stored, and what an examiner is told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from tamgha import risk
from tamgha.platform.accounts.models import Administration
from tamgha.platform.statements import InsertPlain
from tamgha.practice.control import events
from tamgha.practice.control.choices import DecisionState
from tamgha.practice.control.domain.lodging import AnyLodging
from tamgha.practice.control.domain.packing import packed, packed_rows
from tamgha.practice.control.gateways import desks, online
from tamgha.practice.control.gateways.scoring import Scorer
from tamgha.practice.control.models import ApiSystem, Decision, DecisionHit, FileDrop, PlanVersion
from tamgha.shared.words import Words

write_hits: Final = InsertPlain(
    DecisionHit, ("decision_id", "code", "number", "items", "live", "drawn")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who asks for decisions.

    Parameters
    ----------
    administration : whose declarations they are
    system : the program, None for a file
    drop : the file, None for a program
    """

    administration: Administration
    system: ApiSystem | None = None
    drop: FileDrop | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What stays the same for the declarations of a moment: profiles, plan, keys, indicators.

    Parameters
    ----------
    standard : profiles and plans in force
    plan : of the office and direction
    desk, parameters : the same, as the engine has them
    standing : the indicators, and the day that they stand for
    scorer : the trained model of the plan; None scores by the profiles that hit
    """

    standard: desks.Standard
    plan: PlanVersion
    desk: risk.Desk
    parameters: risk.ModselParameters | risk.CapacityParameters
    standing: online.Standing
    scorer: Scorer | None = None

    @property
    def indicators(self) -> frozenset[str]:
        """Names of the indicators that conditions and model look at: worked out, and stored."""
        asked = self.standard.indicators
        return asked if self.scorer is None else asked | self.scorer.names


@dataclass(frozen=True, slots=True)
class Looked:
    """A declaration that was looked at, and what hit beside the versions that count.

    Parameters
    ----------
    seen : what the engine decides by
    shadows : code, version and number of items of versions that were only recorded
    """

    seen: risk.Seen
    shadows: tuple[tuple[str, int, int], ...] = ()


def dated(lodged: AnyLodging, bench: Bench) -> list[dict[str, Any]]:
    """Return the items with local day and hour of lodging, never later than the indicators stand.

    A clock that is ahead would carry the indicators into a day that nobody has fixed yet.
    """
    local = lodged.lodged.astimezone(bench.desk.timezone)
    day = min(local.date(), bench.standing.day.day)
    return [{**row, "day": day, "hour": local.hour} for row in lodged.rows]


def row_of(
    source: Source,
    lodged: AnyLodging,
    key: str,
    bench: Bench,
    seen: risk.Seen,
    answer: risk.Decided | risk.Waiting,
) -> Decision:
    """Return the row that stores a decision, or that a declaration waits for its lot."""
    declared = seen.declared
    importer, document = lodged.trader_and_document
    row = Decision(
        administration=source.administration,
        system=source.system,
        drop=source.drop,
        key=key,
        digest=lodged.digest,
        declaration=lodged.declaration,
        version=lodged.version,
        office=lodged.office,
        direction=lodged.direction,
        importer=importer,
        transport_document=document,
        lodged=lodged.lodged,
        decided_at=declared.decided_at,
        day=seen.day,
        period=declared.period,
        plan_version=bench.plan,
        score=declared.score,
        items=len(lodged.items),
        hits=len(declared.hits),
        draw_id=declared.draw_id,
        epoch=declared.epoch,
        chain_position=declared.chain_position,
        novel=seen.novel,
        body=packed_rows(seen.rows, bench.indicators),
    )
    if isinstance(answer, risk.Waiting):
        row.mode, row.state, row.lot = "lots", DecisionState.WAITING, answer.lot
        row.lot_ends = lot_end(seen.day, answer.lot, bench)
        row.record = packed(risk.waiting_as_json(answer))
        return row
    fill(row, answer, bench.standard, bench.plan)
    return row


def fill(
    row: Decision, answer: risk.Decided, standard: desks.Standard, plan: PlanVersion | None
) -> None:
    """Write what was decided into a row."""
    decision = answer.decision
    task = task_of(decision, standard, plan)
    row.mode, row.state = decision.mode, DecisionState.DECIDED
    row.lane = row.lane_now = decision.lane.value
    row.way, row.member = decision.way.value, decision.member
    row.inclusion = float(decision.inclusion)
    row.task_en, row.task_ru = task.en, task.ru
    row.record = packed(risk.record_as_json(answer))


def task_of(decision: risk.Decision, standard: desks.Standard, plan: PlanVersion | None) -> Words:
    """Return what an examiner is to do: never how the declaration was chosen.

    The tasks of the profiles that drew the lane; else of those that hit; else the general one of
    the plan, which profiles without a task use too.
    """
    if decision.lane is risk.Lane.GREEN:
        return Words("", "")
    live = [hit for hit in decision.declared.hits if hit.live]
    drew = [hit for hit in live if hit.drawn is decision.lane]
    tasks = [standard.task_of(hit) for hit in drew or live]
    told = list(dict.fromkeys(task for task in tasks if task.en or task.ru))
    if told:
        return Words(
            "\n".join(task.en or task.ru for task in told),
            "\n".join(task.ru or task.en for task in told),
        )
    return Words(plan.task_en, plan.task_ru) if plan else Words("", "")


def store_hits(pairs: Sequence[tuple[Decision, "Looked"]]) -> None:
    """Store which profiles hit which declarations, with the lane each drew; shadows too."""
    rows: list[tuple[Any, ...]] = [
        (row.pk, hit.code, hit.version, hit.items, hit.live, hit.drawn.value if hit.drawn else "")
        for row, looked in pairs
        for hit in looked.seen.declared.hits
    ]
    rows += [
        (row.pk, code, number, items, False, "")
        for row, looked in pairs
        for code, number, items in looked.shadows
    ]
    write_hits(rows)


def lot_end(day: date, lot: int, bench: Bench) -> datetime:
    """Return when a lot ends: lots do not cross midnight."""
    zone = bench.desk.timezone
    minutes = getattr(bench.parameters, "lot_minutes", 30)
    ends = datetime.combine(day, time(), zone) + timedelta(minutes=(lot + 1) * minutes)
    return min(ends, datetime.combine(day + timedelta(days=1), time(), zone))


def announce_decision(row: Decision, at: datetime) -> None:
    """Announce a decision, with what the journal keeps of it."""
    events.announce(
        "control.decided",
        on=row,
        by=None,
        at=at,
        declaration=row.declaration,
        lane=row.lane or "waiting",
        system=row.system.name if row.system else "",
    )
