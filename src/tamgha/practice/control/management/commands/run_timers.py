"""Draw the lots that have ended, and turn documents into later audit where their days are over."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from tamgha.platform.accounts.models import Administration
from tamgha.practice.control.services import following, states


class Command(BaseCommand):
    """May run at any time and twice; once in a few minutes is enough."""

    help = "Draw the lots that have ended; turn documents into later audit."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do both for every administration, and say how much it was."""
        now = timezone.now()
        for administration in Administration.objects.order_by("pk"):
            drawn = states.close_lots_due(administration=administration, at=now)
            turned = following.run_timers(administration=administration, at=now)
            if drawn or turned:
                self.stdout.write(f"{administration.code}: {drawn} drawn, {turned} turned")
