"""Acts on profiles and lists: every save is a version, and versions are never changed."""

import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from django.db import transaction

from tamgha import risk
from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.targeting import events, queries
from tamgha.practice.targeting.choices import VersionState
from tamgha.practice.targeting.models import Profile, ProfileVersion, TradeList, TradeListVersion
from tamgha.practice.targeting.queries.passports import rests_on
from tamgha.practice.targeting.services.lists import other_kind
from tamgha.practice.targeting.services.passports import replace_unchecked
from tamgha.shared.errors import RefusedError, TamghaError
from tamgha.shared.words import Words


@dataclass(frozen=True, slots=True)
class Wording:
    """What a version of a profile says: its condition and its passport.

    ``red``, ``yellow``, ``blue`` are basis points of the hits; what is left passes.
    """

    name: str
    condition: str
    red: int = 0
    yellow: int = 0
    blue: int = 0
    task_en: str = ""
    task_ru: str = ""
    purpose: str = ""
    risk: str = ""
    evidence: str = ""
    office: str = ""
    direction: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    note: str = ""

    def faults(self) -> list[Words]:
        """Return everything that keeps this wording from being saved."""
        found = []
        if not self.name.strip():
            found.append(Words("Give the profile a name.", "Дайте профилю название."))
        if not self.condition.strip():
            found.append(Words("A profile needs a condition.", "Профилю нужно условие."))
        together = self.red + self.yellow + self.blue
        if together > 10_000:
            found.append(
                Words(
                    f"The lanes together take {together / 100:g} of 100 hits; at most 100 can be taken.",
                    f"На коридоры вместе приходится {together / 100:g} из 100 попаданий; возможно не более 100.",
                )
            )
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            found.append(
                Words(
                    f"It ends on {self.valid_to}, and begins on {self.valid_from}. Give a later end.",
                    f"Окончание {self.valid_to}, а начало {self.valid_from}. Задайте более позднее окончание.",
                )
            )
        return found


@transaction.atomic
def save_draft(
    *,
    administration: Administration,
    code: str,
    wording: Wording,
    by: User,
    at: datetime,
    based_on: int = 0,
    evidence_of_test: dict[str, Any] | None = None,
) -> ProfileVersion:
    """Save a wording as the next version of a profile; a new code makes a new profile.

    Raises
    ------
    RefusedError
        With everything that is wrong, also when somebody saved a later version meanwhile:
        ``based_on`` is the version that the editor started from.
    """
    faults = wording.faults()
    if faults:
        raise RefusedError(_NOT_SAVED, faults)
    fields = queries.condition_fields(administration.pk)
    condition = risk.parse_condition(wording.condition, fields)
    profile, made = Profile.objects.select_for_update().get_or_create(
        administration=administration,
        code=code,
        defaults={"name": wording.name, "made_by": by, "made_at": at, "changed_at": at},
    )
    if profile.latest != based_on:
        raise RefusedError(_NOT_SAVED, [_later_version(profile)])
    number = profile.latest + 1
    version = profile.versions.create(
        number=number,
        state=VersionState.TESTED if evidence_of_test else VersionState.DRAFT,
        author=by,
        saved_at=at,
        evidence_of_test=evidence_of_test or {},
        rests_on=rests_on(administration, condition),
        **asdict(wording),
    )
    profile.latest, profile.name, profile.changed_at = number, wording.name, at
    profile.retired_at = None
    profile.save(update_fields=["latest", "name", "changed_at", "retired_at"])
    replace_unchecked(version, at=at)
    events.announce("profile.saved", on=version, by=by, at=at, made=made)
    return version


def _later_version(profile: Profile) -> Words:
    if not profile.latest:
        return Words("This profile has no version yet.", "У этого профиля ещё нет версий.")
    last = profile.versions.select_related("author").get(number=profile.latest)
    return Words(
        f"{last.author.full_name} saved version {last.number} meanwhile. Your wording is still here: "
        "compare it with theirs below, then save again.",
        f"Тем временем {last.author.full_name} сохранил(а) версию {last.number}. Ваш текст не потерян: "
        "сравните его ниже и сохраните снова.",
    )


