"""Who examines in an administration, in which group, and how work is weighed."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import RoleGrant, User
from tamgha.platform.ui import notices
from tamgha.practice.control.forms.acts import ExaminerForm, RulesForm
from tamgha.practice.control.models import ControlRules, Examiner
from tamgha.practice.control.queries import acts as queries
from tamgha.practice.control.services import examiners as examiner_services
from tamgha.practice.control.views.access import managers_only, person_of, said
from tamgha.shared.errors import TamghaError


@managers_only
@require_http_methods(["GET", "POST"])
def examiners(request: HttpRequest) -> HttpResponseBase:
    """Say who examines, in which group, and how work is weighed."""
    user = person_of(request)
    own = user.administration
    if own is None:
        raise PermissionDenied
    holders = RoleGrant.objects.in_force(timezone.now()).filter(
        role=Role.EXAMINER, administration=own
    )
    people = list(
        User.objects.filter(
            administration=own, is_active=True, pk__in=holders.values("person")
        ).order_by("full_name")
    )
    rules = ControlRules.objects.filter(administration=own).first()
    is_rules = request.POST.get("do") == "rules"
    posted = request.POST if request.method == "POST" else None
    form = ExaminerForm(None if is_rules else posted, people=people)
    first = (
        {name: getattr(rules, name) for name in RulesForm.base_fields}
        if rules
        else {"tolerance": queries.TOLERANCE}
    )
    rules_form = RulesForm(posted if is_rules else None, initial=first)
    if posted is not None and _saved(request, own, form, rules_form, is_rules=is_rules):
        return redirect("control:examiners")
    found = Examiner.objects.filter(administration=own).select_related("person")
    context = {
        "form": form,
        "rules_form": rules_form,
        "examiners": list(found.order_by("group", "-is_available", "workload", "pk")),
        "people": people,
        "area": "examinations",
        "crumbs": [(_("Examinations"), "/risk/acts/"), (_("Examiners"), "")],
    }
    return render(
        request, "control/acts/examiners.html", context, status=422 if posted is not None else 200
    )


def _saved(
    request: HttpRequest, own: Any, form: ExaminerForm, rules_form: RulesForm, *, is_rules: bool
) -> bool:
    user, now = person_of(request), timezone.now()
    if is_rules:
        if not rules_form.is_valid():
            return False
        told = rules_form.cleaned_data
        examiner_services.set_rules(
            administration=own,
            weights=(told["weight_of_declaration"], told["weight_of_item"]),
            tolerance=told["tolerance"],
            by=user,
            at=now,
        )
        notices.succeeded(request, _("New acts are weighed so from now on."))
        return True
    if not form.is_valid():
        return False
    told = form.cleaned_data
    try:
        examiner_services.set_examiner(
            person=form.people[told["person"]],
            group=told["group"],
            office=told["office"],
            is_available=told["is_available"],
            by=user,
            at=now,
        )
    except TamghaError as refusal:
        form.add_error("person", said(refusal))
        return False
    notices.succeeded(request, _("The examiner is set."))
    return True


urlpatterns: list[URLPattern] = [path("acts/examiners", examiners, name="examiners")]
