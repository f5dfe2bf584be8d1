"""Files of declarations dropped in for decision."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tamgha.platform.files import services as files
from tamgha.platform.files.forms import stored
from tamgha.practice.control import permissions
from tamgha.practice.control.forms.drops import DropForm
from tamgha.practice.control.services import drops as services
from tamgha.practice.control.views.access import (
    CRUMB,
    readers_only,
    said,
    workplace_of,
    writers_only,
)
from tamgha.practice.control.views.decisions import DECISIONS
from tamgha.practice.targeting.permissions import mappings_visible_to
from tamgha.shared.errors import TamghaError


@writers_only
def drop_new(request: HttpRequest) -> HttpResponseBase:
    """Drop a file in."""
    own, user = workplace_of(request)
    mappings = list(mappings_visible_to(request.user).order_by("name")[:200])
    form = DropForm(request.POST or None, request.FILES or None, mappings=mappings)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            file = stored(
                form.cleaned_data["file"],
                keeping=files.Keeping(owner=user, administration=own, purpose="control.drop"),
                at=now,
            )
            drop = services.give_file(file=file, mapping=form.mapping_text, by=user, at=now)
        except TamghaError as refusal:
            form.add_error("file", said(refusal))
        else:
            return redirect("control:drop", pk=drop.pk)
    context = {
        "form": form,
        "crumbs": [CRUMB, DECISIONS, (_("Drop a file in"), "")],
    }
    return render(
        request, "control/decisions/drop_new.html", context, status=422 if form.is_bound else 200
    )


@readers_only
@require_GET
def drop(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show a dropped file: how far it is, what was decided, or all its faults."""
    found = get_object_or_404(
        permissions.drops_visible_to(request.user).select_related(
            "file", "job", "answer", "given_by", "administration"
        ),
        pk=pk,
    )
    place = 1 if (get_language() or "en").startswith("ru") else 0
    context = {
        "drop": found,
        "faults": [one[place] for one in found.faults],
        "lanes": {lane: found.lanes.get(lane, 0) for lane in ("red", "yellow", "blue", "green")},
        "simulated": found.administration.is_simulated,
        "is_own": found.given_by_id == request.user.pk,
        "crumbs": [CRUMB, DECISIONS, (found.file.name, "")],
    }
    return render(request, "control/decisions/drop.html", context)


urlpatterns: list[URLPattern] = [
    path("decisions/files/new", drop_new, name="drop-new"),
    path("decisions/files/<int:pk>/", drop, name="drop"),
]
