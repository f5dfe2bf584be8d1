"""Models: trained as long work, measured on rows they had not seen, and put beside profiles."""

import re
import shutil
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tamgha import risk
from tamgha.platform.jobs import services as jobs
from tamgha.practice.targeting import gateways
from tamgha.practice.targeting.models import Profile, ScoreModel, Suggestion
from tamgha.practice.targeting.queries import learning as reads
from tamgha.practice.targeting.services import learning as services
from tamgha.practice.targeting.services import sets as set_services
from tamgha.shared.figures import Estimate, Interval

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.slow
USUAL = risk.TrainingOptions()
QUICK = services.Care(
    blocks=2,
    first=0.6,
    seeds=(0,),
    options=replace(
        USUAL,
        effects=replace(USUAL.effects, blocks=USUAL.effects.blocks[:6]),
        trees=replace(USUAL.trees, rounds=12, forests=1, learning_rate=0.3),
    ),
)


def text_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture(scope="session")
def busy_folder(tmp_path_factory):
    """A simulated year with many random examinations, so that there is much to learn from."""
    folder = tmp_path_factory.mktemp("busy") / "set"
    plan = risk.WorldPlan(
        illicit_rate=0.08,
        random_rate=0.9,
        clean_delay_days=3,
        find_delay_days=5,
        schemes=(risk.Scheme("undervaluation", share=1, sensitivity=0.95),),
    )
    risk.simulate(5, declarations=2800, start=date(2026, 1, 5), weeks=40, plan=plan).write(folder)
    return folder


@pytest.fixture
def busy(people, busy_folder, own_home):
    folder = set_services.new_folder()
    shutil.copytree(busy_folder, folder)
    return set_services.enter_set(
        administration=people.juniper, name="Busy year", folder=folder, by=people.timur, at=NOW
    )


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(services, "USUAL", QUICK)


@pytest.fixture(scope="session")
def once(tmp_path_factory):
    """Where the model of the first test that trained one is kept for the others."""
    return {"folder": tmp_path_factory.mktemp("model") / "kept"}


@pytest.fixture
def model(people, busy, quick, do_work, once):
    """A model that was trained by the worker, once; later tests get its files and its card."""
    if "card" not in once:
        made = services.begin_training(row=busy, by=people.timur, at=NOW)
        assert do_work() == 1
        made.refresh_from_db()
        assert made.state == "ready", made.problem
        shutil.copytree(gateways.model_folder(made), once["folder"])
        once |= {"card": made.card, "tracks": made.tracks}
        return made
    made = ScoreModel.objects.create(
        administration=people.juniper, set=busy, set_change=busy.change, number=1, state="ready",
        folder="model-kept", card=once["card"], tracks=once["tracks"], made_by=people.timur,
        made_at=NOW,
    )  # fmt: skip
    shutil.copytree(once["folder"], gateways.model_folder(made))
    return made


# ---- training ----------------------------------------------------------------------------------


def test_a_model_is_trained_by_the_worker_and_shows_its_card(people, model, as_person):
    page = as_person(people.timur).get(reverse("targeting:model", args=[1]))

    tracks = page.context["tracks"]
    assert [track.head.en for track in tracks] == ["Forward in time", "Goods never seen"]
    assert [line.label.en for line in tracks[0].lines] == [
        "Model", "Model, by revenue: p × log(1 + duty at stake)", "Numbers of the row alone",
        "Importer and office alone", "Chance",
    ]  # fmt: skip
    assert all(line.auc.interval for track in tracks for line in track.lines)
    told = text_of(page)
    assert "Rows it was trained on prove nothing." in told
    assert "What it may not be used for" in told
    assert "Simulated" in told


def test_scores_out_of_time_begin_with_the_first_block(model, busy):
    found = reads.scored(model, gateways.workbench_of(busy))

    first = date.fromisoformat(model.tracks["blocks"][0]["first"])
    day = np.asarray(gateways.workbench_of(busy).items["day"].to_numpy()).astype("datetime64[D]")
    assert np.array_equal(found.rows, day >= np.datetime64(first))
    assert 0 < found.rows.sum() < found.rows.size


