"""What the cheats among the firms declare instead of the truth."""

from dataclasses import dataclass

import numpy as np

from tamgha.risk.simulator.goods import catalogue
from tamgha.risk.simulator.market import Market
from tamgha.risk.simulator.places import BORROWED_ORIGINS, HAS_PREFERENCE, HOME
from tamgha.risk.simulator.plan import SCHEME_KINDS, Scheme
from tamgha.risk.simulator.streams import Flags, Floats, Ints, normal, uniform
from tamgha.risk.simulator.trade import IMPORT, Declarations, Items, cents

NO_SCHEME = -1
_WORTH_IT = 30.0  # USD of duty under which nobody takes the risk


@dataclass(frozen=True, slots=True)
class Declared:
    """What the items of a week say, beside what they truly are; shape (items,).

    Parameters
    ----------
    scheme : index into SCHEME_KINDS, or NO_SCHEME
    good, origin, price, preference : as declared
    tells : whether the description of the goods is still that of the true good
    """

    scheme: Ints
    good: Ints
    origin: Ints
    price: Floats
    preference: Flags
    tells: Flags


class Quota:
    """How many declarations each scheme still owes, so that the rate is met as asked.

    Fractions and what a week could not place are carried to the next week.
    """

    def __init__(self, market: Market) -> None:
        self._market = market
        self._owed = dict.fromkeys(range(len(SCHEME_KINDS)), 0.5)

    def running(self, week: int) -> list[Scheme]:
        """Return the schemes that run in a week."""
        time = self._market.time(week)
        return [one for one in self._market.plan.schemes if one.runs_at(time)]

    def due(self, week: int, declarations: int) -> dict[int, int]:
        """Return how many declarations of a week each running scheme shall take."""
        plan = self._market.plan
        running = self.running(week)
        whole = sum(one.share for one in running)
        rate = plan.illicit_rate * (1 + plan.drift * (self._market.time(week) - 0.5))
        result = {}
        for one in running:
            place = SCHEME_KINDS.index(one.kind)
            self._owed[place] += rate * declarations * one.share / whole
            result[place] = int(self._owed[place])
        return result

    def owed(self, scheme: int) -> int:
        """Return how many whole declarations a scheme still owes."""
        return int(self._owed[scheme])

    def settle(self, scheme: int, placed: int) -> None:
        """Take off what a scheme has placed."""
        self._owed[scheme] -= placed


def declare(
    market: Market, week: int, declared: Declarations, items: Items, quota: Quota
) -> Declared:
    """Return what a week's items say: the truth, except where a scheme is at work."""
    scheme = _illicit_items(market, week, declared, items, quota)
    firm = declared.firm[items.row]
    good, origin = items.good.copy(), items.origin.copy()
    price, preference = items.price.copy(), items.preference.copy()

    low = np.flatnonzero(scheme == SCHEME_KINDS.index("undervaluation"))
    price[low] = _low_prices(market, week, firm[low], items.price[low], low, len(firm))

    wrong = np.flatnonzero(scheme == SCHEME_KINDS.index("misclassification"))
    good[wrong] = catalogue().neighbour[items.good[wrong]]

    false = np.flatnonzero(scheme == SCHEME_KINDS.index("false_origin"))
    choice = uniform(market.streams.facts("borrowed origin", firm[false])) * len(BORROWED_ORIGINS)
    origin[false] = BORROWED_ORIGINS[np.floor(choice).astype(np.int64)]
    preference[false] = True

    tells = market.streams.uniform("description tells", len(firm), week) < 0.3
    return Declared(scheme, good, origin, price, preference, tells)


def _low_prices(
    market: Market, week: int, firm: Ints, price: Floats, items: Ints, total: int
) -> Floats:
    """Return 30 to 75 % of the true prices, by the firm's habit; bolder as time goes by."""
    habit = 0.30 + 0.45 * uniform(market.streams.facts("boldness", firm))
    chance = market.streams.words("low price", total, week)[items]
    bolder = 1 + 0.2 * (0.5 - market.time(week))
    factor = np.clip(habit * bolder + 0.04 * normal(chance), 0.15, 0.85)
    low = np.maximum(0.5, cents(price * factor))
    rounded = (market.streams.uniform("round price", total, week)[items] < 0.25) & (low >= 1_000)
    return np.where(rounded, np.floor(low / 100) * 100, low)


def _suitable(items: Items, imported: Flags, scheme: Ints) -> Flags:
    """Return which items gain from the scheme that their firm uses."""
    tariff = catalogue()
    rate = np.where(items.preference, 0.0, tariff.duty_rate[items.good])
    neighbour = tariff.neighbour[items.good]
    dutiable = rate >= 5
    fits = (
        dutiable,
        (neighbour >= 0) & (rate > 0),
        dutiable & ~HAS_PREFERENCE[np.minimum(items.origin, HOME - 1)],
    )
    saves = items.price * rate / 100 >= _WORTH_IT
    any_fit = np.zeros(len(rate), dtype=np.bool_)
    for place, fit in enumerate(fits):
        any_fit |= (scheme == place) & fit
    return any_fit & saves & imported


def _illicit_items(
    market: Market, week: int, declared: Declarations, items: Items, quota: Quota
) -> Ints:
    count = len(declared.firm)
    firm_scheme = market.firms.scheme[declared.firm]
    imported = (declared.direction == IMPORT)[items.row]
    suitable = _suitable(items, imported, firm_scheme[items.row])
    eligible = np.zeros(count, dtype=np.bool_)
    eligible[items.row[suitable]] = True
    # The smallest chance ÷ inclination come first: a draw by inclination of an exact number.
    key = market.streams.uniform("cheats", count, week) / np.maximum(
        market.firms.propensity[declared.firm], 1e-9
    )
    chosen = np.zeros(count, dtype=np.bool_)
    due = quota.due(week, count)
    for place, wanted in due.items():
        rows = np.flatnonzero(eligible & (firm_scheme == place))
        rows = rows[np.argsort(key[rows], kind="stable")][:wanted]
        chosen[rows] = True
        quota.settle(place, len(rows))
    # What a scheme could not place, for want of its cheats, others that run take over.
    free = np.flatnonzero(eligible & ~chosen & np.isin(firm_scheme, list(due)))
    free = free[np.argsort(key[free], kind="stable")]
    for place in due:
        rows, free = np.split(free, [min(quota.owed(place), len(free))])
        chosen[rows] = True
        quota.settle(place, len(rows))
    too = market.streams.uniform("this item too", len(items.row), week) < 0.6
    illicit = suitable & chosen[items.row] & (too | _first_of(items.row, suitable))
    return np.where(illicit, firm_scheme[items.row], NO_SCHEME)


def _first_of(row: Ints, suitable: Flags) -> Flags:
    """Return the first suitable item of each declaration; ``row`` is sorted."""
    places = np.flatnonzero(suitable)
    _, first = np.unique(row[places], return_index=True)
    result = np.zeros(len(row), dtype=np.bool_)
    result[places[first]] = True
    return result
