"""What several of these pages do alike."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from tamgha.platform.accounts.models import User
from tamgha.platform.ui import notices
from tamgha.shared.errors import RefusedError, TamghaError

__all__ = ["did", "person_of", "set_language_cookie", "signed_in", "tell_on_form"]

signed_in = login_required


def person_of(request: HttpRequest) -> User:
    """Return who is signed in, on a page that asks for it."""
    if not isinstance(request.user, User):
        raise TypeError("this page is for people who are signed in")
    return request.user


def did(request: HttpRequest, act: Callable[[], object], success: str) -> bool:
    """Do the act and say so, or say why it was not done."""
    try:
        act()
    except TamghaError as error:
        notices.refused(request, error)
        return False
    notices.succeeded(request, success)
    return True


def tell_on_form(form: BaseForm, error: TamghaError) -> None:
    """Write what the service refused onto the form, every fault."""
    language = get_language() or "en"
    faults = error.faults if isinstance(error, RefusedError) else (error.words,)
    for fault in faults:
        form.add_error(None, fault.text(language))


def set_language_cookie(response: HttpResponse, language: str) -> None:
    """Let this browser speak the person's language from now on."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=bool(settings.LANGUAGE_COOKIE_SECURE),
        samesite="Lax",
    )
