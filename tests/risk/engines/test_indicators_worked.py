"""Values worked by hand for each kind, in memory and declaration by declaration."""

from datetime import UTC, date, datetime

import pytest
from tests.risk.indicators.made_rows import COLUMNS, agrees, declared, findings_table, items_table

from tamgha.risk.engines import OnlineIndicators, compute_indicators
from tamgha.risk.indicators import KINDS, GradeRule


def row(number, day, hour=None, **own):
    """Return row D<number> of a day of March 2024 (or of a date)."""
    when = day if isinstance(day, date) else date(2024, 3, day)
    return (
        dict.fromkeys(COLUMNS)
        | {
            "declaration": f"D{number}",
            "item": 1,
            "direction": "import",
            "office": "40",
            "lodged": datetime(when.year, when.month, when.day, hour or 0, tzinfo=UTC),
            "day": when,
            "hour": hour,
            "importer": "A",
            "hs": "010121",
            "hs_edition": 2022,
        }
        | own
    )


def finding(number, known, found, version=1, state="final"):
    return {
        "declaration": f"D{number}",
        "item": 1,
        "version": version,
        "known": date(2024, 3, known),
        "found": found,
        "state": state,
    }


def prices(*values):
    return [
        row(n, n, item_price=price, net_mass_kg=mass) for n, (price, mass) in enumerate(values, 1)
    ]


UNIT = "item_price / net_mass_kg"
A_FIND = [row(1, 1), row(2, 2), row(3, 10), row(4, 11), row(5, 20), row(6, 21, importer="B")]
RESULTS = [
    finding(1, 3, True),
    finding(2, 9, False),
    finding(1, 15, True, version=2, state="overturned"),
]
BASKET = [
    row(1, 1, hs="010121"),
    row(2, 2, hs="010121"),
    row(3, 3, hs="847130"),
    row(3, 3, hs="847130", item=2),
    row(4, 4, hs="010121"),
    row(5, 12, hs="847130"),
]
DUTY = [
    row(1, 1, hs="010121", tax_rate=5.0),
    row(2, 2, hs="010129", tax_rate=0.0),
    row(3, 3, hs="010129", tax_rate=8.0),
    row(4, 4, hs="010190", tax_rate=6.0),
    row(5, 20, hs="010190", tax_rate=6.0),
]
MONTHS = [
    row(1, date(2024, 1, 30)),
    row(2, date(2024, 2, 1)),
    row(3, date(2024, 2, 29)),
    row(4, 1),
    row(5, 31),
    row(6, date(2024, 4, 1)),
]

