"""What every call of the interface for programs shares: keys, pace, refusals in one form."""

import threading
import time
from collections.abc import Callable
from typing import Annotated, Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import Header, NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as NinjaValidationError
from ninja.security import HttpBearer

from tamgha.practice.control.domain.lodging import came_text, path_text
from tamgha.practice.control.models import ApiSystem
from tamgha.practice.control.services import systems
from tamgha.practice.control.services.errors import (
    ControlError,
    KeyUsedError,
    NoPlanError,
)
from tamgha.practice.targeting.permissions import is_switched_on
from tamgha.shared.errors import RefusedError, TamghaError
from tamgha.shared.words import Words

MOST_KEY: Final = 80
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=MOST_KEY,
        pattern=r"^[\x21-\x7e]+$",
        description="Chosen by the program; the same key always gets the same decision.",
    ),
]


class SystemKey(HttpBearer):
    """A program shows its key: ``Authorization: Bearer tamgha_…``."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiSystem | None:
        """Return the program, unless its key is unknown or revoked, or the node is a hub."""
        if not is_switched_on():
            return None
        return systems.system_of(token)


class Text(Schema):
    """A text in both languages."""

    en: str
    ru: str


class FaultOut(Schema):
    """One thing that is wrong with what was sent."""

    path: str
    message: str
    came: str = ""


class ProblemOut(Schema):
    """Why nothing was done, and what to do."""

    error: str
    message: Text
    faults: list[FaultOut] = []


api = NinjaAPI(
    title="Tamgha",
    version="1",
    description="Decisions on declarations, and the acts of their examination.",
    urls_namespace="api",
    docs_url=None,
    auth=SystemKey(),
)
PROBLEMS: Final[dict[int, Any]] = {
    400: ProblemOut,
    401: ProblemOut,
    403: ProblemOut,
    404: ProblemOut,
    409: ProblemOut,
    422: ProblemOut,
    429: ProblemOut,
}


# ---- how often ----------------------------------------------------------------------------------


class Pace:
    """So many calls a minute for each program, counted in this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._turn = threading.Lock()
        self._seen: dict[int, tuple[int, int]] = {}

    def seconds_to_wait(self, system: ApiSystem) -> int:
        """Count a call; return 0, or the seconds until the next minute when there were too many."""
        now = self._clock()
        minute = int(now // 60)
        with self._turn:
            since, count = self._seen.get(system.pk, (minute, 0))
            count = count + 1 if since == minute else 1
            self._seen[system.pk] = (minute, count)
        return 0 if count <= system.per_minute else 60 - int(now % 60)


pace: Final = Pace()


class TooOftenError(TamghaError):
    """A program calls more often than it may."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(
            Words(
                f"Too many calls in this minute. Go on in {seconds} seconds.",
                f"Слишком много вызовов за эту минуту. Продолжите через {seconds} с.",
            )
        )


class ForbiddenError(TamghaError):
    """A program whose key does not open this."""


def entered(request: HttpRequest, right: str) -> ApiSystem:
    """Return the program that calls, when it may do this and not too often."""
    system: ApiSystem = request.auth  # type: ignore[attr-defined]  # set by ninja
    seconds = pace.seconds_to_wait(system)
    if seconds:
        raise TooOftenError(seconds)
    if not getattr(system, right):
        raise ForbiddenError(
            Words(
                "The key of this program does not open this. A coordinator can make another.",
                "Ключ этой программы сюда не допускает. Координатор может выдать другой.",
            )
        )
    return system


# ---- refusals -----------------------------------------------------------------------------------


def problem(
    request: HttpRequest,
    status: int,
    error: str,
    message: Words,
    faults: list[dict[str, str]] | None = None,
) -> HttpResponse:
    """Return a refusal in the one form that all refusals have."""
    return api.create_response(
        request,
        {
            "error": error,
            "message": {"en": message.en, "ru": message.ru},
            "faults": faults or [],
        },
        status=status,
    )


NOT_KNOWN = Words(
    "A key of a program was expected: Authorization: Bearer tamgha_…",
    "Ожидается ключ программы: Authorization: Bearer tamgha_…",
)
NOT_FOUND = Words(
    "Nothing of this program has this key.", "У этой программы ничего нет под таким ключом."
)
NOT_READ = Words(
    "The body was expected as JSON, and could not be read.",
    "Ожидалось тело в формате JSON, прочитать его не удалось.",
)
NOT_TAKEN = Words("What was sent was not taken.", "Переданное не принято.")


@api.exception_handler(AuthenticationError)
def _not_known(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    answer = problem(request, 401, "unknown_program", NOT_KNOWN)
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 404:
        return problem(request, 404, "not_found", NOT_FOUND)
    return problem(request, error.status_code, "not_read", NOT_READ)


@api.exception_handler(NinjaValidationError)
def _not_taken(request: HttpRequest, error: NinjaValidationError) -> HttpResponse:
    faults = []
    for one in error.errors:
        place = tuple(one["loc"])
        inside = place[2:] if place[:1] == ("body",) else place[1:]
        faults.append(
            {
                "path": path_text(inside) or str(place[0]),
                "message": str(one["msg"]).removeprefix("Value error, "),
                "came": came_text(one["input"]) if "input" in one else "",
            }
        )
    return problem(request, 422, "faults", NOT_TAKEN, faults)


@api.exception_handler(TamghaError)
def _refused(request: HttpRequest, error: TamghaError) -> HttpResponse:
    if isinstance(error, TooOftenError):
        answer = problem(request, 429, "too_often", error.words)
        answer["Retry-After"] = str(error.seconds)
        return answer
    if isinstance(error, ForbiddenError):
        return problem(request, 403, "forbidden", error.words)
    if isinstance(error, RefusedError):
        faults = [{"path": "", "message": one.en, "came": ""} for one in error.faults]
        return problem(request, 422, "faults", error.what, faults)
    kinds: dict[type[ControlError], str] = {
        KeyUsedError: "key_used",
        NoPlanError: "no_plan",
    }
    known = next((name for kind, name in kinds.items() if isinstance(error, kind)), "refused")
    return problem(request, 409, known, error.words)
