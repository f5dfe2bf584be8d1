"""What a node does by the clock."""

import datetime as dt

import pytest
from django.utils import timezone

from tamgha.shared.errors import TamghaError
from tamgha.site.housekeeping import DUTIES, Duty, Housekeeping

NOW = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)


def test_a_duty_is_done_when_it_is_due_and_not_before():
    told: list[dt.datetime] = []
    keeping = Housekeeping([Duty("look", 60, told.append)])

    done = [bool(keeping.do_due(clock, NOW)) for clock in (0.0, 59.0, 60.0, 61.0, 120.0)]

    assert done == [True, False, True, False, True]
    assert told == [NOW] * 3


def test_one_that_fails_is_said_keeps_nobody_else_waiting_and_is_tried_again(caplog):
    def fail(_now: dt.datetime) -> None:
        raise TamghaError("no plan is in force")

    told: list[dt.datetime] = []
    keeping = Housekeeping([Duty("fail", 60, fail), Duty("look", 60, told.append)])

    assert keeping.do_due(0.0, NOW) == ["look"]
    assert "could not: fail" in caplog.text
    assert keeping.do_due(60.0, NOW) == ["look"]
    assert caplog.text.count("could not: fail") == 2


@pytest.mark.django_db(transaction=True)
def test_every_duty_of_a_node_can_be_done_on_an_empty_one():
    assert Housekeeping().do_due(0.0, timezone.now()) == [duty.name for duty in DUTIES]
