"""Who may enter the pages of the register."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as lazy

from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.ui.doors import Door
from tamgha.practice.register import permissions
from tamgha.practice.register.models import Risk

CRUMB = (lazy("Risk"), "/risk/")
REGISTER = (lazy("Register"), reverse_lazy("register:risks"))
DOOR = Door(
    is_open=permissions.is_switched_on,
    shut=lazy("A hub keeps no register. Open the node of your administration."),
    refused=lazy(
        "The register is read by the analysts, approvers and the coordinator of an administration."
    ),
)
readers_only = DOOR.only(permissions.can_read)
writers_only = DOOR.only(permissions.can_write)
approvers_only = DOOR.only(permissions.can_approve)


def workplace_of(request: HttpRequest) -> tuple[Administration, User]:
    """Return the administration whose register the reader reads, and the reader."""
    own = permissions.workplace(request.user)
    if own is None or not isinstance(request.user, User):
        raise PermissionDenied
    return own, request.user


def risk_of(request: HttpRequest, code: str) -> Risk:
    """Return a risk of the reader's administration by its code, with its versions at hand."""
    risks = permissions.risks_visible_to(request.user).select_related(
        "administration", "shown__owner", "shown__author", "working__owner", "working__author"
    )
    return get_object_or_404(risks, code=code)
