"""Who may see and manage whom. The only door to people's records."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils import timezone

from tamgha.platform.accounts.choices import NATIONAL_ROLES, REGIONAL_ROLES, Role
from tamgha.platform.accounts.models import Administration, EntryLink, LogIn, RoleGrant, User

Visitor = User | AnonymousUser


def visible_to(user: Visitor) -> QuerySet[User]:
    """Return the people whose record the user may open.

    Oneself; a coordinator the people of the own administration; the secretariat the people of the
    region and every coordinator.
    """
    if not isinstance(user, User) or not user.is_active:
        return User.objects.none()
    seen = Q(pk=user.pk) | Q(administration__in=_coordinated(user))
    if user.has_regional_role(Role.SECRETARIAT):
        coordinators = RoleGrant.objects.in_force(timezone.now()).filter(role=Role.COORDINATOR)
        seen |= Q(administration=None) | Q(pk__in=coordinators.values("person"))
    return User.objects.filter(seen)


def log_ins_visible_to(user: Visitor) -> QuerySet[LogIn]:
    """Return the user's own log-ins, and no others'."""
    if not isinstance(user, User) or not user.is_active:
        return LogIn.objects.none()
    return LogIn.objects.filter(person=user)


def grants_visible_to(user: Visitor) -> QuerySet[RoleGrant]:
    """Return the role grants of the people whom the user may see."""
    return RoleGrant.objects.filter(person__in=visible_to(user))


def links_visible_to(user: Visitor) -> QuerySet[EntryLink]:
    """Return the links of the people whom the user may see."""
    return EntryLink.objects.filter(person__in=visible_to(user))


def can_manage_people(user: Visitor) -> bool:
    """Return whether the user manages anybody at all, and so has the list of people."""
    return isinstance(user, User) and (
        user.has_role(Role.COORDINATOR) or user.has_regional_role(Role.SECRETARIAT)
    )


def can_invite_into(user: Visitor, administration: Administration | None) -> bool:
    """Return whether the user may enter a person of the administration (None: of the region)."""
    if not isinstance(user, User):
        return False
    if administration is None:
        return user.has_regional_role(Role.SECRETARIAT)
    return user.has_role(Role.COORDINATOR, administration=administration) or user.has_regional_role(
        Role.SECRETARIAT
    )


def can_manage(user: Visitor, person: User) -> bool:
    """Return whether the user may give links, reset the second factor, close the account.

    Whoever holds a regional role is managed by the secretariat alone: else a coordinator could
    take over such an account, and the region with it.
    """
    if not isinstance(user, User) or person.erased_at is not None:
        return False
    is_secretariat = user.has_regional_role(Role.SECRETARIAT)
    # Asked of the database, for a closed account too: it must not be taken over while closed.
    held = RoleGrant.objects.in_force(timezone.now()).filter(person=person)
    if person.administration is None or held.filter(administration=None).exists():
        return is_secretariat
    return user.has_role(Role.COORDINATOR, administration=person.administration) or (
        is_secretariat and held.filter(role=Role.COORDINATOR).exists()
    )


def can_grant(
    user: Visitor, *, role: Role, person: User, administration: Administration | None
) -> bool:
    """Return whether the user may give the role to the person there, or end it.

    A coordinator: national roles to people of the own administration. The secretariat: regional
    roles, and coordinators.
    """
    if not isinstance(user, User):
        return False
    is_secretariat = user.has_regional_role(Role.SECRETARIAT)
    if administration is None:
        return is_secretariat and role in REGIONAL_ROLES
    if role not in NATIONAL_ROLES or person.administration_id != administration.pk:
        return False
    return user.has_role(Role.COORDINATOR, administration=administration) or (
        is_secretariat and role == Role.COORDINATOR
    )


def grantable_roles(user: Visitor, person: User) -> list[tuple[Role, Administration | None]]:
    """Return what the user may give the person, in the order of the roles."""
    places = [None, person.administration] if person.administration else [None]
    return [
        (role, place)
        for role in Role
        for place in places
        if can_grant(user, role=role, person=person, administration=place)
    ]


def _coordinated(user: User) -> list[int]:
    return [
        grant.administration_id
        for grant in user.open_grants
        if grant.role == Role.COORDINATOR and grant.administration_id is not None
    ]
