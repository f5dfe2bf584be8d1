"""Acts on a given file: check it, match its columns anew, take the good rows or nothing.

Nothing of the file is stored before the decision. What a check found lies in a work folder beside
the sets, so that the page can show it days later; a decision is carried out by long work, and what
it stored is in the set whole or not at all.
"""

import os
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from tamgha import risk
from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.files import gateways as file_gateways
from tamgha.platform.files import services as files
from tamgha.platform.files.choices import Access
from tamgha.platform.files.models import StoredFile
from tamgha.platform.jobs import services as jobs
from tamgha.practice.targeting import events, gateways
from tamgha.practice.targeting.choices import IntakeContent, IntakeState, SetState
from tamgha.practice.targeting.models import DeclarationSet, Intake, SavedMapping
from tamgha.practice.targeting.services.sets import enter_set, new_folder, refresh_set
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

CHECK = "targeting.check"
STORE = "targeting.store"
PURPOSE = "targeting.declarations"
LEFT_OUT = ""
SHOWN_FAULTS = 500


def file_of(intake: Intake) -> Path:
    """Return the given file under its own name, so that its ending tells how to read it."""
    folder = gateways.work_folder(intake) / "given"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / Path(intake.file.name).name
    if not path.exists():
        source = file_gateways.path_of(intake.file.sha256)
        try:
            os.link(source, path)
        except OSError:
            shutil.copyfile(source, path)
    return path


@transaction.atomic
def give_file(
    *,
    file: StoredFile,
    content: str,
    into: DeclarationSet | None,
    set_name: str,
    mapping: str,
    by: User,
    at: datetime,
) -> Intake:
    """Give a file of an administration to be taken in, and begin its check.

    Parameters
    ----------
    file : stored for the administration whose rows it holds
    into : the set that its rows are meant for; None makes a new set called ``set_name``
    mapping : TOML text of a mapping; "" to guess one

    Raises
    ------
    TamghaError
        When a new set has the name of one in use, or findings have no set to belong to.
    """
    administration = file.administration
    if administration is None:
        raise ValueError("a file of declarations belongs to an administration")
    if content == IntakeContent.FINDINGS and into is None:
        raise TamghaError(
            Words(
                "Findings belong to declarations: choose the set that holds them.",
                "Результаты досмотра относятся к декларациям: выберите набор, в котором они лежат.",
            )
        )
    if into is None:
        _refuse_taken_name(administration, set_name)
    intake = Intake.objects.create(
        administration=administration,
        file=file,
        content=content,
        set=into,
        set_name=into.name if into else set_name,
        mapping=mapping,
        given_by=by,
        given_at=at,
    )
    events.announce("intake.given", on=intake, by=by, at=at)
    return begin_check(intake=intake, by=by, at=at)


def _refuse_taken_name(administration: Administration, name: str) -> None:
    if DeclarationSet.objects.filter(
        administration=administration, name=name, state=SetState.OPEN
    ).exists():
        raise TamghaError(
            Words(
                f"There is a set called {name!r} already. Add the file to it, or give another name.",
                f"Набор с именем {name!r} уже есть. Добавьте файл к нему или дайте другое имя.",
            )
        )


@transaction.atomic
def begin_check(*, intake: Intake, by: User, at: datetime) -> Intake:
    """Begin, or begin anew, the check of every row; refused once a decision was taken."""
    locked = Intake.objects.select_for_update().get(pk=intake.pk)
    busy = locked.job is not None and not locked.job.is_finished
    if locked.state == IntakeState.STORED or (locked.state == IntakeState.STORING and busy):
        raise TamghaError(Words("This file is stored already.", "Этот файл уже сохранён."))
    locked.state, locked.problem = IntakeState.CHECKING, {}
    locked.decided_by, locked.decided_at = None, None
    locked.save(update_fields=["state", "problem", "decided_by", "decided_at"])
    title = Words(f"Checking {intake.file.name}", f"Проверка {intake.file.name}")
    locked.job = jobs.start(
        CHECK,
        {"intake": locked.pk},
        by=by,
        administration=locked.administration,
        at=at,
        title=title,
    )
    Intake.objects.filter(pk=locked.pk).update(job=locked.job)
    locked.refresh_from_db()
    return locked


def check(intake: Intake, context: jobs.JobContext) -> risk.Checked:
    """Try every row of the file; nothing is stored. Run by the worker."""
    path = file_of(intake)
    try:
        mapping = _mapping_of(intake, path)
        into = gateways.folder_of(intake.set) if intake.set else None
        with risk.Intake(path, mapping, work=gateways.work_folder(intake)) as given:
            checked = given.check(
                into=into,
                progress=lambda step: context.progress(step.rows, _rows_expected(step)),
            )
    except TamghaError as refusal:
        _failed(intake, refusal)
        raise
    _tell(intake, checked)
    return checked


