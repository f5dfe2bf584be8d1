"""Programs and their keys, for coordinators; and what the interface for programs offers."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tamgha.platform.ui import notices
from tamgha.practice.control import permissions
from tamgha.practice.control.forms.systems import SystemForm
from tamgha.practice.control.services import systems as services
from tamgha.practice.control.views.access import coordinators_only, person_of, said
from tamgha.practice.control.views.api import api
from tamgha.shared.errors import TamghaError

PROGRAMS = (lazy("Programs"), "/risk/programs/")


@coordinators_only
@never_cache
def programs(request: HttpRequest) -> HttpResponseBase:
    """List the programs with their keys' heads; enter one, and show its key once."""
    form = SystemForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            system, secret = services.enter_system(
                name=told["name"],
                may_decide=told["may_decide"],
                may_hand_in=told["may_hand_in"],
                per_minute=told["per_minute"],
                by=person_of(request),
                at=timezone.now(),
            )
        except TamghaError as refusal:
            form.add_error("name", said(refusal))
        else:
            form = SystemForm()
            notices.succeeded(
                request, _("%(name)s has a key. It is shown this once.") % {"name": system.name}
            )
    found = permissions.systems_visible_to(request.user).select_related("made_by", "revoked_by")
    context = {
        "form": form,
        "secret": secret,
        "systems": list(found.order_by("revoked_at", "name")),
        "crumbs": [(_("Programs"), "")],
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "control/systems/programs.html", context, status=status)


@coordinators_only
@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask whether the key of a program shall be revoked, and revoke it."""
    system = get_object_or_404(permissions.systems_visible_to(request.user), pk=pk)
    if request.method == "GET":
        context = {
            "question": _("Revoke the key of %(name)s?") % {"name": system.name},
            "words": _(
                "From this moment the program gets no lane and hands in no act. The key does not come "
                "back; the program can be given a new one."
            ),
            "yes": _("Revoke the key"),
            "no": _("Leave it as it is"),
            "back": reverse("control:programs"),
        }
        return render(request, "ui/confirm.html", context)
    services.revoke_system(system=system, by=person_of(request), at=timezone.now())
    notices.succeeded(
        request, _("The key of %(name)s opens nothing any more.") % {"name": system.name}
    )
    return redirect("control:programs")


@coordinators_only
@require_GET
def guide(request: HttpRequest) -> HttpResponseBase:
    """Show what the interface for programs offers, from its own description."""
    schema = api.get_openapi_schema()
    context = {
        "calls": [
            _call(method, address, told)
            for address, methods in schema["paths"].items()
            for method, told in methods.items()
        ],
        "shapes": [_shape(name, told) for name, told in schema["components"]["schemas"].items()],
        "schema_url": reverse("api:openapi-json"),
        "crumbs": [PROGRAMS, (_("Interface"), "")],
    }
    return render(request, "control/systems/guide.html", context)


def _call(method: str, address: str, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "method": method.upper(),
        "address": address,
        "summary": told.get("summary", ""),
        "words": told.get("description", ""),
        "answers": ", ".join(str(code) for code in told.get("responses", {})),
    }


def _shape(name: str, told: dict[str, Any]) -> dict[str, Any]:
    required = set(told.get("required", ()))
    return {
        "name": name,
        "words": told.get("description", ""),
        "fields": [
            {
                "name": field,
                "kind": _kind(one),
                "required": field in required,
                "words": one.get("description", ""),
            }
            for field, one in told.get("properties", {}).items()
        ],
    }


def _kind(told: dict[str, Any]) -> str:
    if "anyOf" in told:
        return " | ".join(_kind(one) for one in told["anyOf"])
    if "$ref" in told:
        return str(told["$ref"]).rpartition("/")[2]
    if "enum" in told:
        return " | ".join(str(one) for one in told["enum"])
    if told.get("type") == "array":
        return f"[{_kind(told.get('items', {}))}]"
    return str(told.get("format") or told.get("type") or told.get("const", ""))


urlpatterns: list[URLPattern] = [
    path("programs/", programs, name="programs"),
    path("programs/interface", guide, name="api-guide"),
    path("programs/<int:pk>/revoke", revoke, name="program-revoke"),
]
