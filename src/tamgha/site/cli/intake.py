"""``tamgha risk intake``: take a file of declarations or findings into a set."""

import itertools
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from tamgha import risk
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words
from tamgha.site.cli_app import answer_json, err, language, out, progress, risk_app, say_refusal

SHOWN = 20
FAULTS_HEAD = Words("Faults: {faults}, in {rows} rows", "Ошибок: {faults}, в строках: {rows}")
TAKEN = Words("{taken} rows taken into {into}.", "Принято строк: {taken}, набор {into}.")
NOTHING = Words(
    "Nothing was taken: {refused} of {rows} rows have faults. Mend them, or add --take-good.",
    "Ничего не принято: с ошибками {refused} из {rows} строк. Исправьте их или добавьте --take-good.",
)
MORE = Words("… and {more} more; --json names all", "… и ещё {more}; все — с --json")
REJECTS = Words("The rows to mend are in {path}.", "Строки для исправления — в {path}.")


@risk_app.command()
def intake(  # noqa: PLR0913 -- the options of a command
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV, XLSX, Parquet.")],
    mapping: Annotated[
        str, typer.Option(help="A shipped mapping (kcs), a TOML file, or 'guess'.")
    ] = "guess",
    into: Annotated[Path | None, typer.Option("--out", help="Folder of the set.")] = None,
    take_good: Annotated[
        bool, typer.Option("--take-good", help="Take the good rows; else one fault stops all.")
    ] = False,
    rejects: Annotated[
        Path | None, typer.Option(help="File for the refused rows and what is wrong with each.")
    ] = None,
    save_mapping: Annotated[
        Path | None, typer.Option(help="Write the mapping as it was used, and guessed.")
    ] = None,
    name: Annotated[str, typer.Option(help="Name of a new set.")] = "",
    finding_delay: Annotated[
        int | None, typer.Option(min=0, help="Days after lodging at which labels are known.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Check a file, name all its faults, and take it whole, its good rows, or nothing."""
    if into is None and save_mapping is None:
        raise typer.BadParameter("say where to: --out FOLDER", param_hint="--out")
    try:
        chosen = _mapping(file, mapping, finding_delay)
        if save_mapping is not None:
            chosen.save(save_mapping)
        if into is None:
            return
        taken = _take(file, chosen, into, take_good=take_good, rejects=rejects, name=name)
    except TamghaError as refusal:
        _refuse(refusal, as_json=as_json)
        raise typer.Exit(1) from refusal
    if as_json:
        answer_json(_document(taken))
    else:
        _tell(taken, into)
    if taken.stored is None or taken.refused:
        raise typer.Exit(1)


def _mapping(file: Path, named: str, finding_delay: int | None) -> risk.Mapping:
    if named == "guess":
        chosen = risk.guess_mapping(file).mapping()
    else:
        chosen = risk.Mapping.load(named)
    return chosen if finding_delay is None else chosen.with_delay(finding_delay)


def _take(
    file: Path,
    mapping: risk.Mapping,
    into: Path,
    *,
    take_good: bool,
    rejects: Path | None,
    name: str,
) -> risk.Taken:
    now = datetime.now(UTC)
    with progress(file.name) as bar:
        task = bar.add_task("", total=file.stat().st_size)

        def show(step: risk.Progress) -> None:
            bar.update(task, completed=step.done, total=max(step.total, 1))

        return risk.take_in(
            file,
            mapping,
            into,
            on_fault="take_good" if take_good else "refuse",
            rejects=rejects,
            name=name,
            at=now.isoformat(timespec="seconds"),
            today=now.date(),
            progress=show,
        )


def _refuse(refusal: TamghaError, *, as_json: bool) -> None:
    if not as_json:
        say_refusal(refusal.words, ())
        return
    fault = {"row": None, "column": None, "value": None, "code": "file", "expected": refusal.words}
    answer_json({"taken": 0, "refused": None, "error": refusal.words, "faults": [fault]})


def _document(taken: risk.Taken) -> dict[str, object]:
    checked = taken.checked
    return {
        "taken": taken.taken,
        "refused": taken.refused,
        "rows": checked.rows,
        "faults": [
            {
                "row": fault.row,
                "column": fault.column,
                "field": fault.field,
                "value": fault.value,
                "code": fault.code,
                "expected": fault.expected,
                "likely": fault.likely,
            }
            for fault in checked.faults()
        ],
        "warnings": [
            {
                "code": warning.code,
                "column": warning.column,
                "count": warning.count,
                "says": warning.says,
                "rows": warning.rows[:10],
            }
            for warning in checked.warnings
        ],
        "file": {
            "name": checked.file.name,
            "sha256": checked.sha256,
            "kind": checked.shape.kind,
            "encoding": checked.shape.encoding,
            "separator": checked.shape.separator,
            "decimal": checked.mapping.decimal,
            "dates": checked.date_formats,
        },
        "mapping": checked.mapping.name,
        "rejects": taken.rejects,
        "set": _set_document(taken),
    }


def _set_document(taken: risk.Taken) -> dict[str, object] | None:
    if taken.stored is None:
        return None
    manifest = taken.stored.manifest
    return {
        "name": manifest.name,
        "rows": manifest.rows,
        "declarations": manifest.declarations,
        "first_day": manifest.first_day,
        "last_day": manifest.last_day,
        "examined": manifest.findings.items,
        "found": manifest.findings.found,
        "can": manifest.can,
        "cannot": manifest.cannot,
    }


def _tell(taken: risk.Taken, into: Path) -> None:
    checked, speak = taken.checked, language()
    if checked.fault_count:
        head = FAULTS_HEAD.format(faults=checked.fault_count, rows=checked.refused)
        table = Table(title=head.text(speak), title_justify="left")
        for title in ROW_HEADS:
            table.add_column(title.text(speak), overflow="fold")
        for fault in itertools.islice(checked.faults(), SHOWN):
            expected = fault.expected.text(speak)
            if fault.likely is not None:
                expected += f"; {fault.likely.text(speak)}"
            table.add_row(str(fault.row), fault.column, repr(fault.value)[1:-1], expected)
        out.print(table, markup=False)
        if checked.fault_count > SHOWN:
            out.print(MORE.format(more=checked.fault_count - SHOWN).text(speak), markup=False)
    for warning in checked.warnings:
        where = f"{warning.column}: " if warning.column else ""
        err.print(f"{warning.count:>9,}  {where}{warning.says.text(speak)}", markup=False)
    if taken.rejects is not None:
        out.print(REJECTS.format(path=taken.rejects).text(speak), markup=False)
    if taken.stored is None:
        says = NOTHING.format(refused=checked.refused, rows=checked.rows)
        err.print(says.text(speak), style="bold red", markup=False)
        return
    out.print(TAKEN.format(taken=taken.taken, into=into).text(speak), markup=False)
    for claim in taken.stored.manifest.cannot:
        out.print(f"  – {claim.text(speak)}", markup=False)


ROW_HEADS = (
    Words("Row", "Строка"),
    Words("Column", "Столбец"),
    Words("Value in the file", "Значение в файле"),
    Words("What was expected", "Что ожидалось"),
)
