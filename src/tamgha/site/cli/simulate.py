"""``tamgha risk simulate``: a trading world with known truth, written as a set of declarations."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import pyarrow.compute as pc
import typer
from rich.table import Table

from tamgha import risk
from tamgha.shared.shares import Share
from tamgha.shared.words import Words
from tamgha.site.cli_app import answer_json, err, language, out, risk_app

_HEADINGS = {
    "name": Words("Set", "Набор"),
    "seed": Words("Seed", "Начальное число"),
    "declarations": Words("Declarations", "Деклараций"),
    "rows": Words("Items", "Товаров"),
    "first_day": Words("First day", "Первый день"),
    "last_day": Words("Last day", "Последний день"),
    "illicit_declarations": Words("Illicit declarations (the truth)", "Деклараций с нарушением (истина)"),
    "examined_items": Words("Items examined", "Досмотрено товаров"),
    "found_items": Words("Of them with a find", "Из них с выявленным нарушением"),
    "duty_evaded": Words("Duty evaded (the truth), USD", "Недоплачено пошлин (истина), USD"),
    "content_hash": Words("Content hash", "Хеш содержания"),
}  # fmt: skip


@risk_app.command("simulate")
def simulate_world(  # noqa: PLR0913 -- the options of a command
    seed: Annotated[int, typer.Option(help="The same number gives the same world.")],
    declarations: Annotated[int, typer.Option(help="How many declarations.")],
    to: Annotated[Path, typer.Option("--out", help="Folder of the new set; must be empty.")],
    weeks: Annotated[int, typer.Option(help="How many weeks of trade.")] = 52,
    start: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day.")] = datetime(2024, 1, 1),  # noqa: DTZ001 -- a day, no moment
    rate: Annotated[str, typer.Option(help="Illicit declarations, per cent: 0, or 1 to 8.")] = "4",
    random_rate: Annotated[str, typer.Option(help="Examined at random, per cent.")] = "5",
    as_json: Annotated[bool, typer.Option("--json", help="Answer with JSON.")] = False,
) -> None:  # fmt: skip
    """Simulate declarations, findings and the truth about them; everything is marked simulated.

    The truth is written beside the set, in truth.parquet; no reading of the set shows it.
    """
    world = risk.simulate(
        seed,
        declarations=declarations,
        start=start.date(),
        weeks=weeks,
        plan=replace(
            risk.WorldPlan(),
            illicit_rate=float(Share.percent(rate)),
            random_rate=float(Share.percent(random_rate)),
        ),
    )
    written = world.write(to)
    facts = _facts(world, written) | {"out": str(to)}
    if as_json:
        answer_json(facts)
        return
    table = Table(show_header=False, box=None)
    for key, words in _HEADINGS.items():
        table.add_row(words.text(language()), _shown(facts[key]))
    out.print(table)
    note = Words(
        "Everything in this set is simulated; the truth stands beside it in truth.parquet.",
        "Всё в этом наборе смоделировано; истина лежит рядом, в файле truth.parquet.",
    )
    err.print(note.text(language()), style="dim")


def _facts(world: risk.World, written: risk.DeclarationSet) -> dict[str, object]:
    manifest = written.manifest
    illicit = world.truth.filter(pc.is_valid(world.truth["scheme"]))
    kinds = illicit.group_by("scheme").aggregate([("declaration", "count_distinct")])
    outcomes = written.outcomes()
    return {
        "name": manifest.name,
        "seed": world.seed,
        "simulated": manifest.simulated,
        "declarations": manifest.declarations,
        "rows": manifest.rows,
        "first_day": manifest.first_day,
        "last_day": manifest.last_day,
        "illicit_declarations": pc.count_distinct(illicit["declaration"]).as_py(),
        "illicit_items": illicit.num_rows,
        "schemes": dict(
            zip(
                kinds["scheme"].to_pylist(),
                kinds["declaration_count_distinct"].to_pylist(),
                strict=True,
            )
        ),
        "examined_items": pc.sum(outcomes["examined"]).as_py(),
        "found_items": pc.sum(outcomes["found"]).as_py() or 0,
        "duty_evaded": round(pc.sum(world.truth["duty_evaded"]).as_py(), 2),
        "content_hash": world.content_hash(),
    }


def _shown(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:,}" if isinstance(value, int | float) else str(value)
