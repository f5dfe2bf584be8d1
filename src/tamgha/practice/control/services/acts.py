"""Acts on inspection acts: a draft is kept, results are handed in, revised, overturned; never changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from tamgha.platform.accounts.models import User
from tamgha.platform.files import services as files
from tamgha.practice.control import events
from tamgha.practice.control.choices import ActState, Group, TimeKind, VersionKind, Witness
from tamgha.practice.control.domain.acts import HandedIn, ItemResult
from tamgha.practice.control.domain.packing import rows_of
from tamgha.practice.control.gateways import desks, online
from tamgha.practice.control.models import (
    ActItem,
    ActPhoto,
    ActTime,
    ActVersion,
    ApiSystem,
    Examiner,
    InspectionAct,
)
from tamgha.practice.control.services import assigning, upkeep
from tamgha.practice.control.services.errors import ControlError
from tamgha.shared.errors import RefusedError
from tamgha.shared.words import Words

NOT_HANDED_IN = Words("The act was not handed in", "Акт не сдан")
MOST_PHOTOS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Who hands an act in: a person on a page or by a sheet, or a program.

    Parameters
    ----------
    by : the person, None for a program
    system : the program, None for a person
    source : "page", "sheet" or "api"
    key : the idempotency key of a program's call
    """

    by: User | None = None
    system: ApiSystem | None = None
    source: str = "page"
    key: str = ""


@transaction.atomic
def hand_in(
    *, act: InspectionAct, given: HandedIn, hand: Hand, at: datetime, reason: str = ""
) -> ActVersion:
    """Hand an act in: as partial while an item is open, else as final; later ones revise it.

    Its findings count from the next day. Earlier versions stay as they were.

    Parameters
    ----------
    reason : why an act that was final is revised; needed then

    Raises
    ------
    RefusedError
        With everything that is wrong.
    """
    online.lock_shared(act.administration)
    locked = (
        InspectionAct.objects.select_for_update(of=("self",))
        .select_related("decision", "administration")
        .get(pk=act.pk)
    )
    zone = desks.zone_of(locked.administration)
    faults = given.faults(item_numbers(locked), today=at.astimezone(zone).date())
    is_revision = locked.state == ActState.FINAL
    if locked.state == ActState.CLOSED:
        faults.append(
            Words(
                "The lane was changed: this declaration is not examined any more.",
                "Коридор изменён: эта декларация больше не досматривается.",
            )
        )
    if is_revision and not reason.strip():
        faults.append(
            Words(
                "The act is final. Say why it is revised.",
                "Акт окончательный. Укажите, почему он пересматривается.",
            )
        )
    if faults:
        raise RefusedError(NOT_HANDED_IN, faults)
    kind = _kind(given, is_revision=is_revision)
    version = _stored(locked, given, kind, hand, at, reason)
    was_open = locked.state in {ActState.OPEN, ActState.PARTIAL}
    locked.state = ActState.PARTIAL if given.is_partial else ActState.FINAL
    locked.draft, locked.draft_at = {}, None
    locked.handed_in_at = at
    locked.save(update_fields=["state", "latest", "draft", "draft_at", "handed_in_at"])
    if was_open and not given.is_partial:
        assigning.take_off(locked)
    elif not was_open and given.is_partial:  # revised: something is open again
        assigning.put_on(locked)
    upkeep.count_now(locked.decision)
    events.announce(
        "control.act.handed_in",
        on=version,
        by=hand.by,
        at=at,
        declaration=locked.decision.declaration,
        kind=kind,
        found=given.found,
        reason=reason,
    )
    return version


def _kind(given: HandedIn, *, is_revision: bool) -> VersionKind:
    if given.is_partial:
        return VersionKind.PARTIAL
    return VersionKind.REVISED if is_revision else VersionKind.FINAL


@transaction.atomic
def overturn(*, act: InspectionAct, by: User, at: datetime, reason: str) -> ActVersion:
    """Overturn the findings of an act, as after an appeal: they count as not found, and stay readable.

    Raises ControlError without a reason, and where there is nothing final to overturn.
    """
    online.lock_shared(act.administration)
    locked = InspectionAct.objects.select_for_update().get(pk=act.pk)
    last = locked.versions.filter(number=locked.latest).first()
    if last is None or locked.state != ActState.FINAL:
        raise ControlError(
            Words(
                "Only an act that was handed in whole is overturned.",
                "Отменить можно только полностью сданный акт.",
            )
        )
    if not reason.strip():
        raise ControlError(
            Words("Say why the act is overturned.", "Укажите, почему акт отменяется.")
        )
    items = tuple(
        ItemResult(
            item=one.item, result="found" if one.result == "found" else "clean", kind=one.kind
        )
        for one in last.items.order_by("item")
    )
    given = HandedIn(examined=last.examined, items=items, minutes=last.minutes)
    version = _stored(locked, given, VersionKind.OVERTURNED, Hand(by=by), at, reason)
    locked.handed_in_at = at
    locked.save(update_fields=["latest", "handed_in_at"])
    upkeep.count_now(locked.decision)
    events.announce("control.act.overturned", on=version, by=by, at=at, reason=reason)
    return version


