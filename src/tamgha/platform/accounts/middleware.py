"""Each call of a signed-in browser: is its log-in still good, in which language and time zone."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from tamgha.platform.accounts import services
from tamgha.platform.accounts.models import LogIn, User
from tamgha.platform.accounts.services import LOG_IN_KEY


class LogInMiddleware:
    """Sign a browser out whose log-in was ended; follow its session; set language and time zone.

    A session without a log-in of ours was made past the door, and is signed out too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user
        if not isinstance(person, User):
            with timezone.override(None):
                return self.get_response(request)
        log_in = _log_in(request, person)
        if log_in is None:
            logout(request)
            return self.get_response(request)
        request.log_in = log_in  # type: ignore[attr-defined]  # read by the account's own pages
        services.note_seen(
            log_in=log_in, session_key=request.session.session_key, at=timezone.now()
        )
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(person.language)
            request.LANGUAGE_CODE = person.language
        with timezone.override(ZoneInfo(person.time_zone)):
            return self.get_response(request)


LoginMiddleware = LogInMiddleware


def _log_in(request: HttpRequest, person: User) -> LogIn | None:
    key = request.session.get(LOG_IN_KEY)
    if key is None:
        return None
    return LogIn.objects.filter(pk=key, person=person, ended_at=None).first()
