"""The two pages of faults that Django makes without looking at the request: they show its number."""

from django.http import HttpRequest, HttpResponse
from django.template import loader


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the request was not understood."""
    return _page(request, "400.html", 400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something broke on our side."""
    return _page(request, "500.html", 500)


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """Render without the request itself: what is wrong with it must not break its page too."""
    number = getattr(request, "number", "")
    body = loader.get_template(template).render({"request_number": number})
    return HttpResponse(body, status=status)
