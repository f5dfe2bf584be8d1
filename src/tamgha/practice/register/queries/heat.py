"""The heat map: how many risks stand in each cell of the scale, before or after treatment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.db.models import Count, F, QuerySet

from tamgha.practice.register.domain.scales import Level, Scale
from tamgha.practice.register.models import Risk, RiskVersion
from tamgha.shared.words import Words

When = Literal["before", "after"]
FIELDS: Final[Mapping[str, str]] = {"before": "inherent", "after": "residual"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Parameters
    ----------
    key : likelihood and consequence as two digits, for the address
    count : risks in it; ``url`` opens them
    level : its level; ``left`` and ``below``: whether a contour runs there, as the next cell
        towards less consequence, or less likelihood, has another level
    here, was : code of the open risk, where it stands now and where it stood before treatment
    """

    key: str
    count: int
    url: str
    level: Level
    left: bool
    below: bool
    chosen: bool
    here: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One likelihood with its cells, consequence ascending."""

    step: int
    label: Words
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """The map as the page draws it: the highest likelihood on top.

    Parameters
    ----------
    counts : level and number of risks, the lowest level first
    unscored : risks without an agreed score; ``elsewhere`` those on the other scale
    """

    scale: Scale
    rows: list[Row]
    counts: list[tuple[Level, int]]
    shown: int
    unscored: int
    elsewhere: int


def with_cell(risks: QuerySet[Risk], when: str) -> QuerySet[Risk]:
    """Add ``cell``, likelihood and consequence as one number of two digits."""
    side = FIELDS[when]
    return risks.annotate(
        cell=F(f"shown__{side}_likelihood") * 10 + F(f"shown__{side}_consequence")
    )


def heat_map(
    risks: QuerySet[Any],
    *,
    scale: Scale,
    url_of: Callable[[str], str],
    chosen: str = "",
    opened: RiskVersion | None = None,
    when: str = "after",
) -> HeatMap:
    """Return the map of the risks (a queryset of `with_cell`), in one query."""
    counted = list(risks.order_by().values("shown__scale", "cell").annotate(n=Count("pk")))
    cells = {str(one["cell"]): one["n"] for one in counted if _fits(one, scale)}
    rows = [
        Row(step, scale.likelihood[step - 1], _row(scale, step, cells, url_of, chosen))
        for step in range(scale.steps, 0, -1)
    ]
    if opened is not None and opened.scale == scale.key:
        rows = [_marked(row, opened, when) for row in rows]
    by_level = {
        level.name: sum(
            cell.count for row in rows for cell in row.cells if cell.level.name == level.name
        )
        for level in scale.levels
    }
    return HeatMap(
        scale,
        rows,
        [(level, by_level[level.name]) for level in scale.levels],
        sum(cells.values()),
        sum(one["n"] for one in counted if one["cell"] is None),
        sum(one["n"] for one in counted if one["cell"] is not None and not _fits(one, scale)),
    )


def _fits(counted: Mapping[str, Any], scale: Scale) -> bool:
    return counted["cell"] is not None and counted["shown__scale"] == scale.key


def _row(
    scale: Scale, step: int, counts: Mapping[str, int], url_of: Callable[[str], str], chosen: str
) -> list[Cell]:
    cells = []
    for consequence in range(1, scale.steps + 1):
        key = f"{step}{consequence}"
        level = scale.level(step * consequence)
        cells.append(
            Cell(
                key,
                counts.get(key, 0),
                url_of(key),
                level,
                consequence > 1 and scale.level(step * (consequence - 1)) != level,
                step > 1 and scale.level((step - 1) * consequence) != level,
                chosen == key,
            )
        )
    return cells


def _marked(row: Row, opened: RiskVersion, when: str) -> Row:
    """Frame the cell of the open risk, and, on the map after treatment, where it stood before."""
    now = f"{opened.residual_likelihood}{opened.residual_consequence}"
    before = f"{opened.inherent_likelihood}{opened.inherent_consequence}"
    if when == "before":
        now, before = before, ""
    cells = [
        Cell(
            cell.key,
            cell.count,
            cell.url,
            cell.level,
            cell.left,
            cell.below,
            cell.chosen,
            here=opened.risk.code if cell.key == now else "",
            was=opened.risk.code if cell.key == before != now else "",
        )
        for cell in row.cells
    ]
    return Row(row.step, row.label, cells)
