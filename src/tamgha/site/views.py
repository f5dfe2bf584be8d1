"""Pages that compose the areas: the home of a role, the index of Risk, the search."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import dateformat, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tamgha.platform.accounts.models import User
from tamgha.practice.register import permissions as register
from tamgha.practice.targeting import permissions as targeting
from tamgha.site import homes, risk_index, search


@require_GET
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Show the home of the reader's role; send a stranger to sign in."""
    user = request.user
    if not isinstance(user, User):
        return redirect("account_login")
    now = timezone.now()
    shown, facts = homes.page_of(user, wished=request.GET.get("role", ""), at=now)
    context = {
        "home": shown,
        "greeting": _greeting(user, now),
        "where": user.administration.name if user.administration else _("The region"),
        "today": dateformat.format(timezone.localtime(now), _("l j E Y")),
    }
    template = shown.template if shown else "site/homes/no_role.html"
    return render(request, template, context | facts)


def _greeting(user: User, now: datetime) -> str:
    hour = timezone.localtime(now).hour
    name = {"name": user.get_short_name()}
    if 4 <= hour < 12:
        return _("Good morning, %(name)s") % name
    if 12 <= hour < 18:
        return _("Good afternoon, %(name)s") % name
    return _("Good evening, %(name)s") % name


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise TypeError("this page is for people who are signed in")
    return request.user


@require_GET
@login_required
def risk_parts(request: HttpRequest) -> HttpResponse:
    """Show what the area of risk holds, each part with how much there is."""
    user = _person(request)
    if not targeting.is_switched_on():
        raise Http404
    if not targeting.can_read(user) and not register.can_read(user):
        raise PermissionDenied
    return render(
        request,
        "site/risk.html",
        {"parts": risk_index.parts_for(user), "may_write": targeting.can_write(user)},
    )


@require_GET
@login_required
@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """Search across the areas that the reader may enter."""
    user = _person(request)
    words = request.GET.get("q", "").strip()[: search.MOST_LETTERS]
    groups = search.find(user, words, language=get_language() or "en")
    context = {
        "q": words,
        "groups": groups,
        "too_short": 0 < len(words) < search.LEAST_LETTERS,
        "places": search.places_of(user),
    }
    return render(request, "site/search.html", context)
