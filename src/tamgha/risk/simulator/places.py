"""Countries with their usual routes, and the invented offices of the world."""

from typing import NamedTuple

import numpy as np

from tamgha.risk.simulator.streams import Floats, Ints, Wheel
from tamgha.shared.words import Words

TIMEZONE = "Asia/Tashkent"
HOURS_AHEAD_OF_UTC = 5
FAMILIES = ("food", "raw", "industry", "consumer", "technology")
REGIONS = ("east", "west", "north", "south", "overseas")
MODES = ("1", "2", "3", "4")  # UN/ECE Recommendation 19
SEA, RAIL, ROAD, AIR = range(4)


class _Country(NamedTuple):
    code: str
    region: str
    price_factor: float
    freight_usd_kg: float
    supplies: tuple[float, float, float, float, float]  # weight per family of goods
    buys: float  # weight among destinations of exports
    hubs: tuple[tuple[str, float], ...]  # departures other than its own, with their share


# Invented weights of the right order for a trader between Europe and China.
_COUNTRIES = (
    _Country("CN", "east", 0.75, 0.25, (5, 3, 24, 46, 40), 18, (("HK", 0.06), ("KG", 0.03))),
    _Country("KR", "east", 1.25, 0.40, (1, 0, 6, 3, 10), 2, (("CN", 0.30),)),
    _Country("JP", "east", 1.60, 0.45, (0, 0, 2, 1, 6), 1, (("CN", 0.25),)),
    _Country("VN", "east", 0.80, 0.40, (2, 0, 2, 7, 3), 0.5, (("CN", 0.40),)),
    _Country("HK", "east", 0.95, 0.35, (0, 0, 0.5, 1, 2), 0.5, (("CN", 0.50),)),
    _Country("TR", "west", 0.95, 0.20, (8, 3, 12, 14, 6), 12, (("GE", 0.15),)),
    _Country("DE", "west", 1.60, 0.30, (4, 1, 12, 4, 12), 4, (("PL", 0.10), ("LT", 0.05))),
    _Country("IT", "west", 1.55, 0.32, (3, 1, 6, 6, 4), 9, (("PL", 0.08), ("TR", 0.05))),
    _Country("PL", "west", 1.15, 0.28, (4, 1, 5, 3, 3), 2, (("LT", 0.10),)),
    _Country("FR", "west", 1.60, 0.33, (3, 0, 4, 3, 2), 3, (("DE", 0.15),)),
    _Country("LT", "west", 1.10, 0.26, (1, 0, 1, 0.5, 0.5), 1, (("PL", 0.10),)),
    _Country("GE", "west", 0.95, 0.15, (4, 1, 0.7, 0.6, 0.1), 4, (("AZ", 0.10),)),
    _Country("AZ", "west", 0.90, 0.14, (3, 3, 1, 0.4, 0.1), 4, (("GE", 0.05),)),
    _Country("AM", "west", 1.00, 0.18, (2, 0.5, 0.5, 0.7, 0.1), 1, (("GE", 0.60),)),
    _Country("RU", "north", 0.90, 0.12, (22, 42, 20, 5, 5), 22, (("BY", 0.03),)),
    _Country("BY", "north", 0.95, 0.15, (6, 2, 4, 2, 1.5), 2, (("RU", 0.25),)),
    _Country("KG", "east", 0.90, 0.10, (4, 2, 0.6, 2, 0.2), 4, (("UZ", 0.10),)),
    _Country("UZ", "south", 0.85, 0.10, (9, 6, 4, 3, 1), 9, (("TM", 0.04),)),
    _Country("TM", "south", 0.85, 0.12, (1, 4, 0.8, 0.4, 0.1), 2, (("UZ", 0.20),)),
    _Country("IN", "south", 0.80, 0.35, (3, 1, 8, 5, 2), 2, (("AE", 0.35), ("IR", 0.15))),
    _Country("PK", "south", 0.75, 0.32, (3, 1, 0.7, 3, 0.2), 1, (("AE", 0.20),)),
    _Country("IR", "south", 0.70, 0.16, (6, 5, 2, 0.7, 0.3), 4, (("TM", 0.25),)),
    _Country("AE", "south", 1.10, 0.30, (1, 4, 1.5, 2, 3), 3, (("IR", 0.20),)),
    _Country("US", "overseas", 1.70, 0.50, (3, 1, 5, 1, 7), 2, (("NL", 0.35), ("AE", 0.10))),
    _Country("NL", "overseas", 1.45, 0.33, (3, 1, 3, 0.6, 2), 3, (("DE", 0.15),)),
    _Country("BR", "overseas", 1.00, 0.42, (6, 2, 1, 0.4, 0.2), 0.3, (("NL", 0.45),)),
    _Country("KZ", "north", 0.95, 0.10, (8, 9, 4, 1, 0.5), 9, (("UZ", 0.05),)),
)  # fmt: skip

