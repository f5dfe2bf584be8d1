"""A number that never walks alone: estimates, what cannot be shown, and figures for the page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from tamgha.shared.disclosure import Level
from tamgha.shared.periods import Period
from tamgha.shared.words import Words

Bound = Literal["exact", "at_least", "at_most"]
Unit = Literal["share", "points", "count", "ratio", "money", "days", "hours", "number"]


@dataclass(frozen=True, slots=True)
class Interval:
    """The limits between which the truth plausibly lies.

    Parameters
    ----------
    low, high : float
        ``high`` may be ``math.inf`` where the data set no upper limit.
    level : confidence, 0 < level < 1
    method : name of the method, as it stands in the provenance line
    """

    low: float
    high: float
    level: float = 0.95
    method: str = ""

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"an interval runs upwards; {self.low} to {self.high} came")


@dataclass(frozen=True, slots=True)
class Estimate:
    """One estimated number with what it rests on.

    Parameters
    ----------
    value : float
    interval : Interval or None
        None only for a plain count or a sum that is known.
    n : int, >= 0
        Size of the sample that it rests on.
    method : how the value was computed, if it is more than a proportion
    bound : "exact", or that the value is only a lower ("at_least") or upper ("at_most") limit
    """

    value: float
    interval: Interval | None
    n: int
    method: str = ""
    bound: Bound = "exact"


@dataclass(frozen=True, slots=True)
class NotShown:
    """Why a number is not there. It stands where the number would stand.

    Parameters
    ----------
    kind
        "too_few": n is under the least n. "too_early": results are still out.
        "not_estimable": it cannot be known from these data.
    reason : the reason in one line
    needs : what it would take
    n : int
    """

    kind: Literal["not_estimable", "too_few", "too_early"]
    reason: Words
    needs: Words
    n: int = 0


@dataclass(frozen=True, slots=True)
class Query:
    """The query of a figure's rows: its name and its parameters, so that a reader can open them."""

    name: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number as a page, an export or a report shows it, with its whole provenance.

    Parameters
    ----------
    name : what is measured
    definition : how it is defined, in one line
    simulated : whether it speaks of invented data; a page always says so
    value, interval, n, bound : as in Estimate; ``value`` is None where ``missing`` says why
    unit : "share" in [0, 1], "points" a difference of shares, "money" with ``currency``, …
    disclosure : who may see it
    query : the rows behind it
    """

    name: Words
    definition: Words
    simulated: bool
    value: float | int | Decimal | None = None
    unit: Unit = "number"
    currency: str = ""
    n: int | None = None
    n_words: Words | None = None
    interval: Interval | None = None
    bound: Bound = "exact"
    method: str = ""
    period: Period | None = None
    source: Words | None = None
    as_of: date | None = None
    disclosure: Level = Level.ADMINISTRATION
    missing: NotShown | None = None
    query: Query | None = None

    def __post_init__(self) -> None:
        if (self.value is None) != (self.missing is not None):
            raise ValueError("a figure has either a value or the reason why it has none")
        if self.unit == "money" and not self.currency:
            raise ValueError("money names its currency")

    @classmethod
    def of(
        cls,
        found: Estimate | NotShown,
        *,
        name: Words,
        definition: Words,
        simulated: bool,
        **rest: object,
    ) -> "Figure":
        """Return the figure that shows an estimate, or says why there is none."""
        if isinstance(found, NotShown):
            return cls(
                name=name,
                definition=definition,
                simulated=simulated,
                missing=found,
                n=found.n,
                **rest,  # type: ignore[arg-type]  # the remaining fields, checked by the dataclass
            )
        method = found.interval.method if found.interval and found.interval.method else found.method
        return cls(
            name=name,
            definition=definition,
            simulated=simulated,
            value=found.value,
            interval=found.interval,
            n=found.n,
            bound=found.bound,
            method=method,
            **rest,  # type: ignore[arg-type]  # the remaining fields, checked by the dataclass
        )
