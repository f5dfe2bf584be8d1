"""What was decided, approved and found stays as it was written: the database itself refuses a change."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, models, transaction
from tests.practice.control.conftest import NOW, PIXEL, TASK
from tests.practice.control.lodgings import MORNING, minutes

from tamgha.platform.journal.gateways import guards_lifted, missing_guards
from tamgha.practice.control.domain.acts import HandedIn, ItemResult
from tamgha.practice.control.domain.terms import PlanTerms
from tamgha.practice.control.models import (
    ActItem,
    ActPhoto,
    ActTime,
    ActVersion,
    Decision,
    DecisionEvent,
    DecisionHit,
    DrawKey,
    InspectionAct,
    PlanStep,
    PlanVersion,
)
from tamgha.practice.control.services import acts, examiners, following, plans, states
from tamgha.practice.targeting.models import ProfileVersion

CLEAN = (ItemResult(item=1, result="clean"), ItemResult(item=2, result="clean"))


@pytest.fixture
def told(people, put_in_force, profile, ask):
    """A red declaration with a finished act, an override and a photo; one that is green."""
    put_in_force()
    profile("P-001", "item_price < 200", red=10_000, task_en="Weigh it.", task_ru="Взвесить.")
    examiners.set_examiner(
        person=people.bakyt, group="working", office="", is_available=True, by=people.nargiza, at=NOW
    )  # fmt: skip
    red, green = ask(1), ask(2, price=900.0)
    act = InspectionAct.objects.get(decision=red)
    picture = SimpleUploadedFile("a.png", PIXEL, "image/png")
    acts.add_photo(act=act, uploaded=picture, caption="seal", by=people.bakyt, at=NOW)
    acts.note_time(act=act, kind="called", moment=NOW, witness="own", by=people.bakyt, at=NOW)
    acts.hand_in(
        act=act,
        given=HandedIn(examined=MORNING.date(), items=CLEAN, minutes=30),
        hand=acts.Hand(by=people.bakyt),
        at=NOW,
    )
    following.reroute(decision=green, lane="yellow", reason="asked", by=people.nargiza, at=NOW)
    return SimpleNamespace(red=red, green=green)


def other(field: models.Field, value):
    """Return a value that differs from one, of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, bytes | memoryview):
        return bytes(value) + b"x"
    if isinstance(value, int | float | Decimal):
        return value + 1 if field.name != "inclusion" else 0.123
    if isinstance(value, datetime | date):
        return value + timedelta(days=1)
    if isinstance(value, dict | list):
        return ["other", value]
    if value is None:
        nothing = {"FloatField": 0.5, "DateTimeField": NOW, "DateField": NOW.date()}
        return nothing.get(field.get_internal_type(), 1)
    return {"red": "green", "green": "red"}.get(
        value, f"{value[:-1]}{'!' if value.endswith('~') else '~'}"
    )


def changeable(row) -> set[str]:
    """Return the fields of a row that an UPDATE may change, trying each by itself."""
    found = set()
    for field in row._meta.concrete_fields:
        value = other(field, getattr(row, field.attname))
        try:
            with transaction.atomic():
                type(row).objects.filter(pk=row.pk).update(**{field.attname: value})
        except IntegrityError as refusal:
            if "stays as" not in str(refusal):  # a constraint looked first: take it for changeable
                found.add(field.name)
            continue
        found.add(field.name)
    return found


def refuse_to_remove(row) -> None:
    table, key = row._meta.db_table, row._meta.pk.column
    refused = pytest.raises(IntegrityError, match="stays as")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE {key} = %s", [row.pk])


@pytest.mark.parametrize(
    "model",
    [DecisionHit, DecisionEvent, DrawKey, PlanStep, ActVersion, ActItem, ActTime, ActPhoto],
)
def test_what_is_written_once_is_never_changed_nor_removed(told, model):
    row = model.objects.first()

    assert changeable(row) == set()
    refuse_to_remove(row)


def test_a_decision_keeps_all_but_what_later_events_say(told):
    red = Decision.objects.get(pk=told.red.pk)

    assert changeable(red) == {"lane_now", "cancelled_at", "successor"}
    refuse_to_remove(red)
    with pytest.raises(IntegrityError, match="stays as"), transaction.atomic():
        Decision.objects.filter(pk=red.pk).update(state="waiting")


def test_what_is_cancelled_stays_cancelled_and_has_one_successor(told):
    following.cancel(decision=told.red, at=NOW)
    states.pass_on(told.red, "D-9")
    row = Decision.objects.get(pk=told.red.pk)

    assert (row.state, row.successor) == ("cancelled", "D-9")
    assert changeable(row) == {"lane_now"}
    for change in ({"state": "decided"}, {"cancelled_at": None}, {"successor": ""}):
        with pytest.raises(IntegrityError, match="stays as"), transaction.atomic():
            Decision.objects.filter(pk=row.pk).update(**change)