CASES = {
    "own: 100/8, no mass, mass 0": (
        declared("x", "own", measure=UNIT),
        prices((100.0, 8.0), (100.0, None), (100.0, 0.0)),
        [],
        [12.5, None, None],
    ),
    "own: worked from left to right, 7 + 1 * 2 = 16": (
        declared("x", "own", measure="packages + 1 * 2"),
        [row(1, 1, packages=7)],
        [],
        [16.0],
    ),
    "own: the first column that is not empty": (
        declared("x", "own", measure="statistical_value|item_price"),
        [row(1, 1, statistical_value=5.0, item_price=9.0), row(2, 1, item_price=9.0)],
        [],
        [5.0, 9.0],
    ),
    "own: three significant digits": (
        declared("x", "own", measure=UNIT, rounding=3),
        prices((2.0, 3.0), (123456.0, 1.0)),
        [],
        [0.667, 123000.0],
    ),
    "usual: 10 and 30 give 20; 40/20; the same day is not seen": (
        declared("x", "usual", measure=UNIT, group=("hs:6",), min_count=2),
        [
            *prices((10.0, 1.0), (30.0, 1.0), (40.0, 1.0)),
            row(4, 3, item_price=1000.0, net_mass_kg=1.0),
        ],
        [],
        [None, None, 2.0, 50.0],
    ),
    "usual: two days back only, difference": (
        declared("x", "usual", measure=UNIT, group=("hs:6",), window_days=2, option="difference"),
        prices((10.0, 1.0), (30.0, 1.0), (40.0, 1.0), (50.0, 1.0)),
        [],
        [None, 20.0, 20.0, 15.0],
    ),
    "usual: a median of 0 makes no ratio": (
        declared("x", "usual", measure="item_price", group=("hs:6",)),
        prices((0.0, 1.0), (5.0, 1.0)),
        [],
        [None, None],
    ),
    "count: declarations of earlier days, two items once": (
        declared("x", "count_before", group=("importer",)),
        BASKET,
        [],
        [0.0, 1.0, 2.0, 2.0, 3.0, 4.0],
    ),
    "count: items": (
        declared("x", "count_before", group=("importer",), option="items"),
        BASKET,
        [],
        [0.0, 1.0, 2.0, 2.0, 4.0, 5.0],
    ),
    "count: window of 8 days reaches day 4 from day 12": (
        declared("x", "count_before", group=("importer",), window_days=8),
        BASKET,
        [],
        [0.0, 1.0, 2.0, 2.0, 3.0, 1.0],
    ),
    "sum: 0.1 ten times and a missing one": (
        declared("x", "sum_before", measure="item_price", group=("importer",)),
        [*(row(n, 1, item_price=0.1) for n in range(10)), row(10, 1), row(11, 2, item_price=9.0)],
        [],
        [0.0] * 11 + [1.0],
    ),
    "find rate: known from the day after, corrected by an overturn": (
        declared("x", "find_rate", group=("importer",)),
        A_FIND,
        RESULTS,
        [None, None, 0.5, 0.5, 0.0, None],
    ),
    "find rate: smoothing 2 at 1/2 overall, (1 + 2/2) / (2 + 2)": (
        declared("x", "find_rate", group=("importer",), smoothing=2.0, min_count=0),
        [*A_FIND[:4], row(9, 12, importer="B")],
        RESULTS[:2],
        [None, None, 0.5, 0.5, 0.5],
    ),
    "find rate: delay of 7 days": (
        declared("x", "find_rate", group=("importer",), delay_days=7),
        A_FIND[:4],
        RESULTS,
        [None, None, 1.0, 1.0],
    ),
    "find rate: a result leaves the window 8 days after it became usable": (
        declared("x", "find_rate", group=("importer",), window_days=8),
        [row(1, 1), row(2, 11), row(3, 12)],
        [finding(1, 3, True)],
        [None, 1.0, None],
    ),
    "first: 0 on the first day, then days": (
        declared("x", "days_since_first", group=("importer", "hs:4")),
        BASKET,
        [],
        [0.0, 1.0, 0.0, 0.0, 3.0, 9.0],
    ),
    "last: none, then days; the same day is not seen": (
        declared("x", "days_since_last", group=("importer",), window_days=7),
        BASKET,
        [],
        [None, 1.0, 1.0, 1.0, 1.0, None],
    ),
    "share: chapter 84 is one of four": (
        declared("x", "share_within", group=("importer",), of=("hs:2",), min_count=2),
        BASKET,
        [],
        [None, None, 0.0, 0.0, 2 / 3, 0.25],
    ),
    "distinct: two headings; 9 days later one is out of the window": (
        declared("x", "distinct_before", group=("importer",), of=("hs:4",), window_days=8),
        BASKET,
        [],
        [0.0, 1.0, 1.0, 1.0, 2.0, 1.0],
    ),
    "roundness: 5000, 10, 7, 2.5, 0 and empty": (
        declared("x", "roundness", measure="item_price"),
        prices(*((p, 1.0) for p in (5000.0, 10.0, 7.0, 2.5, 0.0, None))),
        [],
        [3.0, 1.0, 0.0, 0.0, None, None],
    ),
    "neighbours: highest of the others, last seen, the day's highest": (
        declared(
            "x", "neighbour_duty", measure="tax_rate", group=("hs:4",), of=("hs:6",), window_days=9
        ),
        DUTY,
        [],
        [None, 5.0, -3.0, 2.0, None],
    ),
    "neighbours: own minus the lowest of the others": (
        declared(
            "x",
            "neighbour_duty",
            measure="tax_rate",
            group=("hs:4",),
            of=("hs:6",),
            window_days=9,
            option="lower",
        ),
        DUTY,
        [],
        [None, -5.0, 3.0, 1.0, None],
    ),
    "grade: by what was known on the first of the month": (
        declared(
            "x",
            "trader_grade",
            group=("importer",),
            rules=(
                GradeRule(1, (("declarations", ">=", 4), ("age_days", ">=", 60))),
                GradeRule(2, (("declarations", ">=", 1),)),
                GradeRule(3),
            ),
        ),
        MONTHS,
        [],
        [3.0, 2.0, 2.0, 2.0, 2.0, 1.0],
    ),
    "calendar: days to the end of the month, in a leap year": (
        declared("x", "calendar", option="days_to_month_end"),
        MONTHS,
        [],
        [1.0, 28.0, 0.0, 30.0, 0.0, 29.0],
    ),
    "calendar: the last three days": (
        declared("x", "calendar", option="month_end"),
        MONTHS,
        [],
        [1.0, 0.0, 1.0, 0.0, 1.0, 0.0],
    ),
    "calendar: Friday 1 March 2024, and Saturday": (
        declared("x", "calendar", option="weekday"),
        [row(1, 1), row(2, 2)],
        [],
        [5.0, 6.0],
    ),
    "calendar: weekend": (
        declared("x", "calendar", option="weekend"),
        [row(1, 1), row(2, 2), row(3, 3), row(4, 4)],
        [],
        [0.0, 1.0, 1.0, 0.0],
    ),
    "calendar: night from 22:00 to 5:59; no hour": (
        declared("x", "calendar", option="night"),
        [row(1, 1), row(2, 1, 5), row(3, 1, 6), row(4, 1, 21), row(5, 1, 22)],
        [],
        [None, 1.0, 0.0, 0.0, 1.0],
    ),
    "a missing key makes the value missing, and counts nowhere": (
        declared("x", "count_before", group=("importer",)),
        [row(1, 1, importer=None), row(2, 2, importer=None), row(3, 3)],
        [],
        [None, None, 0.0],
    ),
    "zero in the place of a missing value": (
        declared("x", "days_since_last", group=("importer",), null_rule="zero"),
        [row(1, 1), row(2, 4)],
        [],
        [0.0, 3.0],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_value_worked_by_hand_is_found_in_memory(case):
    indicator, rows, findings, expected = CASES[case]

    came = compute_indicators(items_table(rows), findings_table(findings), [indicator])

    assert agrees(came["x"].to_pylist(), expected) == []


@pytest.mark.parametrize("case", CASES)
def test_a_value_worked_by_hand_is_found_declaration_by_declaration(case):
    indicator, rows, findings, expected = CASES[case]
    online, came = OnlineIndicators([indicator]), []

    for one in rows:
        for known in findings:
            if known["known"] < one["day"]:
                online.learn(known)
        findings = [known for known in findings if known["known"] >= one["day"]]
        came.append(online.values(one))
        online.observe([one])

    assert agrees([values["x"] for values in came], expected) == []


def test_every_kind_has_a_case():
    assert {indicator.kind for indicator, *_ in CASES.values()} == set(KINDS)
