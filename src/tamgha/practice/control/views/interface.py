"""What every call of the interface for programs shares: keys, pace, refusals in one form."""

import logging
from typing import Annotated, Any, Final

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from ninja import Header, NinjaAPI, Path, Schema
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as NinjaValidationError
from ninja.security import HttpBearer

from tamgha.practice.control.domain.lodging import came_text, path_text
from tamgha.practice.control.gateways.pace import Pace
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

logger = logging.getLogger(__name__)

MOST_KEY: Final = 80
KEY_PATTERN: Final = r"^[\x21-\x7e]+$"
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=MOST_KEY,
        pattern=KEY_PATTERN,
        description="Chosen by the program; the same key always gets the same decision.",
    ),
]

KeyInPath = Annotated[
    str,
    Path(
        max_length=MOST_KEY,
        pattern=KEY_PATTERN,
        description="The key under which it was asked for.",
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
    503: ProblemOut,
}


# ---- how often ----------------------------------------------------------------------------------


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
    seconds = pace.seconds_to_wait(system.pk, system.per_minute)
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
UNAVAILABLE = Words(
    "The node cannot reach its database now. Send the same call with the same key again.",
    "Узел сейчас не может обратиться к базе данных. Повторите тот же вызов с тем же ключом.",
)
RETRY_SECONDS: Final = 2
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


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def _unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    """Say that nothing is known to be stored: the same key again gives the one decision."""
    logger.error("a call was not answered: the database does not answer", exc_info=error)
    answer = problem(request, 503, "unavailable", UNAVAILABLE)
    answer["Retry-After"] = str(RETRY_SECONDS)
    return answer


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
