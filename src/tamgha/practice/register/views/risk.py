"""One risk: its page, its versions with their differences, its history."""

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tamgha.platform.accounts.models import User
from tamgha.platform.ui import formats
from tamgha.practice.register import permissions
from tamgha.practice.register.choices import ActionState, Direction, Treatment
from tamgha.practice.register.domain.areas import area_label
from tamgha.practice.register.domain.scales import Marks, Scale
from tamgha.practice.register.forms import ActionForm
from tamgha.practice.register.models import Risk, RiskStep, RiskVersion
from tamgha.practice.register.queries import (
    Scores,
    differences,
    kept_approval,
    links,
    scores_for,
    trail_of,
)
from tamgha.practice.register.services.moves import moves_for
from tamgha.practice.register.views.access import (
    CRUMB,
    REGISTER,
    readers_only,
    risk_of,
    workplace_of,
)
from tamgha.shared.lifecycle import MAKE


def in_words(marks: Marks | None, scale: Scale, side: str) -> str:
    """Return one side of a score in words: "very likely × severe"."""
    if marks is None:
        return ""
    likelihood, consequence = marks.steps[:2] if side == "inherent" else marks.steps[2:]
    language = get_language() or "en"
    return (
        f"{scale.likelihood[likelihood - 1].text(language)} × "
        f"{scale.consequence[consequence - 1].text(language)}"
    )


def review_words(day: date, today: date) -> str:
    """Say how far a day is from today."""
    days = (day - today).days
    if days < 0:
        return ngettext("%(n)d day late", "%(n)d days late", -days) % {"n": -days}
    if days == 0:
        return _("today")
    return ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}


def facts_of(
    risk: Risk, user: User, *, today: date, version: RiskVersion | None = None
) -> dict[str, Any]:
    """Return what a card of the risk shows: of its shown version, or of the given one."""
    told = version or risk.shown
    if told is None:
        raise Http404
    scale, scores = told.the_scale, scores_for(told, user)
    return {
        "version": told,
        "area": area_label(told.area).text(get_language() or "en"),
        "inherent_words": in_words(told.marks, scale, "inherent"),
        "residual_words": in_words(told.marks, scale, "residual"),
        "review_words": review_words(told.review_on, today),
        "is_late": told.review_on < today and risk.state != "retired",
        "treatments": [(str(label), value == told.treatment) for value, label in Treatment.choices],
        "links": links.links_of(risk, user),
        "scores": scores,
        "approval": approval_cord(told, scores),
        "kept": kept_approval(risk, told),
    }


def approval_cord(version: RiskVersion, scores: Scores) -> list[dict[str, Any]]:
    """Return how a version came into force, or how far it is, as the knots of a cord."""
    knots = [_scored_knot(version, scores)]
    if version.agreed_at and version.agreed_by:
        knots.append(
            {
                "knot": "half",
                "title": _("Agreed by the owner: %(before)d → %(after)d")
                % {"before": version.inherent_score, "after": version.residual_score},
                "facts": _with_day(version.agreed_by.full_name, version.agreed_at),
            }
        )
    approved = version.steps.filter(move="approve").select_related("by").order_by("pk").last()
    if approved:
        title = _("Approved by another, who did not score")
        knots.append(
            {"knot": "seal", "title": title, "facts": _with_day(approved.by.full_name, approved.at)}
        )
    elif version.state in {"draft", "submitted"}:
        waits = _("Waits for approval") if version.state == "submitted" else _("Not submitted yet")
        knots.append({"knot": "dashed", "title": waits, "facts": ""})
    else:
        knots.append({"knot": "dashed", "title": str(version.get_state_display()), "facts": ""})
    if version.state == "published":
        knots.append(
            {"knot": "dashed", "title": _("Next review"), "facts": formats.day(version.review_on)}
        )
    return knots


def _scored_knot(version: RiskVersion, scores: Scores) -> dict[str, Any]:
    if not scores.whole:
        title = _("Scored by %(n)d of two people") % {"n": scores.given}
        return {"knot": "half" if scores.given else "dashed", "title": title, "facts": ""}
    one, two = (given.marks.residual for given in scores.seen if given.marks)
    return {
        "knot": "seal",
        "title": _("Scored by two people, apart: %(one)d and %(two)d") % {"one": one, "two": two},
        "facts": _with_day(", ".join(scores.who), scores.seen[-1].given_at),
    }


def _with_day(who: str, at: datetime) -> str:
    return f"{who} · {formats.day(timezone.localtime(at).date())}"


