"""The own account: settings, password, second factor, log-ins."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tamgha.platform.accounts import permissions, queries, services
from tamgha.platform.accounts.choices import LogInEnd
from tamgha.platform.accounts.forms import OwnSettingsForm
from tamgha.platform.accounts.views._parts import (
    person_of,
    set_language_cookie,
    signed_in,
    tell_on_form,
)
from tamgha.platform.ui import notices
from tamgha.shared.errors import TamghaError


@require_http_methods(["GET", "POST"])
@signed_in
def own(request: HttpRequest) -> HttpResponse:
    """Show and change what one sets for oneself."""
    user = person_of(request)
    form = OwnSettingsForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.change_own_settings(
                person=user, values=form.cleaned_data, at=timezone.now()
            )
        except TamghaError as error:
            tell_on_form(form, error)
        else:
            notices.succeeded(request, _("Your settings were saved."))
            response = redirect("accounts:own")
            set_language_cookie(response, saved.language)
            return response
    context = {
        "form": form,
        "grants": user.open_grants,
        "has_second_factor": queries.has_second_factor(user),
        "log_ins": queries.open_log_ins(user, at=timezone.now()).count(),
    }
    return render(request, "accounts/own.html", context, status=422 if form.is_bound else 200)


@require_GET
@signed_in
def log_ins(request: HttpRequest) -> HttpResponse:
    """List where one is signed in."""
    user = person_of(request)
    here = getattr(request, "log_in", None)
    rows = [
        {"log_in": log_in, "device": queries.device_words(log_in.device), "is_here": log_in == here}
        for log_in in queries.open_log_ins(user, at=timezone.now())
    ]
    return render(request, "accounts/log_ins.html", {"rows": rows})


@require_POST
@signed_in
def end_log_in(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of the own log-ins."""
    user = person_of(request)
    log_in = get_object_or_404(permissions.log_ins_visible_to(user), pk=pk)
    services.end_log_in(log_in=log_in, how=LogInEnd.REVOKED, by=user, at=timezone.now())
    if log_in == getattr(request, "log_in", None):
        return redirect("account_login")
    notices.succeeded(request, _("That browser is signed out."))
    return redirect("accounts:log_ins")


@require_POST
@signed_in
def end_other_log_ins(request: HttpRequest) -> HttpResponse:
    """End every own log-in but this one."""
    user = person_of(request)
    ended = services.end_all_log_ins(
        person=user,
        how=LogInEnd.REVOKED,
        by=user,
        at=timezone.now(),
        but=getattr(request, "log_in", None),
    )
    words = ngettext(
        "%(n)s other browser is signed out.", "%(n)s other browsers are signed out.", ended
    )
    notices.succeeded(request, words % {"n": ended})
    return redirect("accounts:log_ins")
