"""A year played through: what the page says covers the known truth; the worn-out profile is proposed."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from tamgha import risk
from tamgha.practice.control.domain.acts import HandedIn, ItemResult
from tamgha.practice.control.domain.lodging import lodging_of_rows
from tamgha.practice.control.domain.results import Facts, measures_of
from tamgha.practice.control.models import InspectionAct, ResultAlert, ResultCell
from tamgha.practice.control.queries.outcomes import outcomes_of
from tamgha.practice.control.queries.results import Finds, Scope, histories, sample_of
from tamgha.practice.control.queries.results_board import board_of
from tamgha.practice.control.services import acts, alerting, upkeep
from tamgha.practice.control.services.drops import decide_many
from tamgha.practice.control.services.rows import Source
from tamgha.practice.targeting.models import RetirementProposal
from tamgha.shared.periods import Period

SEEDS = 200
DAY = date(2026, 6, 1)


def played(rng, flow=12_000):
    """Return the truth of a flow, and facts of what a plan with a 5 % draw examined of it.

    Profile A (3 % of the flow, fraud 25 %) sends everything to examination, profile B (7 %, fraud 8 %)
    three of ten; 4 % of the rest is fraud.
    """
    kind = rng.choice(3, size=flow, p=[0.03, 0.07, 0.90])
    fraud = rng.random(flow) < np.array([0.25, 0.08, 0.04])[kind]
    by_profile = np.array([1.0, 0.3, 0.0])[kind]
    pi = by_profile + (1 - by_profile) * 0.05
    drawn = rng.random(flow)
    chosen = drawn < pi
    facts = [
        Facts(
            day=DAY,
            office="1101",
            direction="import",
            lane="red",
            way="criteria" if drawn[at] < by_profile[at] else "random",
            inclusion=float(pi[at]),
            is_counted=True,
            is_examined=True,
            is_found=bool(fraud[at]),
        )
        for at in np.flatnonzero(chosen)
    ]
    return fraud, chosen, kind, facts


def test_what_the_counts_say_covers_the_known_truth_at_the_promised_rate():
    covered, held = Counter(), Counter()
    for seed in range(SEEDS):
        fraud, chosen, kind, facts = played(np.random.default_rng(seed))
        sums = Counter(decided=int((~chosen).sum()))
        ways = {"criteria": Counter(), "random": Counter()}
        for one in facts:
            amounts = measures_of(one)
            sums.update(amounts)
            ways[one.way].update(amounts)
        found = [one for one in facts if one.is_found]
        finds = Finds(
            day=np.full(len(found), "NaT", "datetime64[D]"),
            inclusion=np.array([one.inclusion for one in found]),
            value=np.full(len(found), np.nan),
            by_draw=np.array([one.way == "random" for one in found]),
            delay=np.zeros(len(found)),
            age=np.zeros(len(found)),
            direction=np.full(len(found), "import", object),
        )
        sample = sample_of(sums, finds, 0.05)
        missed = int((fraud & ~chosen).sum())
        by_profiles = risk.Rate.of(ways["criteria"]["found"], ways["criteria"]["results"])
        drawn = sample_of(ways["random"], finds.where(finds.by_draw), None)
        draw = risk.weighted_rate(drawn.found, drawn.inclusion)
        share = 0.03 / (0.03 + 0.07 * 0.3)
        truth_of_profiles = share * 0.25 + (1 - share) * 0.08
        rest = np.array([0.0, 0.07 * 0.7, 0.90]) / (0.07 * 0.7 + 0.90)
        truth_of_draw = float(rest @ [0.25, 0.08, 0.04])
        for name, estimate, truth in (
            ("missed", risk.missed_fraud(sample), missed),
            ("detection", risk.detection_rate(sample), 1 - missed / fraud.sum()),
            ("flow", risk.flow_rate(sample), fraud.mean()),
            ("profiles", by_profiles.estimate(), truth_of_profiles),
            ("draw", draw.estimate(), truth_of_draw),
            (
                "difference",
                risk.difference(by_profiles, draw),
                truth_of_profiles - truth_of_draw,
            ),
            ("lift", risk.lift(by_profiles, draw), truth_of_profiles / truth_of_draw),
        ):
            held[name] += 1
            covered[name] += estimate.interval.low <= truth <= estimate.interval.high
        assert kind.size == sample.flow

    rates = {name: covered[name] / n for name, n in held.items()}
    assert all(0.91 <= rate <= 0.995 for rate in rates.values()), rates


# ---- through the services ------------------------------------------------------------------------


def lodged(rows, week, number):
    """Return a declaration of the simulator as a program lodges it."""
    columns = (
        "item",
        "hs",
        "hs_edition",
        "origin",
        "goods",
        "net_mass_kg",
        "item_price",
        "currency",
    )
    at = datetime(week.year, week.month, week.day, 5, number % 60, tzinfo=UTC)
    head = {"declaration": rows[0]["declaration"], "office": "1101", "direction": "import"}
    return [
        {**head, "lodged": at, "importer": rows[0]["importer"], **{k: row[k] for k in columns}}
        for row in rows
    ]


@pytest.mark.slow
def test_a_year_through_the_services_is_told_as_it_was(people, put_in_force, profile, own_home):
    monday = date(2026, 1, 5)
    world = risk.simulate(5, declarations=1_400, start=monday, weeks=26)
    table = world.items.sort_by([("lodged", "ascending")])
    by_declaration: dict[str, list] = {}
    for row in table.to_pylist():
        by_declaration.setdefault(row["declaration"], []).append(row)
    rng = np.random.default_rng(3)
    chapters = Counter(rows[0]["hs"][:2] for rows in by_declaration.values())
    good, worn = (chapter for chapter, _n in chapters.most_common(2))

    def is_fraud(rows):
        chapter = rows[0]["hs"][:2]
        return rng.random() < {good: 0.6, worn: 0.005}.get(chapter, 0.22)

    truth = {name: is_fraud(rows) for name, rows in by_declaration.items()}
    at = datetime(2026, 1, 1, 6, tzinfo=UTC)
    put_in_force(random_red=2_500, at=at)
    for code, chapter in (("P-GOOD", good), ("P-WORN", worn)):
        profile(code, f"hs LIKE '{chapter}%'", red=10_000)
    names = sorted(by_declaration, key=lambda name: by_declaration[name][0]["lodged"])
    source = Source(administration=people.juniper)
    for week in range(26):
        day = monday + timedelta(weeks=week)
        part = names[week::26]
        lodgings = [
            lodging_of_rows(lodged(by_declaration[name], day, number))
            for number, name in enumerate(part)
        ]
        noon = datetime(day.year, day.month, day.day, 7, tzinfo=UTC)
        for row in decide_many(source, lodgings, at=noon):
            if row.lane == "red":
                examine(row, is_fraud=truth[row.declaration], at=noon, rng=rng)
    end = monday + timedelta(weeks=26)
    later = datetime(end.year, end.month, end.day, 8, tzinfo=UTC) + timedelta(days=60)

    raised = alerting.watch(administration=people.juniper, at=later)

    board = board_of(Scope(people.juniper, Period(monday, end)), today=later.date())
    assert_told_as_it_was(board, people, truth)
    past = histories(people.juniper, end)
    assert past["P-WORN", 1].standing.verdict == "retire"
    assert past["P-GOOD", 1].standing.verdict == "better"
    wearing = {one.subject for one in raised if one.kind == ResultAlert.Kind.WEARING}
    assert wearing == {"P-WORN v1"}
    proposed = RetirementProposal.objects.values_list("version__profile__code", flat=True)
    assert set(proposed) <= {"P-WORN"}
    readings = {line.key: line.reading for line in board.profiles}
    assert readings == {"P-GOOD": "above", "P-WORN": "retire"}
    kept = list(ResultCell.objects.order_by("day", "lane", "way", "code").values_list()[:])
    upkeep.recount(administration=people.juniper, at=later)
    again = list(ResultCell.objects.order_by("day", "lane", "way", "code").values_list()[:])
    assert [row[1:] for row in again] == [row[1:] for row in kept]


def examine(row, *, is_fraud, at, rng):
    """Hand in what an examination finds: finds late and first in part, clean soon; all in the end."""
    act = InspectionAct.objects.get(decision=row)
    days = int(rng.integers(5, 25)) if is_fraud else int(rng.integers(1, 4))
    hand = acts.Hand(source="page")

    def results(found, still_open):
        return HandedIn(
            examined=row.day,
            minutes=60,
            items=tuple(
                ItemResult(
                    item=place,
                    result="open" if still_open else "found" if found and place == 1 else "clean",
                    kind="value" if found and place == 1 and not still_open else "",
                    duty=Decimal(100) if found and place == 1 and not still_open else None,
                    open_reason="Laboratory" if still_open else "",
                    open_by="Bakyt" if still_open else "",
                    open_until=at + timedelta(days=30) if still_open else None,
                )
                for place in acts.item_numbers(act)
            ),
        )

    if is_fraud:
        acts.hand_in(
            act=act,
            given=results(found=False, still_open=True),
            hand=hand,
            at=at + timedelta(hours=5),
        )
        act.refresh_from_db()
    acts.hand_in(
        act=act,
        given=results(found=is_fraud, still_open=False),
        hand=hand,
        at=at + timedelta(days=days),
    )


def assert_told_as_it_was(board, people, truth):
    """Hold the page against the truth, and its counts against the decisions read one by one."""
    told = outcomes_of(people.juniper)
    chosen = told.lane == "red"
    assert board.counts["decided"] == len(told) == len(truth)
    assert board.counts["chosen"] == int(chosen.sum())
    assert board.counts["results"] == int((chosen & told.examined).sum())
    assert board.counts["found"] == int((chosen & told.found).sum())
    fraud = np.array([truth[name] for name in told.declaration])
    missed = int((fraud & ~chosen).sum())
    for name, value in (
        ("missed", missed),
        ("detection", 1 - missed / fraud.sum()),
        ("flow", fraud.mean()),
    ):
        estimate = board.found[name]
        assert estimate.interval.low <= value <= estimate.interval.high, name
