"""Writing risks: every save is a version; what was scored stays scored while it says the same."""

import re
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.register import events, permissions
from tamgha.practice.register.choices import VersionState
from tamgha.practice.register.domain.life import LIFE
from tamgha.practice.register.domain.wording import SCORED, Wording
from tamgha.practice.register.models import MARKS, Register, Risk, RiskVersion
from tamgha.practice.register.queries import register_of
from tamgha.practice.register.services.keeping import (
    RegisterError,
    leave_step,
    locked,
    refuse_stranger,
    settle,
)
from tamgha.shared.errors import RefusedError
from tamgha.shared.lifecycle import MAKE
from tamgha.shared.words import Words

CODE = re.compile(r"[RrРр]-?0*([1-9][0-9]{0,5})")
_NOT_SAVED = Words("The risk was not saved", "Риск не сохранён")


def number_of(code: str) -> int | None:
    """Return the number of a code such as R-12 (a Russian Р too); None for any other text."""
    found = CODE.fullmatch(code.strip())
    return int(found.group(1)) if found else None


def code_of(number: int) -> str:
    """Return the code of a number: R-03, R-12, R-140."""
    return f"R-{number:02d}"


@transaction.atomic
def save_version(
    *,
    place: Administration | Risk,
    wording: Wording,
    by: User,
    at: datetime,
    number: int | None = None,
    based_on: int = 0,
    anew: bool = False,
) -> RiskVersion:
    """Save a wording as the next version of a risk, a draft.

    Parameters
    ----------
    place : the risk that is written, or the administration that gets a new one
    number : wanted number of a new risk; None takes the next
    based_on : the version that the editor started from
    anew : whether two people shall score again, though nothing that was scored has changed

    Raises
    ------
    RefusedError
        With everything that is wrong; also when a version waits for approval, or somebody saved
        a later one meanwhile.
    RegisterError
        For somebody who does not write this register.
    """
    administration = place.administration if isinstance(place, Risk) else place
    refuse_stranger(by, administration)
    faults = wording.faults()
    if (
        wording.owner is not None
        and not permissions.owners_of(administration).filter(pk=wording.owner).exists()
    ):
        faults.append(_OWNER)
    if faults:
        raise RefusedError(_NOT_SAVED, faults)
    # Numbers are given once. Without its key: rows that refer to the administration still come in.
    Administration.objects.select_for_update(no_key=True).get(pk=administration.pk)
    if isinstance(place, Risk):
        held = locked(place)
        _refuse_late(held, based_on)
    else:
        held = _new_risk(administration, number, by, at)
    base = _base_of(held)
    scale = register_of(administration).scale
    scored = None if base is None or anew else _still_scored(base, wording, scale)
    if base is not None and base.state == VersionState.DRAFT:
        RiskVersion.objects.filter(pk=base.pk).update(state=VersionState.REPLACED)
    held.latest += 1
    version = held.versions.create(
        number=held.latest,
        author=by,
        saved_at=at,
        scale=scale,
        **_columns(wording),
        **(scored or {"scoring": held.scorings.create(scale=scale, opened_by=by, opened_at=at)}),
    )
    leave_step(version, MAKE, by=by, at=at, reason=wording.note)
    settle(held, at=at)
    events.announce(LIFE.act(MAKE), on=version, by=by, at=at, made=held.latest == 1)
    return version


def _new_risk(administration: Administration, number: int | None, by: User, at: datetime) -> Risk:
    taken = Risk.objects.filter(administration=administration)
    if number is None:
        last = taken.order_by("-number").values_list("number", flat=True).first()
        number = (last or 0) + 1
    elif taken.filter(number=number).exists():
        raise RefusedError(
            _NOT_SAVED,
            [Words(f"{code_of(number)} is taken already.", f"{code_of(number)} уже занят.")],
        )
    return Risk.objects.create(
        administration=administration,
        number=number,
        code=code_of(number),
        made_by=by,
        made_at=at,
        changed_at=at,
    )


