"""Who may enter the pages of the register."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.ui import notices
from tamgha.practice.register import permissions
from tamgha.practice.register.models import Risk
from tamgha.shared.errors import RefusedError, TamghaError

CRUMB = (lazy("Risk"), "/risk/")
REGISTER = (lazy("Register"), reverse_lazy("register:risks"))
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def _guarded(view: View[P], may: Callable[[Any], bool]) -> View[P]:
    @login_required
    @wraps(view)
    def enter(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not permissions.is_switched_on():
            raise Http404(_("A hub keeps no register. Open the node of your administration."))
        if not may(request.user):
            raise PermissionDenied(
                _(
                    "The register is read by the analysts, approvers and the coordinator of an "
                    "administration."
                )
            )
        return view(request, *args, **kwargs)

    return enter  # type: ignore[return-value]  # wraps() keeps the shape of the view


def readers_only(view: View[P]) -> View[P]:
    """Let in who may read the register."""
    return _guarded(view, permissions.can_read)


def writers_only(view: View[P]) -> View[P]:
    """Let in who writes the register."""
    return _guarded(view, permissions.can_write)


def approvers_only(view: View[P]) -> View[P]:
    """Let in who approves."""
    return _guarded(view, permissions.can_approve)


def workplace_of(request: HttpRequest) -> tuple[Administration, User]:
    """Return the administration whose register the reader reads, and the reader."""
    own = permissions.workplace(request.user)
    if own is None or not isinstance(request.user, User):
        raise PermissionDenied
    return own, request.user


def risk_of(request: HttpRequest, code: str) -> Risk:
    """Return a risk of the reader's administration by its code, with its versions at hand."""
    risks = permissions.risks_visible_to(request.user).select_related(
        "administration", "shown__owner", "shown__author", "working__owner", "working__author"
    )
    return get_object_or_404(risks, code=code)


def tell(request: HttpRequest, refusal: TamghaError) -> None:
    """Say on the next page why an act was not done."""
    language = get_language() or "en"
    texts = [refusal.words]
    if isinstance(refusal, RefusedError):
        texts = [refusal.what, *refusal.faults]
    for text in texts:
        notices.refused(request, text.text(language))
