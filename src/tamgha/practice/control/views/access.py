"""Who may enter the pages of control."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.control import permissions
from tamgha.practice.targeting.permissions import is_switched_on
from tamgha.shared.errors import TamghaError

CRUMB = (lazy("Risk"), "/risk/")
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def guarded(may: Callable[[Any], object]) -> Callable[[View[P]], View[P]]:
    """Let in only those for whom ``may`` holds; on a hub nobody."""

    def guard(view: View[P]) -> View[P]:
        @login_required
        @wraps(view)
        def enter(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not is_switched_on():
                raise Http404(
                    _(
                        "A hub decides on no declarations of its own. Open the node of your administration."
                    )
                )
            if not may(request.user):
                raise PermissionDenied(_("Your roles do not open this page."))
            return view(request, *args, **kwargs)

        return enter  # type: ignore[return-value]  # wraps() keeps the shape of the view

    return guard


readers_only = guarded(permissions.can_read)
writers_only = guarded(permissions.can_write)
managers_only = guarded(permissions.can_manage_examiners)
coordinators_only = guarded(permissions.system_place)
act_people_only = guarded(permissions.act_place)
reroute_people_only = guarded(permissions.can_reroute)


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
