"""Indicators: the catalogue, one with its values on a set, and an administration's own ones."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from tamgha import risk
from tamgha.platform.tables.columns import Choice, Column, Empty
from tamgha.platform.tables.lists import RowList
from tamgha.practice.targeting import gateways, permissions
from tamgha.practice.targeting.domain.wording import DIRECTIONS
from tamgha.practice.targeting.models import DeclarationSet
from tamgha.practice.targeting.queries import indicator_values as values
from tamgha.practice.targeting.queries import latest_wordings
from tamgha.practice.targeting.queries.backtests import period_of
from tamgha.practice.targeting.queries.indicators import (
    OWN,
    PUT_AWAY,
    READY,
    CatalogueRows,
    Known,
    catalogue,
    delay_words,
    known_indicators,
    looks_at_row_alone,
    unit_words,
    window_words,
)
from tamgha.practice.targeting.services import indicators as services
from tamgha.practice.targeting.views.access import readers_only, workplace_of, writers_only
from tamgha.practice.targeting.views.indicator_charts import (
    distribution_chart,
    drift_chart,
    separation_chart,
)
from tamgha.practice.targeting.views.indicator_form import change_indicator, new_indicator
from tamgha.shared.errors import TamghaError
from tamgha.shared.figures import NotShown
from tamgha.shared.periods import Period

CRUMB = (lazy("Risk"), "/risk/")


# ---- the catalogue -----------------------------------------------------------------------------


def _kinds(_request: HttpRequest) -> list[tuple[str, str]]:
    language = get_language() or "en"
    return [(name, kind.label.text(language)) for name, kind in risk.KINDS.items()]


@method_decorator(readers_only, name="dispatch")
class IndicatorList(RowList):
    """Every indicator that a condition or a model may use."""

    template_name = "targeting/indicators/list.html"
    name = "indicators"
    search_label = lazy("Name or definition")
    default_sort = "label"
    size = 40
    columns = (
        Column(
            "label",
            lazy("Indicator"),
            sort="label",
            link=lambda row: row["address"],
            detail=lambda row: row["definition"],
            optional=False,
        ),
        Column("name", lazy("Name in conditions"), sort="name"),
        Column("kind_label", lazy("Kind"), sort="kind_label"),
        Column("unit", lazy("Unit"), sort="unit"),
        Column("direction", lazy("Riskier side"), sort="direction"),
        Column("window", lazy("Looks back")),
        Column("delay", lazy("Delay of findings"), hidden=True),
        Column("source", lazy("Source"), hidden=True),
        Column("origin", lazy("Made by"), template="targeting/indicators/origin.html"),
    )
    filters = (
        Choice(
            "origin",
            lazy("Made by"),
            [
                (READY, pgettext_lazy("indicator", "ready")),
                (OWN, lazy("own")),
                (PUT_AWAY, lazy("put away")),
            ],
            chips=True,
        ),
        Choice("kind", lazy("Kind"), _kinds),
    )
    empty = Empty(lazy("No indicators"))

    def source_for(self, request: HttpRequest) -> CatalogueRows:
        """Return the ready indicators and the administration's own."""
        own, _user = workplace_of(request)
        return CatalogueRows(
            catalogue(own.pk, get_language() or "en"),
            searched=("label", "name", "definition", "kind_label"),
            sorts={column.name: column.sort for column in self.columns if column.sort},
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add crumbs and what the reader may do."""
        extra = {
            "crumbs": [CRUMB, (_("Indicators"), "")],
            "may_write": permissions.can_write(self.request.user),
        }
        return super().get_context_data(**kwargs) | extra


# ---- one indicator -----------------------------------------------------------------------------


def _known(request: HttpRequest, name: str) -> Known:
    own, _user = workplace_of(request)
    found = known_indicators(own.pk).get(name)
    if found is None:
        raise Http404(_("There is no such indicator."))
    return found


@readers_only
@require_GET
def indicator_page(request: HttpRequest, name: str) -> HttpResponseBase:
    """Show what an indicator is, and what it looks like on a set."""
    own, _user = workplace_of(request)
    known = _known(request, name)
    one, language = known.indicator, get_language() or "en"
    sets = list(permissions.sets_visible_to(request.user).order_by("-changed_at"))
    wanted = request.GET.get("set", "")
    chosen = next((row for row in sets if str(row.pk) == wanted), sets[0] if sets else None)
    versions = (
        permissions.indicators_visible_to(request.user)
        .filter(name=name)
        .select_related("made_by")
        .order_by("-version")
        if known.declared
        else []
    )
    context = {
        "known": known,
        "heading": one.label.text(language),
        "facts": _facts(one, language),
        "kind": risk.KINDS[one.kind],
        "text": risk.dump_indicators([one]),
        "sets": sets,
        "chosen": chosen,
        "simulated": bool(chosen and chosen.simulated),
        "versions": versions,
        "used_by": [each for each in latest_wordings(own) if name in each.engine.condition.columns],
        "may_write": permissions.can_write(request.user),
        "crumbs": [
            CRUMB,
            (_("Indicators"), reverse("targeting:indicators")),
            (one.label.text(language), ""),
        ],
    }
    if chosen is not None:
        context |= _on_set(request, chosen, one, language)
    return render(request, "targeting/indicators/indicator.html", context)


def _facts(one: risk.Indicator, language: str) -> list[tuple[str, str]]:
    kind = risk.KINDS[one.kind]
    facts = [
        (_("Name in conditions"), one.name),
        (_("Kind"), kind.label.text(language)),
        (_("How it is computed"), kind.meaning.text(language)),
        (_("Measure"), one.measure),
        (_("Group"), ", ".join(one.group)),
        (_("Further columns"), ", ".join(one.of)),
        (_("Unit"), unit_words(one, language)),
        (_("Riskier side"), DIRECTIONS[one.direction].text(language)),
        (_("Looks back"), window_words(one)),
        (_("A finding counts after"), delay_words(one)),
        (_("No value where"), kind.nothing.text(language)),
        (_("Source"), one.source),
    ]
    return [(label, value) for label, value in facts if value]


def _on_set(
    request: HttpRequest, chosen: DeclarationSet, one: risk.Indicator, language: str
) -> dict[str, Any]:
    """Return distribution, drift and separation of an indicator on a set."""
    try:
        bench = gateways.workbench_of(chosen)
    except TamghaError as refusal:
        return {"problem": refusal.words.text(language)}
    numbers = values.floats_of(bench.indicators[one.name])
    days = values.days_of(bench)
    spread = values.distribution_of(bench, numbers, one, language)
    periods = _periods(request, values.halves_of(days))
    drift = values.moved(numbers, days, periods, one.unit, language) if periods else None
    bases = values.bases_of(bench)
    basis = request.GET.get("basis", "")
    basis = basis if basis in bases else bases[0]
    split = values.separation_of(bench, numbers, one, basis, language)
    simulated = chosen.simulated
    return {
        "bench": bench,
        "period": period_of(bench),
        "spread": spread,
        "spread_chart": distribution_chart(spread, one, simulated=simulated),
        "unit_mark": values.unit_mark(one, language),
        "row_alone": looks_at_row_alone(one),
        "periods": periods,
        "days": _typed_days(periods),
        "drift": None if isinstance(drift, NotShown) else drift,
        "drift_missing": drift if isinstance(drift, NotShown) else None,
        "drift_chart": drift_chart(drift, one, simulated=simulated)
        if isinstance(drift, values.Moved)
        else None,
        "split": None if isinstance(split, NotShown) else split,
        "split_missing": split if isinstance(split, NotShown) else None,
        "split_chart": separation_chart(split, one, simulated=simulated)
        if isinstance(split, values.Separation)
        else None,
        "bases": [(each, each == basis) for each in bases],
        "has_flow": values.FLOW in bases,
        "kept": {
            name: request.GET[name] for name in ("before_from", "before_to", "now_from", "now_to")
            if request.GET.get(name)
        },
    }  # fmt: skip


def _periods(
    request: HttpRequest, halves: tuple[Period, Period] | None
) -> tuple[Period, Period] | None:
    """Return the two periods that were asked for; the halves of the set where none are readable."""
    if halves is None:
        return None
    found = []
    for place, name in enumerate(("before", "now")):
        start, end = (_day(request.GET.get(f"{name}_{side}", "")) for side in ("from", "to"))
        start = start or halves[place].start
        end = end + timedelta(days=1) if end else halves[place].end
        if end <= start:
            return halves
        found.append(Period(start, end))
    return found[0], found[1]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _typed_days(periods: tuple[Period, Period] | None) -> dict[str, str]:
    """Return the four days as the form shows them; ends are the last days meant."""
    if periods is None:
        return {}
    shown = {}
    for name, period in zip(("before", "now"), periods, strict=True):
        shown[f"{name}_from"] = period.start.isoformat()
        shown[f"{name}_to"] = (period.end - timedelta(days=1)).isoformat()
    return shown


# ---- own indicators ----------------------------------------------------------------------------


@writers_only
@require_POST
def put_away(request: HttpRequest, name: str) -> HttpResponseBase:
    """Put an own indicator away, or bring it back: each undoes the other."""
    _own, user = workplace_of(request)
    known = _known(request, name)
    if known.declared is None:
        raise Http404(_("A ready indicator is never put away."))
    if known.declared.retired_at:
        services.bring_indicator_back(indicator=known.declared, by=user, at=timezone.now())
        said = _("%(name)s is offered again.")
    else:
        services.put_indicator_away(indicator=known.declared, by=user, at=timezone.now())
        said = _("%(name)s is put away. Profiles that use it go on.")
    messages.success(request, said % {"name": name})
    return redirect("targeting:indicator", name=name)


urlpatterns: list[URLPattern] = [
    path("indicators/", IndicatorList.as_view(), name="indicators"),
    path("indicators/new", new_indicator, name="indicator-new"),
    path("indicators/<slug:name>/", indicator_page, name="indicator"),
    path("indicators/<slug:name>/change", change_indicator, name="indicator-change"),
    path("indicators/<slug:name>/put-away", put_away, name="indicator-put-away"),
]
