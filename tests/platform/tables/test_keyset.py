"""A cursor comes back as it went, and whatever else stands in the address does no harm."""

import base64
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tamgha.platform.tables.keyset import Cursor


@pytest.mark.parametrize(
    "value",
    [
        "Айгүл & Co",
        "",
        7,
        2.5,
        True,
        None,
        date(2026, 2, 28),
        datetime(2026, 2, 28, 9, 30, 0, 123456, tzinfo=UTC),
        Decimal("12.340"),
    ],
)
def test_a_cursor_comes_back_as_it_went(value):
    cursor = Cursor("-name", (value, 42), 60)

    back = Cursor.decode(cursor.encode(), sort="-name")

    assert back == cursor
    assert type(back.values[0]) is type(value)


def test_a_cursor_of_another_order_is_refused():
    text = Cursor("name", ("a", 1), 30).encode()

    assert Cursor.decode(text, sort="-name") is None


def made_up(document):
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode()


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "%%%",
        "ключ",
        "AAAA",
        made_up([]),
        made_up(7),
        made_up(["", [], 1]),
        made_up(["", [1], -1]),
        made_up(["", [1], "30"]),
        made_up(["", [1], 10**12]),
        made_up(["", [[1]], 1]),
        made_up(["", [{"n": "abc"}], 1]),
        made_up(["", [{"t": "yesterday"}], 1]),
        made_up(["", [{"d": 5}], 1]),
        made_up(["", [{"a": 1, "b": 2}], 1]),
        made_up(["", 5, 1]),
        "W" * 100_000,
    ],
)
def test_a_broken_cursor_is_no_cursor(text):
    assert Cursor.decode(text, sort="") is None
