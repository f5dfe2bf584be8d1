"""Passports: what waits for the second check, moves, two versions side by side, proposals, rules."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tamgha.platform.accounts.models import User
from tamgha.practice.targeting import permissions
from tamgha.practice.targeting.forms.passports import MoveForm, RulesForm
from tamgha.practice.targeting.models import ProfileVersion
from tamgha.practice.targeting.queries.passports import in_force_of, rules_of
from tamgha.practice.targeting.queries.waiting import Waiting, checks
from tamgha.practice.targeting.services import passports as services
from tamgha.practice.targeting.services import proposals
from tamgha.practice.targeting.views.access import CRUMB, readers_only, workplace_of, writers_only
from tamgha.practice.targeting.views.differences import difference_of
from tamgha.practice.targeting.views.way import way_of
from tamgha.shared.errors import RefusedError, TamghaError

RULES = ("apart", "shadow_days", "alert_hours", "longest_days")


def told(request: HttpRequest, refusal: TamghaError) -> None:
    """Say on the next page what was refused, each fault apart."""
    language = get_language() or "en"
    texts = [refusal.words]
    if isinstance(refusal, RefusedError):
        texts = [refusal.what, *refusal.faults]
    for text in texts:
        messages.error(request, text.text(language))


# ---- what waits ---------------------------------------------------------------------------------


@readers_only
@require_GET
def checks_page(request: HttpRequest) -> HttpResponseBase:
    """Show what waits for a second person, with its evidence and what it changes."""
    _own, user = workplace_of(request)
    now = timezone.now()
    waiting = [_shown(one, user, now) for one in checks(user, at=now)]
    context = {
        "waiting": waiting,
        "may_approve": permissions.can_approve(user),
        "simulated": any(
            one["version"].evidence_of_test.get("simulated", False) for one in waiting
        ),
        "crumbs": [CRUMB, (_("Profiles"), reverse("targeting:profiles")), (_("Second check"), "")],
    }
    return render(request, "targeting/passports/checks.html", context)


def _shown(one: Waiting, user: User, now: Any) -> dict[str, Any]:
    in_force = [each for each in in_force_of(one.version.profile, now) if each != one.version]
    before = in_force[0] if in_force and one.what != "proposal" else None
    return {
        "what": one.what,
        "version": one.version,
        "waiting": one,
        "before": before,
        "difference": difference_of(before, one.version) if before else None,
        "way": way_of(one.version, user, now),
        "is_own": one.by is not None and one.by.pk == user.pk,
    }


# ---- moves --------------------------------------------------------------------------------------


def _version(request: HttpRequest, code: str, number: int) -> ProfileVersion:
    return get_object_or_404(
        permissions.versions_visible_to(request.user).select_related(
            "profile", "profile__administration", "author"
        ),
        profile__code=code,
        number=number,
    )


@readers_only
@require_POST
def move(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """Make one move of a version; what is refused is said on its page."""
    version = _version(request, code, number)
    _own, user = workplace_of(request)
    form = MoveForm(request.POST)
    here = redirect("targeting:profile-version", code=code, number=number)
    if not form.is_valid():
        for faults in form.errors.values():
            for fault in faults:
                messages.error(request, str(fault))
        return here
    wish = services.Wish(
        form.cleaned_data["move"],
        form.cleaned_data["reason"],
        form.cleaned_data["rollout"] if request.POST.get("rollout") else None,
    )
    now = timezone.now()
    try:
        moved = services.make_move(version=version, wish=wish, by=user, at=now)
    except TamghaError as refusal:
        told(request, refusal)
        return here
    messages.success(
        request,
        _("%(code)s v%(number)d: %(state)s.")
        % {"code": code, "number": number, "state": way_of(moved, user, now).state},
    )
    return here


# ---- two versions -------------------------------------------------------------------------------


@readers_only
@require_GET
def compare(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show two versions of a profile side by side; without a choice, the last two."""
    profile = get_object_or_404(permissions.profiles_visible_to(request.user), code=code)
    versions = list(
        profile.versions.select_related("author", "profile", "profile__administration").order_by(
            "-number"
        )
    )
    by_number = {one.number: one for one in versions}
    after = by_number.get(_number(request.GET.get("to")), versions[0])
    before = by_number.get(
        _number(request.GET.get("from")), by_number.get(after.number - 1, versions[-1])
    )
    context = {
        "profile": profile,
        "versions": versions,
        "difference": difference_of(before, after),
        "simulated": after.evidence_of_test.get("simulated", False),
        "crumbs": [
            CRUMB,
            (_("Profiles"), reverse("targeting:profiles")),
            (str(profile), reverse("targeting:profile", args=[code])),
            (_("Two versions"), ""),
        ],
    }
    return render(request, "targeting/passports/compare.html", context)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else 0


# ---- proposals ----------------------------------------------------------------------------------


@writers_only
@require_POST
def propose(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """Propose to retire a version in force; an approver decides."""
    version = _version(request, code, number)
    _own, user = workplace_of(request)
    reason = request.POST.get("reason", "").strip()[: services.LONGEST_REASON]
    if not reason:
        messages.error(request, _("Say why it should be retired."))
    else:
        try:
            proposals.propose_retirement(
                version=version, evidence={"reason": reason}, by=user, at=timezone.now()
            )
            messages.success(request, _("An approver decides on your proposal."))
        except TamghaError as refusal:
            told(request, refusal)
    return redirect("targeting:profile-version", code=code, number=number)


@readers_only
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Retire a version as proposed, or keep it."""
    if not permissions.can_approve(request.user):
        raise PermissionDenied
    found = get_object_or_404(
        permissions.proposals_visible_to(request.user).select_related("version__profile"), pk=pk
    )
    _own, user = workplace_of(request)
    try:
        proposals.decide_proposal(
            proposal=found,
            accept=request.POST.get("do") == "retire",
            reason=request.POST.get("reason", ""),
            by=user,
            at=timezone.now(),
        )
        messages.success(request, _("Your decision is written down."))
    except TamghaError as refusal:
        told(request, refusal)
        return redirect("targeting:profile-checks")
    return redirect(
        "targeting:profile-version",
        code=found.version.profile.code,
        number=found.version.number,
    )


# ---- rules --------------------------------------------------------------------------------------


@login_required
def rules_page(request: HttpRequest) -> HttpResponseBase:
    """Show and set who must be apart and how long things may last: approvers and coordinators."""
    if not permissions.is_switched_on():
        raise Http404
    own = permissions.rules_place(request.user)
    if own is None or not isinstance(request.user, User):
        raise PermissionDenied
    rules = rules_of(own)
    form = RulesForm(request.POST or None, initial={name: getattr(rules, name) for name in RULES})
    if request.method == "POST" and form.is_valid():
        proposals.save_rules(
            administration=own,
            values={name: form.cleaned_data[name] for name in RULES},
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, _("The rules are set."))
        return redirect("targeting:rules")
    context = {
        "form": form,
        "rules": rules,
        "crumbs": [
            *([CRUMB] if permissions.can_read(request.user) else []),
            (_("Rules of profiles"), ""),
        ],
    }
    return render(request, "targeting/passports/rules.html", context)


urlpatterns: list[URLPattern] = [
    path("checks/", checks_page, name="profile-checks"),
    path("rules/", rules_page, name="rules"),
    path("proposals/<int:pk>/decide", decide, name="proposal-decide"),
    path("profiles/<slug:code>/compare", compare, name="profile-compare"),
    path("profiles/<slug:code>/versions/<int:number>/move", move, name="profile-move"),
    path("profiles/<slug:code>/versions/<int:number>/propose", propose, name="profile-propose"),
]
