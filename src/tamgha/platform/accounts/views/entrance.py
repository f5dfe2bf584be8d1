"""The ways in: sign-in with the cards of demo mode, and the link of a coordinator."""

from typing import Any

from allauth.account import views as allauth_views
from allauth.account.internal.flows.login import record_authentication
from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.contrib.auth import login, logout
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tamgha.platform.accounts import queries, services
from tamgha.platform.accounts.domain import is_private
from tamgha.platform.accounts.forms import NewPasswordForm
from tamgha.platform.accounts.models import User
from tamgha.platform.accounts.views._parts import set_language_cookie, signed_in
from tamgha.platform.ui import notices

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class SignInView(allauth_views.LoginView):  # type: ignore[misc]  # allauth is untyped
    """Sign in with name and password, or, in demo mode, by a card."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the cards, where the node is a demo."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if settings.TAMGHA_DEMO:
            chosen = self.request.GET.get("administration", "")
            context.update(queries.sign_in_cards(chosen, at=timezone.now()))
        return context


@require_POST
@never_cache
def sign_in_by_card(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign in as an invented person, in demo mode, from this machine or network only."""
    if not settings.TAMGHA_DEMO:
        raise Http404
    if not is_private(get_client_ip(request) or ""):
        raise PermissionDenied
    person = get_object_or_404(queries.demo_people(), pk=pk)
    if request.user.is_authenticated:
        logout(request)
    record_authentication(request, person, method="card")
    login(request, person, backend=BACKEND)
    wish = request.POST.get("next", "")
    is_own = url_has_allowed_host_and_scheme(
        wish, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = redirect(wish if is_own else settings.LOGIN_REDIRECT_URL)
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        set_language_cookie(response, person.language)
    return response


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("password", "again")
def welcome(request: HttpRequest, secret: str) -> HttpResponse:
    """Set a password by the link that the coordinator handed over. Looking does not spend it."""
    link = queries.link_of_secret(secret)
    if link is None or not link.is_open(timezone.now()) or not link.person.is_active:
        return _no_referrer(render(request, "accounts/link_spent.html", status=410))
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_password_by_link(
                secret=secret, password=form.cleaned_data["password"], at=timezone.now()
            )
        except services.LinkSpentError:
            return _no_referrer(render(request, "accounts/link_spent.html", status=410))
        except ValidationError as refusal:
            form.add_error("password", refusal)
        else:
            return _after_welcome(request, link.person)
    context = {"form": form, "shown": link.person, "link": link}
    status = 422 if form.is_bound else 200
    return _no_referrer(render(request, "accounts/welcome.html", context, status=status))


@signed_in
def change_password(request: HttpRequest) -> HttpResponse:
    """Change the own password; who has none yet gets a link from the coordinator instead."""
    if isinstance(request.user, User) and not request.user.has_usable_password():
        notices.warned(
            request,
            _("You have no password here. Your coordinator can give you a link to set one."),
        )
        return redirect("accounts:own")
    response: HttpResponse = allauth_views.password_change(request)
    return response


def _after_welcome(request: HttpRequest, person: User) -> HttpResponse:
    if request.user.is_authenticated:
        logout(request)
    notices.succeeded(request, _("Your password is set. Sign in with it now."))
    response = redirect("account_login")
    set_language_cookie(response, person.language)
    return _no_referrer(response)


def _no_referrer(response: HttpResponse) -> HttpResponse:
    # The address is the secret, so it goes nowhere. With "no-referrer" a browser would also hide
    # the origin of the form that is sent from here, and the form would be refused.
    response["Referrer-Policy"] = "strict-origin"
    return response
