"""``tamgha risk suggest``: mine readable rules from a set, as drafts of profiles."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from tamgha import risk
from tamgha.shared.figures import Estimate
from tamgha.shared.words import Words
from tamgha.site.cli_app import answer_json, err, language, out, risk_app

_HEAD = (
    Words("Condition", "Условие"),
    Words("Items hit", "Товаров"),
    Words("Distinct goods", "Различных товаров"),
    Words("Finds, training", "Нарушения, обучение"),
    Words("Finds, validation", "Нарушения, проверка"),
    Words("Against the base", "К среднему"),
)


@risk_app.command("suggest")
def suggest(
    folder: Annotated[Path, typer.Argument(metavar="SET", help="Folder of the set.")],
    to: Annotated[Path | None, typer.Option("--out", help="JSON file for the suggestions.")] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only findings known by this day."),
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="Suggestions, at most.")] = 10,
    seed: Annotated[int, typer.Option(min=0, help="Of the split into two parts.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Answer with JSON.")] = False,
) -> None:
    """Suggest profiles: rules that held on goods they were not made from. They are drafts.

    Support counts distinct goods; each rule was tried once on the validation goods and stays only if
    its lower limit there lies above the base rate.
    """
    opened = risk.DeclarationSet.open(folder)
    found = risk.suggest_profiles(
        opened,
        as_of=None if as_of is None else as_of.date(),
        options=risk.SuggestionOptions(most=most, seed=seed),
    )
    document = {
        "set": opened.manifest.name,
        "simulated": opened.manifest.simulated,
        "state": "draft",
        "suggestions": [one.to_dict() for one in found],
    }
    if to is not None:
        to.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(document, ensure_ascii=False, indent=2)
        to.write_text(text + "\n", encoding="utf-8")
    if as_json:
        answer_json(document)
        return
    spoken = language()
    table = Table()
    for head in _HEAD:
        table.add_column(head.text(spoken))
    for one in found:
        table.add_row(
            one.condition,
            str(one.items),
            str(one.goods),
            _told(one.train),
            _told(one.validation),
            f"{one.lift:.2f}",
        )
    out.print(table)
    if not found:
        nothing = Words(
            "No rule held on the validation goods.",
            "Ни одно правило не подтвердилось при проверке.",
        )
        err.print(nothing.text(spoken), markup=False)


def _told(estimate: Estimate) -> str:
    limits = estimate.interval
    if limits is None:
        return f"{100 * estimate.value:.1f} %"
    return f"{100 * estimate.value:.1f} % [{100 * limits.low:.1f}; {100 * limits.high:.1f}]"
