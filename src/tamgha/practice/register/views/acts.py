"""What people do to a risk: write it, score it, move it, work on it, link it."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tamgha.platform.accounts.models import User
from tamgha.platform.ui import formats, notices
from tamgha.practice.register import permissions
from tamgha.practice.register.domain.life import BUTTONS
from tamgha.practice.register.forms import ActionForm, AgreeForm, RiskForm, ScoreForm, initial_of
from tamgha.practice.register.models import MARKS, Risk, RiskVersion
from tamgha.practice.register.queries import scores_for
from tamgha.practice.register.services import following, moves, scoring, writing
from tamgha.practice.register.views.access import (
    CRUMB,
    REGISTER,
    readers_only,
    risk_of,
    workplace_of,
    writers_only,
)
from tamgha.practice.register.views.risk import facts_of, in_words
from tamgha.shared.errors import RefusedError, TamghaError


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _add_faults(form: Any, refusal: TamghaError) -> None:
    faults = refusal.faults if isinstance(refusal, RefusedError) else (refusal.words,)
    for fault in faults:
        form.add_error(None, fault.text(get_language() or "en"))


# ---- writing -----------------------------------------------------------------------------------


@writers_only
@require_http_methods(["GET", "POST"])
def new_risk(request: HttpRequest) -> HttpResponseBase:
    """Write a risk that is not there yet."""
    return _write(request, None)


@writers_only
@require_http_methods(["GET", "POST"])
def edit_risk(request: HttpRequest, code: str) -> HttpResponseBase:
    """Write the next version of a risk, from its newest."""
    return _write(request, risk_of(request, code))


def _write(request: HttpRequest, risk: Risk | None) -> HttpResponseBase:
    own, user = workplace_of(request)
    version = risk.versions.select_related("author").get(number=risk.latest) if risk else None
    form = RiskForm(request.POST or None, initial=initial_of(version), administration=own)
    form.draft_of = risk.code if risk else ""
    if version is not None:
        form.conflict_by = version.author.full_name
        form.conflict_at = formats.moment(version.saved_at)
    if request.method == "POST" and form.is_valid():
        try:
            saved = writing.save_version(
                place=risk or own,
                wording=form.wording(),
                by=user,
                at=timezone.now(),
                based_on=version.number if version else 0,
                anew=form.cleaned_data["anew"],
            )
        except RefusedError as refusal:
            _add_faults(form, refusal)
        else:
            code = saved.risk.code
            notices.succeeded(
                request, _("%(code)s, version %(n)d is saved.") % {"code": code, "n": saved.number}
            )
            return redirect("register:risk", code=code)
    heading = f"{risk.code} {version.title}" if risk and version else _("New risk")
    trail: list[Any] = [CRUMB, REGISTER]
    if risk:
        trail.append((risk.code, reverse("register:risk", args=[risk.code])))
    context = {
        "form": form,
        "risk": risk,
        "version": version,
        "heading": heading,
        "back": reverse("register:risk", args=[risk.code]) if risk else reverse("register:risks"),
        "simulated": own.is_simulated,
        "crumbs": [*trail, (_("New version") if risk else _("New risk"), "")],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "register/edit.html", context, status=status)


# ---- scoring -----------------------------------------------------------------------------------


@readers_only
@require_http_methods(["GET", "POST"])
def scores_page(request: HttpRequest, code: str) -> HttpResponseBase:
    """Give one's own score, unseen by the other; then let the owner agree the one that holds."""
    risk = risk_of(request, code)
    own, user = workplace_of(request)
    version = risk.working or risk.shown
    if version is None:
        raise Http404
    scores = scores_for(version, user)
    open_for_scores = version.state == "draft" and version.agreed_at is None
    form: ScoreForm | AgreeForm | None = None
    if open_for_scores and not scores.whole and permissions.can_score(user):
        form = ScoreForm(
            request.POST or None, scale=version.the_scale, initial=_marks_of(scores.mine)
        )
    elif open_for_scores and scores.whole and version.owner_id == user.pk:
        start = None if scores.differs else scores.seen[0]
        form = AgreeForm(request.POST or None, scale=version.the_scale, initial=_marks_of(start))
    if request.method == "POST":
        if form is None:
            notices.refused(request, _("There is nothing to score here now."))
            return redirect("register:risk", code=code)
        if form.is_valid() and _scored(request, form, risk, user):
            return redirect("register:risk", code=code)
    context = {
        "risk": risk,
        "version": version,
        "facts": facts_of(risk, user, today=timezone.localdate(), version=version),
        "scores": scores,
        "seen": [_score_row(one, version) for one in scores.seen],
        "form": form,
        "agreeing": isinstance(form, AgreeForm),
        "waits_for_owner": open_for_scores and scores.whole and form is None,
        "simulated": own.is_simulated,
        "crumbs": [
            CRUMB,
            REGISTER,
            (risk.code, reverse("register:risk", args=[risk.code])),
            (_("Scores"), ""),
        ],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "register/scores.html", context, status=status)


