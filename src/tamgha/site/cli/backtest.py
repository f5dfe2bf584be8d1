"""``tamgha risk backtest``: what profiles would have hit and found in a set."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import typer
from rich.table import Table

from tamgha import risk
from tamgha.shared.figures import Estimate, NotShown
from tamgha.shared.words import Words
from tamgha.site.cli_app import answer_json, err, language, out, risk_app

Mask = npt.NDArray[np.bool_]

ALL = "*"
_HEADINGS = (
    Words("Profile", "Профиль"),
    Words("Declarations hit", "Попаданий (деклараций)"),
    Words("Examined", "Досмотрено"),
    Words("Finds", "Находок"),
    Words("Hit rate", "Результативность"),
    Words("Against the rest", "Против остальных"),
    Words("Against the other examined", "Против прочих досмотренных"),
    Words("Lane share", "Доля коридора"),
)
_SIMULATED = Words("Everything in this set is simulated.", "Всё в этом наборе смоделировано.")


@risk_app.command("backtest")
def backtest_profiles(
    folder: Annotated[Path, typer.Argument(metavar="SET", help="Folder of the set.")],
    profiles: Annotated[
        Path, typer.Option("--profiles", exists=True, dir_okay=False, help=".txt, .csv or .json.")
    ],
    lists: Annotated[
        Path | None,
        typer.Option("--lists", exists=True, dir_okay=False, help=".toml, .csv or .json."),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only findings known by this day."),
    ] = None,
    capacity: Annotated[
        float | None, typer.Option(min=0, help="Examinations that can be made a day.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer with JSON.")] = False,
) -> None:
    """Test profiles on past declarations: hits, finds, rates with intervals, overlap, weeks.

    What the set cannot carry reads "not estimable", with the reason and what it would take.
    """
    opened = risk.DeclarationSet.open(folder)
    read = risk.read_profiles(profiles)
    context = context_of(opened, as_of)
    single, together = risk.backtest_all(
        context,
        profile_hits(opened, read, named_lists(lists)),
        red={one.code: one.red for one in read},
        capacity=capacity,
    )
    if as_json:
        answer_json(_document(opened, context, single, together))
        return
    _print(opened, context, {**single, ALL: together})


def context_of(opened: risk.DeclarationSet, as_of: datetime | None) -> risk.BacktestContext:
    """Return the declarations of a set with what was known of them by a day."""
    day: date | None = None if as_of is None else as_of.date()
    return risk.BacktestContext.of(opened.items(["declaration", "day"]), opened.outcomes(day))


def named_lists(path: Path | None) -> risk.ProfileLists:
    """Return the lists of a file; none without one."""
    return risk.ProfileLists() if path is None else risk.read_lists(path)


def profile_hits(
    opened: risk.DeclarationSet,
    profiles: Sequence[risk.Profile],
    lists: risk.ProfileLists | None = None,
) -> dict[str, Mask]:
    """Return the items that each profile hits, code -> shape (n,); indicators computed as needed."""
    named = {name for one in profiles for name in one.condition.columns}
    indicators = [risk.READY[name] for name in sorted(named) if name in risk.READY]
    if indicators:
        items = opened.items()
        extra = risk.compute_indicators(items, opened.all_findings(), indicators)
    else:
        columns = sorted(name for name in named | {"office", "direction"} if name in risk.COLUMNS)
        items, extra = opened.items(columns), None
    evaluator = risk.ColumnarEvaluator(items, extra, lists=lists)
    return {one.code: np.asarray(evaluator.hits(one.reach)) for one in profiles}


def _document(
    opened: risk.DeclarationSet,
    context: risk.BacktestContext,
    single: Mapping[str, risk.Backtest],
    together: risk.Backtest,
) -> dict[str, object]:
    manifest = opened.manifest
    return {
        "set": {
            "name": manifest.name,
            "simulated": manifest.simulated,
            "fingerprint": manifest.fingerprint,
            "items": context.items,
            "declarations": context.declarations,
            "first_day": manifest.first_day,
            "last_day": manifest.last_day,
            "evidence": context.evidence,
            "covered": None if context.evidence == "inspected_only" else context.covered,
        },
        "base_rate": {
            "name": as_plain(context.base_name),
            **as_plain(context.base_rate),
        },
        "flow": as_plain(dict(context.overall())),
        "profiles": {code: as_plain(result) for code, result in single.items()},
        "together": as_plain(together),
    }


def _print(
    opened: risk.DeclarationSet,
    context: risk.BacktestContext,
    results: Mapping[str, risk.Backtest],
) -> None:
    speech = language()
    table = Table(*(heading.text(speech) for heading in _HEADINGS))
    for code, one in results.items():
        table.add_row(
            code,
            f"{one.hit:,}",
            f"{one.examined:,}",
            f"{one.finds:,}",
            shown(one.hit_rate),
            shown(one.against_rest.difference, points=True),
            shown(one.against_examined.difference, points=True),
            shown(one.lane_share),
        )
    out.print(table)
    out.print(f"{context.base_name.text(speech)}: {shown(context.base_rate)}")
    say_missing(
        part
        for one in results.values()
        for part in (one.hit_rate, one.against_rest.difference, one.against_examined.difference)
    )
    if opened.manifest.simulated:
        err.print(_SIMULATED.text(speech), style="dim")


def shown(found: Estimate | NotShown, *, points: bool = False, scale: float = 100) -> str:
    """Return a figure as a table shows it: per cent with its limits, or why it is not there."""
    if isinstance(found, NotShown):
        return _KINDS[found.kind].text(language())
    least = _AT_LEAST.text(language()) + " " if found.bound == "at_least" else ""
    sign = "+" if points and found.value > 0 else ""
    unit = "" if scale == 1 else " %"
    text = f"{least}{sign}{found.value * scale:,.1f}{unit}"
    if found.interval is None:
        return text
    high = "∞" if found.interval.high == float("inf") else f"{found.interval.high * scale:,.1f}"
    return f"{text} [{found.interval.low * scale:,.1f}; {high}]"


_AT_LEAST = Words("at least", "не менее")
_KINDS = {
    "not_estimable": Words("not estimable", "оценить нельзя"),
    "too_few": Words("too few to show", "слишком мало, чтобы показать"),
    "too_early": Words("too early to say", "рано судить"),
}


def say_missing(figures: Iterable[Estimate | NotShown]) -> None:
    """Print, once each, why figures are not shown and what it would take."""
    speech = language()
    missing = {one.reason.en: one for one in figures if isinstance(one, NotShown)}
    for one in missing.values():
        kind = _KINDS[one.kind].text(speech)
        out.print(f"{kind}: {one.reason.text(speech)} {one.needs.text(speech)}", markup=False)


def as_plain(value: object) -> Any:
    """Return an estimate, a back-test, a frontier or the like as dicts, lists and numbers.

    An `Estimate` becomes ``value``, ``low``, ``high``, ``level``, ``method``, ``n`` and ``bound``; a
    `NotShown` becomes ``not_shown``, ``reason``, ``needs`` and ``n``, the words in both languages.
    """
    if isinstance(value, Estimate):
        return _estimate(value)
    if isinstance(value, NotShown):
        return {
            "not_shown": value.kind,
            "reason": as_plain(value.reason),
            "needs": as_plain(value.needs),
            "n": value.n,
        }
    if isinstance(value, Words):
        return {"en": value.en, "ru": value.ru}
    if is_dataclass(value):
        return {part.name: as_plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, dict):
        return {key: as_plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain(part) for part in value]
    return _array(value)


def _estimate(value: Estimate) -> dict[str, object]:
    limits = value.interval
    return {
        "value": value.value,
        "low": limits.low if limits else None,
        "high": limits.high if limits else None,
        "level": limits.level if limits else None,
        "method": (limits.method if limits else "") or value.method,
        "n": value.n,
        "bound": value.bound,
    }


def _array(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.astype(str).tolist() if value.dtype.kind == "M" else value.tolist()
    return value.item() if isinstance(value, np.generic) else value
