"""Home of the examiner: the acts that wait, the one that waits longest first."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tamgha.platform.accounts.models import User
from tamgha.platform.ui import formats
from tamgha.practice.control import permissions
from tamgha.practice.control.models import InspectionAct
from tamgha.practice.control.queries.acts import open_acts
from tamgha.site.homes.due import SHOWN, Due, finished_work, running_work


def examiner_facts(user: User, *, at: datetime) -> dict[str, Any]:
    """Return the open acts of an examiner, and whether the person is set as one."""
    own = permissions.examiner_of(user)
    acts = (
        []
        if own is None
        else list(
            open_acts(permissions.acts_visible_to(user), own).order_by("opened_at", "pk")[:SHOWN]
        )
    )
    return {
        "due": [*(_of_act(act) for act in acts), *finished_work(user)],
        "running": running_work(user),
        "examiner": own,
        "has_acts": bool(acts),
    }


def _of_act(act: InspectionAct) -> Due:
    items = ngettext("%(n)s item", "%(n)s items", act.decision.items)
    facts = f"{act.office} · {items % {'n': formats.number(act.decision.items)}}"
    if act.state == "partial":
        facts = f"{facts} · {act.get_state_display()}"
    return Due(
        icon="crate",
        title=_("Examine %(name)s") % {"name": act.decision.declaration},
        facts=facts,
        when=formats.moment(act.opened_at),
        address=reverse("control:act", args=[act.pk]),
        act=_("Open the act"),
    )
