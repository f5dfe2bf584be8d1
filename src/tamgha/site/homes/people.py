"""Home of those who manage people: the coordinator and the secretariat."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from tamgha.platform.accounts import permissions, queries
from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import EntryLink, RoleGrant, User
from tamgha.platform.ui import formats
from tamgha.site.homes.due import SHOWN, Due, finished_work, running_work
from tamgha.site.homes.risks import register_due


@dataclass(frozen=True, slots=True)
class Held:
    """How many people hold a role, and where they are listed."""

    label: str
    people: int
    address: str


def coordinator_facts(user: User, *, at: datetime) -> dict[str, Any]:
    """Return invitations open and run out, people without a role, how many hold which."""
    links = list(
        permissions.links_visible_to(user)
        .filter(used_at=None, revoked_at=None, person__is_active=True)
        .exclude(person=user)
        .select_related("person")
        .order_by("expires_at")[: 4 * SHOWN]
    )
    seen = permissions.visible_to(user).filter(is_active=True)
    return {
        "due": [
            *(_run_out(link) for link in links if not link.is_open(at)),
            *_without_role(seen, at),
            *register_due(user, at),
            *finished_work(user),
        ],
        "running": running_work(user),
        "open_links": [link for link in links if link.is_open(at)][:SHOWN],
        "held": _held(seen, at),
        "newest": list(queries.with_roles(seen.order_by("-date_joined", "-pk")[:5], at=at)),
    }


def _run_out(link: EntryLink) -> Due:
    return Due(
        icon="letter",
        title=_("The link of %(name)s ran out") % {"name": link.person.full_name},
        facts=_("It was never used. A new one can be handed over."),
        when=formats.moment(link.expires_at),
        address=reverse("accounts:person", args=[link.person_id]),
        act=_("Give a new link"),
    )


def _without_role(seen: Any, at: datetime) -> Iterable[Due]:
    held = RoleGrant.objects.in_force(at).values("person")
    for person in seen.exclude(pk__in=held).order_by("full_name", "pk")[:SHOWN]:
        yield Due(
            icon="people",
            title=_("%(name)s has no role") % {"name": person.full_name},
            facts=_("Without a role, no area opens."),
            when="",
            address=reverse("accounts:person", args=[person.pk]),
            act=_("Give a role"),
        )


def _held(seen: Any, at: datetime) -> list[Held]:
    counts = dict(
        RoleGrant.objects.in_force(at)
        .filter(person__in=seen)
        .order_by()
        .values_list("role")
        .annotate(people=Count("person", distinct=True))
    )
    return [
        Held(str(role.label), counts[role.value], f"{reverse('accounts:people')}?role={role.value}")
        for role in Role
        if role.value in counts
    ]
