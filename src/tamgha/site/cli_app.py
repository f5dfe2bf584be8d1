"""What every command of `tamgha` shares: the two applications, and how they speak.

A command answers on standard output: a table for people, or with ``--json`` one JSON document
for programs. Progress and refusals go to standard error. Exit code 1 is a refusal of input,
2 a wrong use of the command.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from tamgha.shared.words import Words

app = typer.Typer(
    name="tamgha",
    help="Tamgha: a Master Trainer Programme on customs risk management, and its risk engine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
risk_app = typer.Typer(
    help="The risk engine on plain files; no database is needed.", no_args_is_help=True
)
app.add_typer(risk_app, name="risk")

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def language() -> str:
    """Return the language in which the command speaks, from the environment: "en" or "ru"."""
    named = os.environ.get("LC_ALL") or os.environ.get("LANG") or "en"
    return "ru" if named.lower().startswith("ru") else "en"


def say_refusal(what: Words, faults: Sequence[Words]) -> None:
    """Print a refusal, with all its faults, to standard error."""
    err.print(what.text(language()), style="bold red", markup=False)
    for fault in faults:
        err.print(f"  - {fault.text(language())}", markup=False)


def _plain(value: object) -> object:
    if isinstance(value, Words):
        return value.text(language())
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal | Fraction):
        return float(value)
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"no JSON for {type(value).__name__}")


def answer_json(document: object) -> None:
    """Print one JSON document to standard output (UTF-8; infinities as null)."""
    typer.echo(json.dumps(_finite(document), ensure_ascii=False, indent=2, default=_plain))


def _finite(value: object) -> object:
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value


@contextmanager
def progress(what: str) -> Iterator[Progress]:
    """Show progress on standard error when it is a terminal; stay silent otherwise."""
    with Progress(
        TextColumn(what),
        BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f}"),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    ) as shown:
        yield shown
