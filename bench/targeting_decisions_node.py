"""The node of the decisions' bench: a plan, fifty profiles, a program's key, and a bare view beside it.

``prepare`` fills the database that the environment names and prints the key; as a URL configuration it
adds ``/bare``, the view with one INSERT that decisions are measured beside, on the same server.
"""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROFILES = HERE / "risk_profiles_50.txt"
LISTS = ("watch 1", "watch 2", "watch 3", "watch 4", "watch 5")


def prepare() -> None:
    """Make the database, the people, the plan, the profiles and the key."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, interactive=False)
    with connection.cursor() as cursor:
        key = "BIGSERIAL" if connection.vendor == "postgresql" else "INTEGER"
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS bare (id {key} PRIMARY KEY, at text, body text)"
        )
    from tamgha.platform.accounts import services as accounts
    from tamgha.platform.accounts.models import Administration, User
    from tamgha.practice.control.domain.terms import PlanTerms
    from tamgha.practice.control.services import plans, systems

    now = datetime.now(UTC)
    accounts.create_demo(at=now)
    juniper = Administration.objects.get(code="juniper")

    def one(role: str) -> User:
        return User.objects.get(administration=juniper, grants__role=role)

    terms = PlanTerms(
        expected_red=500,
        expected_yellow=1_000,
        random_red=300,
        task_en="Compare goods and papers.",
        task_ru="Сверить товар с документами.",
    )
    analyst, approver = one("analyst"), one("approver")
    version = plans.save_plan(
        administration=juniper, place=("", "import"), terms=terms, by=analyst, at=now
    )
    version = plans.move_plan(version=version, move="submit", by=analyst, at=now)
    plans.move_plan(version=version, move="approve", by=approver, at=now)
    write_profiles(juniper, analyst, approver, now)
    _system, secret = systems.enter_system(
        name="Bench",
        may_decide=True,
        may_hand_in=False,
        per_minute=1_000_000,
        by=one("coordinator"),
        at=now,
    )
    print(secret)


def write_profiles(juniper, analyst, approver, now) -> None:
    """Write the fifty profiles, without the lists that the node does not have, and put them in force."""
    from tamgha.practice.targeting.models import ProfileVersion
    from tamgha.practice.targeting.services.profiles import Wording, save_draft, save_list

    for number, name in enumerate(LISTS):
        save_list(
            administration=juniper,
            name=name.replace(" ", "-"),
            kind="trader",
            members=[f"IMP {number}{digit}" for digit in range(10)],
            by=analyst,
            at=now,
        )
    for line in PROFILES.read_text(encoding="utf-8").splitlines():
        code, _tab, condition = line.partition("\t")
        for name in LISTS:
            condition = condition.replace(f"'{name}'", f"'{name.replace(' ', '-')}'")
        save_draft(
            administration=juniper,
            code=code,
            wording=Wording(name=code, condition=condition, red=2_000, task_en="Weigh."),
            by=analyst,
            at=now,
        )
    ProfileVersion.objects.update(state="active")  # the way there is another bench's business


def bare(request):
    """Read the body and insert one row, as plainly as Django does it."""
    from django.db import connection, transaction
    from django.http import JsonResponse

    body = request.body.decode()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bare (at, body) VALUES (%s, %s)", [datetime.now(UTC).isoformat(), body]
        )
    return JsonResponse({"lane": "green"}, status=201)


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamgha.site.settings")
    prepare()
else:
    from django.urls import include, path
    from django.views.decorators.csrf import csrf_exempt

    from tamgha.site.urls import urlpatterns as of_site

    urlpatterns = [path("bare", csrf_exempt(bare)), path("", include(of_site))]