def _rows_expected(step: risk.Progress) -> int | None:
    """Return how many rows the file seems to have, from the share of its bytes that was read."""
    return round(step.rows * step.total / step.done) if step.done and step.total else None


def _failed(intake: Intake, refusal: TamghaError) -> None:
    Intake.objects.filter(pk=intake.pk).update(
        state=IntakeState.FAILED, problem={"en": refusal.words.en, "ru": refusal.words.ru}
    )


def _mapping_of(intake: Intake, path: Path) -> risk.Mapping:
    """Return the mapping of an intake; guess one, with its reasons, where nobody gave one."""
    if intake.mapping:
        mapping = risk.Mapping.loads(intake.mapping, name=path.stem)
        if not intake.columns:
            shape = risk.look_at(path)
            intake.columns = [
                _column(field, _target_of(mapping, field), shape, place, sure=True, why=_GIVEN)
                for place, field in enumerate(shape.header)
            ]
            Intake.objects.filter(pk=intake.pk).update(columns=intake.columns)
        return mapping
    if intake.content == IntakeContent.FINDINGS:
        return _findings_mapping(intake, path)
    guessed = risk.guess_mapping(path)
    intake.columns = [
        {
            "field": guess.field,
            "target": guess.column,
            "sure": guess.is_sure,
            "confirmed": False,
            "why": [guess.why.en, guess.why.ru],
            "sample": list(guess.sample[:3]),
            "others": list(guess.others),
        }
        for guess in guessed.guesses
    ]
    intake.report = {
        "encoding": guessed.shape.encoding,
        "separator": guessed.shape.separator,
        "constants": dict(guessed.constants),
    }
    Intake.objects.filter(pk=intake.pk).update(columns=intake.columns, report=intake.report)
    if guessed.missing:
        raise TamghaError(_columns_missing(guessed.missing))
    mapping = guessed.mapping()
    intake.mapping = mapping.dumps()
    Intake.objects.filter(pk=intake.pk).update(mapping=intake.mapping)
    return mapping


_BY_NAME = Words("by its name", "по названию")


def _findings_mapping(intake: Intake, path: Path) -> risk.Mapping:
    """Return the mapping of a file of findings whose columns carry the names of ours."""
    shape = risk.look_at(path)
    names = {
        text.casefold(): name
        for name, column in risk.FINDING_COLUMNS.items()
        for text in (name, column.label.en, column.label.ru)
    }
    taken = {field: names.get(field.strip().casefold(), LEFT_OUT) for field in shape.header}
    intake.columns = [
        _column(field, taken[field], shape, place, sure=bool(taken[field]), why=_BY_NAME)
        for place, field in enumerate(shape.header)
    ]
    intake.report = {"encoding": shape.encoding, "separator": shape.separator, "constants": {}}
    Intake.objects.filter(pk=intake.pk).update(columns=intake.columns, report=intake.report)
    missing = tuple({"declaration", "known", "found"} - set(taken.values()))
    if missing:
        raise TamghaError(_columns_missing(tuple(sorted(missing))))
    mapping = _mapped(intake, taken)
    intake.mapping = mapping.dumps()
    Intake.objects.filter(pk=intake.pk).update(mapping=intake.mapping)
    return mapping


def _columns_missing(names: tuple[str, ...]) -> Words:
    labels = [(risk.COLUMNS.get(name) or risk.FINDING_COLUMNS[name]).label for name in names]
    return Words(
        "No column of the file could be recognised as: "
        f"{', '.join(label.en for label in labels)}. Choose the column below, then check again.",
        "Ни один столбец файла не распознан как: "
        f"{', '.join(label.ru for label in labels)}. Выберите столбец ниже и проверьте ещё раз.",
    )


_GIVEN = Words("as the mapping says", "как задано в сопоставлении")


def _target_of(mapping: risk.Mapping, field: str) -> str:
    for name, one in mapping.columns.items():
        if one.field == field:
            return name
    for name, one in mapping.labels.items():
        if one.field == field:
            return f"findings.{name}"
    return LEFT_OUT


def _column(
    field: str, target: str, shape: risk.FileShape, place: int, *, sure: bool, why: Words
) -> dict[str, Any]:
    sample = list(
        dict.fromkeys(row[place] for row in shape.sample if place < len(row) and row[place])
    )
    return {
        "field": field,
        "target": target,
        "sure": sure,
        "confirmed": sure,
        "why": [why.en, why.ru],
        "sample": sample[:3],
        "others": [],
    }


