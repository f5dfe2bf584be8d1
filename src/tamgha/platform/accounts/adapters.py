"""How allauth signs people in here: nobody signs up, and failures are counted by us."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.httpkit import get_client_ip
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tamgha.platform.accounts import services
from tamgha.platform.accounts.models import User
from tamgha.platform.ui.notices import said


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Our rules where allauth asks for some."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _(
            "This login name and this password do not belong together. Check both, or ask your "
            "coordinator for a new link."
        ),
        "email_password_mismatch": _(
            "This e-mail address and this password do not belong together. Check both, or ask "
            "your coordinator for a new link."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: a coordinator enters people."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try before the password is looked at, or say until when to wait."""
        try:
            services.begin_attempt(
                typed=_typed(credentials), address=get_client_ip(request), at=timezone.now()
            )
        except services.WaitError as wait:
            raise ValidationError(said(wait), code="wait") from wait

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Announce the lock-out when this was one failure too many."""
        services.note_failure(
            typed=_typed(credentials), address=get_client_ip(request), at=timezone.now()
        )

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """Ask for the password once more; the right one forgives the failures before it."""
        right = bool(super().reauthenticate(user, password))
        if right and isinstance(user, User):
            services.forgive_attempts(person=user)
        return right

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return to the own account."""
        return reverse("accounts:own")

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Save the password, and nothing else of the record."""
        user.set_password(password)
        user.save(update_fields=["password"])


def _typed(credentials: dict[str, Any]) -> str:
    return str(credentials.get("username") or credentials.get("email") or "")
