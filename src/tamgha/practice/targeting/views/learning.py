"""Models: the list, training, one with its card, its rows by score, and why a row scores so."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from tamgha.platform.tables.columns import Between, Choice, Column, Empty
from tamgha.platform.tables.lists import RowList
from tamgha.platform.ui import notices
from tamgha.practice.targeting import gateways, permissions
from tamgha.practice.targeting.choices import ModelState
from tamgha.practice.targeting.forms.learning import ChooseSetForm
from tamgha.practice.targeting.models import ScoreModel
from tamgha.practice.targeting.queries import LatestWording, latest_wordings, lists_of
from tamgha.practice.targeting.queries import learning as reads
from tamgha.practice.targeting.queries import model_cards as cards
from tamgha.practice.targeting.queries.model_rows import why, with_scores
from tamgha.practice.targeting.queries.one_row import row_in_full
from tamgha.practice.targeting.queries.rows import SetRows
from tamgha.practice.targeting.services import learning as services
from tamgha.practice.targeting.views import suggestions
from tamgha.practice.targeting.views.access import readers_only, workplace_of, writers_only
from tamgha.practice.targeting.views.model_charts import calibration_chart, frontier_chart
from tamgha.shared.errors import TamghaError

CRUMB = (lazy("Risk"), "/risk/")
MOST_PROFILES = 6


# ---- the list ----------------------------------------------------------------------------------


@method_decorator(readers_only, name="dispatch")
class ModelList(RowList):
    """The models of the administration."""

    template_name = "targeting/learning/list.html"
    name = "models"
    search_fields = ("set__name",)
    search_label = lazy("Name of the set")
    default_sort = "-number"
    columns = (
        Column(
            "number",
            lazy("Model"),
            value=lambda row: _("Model %(n)d") % {"n": row.number},
            sort="number",
            link=lambda row: reverse("targeting:model", args=[row.number]),
            optional=False,
        ),
        Column("set", lazy("Trained on"), value="set.name", sort="set__name"),
        Column("state", lazy("State"), template="targeting/learning/state.html"),
        Column("examined", lazy("Rows it learnt from"), value=lambda row: row.card.get("examined", ""), kind="number"),
        Column("found", lazy("With a find"), value=lambda row: row.card.get("found", ""), kind="number"),
        Column("simulated", lazy("Data"), value="set.simulated", template="targeting/declarations/kind.html"),
        Column("made_by", lazy("Trained by"), value="made_by.full_name"),
        Column("made", lazy("Begun"), value="made_at", kind="time", sort="made_at"),
    )  # fmt: skip
    filters = (Choice("state", lazy("State"), ModelState.choices),)
    empty = Empty(
        lazy("No models yet"),
        lazy(
            "A model learns from known findings and scores every row, with its reasons and a card that says how good it is."
        ),
        lazy("Train the first model"),
        "/risk/models/train",
    )

    def queryset_for(self, request: HttpRequest) -> Any:
        """Return the administration's models with their sets."""
        return permissions.models_visible_to(request.user).select_related("set", "made_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add crumbs and what the reader may do."""
        extra = {
            "crumbs": [CRUMB, (_("Models"), "")],
            "may_write": permissions.can_write(self.request.user),
        }
        return super().get_context_data(**kwargs) | extra


@writers_only
def train(request: HttpRequest) -> HttpResponseBase:
    """Choose a set, and begin to train a model on it."""
    _own, user = workplace_of(request)
    sets = list(permissions.sets_visible_to(request.user).order_by("-changed_at"))
    form = ChooseSetForm(
        request.POST or None, sets=sets, initial={"set": request.GET.get("set", "")}
    )
    if request.method == "POST" and form.is_valid():
        model = services.begin_training(row=form.chosen, by=user, at=timezone.now())
        return redirect("targeting:model", number=model.number)
    head = _("Train a model")
    context = {
        "form": form,
        "sets": sets,
        "heading": head,
        "crumbs": [CRUMB, (_("Models"), reverse("targeting:models")), (head, "")],
    }
    return render(request, "targeting/learning/train.html", context)


# ---- one model ---------------------------------------------------------------------------------


def _model(request: HttpRequest, number: int) -> ScoreModel:
    return get_object_or_404(
        permissions.models_visible_to(request.user).select_related("set", "job", "made_by"),
        number=number,
    )


def _crumbs(model: ScoreModel, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    name = _("Model %(n)d") % {"n": model.number}
    own = (name, reverse("targeting:model", args=[model.number]) if more else "")
    return [CRUMB, (_("Models"), reverse("targeting:models")), own, *more]


@readers_only
@require_GET
def model_page(request: HttpRequest, number: int) -> HttpResponseBase:
    """Show a model: its card, and how it finds beside chance and profiles."""
    model = _model(request, number)
    language = get_language() or "en"
    card = cards.card_of(model)
    context: dict[str, Any] = {
        "model": model,
        "heading": _("Model %(n)d") % {"n": model.number},
        "card": card,
        "simulated": model.set.simulated,
        "problem": model.problem.get(language) or model.problem.get("en", ""),
        "working": model.job is not None and not model.job.is_finished,
        "is_mine": model.job is not None and model.job.by_id == request.user.pk,
        "may_write": permissions.can_write(request.user),
        "crumbs": _crumbs(model),
    }
    if card is not None and model.state in {ModelState.READY, ModelState.RETIRED}:
        context |= _card_context(model, card, language)
        context |= _on_set(request, model)
    return render(request, "targeting/learning/model.html", context)


def _card_context(model: ScoreModel, card: Any, language: str) -> dict[str, Any]:
    why_not = model.tracks.get("why")
    return {
        "base": cards.base_figure(card),
        "tracks": [cards.track_shown(one, simulated=card.simulated) for one in card.tracks],
        "no_tracks": why_not[1 if language == "ru" else 0] if why_not else "",
        "drift": cards.drift_lines(model, card, language)[:12],
        "moved": sum(one.moved for one in card.drift),
        "facts": cards.card_facts(model, card),
        "blocks": cards.blocks_shown(model, language),
    }


def _on_set(request: HttpRequest, model: ScoreModel) -> dict[str, Any]:
    """Return what rests on the rows of the set: calibration and the frontier."""
    own, _user = workplace_of(request)
    language = get_language() or "en"
    try:
        bench = gateways.workbench_of(model.set)
    except TamghaError as refusal:
        return {"problem": refusal.words.text(language)}
    found = reads.scored(model, bench)
    if found is None or not found.rows.any():
        return {"no_scores": True, "set_changed": model.set_change != model.set.change}
    wordings = latest_wordings(own)
    chosen = _chosen_profiles(request, wordings)
    by_value = request.GET.get("of") == "value"
    simulated = bench.row.simulated
    calibrated = reads.calibrated(found)
    frontier = reads.frontier_of(found, model, [one.engine for one in chosen], lists_of(own))
    chart = frontier_chart(
        frontier,
        model=_("Model %(n)d") % {"n": model.number},
        by_value=by_value,
        currency=bench.row.currency,
        simulated=simulated,
    )
    return {
        "found": found,
        "scored_rows": int(found.rows.sum()),
        "calibrated": calibrated,
        "calibration_chart": calibration_chart(calibrated, simulated=simulated),
        "frontier": frontier,
        "frontier_chart": chart,
        "by_value": by_value,
        "profiles": [(one, one in chosen) for one in wordings],
        "chosen_codes": [one.profile.code for one in chosen],
    }


def _chosen_profiles(request: HttpRequest, known: list[LatestWording]) -> list[LatestWording]:
    wanted = request.GET.getlist("profile")
    return [one for one in known if one.profile.code in wanted][:MOST_PROFILES]


@writers_only
@require_POST
def put_away(request: HttpRequest, number: int) -> HttpResponseBase:
    """Put a model away, or use it again: each undoes the other."""
    model = _model(request, number)
    _own, user = workplace_of(request)
    now = timezone.now()
    try:
        if model.state == ModelState.RETIRED:
            services.bring_model_back(model=model, by=user, at=now)
            messages.success(request, _("Model %(n)d is used again.") % {"n": number})
        else:
            services.put_model_away(model=model, by=user, at=now)
            messages.success(request, _("Model %(n)d is put away.") % {"n": number})
    except TamghaError as refusal:
        notices.refused(request, refusal)
    return redirect("targeting:model", number=number)


# ---- its rows ----------------------------------------------------------------------------------

ROW_COLUMNS = (
    "declaration", "item", "day", "office", "importer", "hs", "origin", "item_price", "currency",
    "score_out_of_time", "score_kept", "learnt",
)  # fmt: skip


def _scored_or_404(model: ScoreModel) -> reads.Scored:
    found = reads.scored(model, gateways.workbench_of(model.set))
    if found is None:
        raise Http404(_("This model has no scores for the set as it now is. Train it again."))
    return found


@method_decorator(readers_only, name="dispatch")
class ModelRows(RowList):
    """The rows of the model's set, ranked by their score out of time."""

    template_name = "targeting/learning/rows.html"
    name = "model-rows"
    search_label = lazy("Declaration, trader, code or goods")
    default_sort = "-score_out_of_time"
    size = 50
    columns = (
        Column("declaration", lazy("Declaration"), link=lambda row: row["address"], optional=False),
        Column("item", lazy("Item"), kind="number"),
        Column("score_out_of_time", lazy("Score out of time"), kind="number", sort="score_out_of_time"),
        Column("find", lazy("Result"), template="targeting/find.html"),
        Column("day", lazy("Lodged"), kind="date", sort="day"),
        Column("office", lazy("Office"), sort="office"),
        Column("importer", lazy("Importer"), sort="importer"),
        Column("hs", lazy("HS code"), sort="hs"),
        Column("origin", lazy("Origin"), sort="origin"),
        Column("item_price", lazy("Item price"), kind="number", sort="item_price"),
        Column("currency", lazy("Currency"), hidden=True),
        Column("score_kept", lazy("Score of the kept model"), kind="number", sort="score_kept", hidden=True),
        Column("learnt", lazy("Learnt from"), kind="flag", hidden=True),
    )  # fmt: skip
    filters = (
        Between("day", lazy("Lodged"), kind="date"),
        Between("score_out_of_time", lazy("Score out of time")),
    )
    empty = Empty(lazy("This set has no rows"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the source found out about the model."""
        return super().get_context_data(**kwargs) | dict(self.extra_context or {})

    def source_for(self, request: HttpRequest) -> SetRows:
        """Return the rows with their scores."""
        model = _model(request, self.kwargs["number"])
        found = _scored_or_404(model)
        self.extra_context = {
            "model": model,
            "simulated": model.set.simulated,
            "heading": _("Rows by score"),
            "crumbs": _crumbs(model, (_("Rows by score"), "")),
        }
        return SetRows(
            with_scores(found),
            columns=ROW_COLUMNS,
            filters=self.filters,
            sorts={column.name: column.sort for column in self.columns if column.sort},
            address=lambda place: reverse("targeting:model-row", args=[model.number, place]),
        )


@readers_only
@require_GET
def model_row(request: HttpRequest, number: int, place: int) -> HttpResponseBase:
    """Show why one row scores as it does: what speaks for a find, and what against."""
    model = _model(request, number)
    found = _scored_or_404(model)
    if place >= found.bench.rows:
        raise Http404
    language = get_language() or "en"
    row = row_in_full(found.bench, place, language)
    context = {
        "model": model,
        "simulated": model.set.simulated,
        "why": why(model, found, place),
        "row": row,
        "place": place,
        "calibrated": cards.is_calibrated(model),
        "crumbs": _crumbs(
            model,
            (_("Rows by score"), reverse("targeting:model-rows", args=[number])),
            (row.title, ""),
        ),
    }
    return render(request, "targeting/learning/row.html", context)


urlpatterns: list[URLPattern] = [
    path("models/", ModelList.as_view(), name="models"),
    path("models/train", train, name="model-train"),
    path("models/<int:number>/", model_page, name="model"),
    path("models/<int:number>/put-away", put_away, name="model-put-away"),
    path("models/<int:number>/rows", ModelRows.as_view(), name="model-rows"),
    path("models/<int:number>/rows/<int:place>", model_row, name="model-row"),
    *suggestions.urlpatterns,
]
