"""The editor of a profile, with the back-test that follows every edit."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tamgha import risk
from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.ui import formats, notices
from tamgha.platform.ui.charts import Level, Mark, interval_dots
from tamgha.practice.register.queries import codes_offered
from tamgha.practice.targeting import gateways, permissions
from tamgha.practice.targeting.domain import builder
from tamgha.practice.targeting.forms.profiles import (
    LANES,
    EditorState,
    PassportForm,
    initial_of,
    state_of_post,
    state_of_text,
    state_of_tree,
)
from tamgha.practice.targeting.models import DeclarationSet, Profile, ProfileVersion
from tamgha.practice.targeting.queries import (
    condition_fields,
    direction_of,
    latest_wordings,
    lists_of,
)
from tamgha.practice.targeting.queries.backtests import (
    Panel,
    evidence_of,
    panel_of,
    weeks_together,
)
from tamgha.practice.targeting.queries.passports import in_force_of
from tamgha.practice.targeting.services import profiles as services
from tamgha.practice.targeting.services.passports import Wish, make_move
from tamgha.practice.targeting.views.access import (
    CRUMB,
    readers_only,
    workplace_of,
    writers_only,
)
from tamgha.practice.targeting.views.builder import builder_context
from tamgha.practice.targeting.views.passports import told
from tamgha.practice.targeting.views.profiles import version_page
from tamgha.practice.targeting.views.way import way_of
from tamgha.shared.errors import RefusedError, TamghaError
from tamgha.shared.figures import Estimate
from tamgha.shared.shares import Share


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


def _edited(condition: risk.Condition, data: Any, code: str = "") -> risk.Profile:
    """Return the profile as it now stands in the editor: condition, lanes and scope."""
    return risk.Profile(
        code=code or "P",
        name="",
        condition=condition,
        red=_share(data.get("red")),
        yellow=_share(data.get("yellow")),
        blue=_share(data.get("blue")),
        office=str(data.get("office", ""))[:60].strip(),
        direction=direction_of(data.get("direction", "")),
    )


def _share(text: Any) -> Share:
    try:
        return Share.percent(text or "0")
    except TamghaError:
        return Share(0)


def _panel(
    bench: Bench, state: EditorState, own: Administration, data: Any, code: str
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
            _edited(state.condition, data, code),
            others=others,
            capacity=bench.capacity,
            lists=lists_of(own),
        ), ""
    except TamghaError as refusal:
        return None, notices.said(refusal)


def _live_context(
    request: HttpRequest, state: EditorState, data: Any, *, code: str = ""
) -> dict[str, Any]:
    own, _user = workplace_of(request)
    bench = _bench_of(request, data)
    panel, reason = _panel(bench, state, own, data, code)
    sentences = []
    if state.condition is not None:
        edited = _edited(state.condition, data)
        sentences = [(one, edited.sentence(one)) for one in ("en", "ru")]
        if get_language() == "ru":
            sentences.reverse()
    return builder_context(state, own) | {
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
    own, user = workplace_of(request)
    code = profile.code if profile else ""
    initial = initial_of(version)
    if request.method != "POST":
        text = request.GET.get("condition", "") or initial["condition"]
        fields = condition_fields(own.pk)
        state = state_of_text(text, fields) if text else state_of_tree(builder.empty_tree(), fields)
        form = PassportForm(initial=initial)
        form.draft_of = code or "new"
        shown = initial | {lane: Share(initial[lane]).percent_text for lane in LANES}
        shown |= dict(request.GET.items())
        context = _live_context(request, state, shown, code=code)
        return render(
            request,
            "targeting/profiles/editor.html",
            context | _page(user, profile, version, form, own),
        )
    fields = condition_fields(own.pk)
    try:
        state = state_of_post(request.POST, fields)
    except ValueError:
        state = state_of_text(request.POST.get("text", ""), fields)
    data = request.POST.copy()
    data["condition"] = state.text
    asking = request.POST.get("do") == "ask"
    saving = asking or request.POST.get("do") == "save"
    form = PassportForm(data if saving else None, initial=initial if saving else _typed(data))
    form.draft_of = code or "new"
    if saving and state.is_whole and form.is_valid():
        saved = _kept(version, form, state) if asking else None
        saved = saved or _save(request, form, state, own=own, user=user, profile=profile)
        if saved is not None and asking:
            return _ask(request, saved, user)
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
        request,
        "targeting/profiles/editor.html",
        context | _page(user, profile, version, form, own),
    )


def _kept(
    version: ProfileVersion | None, form: PassportForm, state: EditorState
) -> ProfileVersion | None:
    """Return the saved version where the page says nothing else, and it was back-tested."""
    if version is None or not version.evidence_of_test:
        return None
    typed = form.wording()
    names = [name for name in initial_of(version) if name != "condition"]
    same = all(getattr(typed, name) == getattr(version, name) for name in names)
    return version if same and _is_condition_of(version, state) else None


def _is_condition_of(version: ProfileVersion, state: EditorState) -> bool:
    fields = condition_fields(version.profile.administration_id)
    try:
        return state.condition == risk.parse_condition(version.condition, fields)
    except TamghaError:
        return False


def _ask(request: HttpRequest, version: ProfileVersion, user: User) -> HttpResponseBase:
    """Ask for the second check of a saved version; what it lacks is said beside it."""
    try:
        make_move(version=version, wish=Wish("submit"), by=user, at=timezone.now())
    except TamghaError as refusal:
        told(request, refusal)
        return redirect("targeting:profile", code=version.profile.code)
    messages.success(
        request,
        _("Version %(number)d of %(code)s waits for the second check.")
        % {"number": version.number, "code": version.profile.code},
    )
    return redirect("targeting:profile-version", code=version.profile.code, number=version.number)


def _typed(data: Any) -> dict[str, Any]:
    return {name: data.get(name, "") for name in PassportForm.base_fields}


def _page(
    user: User,
    profile: Profile | None,
    version: ProfileVersion | None,
    form: PassportForm,
    own: Administration,
) -> dict[str, Any]:
    now = timezone.now()
    head = f"{profile.code} {profile.name}" if profile else _("New profile")
    return {
        "profile": profile,
        "version": version,
        "form": form,
        "risks": codes_offered(own),
        "heading": head,
        "way": way_of(version, user, now) if version else None,
        "in_force": [one for one in in_force_of(profile, now) if one != version] if profile else [],
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
    panel, _reason = _panel(bench, state, own, request.POST, profile.code if profile else "")
    try:
        return services.save_draft(
            administration=own,
            code=profile.code if profile else services.next_code(own),
            wording=form.wording(),
            by=user,
            at=timezone.now(),
            based_on=int(request.POST.get("based_on") or 0),
            evidence_of_test=evidence_of(panel, bench.chosen) if panel and bench.chosen else None,
        )
    except RefusedError as refusal:
        for fault in refusal.faults:
            form.add_error(None, fault.text(get_language() or "en"))
        return None


@writers_only
def new_profile(request: HttpRequest) -> HttpResponseBase:
    """Write a profile that is not there yet."""
    return _editor(request, profile=None, version=None)


@readers_only
def profile_page(request: HttpRequest, code: str) -> HttpResponseBase:
    """Edit a profile; who may only read sees its latest version."""
    profile = get_object_or_404(permissions.profiles_visible_to(request.user), code=code)
    version = (
        profile.versions.select_related("author", "profile", "profile__administration")
        .filter(number=profile.latest)
        .first()
    )
    if not permissions.can_write(request.user):
        return version_page(request, code, profile.latest)
    return _editor(request, profile=profile, version=version)


@writers_only
@require_POST
def live(request: HttpRequest, code: str = "") -> HttpResponseBase:
    """Answer one edit: sentence, text, faults and panel; with ``part=builder`` also the rows."""
    own, _user = workplace_of(request)
    try:
        state = state_of_post(request.POST, condition_fields(own.pk))
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
    own, _user = workplace_of(request)
    try:
        condition = risk.parse_condition(request.GET.get("condition", ""), condition_fields(own.pk))
        bench = gateways.workbench_of(row)
        panel = panel_of(
            bench, _edited(condition, request.GET), others=[], capacity=None, lists=lists_of(own)
        )
    except TamghaError as refusal:
        return HttpResponse(notices.said(refusal), status=400, content_type="text/plain")
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


urlpatterns: list[URLPattern] = [
    path("profiles/new", new_profile, name="profile-new"),
    path("profiles/live", live, name="profile-live-new"),
    path("profiles/sets/<int:pk>/weeks", weeks_chart, name="profile-weeks"),
    path("profiles/<slug:code>/", profile_page, name="profile"),
    path("profiles/<slug:code>/live", live, name="profile-live"),
    path("goods/", goods, name="goods"),
]
