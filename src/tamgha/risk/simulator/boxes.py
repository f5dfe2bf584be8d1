"""From a simulated week to rows of the schema: every box of the document, agreeing with the rest."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tamgha.risk.schema import ITEM_SCHEMA
from tamgha.risk.simulator.conduct import Declared
from tamgha.risk.simulator.goods import HS_EDITION, catalogue
from tamgha.risk.simulator.market import Market
from tamgha.risk.simulator.places import (
    AIR,
    COUNTRY_CODES,
    HOURS_AHEAD_OF_UTC,
    MODES,
    OFFICE_CODES,
    RAIL,
    SEA,
)
from tamgha.risk.simulator.streams import Flags, Floats, Ints, Words64, scrambled, uniform
from tamgha.risk.simulator.text import chosen, digits, joined, letters, repeated
from tamgha.risk.simulator.trade import (
    EXPORT,
    IMPORT,
    INCOTERMS,
    TRANSIT,
    Declarations,
    Items,
    cents,
)

DIRECTION_CODES = ("import", "export", "transit")
CURRENCY = "USD"
_SECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Assessed:
    """Value, rate and duty of a week's items, as declared or as due; shape (items,), USD."""

    value: Floats
    rate: Floats
    duty: Floats


def assess(
    declared: Declarations,
    items: Items,
    *,
    good: Ints,
    price: Floats,
    preference: Flags,
) -> Assessed:
    """Return the statistical value and the duty that follow from good, price and preference."""
    value = cents(price + items.freight)
    imported = declared.direction[items.row] == IMPORT
    rate = np.where(imported & ~preference, catalogue().duty_rate[good], 0.0)
    return Assessed(value, rate, cents(value * rate / 100))


@dataclass(frozen=True, slots=True)
class Lodged:
    """A week of declarations as the office received it, beside what is true of them.

    Parameters
    ----------
    declared, items : the declarations and their true items
    said : what the items say
    assessed : value and duty as they follow from what is said
    number : the declarations' numbers, shape (declarations,)
    """

    declared: Declarations
    items: Items
    said: Declared
    assessed: Assessed
    number: pa.StringArray


def numbers(declared: Declarations, first: int) -> pa.StringArray:
    """Return the number of every declaration of a week; numbers rise with the order of lodging."""
    count = len(declared.firm)
    day = declared.lodged // 86_400
    year = (day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970) % 100
    serial = np.arange(first, first + count, dtype=np.int64)
    return joined(
        digits(year, 2), "-", digits(serial, 8), "-", letters(OFFICE_CODES, declared.office)
    )


def rows_of_week(market: Market, week: int, lodged: Lodged) -> pa.RecordBatch:
    """Return the items of a week as rows of the schema, in canonical order."""
    row = lodged.items.row
    columns = {
        "declaration": repeated(lodged.number, row),
        "item": pa.array(lodged.items.number, pa.int32()),
        **_whole(market, week, lodged.declared, row),
        **_of_items(market, lodged),
    }
    arrays = [
        columns.get(field.name, pa.nulls(len(row), field.type)).cast(field.type)
        for field in ITEM_SCHEMA
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=ITEM_SCHEMA)


