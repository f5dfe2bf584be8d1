"""The page of results over many decisions, after a new act: by upkeep, beside a recount from the rows.

BENCH_RESULTS_DECISIONS says how many decisions are laid down (1,000,000 for the figure of the page), over a
year, six offices and 60 profiles. The decisions are made rows, counted by the sweep that a node runs.
"""

import os
import statistics
import tempfile
from datetime import UTC, date, datetime, timedelta

from harness import Result, case, seconds

DECISIONS = int(os.environ.get("BENCH_RESULTS_DECISIONS", "1000000"))
PROFILES = 60
OFFICES = 6
FIRST = date(2025, 11, 1)
SLICE = 20_000
LOOKS = 5


def prepared():
    """Return a node with that many decisions, all counted."""
    home = tempfile.mkdtemp(prefix="tamgha-bench-results-")
    os.environ["TAMGHA_HOME"] = home
    os.environ["DJANGO_SETTINGS_MODULE"] = "tamgha.site.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tamgha.platform.accounts import services as accounts
    from tamgha.platform.accounts.models import Administration, User

    now = datetime(2026, 11, 15, 12, tzinfo=UTC)
    accounts.create_demo(at=now)
    own = Administration.objects.get(code="juniper")
    for start in range(0, DECISIONS, SLICE):
        lay_down(own, range(start, min(DECISIONS, start + SLICE)), now)
    from tamgha.practice.control.services import upkeep

    upkeep.sweep(administration=own, at=now + timedelta(days=1))
    user = User.objects.get(administration=own, grants__role="analyst")
    return own, user


def lay_down(own, numbers, now):
    """Store decisions, one of twenty sent to examination and handed in, one of ten of those a find."""
    from tamgha.practice.control.domain.packing import packed
    from tamgha.practice.control.models import (
        ActItem,
        ActVersion,
        Decision,
        DecisionHit,
        InspectionAct,
    )

    body = packed([{"item": 1}])
    decisions = []
    for number in numbers:
        day = FIRST + timedelta(days=number * 364 // DECISIONS)
        at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        red = number % 20 == 0
        by_draw = number % 80 == 0
        decisions.append(
            Decision(
                administration=own,
                key=f"k{number}",
                digest="",
                declaration=f"D{number}",
                office=f"{1100 + number % OFFICES}",
                direction="import",
                lodged=at,
                decided_at=at,
                day=day,
                period=f"{day:%Y-%m}",
                mode="modsel",
                state="decided",
                lane="red" if red else "green",
                lane_now="red" if red else "green",
                way="random" if by_draw else "criteria" if red else "none",
                inclusion=1.0 if red and not by_draw else 0.0125,
                draw_id=str(number),
                epoch="2026Q1",
                body=body,
                record=b"",
            )
        )
    Decision.objects.bulk_create(decisions, batch_size=500)
    hit = [one for at, one in enumerate(decisions) if at % 5 == 0]
    DecisionHit.objects.bulk_create(
        [
            DecisionHit(decision=one, code=f"P-{one.pk % PROFILES:03}", number=1, live=True)
            for one in hit
        ],
        batch_size=2_000,
    )
    acts = InspectionAct.objects.bulk_create(
        InspectionAct(
            administration=own,
            decision=one,
            office=one.office,
            state="final",
            opened_at=one.decided_at,
            latest=1,
        )
        for one in decisions
        if one.lane == "red"
    )
    versions = ActVersion.objects.bulk_create(
        ActVersion(
            act=act, number=1, kind="final", at=act.opened_at, examined=act.decision.day, minutes=60
        )
        for act in acts
    )
    ActItem.objects.bulk_create(
        ActItem(
            version=one,
            item=1,
            result="found" if one.pk % 10 == 0 else "clean",
            kind="value" if one.pk % 10 == 0 else "",
        )
        for one in versions
    )


@case("targeting.results.page_after_an_act", goal="≤ 300 ms server time after a new act")
def page_after_an_act():
    own, user = prepared()
    from django.test import Client

    from tamgha.practice.control.domain.acts import HandedIn, ItemResult
    from tamgha.practice.control.models import InspectionAct
    from tamgha.practice.control.services import acts, upkeep

    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = "/risk/results/"
    if client.get(address).status_code != 200:
        raise RuntimeError("the page of results did not open")
    pages, acts_taken = [], []
    some = InspectionAct.objects.select_related("decision").order_by("-pk")[:LOOKS]
    for act in some:
        given = HandedIn(
            examined=act.decision.day,
            minutes=30,
            items=(ItemResult(item=1, result="found", kind="value"),),
        )
        acts_taken.append(
            seconds(
                lambda act=act, given=given: acts.hand_in(
                    act=act,
                    given=given,
                    hand=acts.Hand(source="bench"),
                    at=datetime.now(UTC),
                    reason="bench",
                )
            )
        )
        pages.append(seconds(lambda: client.get(address)))
    recount = seconds(lambda: upkeep.recount(administration=own, at=datetime.now(UTC)))
    page = statistics.median(pages)
    return Result(
        name="targeting.results.page_after_an_act",
        ours=page,
        peer=recount,
        ratio=recount / page,
        goal="≤ 300 ms",
        met=page <= 0.3,
        n=f"{DECISIONS:,} decisions, {PROFILES} profiles, {OFFICES} offices, a year",
        conditions=(
            f"SQLite, twelve weeks shown, whole answer by the test client; the act itself "
            f"{1000 * statistics.median(acts_taken):.0f} ms; peer: a recount from all rows"
        ),
    )
