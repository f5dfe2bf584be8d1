"""``tamgha risk score``: score the rows of a set with a model, with the reasons of the first ones."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import typer

from tamgha import risk
from tamgha.shared.words import Words
from tamgha.site.cli_app import answer_json, err, language, out, risk_app


class By(StrEnum):
    """What rows are ranked by."""

    SCORE = "score"
    REVENUE = "revenue"


@risk_app.command("score")
def score_set(
    folder: Annotated[Path, typer.Argument(metavar="SET", help="Folder of the set.")],
    model: Annotated[Path, typer.Option("--model", help="Folder of the model.")],
    to: Annotated[Path, typer.Option("--out", help="Parquet file to be written.")],
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only findings known by this day."),
    ] = None,
    reasons: Annotated[
        int, typer.Option(min=0, help="Give the reasons of so many rows, highest first.")
    ] = 1_000,
    by: Annotated[
        By,
        typer.Option(help="Rank by the score, or by score × log(1 + duty at stake)."),
    ] = By.SCORE,
    as_json: Annotated[bool, typer.Option("--json", help="Answer with JSON.")] = False,
) -> None:
    """Score every row: declaration, item, lodged, score, duty at stake, rank, and reasons in words.

    A row sees findings only that were known before its day. Every score is a probability of a find
    if the row were examined; the model's card says how far it may be trusted.
    """
    opened = risk.DeclarationSet.open(folder)
    trained = risk.Model.load(model)
    trade = risk.Trade.of(opened).known_by(None if as_of is None else as_of.date())
    features = trained.features(trade)
    score = trained.score(features)
    stake = risk.stakes(trade)
    place = score if by is By.SCORE else risk.revenue_priority(score, stake)
    order = np.argsort(-place, kind="stable")
    rank = np.empty(score.size, np.int64)
    rank[order] = np.arange(1, score.size + 1)
    told: list[list[str] | None] = [None] * score.size
    best = order[:reasons]
    if best.size:
        for row, mine in zip(best, trained.reasons(features.take(best)), strict=True):
            told[row] = [reason.words.text(language()) for reason in mine]
    table = trade.items.select(["declaration", "item", "lodged"])
    table = table.append_column("score", pa.array(score))
    table = table.append_column("tax_at_stake", pa.array(stake, from_pandas=True))
    table = table.append_column("rank", pa.array(rank))
    table = table.append_column("reasons", pa.array(told, pa.list_(pa.string())))
    to.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, to)
    facts = {
        "out": str(to),
        "rows": int(score.size),
        "ranked_by": by.value,
        "with_reasons": int(best.size),
        "mean_score": float(score.mean()) if score.size else None,
        "simulated": opened.manifest.simulated,
    }
    if as_json:
        answer_json(facts)
        return
    rows = Words(f"{score.size:,} rows scored", f"Оценено строк: {score.size}")
    out.print(rows.text(language()), markup=False)
    err.print(Words(f"Written to {to}", f"Записано в {to}").text(language()), style="dim")
