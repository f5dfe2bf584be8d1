"""``tamgha risk indicators``: the indicators of every row of a set, as a Parquet file."""

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import typer
from rich.table import Table

from tamgha import risk
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words
from tamgha.site.cli_app import answer_json, language, out, risk_app

_HEADINGS = (
    Words("Indicator", "Индикатор"),
    Words("Meaning", "Смысл"),
    Words("Empty", "Пусто"),
    Words("Median", "Медиана"),
    Words("95 %", "95 %"),
)
_NAMES = ("declaration", "item", "lodged")
_QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


@risk_app.command("indicators")
def compute_set(
    folder: Annotated[Path, typer.Argument(metavar="SET", help="Folder of the set.")],
    to: Annotated[Path, typer.Option("--out", dir_okay=False, help="Parquet file to write.")],
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Name of an indicator; may be repeated.")
    ] = None,
    declare: Annotated[
        Path | None,
        typer.Option(
            "--declare", exists=True, dir_okay=False, help="TOML with further indicators."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer with JSON.")] = False,
) -> None:
    """Compute indicators from what was known before each row's day.

    The file begins with declaration, item and lodged, in the order of the set.
    """
    opened = risk.DeclarationSet.open(folder)
    indicators = _chosen(declare, only or [])
    read = {name for one in indicators for name in one.columns}
    columns = [name for name in risk.COLUMNS if name in {*_NAMES, "day"} or name in read]
    texts = [name for name in columns if risk.COLUMNS[name].is_text and name != "declaration"]
    items = opened.items(columns, dictionary=texts)
    values = risk.compute_indicators(items, opened.all_findings(), indicators)
    table = pa.table({name: items[name] for name in _NAMES})
    for name in values.column_names:
        table = table.append_column(name, values[name])
    _write(table, to)
    described = {one.name: _described(values[one.name]) for one in indicators}
    if as_json:
        answer_json(_document(opened, to, described))
        return
    _print(opened, indicators, described)


def _chosen(declare: Path | None, only: list[str]) -> list[risk.Indicator]:
    known = dict(risk.READY)
    declared = [] if declare is None else risk.load_indicators(declare)
    twice = [one.name for one in declared if one.name in known]
    if twice:
        raise TamghaError(
            Words(
                f"{declare}: the names {', '.join(twice)} are taken by ready indicators; "
                "choose others.",
                f"{declare}: имена {', '.join(twice)} заняты готовыми индикаторами; "
                "выберите другие.",
            )
        )
    known |= {one.name: one for one in declared}
    unknown = [name for name in only if name not in known]
    if unknown:
        raise TamghaError(
            Words(
                f"There is no indicator {', '.join(unknown)}. Known: {', '.join(known)}.",
                f"Нет индикатора {', '.join(unknown)}. Известны: {', '.join(known)}.",
            )
        )
    return [known[name] for name in dict.fromkeys(only)] if only else list(known.values())


def _described(values: pa.ChunkedArray) -> dict[str, Any]:
    known = pc.drop_null(values).to_numpy()
    cuts = np.quantile(known, _QUANTILES).tolist() if len(known) else [None] * len(_QUANTILES)
    return {
        "missing": values.null_count,
        "missing_share": values.null_count / len(values) if len(values) else 0.0,
        "quantiles": dict(zip(map(str, _QUANTILES), cuts, strict=True)),
    }


def _write(table: pa.Table, to: Path) -> None:
    """Write under a temporary name and rename: the file is whole or absent."""
    beside = to.with_name(f".{to.name}.part")
    try:
        pq.write_table(table, beside, compression="zstd")
        beside.replace(to)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise TamghaError(
            Words(f"{to} cannot be written: {error}", f"Не удалось записать {to}: {error}")
        ) from error


def _document(
    opened: risk.DeclarationSet, to: Path, described: dict[str, dict[str, Any]]
) -> dict[str, object]:
    return {
        "set": opened.manifest.name,
        "simulated": opened.manifest.simulated,
        "rows": opened.manifest.rows,
        "out": str(to),
        "indicators": described,
    }


def _print(
    opened: risk.DeclarationSet,
    indicators: list[risk.Indicator],
    described: dict[str, dict[str, Any]],
) -> None:
    speech = language()
    table = Table(*(heading.text(speech) for heading in _HEADINGS))
    for indicator in indicators:
        one = described[indicator.name]
        middle, high = one["quantiles"]["0.5"], one["quantiles"]["0.95"]
        table.add_row(
            indicator.name,
            indicator.label.text(speech),
            f"{one['missing_share']:.1%}",
            "–" if middle is None else f"{middle:,.6g}",
            "–" if high is None else f"{high:,.6g}",
        )
    out.print(table)
    if opened.manifest.simulated:
        out.print(
            Words("Everything in this set is simulated.", "Всё в этом наборе смоделировано.").text(
                speech
            )
        )
