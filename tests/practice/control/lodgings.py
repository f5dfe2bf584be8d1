"""Declarations to lodge in tests."""

from datetime import UTC, datetime, timedelta

from tamgha.practice.control.domain.lodging import Lodging

MORNING = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
"""Nine o'clock in Tashkent."""


def lodging(number, *, items=2, hs="6403990000", price=100.0, **told):
    """Return a declaration of a few items."""
    values = {
        "declaration": f"D-{number}",
        "office": "1101",
        "direction": "import",
        "lodged": MORNING,
        "importer": "KARAVAN 118",
        "items": [
            {
                "item": place,
                "hs": hs,
                "hs_edition": 2022,
                "origin": "CN",
                "goods": "Footwear",
                "net_mass_kg": 50.0,
                "item_price": price,
                "currency": "USD",
            }
            for place in range(1, items + 1)
        ],
    }
    return Lodging.model_validate({**values, **told})


def minutes(number, start=MORNING):
    """Return a moment so many minutes after nine o'clock."""
    return start + timedelta(minutes=number)
