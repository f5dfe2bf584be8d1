"""The ready kinds of chart: give values, get a `Chart` with its table filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _

from tamgha.platform.ui import formats
from tamgha.platform.ui.charts.chart import Chart
from tamgha.shared.figures import Interval, Unit

_SOURCES: Final = "tamgha.platform.ui.charts.sources"
_HEIGHT: Final = 150


@dataclass(frozen=True, slots=True)
class Mark:
    """One value of a chart.

    Parameters
    ----------
    label : its place on the axis, printed
    value : None where there is none: the place stays empty, the table says why
    low, high : its interval, in the unit of the value
    open : results are still out; drawn hollow
    before : the value to compare with (histogram)
    note : said in the table beside the value
    """

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    open: bool = False
    before: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A yardstick: a value, its words, and its interval if it has one."""

    value: float
    words: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A labelled vertical at one place of the axis: a training, a new scanner."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve: (x, y) or (x, y, low, high) for each point; ``truth`` for a known truth."""

    name: str
    points: Sequence[Sequence[float]]
    truth: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """What was said (a mean score), what was seen (a share), its interval, and how many."""

    said: float
    seen: float
    low: float
    high: float
    n: int


def interval_dots(
    marks: Sequence[Mark],
    *,
    label: str,
    simulated: bool,
    yardstick: Level | None = None,
    events: Sequence[Event] = (),
    unit: Unit = "share",
    **rest: Any,
) -> Chart:
    """Return values over time with their intervals, and the yardstick dashed.

    ``rest`` goes to the chart: ``provenance``, ``width``, ``height``, ``place`` (head of the first column).
    """
    heights = [mark.high if mark.high is not None else mark.value for mark in marks]
    heights += [yardstick.high or yardstick.value] if yardstick else []
    data = {
        "marks": [asdict(mark) for mark in marks],
        "yardstick": asdict(yardstick) if yardstick else None,
        "events": [asdict(event) for event in events],
        **_shared(heights, unit, rest),
    }
    place = rest.pop("place", _("Week"))
    rows = [
        (mark.label, _printed(mark.value, unit, mark), _between(mark, unit), mark.note)
        for mark in marks
    ]
    head = (place, _("Value"), _("Interval"), _("Remark"))
    return _chart("interval_dots", data, label, head, _trimmed(rows), simulated, rest)


def bars(
    marks: Sequence[Mark], *, label: str, simulated: bool, unit: Unit = "count", **rest: Any
) -> Chart:
    """Return horizontal bars from zero, each with its value, and its interval if it has one."""
    shown = [mark for mark in marks if mark.value is not None]
    heights = [mark.high if mark.high is not None else mark.value for mark in shown]
    data = {
        "marks": [{**asdict(mark), "words": _printed(mark.value, unit, mark)} for mark in shown],
        **_shared(heights, unit, rest),
    }
    place = rest.pop("place", _("What"))
    rows = [
        (mark.label, _printed(mark.value, unit, mark), _between(mark, unit), mark.note)
        for mark in marks
    ]
    head = (place, _("Value"), _("Interval"), _("Remark"))
    return _chart("bars", data, label, head, _trimmed(rows), simulated, rest)


def histogram(
    marks: Sequence[Mark],
    *,
    label: str,
    simulated: bool,
    unit: Unit = "share",
    x: str = "",
    **rest: Any,
) -> Chart:
    """Return the shares of each step now (bars) and before (grey line)."""
    with_before = any(mark.before is not None for mark in marks)
    heights = [value for mark in marks for value in (mark.value, mark.before)]
    data = {
        "marks": [asdict(mark) for mark in marks],
        "before": with_before,
        "x": x or None,
        **_shared(heights, unit, rest),
    }
    rows = [(mark.label, _printed(mark.value, unit), _printed(mark.before, unit)) for mark in marks]
    head = (x or _("Step"), _("Now"), _("Before"))
    return _chart("histogram", data, label, head, _trimmed(rows), simulated, rest)


