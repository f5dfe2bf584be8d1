"""Plans of offices that wait for a second person, for the home of the approver."""

from collections.abc import Iterator

from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tamgha.platform.accounts.models import User
from tamgha.platform.ui import formats
from tamgha.practice.control import permissions
from tamgha.practice.control.choices import PlanState
from tamgha.practice.control.models import PlanVersion
from tamgha.site.homes.due import SHOWN, Due


def plans_due(user: User) -> Iterator[Due]:
    """Yield the submitted plans of the reader's administration that somebody else wrote."""
    waiting = (
        PlanVersion.objects.filter(
            plan__in=permissions.plans_visible_to(user), state=PlanState.SUBMITTED
        )
        .exclude(made_by=user)
        .select_related("plan", "made_by")
        .annotate(since=Max("steps__at", filter=Q(steps__move="submit")))
        .order_by("since", "pk")
    )
    for version in waiting[:SHOWN]:
        yield Due(
            icon="gate",
            title=_("Plan of %(plan)s, version %(number)d")
            % {"plan": version.plan, "number": version.number},
            facts=" · ".join(part for part in (version.made_by.full_name, version.reason) if part),
            when=formats.moment(version.since) if version.since else "",
            address=reverse("control:plan", args=[version.plan_id]),
            act=_("Read and decide"),
        )
