"""A year of the simulator through the interface for programs: the page of results tells what was true.

The clock of the process is moved to each moment, and everything goes by HTTP with a program's key: asked,
amended, cancelled and lodged again; examined in part, late, and overturned by an approver on the page.

What is promised: each interval of 95 % on the page holds the truth 95 times of 100. What is asked here: of all
intervals of a year together no fewer hold it than 99 years of 100 would bring; those of one quarter lean on the
same finds, so this is coarse, and ``test_results_year`` asks it of each figure over 200 flows.

A short year by default: few declarations, one seed, lodged on one day a week. ``TAMGHA_YEAR=full`` plays more of them
with several seeds (``TAMGHA_YEAR_SEEDS``, such as ``1,2,3``) and prints what it saw; give pytest ``-s`` to read it.
"""

import heapq
import json
import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from scipy.stats import binom

from tamgha import risk
from tamgha.practice.control.models import Decision, InspectionAct, ResultAlert
from tamgha.practice.control.queries import replaying
from tamgha.practice.control.queries.results import Scope, histories
from tamgha.practice.control.queries.results_board import board_of
from tamgha.practice.control.services import alerting, systems
from tamgha.practice.targeting.models import RetirementProposal
from tamgha.shared.periods import Period

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FULL = os.environ.get("TAMGHA_YEAR") == "full"
SEEDS = [int(one) for one in os.environ.get("TAMGHA_YEAR_SEEDS", "1,2" if FULL else "1").split(",")]
DECLARATIONS = int(os.environ.get("TAMGHA_YEAR_DECLARATIONS", "6000" if FULL else "800"))
START, WEEKS = date(2026, 11, 30), 52
TASHKENT = ZoneInfo("Asia/Tashkent")
GOOD_RATE, WORN_RATE, OTHER_RATE = 0.85, 0.004, 0.25
"""Far enough apart that limits that are always valid part in eight hundred declarations."""
DRAW = 2_500
OVERTURNED, AMENDED, LODGED_AGAIN = 0.04, 0.04, 0.03
COLUMNS = ("item", "hs", "hs_edition", "origin", "goods", "net_mass_kg", "item_price", "currency")
QUARTERS = [
    Period(START + timedelta(weeks=13 * n), START + timedelta(weeks=13 * (n + 1))) for n in range(4)
]


@dataclass
class Trade:
    """The declarations of a year with what is true of them.

    Parameters
    ----------
    bodies : declaration -> what is lodged
    moments : declaration -> when
    rate : declaration -> probability of a find that stands, as it was planted
    is_fraud, stands : what an examination finds, and whether it outlives an appeal
    good, worn : chapters of the two profiles
    """

    bodies: dict[str, dict]
    moments: dict[str, datetime]
    rate: dict[str, float]
    is_fraud: dict[str, bool]
    stands: dict[str, bool]
    good: str
    worn: str
    rng: np.random.Generator = field(repr=False)


def trade_of(seed):
    world = risk.simulate(seed, declarations=DECLARATIONS, start=START, weeks=WEEKS)
    rows: dict[str, list[dict]] = {}
    for row in world.items.to_pylist():
        rows.setdefault(row["declaration"], []).append(row)
    chapters = Counter(items[0]["hs"][:2] for items in rows.values())
    good, worn = (chapter for chapter, _n in chapters.most_common(2))
    rng = np.random.default_rng(seed)
    bodies, moments, rate, is_fraud, stands = {}, {}, {}, {}, {}
    for name, items in rows.items():
        planted = {good: GOOD_RATE, worn: WORN_RATE}.get(items[0]["hs"][:2], OTHER_RATE)
        moment = lodged_at(items[0]["lodged"].replace(tzinfo=UTC))
        moments[name] = moment + timedelta(seconds=float(rng.uniform(0, 60)))
        rate[name] = planted * (1 - OVERTURNED)
        is_fraud[name] = bool(rng.random() < planted)
        stands[name] = is_fraud[name] and bool(rng.random() >= OVERTURNED)
        bodies[name] = {
            "declaration": name,
            "office": "1101",
            "direction": "import",
            "lodged": moment.isoformat(),
            "importer": items[0]["importer"],
            "items": [{key: row[key] for key in COLUMNS if row[key] is not None} for row in items],
        }
    return Trade(bodies, moments, rate, is_fraud, stands, good, worn, rng)


