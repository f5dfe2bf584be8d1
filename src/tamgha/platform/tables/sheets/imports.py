"""A file kept until it is decided: taken whole or in part, in one transaction, or taken back."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from tamgha.platform.tables.models import SheetImport
from tamgha.platform.tables.sheets.checking import (
    Plan,
    PlannedRow,
    check,
    faults_of,
    guess_mapping,
)
from tamgha.platform.tables.sheets.declared import Applied, Sheet
from tamgha.platform.tables.sheets.reading import read_sheet
from tamgha.shared.errors import RefusedError, TamghaError
from tamgha.shared.words import Words


class SheetImportError(TamghaError):
    """An import that is not what the reader saw, or is decided already."""


def keep(sheet: Sheet, *, data: bytes, file_name: str, by: Any, at: datetime) -> SheetImport:
    """Read a file and keep its rows until they are decided. Raises SheetFileError."""
    head, rows = read_sheet(data)
    return SheetImport.objects.create(
        owner_id=by.pk,
        sheet=sheet.name,
        file_name=file_name[-200:],
        head=head,
        rows=rows,
        mapping=guess_mapping(sheet, head),
        given_at=at,
    )


def plan_of(sheet: Sheet, kept: SheetImport, *, by: Any) -> Plan:
    """Return what a kept file would do now."""
    rows = [(int(number), list(cells)) for number, cells in kept.rows]
    return check(sheet, rows, kept.mapping, by=by)


@transaction.atomic
def take(
    sheet: Sheet,
    kept: SheetImport,
    *,
    seen: str,
    by: Any,
    at: datetime,
    chosen: Collection[int] | None = None,
) -> list[tuple[PlannedRow, Applied]]:
    """Bring in every good row that changes something, or the chosen ones: all of them or none.

    ``seen`` is the fingerprint of the plan that the reader looked at. Returns what each row did.
    Raises SheetImportError when the plan is another by now or the file is decided; RefusedError with
    what the service refused, row by row.
    """
    locked = SheetImport.objects.select_for_update().get(pk=kept.pk)
    _refuse_decided(locked)
    plan = plan_of(sheet, locked, by=by)
    if plan.fingerprint != seen:
        raise SheetImportError(
            Words(
                "Since you looked, something has changed. Look at the rows again; nothing was saved.",
                "С тех пор как вы смотрели, данные изменились. Посмотрите ещё раз; ничего не сохранено.",
            )
        )
    rows = [one for one in plan.rows if one.kind != "same"]
    if chosen is not None:
        rows = [one for one in rows if one.number in chosen]
    if not rows:
        raise SheetImportError(
            Words(
                "No row that would change anything was chosen.",
                "Не отмечено ни одной строки, которая что-то меняет.",
            )
        )
    done = _apply_all(sheet, rows, by=by, at=at)
    locked.state, locked.taken_at = SheetImport.State.TAKEN, at
    locked.done = [[row.number, row.kind, applied.undo] for row, applied in done]
    locked.save(update_fields=["state", "taken_at", "done"])
    return done


def _apply_all(
    sheet: Sheet, rows: list[PlannedRow], *, by: Any, at: datetime
) -> list[tuple[PlannedRow, Applied]]:
    done, refused = [], []
    for row in rows:
        try:
            with transaction.atomic():  # so that the next rows can still be tried
                done.append((row, sheet.apply(row.values, row.existing, by=by, at=at)))
        except TamghaError as refusal:
            refused += faults_of(row.number, refusal)
    if refused:
        raise RefusedError(
            Words("Nothing was saved", "Ничего не сохранено"),
            [
                Words(f"row {one.number}: {one.text.en}", f"строка {one.number}: {one.text.ru}")
                for one in refused
            ],
        )
    return done


@transaction.atomic
def take_back(sheet: Sheet, kept: SheetImport, *, by: Any, at: datetime) -> int:
    """Undo a taken import, last row first, all or nothing; return how many rows.

    Raises SheetImportError where that cannot be; what the service refuses stops it whole.
    """
    locked = SheetImport.objects.select_for_update().get(pk=kept.pk)
    if sheet.undo is None or locked.state != SheetImport.State.TAKEN:
        raise SheetImportError(
            Words("This import cannot be taken back.", "Эту загрузку нельзя отменить.")
        )
    for _number, _kind, key in reversed(locked.done):
        sheet.undo(key, by=by, at=at)
    locked.state, locked.undone_at = SheetImport.State.TAKEN_BACK, at
    locked.save(update_fields=["state", "undone_at"])
    return len(locked.done)


@transaction.atomic
def map_columns(sheet: Sheet, kept: SheetImport, wanted: Mapping[str, int]) -> None:
    """Keep which place of the head each column is read from."""
    locked = SheetImport.objects.select_for_update().get(pk=kept.pk)
    _refuse_decided(locked)
    names = {column.name for column in sheet.columns}
    locked.mapping = {
        name: place
        for name, place in wanted.items()
        if name in names and 0 <= place < len(locked.head)
    }
    locked.save(update_fields=["mapping"])


@transaction.atomic
def drop(kept: SheetImport) -> None:
    """Forget a file that was not taken."""
    locked = SheetImport.objects.select_for_update().get(pk=kept.pk)
    _refuse_decided(locked)
    locked.delete()


def _refuse_decided(kept: SheetImport) -> None:
    if kept.state != SheetImport.State.OPEN:
        raise SheetImportError(Words("This file was taken already.", "Этот файл уже загружен."))
