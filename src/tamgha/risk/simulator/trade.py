"""One week of trade as it truly is: who brings what from where, how, when and for how much."""

import math
from dataclasses import dataclass
from datetime import date

import numpy as np

from tamgha.risk.simulator.goods import catalogue
from tamgha.risk.simulator.market import EPOCH, Market
from tamgha.risk.simulator.places import (
    AIR,
    BUYERS,
    CITY,
    COUNTRY_CODES,
    DEPARTURES,
    FREIGHT_USD_KG,
    GATES,
    HAS_PREFERENCE,
    HOME,
    MODES_BY_REGION,
    OFFICE_HOURS,
    ORIGINS,
    PRICE_FACTOR,
    REGION_OF,
)
from tamgha.risk.simulator.streams import Flags, Floats, Ints, Wheel, exponential, normal, uniform
from tamgha.risk.simulator.traders import BASKET, EXPORT_BASKET

IMPORT, EXPORT, TRANSIT = range(3)
INCOTERMS = ("EXW", "FCA", "FOB", "CPT", "CIP", "CIF", "DAP")
_FIRST_DELIVERED = INCOTERMS.index("CPT")  # from here on the price holds the freight
_INCOTERMS = Wheel(
    [
        (3, 6, 38, 1, 2, 45, 5),
        (8, 40, 0, 25, 10, 0, 17),
        (12, 38, 0, 18, 7, 0, 25),
        (10, 45, 0, 20, 20, 0, 5),
    ]
)
_ITEM_COUNT = Wheel([0.52, 0.20, 0.10, 0.07, 0.05, 0.03, 0.02, 0.01])
_BASKET = Wheel([0.40, 0.20, 0.12, 0.08, 0.07, 0.05, 0.04, 0.04])
_WEEKDAYS = (1.0, 1.05, 1.05, 1.0, 0.95, 0.35, 0.15)  # from Monday
_FREIGHT_BY_MODE = np.array([0.6, 0.8, 1.0, 6.0])
_SEASON = np.array([round(math.cos(2 * math.pi * week / 52), 6) for week in range(53)])
_RUSSIA, _CHINA = COUNTRY_CODES.index("RU"), COUNTRY_CODES.index("CN")


@dataclass(frozen=True, slots=True)
class Declarations:
    """The declarations of a week, shape (declarations,), in the order of their lodging.

    Parameters
    ----------
    direction : IMPORT, EXPORT or TRANSIT
    firm : the importer, in exports the exporter
    good, origin : of the first item
    departure, destination : countries; HOME is the world's own
    mode, gate, office : transport at the border, office of the border, office of lodging
    lodged : local time, seconds since 1970
    declarant, items, incoterm : number of the declarant, number of items, index of INCOTERMS
    """

    direction: Ints
    firm: Ints
    good: Ints
    origin: Ints
    departure: Ints
    destination: Ints
    mode: Ints
    gate: Ints
    office: Ints
    lodged: Ints
    declarant: Ints
    items: Ints
    incoterm: Ints

    @property
    def abroad(self) -> Ints:
        """The foreign end of the journey that freight is paid for."""
        return np.where(self.direction == EXPORT, self.destination, self.departure)

    @property
    def is_delivered(self) -> Flags:
        """Whether the price holds the freight."""
        return self.incoterm >= _FIRST_DELIVERED


@dataclass(frozen=True, slots=True)
class Items:
    """The items of a week as they truly are, shape (items,), by declaration and number.

    Parameters
    ----------
    row : index of the item's declaration in its week
    number : from 1 within the declaration
    good, origin : index of the catalogue, of the countries
    net_kg, gross_kg, packages : masses and packages; net <= gross
    units : supplementary units; 0 where the good has none
    price : invoice price in USD
    freight : USD that the price does not hold and the statistical value does
    preference : whether a preference is claimed, and due
    """

    row: Ints
    number: Ints
    good: Ints
    origin: Ints
    net_kg: Floats
    gross_kg: Floats
    packages: Ints
    units: Floats
    price: Floats
    freight: Floats
    preference: Flags


