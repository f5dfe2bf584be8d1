from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.platform.accounts.conftest import NOW, enter

from tamgha.platform.accounts import events, permissions, services
from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import Administration, RoleGrant, User
from tamgha.shared.errors import RefusedError

LATER = NOW + timedelta(days=1)


def new(**values) -> services.NewPerson:
    return services.NewPerson(**{"full_name": "Erin Lake", "username": "erin", **values})


def test_a_coordinator_enters_a_person_of_the_own_administration(cast, heard):
    person = services.invite_person(
        new=new(), administration=cast.juniper, roles=[Role.EXAMINER], by=cast.alice, at=NOW
    )

    assert (person.username, person.time_zone, person.has_usable_password()) == (
        "erin",
        "Asia/Tashkent",
        False,
    )
    assert person.has_role(Role.EXAMINER, administration=cast.juniper)
    assert [type(event) for event in heard] == [events.PersonInvited, events.RoleGranted]


@pytest.mark.parametrize("who", ["alice", "bob", "charlie"])
def test_nobody_else_enters_people_into_apricot_but_its_coordinator(cast, who):
    by = getattr(cast, who)
    act = {
        "new": new(),
        "administration": cast.apricot,
        "roles": [Role.OFFICER],
        "by": by,
        "at": NOW,
    }

    if who == "charlie":
        assert services.invite_person(**act).administration == cast.apricot
    else:
        with pytest.raises(services.NotAllowedError):
            services.invite_person(**act)


def test_the_secretariat_enters_coordinators_but_gives_no_other_national_role(cast):
    person = services.invite_person(
        new=new(), administration=cast.apricot, roles=[Role.COORDINATOR], by=cast.dana, at=NOW
    )

    assert person.has_role(Role.COORDINATOR, administration=cast.apricot)
    with pytest.raises(services.NotAllowedError):
        services.grant_role(
            person=person, role=Role.ANALYST, administration=cast.apricot, by=cast.dana, at=NOW
        )


def test_all_faults_of_a_new_person_are_told_at_once(cast):
    with pytest.raises(RefusedError) as refused:
        services.invite_person(
            new=new(username="Bad Name!", email="x@example.org"),
            administration=cast.juniper,
            roles=[],
            by=cast.alice,
            at=NOW,
        )
    with pytest.raises(RefusedError) as neither:
        services.invite_person(
            new=new(username=""), administration=cast.juniper, roles=[], by=cast.alice, at=NOW
        )

    assert "'bad name!' came" in str(refused.value)
    assert "neither came" in str(neither.value)
    assert "ожидается хотя бы одно" in neither.value.words.ru


@pytest.mark.parametrize("taken", [{"username": "BOB"}, {"username": "", "email": "Bob@x.org"}])
def test_a_login_that_somebody_has_is_refused(cast, taken):
    User.objects.filter(pk=cast.bob.pk).update(email="bob@x.org")

    with pytest.raises(RefusedError, match="already"):
        services.invite_person(
            new=new(**taken), administration=cast.juniper, roles=[], by=cast.alice, at=NOW
        )


def test_without_a_login_name_one_signs_in_by_e_mail(cast):
    person = services.invite_person(
        new=new(username="", email="Erin@Example.org"),
        administration=cast.juniper,
        roles=[],
        by=cast.alice,
        at=NOW,
    )

    assert (person.username, person.email) == ("erin@example.org", "erin@example.org")

    changed = services.change_person(
        person=person, values={"email": "lake@example.org"}, by=cast.alice, at=LATER
    )

    assert (changed.username, changed.email) == ("lake@example.org", "lake@example.org")


def test_an_ended_role_opens_nothing_and_stays_on_record(cast):
    grant = RoleGrant.objects.get(person=cast.bob, role=Role.ANALYST)

    services.end_role(grant=grant, by=cast.alice, at=LATER)

    ended = RoleGrant.objects.get(pk=grant.pk)
    assert (ended.ends_at, ended.ended_by) == (LATER, cast.alice)
    assert RoleGrant.objects.in_force(LATER).filter(person=cast.bob).count() == 0
    assert RoleGrant.objects.in_force(NOW).filter(person=cast.bob).count() == 1


