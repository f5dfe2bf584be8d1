"""An intake as its page shows it: the way, the faults, the columns."""

from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tamgha import risk
from tamgha.platform.ui import formats
from tamgha.practice.targeting.choices import IntakeState
from tamgha.practice.targeting.gateways import work_folder
from tamgha.practice.targeting.models import Intake
from tamgha.shared.errors import TamghaError

SIZE = 50


@dataclass(frozen=True, slots=True)
class FaultPage:
    """Some faults of a file, in the order of its lines."""

    faults: list[risk.Fault]
    shown: int
    total: int
    next: int | None


def fault_page(intake: Intake, *, column: str | None, after: str) -> FaultPage:
    """Return the next faults of an intake, all or those of one column of the file."""
    start = int(after) if after.isdigit() else 0
    if not intake.faults:
        return FaultPage([], 0, 0, None)
    try:
        checked = risk.Checked.open(work_folder(intake))
    except (TamghaError, OSError):
        return FaultPage([], 0, 0, None)
    counts = dict(checked.faults_by_column())
    total = counts.get(column, 0) if column is not None else checked.fault_count
    found = list(islice(checked.faults(column=column), start, start + SIZE))
    shown = start + len(found)
    return FaultPage(found, shown, total, shown if shown < total else None)


def intake_steps(intake: Intake) -> list[dict[str, Any]]:
    """Return the way of a file, step by step, for the page's cord."""
    state = intake.state
    report = intake.report
    guessed = sum(
        1 for one in intake.columns if one["target"] and not (one["sure"] or one["confirmed"])
    )
    left = sum(1 for one in intake.columns if not one["target"])
    taken = len(intake.columns) - left - guessed
    checked = state not in {IntakeState.GIVEN, IntakeState.CHECKING, IntakeState.FAILED}
    read = ", ".join(
        part for part in (_size(intake), report.get("encoding", ""), _separator(report)) if part
    )
    matched = _("%(taken)d matched, %(guessed)d guessed, %(left)d left out") % {
        "taken": taken,
        "guessed": guessed,
        "left": left,
    }
    return [
        {"title": _("File read"), "facts": read, "knot": "seal" if intake.columns else "ring"},
        {
            "title": _("Columns matched"),
            "facts": matched if intake.columns else "",
            "knot": _matched_knot(intake, guessed),
        },
        {
            "title": _("Rows checked"),
            "facts": ngettext("%(n)s row", "%(n)s rows", intake.rows)
            % {"n": formats.number(intake.rows)}
            if checked
            else "",
            "knot": "seal" if checked else ("ring" if state == IntakeState.CHECKING else "dashed"),
        },
        {
            "title": _("You decide"),
            "facts": _decision(intake),
            "knot": "ring"
            if state == IntakeState.WAITING
            else ("seal" if intake.decided_at else "dashed"),
        },
        {
            "title": _("Stored"),
            "facts": intake.set_name,
            "knot": "seal"
            if state == IntakeState.STORED
            else ("ring" if state == IntakeState.STORING else "dashed"),
        },
    ]


def _matched_knot(intake: Intake, guessed: int) -> str:
    if not intake.columns:
        return "dashed"
    return "half" if guessed else "seal"


def _decision(intake: Intake) -> str:
    if intake.state == IntakeState.DECLINED:
        return _("nothing was taken")
    if intake.state in {IntakeState.STORED, IntakeState.STORING}:
        return _("the good rows were taken")
    return _("take the good rows or nothing")


def _size(intake: Intake) -> str:
    return _("%(size)s MB") % {"size": formats.number(intake.file.size / 1e6, 1)}


def _separator(report: dict[str, Any]) -> str:
    names = {",": _("comma"), ";": _("semicolon"), "\t": _("tab"), "|": "|"}
    found = report.get("separator") or ""
    return _("separator %(name)s") % {"name": names.get(found, found)} if found else ""


def mapped_columns(intake: Intake, language: str) -> list[dict[str, Any]]:
    """Return the columns of the file with what each is taken for, why, and what else it could be."""
    place = 1 if language == "ru" else 0
    shown = []
    for at, one in enumerate(intake.columns):
        target = one["target"]
        shown.append(
            {
                "at": at,
                "field": one["field"],
                "sample": " · ".join(str(value) for value in one["sample"]) or "–",
                "target": target,
                "label": _label(target, language),
                "why": one["why"][place],
                "state": "left"
                if not target
                else ("sure" if one["sure"] or one["confirmed"] else "guess"),
            }
        )
    return shown


def _label(target: str, language: str) -> str:
    if not target:
        return _("Not taken")
    if target.startswith("findings."):
        column = risk.FINDING_COLUMNS.get(target.removeprefix("findings."))
    else:
        column = risk.COLUMNS.get(target)
    if column is None:
        return target
    label = column.label.text(language)
    return (
        _("%(label)s, box %(box)s") % {"label": label, "box": column.box} if column.box else label
    )


def target_choices(language: str) -> list[tuple[str, str]]:
    """Return what a column of a file may be taken for."""
    choices = [("", _("Not taken"))]
    choices += [
        (name, _label(name, language)) for name in risk.COLUMNS if name not in {"day", "hour"}
    ]
    choices += [
        (f"findings.{name}", _("Finding: %(label)s") % {"label": column.label.text(language)})
        for name, column in risk.FINDING_COLUMNS.items()
        if name not in {"declaration", "item"}
    ]
    return choices
