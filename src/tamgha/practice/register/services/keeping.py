"""What the acts share: the lock on a risk, its state by its versions, a step of the trail."""

from datetime import datetime

from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.register import permissions
from tamgha.practice.register.choices import RiskState, VersionState
from tamgha.practice.register.models import Risk, RiskStep, RiskVersion
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words


class RegisterError(TamghaError):
    """An act on a risk that was refused."""


def refuse_stranger(by: User, administration: Administration) -> None:
    """Refuse whoever does not write this register. Raises RegisterError."""
    if not permissions.is_writer_of(by, administration):
        raise RegisterError(
            Words(
                f"{by.full_name} does not write this register. A risk analyst of {administration.name_en} "
                "does.",
                f"{by.full_name} не ведёт этот реестр. Его ведёт аналитик рисков: "
                f"{administration.name_ru}.",
            )
        )


def locked(risk: Risk) -> Risk:
    """Return the risk as it stands now, held until the transaction ends."""
    return (
        Risk.objects.select_for_update(of=("self",))
        .select_related("administration")
        .get(pk=risk.pk)
    )


def working_version(risk: Risk, *, seen: int) -> RiskVersion:
    """Return the version that is written or waits. ``seen`` is the number that the reader saw.

    Raises RegisterError when there is none, or when it is another by now.
    """
    if risk.working_id is None:
        raise RegisterError(
            Words(
                f"{risk.code} has no draft. Write one first.",
                f"У {risk.code} нет черновика. Сначала создайте его.",
            )
        )
    version = RiskVersion.objects.select_related("scoring", "owner", "author").get(
        pk=risk.working_id
    )
    if version.number != seen:
        raise RegisterError(
            Words(
                f"{version.author.full_name} saved version {version.number} meanwhile; you looked at "
                f"version {seen}. Look at the new one first.",
                f"Тем временем {version.author.full_name} сохранил(а) версию {version.number}, а вы "
                f"смотрели версию {seen}. Сначала посмотрите новую.",
            )
        )
    return version


def settle(risk: Risk, *, at: datetime) -> None:
    """Set what the register shows of a risk, from the states of its versions."""
    versions = {
        one.state: one
        for one in risk.versions.filter(
            state__in=[VersionState.DRAFT, VersionState.SUBMITTED, VersionState.PUBLISHED]
        )
    }
    in_force = versions.get(VersionState.PUBLISHED)
    working = versions.get(VersionState.SUBMITTED) or versions.get(VersionState.DRAFT)
    if VersionState.SUBMITTED in versions:
        risk.state = RiskState.SUBMITTED
    elif in_force is not None:
        risk.state = RiskState.PUBLISHED
    else:
        risk.state = RiskState.DRAFT if working else RiskState.RETIRED
    risk.working = working
    risk.shown = in_force or working or risk.versions.order_by("-number").first()
    risk.changed_at = at
    risk.save(update_fields=["state", "working", "shown", "latest", "changed_at"])


def leave_step(
    version: RiskVersion, move: str, *, by: User, at: datetime, reason: str = ""
) -> RiskStep:
    """Write one step of the trail."""
    return RiskStep.objects.create(
        risk_id=version.risk_id,
        version=version,
        move=move,
        by=by,
        at=at,
        reason=reason.strip()[:300],
    )
