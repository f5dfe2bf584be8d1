"""Who may read which entries. The only door to the journal's pages.

Each area says which roles read its acts. A role held in an administration reads the acts of that
administration, a regional one those of the region; nobody reads across.
"""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import User
from tamgha.platform.journal.domain import areas
from tamgha.platform.journal.models import Entry

Visitor = User | AnonymousUser

READERS = (Role.COORDINATOR, Role.APPROVER, Role.SECRETARIAT)
"""Who has the journal's page; of whose acts, the areas say."""


def can_read(user: Visitor) -> bool:
    """Return whether the user has the journal's page."""
    return isinstance(user, User) and user.is_active and user.has_role(*READERS)


def visible_to(user: Visitor) -> QuerySet[Entry]:
    """Return the entries that the user may read."""
    if not isinstance(user, User) or not can_read(user):
        return Entry.objects.none()
    seen = Q(pk=None)
    for grant in user.open_grants:
        if grant.role not in READERS:
            continue
        here = Q(pk=None)
        for area in areas():
            if grant.role in area.readers:
                here |= Q(act__startswith=f"{area.name}.")
        seen |= Q(administration=grant.administration_id) & here
    return Entry.objects.filter(seen)


def can_read_personal(user: Visitor, entry: Entry) -> bool:
    """Return whether the user may read what the entry says of people: who manages them."""
    return isinstance(user, User) and any(
        grant.role in {Role.COORDINATOR, Role.SECRETARIAT}
        and grant.administration_id == entry.administration_id
        for grant in user.open_grants
    )