def lodged_at(moment):
    """Return the moment itself; in the short year the same hour of the first day of its week."""
    return moment if FULL else moment - timedelta(days=moment.weekday())


class Year:
    """What happens in a year, in the order of time."""

    def __init__(self, trade, people, secret, clock):
        self.trade, self.people, self.clock = trade, people, clock
        self.client = Client(headers={"Authorization": f"Bearer {secret}"})
        self.queue, self.tie = [], count()
        self.seen = Counter()
        self.truth_of = {name: name for name in trade.bodies}
        for name, moment in trade.moments.items():
            self.at(moment, self.lodge, name, 1)

    def at(self, moment, act, *told):
        heapq.heappush(self.queue, (moment, next(self.tie), act, told))

    def play(self):
        while self.queue:
            moment, _tie, act, told = heapq.heappop(self.queue)
            self.clock.move_to(moment)
            act(moment, *told)

    def post(self, url, body, key):
        answer = self.client.post(
            url,
            json.dumps(body),
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )
        assert answer.status_code in {200, 201}, (url, answer.content)
        self.seen[f"{url.rsplit('/', 1)[-1]} {answer.status_code}"] += 1
        return answer.json()

    def lodge(self, moment, name, version):
        body = self.trade.bodies[self.truth_of[name]] | {"declaration": name, "version": version}
        told = self.post("/api/v1/decisions", body, f"{name}-{version}")
        if self.seen["decisions 201"] % 10 == 0:
            assert self.post("/api/v1/decisions", body, f"{name}-{version}") == told
        if version > 1:
            return
        luck = self.trade.rng.random(2)
        if not name.endswith("-again") and luck[0] < LODGED_AGAIN:
            self.at(moment + timedelta(hours=1), self.lodge_again, name)
            return
        if luck[1] < AMENDED:
            self.at(moment + timedelta(minutes=30), self.lodge, name, 2)
        if told["lane"] == "red":
            self.examine_later(moment, name)

    def lodge_again(self, moment, name):
        self.post(f"/api/v1/decisions/{name}-1/cancel", {}, "")
        successor = f"{name}-again"
        self.truth_of[successor] = self.truth_of[name]
        self.trade.bodies[self.truth_of[name]] |= {"replaces": name}
        self.at(moment + timedelta(hours=1), self.lodge, successor, 1)

    def examine_later(self, moment, name):
        rng, is_fraud = self.trade.rng, self.trade.is_fraud[self.truth_of[name]]
        wait = rng.uniform(4, 20) if is_fraud else rng.uniform(0.2, 3)
        if is_fraud:
            self.at(moment + timedelta(hours=3), self.examine, name, True)
        self.at(moment + timedelta(days=float(wait)), self.examine, name, False)

    def examine(self, moment, name, is_partial):
        is_fraud = self.trade.is_fraud[self.truth_of[name]]
        items = []
        for item in self.trade.bodies[self.truth_of[name]]["items"]:
            is_first = not items
            told = {"item": item["item"], "result": "clean"}
            if is_partial:
                told = {**told, "result": "open", "open_reason": "Laboratory", "open_by": "Bakyt"}
            elif is_fraud and is_first:
                told |= {"result": "found", "kind": "value", "duty": "120.00"}
            items.append(told)
        act = {
            "declaration": name,
            "examined": moment.astimezone(TASHKENT).date().isoformat(),
            "minutes": 45,
            "items": items,
        }
        self.post("/api/v1/acts", act, f"act {name} {is_partial}".replace(" ", "-"))
        if is_fraud and not is_partial and not self.trade.stands[self.truth_of[name]]:
            self.at(moment + timedelta(days=25), self.overturn, name)

    def overturn(self, _moment, name):
        act = InspectionAct.objects.get(decision__declaration=name)
        url = reverse("control:act-overturn", args=[act.pk])
        approver = Client()  # signed in for this act alone: nobody stays so for weeks
        approver.force_login(self.people.nargiza, backend=BACKEND)
        answer = approver.post(url, {"reason": "Appeal upheld."})
        assert answer.status_code == 302
        self.seen["overturned"] += 1