COUNTRY_CODES = tuple(country.code for country in _COUNTRIES)
HOME = len(_COUNTRIES)  # the world's own country stands behind all others
REGION_OF = np.array([REGIONS.index(country.region) for country in _COUNTRIES])
# Partners of an invented free trade area.
_PARTNERS = {"GE", "AZ", "AM", "RU", "BY", "KG", "UZ", "TM", "KZ"}
HAS_PREFERENCE = np.array([code in _PARTNERS for code in COUNTRY_CODES])
PRICE_FACTOR: Floats = np.array([country.price_factor for country in _COUNTRIES])
FREIGHT_USD_KG: Floats = np.array([country.freight_usd_kg for country in _COUNTRIES])
ORIGINS = Wheel(np.array([country.supplies for country in _COUNTRIES]).T)
BUYERS = Wheel([country.buys for country in _COUNTRIES])
# Neighbours with a preference, whose name a false origin borrows.
BORROWED_ORIGINS: Ints = np.array(
    [COUNTRY_CODES.index(code) for code in ("KG", "GE", "UZ", "AM", "BY", "AZ")]
)


def _departures() -> Wheel:
    weights = np.zeros((len(_COUNTRIES), len(_COUNTRIES)))
    for place, country in enumerate(_COUNTRIES):
        weights[place, place] = 1.0 - sum(share for _, share in country.hubs)
        for hub, share in country.hubs:
            weights[place, COUNTRY_CODES.index(hub)] = share
    return Wheel(weights)


DEPARTURES = _departures()
# Mode of transport by region: sea, rail, road, air.
MODES_BY_REGION = Wheel(
    [
        (0.02, 0.43, 0.45, 0.10),
        (0.22, 0.08, 0.60, 0.10),
        (0.00, 0.45, 0.52, 0.03),
        (0.15, 0.25, 0.50, 0.10),
        (0.60, 0.00, 0.15, 0.25),
    ]
)


class Office(NamedTuple):
    """An invented customs office.

    ``hours`` are weights of the local hours 0–23 in which declarations are lodged.
    """

    code: str
    name: Words
    hours: tuple[float, ...]


_ROUND_THE_CLOCK = (*(2.0,) * 6, *(4.0,) * 3, *(6.0,) * 9, *(4.0,) * 3, *(3.0,) * 3)
_DAYTIME = (*(0.05,) * 7, 0.6, 3.0, 8.0, 10.0, 10.0, 7.0, 6.0, 9.0, 9.0, 8.0, 6.0, 2.0, 0.8, *(0.1,) * 4)  # fmt: skip
_EXTENDED = (*(0.4,) * 6, 1.5, 3.0, 6.0, 8.0, 9.0, 9.0, 8.0, 8.0, 8.0, 8.0, 8.0, 7.0, 6.0, 5.0, 4.0, 2.0, 1.0, 0.6)  # fmt: skip

OFFICES = (
    Office("JN01", Words("Juniper Harbour", "Арча, морской порт"), _EXTENDED),
    Office("JN02", Words("Juniper East Rail", "Арча, станция «Восточная»"), _ROUND_THE_CLOCK),
    Office("JN03", Words("Juniper East Gate", "Арча, пост «Восточные ворота»"), _ROUND_THE_CLOCK),
    Office("JN04", Words("Juniper North Gate", "Арча, пост «Северные ворота»"), _ROUND_THE_CLOCK),
    Office("JN05", Words("Juniper West Gate", "Арча, пост «Западные ворота»"), _EXTENDED),
    Office("JN06", Words("Juniper South Gate", "Арча, пост «Южные ворота»"), _ROUND_THE_CLOCK),
    Office("JN07", Words("Juniper Airport", "Арча, аэропорт"), _EXTENDED),
    Office("JN08", Words("Juniper City Clearance", "Арча, городской терминал"), _DAYTIME),
)
OFFICE_CODES = tuple(office.code for office in OFFICES)
OFFICE_HOURS = Wheel([office.hours for office in OFFICES])
CITY = len(OFFICES) - 1
# The office of entry or exit by region (rows) and mode (sea, rail, road, air).
GATES: Ints = np.array([(0, 1, 2, 6), (0, 4, 4, 6), (0, 3, 3, 6), (0, 5, 5, 6), (0, 4, 4, 6)])
