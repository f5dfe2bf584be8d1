"""``tamgha risk performance``: what a set says of the work done: rates, missed fraud, money."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import typer
from rich.table import Table

from tamgha import risk
from tamgha.shared.figures import Estimate, NotShown
from tamgha.shared.words import Words
from tamgha.site.cli.backtest import as_plain, context_of, say_missing, shown
from tamgha.site.cli_app import answer_json, err, language, out, risk_app

Shown = Estimate | NotShown

_NAMES = {
    "completeness": Words("Results that are in", "Поступившие результаты досмотра"),
    "find_rate_of_examined": Words("Find rate of the examined", "Доля находок среди досмотренных"),
    "missed_fraud": Words("Missed fraud, declarations", "Пропущенные нарушения, деклараций"),
    "detection_rate": Words("Detection rate", "Доля выявления"),
    "flow_rate": Words("Fraud rate of the flow", "Доля нарушений в потоке"),
    "true_detection": Words("True detection rate", "Истинная доля выявления"),
    "truly_missed": Words("Truly missed, declarations", "Действительно пропущено, деклараций"),
    "missed_revenue_capped": Words(
        "Missed revenue, capped a case", "Недополученные суммы, с ограничением на случай"
    ),
    "missed_revenue_at_least": Words("Missed revenue", "Недополученные суммы"),
    "missed_revenue": Words("Missed revenue, not capped", "Недополученные суммы без ограничения"),
    "found_value_capped": Words("Money found, capped a case", "Выявлено, с ограничением на случай"),
}
_NUMBERS = {
    *("missed_fraud", "truly_missed", "missed_revenue_capped"),
    *("missed_revenue_at_least", "missed_revenue", "found_value_capped"),
}
_OTHER_WAY = Words("other ways", "иное основание")
_SIMULATED = Words("Everything in this set is simulated.", "Всё в этом наборе смоделировано.")


@risk_app.command("performance")
def show_performance(
    folder: Annotated[Path, typer.Argument(metavar="SET", help="Folder of the set.")],
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only findings known by this day."),
    ] = None,
    sensitivity: Annotated[
        float | None,
        typer.Option(min=0.01, max=1, help="Chance that an examination finds what is there."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer with JSON.")] = False,
) -> None:
    """Show how the examinations of a set did, each figure with its interval or why it has none."""
    opened = risk.DeclarationSet.open(folder)
    context = context_of(opened, as_of)
    figures = _figures(context, sensitivity)
    ways = _by_way(opened, context, as_of)
    manifest = opened.manifest
    if as_json:
        answer_json(
            {
                "set": {
                    "name": manifest.name,
                    "simulated": manifest.simulated,
                    "declarations": context.declarations,
                    "examined": int(np.count_nonzero(context.examined)),
                    "results": int(np.count_nonzero(context.result)),
                    "finds": int(np.count_nonzero(context.found)),
                    "evidence": context.evidence,
                    "covered": None if context.evidence == "inspected_only" else context.covered,
                    "cap": context.cap,
                },
                "figures": {name: as_plain(found) for name, found in figures.items()},
                "ways": {way: as_plain(found) for way, found in ways.items()},
            }
        )
        return
    speech = language()
    table = Table(show_header=False, box=None)
    for name, found in figures.items():
        table.add_row(_NAMES[name].text(speech), shown(found, scale=1 if name in _NUMBERS else 100))
    for way, found in ways.items():
        table.add_row(_way_name(way), shown(found))
    out.print(table)
    say_missing(figures.values())
    if manifest.simulated:
        err.print(_SIMULATED.text(speech), style="dim")


def _figures(context: risk.BacktestContext, sensitivity: float | None) -> dict[str, Shown]:
    results, examined = (int(np.count_nonzero(one)) for one in (context.result, context.examined))
    figures: dict[str, Shown] = {"completeness": risk.completeness(results, examined)}
    figures |= context.overall(sensitivity=sensitivity)
    sample, cap = context.sample, context.cap
    if cap is not None:
        figures["missed_revenue_capped"] = risk.missed_revenue_capped(sample, cap)
        figures["missed_revenue_at_least"] = risk.missed_revenue_at_least(sample)
        known = context.value[context.found & np.isfinite(context.value)]
        figures["found_value_capped"] = risk.capped_sum(known, cap)
    figures["missed_revenue"] = risk.missed_revenue(sample)
    return figures


def _by_way(
    opened: risk.DeclarationSet, context: risk.BacktestContext, as_of: datetime | None
) -> dict[str, Shown]:
    """Return the hit rate of each way of selection; a declaration has one way."""
    outcomes = opened.outcomes(None if as_of is None else as_of.date())
    column = cast(pa.ChunkedArray, pc.fill_null(outcomes["way"], "other"))
    examined = np.asarray(outcomes["examined"].to_numpy(), dtype=bool)
    ways = np.asarray(column.to_numpy(zero_copy_only=False), dtype=str)
    found: dict[str, Shown] = {}
    for way in sorted(set(ways[examined].tolist())):
        mine = context.declaration_hits(examined & (ways == way))
        found[way] = risk.hit_rate(
            int(np.count_nonzero(mine & context.found)),
            int(np.count_nonzero(mine & context.result)),
            examined=int(np.count_nonzero(mine & context.examined)),
        )
    return found


def _way_name(way: str) -> str:
    words = risk.WAY_WORDS[risk.Way(way)] if way in list(risk.Way) else _OTHER_WAY
    rate = Words("Hit rate: {way}", "Результативность: {way}")
    return rate.format(way=words).text(language())