def declarations_of_week(market: Market, week: int, count: int) -> Declarations:
    """Return the ``count`` declarations of a week, sorted by lodging, then office."""
    streams, plan = market.streams, market.plan
    direction = Wheel([1 - plan.exports - plan.transit, plan.exports, plan.transit]).pick(
        streams.words("direction", count, week)
    )
    firm = _firms(market, week, direction)
    good = _main_goods(market, week, direction, firm)
    origin, destination = _ends(market, week, direction, firm, good)
    departure = np.where(
        direction == EXPORT,
        HOME,
        DEPARTURES.pick(streams.words("departure", count, week), np.minimum(origin, HOME - 1)),
    )
    abroad = np.where(direction == EXPORT, destination, departure)
    mode, gate, office = _journeys(market, week, firm, abroad)
    agent = (streams.uniform("declarant", count, week) < 0.15).astype(np.int64)
    parts = {
        "direction": direction,
        "firm": firm,
        "good": good,
        "origin": origin,
        "departure": departure,
        "destination": destination,
        "mode": mode,
        "gate": gate,
        "office": office,
        "lodged": _moments(market, week, office),
        "declarant": market.firms.declarant[firm, agent],
        "items": 1 + _ITEM_COUNT.pick(streams.words("items", count, week)),
        "incoterm": _INCOTERMS.pick(streams.words("incoterm", count, week), mode),
    }
    order = np.lexsort((office, parts["lodged"]))
    return Declarations(**{name: values[order] for name, values in parts.items()})


def _firms(market: Market, week: int, direction: Ints) -> Ints:
    chance = market.streams.uniform("firm", len(direction), week)
    active = market.firms.active(7 * week)
    chosen = np.empty(len(direction), dtype=np.int64)
    for exports, weight in ((False, market.firms.weight), (True, market.firms.export_weight)):
        edges = np.cumsum(np.where(active, weight, 0))
        rows = (direction == EXPORT) == exports
        target = np.floor(chance[rows] * edges[-1]).astype(np.int64)
        chosen[rows] = np.searchsorted(edges, target, side="right")
    return chosen


def _main_goods(market: Market, week: int, direction: Ints, firm: Ints) -> Ints:
    words = market.streams.words("main good", len(firm), week)
    slot = _BASKET.pick(words)
    return np.where(
        direction == EXPORT,
        market.firms.export_basket[firm, slot % EXPORT_BASKET],
        market.firms.basket[firm, slot % BASKET],
    )


def usual_origin(market: Market, firm: Ints, good: Ints) -> Ints:
    """Return the country from which a firm usually gets a good; shape of ``firm``."""
    return ORIGINS.pick(market.streams.facts("origin", firm, good), catalogue().family[good])


def _ends(market: Market, week: int, direction: Ints, firm: Ints, good: Ints) -> tuple[Ints, Ints]:
    streams, count = market.streams, len(firm)
    fresh = ORIGINS.pick(streams.words("origin", count, week), catalogue().family[good])
    changes = streams.uniform("origin changes", count, week) < 0.12
    origin = np.where(changes, fresh, usual_origin(market, firm, good))
    buyer = np.where(
        streams.uniform("buyer changes", count, week) < 0.2,
        BUYERS.pick(streams.words("buyer", count, week)),
        BUYERS.pick(streams.facts("buyer", firm, good)),
    )
    onward = np.where(buyer == origin, np.where(origin == _RUSSIA, _CHINA, _RUSSIA), buyer)
    destination = np.choose(direction, (np.full(count, HOME), buyer, onward))
    return np.where(direction == EXPORT, HOME, origin), destination


def _journeys(market: Market, week: int, firm: Ints, abroad: Ints) -> tuple[Ints, Ints, Ints]:
    streams, count = market.streams, len(firm)
    region = REGION_OF[abroad]
    mode = np.where(
        streams.uniform("mode changes", count, week) < 0.15,
        MODES_BY_REGION.pick(streams.words("mode", count, week), region),
        MODES_BY_REGION.pick(streams.facts("mode", firm, abroad), region),
    )
    gate = GATES[region, mode]
    inland = uniform(streams.facts("clears inland", firm)) * 0.7
    city = (streams.uniform("inland", count, week) < inland) & (mode != AIR)
    return mode, gate, np.where(city, CITY, gate)


def _moments(market: Market, week: int, office: Ints) -> Ints:
    streams, count = market.streams, len(office)
    first = market.first_day(week)
    monday_first = (first - (date(1970, 1, 5) - EPOCH).days) % 7
    weekdays = Wheel([_WEEKDAYS[(monday_first + step) % 7] for step in range(7)])
    day = first + weekdays.pick(streams.words("weekday", count, week))
    hour = OFFICE_HOURS.pick(streams.words("hour", count, week), office)
    second = np.floor(streams.uniform("second", count, week) * 3600).astype(np.int64)
    return day * 86_400 + hour * 3_600 + second


