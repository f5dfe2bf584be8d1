"""What happens around every request: its number, its line in the log, its place in the counters."""

import logging
import time
from bisect import bisect_left
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, get_resolver
from django.utils import timezone, translation

from tamgha.site import logs
from tamgha.site.metrics import Counters, Family, Sample

logger = logging.getLogger(logs.REQUESTS)

HEADER = "X-Request-ID"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
QUIET: Final = frozenset({"site:alive", "site:ready", "site:metrics", "static"})
"""What programs ask for every few seconds: told at the level "debug" only."""

BOUNDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper bounds of the histogram, in seconds."""

PROGRAMS: Final = "/api/"
"""Addresses that programs call."""
OF_PROGRAMS: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}

_PART = "\x1f"


class RequestMiddleware:
    """Give each request a number, and write down what became of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        number = logs.accepted_number(request.headers.get(HEADER)) or logs.new_number()
        request.number = number  # type: ignore[attr-defined]  # the pages of faults show it
        mark = logs.number_now.set(number)
        began = time.perf_counter()
        try:
            answer = self.get_response(request)
            answer[HEADER] = number
            _write_down(request, answer.status_code, time.perf_counter() - began)
        finally:
            logs.number_now.reset(mark)
        return answer


class ProgramsMiddleware:
    """Answer programs without what only browsers need: session, language, tokens of forms.

    A program shows its key with every call, and reads both languages in every answer. A call without
    a key goes the way of browsers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._answer = convert_exception_to_response(_of_programs)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PROGRAMS) or "Authorization" not in request.headers:
            return self.get_response(request)
        try:
            request.resolver_match = get_resolver().resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        translation.activate(settings.LANGUAGE_CODE)
        timezone.deactivate()
        answer: HttpResponseBase = self._answer(request)  # type: ignore[assignment]  # no async here
        for name, value in OF_PROGRAMS.items():
            answer.headers.setdefault(name, value)
        return answer


def _of_programs(request: HttpRequest) -> HttpResponseBase:
    match = request.resolver_match
    if match is None:
        raise Resolver404
    answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    return answer


def view_of(request: HttpRequest) -> str:
    """Return the name of the view that answered: "static" for a static file, "none" for no view.

    Only names that the program gives: never a path, so there are never more of them than views.
    """
    found = request.resolver_match
    if found is None:
        is_static = request.path_info.startswith(str(settings.STATIC_URL))
        return "static" if is_static else "none"
    return found.view_name or "unnamed"


def counters() -> Counters:
    """Return the counters of this node."""
    return _counters_of(str(settings.TAMGHA_HOME))


@cache
def _counters_of(home: str) -> Counters:
    return Counters(Path(home) / "run" / "requests")


def _write_down(request: HttpRequest, status: int, seconds: float) -> None:
    view = view_of(request)
    method = request.method if request.method in METHODS else "other"
    person = getattr(request, "_cached_user", None)  # looked at by the page; never loaded for us
    logger.log(
        logging.DEBUG if view in QUIET else logging.INFO,
        "answered",
        extra={
            "method": method,
            "view": view,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "signed_in": bool(person is not None and person.is_authenticated),
        },
    )
    bucket = bisect_left(BOUNDS, seconds)
    counters().add(
        {
            f"n{_PART}{view}{_PART}{method}{_PART}{status}": 1,
            f"b{_PART}{view}{_PART}{bucket}": 1,
            f"s{_PART}{view}": seconds,
        }
    )


def request_families() -> list[Family]:
    """Return what all processes of the node have counted of the requests."""
    answered: list[Sample] = []
    buckets: dict[str, list[float]] = {}
    seconds: dict[str, float] = {}
    for key, value in sorted(counters().values().items()):
        kind, *parts = key.split(_PART)
        if kind == "n":
            view, method, status = parts
            labels = (("view", view), ("method", method), ("status", status))
            answered.append(Sample(value, labels))
        elif kind == "b":
            buckets.setdefault(parts[0], [0.0] * (len(BOUNDS) + 1))[int(parts[1])] += value
        else:
            seconds[parts[0]] = value
    spread = [
        sample
        for view, counts in sorted(buckets.items())
        for sample in _spread(view, counts, seconds.get(view, 0.0))
    ]
    return [
        Family("tamgha_requests_total", "counter", "Requests answered.", answered),
        Family("tamgha_request_seconds", "histogram", "Time until the answer began.", spread),
    ]


def _spread(view: str, counts: list[float], seconds: float) -> list[Sample]:
    of_view = ("view", view)
    samples, so_far = [], 0.0
    for bound, count in zip((*map(str, BOUNDS), "+Inf"), counts, strict=True):
        so_far += count
        samples.append(Sample(so_far, (of_view, ("le", bound)), "_bucket"))
    samples += [Sample(seconds, (of_view,), "_sum"), Sample(so_far, (of_view,), "_count")]
    return samples
