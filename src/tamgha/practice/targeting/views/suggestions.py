"""Suggested profiles: rules mined from a set, and taken over as drafts."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from tamgha.platform.jobs.models import Job
from tamgha.practice.targeting import permissions
from tamgha.practice.targeting.forms.learning import ChooseSetForm
from tamgha.practice.targeting.models import DeclarationSet, Suggestion
from tamgha.practice.targeting.queries import condition_fields
from tamgha.practice.targeting.queries.model_cards import suggestion_shown
from tamgha.practice.targeting.services import learning as services
from tamgha.practice.targeting.views.access import readers_only, workplace_of, writers_only
from tamgha.shared.errors import TamghaError

CRUMB = (lazy("Risk"), "/risk/")


@readers_only
def suggestions(request: HttpRequest) -> HttpResponseBase:
    """Show the rules that were last found in a set; who writes profiles looks for them anew."""
    may_write = permissions.can_write(request.user)
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    own, user = workplace_of(request)
    sets = list(permissions.sets_visible_to(request.user).order_by("-changed_at"))
    chosen = _chosen(request, sets)
    form = ChooseSetForm(
        request.POST or None, sets=sets, initial={"set": str(chosen.pk) if chosen else ""}
    )
    if request.method == "POST" and form.is_valid():
        services.begin_mining(row=form.chosen, by=user, at=timezone.now())
        return redirect(f"{reverse('targeting:suggestions')}?set={form.chosen.pk}")
    found = _latest(request, chosen)
    job = _job(user.pk, chosen)
    context = {
        "form": form,
        "may_write": may_write,
        "sets": sets,
        "chosen": chosen,
        "simulated": bool(chosen and chosen.simulated),
        "found": [
            suggestion_shown(one, condition_fields(own.pk), get_language() or "en") for one in found
        ],
        "is_old": bool(found and chosen and found[0].figures.get("set_change") != chosen.change),
        "made_at": found[0].made_at if found else None,
        "job": job if job is not None and not _is_told(job, found) else None,
        "searched": bool(job and job.state == "done"),
        "here": f"{reverse('targeting:suggestions')}?set={chosen.pk}" if chosen else "",
        "crumbs": [
            CRUMB,
            (_("Models"), reverse("targeting:models")),
            (_("Suggested profiles"), ""),
        ],
    }
    return render(request, "targeting/learning/suggestions.html", context)


def _chosen(request: HttpRequest, sets: list[DeclarationSet]) -> DeclarationSet | None:
    wanted = request.GET.get("set", "")
    return next((one for one in sets if str(one.pk) == wanted), sets[0] if sets else None)


def _latest(request: HttpRequest, chosen: DeclarationSet | None) -> list[Suggestion]:
    """Return the rules of the last search in a set."""
    mine = permissions.suggestions_visible_to(request.user).filter(set=chosen)
    newest = mine.order_by("-made_at", "-pk").first()
    if newest is None:
        return []
    return list(mine.filter(job=newest.job).select_related("taken_as", "set").order_by("rank"))


def _job(person: int, chosen: DeclarationSet | None) -> Job | None:
    if chosen is None:
        return None
    return (
        Job.objects.filter(kind=services.SUGGEST, params__row=chosen.pk, by_id=person)
        .order_by("-pk")
        .first()
    )


def _is_told(job: Job, found: list[Suggestion]) -> bool:
    """Return whether what the last search brought stands on the page already."""
    return job.state == "done" and (not found or found[0].job_id == job.pk)


@writers_only
@require_POST
def take_over(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Make a draft of a suggested rule, and open it in the editor."""
    _own, user = workplace_of(request)
    found = get_object_or_404(
        permissions.suggestions_visible_to(request.user).select_related("administration", "set"),
        pk=pk,
    )
    now = timezone.now()
    language = get_language() or "en"
    try:
        version = services.take_over(
            suggestion=found, by=user, at=now, day=timezone.localdate(now), language=language
        )
    except TamghaError as refusal:
        messages.error(request, refusal.words.text(language))
        return redirect(f"{reverse('targeting:suggestions')}?set={found.set_id}")
    messages.success(
        request,
        _("%(code)s is a draft now. Name it, set its lanes and its task, then save.")
        % {"code": version.profile.code},
    )
    return redirect(
        f"{reverse('targeting:profile', args=[version.profile.code])}?set={found.set_id}"
    )


urlpatterns: list[URLPattern] = [
    path("suggestions/", suggestions, name="suggestions"),
    path("suggestions/<int:pk>/take", take_over, name="suggestion-take"),
]
