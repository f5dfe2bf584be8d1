"""The register: one list, with the heat map above it and one risk open beside it."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from tamgha.platform.tables.columns import Choice, Column, Empty
from tamgha.platform.tables.exports import xlsx_bytes
from tamgha.platform.tables.lists import Line, RowList
from tamgha.platform.tables.sources import Page, QuerySetSource, RowSource
from tamgha.platform.ui import formats
from tamgha.practice.register import permissions
from tamgha.practice.register.choices import Kind, RiskState, Treatment
from tamgha.practice.register.domain.areas import area_label
from tamgha.practice.register.domain.scales import SCALES
from tamgha.practice.register.forms import RegisterForm, area_choices
from tamgha.practice.register.models import Risk, RiskVersion
from tamgha.practice.register.queries import moved_since, register_of, with_versions
from tamgha.practice.register.queries.heat import heat_map, with_cell
from tamgha.practice.register.services.writing import set_up
from tamgha.practice.register.sheets import SHEET, exported_rows
from tamgha.practice.register.views.access import (
    CRUMB,
    approvers_only,
    readers_only,
    workplace_of,
)
from tamgha.practice.register.views.risk import facts_of
from tamgha.shared.errors import RefusedError


def _owners(request: HttpRequest) -> list[tuple[str, str]]:
    own, _user = workplace_of(request)
    people = permissions.owners_of(own).order_by("full_name", "pk")
    return [(str(one.pk), one.full_name) for one in people]


def _areas(_request: HttpRequest) -> list[tuple[str, str]]:
    return area_choices()


def _cells(request: HttpRequest) -> list[tuple[str, str]]:
    own, _user = workplace_of(request)
    scale, language = SCALES[register_of(own).scale], get_language() or "en"
    return [
        (
            f"{one}{two}",
            f"{scale.likelihood[one - 1].text(language)} × {scale.consequence[two - 1].text(language)}",
        )
        for one in range(scale.steps, 0, -1)
        for two in range(scale.steps, 0, -1)
    ]


def _shown(row: Risk) -> RiskVersion:
    if row.shown is None:
        raise TypeError(f"{row.code} has no version")
    return row.shown


def _kind_and_owner(row: Risk) -> str:
    shown = _shown(row)
    return f"{shown.get_kind_display()} · {shown.owner.full_name}"


def _level(side: str) -> Any:
    def read(row: Risk) -> str:
        level = getattr(_shown(row), f"{side}_level")
        return level.label.text(get_language() or "en") if level else ""

    return read


@method_decorator(readers_only, name="dispatch")
class RiskList(RowList):
    """The risks of the administration."""

    template_name = "register/list.html"
    name = "risks"
    export_name = "risk-register"
    search_fields = ("code", "shown__title_en", "shown__title_ru")
    search_label = lazy("Number or title")
    default_sort = "-score"
    size = 12
    kept = ("when", "open")
    columns = (
        Column(
            "code",
            lazy("No."),
            sort="number",
            link=lambda row: reverse("register:risk", args=[row.code]),
            template="register/code.html",
            optional=False,
        ),
        Column(
            "title",
            pgettext_lazy("one of the register", "Risk"),
            value=lambda row: _shown(row).title,
            detail=_kind_and_owner,
            template="register/title.html",
        ),
        Column(
            "area",
            lazy("Area"),
            value=lambda row: area_label(_shown(row).area).text(get_language() or "en"),
            sort="shown__area",
            hidden=True,
        ),
        Column(
            "owner",
            lazy("Owner"),
            value="shown.owner.full_name",
            sort="shown__owner__full_name",
            hidden=True,
        ),
        Column("before", lazy("Before"), value="shown.inherent_score", kind="number", hidden=True),
        Column(
            "score",
            lazy("Score, before → after"),
            value="shown.residual_score",
            sort="shown__residual_score",
            template="register/score.html",
        ),
        Column("level", lazy("Level"), value=_level("residual"), hidden=True),
        Column(
            "treatment",
            lazy("Treatment"),
            value="shown.get_treatment_display",
            sort="shown__treatment",
            template="register/treatment.html",
        ),
        Column(
            "review",
            lazy("Review"),
            value="shown.review_on",
            sort="shown__review_on",
            kind="date",
            template="register/review.html",
        ),
        Column("state", lazy("State"), value="get_state_display", hidden=True),
        Column(
            "office", pgettext_lazy("customs", "Post or office"), value="shown.office", hidden=True
        ),
        Column("version", lazy("Version"), value="shown.number", kind="number", hidden=True),
    )
    filters = (
        Choice("kind", lazy("Risks"), Kind.choices, field="shown__kind", chips=True),
        Choice("area", lazy("Area"), _areas, field="shown__area"),
        Choice("state", lazy("State"), RiskState.choices),
        Choice("owner", lazy("Owner"), _owners, field="shown__owner"),
        Choice("treatment", lazy("Treatment"), Treatment.choices, field="shown__treatment"),
        Choice("late", lazy("Review"), [("True", lazy("late"))], field="is_late"),
        Choice("cell", lazy("Cell of the map"), _cells),
    )
    empty = Empty(
        lazy("No risks yet"),
        lazy(
            "A risk says what may happen, why, and what follows; two people score it apart, and a "
            "second person approves it."
        ),
    )

    def when(self) -> str:
        """Return which map and score are asked for: "before" or "after" treatment."""
        return "before" if self.request.GET.get("when") == "before" else "after"

    def queryset_for(self, request: HttpRequest) -> Any:
        """Return the risks with what is shown of them; those put away only when asked for."""
        risks = with_versions(
            permissions.risks_visible_to(request.user), today=timezone.localdate()
        )
        if request.GET.get("state") != RiskState.RETIRED:
            risks = risks.exclude(state=RiskState.RETIRED)
        return with_cell(risks, self.when())

    def lines(self, page: Page, source: RowSource, columns: Any) -> list[Line]:
        """Give each row the address that opens it beside the list, and say which one is open."""
        base, wanted = self._url(open=""), self.request.GET.get("open", "")
        opened = wanted or (page.rows[0].code if page.rows else "")
        for row in page.rows:
            row.open_url = f"{base}&open={row.code}#open-risk"
            row.is_open = row.code == opened
        return super().lines(page, source, columns)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the map, the open risk, and what changed since the last review."""
        context = super().get_context_data(**kwargs)
        own, user = workplace_of(self.request)
        register = register_of(own)
        today = timezone.localdate()
        opened = self._opened(context)
        shown = opened.shown if opened else None
        seen = permissions.risks_visible_to(user).exclude(state=RiskState.RETIRED)
        late = self.queryset_for(self.request).filter(is_late=True).count()
        return context | {
            "register": register,
            "administration": own,
            "map": self._map(shown, register.scale),
            "when": self.when(),
            "when_urls": {one: self._url(when=one) for one in ("before", "after")},
            "opened": opened,
            "opened_facts": facts_of(opened, user, today=today) if opened else {},
            "moved": list(moved_since(seen, register.last_review)) if register.last_review else [],
            "late": late,
            "late_url": self._url(late="True", cell=""),
            "facts": self._facts(register, context, today),
            "may_write": permissions.can_write(user),
            "may_approve": permissions.can_approve(user),
            "may_import": SHEET.permission(user),
            "simulated": own.is_simulated,
            "crumbs": [CRUMB, (_("Register"), "")],
        }

    def _url(self, **changes: str) -> str:
        if changes.get("when") == "after":  # the usual one needs no word in the address
            changes["when"] = ""
        return f"?{self.address_of(self.request.GET, **changes)}"

    def _map(self, opened: RiskVersion | None, scale: str) -> Any:
        source = self.source_for(self.request)
        if not isinstance(source, QuerySetSource):
            raise TypeError("the register is a queryset")
        query = self.query_of(self.request.GET)
        chosen = query.filters.get("cell", "")
        return heat_map(
            source.narrowed(query, without="cell"),
            scale=SCALES[scale],
            url_of=lambda key: self._url(cell="" if key == chosen else key),
            chosen=chosen,
            opened=opened,
            when=self.when(),
        )

    def _opened(self, context: dict[str, Any]) -> Risk | None:
        """Return the risk that stands beside the list: the asked one, or else the first."""
        lines = context["list"]["lines"]
        wanted = self.request.GET.get("open", "")
        found = next((line.row for line in lines if line.row.code == wanted), None)
        if found is None and wanted:
            found = self.queryset_for(self.request).filter(code=wanted).first()
        return found or (lines[0].row if lines else None)

    def _facts(self, register: Any, context: dict[str, Any], today: date) -> str:
        n = context["list"]["page"].total or 0
        scale = SCALES[register.scale].label.text(get_language() or "en")
        text = ngettext("%(n)s risk; scale %(scale)s", "%(n)s risks; scale %(scale)s", n) % {
            "n": formats.number(n),
            "scale": scale,
        }
        if register.next_review:
            day = formats.day(register.next_review)
            text += " · " + _("next common review %(day)s") % {"day": day}
            if register.next_review < today:
                text += " " + _("(that day is past)")
        return text


