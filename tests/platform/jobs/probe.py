"""A process of its own for `test_worker`: asks for work and does it, or takes it up again.

Started as ``python probe.py begin FILE`` (killed in the middle) and ``python probe.py go_on FILE``.
"""

import json
import os
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamgha.site.settings")
django.setup()

from django.utils import timezone  # noqa: E402 -- Django must be set up first

from tamgha.platform.accounts import services as accounts  # noqa: E402
from tamgha.platform.accounts.models import User  # noqa: E402
from tamgha.platform.jobs import services, worker  # noqa: E402
from tamgha.platform.jobs.domain import Outcome, kind  # noqa: E402
from tamgha.platform.jobs.models import Job  # noqa: E402
from tamgha.shared.words import Words  # noqa: E402

TRACE = Path(sys.argv[2])


@kind("probe.count", title=Words("Counting", "Подсчёт"), resumable=True)
def count(context: services.JobContext, *, to: int) -> Outcome:
    for step in range(context.checkpoint.get("next", 0), to):
        with TRACE.open("a") as trace:
            trace.write(f"{step}\n")
        context.keep({"next": step + 1})
        context.progress(step + 1, to)
        if not context.checkpoint.get("hurry") and sys.argv[1] == "begin":
            time.sleep(0.05)
    return Outcome(Words("done", "готово"))


if sys.argv[1] == "begin":
    person = accounts.invite_person(
        new=accounts.NewPerson(full_name="Erin", username="erin"),
        administration=None,
        roles=[],
        by=None,
        at=timezone.now(),
    )
    services.start("probe.count", {"to": 400}, by=person, administration=None, at=timezone.now())
    worker.run_waiting()
else:
    noticed = services.notice_lost(at=timezone.now())
    job = Job.objects.get(by=User.objects.get(username="erin"))
    lost = job.state
    job = services.resume(job=job, at=timezone.now())
    thread = worker.start_thread()
    deadline = time.monotonic() + 60
    while not job.is_finished and time.monotonic() < deadline:
        time.sleep(0.1)
        job.refresh_from_db()
    print(json.dumps([noticed, lost, job.state, job.done, thread.is_alive()]))