def test_a_waiting_declaration_is_drawn_and_then_stays(people, put_in_force, ask):
    put_in_force(mode="capacity", capacity=3, random_examinations=1, lot_minutes=30)
    rows = [ask(number) for number in range(4)]
    waiting = Decision.objects.get(pk=rows[0].pk)
    free = {"lane", "lane_now", "way", "member", "inclusion", "mode", "record"}
    free |= {"task_en", "task_ru", "cancelled_at", "successor"}
    free |= {"novel", "score", "hits"}  # an amendment before the lot looks anew

    assert waiting.state == "waiting"
    assert changeable(waiting) - {"state"} == free
    with guards_lifted(connection):
        for field in waiting._meta.concrete_fields:  # as it was
            Decision.objects.filter(pk=waiting.pk).update(
                **{field.attname: getattr(waiting, field.attname)}
            )
    drawn = states.close_lots_due(administration=people.juniper, at=minutes(31))
    row = Decision.objects.get(pk=rows[0].pk)
    assert (drawn, row.state) == (4, "decided")
    assert changeable(row) <= {"lane_now", "cancelled_at", "successor", "task_en", "task_ru"}
    refuse_to_remove(row)


def test_an_amendment_raises_the_lane_and_the_first_decision_stays(told, ask):
    amended = ask(2, price=100.0, version=2)

    first = Decision.objects.get(pk=told.green.pk)
    assert (first.lane, first.lane_now, amended.lane) == ("green", "red", "red")


def test_a_plan_is_written_as_a_draft_and_stays_from_its_submission_on(people, put_in_force):
    terms = PlanTerms(random_red=300, **TASK)
    place = {"administration": people.juniper, "place": ("", "import"), "by": people.timur}
    draft = plans.save_plan(**place, terms=terms, at=NOW)
    draft = plans.save_plan(**place, terms=PlanTerms(random_red=500, **TASK), at=NOW, based_on=1)
    kept = {"id", "plan", "number", "made_by", "made_at"}
    assert changeable(draft) == {one.name for one in draft._meta.concrete_fields} - kept
    draft.refresh_from_db()
    PlanVersion.objects.filter(pk=draft.pk).update(state="submitted")
    submitted = PlanVersion.objects.get(pk=draft.pk)
    assert changeable(submitted) == {"state"}  # both moments were set above
    returned = plans.move_plan(
        version=submitted, move="return", by=people.nargiza, at=NOW, reason="why 5 %?"
    )
    assert returned.state == "draft"
    refuse_to_remove(returned)


def test_a_plan_in_force_ends_and_never_comes_back(people, put_in_force):
    first = put_in_force(random_red=300)
    second = plans.save_plan(
        administration=people.juniper, place=("", "import"), terms=PlanTerms(random_red=400, **TASK),
        by=people.timur, at=NOW, based_on=1,
    )  # fmt: skip
    second = plans.move_plan(version=second, move="submit", by=people.timur, at=NOW)
    plans.move_plan(version=second, move="approve", by=people.nargiza, at=NOW)

    for version, state in ((first, "published"), (first, "draft"), (second, "submitted")):
        with pytest.raises(IntegrityError, match="stays as"), transaction.atomic():
            PlanVersion.objects.filter(pk=version.pk).update(state=state)
    assert changeable(PlanVersion.objects.get(pk=first.pk)) == set()


def test_a_version_of_a_profile_keeps_its_wording_and_what_was_approved(told):
    version = ProfileVersion.objects.get()

    assert changeable(version) == {"state", "rollout", "urgent_until"}
    refuse_to_remove(version)


def test_every_guard_stands_after_the_migrations_and_a_lost_one_is_named(db):
    assert missing_guards() == []

    drop = "DROP TRIGGER control_decision_no_update"
    on = " ON control_decision" if connection.vendor == "postgresql" else ""
    with transaction.atomic():
        connection.cursor().execute(drop + on)
        assert missing_guards() == ["control_decision"]
        transaction.set_rollback(True)
    assert missing_guards() == []


def test_guards_are_lifted_for_emptying_and_stand_again_afterwards(told):
    with guards_lifted(connection):
        DecisionEvent.objects.update(reason="another")

    assert missing_guards() == []
    assert changeable(DecisionEvent.objects.first()) == set()


def test_storing_a_decision_meets_no_trigger(db):
    """What guards the rows costs a new one nothing."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal")
        made = [sql for (sql,) in cursor.fetchall() if "control_" in sql or "targeting_" in sql]

    assert len(made) >= 24
    assert [sql for sql in made if " INSERT " in sql] == []
