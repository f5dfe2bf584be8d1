"""A file of declarations dropped in: read as an intake reads it, decided chunk by chunk, answered as a file."""

import csv
import io
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.db import IntegrityError, transaction

from tamgha import risk
from tamgha.platform.accounts.models import User
from tamgha.platform.files import services as files
from tamgha.platform.files.models import StoredFile
from tamgha.platform.jobs import services as jobs
from tamgha.practice.control import events
from tamgha.practice.control.choices import DecisionState, Lane
from tamgha.practice.control.domain.lodging import LodgedRows, lodging_of_rows
from tamgha.practice.control.gateways import online
from tamgha.practice.control.models import Decision, FileDrop, OnlineDay
from tamgha.practice.control.services import deciding, settling
from tamgha.practice.control.services.errors import ControlError
from tamgha.practice.control.services.rows import Bench, Source
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

KIND: Final = "control.drop"
CHUNK: Final = 500
MOST_FAULTS: Final = 200
READ_ROWS: Final = 20_000
HEAD: Final = ("declaration", "lane", "state", "task_en", "task_ru", "decided_at", "lot_ends")


@transaction.atomic
def give_file(*, file: StoredFile, mapping: str, by: User, at: datetime) -> FileDrop:
    """Take a file for decision; the work goes on in the background.

    Parameters
    ----------
    mapping : text of a mapping, or the name of a shipped one; "" guesses it
    """
    if by.administration is None:
        raise ControlError(
            Words("A file belongs to an administration.", "Файл принадлежит администрации.")
        )
    drop = FileDrop.objects.create(
        administration=by.administration, file=file, mapping=mapping, given_by=by, given_at=at
    )
    drop.job = jobs.start(
        KIND,
        {"drop": drop.pk},
        by=by,
        administration=by.administration,
        at=at,
        title=Words(f"Deciding {file.name}", f"Решения по файлу {file.name}"),
    )
    drop.save(update_fields=["job"])
    events.announce("control.drop.given", on=drop, by=by, at=at, file=file.name, sha256=file.sha256)
    return drop


def decide_file(drop: FileDrop, context: jobs.JobContext, *, at: datetime) -> FileDrop:
    """Decide on every declaration of a file; taken up again, it goes on where it stood.

    A file with faults is refused whole, with all of them.
    """
    FileDrop.objects.filter(pk=drop.pk).update(state=FileDrop.State.RUNNING)
    with tempfile.TemporaryDirectory() as folder:
        taken = _read(drop, Path(folder))
        if taken is None:
            drop.refresh_from_db()
            return drop
        source = Source(administration=drop.administration, drop=drop)
        done = 0
        total = taken.manifest.declarations
        for chunk in _chunks(taken):
            decide_many(source, chunk, at=at)
            done += len(chunk)
            context.progress(done, total)
    return _answered(drop, at)


def _read(drop: FileDrop, folder: Path) -> risk.DeclarationSet | None:
    """Return the file as a set in a folder; None when it was refused, with its faults kept."""
    path = folder / f"given{Path(drop.file.name).suffix.lower() or '.csv'}"
    path.symlink_to(files.path_for(drop.given_by, drop.file))
    try:
        mapping = _mapping(drop.mapping, path)
        taken = risk.take_in(path, mapping, into=folder / "set", on_fault="refuse")
    except TamghaError as refusal:
        _refuse(drop, [[refusal.words.en, refusal.words.ru]])
        return None
    if taken.stored is None:
        faults = [
            [_fault_text(one, "en"), _fault_text(one, "ru")]
            for _place, one in zip(range(MOST_FAULTS), taken.checked.faults(), strict=False)
        ]
        _refuse(drop, faults)
        return None
    told = taken.stored.manifest
    FileDrop.objects.filter(pk=drop.pk).update(rows=told.rows, declarations=told.declarations)
    return taken.stored


def _mapping(text: str, path: Path) -> risk.Mapping:
    if not text:
        guessed = risk.guess_mapping(path)
        return guessed.mapping()
    if "\n" in text:
        return risk.Mapping.loads(text, name=path.stem)
    return risk.Mapping.load(text)


def _fault_text(fault: risk.Fault, language: str) -> str:
    place = Words(
        f"Row {fault.row}, {fault.column or 'whole line'}: {fault.value!r} came; "
        f"expected: {fault.expected.en}",
        f"Строка {fault.row}, {fault.column or 'вся строка'}: получено {fault.value!r}; "
        f"ожидается: {fault.expected.ru}",
    )
    return place.text(language)