def _tell(intake: Intake, checked: risk.Checked) -> None:
    """Write what a check found into the catalogue, and let the page ask for a decision."""
    intake.report = {
        "encoding": checked.shape.encoding,
        "separator": checked.shape.separator,
        "columns": len(checked.shape.header),
        "formats": checked.date_formats,
        "first_day": checked.first_day.isoformat() if checked.first_day else "",
        "last_day": checked.last_day.isoformat() if checked.last_day else "",
        "by_column": [[name, count] for name, count in checked.faults_by_column()],
        "warnings": [
            {
                "column": one.column,
                "count": one.count,
                "says": [one.says.en, one.says.ru],
                "rows": list(one.rows[:5]),
            }
            for one in checked.warnings
        ],
        "blank": checked.blank,
    }
    intake.rows, intake.good, intake.faults = checked.rows, checked.good, checked.fault_count
    intake.warnings = sum(one["count"] for one in intake.report["warnings"])
    intake.state = IntakeState.WAITING
    intake.save(
        update_fields=[
            "report",
            "rows",
            "good",
            "faults",
            "warnings",
            "state",
            "columns",
            "mapping",
        ]
    )


@transaction.atomic
def match_columns(*, intake: Intake, targets: dict[str, str], by: User, at: datetime) -> Intake:
    """Take columns of the file for other columns of the row, and check every row again.

    Parameters
    ----------
    targets : field of the file -> column of the row; "" leaves it out

    Raises
    ------
    TamghaError
        When two fields are taken for one column, or a required column is missing.
    """
    taken = {column["field"]: column["target"] for column in intake.columns} | targets
    _refuse_twice(taken)
    if intake.mapping:
        name = Path(intake.file.name).stem
        mapping = _remapped(risk.Mapping.loads(intake.mapping, name=name), taken)
    else:
        mapping = _mapped(intake, taken)
    intake.mapping = mapping.dumps()
    intake.columns = [
        column | {"target": taken[column["field"]], "confirmed": True, "sure": True}
        if column["field"] in targets
        else column
        for column in intake.columns
    ]
    intake.save(update_fields=["mapping", "columns"])
    return begin_check(intake=intake, by=by, at=at)


def _refuse_twice(taken: dict[str, str]) -> None:
    chosen = [target for target in taken.values() if target]
    twice = next((target for target in chosen if chosen.count(target) > 1), "")
    if twice:
        fields = ", ".join(field for field, target in taken.items() if target == twice)
        raise TamghaError(
            Words(
                f"{fields} cannot all be {twice}: leave out all but one.",
                f"{fields} не могут все быть {twice}: оставьте только один.",
            )
        )


def _mapped(intake: Intake, taken: dict[str, str]) -> risk.Mapping:
    """Return the first whole mapping of a file whose columns could not all be guessed."""
    constants = dict(intake.report.get("constants", {})) | {"item": "1"}
    labels = {
        target.removeprefix("findings."): risk.FieldMap(field)
        for field, target in taken.items()
        if target.startswith("findings.")
    }
    columns = {
        target: risk.FieldMap(field)
        for field, target in taken.items()
        if target and "." not in target
    }
    return risk.Mapping(
        name=Path(intake.file.name).stem,
        holds=str(intake.content),
        columns=columns,
        labels=labels if "found" in labels else {},
        constants={name: value for name, value in constants.items() if name not in columns},
        left_out=tuple(field for field, target in taken.items() if not target),
        delay_days=30 if "found" in labels and "known" not in labels else None,
    )


def _remapped(mapping: risk.Mapping, taken: dict[str, str]) -> risk.Mapping:
    known = {one.field: one for one in [*mapping.columns.values(), *mapping.labels.values()]}
    columns = {
        target: known.get(field, risk.FieldMap(field))
        for field, target in taken.items()
        if target and "." not in target
    }
    labels = {
        target.removeprefix("findings."): known.get(field, risk.FieldMap(field))
        for field, target in taken.items()
        if target.startswith("findings.")
    }
    constants = {name: value for name, value in mapping.constants.items() if name not in columns}
    for name, value in (("item", "1"), ("direction", "import"), ("hs_edition", "by date")):
        if name not in columns and name not in constants and mapping.holds == "items":
            constants[name] = value
    return replace(
        mapping,
        columns=columns,
        labels=labels if "found" in labels else {},
        constants=constants,
        left_out=tuple(field for field, target in taken.items() if not target),
        delay_days=mapping.delay_days if "found" in labels else None,
    )


