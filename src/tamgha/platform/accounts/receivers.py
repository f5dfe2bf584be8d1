"""What Django and allauth tell about log-ins becomes acts of our own."""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import password_changed
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest
from django.utils import timezone

from tamgha.platform.accounts import services
from tamgha.platform.accounts.choices import LogInEnd
from tamgha.platform.accounts.models import LogIn, User
from tamgha.platform.accounts.services import LOG_IN_KEY


def connect() -> None:
    """Follow the signals. Called once, when the application is ready."""
    user_logged_in.connect(signed_in, dispatch_uid="accounts.signed_in")
    user_logged_out.connect(signed_out, dispatch_uid="accounts.signed_out")
    password_changed.connect(changed_password, dispatch_uid="accounts.changed_password")
    mfa.authenticator_added.connect(added_factor, dispatch_uid="accounts.added_factor")
    mfa.authenticator_removed.connect(removed_factor, dispatch_uid="accounts.removed_factor")
    mfa.authenticator_reset.connect(renewed_codes, dispatch_uid="accounts.renewed_codes")


def signed_in(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Open a log-in of ours for the session; the failures before it are forgiven."""
    if request.session.session_key is None:
        request.session.create()
    methods = [str(record.get("method")) for record in get_authentication_records(request, user)]
    log_in = services.open_log_in(
        person=user,
        session_key=request.session.session_key,
        address=get_client_ip(request),
        device=request.META.get("HTTP_USER_AGENT", ""),
        with_second_factor="mfa" in methods,
        at=timezone.now(),
    )
    request.session[LOG_IN_KEY] = log_in.pk
    services.forgive_attempts(person=user)


def signed_out(sender: object, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """End the log-in of the session that is being left."""
    key = request.session.get(LOG_IN_KEY)
    log_in = LogIn.objects.filter(pk=key, person=user).first() if key and user else None
    if log_in is not None:
        services.end_log_in(log_in=log_in, how=LogInEnd.SIGNED_OUT, by=user, at=timezone.now())


def changed_password(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """End the person's other log-ins."""
    here = getattr(request, "log_in", None)
    services.note_own_password(person=user, here=here, at=timezone.now())


def added_factor(sender: object, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Announce a new second factor, or the recovery codes that came with it."""
    _note(user, "added", authenticator)


def removed_factor(sender: object, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Announce that a person took the own second factor away."""
    _note(user, "removed", authenticator)


def renewed_codes(sender: object, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Announce new recovery codes."""
    _note(user, "renewed", authenticator)


def _note(user: User, what: str, authenticator: Authenticator) -> None:
    services.note_second_factor(
        person=user, what=what, kind=str(authenticator.type), at=timezone.now()
    )