@readers_only
@require_GET
def export(request: HttpRequest) -> HttpResponseBase:
    """Give the whole register as XLSX with the heads of the sheet, so that it can come back."""
    own, user = workplace_of(request)
    head, rows = exported_rows(user, language=get_language() or "en")
    response = HttpResponse(
        xlsx_bytes(head, rows),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    name = f"risk-register-{own.code}-{timezone.localdate():%Y-%m-%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@approvers_only
def settings_page(request: HttpRequest) -> HttpResponseBase:
    """Choose the scale of the register, and the days of its common reviews."""
    own, user = workplace_of(request)
    register = register_of(own)
    names = ("scale", "last_review", "next_review")
    form = RegisterForm(
        request.POST or None, initial={name: getattr(register, name) for name in names}
    )
    if request.method == "POST" and form.is_valid():
        try:
            set_up(administration=own, values=form.cleaned_data, by=user, at=timezone.now())
        except RefusedError as refusal:
            for fault in refusal.faults:
                form.add_error(None, fault.text(get_language() or "en"))
        else:
            return redirect("register:risks")
    context = {
        "form": form,
        "crumbs": [CRUMB, (_("Register"), reverse("register:risks")), (_("Scale and reviews"), "")],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "register/settings.html", context, status=status)


urlpatterns: list[URLPattern] = [
    path("", RiskList.as_view(), name="risks"),
    path("register.xlsx", export, name="export"),
    path("settings", settings_page, name="settings"),
]
