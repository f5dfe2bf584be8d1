"""Giving roles, and ending them."""

from datetime import datetime

from django.db import transaction

from tamgha.platform.accounts.choices import NATIONAL_ROLES, REGIONAL_ROLES, Role
from tamgha.platform.accounts.events import RoleEnded, RoleGranted, announce
from tamgha.platform.accounts.models import Administration, RoleGrant, User
from tamgha.platform.accounts.permissions import can_grant
from tamgha.platform.accounts.services.errors import (
    AccountsError,
    LastHolderError,
    NotAllowedError,
)
from tamgha.shared.words import Words

KEEPS_THE_DOOR = frozenset({Role.COORDINATOR, Role.SECRETARIAT})


@transaction.atomic
def grant_role(
    *,
    person: User,
    role: Role,
    administration: Administration | None,
    by: User | None,
    at: datetime,
) -> RoleGrant:
    """Give a person a role from now on, in the own administration or (None) for the region.

    A role that is held already stays as it is. Raises NotAllowedError; AccountsError when the role
    does not exist there.
    """
    if by is not None and not can_grant(
        by, role=role, person=person, administration=administration
    ):
        raise NotAllowedError(by, Words("give this role here", "давать здесь эту роль"))
    possible = REGIONAL_ROLES if administration is None else NATIONAL_ROLES
    if role not in possible:
        raise AccountsError(
            Words(
                f"{role.value} is no role of {'the region' if administration is None else 'an administration'}",
                f"{role.value} — не роль {'региона' if administration is None else 'администрации'}",
            )
        )
    User.objects.select_for_update().get(pk=person.pk)
    held = RoleGrant.objects.filter(
        person=person, role=role, administration=administration, ends_at=None
    ).first()
    if held is not None:
        return held
    grant = RoleGrant.objects.create(
        person=person, role=role, administration=administration, starts_at=at, granted_by=by
    )
    _forget_kept(person)
    announce(
        RoleGranted(
            at=at,
            by=by.pk if by else None,
            person=person.pk,
            role=role,
            administration=administration.pk if administration else None,
        )
    )
    return grant


@transaction.atomic
def end_role(*, grant: RoleGrant, by: User, at: datetime) -> RoleGrant:
    """End a role now. Ended twice counts once.

    Raises NotAllowedError, and LastHolderError for the last coordinator or secretariat.
    """
    role = Role(grant.role)
    if not can_grant(by, role=role, person=grant.person, administration=grant.administration):
        raise NotAllowedError(by, Words("end this role", "завершить эту роль"))
    refuse_last_holder(grant)
    locked = RoleGrant.objects.select_for_update().get(pk=grant.pk)
    if locked.ends_at is not None and locked.ends_at <= at:
        return locked
    locked.ends_at, locked.ended_by = max(at, locked.starts_at), by
    locked.save(update_fields=["ends_at", "ended_by"])
    _forget_kept(grant.person)
    announce(
        RoleEnded(
            at=at,
            by=by.pk,
            person=locked.person_id,
            role=role,
            administration=locked.administration_id,
        )
    )
    return locked


def refuse_last_holder(grant: RoleGrant) -> None:
    """Refuse to let the last coordinator of a place, or the last of the secretariat, go.

    Takes a lock on every holder, so that two cannot go at the same moment.
    """
    if grant.role not in KEEPS_THE_DOOR:
        return
    holders = RoleGrant.objects.filter(
        role=grant.role,
        administration=grant.administration,
        ends_at=None,
        person__is_active=True,
    ).order_by("pk")
    locked = list(holders.select_for_update(of=("self",)))
    if not [other for other in locked if other.person_id != grant.person_id]:
        raise LastHolderError


def _forget_kept(person: User) -> None:
    person.__dict__.pop("open_grants", None)
