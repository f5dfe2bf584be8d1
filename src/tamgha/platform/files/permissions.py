"""Who may see and open which file. The only door to stored files."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.files.choices import Access
from tamgha.platform.files.models import StoredFile, Upload


def visible_to(user: User | AnonymousUser) -> QuerySet[StoredFile]:
    """Return the files whose record the user may see, retired ones too.

    Public files: everybody. Files of the region: whoever holds a role, but a donor as such. Files
    of an administration: its people who hold a role there. Private files: their owner.
    """
    seen = Q(access=Access.PUBLIC)
    if isinstance(user, User) and user.is_active:
        seen |= Q(owner=user)
        if user.roles - {Role.DONOR}:
            seen |= Q(access=Access.REGION)
        at_home = [grant.administration_id for grant in user.open_grants if grant.administration_id]
        seen |= Q(access=Access.ADMINISTRATION, administration__in=at_home)
    return StoredFile.objects.filter(seen)


def openable_by(user: User | AnonymousUser) -> QuerySet[StoredFile]:
    """Return the files that the user may open: visible ones that nobody has retired."""
    return visible_to(user).filter(retired_at=None)


def uploads_of(user: User | AnonymousUser) -> QuerySet[Upload]:
    """Return the user's own files on their way in."""
    if not isinstance(user, User) or not user.is_active:
        return Upload.objects.none()
    return Upload.objects.filter(owner=user)


def can_store(user: User, *, access: Access, administration: Administration | None) -> bool:
    """Return whether the user may store a file that travels so far.

    For an administration: who holds a role there. For the region or everybody: who holds any role
    but a donor's.
    """
    if access == Access.PRIVATE:
        return user.is_active
    if access == Access.ADMINISTRATION:
        return administration is not None and user.has_role(*Role, administration=administration)
    return bool(user.roles - {Role.DONOR})


def can_retire(user: User | AnonymousUser, file: StoredFile) -> bool:
    """Return whether the user may retire the file or put a new version in its place.

    The owner; a coordinator for what the own administration shares.
    """
    if not isinstance(user, User) or not user.is_active:
        return False
    if file.owner_id == user.pk:
        return True
    return (
        file.access != Access.PRIVATE
        and file.administration is not None
        and user.has_role(Role.COORDINATOR, administration=file.administration)
    )
