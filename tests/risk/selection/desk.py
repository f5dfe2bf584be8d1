"""A small desk for the tests: three criteria, two keys, items of declarations."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from tamgha.risk.profiles import NamedList, Profile, ProfileLists, parse_condition
from tamgha.risk.selection import Arrival, Criteria, Criterion, DayForecast, Desk
from tamgha.shared.shares import Share
from tamgha.shared.words import Words

ZONE = ZoneInfo("Asia/Almaty")
KEYS = {"2026Q1": bytes(range(32)), "2026Q2": bytes(range(32, 64))}
MORNING = datetime(2026, 3, 5, 4, tzinfo=UTC)  # 9 o'clock in Almaty
LISTS = ProfileLists.of([NamedList("watched", "trader", ("I1", "I2"))])


def profile(code, text, red="0", yellow="0", **more):
    return Profile(
        code=code,
        name=code.title(),
        condition=parse_condition(text),
        red=Share.percent(red),
        yellow=Share.percent(yellow),
        task=Words("Weigh the goods.", "Взвесить товар."),
        **more,
    )


def desk(*more, mandatory=(), **options):
    """Return a desk with APPLES (red 30 %), WATCHED (yellow 50 %) and what is given."""
    criteria = (
        Criterion(profile=profile("APPLES", "hs LIKE '0808%'", red="30"), version=3),
        Criterion(profile=profile("WATCHED", "importer IN LIST 'watched'", yellow="50")),
        *more,
    )
    return Desk(
        criteria=Criteria(criteria, lists=LISTS),
        timezone=ZONE,
        keys=KEYS,
        mandatory=frozenset(mandatory),
        **options,
    )


def item(number=1, hs="0808100000", importer="I9", **more):
    row = {
        "item": number,
        "office": "KZ10",
        "direction": "import",
        "hs": hs,
        "importer": importer,
        "lodged": MORNING,
        "item_price": 1000.0,
        "net_mass_kg": 400.0,
    }
    return row | more


def arrival(name="D1", *items, minutes=0, **more):
    return Arrival(
        declaration=name,
        items=items or (item(),),
        decided_at=MORNING + timedelta(minutes=minutes),
        **more,
    )


def forecast(arrivals=20, scores=(), **more):
    """Return a day whose arrivals come from 9 o'clock to 16 o'clock, evenly."""
    values = {
        "arrivals": Fraction(arrivals),
        "variation": Fraction(1, 4),
        "mandatory": Fraction(0),
        "lot_shares": tuple(Fraction(18 <= lot < 32, 14) for lot in range(48)),
        "scores": tuple(scores),
    }
    return DayForecast(**(values | more))
