"""``tamgha manage settle_profiles``: write down which versions of profiles the clock has ended."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from tamgha.practice.targeting.services.passports import settle


class Command(BaseCommand):
    """Retire versions whose last day is over, and alerts that nobody approved in time."""

    help = "Retire versions whose last day is over, and urgent alerts that nobody approved in time."

    def handle(self, *args: Any, **options: Any) -> None:
        """Settle every administration, and say how many versions ended."""
        self.stdout.write(f"{settle(timezone.now())} versions ended")