def _whole(market: Market, week: int, declared: Declarations, row: Ints) -> dict[str, pa.Array]:
    """Return the columns that all items of a declaration share."""
    importer, exporter = _parties(market, declared)
    transit = declared.direction == TRANSIT
    count = len(declared.firm)
    words = scrambled(market.streams.words("boxes", count, week))
    shared = {
        "direction": chosen(DIRECTION_CODES, declared.direction),
        "office": chosen(OFFICE_CODES, declared.office),
        "border_office": chosen(OFFICE_CODES, declared.gate),
        "declarant": chosen(market.declarants, declared.declarant),
        "importer": importer,
        "exporter": exporter,
        "procedure": chosen(("40", "10", "80"), declared.direction),
        "process": chosen(("A", "B"), (uniform(words) < 0.2).astype(np.int64)),
        "payment": chosen(("C", "D"), (uniform(scrambled(words)) < 0.35).astype(np.int64), transit),
        "transport_mode": chosen(MODES, declared.mode),
        "departure": _countries(market, declared.departure),
        "destination": _countries(market, declared.destination),
        "trading_country": _countries(
            market, np.where(declared.direction == EXPORT, declared.destination, declared.departure)
        ),
        "incoterm": chosen(INCOTERMS, declared.incoterm),
        "nature": chosen(("11", "12", "41"), np.minimum(2, np.floor(40 * uniform(words)) // 38).astype(np.int64)),
        "registration_form": chosen(("IM", "EX", "TR"), declared.direction),
        **_journey(market, declared, words),
    }  # fmt: skip
    day = (declared.lodged // 86_400).astype(np.int32)
    utc = (declared.lodged - HOURS_AHEAD_OF_UTC * 3_600) * _SECONDS
    result = {name: repeated(values, row) for name, values in shared.items()}
    result["lodged"] = pa.array(utc[row], pa.timestamp("us", tz="UTC"))
    result["day"] = pa.array(day[row], pa.date32())
    result["hour"] = pa.array((declared.lodged // 3_600 % 24)[row].astype(np.int8), pa.int8())
    return result


def _parties(market: Market, declared: Declarations) -> tuple[pa.Array, pa.Array]:
    """Return importer and exporter: the firm, and its partner abroad in every country it deals with."""
    foreign = np.where(declared.direction == EXPORT, declared.destination, declared.origin)
    chance = market.streams.facts("partner", declared.firm, foreign, declared.good % 3)
    # The square makes some partners large: a few sellers serve many firms.
    seller = np.floor(uniform(chance) ** 2 * 2_000).astype(np.int64)
    partner = joined(
        letters((*COUNTRY_CODES, market.plan.home), foreign), digits(seller * 37 % 10**5, 5)
    )
    firm = chosen(market.firms.codes, declared.firm)
    exports = pa.array(declared.direction == EXPORT)
    return pc.if_else(exports, partner, firm), pc.if_else(exports, firm, partner)


def _countries(market: Market, index: Ints) -> pa.Array:
    return chosen((*COUNTRY_CODES, market.plan.home), index)


def _journey(market: Market, declared: Declarations, words: Words64) -> dict[str, pa.Array]:
    """Return carrier, vehicle, container, place and papers of each declaration."""
    wild = (words >> np.uint64(20)).astype(np.int64) & 0xFFFFFFFF
    box = wild % 10**6
    boxed = (declared.mode == SEA) | ((declared.mode == RAIL) & (wild % 10 < 6))
    carrier = np.floor(
        uniform(market.streams.facts("carrier", declared.firm, declared.mode, wild % 2)) ** 2 * 90
    ).astype(np.int64)
    papers = letters(("BL", "CI", "CM", "AW"), declared.mode)
    container = joined("TMGU", digits(box, 6), digits(_check_digit(box), 1))
    return {
        "carrier": joined("C", letters(("S", "R", "T", "A"), declared.mode), digits(carrier, 3)),
        "vehicle": joined(letters(("S", "W", "T", "A"), declared.mode), digits(wild // 7, 6)),
        "containers": chosen(container, np.arange(len(box)), ~boxed),
        "location": joined(letters(OFFICE_CODES, declared.office), "-W", digits(wild % 4 + 1, 1)),
        "transport_document": joined(papers, digits(wild, 9)),
        "previous_document": chosen(
            joined("PI", digits(wild * 3 + 1, 9)),
            np.arange(len(wild)),
            (declared.mode == AIR) | (wild % 100 < 4),
        ),
    }


def _check_digit(serial: Ints) -> Ints:
    """Return the check digit of container TMGU + six digits (ISO 6346, annex A)."""
    letter_values = (31, 24, 17, 32)  # T, M, G, U
    total = np.full(len(serial), sum(value << place for place, value in enumerate(letter_values)))
    for place in range(6):
        total += (serial // 10 ** (5 - place) % 10) << (place + 4)
    return total % 11 % 10


def _of_items(market: Market, lodged: Lodged) -> dict[str, pa.Array]:
    declared, items, said, assessed = lodged.declared, lodged.items, lodged.said, lodged.assessed
    tariff = catalogue()
    imported = declared.direction[items.row] == IMPORT
    described = np.where(said.tells, items.good, said.good)
    invoice: Floats = np.bincount(
        items.row, weights=said.price, minlength=len(declared.firm)
    ).astype(np.float64)
    undutied = ~imported
    return {
        "hs": tariff.codes.take(pa.array(said.good)),
        "hs_edition": pa.array(np.full(len(items.row), HS_EDITION, dtype=np.int16)),
        "goods": tariff.descriptions.take(pa.array(described)),
        "origin": _countries(market, said.origin),
        "preference": chosen(("000", "200"), said.preference.astype(np.int64), undutied),
        "tax_type": chosen(("MFN", "FTA"), said.preference.astype(np.int64), undutied),
        "additional_procedure": chosen(("000",), np.zeros(len(items.row), dtype=np.int64)),
        "origin_marking": chosen(("Y", "N"), (said.good % 5 == 0).astype(np.int64)),
        "packages": pa.array(items.packages, pa.int32()),
        "gross_mass_kg": pa.array(items.gross_kg),
        "net_mass_kg": pa.array(items.net_kg),
        "supplementary_units": pa.array(items.units, mask=items.units == 0),
        "item_price": pa.array(said.price),
        "currency": chosen((CURRENCY,), np.zeros(len(items.row), dtype=np.int64)),
        "statistical_value": pa.array(assessed.value),
        "tax_rate": pa.array(assessed.rate, mask=undutied),
        "duty": pa.array(assessed.duty, mask=undutied),
        "valuation_method": chosen(("1",), np.zeros(len(items.row), dtype=np.int64)),
        "invoice_amount": pa.array(cents(invoice)[items.row]),
    }
