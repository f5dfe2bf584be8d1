"""What waits for a person in the risk register, for the homes of its readers."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tamgha.platform.accounts.models import User
from tamgha.platform.ui import formats
from tamgha.practice.register import permissions
from tamgha.practice.register.queries.due import Waiting, waiting_for
from tamgha.site.homes.due import SHOWN, Due


def register_due(user: User, at: datetime) -> Iterator[Due]:
    """Yield the risks that wait for the reader's approval, score, agreement or review."""
    if not permissions.can_read(user):
        return
    today = timezone.localtime(at).date()
    for one in waiting_for(user, today=today, most=SHOWN):
        yield _of_risk(one)


def _of_risk(one: Waiting) -> Due:
    risk = one.risk
    version = risk.shown if one.why == "review" else risk.working
    title = f"{risk.code} {version.title}" if version else risk.code
    facts, act = {
        "approve": (_("A new version waits for your approval."), _("Read and decide")),
        "score": (_("Waits for a score that you give alone."), _("Give your score")),
        "agree": (_("Both scores are in; you agree the one that holds."), _("Agree the score")),
        "review": (_("You own this risk, and its review is due."), _("Review the risk")),
    }[one.why]
    name = "register:risk-scores" if one.why in {"score", "agree"} else "register:risk"
    return Due(
        icon="scales",
        title=title,
        facts=facts,
        when=formats.day(one.day),
        address=reverse(name, args=[risk.code]),
        act=act,
    )