def _marks_of(score: Any) -> dict[str, Any]:
    if score is None:
        return {}
    return {name: str(getattr(score, name)) for name in MARKS} | {
        "reason": getattr(score, "reason", "")
    }


def _score_row(score: Any, version: RiskVersion) -> dict[str, Any]:
    scale = version.the_scale
    return {
        "score": score,
        "marks": score.marks,
        "inherent": in_words(score.marks, scale, "inherent"),
        "residual": in_words(score.marks, scale, "residual"),
        "level": scale.level(score.marks.residual).label,
    }


def _scored(request: HttpRequest, form: ScoreForm | AgreeForm, risk: Risk, user: User) -> bool:
    seen, now = _number(request.POST.get("seen")), timezone.now()
    try:
        if isinstance(form, AgreeForm):
            scoring.agree_score(
                risk=risk,
                marks=form.marks(),
                note=form.cleaned_data["note"],
                by=user,
                at=now,
                seen=seen,
            )
            notices.succeeded(request, _("The score is agreed."))
        else:
            scoring.give_score(
                risk=risk,
                marks=form.marks(),
                reason=form.cleaned_data["reason"],
                by=user,
                at=now,
                seen=seen,
            )
            notices.succeeded(
                request, _("Your score is kept. Nobody sees it before both have scored.")
            )
    except TamghaError as refusal:
        _add_faults(form, refusal)
        return False
    return True


# ---- moves -------------------------------------------------------------------------------------


@readers_only
@require_POST
def move(request: HttpRequest, code: str) -> HttpResponseBase:
    """Make one move: submit, withdraw, approve, return, drop, put away."""
    risk = risk_of(request, code)
    _own, user = workplace_of(request)
    wanted = request.POST.get("move", "")
    if wanted not in BUTTONS:
        notices.refused(request, _("Choose what is to be done."))
        return redirect("register:risk", code=code)

    def make() -> str:
        made = moves.make_move(
            risk=risk,
            move=wanted,
            by=user,
            at=timezone.now(),
            seen=_number(request.POST.get("seen")),
            reason=request.POST.get("reason", ""),
        )
        return _("%(code)s, version %(n)d: %(state)s.") % {
            "code": code,
            "n": made.number,
            "state": made.get_state_display(),
        }

    return _done(request, code, make)


def _done(request: HttpRequest, code: str, act: Callable[[], str]) -> HttpResponseBase:
    try:
        notices.succeeded(request, act())
    except TamghaError as refusal:
        notices.refused(request, refusal)
    return redirect("register:risk", code=code)


# ---- actions and links ---------------------------------------------------------------------------


@writers_only
@require_POST
def add_action(request: HttpRequest, code: str) -> HttpResponseBase:
    """Add a piece of work to the treatment."""
    risk = risk_of(request, code)
    own, user = workplace_of(request)
    form = ActionForm(request.POST, administration=own)
    if not form.is_valid():
        for fault in form.faults:
            notices.refused(request, f"{fault['label']}: {fault['text']}")
        return redirect("register:risk", code=code)

    def add() -> str:
        added = following.add_action(risk=risk, by=user, at=timezone.now(), **form.cleaned_data)
        return _("Added: %(text)s") % {"text": added.text}

    return _done(request, code, add)


@readers_only
@require_POST
def change_action(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """Say how far an action is."""
    risk = risk_of(request, code)
    _own, user = workplace_of(request)
    action = get_object_or_404(risk.actions.select_related("risk__administration"), number=number)
    state = request.POST.get("state", "")

    def change() -> str:
        changed = following.change_action(action=action, state=state, by=user, at=timezone.now())
        return f"{changed.text}: {changed.get_state_display()}"

    if state not in {
        value for value, _label in type(action)._meta.get_field("state").choices or ()
    }:
        notices.refused(request, _("Choose how far the action is."))
        return redirect("register:risk", code=code)
    return _done(request, code, change)


@writers_only
@require_POST
def link(request: HttpRequest, code: str) -> HttpResponseBase:
    """Link the risk to a thing, or (``unlink``) take a link away."""
    risk = risk_of(request, code)
    _own, user = workplace_of(request)
    taken = request.POST.get("unlink", "")
    kind, _sep, key = request.POST.get("thing", "").partition(":")

    def change() -> str:
        now = timezone.now()
        if taken:
            following.unlink(risk=risk, link_key=_number(taken), by=user, at=now)
            return _("The link is taken away.")
        direction = request.POST.get("direction", "")
        following.link(risk=risk, kind=kind, key=key, direction=direction, by=user, at=now)
        return _("Linked.")

    return _done(request, code, change)


urlpatterns: list[URLPattern] = [
    path("new", new_risk, name="risk-new"),
    path("<slug:code>/edit", edit_risk, name="risk-edit"),
    path("<slug:code>/scores", scores_page, name="risk-scores"),
    path("<slug:code>/move", move, name="risk-move"),
    path("<slug:code>/actions", add_action, name="risk-actions"),
    path("<slug:code>/actions/<int:number>", change_action, name="risk-action"),
    path("<slug:code>/links", link, name="risk-links"),
]
