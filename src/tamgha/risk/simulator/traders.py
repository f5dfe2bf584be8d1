"""Who trades: firms with age, size, basket and honesty; declarants; partners abroad."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tamgha.risk.simulator.goods import (
    EXPORT_WEIGHTS,
    IMPORT_WEIGHTS,
    Assortment,
    catalogue,
)
from tamgha.risk.simulator.plan import SCHEME_KINDS, WorldPlan
from tamgha.risk.simulator.streams import Flags, Floats, Ints, Streams, Wheel, uniform
from tamgha.risk.simulator.text import digits, joined

BASKET = 8
EXPORT_BASKET = 4
HONEST = -1
YOUNG_DAYS = 365
_NAME_STARTS = ("Bar", "Kel", "Tor", "Mir", "Sal", "Nur", "Zar", "Len", "Tam", "Dov")
_NAME_ENDS = ("ban", "dor", "gan", "lis", "mek", "nor", "rin", "tas", "vek", "zil")
_NAME_TRADES = ("Trade", "Import", "Supply", "Market", "Build", "Tech", "Foods", "Motors", "Line")


@dataclass(frozen=True, slots=True)
class Firms:
    """The firms of a world; arrays of shape (firms,) unless said.

    Parameters
    ----------
    codes, names : invented identifiers and names
    born, died : day of the world on which a firm starts and stops; negative is before its start
    weight, export_weight : size, whole numbers, heavy-tailed
    basket : (firms, 8) goods that it imports, the main one first
    export_basket : (firms, 4)
    scheme : index into SCHEME_KINDS, or HONEST
    propensity : inclination to cheat, 0 for the honest
    declarant : (firms, 2) usual and second declarant
    """

    codes: pa.StringArray
    names: pa.StringArray
    born: Ints
    died: Ints
    weight: Ints
    export_weight: Ints
    basket: Ints
    export_basket: Ints
    scheme: Ints
    propensity: Floats
    declarant: Ints

    def active(self, day: int) -> Flags:
        """Return which firms trade in the week that starts on ``day``."""
        return (self.born <= day) & (self.died > day)


def identifiers(streams: Streams, kind: str, count: int, *, letter: str, width: int) -> pa.Array:
    """Return distinct invented codes, a letter and ``width`` digits, whose order tells nothing."""
    shift = int(streams.words(f"{kind} code", 1)[0] % np.uint64(10**width))
    # 7,654,321 shares no factor with a power of ten, so no two numbers meet.
    return joined(letter, digits((np.arange(count) * 7_654_321 + shift) % 10**width, width))


def firms_of(
    plan: WorldPlan, streams: Streams, goods: Assortment, *, declarations: int, days: int
) -> Firms:
    """Return the firms of a world of ``declarations`` over ``days``."""
    count = plan.firms or max(300, declarations // 35)
    born = _births(streams, count, days)
    died = born + 60 + (streams.uniform("life", count) * 6_000).astype(np.int64)
    rank = np.argsort(np.argsort(streams.words("size", count), kind="stable"), kind="stable")
    weight = 10**12 // (rank + 12)
    weight[born > -YOUNG_DAYS] //= 2
    exports = streams.uniform("exports at all", count) < 0.3
    exports[0] = True  # even the smallest world has somebody who sells
    born[0], died[0] = -3_000, days + 1
    basket = _baskets(streams, goods, count)
    scheme, propensity = _conduct(
        plan, streams, _suitable(basket, born, days), weight * _lifetime(born, died, days)
    )
    agents = max(6, count // 8)
    return Firms(
        codes=identifiers(streams, "firm", count, letter="J", width=7),
        names=_names(streams, count),
        born=born,
        died=died,
        weight=weight,
        export_weight=np.where(exports, weight, 0),
        basket=basket,
        export_basket=_export_baskets(streams, goods, count),
        scheme=scheme,
        propensity=propensity,
        declarant=np.floor(
            uniform(streams.facts("declarant", np.arange(count)[:, None], np.arange(2)[None, :]))
            ** 2
            * agents
        ).astype(np.int64),
    )


def declarant_codes(streams: Streams, firms: Firms) -> pa.Array:
    """Return the code of every declarant that the firms use."""
    return identifiers(streams, "declarant", int(firms.declarant.max()) + 1, letter="D", width=5)


def _births(streams: Streams, count: int, days: int) -> Ints:
    chance, place = streams.uniform("young", count), streams.uniform("born", count)
    old = -YOUNG_DAYS - np.floor(place * 4_400)
    # Seven in twenty firms start in the last year before the world, or while it runs.
    young = -YOUNG_DAYS + np.floor(place * (YOUNG_DAYS + days))
    return np.where(chance < 0.35, young, old).astype(np.int64)


def _lifetime(born: Ints, died: Ints, days: int) -> Ints:
    """Return the days of the world on which each firm trades."""
    lived: Ints = np.maximum(np.minimum(died, days) - np.maximum(born, 0), 0)
    return lived


def _baskets(streams: Streams, goods: Assortment, count: int) -> Ints:
    branch = Wheel(IMPORT_WEIGHTS)
    segment = np.repeat(branch.pick(streams.words("branch", count))[:, None], BASKET, axis=1)
    segment[:, -2:] = branch.pick(streams.words("side branch", count * 2)).reshape(count, 2)
    return goods.pick(segment, streams.uniform("basket", count * BASKET).reshape(count, BASKET))


def _export_baskets(streams: Streams, goods: Assortment, count: int) -> Ints:
    segment = Wheel(EXPORT_WEIGHTS).pick(streams.words("export branch", count))
    return goods.pick(
        np.repeat(segment[:, None], EXPORT_BASKET, axis=1),
        streams.uniform("export basket", count * EXPORT_BASKET).reshape(count, EXPORT_BASKET),
    )


def _suitable(basket: Ints, born: Ints, days: int) -> list[Flags]:
    """Return, per scheme, the firms whose basket and age allow it."""
    tariff = catalogue()
    dutiable: Flags = np.any(tariff.duty_rate[basket[:, :3]] >= 5, axis=1)
    neighboured: Flags = np.any(tariff.neighbour[basket[:, :2]] >= 0, axis=1)
    young = (born > -YOUNG_DAYS) & (born < days)
    return [dutiable & young, neighboured, dutiable & ~young]


def _conduct(
    plan: WorldPlan, streams: Streams, suitable: list[Flags], trade: Ints
) -> tuple[Ints, Floats]:
    """Return each firm's scheme and its inclination to it.

    Cheats of a scheme carry about four times the trade that the scheme needs, so that
    even they declare truly more often than not.
    """
    scheme = np.full(len(trade), HONEST, dtype=np.int64)
    propensity = np.zeros(len(trade))
    if plan.illicit_rate == 0:
        return scheme, propensity
    order = np.argsort(streams.words("conduct", len(trade)), kind="stable")
    whole = int(trade.sum())
    shares = np.array([one.share for one in plan.schemes])
    for one, share in zip(plan.schemes, shares / np.cumsum(shares)[-1], strict=True):
        place = SCHEME_KINDS.index(one.kind)
        free = order[(scheme[order] == HONEST) & suitable[place][order]]
        free = free[trade[free] * 120 < whole]  # no scheme hangs on one giant
        running = np.cumsum(trade[free])
        needed = int(4 * plan.illicit_rate * share / (one.ends - one.starts) * whole)
        cheats = free[: int(np.searchsorted(running, needed)) + 1]
        scheme[cheats] = place
        often = uniform(streams.facts("often", cheats)) < 0.4
        propensity[cheats] = np.where(often, 1.0, 0.4)
    return scheme, propensity


def _names(streams: Streams, count: int) -> pa.StringArray:
    words = streams.words("name", count).tolist()
    return pa.array(
        [
            f"{_NAME_STARTS[word % 10]}{_NAME_ENDS[word // 10 % 10]} "
            f"{_NAME_TRADES[word // 100 % 9]} {number} (simulated)"
            for number, word in enumerate(words, start=1)
        ],
        pa.string(),
    )
