"""Everything that lasts through a world: its plan, its streams, its goods and its firms."""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from tamgha.risk.simulator.goods import Assortment, assortment
from tamgha.risk.simulator.plan import WorldPlan
from tamgha.risk.simulator.streams import Streams
from tamgha.risk.simulator.traders import Firms, declarant_codes, firms_of

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Market:
    """The lasting parts of a world.

    Parameters
    ----------
    plan, streams, goods, firms : see there
    declarants : code of every declarant, by number
    start : the first day
    weeks : how many weeks it runs
    """

    plan: WorldPlan
    streams: Streams
    goods: Assortment
    firms: Firms
    declarants: pa.Array
    start: date
    weeks: int

    def first_day(self, week: int) -> int:
        """Return the first day of a week, in days since 1970."""
        return (self.start - EPOCH).days + 7 * week

    def time(self, week: int) -> float:
        """Return the middle of a week as a share of the world's time, in (0, 1)."""
        return (week + 0.5) / self.weeks


def open_market(
    plan: WorldPlan, *, seed: int, declarations: int, start: date, weeks: int
) -> Market:
    """Return the market of a world that will see ``declarations`` in ``weeks`` from ``start``."""
    streams = Streams(seed)
    goods = assortment(streams, plan.goods)
    firms = firms_of(plan, streams, goods, declarations=declarations, days=7 * weeks)
    return Market(plan, streams, goods, firms, declarant_codes(streams, firms), start, weeks)
