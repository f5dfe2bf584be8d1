"""One row in full: its boxes, its indicators, its findings, and where it stands among its like."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _

from tamgha import risk
from tamgha.platform.ui import formats
from tamgha.practice.targeting import gateways
from tamgha.practice.targeting.domain.wording import UNITS
from tamgha.shared.words import Words

LEAST_GROUP = 8
SHOWN_BINS = 24
AFTER_VALUE = UNITS | {
    "currency": Words("", ""),
    "currency/kg": Words("per kg", "за кг"),
    "currency/unit": Words("per unit", "за единицу"),
    "kg/unit": Words("kg per unit", "кг на единицу"),
    "grade": Words("", ""),
}


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """One indicator of a row: name, value in words, definition."""

    name: str
    label: str
    value: str
    definition: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the unit value of a row stands among rows of the same goods and origin.

    ``bins`` are (from, to, rows, whether this row lies in it); ``rank`` is the share of the group
    with a lower value.
    """

    group: str
    n: int
    value: float
    median: float
    rank: float
    bins: list[tuple[float, float, int, bool]]
    unit: str

    @property
    def most(self) -> int:
        """Rows of the highest bin."""
        return max(count for _low, _high, count, _here in self.bins)


@dataclass(frozen=True, slots=True)
class RowInFull:
    """Everything a page shows of one row."""

    title: str
    boxes: list[tuple[str, str, str]]
    indicators: list[IndicatorLine]
    findings: list[dict[str, Any]]
    standing: Standing | None
    goods: str


def row_in_full(bench: gateways.Workbench, place: int, language: str) -> RowInFull:
    """Return one row of a set in full."""
    row = {name: value[0] for name, value in bench.items.slice(place, 1).to_pydict().items()}
    tree = risk.HsTree.of()
    described = tree.description(str(row["hs"])[:6]) if row.get("hs") else ""
    return RowInFull(
        title=f"{row['declaration']} / {row['item']}",
        boxes=[
            (column.box, column.label.text(language), _printed(row[name], column))
            for name, column in risk.COLUMNS.items()
            if row.get(name) is not None
        ],
        indicators=_indicators(bench, place, language),
        findings=_findings(bench, row),
        standing=_standing(bench, row, place, language),
        goods=described,
    )


def _printed(value: Any, column: risk.Column) -> str:
    if isinstance(value, datetime):
        return formats.moment(value)
    if isinstance(value, date):
        return formats.day(value)
    if column.name == "direction":
        return {"import": _("import"), "export": _("export"), "transit": _("transit")}[value]
    if isinstance(value, float | int) and column.name not in {"hs_edition", "item", "hour"}:
        return formats.number(value)
    return str(value)


def _indicators(bench: gateways.Workbench, place: int, language: str) -> list[IndicatorLine]:
    values = bench.indicators.slice(place, 1).to_pydict()
    lines = []
    for indicator in (*risk.READY.values(), *bench.own):
        name, value = indicator.name, values[indicator.name][0]
        if value is None:
            continue
        lines.append(
            IndicatorLine(
                name,
                indicator.label.text(language),
                with_unit(value, indicator, language),
                indicator.definition.text(language),
            )
        )
    return lines


def with_unit(value: Any, indicator: risk.Indicator, language: str) -> str:
    """Return a value of an indicator with its unit, as people read it."""
    unit = indicator.unit
    if unit == "ratio" and indicator.kind != "usual":
        unit = "share"
    if isinstance(value, bool) or unit == "flag":
        yes = bool(value)
        return ("да" if yes else "нет") if language == "ru" else ("yes" if yes else "no")
    words = AFTER_VALUE[unit].text(language) if unit in AFTER_VALUE else unit
    if unit in {"ratio", "share"}:
        return f"{formats.number(round(float(value) * 100, 1))}\u00a0{words}"
    return f"{formats.number(float(value))}\u00a0{words}".strip()


def _findings(bench: gateways.Workbench, row: dict[str, Any]) -> list[dict[str, Any]]:
    told = gateways.open_set(bench.row).all_findings()
    mine = told.filter(
        pc.and_(
            pc.equal(told["declaration"], row["declaration"]), pc.equal(told["item"], row["item"])
        )
    )
    return list(mine.sort_by("version").to_pylist())


def _standing(
    bench: gateways.Workbench, row: dict[str, Any], place: int, language: str
) -> Standing | None:
    values = bench.indicators["unit_value"]
    own = values[place].as_py()
    if own is None or row.get("hs") is None or row.get("origin") is None:
        return None
    heading = str(row["hs"])[:6]
    like = pc.and_(_begins(bench.items["hs"], heading), _is(bench.items["origin"], row["origin"]))
    group = np.asarray(values.filter(pc.fill_null(like, fill_value=False)).drop_null(), dtype=float)
    if group.size < LEAST_GROUP:
        return None
    low, high = np.quantile(group, [0.01, 0.99])
    low, high = min(low, own), max(high, own)
    edges = (
        np.geomspace(max(low, 1e-9), high, SHOWN_BINS + 1)
        if high > low > 0
        else np.array([low, high + 1])
    )
    counts, edges = np.histogram(np.clip(group, edges[0], edges[-1]), bins=edges)
    at = int(np.clip(np.searchsorted(edges, own, side="right") - 1, 0, len(counts) - 1))
    return Standing(
        group=f"{heading}, {row['origin']}",
        n=int(group.size),
        value=float(own),
        median=float(np.median(group)),
        rank=float((group < own).mean()),
        bins=[
            (float(edges[i]), float(edges[i + 1]), int(count), i == at)
            for i, count in enumerate(counts)
        ],
        unit=f"{row.get('currency') or ''}/{UNITS['kg'].text(language)}",
    )


def _begins(column: pa.ChunkedArray, text: str) -> pa.ChunkedArray:
    return pc.starts_with(pc.cast(column, pa.string()), text)


def _is(column: pa.ChunkedArray, text: str) -> pa.ChunkedArray:
    return pc.equal(pc.cast(column, pa.string()), text)