def test_a_role_held_already_is_given_once(cast):
    acts = [
        services.grant_role(
            person=cast.bob, role=Role.ANALYST, administration=cast.juniper, by=cast.alice, at=LATER
        )
        for _ in range(2)
    ]

    assert acts[0] == acts[1]
    assert RoleGrant.objects.filter(person=cast.bob).count() == 1


def test_the_last_coordinator_cannot_go(cast):
    grant = RoleGrant.objects.get(person=cast.alice, role=Role.COORDINATOR)

    with pytest.raises(services.LastHolderError):
        services.end_role(grant=grant, by=cast.alice, at=LATER)
    with pytest.raises(services.LastHolderError):
        services.close_account(person=cast.alice, by=cast.dana, at=LATER)

    enter("erin", "Erin Lake", cast.juniper, Role.COORDINATOR)
    services.end_role(grant=grant, by=cast.alice, at=LATER)
    assert RoleGrant.objects.get(pk=grant.pk).ends_at == LATER


def test_a_coordinator_cannot_take_over_the_region(cast):
    """Whoever holds a regional role is managed by the secretariat alone, also when closed."""
    expert = enter("erin", "Erin Lake", cast.juniper, Role.OFFICER)
    RoleGrant.objects.create(person=expert, role=Role.SECRETARIAT, starts_at=NOW)

    assert not permissions.can_manage(cast.alice, expert)
    assert permissions.can_manage(cast.dana, expert)
    User.objects.filter(pk=expert.pk).update(is_active=False)
    assert not permissions.can_manage(cast.alice, User.objects.get(pk=expert.pk))


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("alice", {"alice", "bob"}),
        ("bob", {"bob"}),
        ("charlie", {"charlie"}),
        ("dana", {"alice", "charlie", "dana"}),
    ],
)
def test_who_sees_whom(cast, who, seen):
    people = permissions.visible_to(getattr(cast, who))

    assert set(people.values_list("username", flat=True)) == seen


def test_who_is_closed_sees_nobody(cast):
    services.close_account(person=cast.bob, by=cast.alice, at=LATER)

    assert permissions.visible_to(User.objects.get(pk=cast.bob.pk)).count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": Role.ANALYST, "administration": False},
        {"role": Role.DONOR, "administration": True},
        {"role": Role.ANALYST, "administration": True, "ends_at": NOW - timedelta(days=1)},
        {"role": Role.ANALYST, "administration": True},  # bob has this one already
    ],
)
def test_the_database_refuses_a_wrong_grant(cast, wrong):
    place = cast.juniper if wrong.pop("administration") else None

    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(person=cast.bob, administration=place, starts_at=NOW, **wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"username": "Bob2"},
        {"username": "alice@x.org"},
        {"full_name": ""},
        {"username": "bob"},
        {"language": "xx"},
    ],
)
def test_the_database_refuses_a_wrong_person(cast, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(**{"username": "erin", "full_name": "Erin", **wrong})


def test_an_administration_of_five_lanes_is_refused_by_the_service_and_the_database(cast):
    with pytest.raises(RefusedError, match="3 or 4"):
        services.change_administration(
            administration=cast.juniper, values={"lanes": 5}, by=None, at=NOW
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Administration.objects.filter(pk=cast.juniper.pk).update(lanes=5)


def test_an_act_and_its_announcement_stand_or_fall_together(cast):
    def fail(sender, event, **kwargs):
        raise RuntimeError("the journal is full")

    events.announced.connect(fail)
    try:
        with pytest.raises(RuntimeError, match="journal is full"):
            services.close_account(person=cast.bob, by=cast.alice, at=LATER)
    finally:
        events.announced.disconnect(fail)

    assert User.objects.get(pk=cast.bob.pk).is_active


@pytest.mark.django_db(transaction=True)
def test_an_announcement_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="outside a transaction"):
        events.announce(events.AccountClosed(at=NOW, by=None, person=1))
