"""Pages of one entry: what it says, how it is sealed, and its proof. The list stands in the site."""

import json

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tamgha.platform.journal import permissions, queries, services
from tamgha.platform.ui import notices


@require_GET
@login_required
@never_cache
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one entry: who, what, before and after, and how far it is sealed."""
    return _page(request, pk)


@require_GET
@login_required
@never_cache
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the proof of an entry as a file, to be checked anywhere."""
    found = get_object_or_404(permissions.visible_to(request.user), pk=pk)
    try:
        document = services.proof_of(found.pk)
    except services.NotSealedError as error:
        notices.refused(request, error)
        return _page(request, pk, status=409)
    response = HttpResponse(
        json.dumps(document, ensure_ascii=False, indent=2), content_type="application/json"
    )
    response["Content-Disposition"] = f'attachment; filename="journal-entry-{found.pk}.json"'
    return response


def _page(request: HttpRequest, pk: int, *, status: int = 200) -> HttpResponse:
    visible = permissions.visible_to(request.user)
    found = get_object_or_404(visible.select_related("by", "for_whom", "administration"), pk=pk)
    may_read_personal = permissions.can_read_personal(request.user, found)
    context = {
        "entry": found,
        "seal": queries.seal_state(found),
        "personal": queries.personal_shown(found) if may_read_personal else [],
        "hides_personal": bool(found.details.get("personal")) and not may_read_personal,
    }
    return render(request, "journal/entry.html", context, status=status)
