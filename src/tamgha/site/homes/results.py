"""Alerts on results, for the homes of those who read decisions."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import get_language

from tamgha.platform.accounts.models import User
from tamgha.platform.ui import formats
from tamgha.practice.control.queries.results_alerts import open_alerts, subject_of, told
from tamgha.shared.words import Words
from tamgha.site.homes.due import SHOWN, Due

LOOK = Words("Look into it", "Перейти к причине")


def results_due(user: User) -> Iterator[Due]:
    """Yield the alerts of the reader's administration that nobody has dealt with."""
    language = get_language() or "en"
    for one in open_alerts(user, most=SHOWN):
        yield Due(
            icon="alert",
            title=f"{one.get_kind_display()}: {subject_of(one, language)}",
            facts=told(one, language),
            when=formats.moment(one.raised_at),
            address=reverse("control:alert", args=[one.pk]),
            act=LOOK.text(language),
        )
