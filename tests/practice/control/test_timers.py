"""Timers and groups as programs and people meet them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.practice.control.conftest import NOW
from tests.practice.control.lodgings import MORNING, lodging

from tamgha.practice.control.models import Examiner
from tamgha.practice.control.services import examiners
from tamgha.practice.control.services.deciding import decide
from tamgha.practice.control.services.rows import Source
from tamgha.practice.control.views.api import answer_of


def test_a_green_declaration_is_held_until_its_delay_ends(people, put_in_force):
    put_in_force(green_delay_minutes=45)

    row = decide(
        source=Source(administration=people.juniper), lodged=lodging(1), key="k", at=MORNING
    )

    told = answer_of(row, MORNING)
    assert (told["lane"], told["hold_until"]) == ("green", MORNING + timedelta(minutes=45))


def test_documents_are_told_as_later_audit_from_the_minute_they_are_due(people, put_in_force):
    put_in_force(expected_yellow=10_000, yellow_to_blue_days=2)
    row = decide(
        source=Source(administration=people.juniper), lodged=lodging(1), key="k", at=MORNING
    )
    due = MORNING + timedelta(days=2)

    before, after = answer_of(row, due - timedelta(seconds=1)), answer_of(row, due)

    assert (before["lane"], after["lane"]) == ("yellow", "blue")
    assert (before["hold_until"], after["hold_until"]) == (None, None)


def test_nobody_is_in_both_groups_of_examiners(people):
    for group in ("working", "chief"):
        examiners.set_examiner(
            person=people.bakyt,
            group=group,
            office="",
            is_available=True,
            by=people.nargiza,
            at=NOW,
        )

    assert [one.group for one in Examiner.objects.filter(person=people.bakyt)] == ["chief"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Examiner.objects.create(person=people.bakyt, administration=people.juniper, group="working")