@pytest.fixture
def program(people):
    return systems.enter_system(
        name="Customs system",
        may_decide=True,
        may_hand_in=True,
        per_minute=100_000,
        by=people.aigul,
        at=datetime(2026, 11, 25, tzinfo=UTC),
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_a_year_by_http_is_told_as_it_was(seed, people, put_in_force, profile, program, own_home):
    trade = trade_of(seed)
    put_in_force(random_red=DRAW)
    for code, chapter in (("P-GOOD", trade.good), ("P-WORN", trade.worn)):
        profile(code, f"hs LIKE '{chapter}%'", red=10_000)
    end = START + timedelta(weeks=WEEKS)
    later = datetime(end.year, end.month, end.day, 8, tzinfo=UTC) + timedelta(days=60)

    with time_machine.travel(datetime(2026, 11, 26, tzinfo=UTC), tick=False) as clock:
        year = Year(trade, people, program[1], clock)
        year.play()
        clock.move_to(later)
        raised = alerting.watch(administration=people.juniper, at=later)
        told = covered_of(people, year, later)

    held, covered = told
    least = int(binom.ppf(0.01, sum(held.values()), 0.95))
    if FULL:
        print_seen(seed, year, held, covered, least)
    assert sum(covered.values()) >= least, (dict(covered), dict(held))
    assert year.seen["acts 201"] > 100
    assert year.seen["overturned"] > 0
    past = histories(people.juniper, end)
    assert past["P-WORN", 1].standing.verdict == "retire"
    assert past["P-GOOD", 1].standing.verdict == "better"
    assert {one.subject for one in raised if one.kind == ResultAlert.Kind.WEARING} == {"P-WORN v1"}
    proposed = RetirementProposal.objects.values_list("version__profile__code", flat=True)
    assert set(proposed) == {"P-WORN"}
    some = Decision.objects.select_related("administration").order_by("pk")[:: 7 if FULL else 5]
    assert [fault for row in some for fault in replaying.replay(row).faults] == []


def covered_of(people, year, later):
    """Return how many intervals of 95 % stand on the page, by figure, and how many hold the truth.

    For each quarter: what passed unseen, the share detected, the rate of the flow (counts of that
    quarter); the rate of the draw and of each profile (as planted).
    """
    trade, held, covered = year.trade, Counter(), Counter()
    rows = Decision.objects.filter(first=None, successor="").exclude(state="cancelled")
    decided = list(rows.values_list("declaration", "day", "lane", "way"))
    for quarter in QUARTERS:
        board = board_of(Scope(people.juniper, quarter), today=later.date())
        mine = [
            (year.truth_of[name], lane, way)
            for name, day, lane, way in decided
            if quarter.start <= day < quarter.end
        ]
        assert board.counts["decided"] == len(mine)
        stands = [trade.stands[name] for name, _lane, _way in mine]
        missed = sum(one for one, (_n, lane, _w) in zip(stands, mine, strict=True) if lane != "red")
        rest = [trade.rate[name] for name, _lane, way in mine if way != "criteria"]
        facts = {
            "missed": missed,
            "detection": 1 - missed / max(1, sum(stands)),
            "flow": sum(stands) / len(stands),
            "draw": float(np.mean(rest)),
        }
        estimates = {name: board.found[name] for name in facts}
        for line in board.profiles:
            facts[line.key] = (GOOD_RATE if line.key == "P-GOOD" else WORN_RATE) * (1 - OVERTURNED)
            estimates[line.key] = line.rate
        for name, truth in facts.items():
            interval = getattr(estimates[name], "interval", None)
            if interval is None:
                continue
            held[name] += 1
            covered[name] += interval.low <= truth <= interval.high
    return held, covered


def print_seen(seed, year, held, covered, least):
    """Say what a full year brought; it is run by hand."""
    told = {
        "seed": seed,
        "calls": dict(year.seen),
        "intervals": {name: f"{covered[name]} of {n}" for name, n in held.items()},
        "together": f"{sum(covered.values())} of {sum(held.values())}, at least {least}",
    }
    sys.stderr.write(json.dumps(told, ensure_ascii=False) + "\n")
