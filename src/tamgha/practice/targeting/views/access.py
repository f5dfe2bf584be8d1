"""Who may enter the pages of targeting."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.targeting import permissions

CRUMB = (lazy("Risk"), "/risk/")
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def _guarded(view: View[P], may: Callable[[Any], bool]) -> View[P]:
    @login_required
    @wraps(view)
    def enter(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not permissions.is_switched_on():
            raise Http404(
                _(
                    "A hub works on no declarations of its own. Open the node of your administration."
                )
            )
        if not may(request.user):
            raise PermissionDenied(
                _("Only the risk analysts and approvers of an administration see its declarations.")
            )
        return view(request, *args, **kwargs)

    return enter  # type: ignore[return-value]  # wraps() keeps the shape of the view


def readers_only(view: View[P]) -> View[P]:
    """Let in who may read the administration's declarations."""
    return _guarded(view, permissions.can_read)


def writers_only(view: View[P]) -> View[P]:
    """Let in who may take files in, write profiles, train models."""
    return _guarded(view, permissions.can_write)


def workplace_of(request: HttpRequest) -> tuple[Administration, User]:
    """Return the administration whose declarations the reader works with, and the reader."""
    own = permissions.workplace(request.user)
    if own is None or not isinstance(request.user, User):
        raise PermissionDenied
    return own, request.user
