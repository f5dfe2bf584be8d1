"""An indicator as data: what it reads, groups, counts and rounds, and what it means."""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Literal

from tamgha.risk.indicators.measures import Key, Measure
from tamgha.shared.words import Words

Direction = Literal["higher", "lower"]

FACTS = ("declarations", "examined", "found", "find_rate", "age_days")
"""What the rules of a trader grade may ask about, as known on the first day of the month."""


@dataclass(frozen=True, slots=True)
class GradeRule:
    """One rule of a grade: the grade given when all conditions hold.

    Parameters
    ----------
    grade : the grade, any number
    when : conditions ``(fact, sign, number)``; fact of ``FACTS``, sign ``>=`` or ``<=``
        An unknown find rate (nothing examined) meets no condition. None: always holds.
    """

    grade: float
    when: tuple[tuple[str, str, float], ...] = ()


@dataclass(frozen=True)
class Indicator:
    """A named value of a declaration row that looks only at the row itself and at earlier days.

    "Earlier" is by calendar day: rows lodged on the same day are not seen. A finding with delay d
    is seen by a row of day D when ``known + max(d, 1) <= D``. A row whose group has a NULL among
    its keys gets NULL and is counted nowhere.

    Parameters
    ----------
    name : ASCII identifier, unique; also the name of the column of values
    kind : one of ``KINDS``
    label, definition : what people read: a short name, and what exactly is computed
    direction : which side is the riskier one
    unit : "ratio", "share", "days", "count", "kg", "currency", "percent", "flag", "grade" …
    measure : arithmetic on the row's own columns (see ``Measure``)
    group : keys of the group (``importer``, ``hs:6``)
    of : further keys, by kind: what the share is of, what is counted distinct, the code whose
        neighbours are looked at
    window_days : how many days back are seen (days D-w … D-1); None for all history
    delay_days : further days before a finding is taken as known
    min_count : fewer observations than this give NULL
    smoothing : weight of the overall rate, in observations
    option : the kind's own switch
    rules : of a trader grade, first that holds wins
    rounding : significant digits kept before anything is compared with a threshold
    null_rule : "null" leaves a value that cannot be computed NULL, "zero" makes it 0
    source : where the idea or the formula is from; may be empty for an analyst's own
    """

    name: str
    kind: str
    label: Words
    definition: Words
    direction: Direction
    unit: str
    measure: str = ""
    group: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    window_days: int | None = None
    delay_days: int = 0
    min_count: int = 1
    smoothing: float = 0.0
    option: str = ""
    rules: tuple[GradeRule, ...] = ()
    rounding: int = 12
    null_rule: Literal["null", "zero"] = "null"
    source: str = ""

    @property
    def parameters(self) -> dict[str, object]:
        """Everything that decides the values, by name; what people read is left out."""
        shown = {"label", "definition", "source", "unit", "direction", "name"}
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in shown}

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        """The group, read."""
        return tuple(Key.parse(text) for text in self.group)

    @cached_property
    def of_keys(self) -> tuple[Key, ...]:
        """The further keys, read."""
        return tuple(Key.parse(text) for text in self.of)

    @cached_property
    def arithmetic(self) -> Measure:
        """The measure, read."""
        return Measure.parse(self.measure)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that the indicator reads, besides declaration, item and day."""
        names = [key.column for key in (*self.keys, *self.of_keys)]
        if self.measure:
            names.extend(self.arithmetic.columns)
        if self.kind == "calendar" and self.option in {"hour", "night"}:
            names.append("hour")
        return tuple(dict.fromkeys(names))

    @property
    def uses_findings(self) -> bool:
        """Whether values depend on what examinations found."""
        return self.kind in {"find_rate", "trader_grade"}
