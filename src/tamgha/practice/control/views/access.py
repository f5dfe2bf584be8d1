"""Who may enter the pages of control."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as lazy

from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.ui.doors import Door
from tamgha.practice.control import permissions
from tamgha.practice.targeting.permissions import is_switched_on
from tamgha.shared.errors import TamghaError

CRUMB = (lazy("Risk"), "/risk/")
DOOR = Door(
    is_open=is_switched_on,
    shut=lazy("A hub decides on no declarations of its own. Open the node of your administration."),
    refused=lazy("Your roles do not open this page."),
)
readers_only = DOOR.only(permissions.can_read)
writers_only = DOOR.only(permissions.can_write)
managers_only = DOOR.only(permissions.can_manage_examiners)
coordinators_only = DOOR.only(permissions.system_place)
act_people_only = DOOR.only(permissions.act_place)
reroute_people_only = DOOR.only(permissions.can_reroute)
result_readers_only = DOOR.only(permissions.results_place)


def workplace_of(request: HttpRequest) -> tuple[Administration, User]:
    """Return the administration whose plans and decisions the reader works with, and the reader."""
    own = permissions.workplace(request.user)
    if own is None or not isinstance(request.user, User):
        raise PermissionDenied
    return own, request.user


def person_of(request: HttpRequest) -> User:
    """Return who is signed in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def said(refusal: TamghaError) -> str:
    """Return a refusal in the language of the page."""
    return refusal.words.text(get_language() or "en")
