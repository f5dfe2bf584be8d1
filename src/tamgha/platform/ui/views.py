"""The gallery of components, the choice of the theme, and the pages that say what went wrong."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tamgha.platform.ui import gallery as samples
from tamgha.platform.ui import notices
from tamgha.platform.ui.context import THEME_COOKIE, THEMES

_YEAR = 365 * 24 * 3600
_ERROR_PAGES = (400, 403, 404, 500)


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep light or dark for this browser; anything else means: as the system."""
    wished = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(wished, {request.get_host()}, request.is_secure())
    answer = HttpResponseRedirect(wished if safe else "/")
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        answer.set_cookie(
            THEME_COOKIE,
            theme,
            max_age=_YEAR,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    else:
        answer.delete_cookie(THEME_COOKIE, samesite="Lax")
    return answer


def _only_where_shown() -> None:
    if not (settings.DEBUG or settings.TAMGHA_DEMO):
        raise Http404


@require_http_methods(["GET", "POST"])
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component in every state."""
    _only_where_shown()
    if request.method == "POST":
        form = samples.SessionForm(request.POST)
        if form.is_valid():
            notices.succeeded(request, _("Session registered."), undo=reverse("ui:gallery_act"))
            return HttpResponseRedirect(f"{reverse('ui:gallery')}?fresh=1")
    else:
        form = samples.SessionForm() if "fresh" in request.GET else samples.refused_form()
    return render(request, "ui/gallery.html", samples.context(form))


@require_POST
def gallery_act(request: HttpRequest) -> HttpResponse:
    """Take the sample act back."""
    _only_where_shown()
    notices.succeeded(request, _("The session is no longer registered."))
    return HttpResponseRedirect(reverse("ui:gallery"))


@require_GET
def gallery_work(request: HttpRequest) -> HttpResponse:
    """Answer the sample of long work, a little further each time it is asked."""
    _only_where_shown()
    asked = request.GET.get("done", "0")
    before = min(100, int(asked)) if asked.isascii() and asked.isdigit() else 0
    return render(request, "ui/gallery_work.html", samples.work(min(100, before + 12)))


@require_http_methods(["GET", "POST"])
def gallery_confirm(request: HttpRequest) -> HttpResponse:
    """Show the page that asks before an act that cannot be undone."""
    _only_where_shown()
    if request.method == "POST":
        notices.succeeded(request, _("P-031 is retired."))
        return HttpResponseRedirect(reverse("ui:gallery"))
    return render(request, "ui/gallery_confirm.html", {"back": reverse("ui:gallery")})


@require_GET
def gallery_error(request: HttpRequest, status: int) -> HttpResponse:
    """Show one of the error pages."""
    _only_where_shown()
    if status not in _ERROR_PAGES:
        raise Http404
    return render(request, f"{status}.html", status=status)