def frontier(
    curves: Sequence[Curve],
    *,
    label: str,
    simulated: bool,
    axes: tuple[str, str],
    units: tuple[Unit, Unit] = ("count", "share"),
    **rest: Any,
) -> Chart:
    """Return curves of what is found (y) against what it costs (x), named at their ends.

    ``axes`` and ``units`` are those of x and y.
    """
    heights = [value for curve in curves for point in curve.points for value in point[1:]]
    shared = _shared(heights, units[1], rest)
    data = {
        "curves": _named_apart(curves, shared["top"]),
        "x": axes[0],
        "y": axes[1],
        "x_unit": units[0],
        "right": max((point[0] for curve in curves for point in curve.points), default=1),
        **shared,
    }
    rows = [
        (curve.name, _printed(point[0], units[0]), _printed(point[1], units[1]))
        for curve in curves
        for point in curve.points
    ]
    return _chart("frontier", data, label, (_("Curve"), *axes), rows, simulated, rest)


def calibration(pairs: Sequence[Pair], *, label: str, simulated: bool, **rest: Any) -> Chart:
    """Return what a score said against the share that came true, group by group."""
    data = {
        "pairs": [asdict(pair) for pair in pairs],
        "x": _("said by the score"),
        "y": _("came true"),
        **_shared(
            [value for pair in pairs for value in (pair.said, pair.high)], "share", rest, 220
        ),
    }
    rows = [
        (
            formats.percent(pair.said),
            formats.percent(pair.seen),
            formats.interval(Interval(pair.low, pair.high), "share"),
            formats.number(pair.n),
        )
        for pair in pairs
    ]
    head = (_("Said"), _("Came true"), _("Interval"), _("Cases"))
    return _chart("calibration", data, label, head, rows, simulated, rest)


# ---- shared ------------------------------------------------------------------------------------


def _shared(
    heights: Sequence[float | None], unit: Unit, rest: dict[str, Any], height: int = _HEIGHT
) -> dict[str, Any]:
    """Return what every source asks for: the top of its axis, the unit, the height, the language."""
    known = [value for value in heights if value is not None]
    return {
        "top": rest.pop("top", None) or max(known, default=1) or 1,
        "unit": unit,
        "height": rest.pop("height", height),
        "language": (translation.get_language() or "en")[:2],
    }


def _chart(
    kind: str,
    data: Mapping[str, Any],
    label: str,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    simulated: bool,
    rest: Mapping[str, Any],
) -> Chart:
    width = len(rows[0]) if rows else len(head)
    return Chart(
        source=f"{_SOURCES}:{kind}",
        data=data,
        label=label,
        head=tuple(head)[:width],
        rows=rows,
        simulated=simulated,
        **rest,
    )


def _printed(value: float | None, unit: Unit, mark: Mark | None = None) -> str:
    if value is None:
        return _("not shown")
    within = (
        Interval(mark.low, mark.high)
        if mark and mark.low is not None and mark.high is not None
        else None
    )
    return formats.value(value, unit, within=within)


def _between(mark: Mark, unit: Unit) -> str:
    if mark.low is None or mark.high is None:
        return ""
    return formats.interval(Interval(mark.low, mark.high), unit)


def _trimmed(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return the rows without the columns at their end that are empty everywhere."""
    width = len(rows[0]) if rows else 0
    while width > 2 and all(not row[width - 1] for row in rows):
        width -= 1
    return [tuple(row[:width]) for row in rows]


def _named_apart(curves: Sequence[Curve], top: float) -> list[dict[str, Any]]:
    """Return the curves as data; the names at their ends are moved apart where they would meet."""
    least = top * 0.1
    ends = {
        at: (curve.points[-1][1], sum(p[1] for p in curve.points))
        for at, curve in enumerate(curves)
    }
    heights: dict[int, float] = {}
    ceiling = float("inf")
    for at in sorted(ends, key=lambda at: ends[at], reverse=True):
        heights[at] = min(ends[at][0], ceiling)
        ceiling = heights[at] - least
    made = []
    for at, curve in enumerate(curves):
        points = [_point(point) for point in curve.points]
        points[-1] = {**points[-1], "named": heights[at]}
        made.append({"name": curve.name, "truth": curve.truth, "points": points})
    return made


def _point(point: Sequence[float]) -> dict[str, float | None]:
    low, high = (point[2], point[3]) if len(point) > 3 else (None, None)
    return {"x": point[0], "y": point[1], "low": low, "high": high}
