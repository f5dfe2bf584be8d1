"""A plan names a trained model: it scores arrivals, its version is kept, and the score is derived again."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse
from tests.practice.control.conftest import NOW
from tests.practice.control.lodgings import MORNING, lodging, minutes

from tamgha import risk
from tamgha.platform.journal.gateways import guards_lifted
from tamgha.practice.control.domain.packing import packed, rows_of, unpacked
from tamgha.practice.control.domain.terms import PlanTerms
from tamgha.practice.control.gateways import desks, scoring
from tamgha.practice.control.models import Decision, DeskState
from tamgha.practice.control.queries import replaying
from tamgha.practice.control.queries.decisions import told_of
from tamgha.practice.control.services import plans, states
from tamgha.practice.control.services.deciding import decide
from tamgha.practice.control.services.rows import Source
from tamgha.practice.targeting.choices import ModelState
from tamgha.practice.targeting.models import ScoreModel
from tamgha.risk.scoring.effects import EffectsPlan
from tamgha.risk.scoring.training import BLOCKS
from tamgha.risk.scoring.trees import TreesPlan
from tamgha.shared.errors import RefusedError

LOTS = {"mode": "capacity", "capacity": 12, "random_examinations": 4, "lot_minutes": 60}
SMALL = risk.TrainingOptions(
    effects=EffectsPlan(BLOCKS[:8]), trees=TreesPlan(rounds=12, learning_rate=0.2, forests=1)
)


@pytest.fixture(scope="session")
def model_folder(world_folder, tmp_path_factory):
    """A small model of the simulated half-year, trained once, with its scores."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = tmp_path_factory.mktemp("model") / "model-1"
    plan = risk.WorldPlan(illicit_rate=0.08, random_rate=0.6)
    world = risk.simulate(7, declarations=2_500, weeks=20, plan=plan)
    fitted = risk.train(
        risk.Trade(world.items, world.findings, world.name, simulated=True, currency="USD"),
        options=SMALL,
    )
    fitted.save(folder)
    set_on_disk = risk.DeclarationSet.open(world_folder)
    scores = pa.array(np.asarray(fitted.score(set_on_disk), np.float32))
    told = {"score": scores, "out_of_time": scores, "learnt": np.zeros(len(scores), bool)}
    pq.write_table(pa.table(told), folder / "scores.parquet")
    return folder


@pytest.fixture
def model(people, year, model_folder):
    """The model as number 1 of Juniper."""
    import shutil
    from pathlib import Path

    scoring.forget_scorers()
    shutil.copytree(model_folder, Path(settings.TAMGHA_SETS) / "models" / "model-1")
    return ScoreModel.objects.create(
        administration=people.juniper,
        set=year,
        set_change=year.change,
        number=1,
        state=ModelState.READY,
        folder="model-1",
        card={"made": True},
        made_by=people.timur,
        made_at=NOW,
    )


@pytest.fixture
def ask(people):
    def one(number, *, at=MORNING, **told):
        return decide(
            source=Source(administration=people.juniper),
            lodged=lodging(number, **told),
            key=f"key-{number}-{told.get('version', 1)}",
            at=at,
        )

    return one


def declared_of(row):
    told = unpacked(row.record)
    return told["declared"] if "declared" in told else told["decision"]["declared"]


def faults_of(row):
    return [fault.en for fault in replaying.replay(Decision.objects.get(pk=row.pk)).faults]


def test_an_arrival_is_scored_by_the_model_and_says_so(people, put_in_force, model, ask):
    put_in_force(**LOTS, score_model=1)

    row = ask(1)
    states.close_lots_due(administration=people.juniper, at=minutes(60))

    row.refresh_from_db()
    scorer = scoring.made(model)
    rows = rows_of(row.body)
    assert declared_of(row)["model_version"] == scorer.version
    assert scorer.version.startswith("model 1 ")
    assert row.score == scorer.engine.score(rows) == declared_of(row)["score"]
    assert scorer.names & rows[0].keys()
    assert faults_of(row) == []
    told = {words.en: text for words, text in told_of(row, "en").facts}
    assert told["Scored by"] == f"model 1 ({scorer.version.split()[2]})"


def test_the_indicators_of_the_model_know_what_was_decided_before(people, put_in_force, model, ask):
    put_in_force(**LOTS, score_model=1)
    for number in range(3):
        ask(number, at=minutes(number))

    row = ask(9, at=MORNING + timedelta(days=1))

    seen = rows_of(row.body)[0]
    assert seen["model_1_count_hs4"] == 3
    assert seen["model_1_unit_value_usual_hs4"] == 1.0