@transaction.atomic
def retire_profile(*, profile: Profile, by: User, at: datetime) -> None:
    """Put a profile away. Its versions stay readable; a new version brings it back.

    Raises TamghaError while a version of it is approved or in force: retiring that one is another
    person's act.
    """
    Profile.objects.select_for_update().get(pk=profile.pk)  # nobody approves a version meanwhile
    in_force = profile.versions.filter(state__in=HELD).order_by("-number").first()
    if in_force is not None:
        raise TamghaError(
            Words(
                f"Version {in_force.number} is approved or in force. An approver retires it first.",
                f"Версия {in_force.number} утверждена или действует. Сначала её выводит утверждающий.",
            )
        )
    Profile.objects.filter(pk=profile.pk).update(retired_at=at, changed_at=at)
    events.announce("profile.retired", on=profile, by=by, at=at)


@transaction.atomic
def bring_back_profile(*, profile: Profile, by: User, at: datetime) -> None:
    """Take a profile out of those put away."""
    Profile.objects.filter(pk=profile.pk).update(retired_at=None, changed_at=at)
    events.announce("profile.brought_back", on=profile, by=by, at=at)


def next_code(administration: Administration) -> str:
    """Return the next free code, P-001 and so on."""
    taken = Profile.objects.filter(administration=administration, code__startswith="P-")
    numbers = [int(code[2:]) for code in taken.values_list("code", flat=True) if code[2:].isdigit()]
    return f"P-{max(numbers, default=0) + 1:03d}"


@transaction.atomic
def save_list(
    *,
    administration: Administration,
    name: str,
    kind: str,
    members: Iterable[str],
    by: User,
    at: datetime,
) -> TradeListVersion:
    """Save the members of a list as its next version; a new name makes a new list.

    Raises TamghaError with what a member of this kind looks like.
    """
    wanted = tuple(dict.fromkeys(member.strip() for member in members if member.strip()))
    risk.NamedList(name=name, kind=cast("queries.ListKind", kind), values=wanted, version=1)
    found, _ = TradeList.objects.select_for_update().get_or_create(
        administration=administration,
        name=name,
        defaults={"kind": kind, "made_by": by, "made_at": at},
    )
    if found.kind != kind:
        raise TamghaError(other_kind(found))
    found.latest += 1
    found.save(update_fields=["latest"])
    version = found.versions.create(
        number=found.latest, members=list(wanted), saved_by=by, saved_at=at
    )
    events.announce("list.saved", on=version, by=by, at=at)
    return version


FORMS = ("txt", "csv", "json")


def export_text(administration: Administration, form: str) -> str:
    """Return every profile in use as text: "txt" (MODSEL), "csv" or "json".

    Raises KeyError for another form.
    """
    if form not in FORMS:
        raise KeyError(form)
    profiles = [one.engine for one in queries.latest_wordings(administration)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"profiles.{form}"
        risk.write_profiles(profiles, path)
        return path.read_text(encoding="utf-8")


@transaction.atomic
def take_in_profiles(
    *, administration: Administration, name: str, content: bytes, by: User, at: datetime
) -> list[ProfileVersion]:
    """Take profiles in from a file, each as the next draft of its code; all of them or none.

    Raises RefusedError with every fault of the file.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"profiles{Path(name).suffix.lower() or '.txt'}"
        path.write_bytes(content)
        given = risk.read_profiles(path, columns=queries.condition_fields(administration.pk))
    latest = dict(
        Profile.objects.filter(administration=administration).values_list("code", "latest")
    )
    return [
        save_draft(
            administration=administration,
            code=one.code[:20],
            wording=_wording_of(one),
            by=by,
            at=at,
            based_on=latest.get(one.code[:20], 0),
        )
        for one in given
    ]


def _wording_of(given: risk.Profile) -> Wording:
    return Wording(
        name=given.name or given.code,
        condition=given.condition.text,
        red=given.red.basis_points,
        yellow=given.yellow.basis_points,
        blue=given.blue.basis_points,
        task_en=given.task.en,
        task_ru=given.task.ru,
        purpose=given.purpose,
        risk=given.risk,
        evidence=given.evidence,
        office=given.office,
        direction=given.direction,
        valid_from=given.valid_from,
        valid_to=given.valid_to,
    )


HELD = (VersionState.APPROVED, VersionState.SHADOW, VersionState.ACTIVE, VersionState.ALERT)
_NOT_SAVED = Words("The profile was not saved", "Профиль не сохранён")
