"""Begin the indicators of an administration with a stored set."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tamgha.platform.accounts.models import Administration
from tamgha.practice.control.services.beginning import begin_indicators
from tamgha.practice.targeting.choices import SetState
from tamgha.practice.targeting.models import DeclarationSet


class Command(BaseCommand):
    """Name the administration by its code and the set by its name."""

    help = "Begin the indicators of an administration with the history of a stored set."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the code of the administration and the name of the set."""
        parser.add_argument("administration")
        parser.add_argument("set")

    def handle(self, *args: Any, **options: Any) -> None:
        """Begin, and say with how much."""
        administration = Administration.objects.filter(code=options["administration"]).first()
        row = DeclarationSet.objects.filter(
            administration=administration, name=options["set"], state=SetState.OPEN
        ).first()
        if administration is None or row is None:
            raise CommandError(
                "the code of an administration and the name of its set were expected"
            )
        begun = begin_indicators(administration=administration, row=row, by=None, at=timezone.now())
        self.stdout.write(f"{row.rows} rows are known from {begun.day} on")
