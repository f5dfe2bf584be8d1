"""The page of results: told by Timur (analyst), Nargiza (approver), Aigul (coordinator), strangers."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from types import SimpleNamespace

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.practice.control.test_results_upkeep import DAY

from tamgha import risk
from tamgha.practice.control.domain.results import MILLION, monday_of
from tamgha.practice.control.gateways import counting
from tamgha.practice.control.models import (
    Decision,
    ResultCell,
    ResultChance,
    ResultEntry,
    ResultWeek,
)
from tamgha.practice.control.queries.results import (
    SHOWN,
    Finds,
    Scope,
    by_profile,
    sample_of,
    sums,
)
from tamgha.practice.control.queries.results_board import board_of
from tamgha.practice.control.queries.results_words import verdict_of
from tamgha.shared.figures import Estimate, NotShown
from tamgha.shared.periods import Period

TODAY = DAY + timedelta(days=60)
NUMBERS = count(1)
ZEROS = dict.fromkeys(("decided", "chosen", "results", "found"), 0)


def found_in(administration, day, way, inclusion):
    """Keep a declaration in which something was found two days after its decision."""
    number = next(NUMBERS)
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    decision = Decision.objects.create(
        administration=administration,
        key=f"k-{number}",
        digest="",
        declaration=f"D-{number}",
        office="1101",
        direction="import",
        lodged=at,
        decided_at=at,
        day=day,
        period="2026-11",
        mode="modsel",
        state="decided",
        lane="red",
        way=way,
        inclusion=inclusion,
        draw_id=str(number),
        epoch="2026Q4",
        body=b"",
        record=b"",
    )
    ResultEntry.objects.create(
        decision=decision,
        administration=administration,
        day=day,
        office="1101",
        direction="import",
        lane="red",
        way=way,
        inclusion=inclusion,
        is_counted=True,
        is_examined=True,
        is_found=True,
        examined=day,
        known=day + timedelta(days=2),
    )


@pytest.fixture
def counted(people, profile):
    """Lay counts of twelve weeks down as an upkeep would have: a draw, a good and a bad profile."""
    profile("P-001", "hs LIKE '64%'", red=10_000)
    profile("P-002", "hs LIKE '85%'", red=10_000)
    monday = monday_of(DAY) - timedelta(weeks=11)

    def cell(week, way, code="", lane="red", **amounts):
        ResultCell.objects.create(
            administration=people.juniper,
            day=monday + timedelta(weeks=week),
            office="1101" if week % 2 else "1102",
            direction="import",
            lane=lane,
            way=way,
            code=code,
            number=1 if code else 0,
            **ZEROS | amounts,
        )

    def finds(week, way, n, inclusion):
        for _one in range(n):
            found_in(people.juniper, monday + timedelta(weeks=week), way, inclusion)

    for week in range(12):
        late = week >= 10
        results = 4 if late else 20
        cell(week, "criteria", decided=40, chosen=40, results=2 * results, found=3 if late else 8)
        cell(
            week,
            "random",
            decided=20,
            chosen=20,
            results=results,
            found=0 if late else 1,
            by_chance=results,
            inverse=results * 20 * MILLION,
            inverse_squared=results * 400 * MILLION,
        )
        cell(week, "none", lane="green", decided=340)
        finds(week, "criteria", 3 if late else 8, 1.0)
        finds(week, "random", 0 if late else 1, 0.05)
        good = {"decided": 20, "chosen": 20, "results": results, "found": 2 if late else 7}
        cell(week, "criteria", "P-001", **good)
        cell(week, "criteria", "P-002", **good | {"found": 1})
    for week in range(12):
        ResultChance.objects.create(
            administration=people.juniper,
            day=monday + timedelta(weeks=week),
            office="1101" if week % 2 else "1102",
            direction="import",
            chance=50_000,
            declarations=360,
        )
    counting.sum_weeks(people.juniper)
    return SimpleNamespace(monday=monday, end=monday + timedelta(weeks=12))


@pytest.fixture
def board(people, counted):
    scope = Scope(people.juniper, Period(counted.monday, counted.end))
    return board_of(scope, today=TODAY)


def test_rates_rest_on_the_weeks_whose_results_are_in(board, counted):
    assert board.settled.period.end == counted.monday + timedelta(weeks=10)
    assert board.counts["results"] == 600
    assert [week.is_open for week in board.weeks] == [False] * 10 + [True] * 2


def test_the_draw_is_the_yardstick_and_readings_come_from_the_difference(board):
    rate = risk.Rate.of(10, 200)
    assert board.draw.triple == rate.triple

    readings = {line.key: line.reading for line in board.profiles}
    assert readings == {"P-001": "above", "P-002": "same"}
    good = board.profiles[0]
    expected = risk.difference(risk.Rate.of(70, 200), rate)
    assert good.above.value == expected.value
    assert good.above.interval == expected.interval


def test_the_table_speaks_the_same_numbers_as_the_engine(board):
    chosen = board.found["chosen"]
    assert isinstance(chosen, Estimate)
    assert (chosen.value, chosen.n) == (80 / 400, 400)
    assert board.found["lift"].interval == risk.lift(risk.Rate.of(80, 400), board.draw).interval


def test_the_verdict_names_what_is_not_shown_to_be_better(board):
    sentences = [text for text, _heavy in verdict_of(board, "en")]
    assert sentences[0].startswith("What profiles chose was 4.0 times as often a find")
    assert sentences[1] == "1 of 2 profiles that can be judged is not shown to do better."
    assert all(any("а" <= letter <= "я" for letter in text) for text, _ in verdict_of(board, "ru"))


def test_the_verdict_counts_one_profile_and_several_in_whole_sentences(board):
    weak = board.profiles[1]

    def judged(*lines):
        return verdict_of(replace(board, profiles=list(lines)), "en")[1][0]

    assert judged(weak) == "The only profile that can be judged is not shown to do better."
    assert judged(weak, weak) == "2 of 2 profiles that can be judged are not shown to do better."


def test_without_a_random_draw_nothing_is_said_of_the_whole_flow(people, counted):
    ResultCell.objects.filter(way="random").delete()
    ResultEntry.objects.filter(way="random").delete()
    ResultChance.objects.all().delete()
    ResultCell.objects.filter(way="none").update(uncovered=340)

    board = board_of(Scope(people.juniper, Period(counted.monday, counted.end)), today=TODAY)

    assert isinstance(board.found["detection"], NotShown)
    assert isinstance(board.found["lift"], NotShown)
    assert board.profiles[0].reading == "none"
    assert {figure.name.en for figure in board.gaps} >= {
        "Share of all breaches found",
        "Times better than the random draw",
    }


def test_a_sample_of_sums_gives_the_estimates_of_all_its_rows():
    rng = np.random.default_rng(7)
    pi = np.concatenate([np.full(300, 0.05), np.full(100, 0.2), np.ones(80)])
    found = rng.random(pi.size) < 0.15
    whole = risk.Sample(found=found, inclusion=pi, flow=9_000, least_inclusion=0.05)
    chance = pi < 1
    sums = {
        "decided": 9_000,
        "results": pi.size,
        "found": int(found.sum()),
        "by_chance": int(chance.sum()),
        "inverse": round((1 / pi[chance]).sum() * MILLION),
    }
    n = int(found.sum())
    finds = Finds(
        day=np.full(n, "NaT", "datetime64[D]"),
        inclusion=pi[found],
        value=np.full(n, np.nan),
        by_draw=np.zeros(n, bool),
        delay=np.zeros(n),
        age=np.zeros(n),
        direction=np.full(n, "import", object),
    )

    again = sample_of(sums, finds, 0.05)

    for estimate in (risk.missed_fraud, risk.detection_rate, risk.flow_rate):
        one, other = estimate(whole), estimate(again)
        assert one.value == pytest.approx(other.value)
        assert one.interval.low == pytest.approx(other.interval.low)
        assert one.interval.high == pytest.approx(other.interval.high)
        assert one.n == other.n
    rate, again_rate = (
        risk.weighted_rate(one.found[one.by_chance], one.inclusion[one.by_chance], least=0.05)
        for one in (whole, again)
    )
    assert rate.triple == pytest.approx(again_rate.triple)


# ---- pages ---------------------------------------------------------------------------------------


def test_each_post_says_how_many_of_the_results_that_are_due_are_in(board):
    due = {line.key: line.complete for line in board.offices}

    assert (due["1101"].value, due["1101"].n) == ((5 * 60 + 12) / 360, 360)
    assert due["1101"].interval == risk.completeness(312, 360).interval
    assert dict(due["1101"].query.params)["state"] == "out"


def test_the_table_of_posts_has_a_column_for_it(as_person, people, counted):
    page = as_person(people.timur).get(reverse("control:results"), {"span": "all", "by": "office"})

    text = page.content.decode()
    assert "Results in, of those due" in text


def test_an_analyst_reads_the_results_with_profiles(as_person, people, counted):
    page = as_person(people.timur).get(reverse("control:results"), {"span": "all"})

    text = page.content.decode()
    assert page.status_code == 200
    assert "P-001 v1" in text
    assert "Above the draw" in text
    assert reverse("control:result-rows") in text


def test_a_coordinator_reads_totals_by_lane_and_office_and_no_profile(as_person, people, counted):
    client = as_person(people.aigul)
    page = client.get(reverse("control:results"), {"by": "profile"})

    text = page.content.decode()
    assert page.status_code == 200
    assert "1101" in text
    assert "P-001" not in text
    assert reverse("control:result-rows") not in text
    assert client.get(reverse("control:result-rows")).status_code == 403


def test_examiners_and_strangers_find_nothing_of_it(as_person, people, counted):
    assert as_person(people.bakyt).get(reverse("control:results")).status_code == 403
    page = as_person(people.charlie).get(reverse("control:results"))
    assert page.context["board"] is None
    assert "1101" not in page.content.decode()


@pytest.mark.parametrize("by", ["profile", "lane", "office", "week"])
def test_the_table_is_taken_away_with_every_number(as_person, people, counted, by):
    answer = as_person(people.timur).get(
        reverse("control:results-table"), {"by": by, "span": "all", "as": "csv"}
    )

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert "Hit rate, %" in lines[0]
    assert len(lines) == 1 + {"profile": 3, "lane": 3, "office": 3, "week": 12}[by]
    if by == "profile":
        assert lines[1].startswith("P-001 v1,P-001,200,200,200,70,35")


def test_a_filter_in_the_address_narrows_everything(as_person, people, counted):
    client = as_person(people.nargiza)
    page = client.get(reverse("control:results"), {"span": "all", "office": "1101"})
    board = page.context["board"]
    assert board.scope.office == "1101"
    assert board.counts["results"] == 300
    nothing = client.get(reverse("control:results"), {"office": "9999", "by": "x", "span": "-1"})
    assert nothing.status_code == 200


def test_the_page_asks_the_database_as_often_for_one_profile_as_for_many(
    as_person, people, counted
):
    client = as_person(people.timur)
    client.get(reverse("control:results"), {"span": "all"})

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(reverse("control:results"), {"span": "all"})
        return len(seen)

    many = queries()
    ResultCell.objects.filter(code="P-002").delete()
    ResultWeek.objects.filter(code="P-002").delete()
    assert queries() == many


@pytest.mark.parametrize("shift", [0, 3])
def test_whole_weeks_and_single_days_give_the_same_sums_of_a_profile(people, counted, shift):
    period = Period(counted.monday + timedelta(days=shift), counted.end - timedelta(days=9))
    scope = Scope(people.juniper, period)
    plain = sums(scope.narrow(ResultCell.objects.exclude(code="")), "code", "number", "live", "way")

    found = by_profile(scope)

    assert {(*key, way): told for key, ways in found.items() for way, told in ways.items()} == {
        key: Counter({name: told[name] for name in SHOWN if told[name]})
        for key, told in plain.items()
    }
    one = by_profile(replace(scope, office="1101"))
    assert one["P-001", 1, True]["criteria"]["chosen"] == 20 * len(
        [week for week in range(1, 11, 2) if 7 * week >= shift]
    )


def test_the_russian_page_is_russian(as_person, people, counted):
    client = as_person(people.timur)
    client.cookies.load({"django_language": "ru"})
    text = client.get(reverse("control:results"), {"span": "all"}).content.decode()
    assert "Выше случайного отбора" in text
    assert "By week" not in text
