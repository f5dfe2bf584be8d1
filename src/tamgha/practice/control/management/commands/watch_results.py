"""Count what came, look at results, raise alerts; or count everything again from the rows."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from tamgha.platform.accounts.models import Administration
from tamgha.practice.control.services import alerting, upkeep


class Command(BaseCommand):
    """May run at any time and twice; once an hour is enough."""

    help = "Count what decisions brought, and raise alerts; --recount counts again from the rows."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --recount."""
        parser.add_argument("--recount", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it for every administration, and say how much it was."""
        now = timezone.now()
        for administration in Administration.objects.order_by("pk"):
            if options["recount"]:
                counted = upkeep.recount(
                    administration=administration, at=now, told=self._progress(administration.code)
                )
                self.stdout.write(f"{administration.code}: {counted} counted again")
            raised = alerting.watch(administration=administration, at=now)
            if raised:
                self.stdout.write(f"{administration.code}: {len(raised)} alerts raised")

    def _progress(self, code: str) -> upkeep.Told:
        """Return what writes how far a recount is, a line for each tenth."""
        written = [0]

        def told(done: int, of: int) -> None:
            tenth = 10 * done // max(1, of)
            if tenth > written[0]:
                written[0] = tenth
                self.stdout.write(f"{code}: {10 * tenth} % of {of:,} decisions read")

        return told