def _refuse_late(risk: Risk, based_on: int) -> None:
    last = risk.versions.select_related("author").get(number=risk.latest)
    if last.state == VersionState.SUBMITTED:
        raise RefusedError(
            _NOT_SAVED,
            [
                Words(
                    f"Version {last.number} waits for approval. Withdraw it first, then change it.",
                    f"Версия {last.number} на утверждении. Сначала отзовите её, затем меняйте.",
                )
            ],
        )
    if risk.latest != based_on:
        raise RefusedError(
            _NOT_SAVED,
            [
                Words(
                    f"{last.author.full_name} saved version {last.number} meanwhile. Your wording is "
                    "still here: compare it with theirs below, then save again.",
                    f"Тем временем {last.author.full_name} сохранил(а) версию {last.number}. Ваш текст "
                    "не потерян: сравните его ниже и сохраните снова.",
                )
            ],
        )


def _base_of(risk: Risk) -> RiskVersion | None:
    """Return the version whose score may go on: the draft, or else the one in force."""
    found = {one.state: one for one in risk.versions.filter(state__in=["draft", "published"])}
    return found.get("draft") or found.get("published")


def _still_scored(base: RiskVersion, wording: Wording, scale: str) -> dict[str, Any] | None:
    """Return the scoring of the base, when the wording says the same of all that was scored."""
    said = asdict(wording)
    if base.scale != scale or any(getattr(base, name) != said[name].strip() for name in SCORED):
        return None
    kept: dict[str, Any] = {
        name: getattr(base, name)
        for name in (*MARKS, "inherent_score", "residual_score", "agreed_at", "agreed_note")
    }
    return kept | {"scoring": base.scoring, "agreed_by_id": base.agreed_by_id}


def _columns(wording: Wording) -> dict[str, Any]:
    columns = asdict(wording)
    columns["owner_id"] = columns.pop("owner")
    return {
        name: value.strip() if isinstance(value, str) else value for name, value in columns.items()
    }


@transaction.atomic
def take_back(*, version: RiskVersion, before: int | None, by: User, at: datetime) -> None:
    """Drop a draft that was brought in, and bring back the draft (``before``) that it replaced.

    Raises RegisterError when it was changed, scored or submitted since.
    """
    held = locked(version.risk)
    refuse_stranger(by, held.administration)
    now = held.versions.get(pk=version.pk)
    untouched = held.working_id == now.pk and now.state == VersionState.DRAFT
    if not untouched or now.scoring.scores.filter(given_at__gt=now.saved_at).exists():
        raise RegisterError(
            Words(
                f"{held.code} was changed, scored or submitted since. Drop its draft by hand.",
                f"{held.code} с тех пор изменён, оценён или отправлен. Снимите черновик вручную.",
            )
        )
    held.versions.filter(pk=now.pk).update(state=VersionState.DROPPED)
    if before is not None:
        replaced = held.versions.filter(pk=before, state=VersionState.REPLACED)
        replaced.update(state=VersionState.DRAFT)
    leave_step(now, "drop", by=by, at=at)
    settle(held, at=at)
    events.announce(LIFE.act("drop"), on=now, by=by, at=at)


def wording_of(version: RiskVersion, **changes: Any) -> Wording:
    """Return what a version says, with changes."""
    names = [name for name in Wording.__dataclass_fields__ if name not in {"owner", "note"}]
    values = {name: getattr(version, name) for name in names} | {"owner": version.owner_id}
    return Wording(**(values | changes))


@transaction.atomic
def set_up(
    *,
    administration: Administration,
    values: dict[str, Any],
    by: User,
    at: datetime,
) -> Register:
    """Choose the scale of a register, and the days of its common reviews.

    Versions that were scored on the other scale keep it, until their next version.
    """
    last, following = values.get("last_review"), values.get("next_review")
    if last and following and following <= last:
        raise RefusedError(
            Words("The register was not changed", "Реестр не изменён"),
            [
                Words(
                    f"The next review is on {following}, the last was on {last}. Give a later day.",
                    f"Следующий пересмотр {following}, а последний был {last}. Укажите более позднюю дату.",
                )
            ],
        )
    found, _made = Register.objects.update_or_create(
        administration=administration, defaults={**values, "changed_by": by, "changed_at": at}
    )
    events.announce("register.set_up", on=found, by=by, at=at, scale=found.scale)
    return found


_OWNER = Words(
    "The owner must be an analyst, an approver or the coordinator of this administration: nobody else "
    "reads the register. Choose another.",
    "Владельцем может быть аналитик, утверждающий или координатор этой администрации: другие реестр не "
    "читают. Выберите другого.",
)
