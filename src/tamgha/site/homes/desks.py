"""Homes of those who work on declarations: the risk analyst and the approver."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from tamgha.platform.accounts.models import User
from tamgha.platform.ui import formats
from tamgha.practice.targeting import permissions
from tamgha.practice.targeting.choices import IntakeState
from tamgha.practice.targeting.models import Intake, ProfileVersion
from tamgha.practice.targeting.queries.backtests import MEANINGS
from tamgha.practice.targeting.queries.waiting import waiting_for
from tamgha.shared.figures import Figure, Interval
from tamgha.shared.words import Words
from tamgha.site.homes.due import SHOWN, Due, finished_work, running_work
from tamgha.site.homes.plans import plans_due
from tamgha.site.homes.results import results_due
from tamgha.site.homes.risks import register_due

ENDS_SOON = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Changed:
    """A profile as the home lists it: its latest version, and how that tested when it was saved."""

    version: ProfileVersion
    figure: Figure | None
    set_name: str
    address: str


def analyst_facts(user: User, *, at: datetime) -> dict[str, Any]:
    """Return files that wait for a decision, profiles that end, work that is done; own sets."""
    intakes = list(
        permissions.intakes_visible_to(user)
        .filter(state__in=[IntakeState.WAITING, IntakeState.FAILED])
        .select_related("file")
        .order_by("-given_at")[:SHOWN]
    )
    told = frozenset(intake.job_id for intake in intakes if intake.job_id)
    return {
        "due": [
            *_on_the_way(user, at),
            *(_of_intake(intake) for intake in intakes),
            *results_due(user),
            *register_due(user, at),
            *_ending(user, at),
            *finished_work(user, besides=told),
        ],
        "running": running_work(user),
        "profiles": lately_changed(user),
        "sets": list(permissions.sets_visible_to(user).order_by("-changed_at")[:5]),
        "is_off": not permissions.is_switched_on(),
    }


def approver_facts(user: User, *, at: datetime) -> dict[str, Any]:
    """Return what waits for the second person; the profiles saved lately with how they tested."""
    return {
        "due": [
            *_on_the_way(user, at),
            *plans_due(user),
            *results_due(user),
            *register_due(user, at),
            *finished_work(user),
        ],
        "running": running_work(user),
        "profiles": lately_changed(user),
        "sets": list(permissions.sets_visible_to(user).order_by("-changed_at")[:5]),
        "is_off": not permissions.is_switched_on(),
    }


def _on_the_way(user: User, at: datetime) -> Iterable[Due]:
    """Yield the profiles that wait for the reader on their way to the border post."""
    for one in waiting_for(user, at=at, most=SHOWN):
        icon, title, act = _WAITING[one.what]
        version = one.version
        who = one.by.full_name if one.by else ""
        until = formats.moment(one.until) if one.until else ""
        yield Due(
            icon=icon,
            title=str(title) % {"profile": f"{version.profile} v{version.number}"},
            facts=" · ".join(part for part in (who, one.reason) if part),
            when=(_("until %(when)s") % {"when": until}) if until else formats.moment(one.since),
            address=reverse("targeting:profile-checks")
            if one.what == "proposal"
            else reverse("targeting:profile-version", args=[version.profile.code, version.number]),
            act=str(act),
        )


_WAITING = {
    "check": ("page", lazy("Check %(profile)s"), lazy("Check it")),
    "alert": ("alert", lazy("Urgent alert, live and not approved: %(profile)s"), lazy("Check it")),
    "proposal": ("flag", lazy("Retire %(profile)s?"), lazy("Decide")),
    "returned": ("undo", lazy("%(profile)s came back to you"), lazy("Read why")),
    "deploy": ("gate", lazy("%(profile)s is approved and on no post yet"), lazy("Put it live")),
    "shadow_over": (
        "clock",
        lazy("%(profile)s: its time in the shadow is over"),
        lazy("Put it live"),
    ),
}


def lately_changed(user: User) -> list[Changed]:
    """Return the profiles in use, the latest saved first, in one query."""
    versions = (
        _latest_versions(user).select_related("profile", "author").order_by("-saved_at", "-pk")
    )
    return [
        Changed(
            version=version,
            figure=tested(version.evidence_of_test, as_of=version.saved_at),
            set_name=str(version.evidence_of_test.get("set_name", "")),
            address=reverse("targeting:profile", args=[version.profile.code]),
        )
        for version in versions[:SHOWN]
    ]


def tested(evidence: dict[str, Any], *, as_of: datetime) -> Figure | None:
    """Return the hit rate that a version was saved with, as a figure; None where it has none."""
    if evidence.get("rate") is None or evidence.get("low") is None:
        return None
    name, definition = MEANINGS["hit_rate"]
    finds, results = int(evidence["finds"]), int(evidence["results"])
    source = str(evidence.get("set_name", ""))
    return Figure(
        name=name,
        definition=definition,
        value=float(evidence["rate"]),
        unit="share",
        n=results,
        n_words=Words(f"{finds} of {results} examined", f"{finds} из {results} досмотренных"),
        interval=Interval(
            float(evidence["low"]),
            float(evidence["high"]),
            method=str(evidence.get("method", "")),
        ),
        source=Words(source, source),
        as_of=timezone.localtime(as_of).date(),
        simulated=bool(evidence.get("simulated", False)),
    )


def _latest_versions(user: User) -> Any:
    return ProfileVersion.objects.filter(
        profile__in=permissions.profiles_visible_to(user),
        profile__retired_at=None,
        number=F("profile__latest"),
    )


def _ending(user: User, at: datetime) -> Iterable[Due]:
    """Yield the profiles that stop by themselves within sixty days, the first first."""
    today = timezone.localtime(at).date()
    ending = (
        _latest_versions(user)
        .filter(valid_to__gt=today, valid_to__lte=today + ENDS_SOON)
        .select_related("profile")
        .order_by("valid_to", "pk")
    )
    for version in ending[:SHOWN]:
        if version.valid_to is None:
            continue
        days = (version.valid_to - today).days
        yield Due(
            icon="clock",
            title=_("%(profile)s stops by itself") % {"profile": version.profile},
            facts=ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days},
            when=formats.day(version.valid_to),
            address=reverse("targeting:profile", args=[version.profile.code]),
            act=_("Test it again"),
        )


def _of_intake(intake: Intake) -> Due:
    address = reverse("targeting:intake", args=[intake.pk])
    when = formats.moment(intake.given_at)
    if intake.state == IntakeState.FAILED:
        return Due(
            icon="alert",
            title=_("%(file)s could not be read") % {"file": intake.file.name},
            facts=_("Nothing was stored."),
            when=when,
            address=address,
            act=_("See why"),
        )
    facts = _("%(good)s of %(rows)s rows can be taken") % {
        "good": formats.number(intake.good),
        "rows": formats.number(intake.rows),
    }
    if intake.faults:
        faults = ngettext("%(n)s fault", "%(n)s faults", intake.faults)
        facts = f"{facts} · {faults % {'n': formats.number(intake.faults)}}"
    return Due(
        icon="page",
        title=_("Decide about %(file)s") % {"file": intake.file.name},
        facts=facts,
        when=when,
        address=address,
        act=_("Decide"),
    )