@transaction.atomic
def confirm_columns(*, intake: Intake, fields: list[str]) -> None:
    """Say of guessed columns that the guess is right."""
    intake.columns = [
        column | {"confirmed": True} if column["field"] in fields else column
        for column in intake.columns
    ]
    intake.save(update_fields=["columns"])


@transaction.atomic
def change_delay(*, intake: Intake, days: int, by: User, at: datetime) -> Intake:
    """Change after how many days labels are taken to be known, and check again."""
    if not 0 <= days <= 3650:
        raise TamghaError(
            Words(
                f"0 to 3,650 days were expected; {days} came.",
                f"Ожидается от 0 до 3650 дней, задано {days}.",
            )
        )
    mapping = risk.Mapping.loads(intake.mapping, name="changed").with_delay(days)
    intake.mapping = mapping.dumps()
    intake.save(update_fields=["mapping"])
    return begin_check(intake=intake, by=by, at=at)


@transaction.atomic
def keep_mapping(*, intake: Intake, name: str, by: User, at: datetime) -> SavedMapping:
    """Keep the mapping of an intake under a name, for the sender's next file."""
    kept, _made = SavedMapping.objects.update_or_create(
        administration=intake.administration,
        name=name,
        defaults={"text": intake.mapping, "made_by": by, "made_at": at},
    )
    return kept


@transaction.atomic
def decide(*, intake: Intake, take: bool, by: User, at: datetime) -> Intake:
    """Carry out a decision: take the good rows, or nothing. Refused unless one is waited for."""
    locked = Intake.objects.select_for_update().get(pk=intake.pk)
    if locked.state != IntakeState.WAITING:
        raise TamghaError(
            Words(
                "No decision is waited for here: the rows are being checked, or it was taken already.",
                "Решение здесь не ожидается: строки проверяются либо оно уже принято.",
            )
        )
    if take and not locked.good:
        raise TamghaError(Words("No row can be taken.", "Ни одну строку принять нельзя."))
    locked.decided_by, locked.decided_at = by, at
    locked.state = IntakeState.STORING if take else IntakeState.DECLINED
    locked.save(update_fields=["decided_by", "decided_at", "state"])
    events.announce("intake.decided", on=locked, by=by, at=at, take=take)
    if take:
        title = Words(f"Storing {locked.file.name}", f"Сохранение {locked.file.name}")
        locked.job = jobs.start(
            STORE,
            {"intake": locked.pk},
            by=by,
            administration=locked.administration,
            at=at,
            title=title,
        )
        Intake.objects.filter(pk=locked.pk).update(job=locked.job)
    locked.refresh_from_db()
    return locked


def store(
    intake: Intake, context: jobs.JobContext, *, at: datetime
) -> tuple[DeclarationSet, risk.Taken]:
    """Store the good rows, write the others to a file to mend. Run by the worker."""
    checked = risk.Checked.open(gateways.work_folder(intake))
    row = intake.set
    folder = gateways.folder_of(row) if row else new_folder()
    mend = gateways.work_folder(intake) / f"{Path(intake.file.name).stem}_to_mend.csv"
    try:
        taken = risk.store_checked(
            checked,
            folder,
            name=intake.set_name,
            at=at.isoformat(),
            on_fault="take_good",
            rejects=mend,
            progress=lambda step: context.progress(step.done, step.total),
        )
    except TamghaError as refusal:
        Intake.objects.filter(pk=intake.pk).update(
            state=IntakeState.WAITING,
            decided_by=None,
            decided_at=None,
            problem={"en": refusal.words.en, "ru": refusal.words.ru},
        )
        raise
    by = intake.decided_by or intake.given_by
    with transaction.atomic():
        if row is None:
            row = enter_set(
                administration=intake.administration,
                name=intake.set_name,
                folder=folder,
                by=by,
                at=at,
            )
        else:
            row = refresh_set(row=row, by=by, at=at)
        intake.set, intake.state = row, IntakeState.STORED
        if taken.rejects is not None and taken.rejects.is_file():
            intake.rejects = _kept_rejects(intake, taken.rejects, by=by, at=at)
        intake.save(update_fields=["set", "state", "rejects"])
    gateways.indicator_table(row, gateways.open_set(row))
    return row, taken


def _kept_rejects(intake: Intake, path: Path, *, by: User, at: datetime) -> StoredFile:
    with path.open("rb") as file:
        return files.store(
            iter(lambda: file.read(1 << 20), b""),
            name=path.name,
            keeping=files.Keeping(
                owner=by,
                administration=intake.administration,
                access=Access.PRIVATE,
                purpose=PURPOSE,
            ),
            at=at,
        )