def items_of_week(market: Market, week: int, declared: Declarations) -> Items:
    """Return the true items of a week's declarations."""
    tariff, streams = catalogue(), market.streams
    row = np.repeat(np.arange(len(declared.items)), declared.items)
    first = np.cumsum(declared.items) - declared.items
    number = np.arange(len(row)) - first[row] + 1
    firm = declared.firm[row]
    good, origin = _goods_and_origins(market, week, declared, row, number)
    net = _masses(market, week, good, firm, declared.items[row], declared.mode[row])
    value = _goods_value(market, week, firm, good, origin, net)
    freight = np.minimum(
        net * FREIGHT_USD_KG[declared.abroad[row]] * _FREIGHT_BY_MODE[declared.mode[row]],
        0.25 * value,
    )
    delivered = declared.is_delivered[row]
    unit_kg = tariff.unit_kg[good] * exponential(0.1 * streams.normal("unit", len(row), week))
    has_unit = tariff.unit_kg[good] > 0
    packing = tariff.package_kg[good] * exponential(0.3 * streams.normal("package", len(row), week))
    tare = 0.02 + 0.10 * streams.uniform("tare", len(row), week)
    claims = streams.uniform("claims preference", len(row), week) < 0.93
    imported = declared.direction[row] == IMPORT
    entitled = HAS_PREFERENCE[np.minimum(origin, HOME - 1)] & (tariff.duty_rate[good] > 0)
    return Items(
        row=row,
        number=number,
        good=good,
        origin=origin,
        net_kg=net,
        gross_kg=np.maximum(net, np.rint(net * (1 + tare) * 10 + 2) / 10),
        packages=np.maximum(1, np.rint(net / packing)).astype(np.int64),
        units=np.where(has_unit, np.maximum(1, np.rint(net / np.where(has_unit, unit_kg, 1))), 0),
        price=np.maximum(1.0, cents(value + np.where(delivered, freight, 0.0))),
        freight=cents(np.where(delivered, 0.0, freight)),
        preference=imported & entitled & claims,
    )


def cents(amount: Floats) -> Floats:
    """Return amounts rounded to hundredths."""
    return np.rint(amount * 100) / 100


def _goods_and_origins(
    market: Market, week: int, declared: Declarations, row: Ints, number: Ints
) -> tuple[Ints, Ints]:
    streams, firm = market.streams, declared.firm[row]
    exported = declared.direction[row] == EXPORT
    slot = _BASKET.pick(streams.words("good", len(row), week))
    basket = np.where(
        exported,
        market.firms.export_basket[firm, slot % EXPORT_BASKET],
        market.firms.basket[firm, slot],
    )
    good = np.where(number == 1, declared.good[row], basket)
    apart = (number > 1) & ~exported & (streams.uniform("mixed origin", len(row), week) < 0.08)
    return good, np.where(apart, usual_origin(market, firm, good), declared.origin[row])


def _masses(market: Market, week: int, good: Ints, firm: Ints, items: Ints, mode: Ints) -> Floats:
    size = normal(market.streams.facts("lot size", firm))
    spread = exponential(0.9 * market.streams.normal("mass", len(good), week) + 0.4 * size)
    share = np.where(mode == AIR, 0.03, 1.0) / (0.5 + 0.5 * items)
    net: Floats = np.clip(catalogue().kg[good] * spread * share, 0.1, 120_000.0)
    return np.where(net >= 100, np.rint(net), np.maximum(1, np.rint(net * 10)) / 10)


def _goods_value(
    market: Market, week: int, firm: Ints, good: Ints, origin: Ints, net: Floats
) -> Floats:
    """Return the price of the goods alone: usual of good and origin, firm, trend, season, chance."""
    tariff, streams = catalogue(), market.streams
    segment = tariff.segment[good]
    years = 7 * week / 365.25
    trend = 0.06 * years * normal(streams.facts("trend", segment))
    phase = (streams.facts("season", segment) % np.uint64(52)).astype(np.int64)
    week_of_year = (market.first_day(week) // 7 + phase) % 52
    usual = (
        0.25 * normal(streams.facts("price of origin", good, origin))
        + 0.22 * normal(streams.facts("price of firm", firm, good))
        + trend
        + tariff.season[good] * _SEASON[week_of_year]
    )
    odd = streams.uniform("odd price", len(good), week) < 0.05
    chance = streams.normal("price", len(good), week) * np.where(odd, 0.8, 0.18)
    # Home goods cost what the catalogue says.
    factor = np.append(PRICE_FACTOR, 1.0)[origin]
    value: Floats = net * tariff.usd_per_kg[good] * factor * exponential(usual + chance)
    return value
