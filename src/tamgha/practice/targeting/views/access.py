"""Who may enter the pages of targeting."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as lazy

from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.ui.doors import Door
from tamgha.practice.targeting import permissions

CRUMB = (lazy("Risk"), "/risk/")
DOOR = Door(
    is_open=permissions.is_switched_on,
    shut=lazy("A hub works on no declarations of its own. Open the node of your administration."),
    refused=lazy("Only the risk analysts and approvers of an administration see its declarations."),
)
readers_only = DOOR.only(permissions.can_read)
writers_only = DOOR.only(permissions.can_write)


def workplace_of(request: HttpRequest) -> tuple[Administration, User]:
    """Return the administration whose declarations the reader works with, and the reader."""
    own = permissions.workplace(request.user)
    if own is None or not isinstance(request.user, User):
        raise PermissionDenied
    return own, request.user