def _refuse(drop: FileDrop, faults: list[list[str]]) -> None:
    FileDrop.objects.filter(pk=drop.pk).update(state=FileDrop.State.REFUSED, faults=faults)


def _chunks(taken: risk.DeclarationSet) -> Iterator[list[LodgedRows]]:
    """Yield the declarations in the order of lodging, some hundreds at a time."""
    chunk: list[LodgedRows] = []
    rows: list[dict[str, Any]] = []
    for batch in taken.items().to_batches(max_chunksize=READ_ROWS):
        for row in batch.to_pylist():
            if rows and row["declaration"] != rows[0]["declaration"]:
                chunk.append(lodging_of_rows(rows))
                rows = []
                if len(chunk) >= CHUNK:
                    yield chunk
                    chunk = []
            rows.append(row)
    if rows:
        chunk.append(lodging_of_rows(rows))
    if chunk:
        yield chunk


def decide_many(source: Source, lodgings: list[LodgedRows], *, at: datetime) -> list[Decision]:
    """Decide on many declarations in one transaction; those decided already are left as they are.

    Raises NoPlanError when an office of them has no plan.
    """
    for _try in range(deciding.TRIES):
        day = deciding.day_now(source.administration, at)
        ready = _ready(source, lodgings, day, at)
        try:
            return _stored(source, ready, at)
        except (settling.DayTurnsError, IntegrityError):  # somebody was faster: look again
            online.forget_day(source.administration)
    raise RuntimeError(f"{len(lodgings)} declarations could not be decided")


def _ready(
    source: Source, lodgings: list[LodgedRows], day: OnlineDay, at: datetime
) -> list[settling.Ready]:
    """Look at the declarations that have no decision yet; nothing is locked."""
    administration = source.administration
    known = set(
        Decision.objects.filter(
            administration=administration,
            declaration__in=[one.declaration for one in lodgings],
        ).values_list("declaration", flat=True)
    )
    benches: dict[tuple[str, str], Bench] = {}
    ready = []
    for lodged in lodgings:
        if lodged.declaration in known:
            continue
        place = (lodged.office, lodged.direction)
        if place not in benches:
            benches[place] = deciding.bench_of(administration, place, day, at)
        bench = benches[place]
        looked = deciding.look_at(administration, lodged, bench, at)
        key = f"file {source.drop.pk if source.drop else 0}: {lodged.declaration}"[:80]
        ready.append(settling.Ready(source, lodged, key, day, bench, looked))
    return ready


@transaction.atomic
def _stored(source: Source, ready: list[settling.Ready], at: datetime) -> list[Decision]:
    rows = settling.settle(source.administration, ready) if ready else []
    if source.drop is not None:
        lanes = Counter(row.lane or "waiting" for row in rows)
        events.announce("control.drop.decided", on=source.drop, by=None, at=at, lanes=dict(lanes))
    return rows


def _answered(drop: FileDrop, at: datetime) -> FileDrop:
    """Store the answer of a file: lane and task of each declaration, never why."""
    decided = Decision.objects.filter(drop=drop).order_by("pk")
    lanes: Counter[str] = Counter()
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    for row in decided.defer("body", "record").iterator(chunk_size=2_000):
        lanes[row.lane or "waiting"] += 1
        has_task = row.lane in {Lane.RED, Lane.YELLOW}
        writer.writerow(
            [
                risk.safe_cell(row.declaration),
                row.lane,
                row.state,
                risk.safe_cell(row.task_en) if has_task else "",
                risk.safe_cell(row.task_ru) if has_task else "",
                row.decided_at.isoformat(),
                row.lot_ends.isoformat()
                if row.lot_ends and row.state == DecisionState.WAITING
                else "",
            ]
        )
    answer = files.store(
        [text.getvalue().encode("utf-8-sig")],
        name=f"lanes-{Path(drop.file.name).stem}.csv",
        keeping=files.Keeping(
            owner=drop.given_by, administration=drop.administration, purpose="control.answer"
        ),
        at=at,
    )
    drop.answer, drop.lanes, drop.state = answer, dict(lanes), FileDrop.State.DONE
    drop.declarations = sum(lanes.values())
    drop.save(update_fields=["answer", "lanes", "state", "declarations"])
    return drop