def test_results_of_a_block_or_later_change_no_score_that_was_given_before(busy, tmp_path):
    trade = risk.Trade.of(gateways.open_set(busy))
    start, end = services.block_starts(trade, QUICK)[0]
    services._score_block(trade, tmp_path, 0, (start, end), QUICK)
    before = np.load(tmp_path / "block-0.npy")
    known = np.asarray(pc.cast(trade.findings["known"], pa.int32()).to_numpy())
    turned = pc.if_else(
        pa.array(known >= end), pc.invert(trade.findings["found"]), trade.findings["found"]
    )
    findings = trade.findings.set_column(
        trade.findings.column_names.index("found"), "found", turned
    )

    services._score_block(replace(trade, findings=findings), tmp_path, 1, (start, end), QUICK)

    assert (known >= end).any()
    assert np.array_equal(before, np.load(tmp_path / "block-1.npy"))


@pytest.mark.django_db(transaction=True)  # a checkpoint is kept outside of any transaction
def test_training_that_was_stopped_goes_on_where_it_stood(
    people, busy, quick, do_work, monkeypatch, as_person
):
    made = services.begin_training(row=busy, by=people.timur, at=NOW)
    measure = services._measure

    def stop_before_measuring(*args):
        jobs.stop(job=made.job, at=NOW)
        measure(*args)

    monkeypatch.setattr(services, "_measure", stop_before_measuring)
    do_work()
    made.job.refresh_from_db()
    assert made.job.state == "stopped"
    page = as_person(people.timur).get(reverse("targeting:model", args=[made.number]))
    assert "The work on this model broke off." in text_of(page)
    assert "data-then" not in page.content.decode()  # nothing to wait for: the page stays
    kept = gateways.model_folder(made) / "model.json"
    written = (
        kept.stat().st_mtime_ns,
        (gateways.model_folder(made) / "block-1.npy").stat().st_mtime_ns,
    )
    monkeypatch.setattr(services, "_measure", lambda *_: services._write_json(
        gateways.model_folder(made) / "tracks.json", {"why": ["no time", "нет времени"]}
    ))  # fmt: skip

    jobs.resume(job=made.job, at=NOW)
    do_work()

    made.refresh_from_db()
    again = (
        kept.stat().st_mtime_ns,
        (gateways.model_folder(made) / "block-1.npy").stat().st_mtime_ns,
    )
    assert (made.state, again) == ("ready", written)
    assert made.tracks["why"] == ["no time", "нет времени"]


@pytest.mark.django_db(transaction=True)  # as the worker runs: nothing is rolled back with the work
def test_too_few_results_are_refused_with_what_it_takes(people, year, as_person, quick, do_work):
    on_disk = gateways.open_set(year)
    folder = set_services.new_folder()
    risk.write_set(
        folder, on_disk.items(), on_disk.all_findings().slice(0, 20), name="Few", simulated=True
    )
    few = set_services.enter_set(
        administration=people.juniper, name="Few", folder=folder, by=people.timur, at=NOW
    )
    client = as_person(people.timur)

    answer = client.post(reverse("targeting:model-train"), {"set": few.pk})
    do_work()

    page = client.get(answer.url)
    assert page.context["model"].state == "failed"
    assert re.search(r"at least 30 finds|with a find and without", page.context["problem"])


def test_a_set_that_changed_meanwhile_is_told_and_not_mixed_up(people, model, busy, as_person):
    type(busy).objects.filter(pk=busy.pk).update(change=busy.change + 1)

    page = as_person(people.timur).get(reverse("targeting:model", args=[1]))

    assert page.context["no_scores"] is True
    assert "The set changed since this model was trained." in text_of(page)


# ---- beside a profile --------------------------------------------------------------------------


def test_the_editor_shows_what_the_model_would_have_found_in_as_many(
    people, model, busy, as_person
):
    condition = "tax_rate >= 10 AND packages >= 10"

    page = as_person(people.timur).get(
        reverse("targeting:profile-new"), {"condition": condition, "set": busy.pk}
    )

    label, figure = page.context["panel"].instead[2]
    bench = gateways.workbench_of(busy)
    best = pq.read_table(gateways.model_folder(model) / "scores.parquet")["out_of_time"]
    score: dict[int, float] = {}
    for item, value in enumerate(best.to_pylist()):
        if value is not None:
            declared = int(bench.context.code[item])
            score[declared] = max(value, score.get(declared, -1.0))
    usable = [one for one in score if bench.context.result[one]]
    hit = bench.context.declaration_hits(bench.evaluator.hits(risk.parse_condition(condition)))
    n = sum(bool(hit[one]) for one in usable)
    top = sorted(usable, key=lambda one: (-score[one], one))[:n]
    assert (label.en, figure.n) == ("Model 1", n)
    assert n > 0
    assert figure.value == sum(bool(bench.context.found[one]) for one in top)
    mine = sum(bool(hit[one] and bench.context.found[one]) for one in usable)
    assert f"on the same declarations this profile found {mine}" in figure.definition.en


