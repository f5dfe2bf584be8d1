"""What an administration sets: parameters of both modes, refused at saving with all faults at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

from tamgha.risk.selection.counters import PeriodKind
from tamgha.risk.selection.lanes import CHOSEN, LANE_WORDS, WHOLE, LaneShares
from tamgha.shared.errors import RefusedError
from tamgha.shared.words import Words

CapacityRule = Literal["batch", "lots", "arrivals"]
NOWHERE = LaneShares()
REFUSED = Words("The plan was not saved", "План не сохранён")


@dataclass(frozen=True, slots=True)
class ModselParameters:
    """Parameters of mode modsel, of one office and direction.

    Parameters
    ----------
    expected : rate E per lane, basis points
    random : rate m per lane, basis points; a single rate means red
    maximum_hits : H, live criteria that a declaration may hit unchosen; None is off
    green_delay_minutes : how long green is held
    yellow_to_blue_days : after how many days yellow becomes blue; None is never
    period : counting period
    random_lifts : a random member gets the stricter of its two lanes; advised where yellow and
        blue exceed some 10 % of the flow
    version : of the parameter set, stored with every decision
    """

    expected: LaneShares = NOWHERE
    random: LaneShares = NOWHERE
    maximum_hits: int | None = None
    green_delay_minutes: int = 0
    yellow_to_blue_days: int | None = None
    period: PeriodKind = "month"
    random_lifts: bool = False
    version: int = 1


@dataclass(frozen=True, slots=True)
class CapacityParameters:
    """Parameters of mode capacity, of one office and direction.

    Parameters
    ----------
    capacity : C, examinations a day
    random : K of them reserved for the random draw, K < C
    exploration : ε, share of what is free, basis points
    lot_minutes : length of a lot of rule B; 30 is advised, 60 where K < 10
    rule : "batch" of all arrivals, "lots" (rule B, advised arrival by arrival) or "arrivals"
        (rule A, where nobody may wait)
    version : of the parameter set
    """

    capacity: int
    random: int
    exploration: int = 0
    lot_minutes: int = 30
    version: int = 1
    rule: CapacityRule = "batch"


_RATES = {
    "expected": Words("Expected rates", "Ожидаемые доли"),
    "random": Words("Random rates", "Доли случайного отбора"),
}
_OUTSIDE = Words(
    "{what}, lane {lane}: a rate from 0 to 100 % was expected; {came} % came.",
    "{what}, {lane} коридор: ожидается доля от 0 до 100 %, а задано {came} %.",
)
_TOO_MUCH = Words(
    "{what}: the lanes together may have at most 100 %; {came} % came. Lower one of them.",
    "{what}: в сумме по коридорам допускается не более 100 %, а задано {came} %. Уменьшите одну "
    "из долей.",
)
_CRITERION = Words("Criterion {code}", "Критерий {code}")
_MAXIMUM = Words(
    "Maximum hits: a whole number from 0, or empty for off; {came} came.",
    "Предельное число попаданий: целое число от 0 или пусто, если выключено, а задано {came}.",
)
_DELAY = Words(
    "Green delay: 0 minutes or more; {came} came.",
    "Задержка выпуска по зелёному коридору: от 0 минут, а задано {came}.",
)
_DAYS = Words(
    "Yellow to blue: after 1 day or more, or empty for never; {came} came.",
    "Переход из жёлтого в синий коридор: через 1 день или позже либо пусто, если не нужен, "
    "а задано {came}.",
)
_PERIOD = Words(
    "Counting period: day, week, month or none; {came} came.",
    "Период счёта: day, week, month или none, а задано {came}.",
)
_CAPACITY = Words(
    "Capacity: at least 1 examination a day; {came} came.",
    "Мощность досмотра: не менее 1 досмотра в день, а задано {came}.",
)
_RANDOM_PART = Words(
    "Random examinations: from 0 up to fewer than the {capacity} a day in all; {came} came.",
    "Случайные досмотры: от 0, но меньше общего числа {capacity} в день, а задано {came}.",
)
_EXPLORATION = Words(
    "Exploration: a share from 0 to 100 % was expected; {came} % came.",
    "Исследовательская доля: ожидается доля от 0 до 100 %, а задано {came} %.",
)
_RULE = Words(
    "Rule: batch, lots or arrivals; {came} came.",
    "Правило: batch, lots или arrivals, а задано {came}.",
)
_LOT = Words(
    "Length of a lot: 5 to 240 minutes; {came} came.",
    "Длительность партии отбора: от 5 до 240 минут, а задано {came}.",
)


def percent_text(basis_points: int) -> str:
    """Return basis points as the shortest number of per cent: "12.5"."""
    sign = "-" if basis_points < 0 else ""
    whole, part = divmod(abs(basis_points), 100)
    return f"{sign}{whole}.{part:02d}".rstrip("0").rstrip(".") if part else f"{sign}{whole}"


def shares_faults(what: Words, shares: LaneShares) -> list[Words]:
    """Return what is wrong with shares over lanes: a rate outside 0 … 100 %, or too much together."""
    faults = [
        _OUTSIDE.format(what=what, lane=LANE_WORDS[lane], came=percent_text(shares.of(lane)))
        for lane in CHOSEN
        if not 0 <= shares.of(lane) <= WHOLE
    ]
    if not faults and shares.total > WHOLE:
        faults.append(_TOO_MUCH.format(what=what, came=percent_text(shares.total)))
    return faults


def modsel_faults(parameters: ModselParameters) -> list[Words]:
    """Return every fault of the parameters of mode modsel."""
    faults = shares_faults(_RATES["expected"], parameters.expected)
    faults += shares_faults(_RATES["random"], parameters.random)
    if parameters.maximum_hits is not None and parameters.maximum_hits < 0:
        faults.append(_MAXIMUM.format(came=parameters.maximum_hits))
    if parameters.green_delay_minutes < 0:
        faults.append(_DELAY.format(came=parameters.green_delay_minutes))
    if parameters.yellow_to_blue_days is not None and parameters.yellow_to_blue_days < 1:
        faults.append(_DAYS.format(came=parameters.yellow_to_blue_days))
    if parameters.period not in get_args(PeriodKind):
        faults.append(_PERIOD.format(came=parameters.period))
    return faults


def capacity_faults(parameters: CapacityParameters) -> list[Words]:
    """Return every fault of the parameters of mode capacity."""
    faults = []
    if parameters.capacity < 1:
        faults.append(_CAPACITY.format(came=parameters.capacity))
    if not 0 <= parameters.random < max(1, parameters.capacity):
        faults.append(_RANDOM_PART.format(capacity=parameters.capacity, came=parameters.random))
    if not 0 <= parameters.exploration <= WHOLE:
        faults.append(_EXPLORATION.format(came=percent_text(parameters.exploration)))
    if not 5 <= parameters.lot_minutes <= 240:
        faults.append(_LOT.format(came=parameters.lot_minutes))
    if parameters.rule not in get_args(CapacityRule):
        faults.append(_RULE.format(came=parameters.rule))
    return faults


def criterion_faults(code: str, shares: LaneShares) -> list[Words]:
    """Return every fault of a criterion's shares over lanes."""
    return shares_faults(_CRITERION.format(code=code), shares)


def refuse_wrong(
    parameters: Iterable[ModselParameters | CapacityParameters],
    criteria: Mapping[str, LaneShares] | None = None,
) -> None:
    """Refuse a plan at saving, with all its faults at once.

    Parameters
    ----------
    parameters : every row of the plan
    criteria : code -> shares over lanes

    Raises
    ------
    RefusedError
        If anything is wrong; each fault says what was expected and what came.
    """
    faults: list[Words] = []
    for row in parameters:
        faults += modsel_faults(row) if isinstance(row, ModselParameters) else capacity_faults(row)
    for code, shares in (criteria or {}).items():
        faults += criterion_faults(code, shares)
    if faults:
        raise RefusedError(REFUSED, faults)


def random_rate_needed(random: int, forecast: Fraction) -> Fraction:
    """Return the rate of rule A: K/forecast, at most 1."""
    return min(Fraction(1), random / max(Fraction(1), forecast))
