"""What a node does by the clock."""

import datetime as dt
import time

import pytest
from django.db import transaction
from django.utils import timezone

from tamgha.platform.accounts.models import Administration
from tamgha.platform.jobs.models import DutyRun
from tamgha.platform.jobs.services import Duty
from tamgha.platform.journal import services as journal
from tamgha.platform.journal.models import Head
from tamgha.shared.words import Words
from tamgha.site import housekeeping

NOW = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)


@transaction.atomic
def write():
    """Write an entry into the journal."""
    journal.record(
        "register.risk.made", by=None, at=NOW, on=journal.Ref("register.risk", "7", "Risk 7")
    )


@pytest.mark.django_db
def test_the_due_are_done_in_their_order_and_one_that_fails_keeps_nobody_waiting(caplog):
    def fail(_now: dt.datetime) -> None:
        raise ZeroDivisionError

    told: list[dt.datetime] = []
    minute = dt.timedelta(minutes=1)
    duties = [
        Duty("fail", Words("fail", "сбой"), minute, fail),
        Duty("look", Words("look", "осмотр"), minute, told.append),
    ]

    assert housekeeping.do_due(NOW, duties) == ["look"]
    assert told == [NOW]
    assert "could not: fail" in caplog.text


@pytest.mark.django_db
def test_what_fails_for_one_administration_is_done_for_the_others(monkeypatch, caplog):
    for code in ("juniper", "apricot"):
        Administration.objects.create(code=code, name_en=code, name_ru=code, currency="USD")
    told = []

    def close(*, administration, at):
        told.append(administration.code)
        if administration.code == "juniper":
            raise ValueError("a day that nobody can read")

    monkeypatch.setattr(housekeeping.states, "close_lots_due", close)
    lots = [duty for duty in housekeeping.DUTIES if duty.name == "control.lots"]

    assert housekeeping.do_due(NOW, lots) == []
    assert told == ["juniper", "apricot"]
    assert "a day that nobody can read" in caplog.text
    assert DutyRun.objects.get().fault == "ExceptionGroup"


@pytest.mark.django_db(transaction=True)
def test_every_duty_of_a_node_can_be_done_on_an_empty_one():
    names = [duty.name for duty in housekeeping.DUTIES]

    assert housekeeping.do_due(timezone.now()) == names
    assert len(set(names)) == len(names)
    assert not DutyRun.objects.exclude(fault="").exists()


@pytest.mark.django_db(transaction=True)
def test_the_thread_of_a_node_seals_by_itself_and_is_one(monkeypatch):
    monkeypatch.setattr(housekeeping, "TICK", 0.05)
    write()

    thread = housekeeping.start_thread()
    again = housekeeping.start_thread()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not Head.objects.exists():
        time.sleep(0.05)
    housekeeping.stop_thread()

    assert again is thread
    assert not thread.is_alive()
    assert Head.objects.get().size == 1


@pytest.mark.django_db
def test_a_lost_key_is_said_in_the_log_and_sealing_goes_on_when_it_is_back(own_home, caplog):
    seal = [duty for duty in housekeeping.DUTIES if duty.name == "journal.seal"]
    write()
    housekeeping.do_due(NOW, seal)
    (private,) = (own_home / "keys/seal").glob("*.pem")
    kept = private.read_bytes()
    private.unlink()
    write()

    without = housekeeping.do_due(NOW + dt.timedelta(minutes=1), seal)
    private.write_bytes(kept)
    with_it = housekeeping.do_due(NOW + dt.timedelta(minutes=2), seal)

    assert (without, with_it) == ([], ["journal.seal"])
    assert "could not: journal.seal" in caplog.text
    assert journal.check().is_whole
    assert Head.objects.count() == 2
