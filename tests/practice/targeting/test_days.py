"""A day of validity is a day of the administration's offices, wherever who asks sits."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from tests.practice.conftest import NOW

from tamgha.platform.accounts.models import Administration
from tamgha.practice.targeting.choices import VersionState
from tamgha.practice.targeting.models import ProfileVersion
from tamgha.practice.targeting.queries.passports import live_versions
from tamgha.practice.targeting.services import passports
from tamgha.practice.targeting.services.profiles import Wording, save_draft

BEFORE = datetime(2026, 11, 30, 18, 59, tzinfo=UTC)
AFTER = datetime(2026, 11, 30, 19, 1, tzinfo=UTC)
"""Midnight between November and December at 5 hours east of Greenwich lies between them."""
SEATS = ("Asia/Tokyo", "Asia/Tashkent", "UTC", "America/New_York")


@pytest.fixture
def place(people):
    Administration.objects.filter(pk=people.juniper.pk).update(time_zone="Asia/Tashkent")
    people.juniper.refresh_from_db()
    return people.juniper


def live(place, by, code, **days):
    wording = Wording(name=code, condition="item_price > 1", red=5_000, **days)
    version = save_draft(administration=place, code=code, wording=wording, by=by, at=NOW)
    ProfileVersion.objects.filter(pk=version.pk).update(state=VersionState.ACTIVE)
    return version


def codes(place, at, seat):
    with timezone.override(ZoneInfo(seat)):
        return [one.version.profile.code for one in live_versions(place, at)]


@pytest.mark.parametrize("seat", SEATS)
def test_versions_begin_and_end_at_midnight_of_the_offices(place, people, seat):
    live(place, people.timur, "ENDS", valid_to=date(2026, 12, 1))
    live(place, people.timur, "BEGINS", valid_from=date(2026, 12, 1))

    assert codes(place, BEFORE, seat) == ["ENDS"]
    assert codes(place, AFTER, seat) == ["BEGINS"]


@pytest.mark.parametrize("seat", SEATS)
def test_the_clock_writes_an_end_when_the_day_of_the_offices_is_over(place, people, seat):
    version = live(place, people.timur, "ENDS", valid_to=date(2026, 12, 1))

    with timezone.override(ZoneInfo(seat)):
        ended = [passports.settle(at) for at in (BEFORE, AFTER, AFTER)]

    version.refresh_from_db()
    assert ended == [0, 1, 0]
    assert version.state == VersionState.RETIRED