def test_no_model_stands_beside_a_profile_once_it_is_put_away(people, model, busy, as_person):
    client = as_person(people.timur)

    client.post(reverse("targeting:model-put-away", args=[1]))

    page = client.get(reverse("targeting:profile-new"), {"condition": "tax_rate >= 10"})
    assert len(page.context["panel"].instead) == 2
    client.post(reverse("targeting:model-put-away", args=[1]))
    page = client.get(reverse("targeting:profile-new"), {"condition": "tax_rate >= 10"})
    assert len(page.context["panel"].instead) == 3


def test_finds_are_drawn_against_inspections_with_chosen_profiles(people, model, busy, as_person):
    from tamgha.practice.targeting.services import profiles

    profiles.save_draft(
        administration=people.juniper,
        code="P-001",
        wording=profiles.Wording(name="Dear", condition="tax_rate >= 10", red=10_000),
        by=people.timur,
        at=NOW,
    )

    page = as_person(people.timur).get(
        reverse("targeting:model", args=[1]), {"profile": "P-001", "of": "value"}
    )

    curves = page.context["frontier"].curves
    assert [curve.name for curve in curves] == ["P-001", "model-1"]
    found = reads.scored(model, gateways.workbench_of(busy))
    assert page.context["frontier"].declarations == found.context.declarations
    assert page.context["frontier_chart"].data["y"] == "value found, USD"


def test_calibration_rests_on_rows_examined_by_chance(model, busy):
    found = reads.scored(model, gateways.workbench_of(busy))

    told = reads.calibrated(found)

    outcomes = risk.Outcomes.of(found.bench.outcomes)
    with np.errstate(invalid="ignore"):
        drawn = outcomes.result & found.rows & (outcomes.inclusion < 1) & (outcomes.inclusion > 0)
    assert told.on_draw
    assert told.ratio.n == drawn.sum()
    expected = outcomes.found[drawn].sum() / found.out_of_time[drawn].sum()
    assert told.ratio.value == pytest.approx(expected)


# ---- rows --------------------------------------------------------------------------------------


def test_rows_are_ranked_by_their_score_out_of_time(people, model, as_person):
    page = as_person(people.timur).get(reverse("targeting:model-rows", args=[1]))

    shown = [line.row["score_out_of_time"] for line in page.context["list"]["lines"]]
    best = pq.read_table(gateways.model_folder(model) / "scores.parquet")["out_of_time"]
    highest = sorted(best.drop_null().to_pylist(), reverse=True)[: len(shown)]
    assert shown == pytest.approx(highest)
    assert page.context["heading"] == "Rows by score"


def test_a_row_tells_what_speaks_for_a_find_and_what_against(people, model, busy, as_person):
    bench = gateways.workbench_of(busy)
    found = reads.scored(model, bench)
    place = int(np.flatnonzero(found.learnt & found.rows)[0])

    page = as_person(people.timur).get(reverse("targeting:model-row", args=[1, place]))

    why = page.context["why"]
    fitted = risk.Model.load(gateways.model_folder(model))
    every = fitted.reasons(risk.Trade.of(gateways.open_set(busy)), most=8)[place]
    assert len(every) == len(why.for_it) + len(why.against_it)
    for shown, sign in ((why.for_it, True), (why.against_it, False)):
        expected = [one for one in every if one.speaks_for is sign]
        assert [reason.words for reason, _share in shown] == [one.words for one in expected]
    assert max(share for _reason, share in (*why.for_it, *why.against_it)) == 1
    assert "The kept model was trained on this row." in text_of(page)
    assert "Only the score out of time does." in text_of(page)


# ---- suggested profiles ------------------------------------------------------------------------