def _stored(
    act: InspectionAct,
    given: HandedIn,
    kind: VersionKind,
    hand: Hand,
    at: datetime,
    reason: str,
) -> ActVersion:
    act.latest += 1
    version = ActVersion.objects.create(
        act=act,
        number=act.latest,
        kind=kind,
        by=hand.by,
        at=at,
        examined=given.examined,
        minutes=given.minutes,
        seal_cut=given.seal_cut,
        seal_intact=given.seal_intact,
        seal_new=given.seal_new,
        present=given.present,
        reason=reason.strip()[:400],
        source=hand.source,
        system=hand.system,
        key=hand.key,
    )
    ActItem.objects.bulk_create(
        ActItem(
            version=version,
            item=one.item,
            result=one.result,
            kind=one.kind if one.result == "found" else "",
            counted=one.counted,
            weighed_kg=one.weighed_kg,
            value=one.value,
            duty=one.duty,
            penalty=one.penalty,
            seen=one.seen[:4000],
            open_reason=one.open_reason[:400] if one.result == "open" else "",
            open_by=one.open_by[:120],
            open_until=one.open_until,
        )
        for one in given.items
    )
    return version


def item_numbers(act: InspectionAct) -> list[int]:
    """Return the numbers of the items that an act is about."""
    return [int(row["item"]) for row in rows_of(act.decision.newest_body)]


@transaction.atomic
def keep_draft(*, act: InspectionAct, values: dict[str, Any], at: datetime) -> None:
    """Keep what an examiner has typed so far; it counts for nothing."""
    InspectionAct.objects.filter(pk=act.pk).update(draft=values, draft_at=at)


@transaction.atomic
def note_time(
    *, act: InspectionAct, kind: str, moment: datetime, witness: str, by: User, at: datetime
) -> ActTime:
    """Write a moment of the examination down; a correction is a new entry, the last one counts.

    Raises ControlError for a moment that lies in the future.
    """
    if moment > at:
        raise ControlError(
            Words(
                "A moment up to now was expected; a later one came.",
                "Ожидается момент не позже настоящего.",
            )
        )
    noted = ActTime.objects.create(
        act=act,
        kind=TimeKind(kind),
        at=moment,
        witness=Witness(witness),
        by=by,
        entered_at=at,
    )
    events.announce("control.act.time_noted", on=act, by=by, at=at, kind=kind)
    return noted


@transaction.atomic
def add_photo(
    *,
    act: InspectionAct,
    uploaded: "UploadedFile[bytes]",
    caption: str,
    by: User,
    at: datetime,
    item: int | None = None,
) -> ActPhoto:
    """Add a photo to an act; who may open the act sees it, nobody else.

    Raises FilesError when it cannot be stored; ControlError when it is no picture, or too many.
    """
    if act.photos.count() >= MOST_PHOTOS:
        raise ControlError(
            Words(
                f"An act holds at most {MOST_PHOTOS} photos.",
                f"В акте не более {MOST_PHOTOS} фотографий.",
            )
        )
    stored = files.store_upload(
        uploaded,
        keeping=files.Keeping(owner=by, administration=by.administration, purpose="control.photo"),
        at=at,
    )
    if not stored.media_type.startswith("image/"):
        raise ControlError(
            Words(
                "A picture (JPEG, PNG, WebP) was expected; another kind of file came.",
                "Ожидается изображение (JPEG, PNG, WebP), а передан другой файл.",
            )
        )
    return ActPhoto.objects.create(
        act=act, file=stored, item=item, caption=caption[:120], by=by, at=at
    )


@transaction.atomic
def assign(*, act: InspectionAct, examiner: Examiner, by: User, at: datetime) -> InspectionAct:
    """Give an act to another examiner; the workload goes with it.

    Raises ControlError when the act is handed in, or the examiner is not a working, available one.
    """
    locked = InspectionAct.objects.select_for_update().get(pk=act.pk)
    # Both, in the order in which whoever opens acts locks them: nobody waits in a circle.
    both = Examiner.objects.select_for_update().filter(pk__in=[locked.examiner_id, examiner.pk])
    taker = {one.pk: one for one in both.order_by("pk")}[examiner.pk]
    fit = (
        taker.administration_id == locked.administration_id
        and taker.group == Group.WORKING
        and taker.is_available
    )
    if not fit or locked.state not in {ActState.OPEN, ActState.PARTIAL}:
        raise ControlError(
            Words(
                "An open act goes to a working examiner who is available.",
                "Открытый акт передаётся свободному досматривающему.",
            )
        )
    assigning.take_off(locked)
    locked.examiner = taker
    locked.save(update_fields=["examiner"])
    assigning.put_on(locked)
    events.announce("control.act.assigned", on=locked, by=by, at=at, examiner=examiner.pk)
    return locked
