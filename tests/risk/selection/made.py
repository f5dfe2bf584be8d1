"""Declarations and draws for the tests, written as the selection method section 6 writes them."""

import math
from datetime import UTC, datetime
from fractions import Fraction

from tamgha.risk.selection import CriterionHit, Declared, LaneShares

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


def draw(text):
    """Return the least k with k / 2^64 >= the decimal: on an edge it is not below it."""
    return math.ceil(Fraction(text) * 2**64)


def shares(text):
    """Return "50/50/0" per cent as shares over lanes."""
    return LaneShares.percent(*text.split("/"))


def hit(text):
    """Return "A 30/0/0 .29": code, shares in per cent, draw."""
    code, lanes, own = text.split()
    return CriterionHit(code, shares(lanes), draw(own))


def declared(text, *hits, name="D1", **more):
    """Return a declaration with its random draw and the hits written as `hit` reads them."""
    values = {
        "declaration": name,
        "office": "KZ10",
        "direction": "import",
        "decided_at": NOON,
        "period": "2026-03",
        "random_draw": draw(text),
        "hits": tuple(hit(one) for one in hits),
    }
    return Declared(**(values | more))