def test_the_first_day_of_a_model_is_cut_by_the_scores_of_its_own_set(
    people, put_in_force, model, ask
):
    put_in_force(**LOTS, score_model=1)
    rows = [ask(number, at=minutes(number)) for number in range(20)]

    forecast = risk.forecast_from_json(DeskState.objects.get().forecast)

    usual = scoring.made(model).usual()
    assert forecast.scores == usual
    assert len(usual) > 500
    assert usual == tuple(sorted(usual))
    assert sum(row.way == "score" for row in rows) < 8


def test_scores_of_profiles_do_not_cut_those_of_a_model(people, put_in_force, profile, model, ask):
    put_in_force(**LOTS)
    profile("P-001", "item_price < 500", red=5_000)
    for number in range(5):
        ask(number, at=minutes(number))
    put_in_force(**LOTS, score_model=1, based_on=1, at=NOW)
    desks.forget_standards()

    ask(9, at=MORNING + timedelta(days=1))

    held = DeskState.objects.get(period="2026-11-25")
    assert risk.forecast_from_json(held.forecast).scores == scoring.made(model).usual()
    assert risk.forecast_from_json(held.forecast).arrivals == 5


def test_a_model_that_was_put_away_leaves_the_score_to_the_profiles(
    people, put_in_force, profile, model, ask
):
    put_in_force(**LOTS, score_model=1)
    profile("P-001", "item_price < 500", red=5_000)
    ScoreModel.objects.update(state=ModelState.RETIRED)
    scoring.forget_scorers()

    row = ask(1)

    assert (row.score, declared_of(row)["model_version"]) == (0.5, "profiles")


def test_a_plan_names_no_model_that_cannot_score(people, model):
    def save(number):
        return plans.save_plan(
            administration=people.juniper,
            place=("", "import"),
            terms=PlanTerms(**LOTS, score_model=number, task_en="Look.", task_ru="Осмотреть."),
            by=people.timur,
            at=NOW,
        )

    with pytest.raises(RefusedError, match="Model 2 cannot score"):
        save(2)
    assert save(1).score_model == 1


def test_replay_names_a_changed_item_a_changed_score_and_an_exchanged_model(
    people, put_in_force, model, ask
):
    put_in_force(**LOTS, score_model=1)
    row = ask(1)
    states.close_lots_due(administration=people.juniper, at=minutes(60))
    row.refresh_from_db()
    body = [{**one, "net_mass_kg": 7.0} for one in rows_of(row.body)]
    record = unpacked(row.record)
    record["decision"]["declared"]["score"] = 0.001

    with guards_lifted(connection):
        Decision.objects.filter(pk=row.pk).update(body=packed(body))
    changed = faults_of(row)
    with guards_lifted(connection):
        Decision.objects.filter(pk=row.pk).update(body=row.body, record=packed(record))
    forged = faults_of(row)
    with guards_lifted(connection):
        Decision.objects.filter(pk=row.pk).update(body=row.body, record=row.record)
    path = scoring.targeting.model_folder(model) / "model.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"share"', ' "share"'), "utf-8")
    exchanged = faults_of(row)

    assert any("the row says score" in fault for fault in changed)
    assert any("the row says score 0.001" in fault for fault in forged)
    assert any("whose files are not here as they were" in fault for fault in exchanged)


def test_an_amendment_is_scored_by_the_model_and_keeps_the_highest(
    people, put_in_force, model, ask
):
    put_in_force(**LOTS | {"capacity": 5}, score_model=1)
    first = ask(1)
    assert first.state == "waiting"

    later = ask(1, version=2, price=3.0, hs="8517130000", at=minutes(5))
    states.close_lots_due(administration=people.juniper, at=minutes(60))

    first.refresh_from_db()
    later.refresh_from_db()
    engine = scoring.made(model).engine
    each = [engine.score(rows_of(row.body)) for row in (first, later)]
    assert first.score == max(each)
    assert faults_of(first) == faults_of(later) == []


def test_the_plan_page_offers_the_models_and_shows_the_choice(
    people, model, put_in_force, as_person
):
    version = put_in_force(**LOTS, score_model=1)
    client = as_person(people.timur)

    form = client.get(reverse("control:plan-change", args=[version.plan_id])).content.decode()
    page = client.get(reverse("control:plan", args=[version.plan_id])).content.decode()

    assert '<option value="1" selected>Model 1, trained on Half-year</option>' in form
    assert "model 1" in page
