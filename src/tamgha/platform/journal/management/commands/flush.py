"""Django's ``flush`` empties every table; the journal's refuse that of everybody else."""

from typing import Any

from django.core.management.commands import flush
from django.db import connections

from tamgha.platform.journal.gateways import guards_lifted


class Command(flush.Command):
    """Empty the database, the journal with it."""

    def handle(self, **options: Any) -> None:
        """Take the triggers off first, and put them back."""
        with guards_lifted(connections[options["database"]]):
            super().handle(**options)
