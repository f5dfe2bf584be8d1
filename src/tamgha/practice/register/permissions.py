"""Who may see and do what in the register. The only door to an administration's risks.

Analysts write, approvers approve, both score; the national coordinator reads. Nobody else sees
anything of a register, not even titles: not examiners, not officers, not another administration,
not the region, not a donor. A register says what an administration fears, and where.
On a hub there are no own risks, and these doors stay shut for everybody.
"""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import Administration, RoleGrant, User
from tamgha.practice.register.domain.life import APPROVERS, MAKERS, READERS, SCORERS
from tamgha.practice.register.models import Risk, RiskAction
from tamgha.shared.lifecycle import Actor

Visitor = User | AnonymousUser


def _roles(codes: frozenset[str]) -> tuple[Role, ...]:
    return tuple(Role(code) for code in sorted(codes))


def is_switched_on() -> bool:
    """Return whether this node keeps a register; a hub does not."""
    return bool(settings.TAMGHA_NODE != "hub")


def workplace(user: Visitor) -> Administration | None:
    """Return the administration whose register the user reads, if any."""
    if not isinstance(user, User) or not user.is_active or not is_switched_on():
        return None
    own = user.administration
    return own if own is not None and user.has_role(*_roles(READERS), administration=own) else None


def _holds(user: Visitor, codes: frozenset[str]) -> bool:
    own = workplace(user)
    return (
        own is not None
        and isinstance(user, User)
        and user.has_role(*_roles(codes), administration=own)
    )


def can_read(user: Visitor) -> bool:
    """Return whether the user sees the register at all."""
    return workplace(user) is not None


def can_write(user: Visitor) -> bool:
    """Return whether the user writes versions, actions and links, and submits."""
    return _holds(user, MAKERS)


def can_approve(user: Visitor) -> bool:
    """Return whether the user approves versions, and chooses the scale of the register."""
    return _holds(user, APPROVERS)


def can_score(user: Visitor) -> bool:
    """Return whether the user may be one of the two who score."""
    return _holds(user, SCORERS)


def actor_of(user: User, administration: Administration) -> Actor:
    """Return the user as the life of a version knows people: key, and roles held in that register."""
    held = frozenset(
        str(grant.role)
        for grant in user.open_grants
        if grant.administration_id == administration.pk and workplace(user) == administration
    )
    return Actor(user.pk, held)


def is_writer_of(user: User, administration: Administration) -> bool:
    """Return whether the user writes this register."""
    return can_write(user) and workplace(user) == administration


def can_carry_on(user: Visitor, risk: Risk, action: RiskAction) -> bool:
    """Return whether the user may say how far an action is: analysts, the owner, who does it."""
    if not isinstance(user, User) or workplace(user) != risk.administration:
        return False
    owner = risk.shown.owner_id if risk.shown else None
    return can_write(user) or user.pk in {owner, action.person_id}


def risks_visible_to(user: Visitor) -> QuerySet[Risk]:
    """Return the risks of the user's administration."""
    own = workplace(user)
    return Risk.objects.none() if own is None else Risk.objects.filter(administration=own)


def owners_of(administration: Administration) -> QuerySet[User]:
    """Return who may answer for a risk: whoever reads the register of the administration."""
    grants = RoleGrant.objects.in_force(timezone.now()).filter(
        administration=administration, role__in=_roles(READERS)
    )
    return User.objects.filter(
        administration=administration, is_active=True, pk__in=grants.values("person")
    )
