"""The tables of the page of results as plain rows, and what the drift of indicators says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from tamgha.platform.accounts.models import Administration
from tamgha.platform.ui import formats
from tamgha.practice.control.models import ResultUpkeep
from tamgha.practice.control.queries.results_shape import Board, Line
from tamgha.practice.control.queries.results_words import READINGS
from tamgha.practice.targeting import queries as targeting
from tamgha.shared.figures import Estimate, Figure
from tamgha.shared.words import Words

DRAW = Words("Random draw", "Случайный отбор")
LANES = {
    "red": Words("Examination", "Досмотр"),
    "yellow": Words("Documents", "Проверка документов"),
    "blue": Words("Later audit", "Последующий контроль"),
    "green": Words("Release", "Выпуск"),
}


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row to take away: shares in per cent, differences in points; None where not shown."""

    name: str
    detail: str
    decided: int | None
    chosen: int
    results: int
    found: int
    rate: float | None
    low: float | None
    high: float | None
    method: str
    above: float | None
    above_low: float | None
    above_high: float | None
    complete: float | None
    complete_low: float | None
    complete_high: float | None
    reading: str
    first: date
    last: date
    simulated: bool


def table_of(board: Board | None, by: str, language: str) -> list[TableRow]:
    """Return one table: "profile", "lane", "office" or "week", with the draw at the end."""
    if board is None:
        return []
    if by == "week":
        return _weeks(board, language)
    lines = {"profile": board.profiles, "office": board.offices}.get(by, board.lanes)
    rows = [_row(board, line, _name(line, by, language), language) for line in lines]
    if board.draw_line is not None:
        rows.append(_row(board, board.draw_line, DRAW.text(language), language))
    return rows


def _name(line: Line, by: str, language: str) -> str:
    return LANES[line.key].text(language) if by == "lane" else line.name


def _row(board: Board, line: Line, name: str, language: str) -> TableRow:
    period = board.settled.period
    return TableRow(
        name=name,
        detail=line.detail,
        decided=line.counts["decided"],
        chosen=line.counts["chosen"],
        results=line.counts["results"],
        found=line.counts["found"],
        **_percent(line.rate, ("rate", "low", "high")),
        method=line.rate.method,
        **_percent(line.above, ("above", "above_low", "above_high")),
        **_percent(line.complete, ("complete", "complete_low", "complete_high")),
        reading=READINGS[line.reading][1].text(language),
        first=period.start,
        last=period.end - timedelta(days=1),
        simulated=board.simulated,
    )


def _percent(figure: Figure | None, names: tuple[str, str, str]) -> dict[str, Any]:
    if figure is None or figure.value is None:
        return dict.fromkeys(names)
    limits = figure.interval
    parts = (figure.value, limits.low if limits else None, limits.high if limits else None)
    return {
        name: None if part is None else round(100 * float(part), 2)
        for name, part in zip(names, parts, strict=True)
    }


OPEN_WEEK = Words("results are still out; estimated", "не все результаты поступили; оценка")


def _weeks(board: Board, language: str) -> list[TableRow]:
    rows = []
    for week in board.weeks:
        shown = week.shown if isinstance(week.shown, Estimate) else None
        limits = shown.interval if shown else None
        rows.append(
            TableRow(
                name=formats.day(week.monday, short=True, language=language),
                detail=OPEN_WEEK.text(language) if week.is_open else "",
                decided=None,
                chosen=week.chosen,
                results=week.results,
                found=week.found,
                rate=round(100 * shown.value, 2) if shown else None,
                low=round(100 * limits.low, 2) if limits else None,
                high=round(100 * limits.high, 2) if limits else None,
                method=limits.method if limits else "",
                above=None,
                above_low=None,
                above_high=None,
                complete=None,
                complete_low=None,
                complete_high=None,
                reading="",
                first=week.monday,
                last=week.monday + timedelta(days=6),
                simulated=board.simulated,
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class DriftRow:
    """One field that profiles look at: its index, its bins now and before, and what that says."""

    label: Words
    users: str
    index: float
    noise: float
    bins: Sequence[tuple[float, float, float, float]]
    reading: Literal["moved", "steady"]


@dataclass(frozen=True, slots=True)
class DriftTold:
    """The last comparison of what profiles look at."""

    rows: Sequence[DriftRow]
    now: int
    before: int
    until: date


def drift_rows(administration: Administration, *, knows_profiles: bool) -> DriftTold | None:
    """Return the last comparison; None where there is none yet, or the reader knows no profiles."""
    held = ResultUpkeep.objects.filter(administration=administration).first()
    if held is None or not held.drift or not knows_profiles:
        return None
    fields = targeting.condition_fields(administration.pk)
    rows = []
    for one in held.drift["names"]:
        known = fields.get(one["name"])
        most = max([*one["now"], *one["before"], 0.01])
        rows.append(
            DriftRow(
                label=known.label if known else Words(one["name"], one["name"]),
                users=", ".join(one["profiles"]),
                index=one["index"],
                noise=one["noise_95"],
                bins=[
                    (
                        4.0 + 22 * place,
                        22.0 + 22 * place,
                        round(24 * now / most, 1),
                        round(24 * before / most, 1),
                    )
                    for place, (now, before) in enumerate(
                        zip(one["now"], one["before"], strict=True)
                    )
                ],
                reading="moved" if one["moved"] else "steady",
            )
        )
    return DriftTold(
        rows=rows,
        now=held.drift["now"],
        before=held.drift["before"],
        until=date.fromisoformat(held.drift["until"]),
    )
