"""Declaring an indicator: choose a kind, give its parameters or its text, try it, save it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tamgha import risk
from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.targeting import gateways, permissions
from tamgha.practice.targeting.forms.indicators import (
    FIRST_KIND,
    IndicatorForm,
    indicator_of_text,
    initial_of,
)
from tamgha.practice.targeting.models import DeclaredIndicator
from tamgha.practice.targeting.queries import indicator_values as values
from tamgha.practice.targeting.queries.indicators import known_indicators
from tamgha.practice.targeting.services import indicators as services
from tamgha.practice.targeting.views.access import workplace_of, writers_only
from tamgha.practice.targeting.views.indicator_charts import distribution_chart
from tamgha.shared.errors import RefusedError, TamghaError

CRUMB = (lazy("Risk"), "/risk/")


@writers_only
def new_indicator(request: HttpRequest) -> HttpResponseBase:
    """Declare an indicator; ``?like=NAME`` starts from another one."""
    own, _user = workplace_of(request)
    like = known_indicators(own.pk).get(request.GET.get("like", ""))
    start: dict[str, Any] = {}
    kind = request.GET.get("kind", FIRST_KIND)
    if like is not None:
        start = initial_of(like.indicator) | {"name": ""}
        kind = like.indicator.kind
    return _declared(request, kind=kind, start=start, declared=None)


@writers_only
def change_indicator(request: HttpRequest, name: str) -> HttpResponseBase:
    """Save an own indicator as a new version."""
    own, _user = workplace_of(request)
    known = known_indicators(own.pk).get(name)
    if known is None or known.declared is None:
        raise Http404(_("Only an administration's own indicator can be changed."))
    return _declared(
        request,
        kind=known.indicator.kind,
        start=initial_of(known.indicator),
        declared=known.declared,
    )


def _declared(
    request: HttpRequest, *, kind: str, start: dict[str, Any], declared: DeclaredIndicator | None
) -> HttpResponseBase:
    own, user = workplace_of(request)
    data = request.POST
    kind = data.get("kind", kind)
    kind = kind if kind in risk.KINDS else FIRST_KIND
    fixed = declared.name if declared else ""
    taken = {one.name for one in gateways.declared_by(own.pk)}
    act = data.get("do", "") if request.method == "POST" else ""
    context: dict[str, Any] = {"text_faults": [], "toml": data.get("text", "")}

    def form_of(*args: Any, of: str = kind, **more: Any) -> IndicatorForm:
        return IndicatorForm(*args, kind=of, fixed_name=fixed, taken=taken, **more)

    if act in {"try", "save"}:
        form = form_of(data, initial=start)
        if form.is_valid():
            context |= _tried(request, form.indicator())
            if act == "save":
                saved = _save(form, own=own, user=user, based_on=data.get("based_on", ""))
                if saved is not None:
                    said = _("Version %(n)d of %(name)s is saved.")
                    messages.success(request, said % {"n": saved.version, "name": saved.name})
                    return redirect("targeting:indicator", name=saved.name)
    elif act == "take-text":
        taken_over, faults = _read(data.get("text", ""), fixed)
        kind = taken_over.kind if taken_over else kind
        form = form_of(of=kind, initial=initial_of(taken_over) if taken_over else _typed(data))
        context["text_faults"] = faults
    else:
        form = form_of(initial=_typed(data) if act == "kind" else start)
    context |= {"form": form, "kind": risk.KINDS[kind], "kinds": _kinds(kind)}
    return render(
        request, "targeting/indicators/form.html", context | _page(request, declared, form)
    )


def _typed(data: Any) -> dict[str, Any]:
    return {name: data.get(name) for name in IndicatorForm.base_fields if name in data}


def _kinds(chosen: str) -> list[tuple[str, str, bool]]:
    language = get_language() or "en"
    return [(name, kind.label.text(language), name == chosen) for name, kind in risk.KINDS.items()]


def _read(text: str, fixed: str) -> tuple[risk.Indicator | None, list[str]]:
    """Return the indicator of a text, or what is wrong with it."""
    language = get_language() or "en"
    try:
        found = indicator_of_text(text)
    except RefusedError as refusal:
        return None, [fault.text(language) for fault in refusal.faults]
    if fixed and found.name != fixed:
        return None, [
            _("The text declares %(came)s; this page changes %(expected)s.")
            % {"came": found.name, "expected": fixed}
        ]
    return found, []


def _save(
    form: IndicatorForm, *, own: Administration, user: User, based_on: str
) -> DeclaredIndicator | None:
    try:
        return services.save_indicator(
            administration=own,
            indicator=form.indicator(),
            by=user,
            at=timezone.now(),
            based_on=int(based_on) if based_on.isdigit() else 0,
        )
    except RefusedError as refusal:
        for fault in refusal.faults:
            form.add_error(None, fault.text(get_language() or "en"))
        return None


def _tried(request: HttpRequest, indicator: risk.Indicator) -> dict[str, Any]:
    """Return the distribution of an indicator on the chosen set, and its text."""
    language = get_language() or "en"
    found: dict[str, Any] = {"toml": risk.dump_indicators([indicator]), "is_tried": True}
    sets = permissions.sets_visible_to(request.user).order_by("-changed_at")
    wanted = request.POST.get("set", "")
    row = sets.filter(pk=wanted).first() if wanted.isdigit() else sets.first()
    if row is None:
        return found
    try:
        bench = gateways.workbench_of(row)
        numbers = values.floats_of(gateways.tried_values(row, indicator, bench.items))
    except TamghaError as refusal:
        return found | {"problem": refusal.words.text(language)}
    spread = values.distribution_of(bench, numbers, indicator, language)
    return found | {
        "spread": spread,
        "spread_chart": distribution_chart(spread, indicator, simulated=row.simulated),
        "unit_mark": values.unit_mark(indicator, language),
        "tried_on": row,
        "simulated": row.simulated,
    }


def _page(
    request: HttpRequest, declared: DeclaredIndicator | None, form: IndicatorForm
) -> dict[str, Any]:
    head = (
        _("Change the indicator %(name)s") % {"name": declared.name}
        if declared
        else _("Declare an indicator")
    )
    sets = list(permissions.sets_visible_to(request.user).order_by("-changed_at"))
    wanted = request.POST.get("set", "")
    return {
        "heading": head,
        "declared": declared,
        "sets": sets,
        "chosen": next((row for row in sets if str(row.pk) == wanted), sets[0] if sets else None),
        "crumbs": [CRUMB, (_("Indicators"), reverse("targeting:indicators")), (head, "")],
    }