def test_mined_rules_show_both_sides_and_become_drafts_once(people, busy, as_person, do_work):
    client = as_person(people.timur)
    client.post(reverse("targeting:suggestions"), {"set": busy.pk})
    do_work()
    page = client.get(reverse("targeting:suggestions"), {"set": busy.pk})
    first = page.context["found"][0]

    client.post(reverse("targeting:suggestion-take", args=[first.row.pk]))
    client.post(reverse("targeting:suggestion-take", args=[first.row.pk]))

    assert first.validation.interval.low > first.base
    assert first.train.n + first.validation.n == first.goods
    profile = Profile.objects.get()
    version = profile.versions.get()
    assert version.condition == risk.parse_condition(first.row.condition).text
    assert "On goods it was not made from" in version.evidence
    assert Suggestion.objects.get(pk=first.row.pk).taken_as == profile
    again = client.get(reverse("targeting:suggestions"), {"set": busy.pk})
    assert "Taken over" in text_of(again)


def test_a_search_without_any_result_to_learn_from_says_so(people, year, as_person, do_work):
    on_disk = gateways.open_set(year)
    folder = set_services.new_folder()
    risk.write_set(folder, on_disk.items(), None, name="Bare", simulated=True)
    bare = set_services.enter_set(
        administration=people.juniper, name="Bare", folder=folder, by=people.timur, at=NOW
    )
    client = as_person(people.timur)

    client.post(reverse("targeting:suggestions"), {"set": bare.pk})
    do_work()

    page = client.get(reverse("targeting:suggestions"), {"set": bare.pk})
    assert page.context["job"].state == "failed"
    assert "examined items" in text_of(page)


# ---- who may -----------------------------------------------------------------------------------


def test_an_approver_reads_models_and_trains_none(people, model, as_person):
    client = as_person(people.nargiza)

    page = client.get(reverse("targeting:model", args=[1]))

    assert page.status_code == 200
    assert "Put the model away" not in text_of(page)
    assert client.get(reverse("targeting:model-train")).status_code == 403
    assert client.get(reverse("targeting:suggestions")).status_code == 200
    assert client.post(reverse("targeting:model-put-away", args=[1])).status_code == 403


def test_another_administration_sees_neither_model_nor_rules(people, model, busy, as_person):
    suggestion = Suggestion.objects.create(
        administration=people.juniper, set=busy, rank=1, condition="tax_rate >= 10", made_at=NOW
    )
    client = as_person(people.charlie)

    for name, args in (("model", [1]), ("model-rows", [1]), ("model-row", [1, 0])):
        assert client.get(reverse(f"targeting:{name}", args=args)).status_code == 404
    assert (
        client.post(reverse("targeting:suggestion-take", args=[suggestion.pk])).status_code == 404
    )
    refused = client.post(reverse("targeting:model-train"), {"set": busy.pk})
    assert "set" in refused.context["form"].errors


def test_the_list_asks_as_often_for_three_models_as_for_one(
    people, model, as_person, django_assert_num_queries
):
    client = as_person(people.timur)
    address = reverse("targeting:models")
    with CaptureQueriesContext(connection) as first:
        client.get(address)
    for number in (2, 3):
        ScoreModel.objects.create(
            administration=people.juniper, set=model.set, set_change=1, number=number,
            made_by=people.timur, made_at=NOW + timedelta(days=number),
        )  # fmt: skip

    with django_assert_num_queries(len(first)):
        page = client.get(address)

    assert [line.row.number for line in page.context["list"]["lines"]] == [3, 2, 1]
    assert Path(gateways.model_folder(model)).is_dir()


def test_an_approver_reads_suggested_profiles_and_takes_none_over(people, year, as_person):
    figures = {
        "sentence": {"en": "s", "ru": "s"},
        "items": 40,
        "goods": 20,
        "train": asdict(Estimate(0.4, Interval(0.2, 0.6, method="Wilson"), 20)),
        "validation": asdict(Estimate(0.4, Interval(0.2, 0.6, method="Wilson"), 20)),
        "base": 0.1,
        "lift": 4.0,
        "set_change": 1,
    }
    one = Suggestion.objects.create(
        administration=people.juniper,
        set=year,
        rank=1,
        condition="hs LIKE '64%'",
        figures=figures,
        made_at=NOW,
    )
    client = as_person(people.nargiza)

    page = client.get(reverse("targeting:suggestions")).content.decode()

    assert "hs LIKE &#x27;64%&#x27;" in page
    assert reverse("targeting:suggestion-take", args=[one.pk]) not in page
    assert client.post(reverse("targeting:suggestions"), {"set": year.pk}).status_code == 403
    assert client.post(reverse("targeting:suggestion-take", args=[one.pk])).status_code == 403
    assert "hs LIKE" not in as_person(people.charlie).get(
        reverse("targeting:suggestions")
    ).content.decode().replace("&#x27;", "'")
