"""What a process of its own does to the journal: writes entries, or seals, until it is stopped."""

import os
import sys
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamgha.site.settings")

import django

django.setup()

from django.db import transaction  # noqa: E402 -- after set-up
from django.utils import timezone  # noqa: E402 -- after set-up

from tamgha.platform.journal import services as journal  # noqa: E402 -- after set-up


def write(name: str, count: int, trace: str) -> None:
    """Write entries; note each number on the disk after its commit. Every fifth act is undone."""
    with Path(trace).open("a") as file:
        for step in range(count):
            with transaction.atomic():
                entry = journal.record(
                    "register.risk.made",
                    by=None,
                    at=timezone.now(),
                    on=journal.Ref("register.risk", name),
                    change=journal.Change(after={"step": step}),
                )
                if step % 7 == 0:
                    time.sleep(0.02)  # others commit later numbers first
                if step % 5 == 4:
                    transaction.set_rollback(True)
                    continue
            print(entry.pk, file=file, flush=True)


def seal(batch: int) -> None:
    """Seal for ever."""
    while True:
        print(journal.seal_all(at=timezone.now(), batch=batch), flush=True)
        time.sleep(0.005)


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(sys.argv[2], int(sys.argv[3]), sys.argv[4])
    else:
        seal(int(sys.argv[2]))
