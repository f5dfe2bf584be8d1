"""People whose acts are written, and a hand that ignores the triggers."""

from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import Administration, RoleGrant, User
from tamgha.platform.journal import gateways
from tamgha.platform.journal import services as journal

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def administration():
    return Administration.objects.create(
        code="juniper", name_en="Juniper customs", name_ru="Таможня Арча", currency="KZT"
    )


@pytest.fixture
def person_with(administration):
    """Return a function that makes a person with a role."""

    def make(name, role=Role.ANALYST, place=administration):
        person = User.objects.create(
            username=name.lower(), full_name=f"{name} Demo", administration=place
        )
        RoleGrant.objects.create(person=person, role=role, administration=place, starts_at=NOW)
        return person

    return make


@pytest.fixture
def ann(person_with):
    return person_with("Ann")


@pytest.fixture
def write(ann):
    """Return a function that writes entries and returns their numbers."""

    def entries(count=1, **given):
        rest = {"by": ann, "at": NOW, "on": journal.Ref("register.risk", "7", "Risk 7")} | given
        with transaction.atomic():
            return [
                journal.record(
                    "register.risk.made", change=journal.Change(after={"step": step}), **rest
                ).pk
                for step in range(count)
            ]

    return entries


@pytest.fixture
def sealed(write):
    """Return the numbers of twelve sealed entries under three heads, and two that wait."""
    numbers = write(12)
    for _batch in range(3):
        journal.seal(at=NOW, at_most=4)
    return numbers + write(2)


@contextmanager
def another_hand():
    """Write into the database as one who may take the triggers off."""
    with gateways.guards_lifted(connection), connection.cursor() as cursor:
        yield cursor.execute


def faults():
    """Return what a check finds, as pairs of kind and entry."""
    return [(fault.kind, fault.entry) for fault in journal.check().faults]
