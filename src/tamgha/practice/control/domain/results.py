"""What one declaration adds to the running counts of results; plain arithmetic, exact under subtraction.

Every measure is an integer, so that what was added can be taken away again without a trace: money is
counted in hundredths, sums of 1/π in millionths.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

MEASURES: Final = (
    "decided",
    "uncovered",
    "chosen",
    "results",
    "found",
    "extra_results",
    "extra_found",
    "valued",
    "value",
    "timed",
    "minutes",
    "timed_found",
    "by_chance",
    "inverse",
    "inverse_squared",
    "ups",
    "downs",
)
"""Names of the counts and sums that a cell holds."""
MILLION: Final = 1_000_000
LEAST_SHOWN: Final = 20
"""Results under which no rate of a row is shown."""
FEEDBACK_DUE: Final = timedelta(days=14)
"""How long after its decision an examination may be without a result."""
COMPLETE: Final = 0.95
"""Share of the results of a week that must be in before it counts."""
Key = tuple[date, str, str, str, str, str, int, bool]
"""Day, office, direction, lane, way, profile, its version, whether the version decided."""
ChanceKey = tuple[date, str, str, int]
"""Day, office, direction, probability in millionths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one declaration, as the counts need it.

    Parameters
    ----------
    day : local day of its decision
    office, direction : where
    lane, way : given by the system, after amendments, before any change by a person
    inclusion : probability of examination by any way, in [0, 1]; None where unknown
    is_counted : whether it has its lane and was not cancelled without examination
    is_examined : whether its examination brought a result: a find, or every item looked at
    is_found : whether something was found that was not overturned
    value : duty and penalty found, in hundredths; None without amounts
    minutes : spent on the examination, None where nobody wrote it down
    went_up, went_down : whether a person changed the lane
    examined, known : day of the examination, and day since when its outcome is known
    """

    day: date
    office: str
    direction: str
    lane: str = ""
    way: str = ""
    inclusion: float | None = None
    is_counted: bool = False
    is_examined: bool = False
    is_found: bool = False
    value: int | None = None
    minutes: int | None = None
    went_up: bool = False
    went_down: bool = False
    examined: date | None = None
    known: date | None = None

    @property
    def is_chosen(self) -> bool:
        """Whether the system sent it to examination."""
        return self.is_counted and self.lane == "red"


@dataclass(frozen=True, slots=True)
class Hit:
    """A version of a profile that hit a declaration; ``live`` when it decided, not only watched."""

    code: str
    number: int
    live: bool


def measures_of(facts: Facts) -> Counter[str]:
    """Return what a declaration adds to each measure of its cells.

    ``results`` and ``found`` count what the system chose. What a person sent to examination beside
    the system is counted apart (``extra_…``): its chance is known to nobody, so no estimate by
    probability may rest on it.
    """
    if not facts.is_counted:
        return Counter()
    chance = facts.inclusion or 0.0
    added = Counter(decided=1, ups=int(facts.went_up), downs=int(facts.went_down))
    added["uncovered"] = int(chance <= 0)
    if not facts.is_chosen:
        added["extra_results"] = int(facts.is_examined)
        added["extra_found"] = int(facts.is_examined and facts.is_found)
        return _without_zeros(added)
    added["chosen"] = 1
    if facts.is_examined:
        _add_result(added, facts, chance)
    return _without_zeros(added)


def _add_result(added: Counter[str], facts: Facts, chance: float) -> None:
    added["results"] = 1
    added["found"] = int(facts.is_found)
    if facts.is_found and facts.value is not None:
        added["valued"], added["value"] = 1, facts.value
    if facts.minutes:
        added["timed"], added["minutes"] = 1, facts.minutes
        added["timed_found"] = int(facts.is_found)
    if 0 < chance < 1:
        added["by_chance"] = 1
        added.update(inverse_of(chance))


def inverse_of(chance: float) -> dict[str, int]:
    """Return what a result that came by chance adds to Σ 1/π and Σ 1/π², in millionths.

    Parameters
    ----------
    chance : in (0, 1)
    """
    return {"inverse": round(MILLION / chance), "inverse_squared": round(MILLION / chance**2)}


def _without_zeros(added: Counter[str]) -> Counter[str]:
    return Counter({name: amount for name, amount in added.items() if amount})


def keys_of(facts: Facts, hits: Iterable[Hit]) -> list[Key]:
    """Return the cells that a declaration is counted in: the total, and one of each profile that hit."""
    place = (facts.day, facts.office, facts.direction, facts.lane, facts.way)
    profiles = dict.fromkeys((one.code, one.number, one.live) for one in hits)
    return [(*place, "", 0, True), *((*place, *one) for one in profiles)]


def changes(
    before: Facts | None, after: Facts | None, hits: Iterable[Hit]
) -> dict[Key, Counter[str]]:
    """Return what must be added to which cells when a declaration goes from one state to another.

    The same state twice changes nothing: counting again is always safe.
    """
    found: dict[Key, Counter[str]] = {}
    profiles = tuple(hits)
    for facts, sign in ((before, -1), (after, 1)):
        if facts is None:
            continue
        amounts = measures_of(facts)
        if not amounts:
            continue
        for key in keys_of(facts, profiles):
            cell = found.setdefault(key, Counter())
            for name, amount in amounts.items():
                cell[name] += sign * amount
    return {key: kept for key, cell in found.items() if (kept := _without_zeros(cell))}


def chance_changes(before: Facts | None, after: Facts | None) -> dict[ChanceKey, int]:
    """Return how the counts of declarations by probability change; see `chance_step`."""
    found: Counter[ChanceKey] = Counter()
    for facts, sign in ((before, -1), (after, 1)):
        if facts is None or not facts.is_counted or not facts.inclusion:
            continue
        found[facts.day, facts.office, facts.direction, chance_step(facts.inclusion)] += sign
    return {key: amount for key, amount in found.items() if amount}


def chance_step(chance: float) -> int:
    """Return a probability in millionths, rounded down to three figures.

    The least probability of a period sets the widest limit of an estimate; rounding down makes it
    at most one hundredth wider, never narrower.

    Parameters
    ----------
    chance : in (0, 1]
    """
    millionths = max(1, int(chance * MILLION + 1e-6))
    step = 10 ** max(0, len(str(millionths)) - 3)
    return int(millionths // step * step)


def settled_until(weeks: Mapping[date, tuple[int, int]], end: date) -> date:
    """Return the first day that does not count yet, because results of its week are still out.

    Parameters
    ----------
    weeks : Monday -> (sent to examination, results in)
    end : first day after the period

    Returns
    -------
    The Monday of the first of the latest weeks, in one run, of which fewer than 95 % of the results
    are in; ``end`` where the latest week is complete. Gaps further back stay in: they are bounded.
    """
    until = end
    for monday in sorted(weeks, reverse=True):
        chosen, results = weeks[monday]
        if chosen == 0 or results >= COMPLETE * chosen:
            if chosen:
                break
            continue
        until = min(until, monday)
    return until


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())
