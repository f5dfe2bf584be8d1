"""Profiles: the list, the editor with its live panel, versions, rows behind a figure, in and out."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from tamgha import risk
from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.tables.columns import Between, Choice, Column, Empty
from tamgha.platform.tables.lists import RowList
from tamgha.platform.ui import formats
from tamgha.platform.ui.charts import Level, Mark, interval_dots
from tamgha.practice.targeting import gateways, permissions
from tamgha.practice.targeting.domain import builder, wording
from tamgha.practice.targeting.forms.profiles import (
    LANES,
    BringInForm,
    EditorState,
    PassportForm,
    TradeListForm,
    initial_of,
    state_of_post,
    state_of_text,
    state_of_tree,
)
from tamgha.practice.targeting.models import DeclarationSet, Profile, ProfileVersion
from tamgha.practice.targeting.queries import condition_fields, latest_wordings, lists_of
from tamgha.practice.targeting.queries.backtests import (
    Panel,
    panel_of,
    row_mask,
    weeks_together,
)
from tamgha.practice.targeting.queries.rows import SetRows
from tamgha.practice.targeting.services import profiles as services
from tamgha.practice.targeting.views.access import readers_only, writers_only
from tamgha.shared.errors import RefusedError, TamghaError
from tamgha.shared.figures import Estimate
from tamgha.shared.shares import Share

CRUMB = (lazy("Risk"), "/risk/")


def _workplace(request: HttpRequest) -> tuple[Administration, User]:
    own = permissions.workplace(request.user)
    if own is None or not isinstance(request.user, User):
        raise PermissionDenied
    return own, request.user


# ---- the list ----------------------------------------------------------------------------------


def _lanes_of(profile: Profile) -> Any:
    version = profile.newest[0] if getattr(profile, "newest", None) else None
    return [lane for lane in LANES if version and getattr(version, lane)]


@method_decorator(readers_only, name="dispatch")
class ProfileList(RowList):
    """The profiles of the administration."""

    template_name = "targeting/profiles/list.html"
    name = "profiles"
    search_fields = ("code", "name")
    search_label = lazy("Code or name")
    default_sort = "code"
    columns = (
        Column(
            "code",
            lazy("Code"),
            sort="code",
            link=lambda row: reverse("targeting:profile", args=[row.code]),
            optional=False,
        ),
        Column("name", lazy("Name"), sort="name"),
        Column("latest", lazy("Version"), sort="latest", kind="number"),
        Column("author", lazy("Written by"), value="made_by.full_name"),
        Column("changed", lazy("Changed"), value="changed_at", sort="changed_at", kind="time"),
    )
    filters = (
        Choice(
            "retired_at__isnull",
            lazy("State"),
            [("True", lazy("in use")), ("False", lazy("put away"))],
        ),
    )
    empty = Empty(
        lazy("No profiles yet"),
        lazy(
            "A profile says which declarations to look at, and is tested on past ones while you write it."
        ),
        lazy("Write the first profile"),
        "/risk/profiles/new",
    )

    def queryset_for(self, request: HttpRequest) -> Any:
        """Return the administration's profiles with their authors."""
        return permissions.profiles_visible_to(request.user).select_related("made_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add crumbs and what the reader may do."""
        extra = {
            "crumbs": [CRUMB, (_("Profiles"), "")],
            "may_write": permissions.can_write(self.request.user),
        }
        return super().get_context_data(**kwargs) | extra


# ---- the editor --------------------------------------------------------------------------------


@dataclass
class Bench:
    """What the live panel was asked to test on."""

    sets: list[DeclarationSet]
    chosen: DeclarationSet | None
    capacity: float | None
    capacity_text: str


def _bench_of(request: HttpRequest, data: Any) -> Bench:
    sets = list(permissions.sets_visible_to(request.user).order_by("-changed_at"))
    wanted = data.get("set", "")
    chosen = next((one for one in sets if str(one.pk) == wanted), sets[0] if sets else None)
    text = data.get("capacity", "").strip().replace(",", ".")
    try:
        capacity = float(text) if text else None
    except ValueError:
        capacity = None
    return Bench(sets, chosen, capacity if capacity and 0 < capacity < 1e6 else None, text)


def _red_of(data: Any) -> int:
    try:
        return Share.percent(data.get("red") or "0").basis_points
    except TamghaError:
        return 10_000


def _panel(
    bench: Bench, state: EditorState, own: Administration, red: int, code: str
) -> tuple[Panel | None, str]:
    """Return the live panel, or why there is none."""
    if bench.chosen is None:
        return None, _(
            "There is no set of declarations yet. Bring a file in, and the back-test appears here."
        )
    if state.faults:
        return None, _("Mend the marked row, and the back-test appears again.")
    if state.condition is None:
        return None, _("Give the first row a value, and the back-test appears here.")
    others = [one for one in latest_wordings(own) if one.profile.code != code]
    try:
        workbench = gateways.workbench_of(bench.chosen)
        return panel_of(
            workbench,
            state.condition,
            others=others,
            red=red,
            capacity=bench.capacity,
            lists=lists_of(own),
        ), ""
    except TamghaError as refusal:
        return None, refusal.words.text(get_language() or "en")


def _builder_context(state: EditorState, own: Administration) -> dict[str, Any]:
    language = get_language() or "en"
    return {
        "state": state,
        "shape": builder.shape_of(state.tree),
        "top": _drawn(state.tree, state, language, lists_of(own).names),
        "whole_faults": state.faults.get("", []),
    }


def _drawn(node: builder.Tree, state: EditorState, language: str, lists: Any) -> dict[str, Any]:
    """Return a node of the tree ready for the page."""
    faults = state.faults.get(node["id"], [])
    if node["kind"] in builder.GROUPS:
        return {
            "id": node["id"],
            "kind": node["kind"],
            "is_group": True,
            "faults": faults,
            "kinds": [
                (key, words.text(language))
                for key, words in wording.GROUPS.items()
                if key != "not" or node["kind"] == "not"
            ],
            "parts": [_drawn(part, state, language, lists) for part in node["parts"]],
        }
    fields = condition_fields()
    field = fields.get(node["column"])
    kind = field.kind if field else "text"
    operator = node["operator"]
    plain = operator.removeprefix("not_")
    values = ([*list(node["values"]), ""])[: max(1, len(node["values"]))]
    if plain == "in":
        values = [", ".join(value for value in values if value)]
    unit = (
        wording.UNITS.get(
            "ratio" if field and field.is_percent and field.unit == "ratio" else field.unit
        )
        if field
        else None
    )
    return {
        "id": node["id"],
        "is_group": False,
        "faults": faults,
        "column": node["column"],
        "columns": _column_groups(language),
        "operator": operator,
        "operators": [(key, wording.OPERATORS[key].text(language)) for key in risk.OPERATORS[kind]],
        "values": [] if plain in {"missing", "present"} or node.get("other") else values,
        "kind": kind,
        "lists": lists if plain == "in_list" else None,
        "unit": unit.text(language) if unit and plain not in {"missing", "present"} else "",
        "hint": _hint(field, node, language),
        "is_goods": bool(field and field.codes == "hs" and plain in {"=", "<>", "begins", "in"}),
    }


def _column_groups(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    fields = condition_fields().values()
    columns = [(one.name, one.label.text(language)) for one in fields if not one.computed]
    computed = [(one.name, one.label.text(language)) for one in fields if one.computed]
    groups = [(_("Boxes of the declaration"), columns)]
    if computed:
        groups.append((_("Indicators"), sorted(computed, key=lambda pair: pair[1])))
    return groups


def _hint(field: risk.Field | None, node: builder.Tree, language: str) -> str:
    """Return what a value means: the description of an HS code."""
    if field is None or field.codes != "hs" or not node["values"]:
        return ""
    code = str(node["values"][0]).strip()
    described = risk.HsTree.of().get(code[:6]) if code.isdigit() else None
    return f"{described.description[:70]} · HS 2022" if described else ""


def _sentence(condition: risk.Condition, data: Any, language: str) -> risk.Sentence:
    """Return what officers read: lanes, shares, scope and condition."""
    shares = {}
    for lane in LANES:
        try:
            shares[lane] = Share.percent(data.get(lane) or "0")
        except TamghaError:
            shares[lane] = Share(0)
    direction = data.get("direction", "")
    return risk.Profile(
        code="P",
        name="",
        condition=condition,
        office=data.get("office", "")[:60],
        direction=direction if direction in {"import", "export", "transit"} else "",
        **shares,
    ).sentence(language)


def _live_context(
    request: HttpRequest, state: EditorState, data: Any, *, code: str = ""
) -> dict[str, Any]:
    own, _user = _workplace(request)
    bench = _bench_of(request, data)
    red = _red_of(data)
    panel, reason = _panel(bench, state, own, red, code)
    sentences = []
    if state.condition is not None:
        sentences = [(one, _sentence(state.condition, data, one)) for one in ("en", "ru")]
        if get_language() == "ru":
            sentences.reverse()
    return _builder_context(state, own) | {
        "bench": bench,
        "panel": panel,
        "panel_reason": reason,
        "sentences": sentences,
        "code": code,
        "lanes": [(lane, data.get(lane)) for lane in LANES],
    }


def _editor(
    request: HttpRequest, *, profile: Profile | None, version: ProfileVersion | None
) -> HttpResponseBase:
    own, user = _workplace(request)
    code = profile.code if profile else ""
    initial = initial_of(version)
    if request.method != "POST":
        text = request.GET.get("condition", "") or initial["condition"]
        state = state_of_text(text) if text else state_of_tree(builder.empty_tree())
        form = PassportForm(initial=initial)
        form.draft_of = code or "new"
        shown = {lane: Share(initial[lane]).percent_text for lane in LANES} | dict(
            request.GET.items()
        )
        context = _live_context(request, state, shown, code=code)
        return render(
            request, "targeting/profiles/editor.html", context | _page(profile, version, form)
        )
    try:
        state = state_of_post(request.POST)
    except ValueError:
        state = state_of_text(request.POST.get("text", ""))
    data = request.POST.copy()
    data["condition"] = state.text
    saving = request.POST.get("do") == "save"
    form = PassportForm(data if saving else None, initial=initial if saving else _typed(data))
    form.draft_of = code or "new"
    if saving and state.is_whole and form.is_valid():
        saved = _save(request, form, state, own=own, user=user, profile=profile)
        if saved is not None:
            messages.success(
                request,
                _("Version %(number)d of %(code)s is saved.")
                % {"number": saved.number, "code": saved.profile.code},
            )
            return redirect("targeting:profile", code=saved.profile.code)
    elif saving and not state.is_whole:
        form.is_valid()
        form.add_error(
            None, _("The condition is not finished: give every row a value, or remove it.")
        )
    context = _live_context(request, state, data, code=code)
    return render(
        request, "targeting/profiles/editor.html", context | _page(profile, version, form)
    )


def _typed(data: Any) -> dict[str, Any]:
    return {name: data.get(name, "") for name in PassportForm.base_fields}


def _page(
    profile: Profile | None, version: ProfileVersion | None, form: PassportForm
) -> dict[str, Any]:
    head = f"{profile.code} {profile.name}" if profile else _("New profile")
    return {
        "profile": profile,
        "version": version,
        "form": form,
        "heading": head,
        "crumbs": [CRUMB, (_("Profiles"), reverse("targeting:profiles")), (head, "")],
    }


def _save(
    request: HttpRequest,
    form: PassportForm,
    state: EditorState,
    *,
    own: Administration,
    user: User,
    profile: Profile | None,
) -> ProfileVersion | None:
    bench = _bench_of(request, request.POST)
    panel, _reason = _panel(
        bench, state, own, form.cleaned_data["red"], profile.code if profile else ""
    )
    try:
        return services.save_draft(
            administration=own,
            code=profile.code if profile else services.next_code(own),
            wording=form.wording(),
            by=user,
            at=timezone.now(),
            based_on=int(request.POST.get("based_on") or 0),
            evidence_of_test=_evidence(bench, panel),
        )
    except RefusedError as refusal:
        for fault in refusal.faults:
            form.add_error(None, fault.text(get_language() or "en"))
        return None


def _evidence(bench: Bench, panel: Panel | None) -> dict[str, Any] | None:
    """Return the back-test as it was shown, to be kept with the version."""
    if panel is None or bench.chosen is None:
        return None
    test, rate = panel.test, panel.figures["hit_rate"]
    return {
        "set": bench.chosen.pk,
        "set_name": bench.chosen.name,
        "set_change": bench.chosen.change,
        "simulated": panel.simulated,
        "rows": panel.rows,
        "items_hit": test.items_hit,
        "declarations_hit": test.hit,
        "results": test.results,
        "finds": test.finds,
        "rate": rate.value,
        "low": rate.interval.low if rate.interval else None,
        "high": rate.interval.high if rate.interval else None,
    }


@writers_only
def new_profile(request: HttpRequest) -> HttpResponseBase:
    """Write a profile that is not there yet."""
    return _editor(request, profile=None, version=None)


@readers_only
def profile_page(request: HttpRequest, code: str) -> HttpResponseBase:
    """Edit a profile; who may only read sees its latest version."""
    profile = get_object_or_404(permissions.profiles_visible_to(request.user), code=code)
    version = profile.versions.select_related("author").filter(number=profile.latest).first()
    if not permissions.can_write(request.user):
        return version_page(request, code, profile.latest)
    return _editor(request, profile=profile, version=version)


@writers_only
@require_POST
def live(request: HttpRequest, code: str = "") -> HttpResponseBase:
    """Answer one edit: sentence, text, faults and panel; with ``part=builder`` also the rows."""
    try:
        state = state_of_post(request.POST)
    except ValueError as problem:
        return HttpResponse(str(problem), status=400, content_type="text/plain")
    context = _live_context(request, state, request.POST, code=code)
    context["with_builder"] = request.GET.get("part") == "builder"
    return render(request, "targeting/profiles/live.html", context)


@readers_only
@require_GET
def weeks_chart(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Draw the hit rate by week of a condition in a set."""
    row = get_object_or_404(permissions.sets_visible_to(request.user), pk=pk)
    own, _user = _workplace(request)
    try:
        condition = risk.parse_condition(request.GET.get("condition", ""), condition_fields())
        bench = gateways.workbench_of(row)
        panel = panel_of(
            bench, condition, others=[], red=10_000, capacity=None, lists=lists_of(own)
        )
    except TamghaError as refusal:
        return HttpResponse(
            refusal.words.text(get_language() or "en"), status=400, content_type="text/plain"
        )
    return render(request, "targeting/profiles/weeks.html", {"chart": _weeks_drawn(panel)})


def _weeks_drawn(panel: Panel) -> Any:
    language = get_language() or "en"
    marks = []
    for one in weeks_together(panel.test):
        limits = one.rate.interval if isinstance(one.rate, Estimate) else None
        marks.append(
            Mark(
                label=formats.day_month(one.first),
                value=one.finds / one.results if limits else None,
                low=limits.low if limits else None,
                high=limits.high if limits else None,
                open=limits is not None and not one.complete,
                note=_("%(finds)d of %(n)d examined") % {"finds": one.finds, "n": one.results},
            )
        )
    if not any(mark.value is not None for mark in marks):
        return None
    yardstick = panel.yardstick_words.text(language)
    return interval_dots(
        marks,
        label=_("Hit rate by week, with its interval and the yardstick"),
        simulated=panel.simulated,
        yardstick=Level(panel.yardstick, yardstick) if panel.yardstick is not None else None,
        width=480,
        height=170,
        place=_("Weeks from"),
    )


@readers_only
def version_page(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """Show one version as it was saved, and what changed since the one before."""
    profile = get_object_or_404(permissions.profiles_visible_to(request.user), code=code)
    versions = list(profile.versions.select_related("author").order_by("-number"))
    version = next((one for one in versions if one.number == number), None)
    if version is None:
        raise Http404
    before = next((one for one in versions if one.number == number - 1), None)
    condition = risk.parse_condition(version.condition, condition_fields())
    context = {
        "profile": profile,
        "version": version,
        "before": before,
        "versions": versions,
        "sentence": condition.sentence(get_language() or "en"),
        "changes": _changes(before, version) if before else [],
        "may_write": permissions.can_write(request.user),
        "simulated": version.evidence_of_test.get("simulated", False),
        "crumbs": [CRUMB, (_("Profiles"), reverse("targeting:profiles")), (str(profile), "")],
    }
    return render(request, "targeting/profiles/version.html", context)


def _changes(before: ProfileVersion, after: ProfileVersion) -> list[tuple[Any, str, str]]:
    """Return the fields that differ between two versions: label, before, after."""
    found = []
    for name, field in PassportForm.base_fields.items():
        if name in {"note", "version"}:
            continue
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            found.append((field.label, _plain(name, old), _plain(name, new)))
    return found


def _plain(name: str, value: Any) -> str:
    if name in LANES:
        return f"{Share(value).percent_text} %"
    return value.isoformat() if isinstance(value, date) else str(value or "–")


@writers_only
@require_POST
def retire(request: HttpRequest, code: str) -> HttpResponseBase:
    """Put a profile away, or bring it back: each undoes the other."""
    profile = get_object_or_404(permissions.profiles_visible_to(request.user), code=code)
    _own, user = _workplace(request)
    act = services.bring_back_profile if profile.retired_at else services.retire_profile
    act(profile=profile, by=user, at=timezone.now())
    said = (
        _("%(code)s is in use again.")
        if profile.retired_at
        else _("%(code)s is put away. Its versions stay.")
    )
    messages.success(request, said % {"code": profile.code})
    return redirect("targeting:profile-version", code=profile.code, number=profile.latest)


# ---- the rows behind a figure --------------------------------------------------------------------

WHICH = {
    "hit": lazy("Rows that the condition hits"),
    "found": lazy("Finds among the rows that it hits"),
    "clean": lazy("Rows that it hits, without a find"),
    "missed": lazy("Known finds that it misses"),
}
ROW_COLUMNS = (
    "declaration",
    "item",
    "day",
    "office",
    "importer",
    "hs",
    "origin",
    "net_mass_kg",
    "item_price",
    "currency",
    "tax_rate",
    "unit_value_ratio",
)


@method_decorator(readers_only, name="dispatch")
class ProfileRows(RowList):
    """The rows of a set behind a figure of the back-test."""

    template_name = "targeting/profiles/rows.html"
    name = "profile-rows"
    search_label = lazy("Declaration, trader, code or goods")
    default_sort = "-day"
    kept = ("set", "which", "condition")
    columns = (
        Column("declaration", lazy("Declaration"), optional=False),
        Column("item", lazy("Item"), kind="number"),
        Column("day", lazy("Lodged"), kind="date", sort="day"),
        Column("office", lazy("Office"), sort="office"),
        Column("importer", lazy("Importer"), sort="importer"),
        Column("hs", lazy("HS code"), sort="hs"),
        Column("origin", lazy("Origin"), sort="origin"),
        Column("net_mass_kg", lazy("Net mass, kg"), kind="number", sort="net_mass_kg"),
        Column("item_price", lazy("Item price"), kind="number", sort="item_price"),
        Column("currency", lazy("Currency"), hidden=True),
        Column("tax_rate", lazy("Rate, %"), kind="number", sort="tax_rate", hidden=True),
        Column(
            "unit_value_ratio",
            lazy("Unit value by the usual"),
            kind="number",
            sort="unit_value_ratio",
        ),
        Column("find", lazy("Result"), template="targeting/find.html"),
    )
    filters = (Between("item_price", lazy("Item price")),)
    empty = Empty(lazy("No such rows"), lazy("The condition hits nothing of this kind in the set."))

    def source_for(self, request: HttpRequest) -> SetRows:
        """Return the rows of the chosen set that the figure speaks of."""
        own, _user = _workplace(request)
        wanted = request.GET.get("set", "")
        row = get_object_or_404(
            permissions.sets_visible_to(request.user), pk=wanted if wanted.isdigit() else 0
        )
        try:
            condition = risk.parse_condition(request.GET.get("condition", ""), condition_fields())
        except TamghaError as refusal:
            raise Http404(refusal.words.text(get_language() or "en")) from None
        bench = gateways.workbench_of(row)
        self.extra_context = {
            "set": row,
            "simulated": row.simulated,
            "sentence": condition.sentence(get_language() or "en"),
            "head": WHICH.get(request.GET.get("which", ""), WHICH["hit"]),
            "crumbs": [CRUMB, (_("Profiles"), reverse("targeting:profiles")), (_("Rows"), "")],
        }
        return SetRows(
            bench,
            columns=ROW_COLUMNS,
            filters=self.filters,
            mask=row_mask(bench, condition, request.GET.get("which", ""), lists_of(own)),
            sorts={column.name: column.sort for column in self.columns if column.sort},
        )


# ---- lists -------------------------------------------------------------------------------------


@method_decorator(readers_only, name="dispatch")
class TradeLists(RowList):
    """The lists that conditions may name."""

    template_name = "targeting/profiles/lists.html"
    name = "trade-lists"
    search_fields = ("name",)
    search_label = lazy("Name")
    default_sort = "name"
    columns = (
        Column(
            "name",
            lazy("Name"),
            sort="name",
            link=lambda row: reverse("targeting:trade-list", args=[row.name]),
            optional=False,
        ),
        Column("kind", lazy("Holds"), value="get_kind_display"),
        Column("latest", lazy("Version"), kind="number", sort="latest"),
        Column("made", lazy("Made"), value="made_at", kind="time", sort="made_at"),
    )
    empty = Empty(
        lazy("No lists yet"),
        lazy("A list names traders, HS codes or countries that conditions refer to by IN LIST."),
        lazy("Make a list"),
        "/risk/lists/new",
    )

    def queryset_for(self, request: HttpRequest) -> Any:
        """Return the administration's lists."""
        return permissions.lists_visible_to(request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add crumbs and what the reader may do."""
        extra = {
            "crumbs": [CRUMB, (_("Lists"), "")],
            "may_write": permissions.can_write(self.request.user),
        }
        return super().get_context_data(**kwargs) | extra


@readers_only
def trade_list(request: HttpRequest, name: str = "") -> HttpResponseBase:
    """Show a list with its versions; save its members as the next version."""
    own, user = _workplace(request)
    found = (
        get_object_or_404(permissions.lists_visible_to(request.user), name=name) if name else None
    )
    newest = found.versions.order_by("-number").first() if found else None
    initial = (
        {"name": name, "kind": found.kind, "members": "\n".join(newest.members)}
        if found and newest
        else {}
    )
    if request.method == "POST" and not permissions.can_write(request.user):
        raise PermissionDenied
    form = TradeListForm(request.POST or None, initial=initial)
    if found:
        form.fields["name"].disabled = form.fields["kind"].disabled = True
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_list(
                administration=own,
                name=form.cleaned_data["name"],
                kind=form.cleaned_data["kind"],
                members=form.cleaned_data["members"].splitlines(),
                by=user,
                at=timezone.now(),
            )
        except TamghaError as refusal:
            form.add_error("members", refusal.words.text(get_language() or "en"))
        else:
            messages.success(
                request,
                _("Version %(number)d of %(name)s is saved.")
                % {"number": saved.number, "name": saved.trade_list.name},
            )
            return redirect("targeting:trade-list", name=saved.trade_list.name)
    context = {
        "form": form,
        "found": found,
        "may_write": permissions.can_write(request.user),
        "versions": found.versions.select_related("saved_by").order_by("-number")[:20]
        if found
        else [],
        "heading": name or _("New list"),
        "crumbs": [
            CRUMB,
            (_("Lists"), reverse("targeting:trade-lists")),
            (name or _("New list"), ""),
        ],
    }
    return render(request, "targeting/profiles/trade_list.html", context)


# ---- in and out --------------------------------------------------------------------------------


@readers_only
@require_GET
def goods(request: HttpRequest) -> HttpResponseBase:
    """Show the tree of the Harmonized System: browse or search, and take a code."""
    tree = risk.HsTree.of()
    words, parent = request.GET.get("q", "").strip()[:100], request.GET.get("parent", "")[:6]
    found = tree.search(words, limit=60) if words else tree.children(parent)
    context = {
        "q": words,
        "codes": found,
        "parents": tree.parents(parent) if parent else [],
        "parent": tree.get(parent) if parent else None,
        "into": request.GET.get("into", "")[:40],
        "crumbs": [CRUMB, (_("HS codes"), "")],
    }
    part = (
        "targeting/profiles/goods_part.html"
        if request.headers.get("HX-Request")
        else "targeting/profiles/goods.html"
    )
    return render(request, part, context)


@readers_only
@require_GET
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Give every profile in use as MODSEL-like text, CSV or JSON."""
    own, _user = _workplace(request)
    try:
        text = services.export_text(own, form)
    except KeyError:
        raise Http404 from None
    kinds = {"txt": "text/plain", "csv": "text/csv", "json": "application/json"}
    response = HttpResponse(text, content_type=f"{kinds[form]}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="profiles-{own.code}.{form}"'
    return response


@writers_only
def bring_in(request: HttpRequest) -> HttpResponseBase:
    """Take profiles in from MODSEL-like text, CSV or JSON, each as a draft; all faults at once."""
    own, user = _workplace(request)
    form = BringInForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.take_in_profiles(
                administration=own,
                name=form.cleaned_data["file"].name,
                content=form.cleaned_data["file"].read(),
                by=user,
                at=timezone.now(),
            )
        except RefusedError as refusal:
            for fault in refusal.faults:
                form.add_error("file", fault.text(get_language() or "en"))
        except TamghaError as refusal:
            form.add_error("file", refusal.words.text(get_language() or "en"))
        else:
            count = len(saved)
            messages.success(
                request,
                ngettext(
                    "%(n)d profile is taken in as a draft.",
                    "%(n)d profiles are taken in as drafts.",
                    count,
                )
                % {"n": count},
            )
            return redirect("targeting:profiles")
    context = {
        "form": form,
        "crumbs": [
            CRUMB,
            (_("Profiles"), reverse("targeting:profiles")),
            (_("Bring profiles in"), ""),
        ],
    }
    return render(request, "targeting/profiles/bring_in.html", context)


urlpatterns: list[URLPattern] = [
    path("profiles/", ProfileList.as_view(), name="profiles"),
    path("profiles/new", new_profile, name="profile-new"),
    path("profiles/live", live, name="profile-live-new"),
    path("profiles/export.<str:form>", export, name="profile-export"),
    path("profiles/sets/<int:pk>/weeks", weeks_chart, name="profile-weeks"),
    path("profiles/<slug:code>/", profile_page, name="profile"),
    path("profiles/<slug:code>/live", live, name="profile-live"),
    path("profiles/<slug:code>/retire", retire, name="profile-retire"),
    path("profiles/<slug:code>/versions/<int:number>", version_page, name="profile-version"),
    path("profiles/rows", ProfileRows.as_view(), name="profile-rows"),
    path("profiles/bring-in", bring_in, name="profile-bring-in"),
    path("goods/", goods, name="goods"),
    path("lists/", TradeLists.as_view(), name="trade-lists"),
    path("lists/new", trade_list, name="trade-list-new"),
    path("lists/<slug:name>/", trade_list, name="trade-list"),
]