def step_title(step: RiskStep) -> str:
    """Return what a step of the trail was, in words."""
    number = step.version.number if step.version else 0
    titles = {
        MAKE: _("Version %(n)d written"),
        "score": _("Version %(n)d scored, apart"),
        "agree": _("Score of version %(n)d agreed"),
        "submit": _("Version %(n)d submitted"),
        "approve": _("Version %(n)d approved"),
        "return": _("Version %(n)d returned to draft"),
        "withdraw": _("Version %(n)d withdrawn"),
        "drop": _("Version %(n)d dropped"),
        "retire": _("Version %(n)d put away"),
    }
    return titles[step.move] % {"n": number}


SHOWN_STEPS = 8
STEP_KNOTS = {"approve": "seal", "agree": "half", "score": "half", "retire": "seal"}


def trail_cord(risk: Risk) -> list[dict[str, Any]]:
    """Return the trail as the knots of a cord, the latest first."""
    return [
        {
            "knot": STEP_KNOTS.get(step.move, "ring"),
            "title": step_title(step),
            "facts": " · ".join(
                part for part in (step.by.full_name, formats.moment(step.at), step.reason) if part
            ),
        }
        for step in trail_of(risk)
    ]


@readers_only
@require_GET
def risk_page(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show a risk: what is in force, what is on its way, its actions, links and trail."""
    risk = risk_of(request, code)
    own, user = workplace_of(request)
    today = timezone.localdate()
    facts = facts_of(risk, user, today=today)
    working = risk.working
    on_its_way = working if working and working != risk.shown else None
    may_write, trail = permissions.can_write(user), trail_cord(risk)
    actions = list(risk.actions.select_related("person").order_by("due", "number"))
    context = {
        "risk": risk,
        "facts": facts,
        "scores": scores_for(working, user) if working else facts["scores"],
        "on_its_way": on_its_way,
        "changes": differences(facts["version"], on_its_way) if on_its_way else [],
        "moves": moves_for(risk, user),
        "may_write": may_write,
        "may_edit": may_write and not (working and working.state == "submitted"),
        "may_score": _may_score(working, user),
        "may_agree": _may_agree(working, user),
        "actions": [
            (
                one,
                one.due < today and one.state in {"planned", "doing"},
                permissions.can_carry_on(user, risk, one),
            )
            for one in actions
        ],
        "action_states": ActionState.choices,
        "action_form": ActionForm(administration=own) if may_write else None,
        "choices": links.choices_for(user) if may_write else [],
        "directions": Direction.choices,
        "trail": trail[:SHOWN_STEPS],
        "earlier": trail[SHOWN_STEPS:],
        "versions": risk.versions.select_related("author").order_by("-number"),
        "simulated": own.is_simulated,
        "crumbs": [CRUMB, REGISTER, (risk.code, "")],
    }
    return render(request, "register/risk.html", context)


def _may_score(working: RiskVersion | None, user: User) -> bool:
    if working is None or working.state != "draft" or working.agreed_at is not None:
        return False
    scores = scores_for(working, user)
    return permissions.can_score(user) and not scores.whole


def _may_agree(working: RiskVersion | None, user: User) -> bool:
    return (
        working is not None
        and working.state == "draft"
        and working.agreed_at is None
        and working.owner_id == user.pk
        and scores_for(working, user).whole
    )


@readers_only
@require_GET
def version_page(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """Show one version as it was saved, and what changed since the one before."""
    risk = risk_of(request, code)
    own, user = workplace_of(request)
    versions = list(
        risk.versions.select_related("author", "owner", "agreed_by", "scoring").order_by("-number")
    )
    version = next((one for one in versions if one.number == number), None)
    if version is None:
        raise Http404
    wanted = request.GET.get("against", "")
    other = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 6 else number - 1
    before = next((one for one in versions if one.number == other), None)
    context = {
        "risk": risk,
        "version": version,
        "facts": facts_of(risk, user, today=timezone.localdate(), version=version),
        "before": before,
        "changes": differences(before, version) if before else [],
        "versions": versions,
        "simulated": own.is_simulated,
        "crumbs": [
            CRUMB,
            REGISTER,
            (risk.code, reverse("register:risk", args=[risk.code])),
            (_("Version %(n)d") % {"n": number}, ""),
        ],
    }
    return render(request, "register/version.html", context)


urlpatterns: list[URLPattern] = [
    path("<slug:code>/", risk_page, name="risk"),
    path("<slug:code>/versions/<int:number>/", version_page, name="risk-version"),
]
