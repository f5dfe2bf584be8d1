"""Made rows and indicators, and a judge: each kind worked out row by row in plain Python.

The judge shares nothing with the engine but the declaration of an indicator. It looks at every
earlier row again for each value, as slowly and as plainly as the definition reads.
"""

import math
import random
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from statistics import median

import pyarrow as pa

from tamgha.risk.indicators import GradeRule, Indicator
from tamgha.risk.schema import ITEM_SCHEMA
from tamgha.shared.words import Words

FIRST_DAY = date(2021, 11, 20)
FINDING_SCHEMA = pa.schema(
    [
        ("declaration", pa.string()),
        ("item", pa.int32()),
        ("version", pa.int32()),
        ("known", pa.date32()),
        ("found", pa.bool_()),
        ("state", pa.string()),
    ]
)
TRADERS = (
    "A",
    "a",
    "ООО «Ёж»",
    "\u0401ж",
    "\u0415\u0308ж",
    "\u00c5",
    "A\u030a",
    "零🦊",
    "",
    " ",
    "A ",
)
HS = ("010121", "010129", "0101290000", "010190", "847130", "8471300000", "847141", "4202319999")
COLUMNS = tuple(ITEM_SCHEMA.names)


def made_rows(seed: int, declarations: int = 120, days: int = 75) -> list[dict]:
    """Return rows in canonical order: NULLs, zero weights, odd text, several items and busy days."""
    draw = random.Random(seed)
    rows = []
    for number in range(declarations):
        day = FIRST_DAY + timedelta(days=int(days * draw.random() ** draw.choice([1, 1, 0.5])))
        hour = draw.choice([None, 0, 5, 6, 13, 21, 22, 23])
        lodged = datetime(day.year, day.month, day.day, hour or 0, tzinfo=UTC)
        head = {
            "declaration": f"D{number:04d}-Ж",
            "direction": "import",
            "office": draw.choice(["40", "20", "10"]),
            "lodged": lodged,
            "day": day,
            "hour": hour,
            "declarant": draw.choice([None, *TRADERS]),
            "importer": draw.choice([None, *TRADERS]),
            "exporter": draw.choice([None, *TRADERS[:5]]),
            "transport_mode": draw.choice([None, "10", "40"]),
        }
        rows.extend(_item(head, item, draw) for item in range(1, draw.choice([2, 2, 2, 3, 4])))
    rows.sort(key=lambda row: (row["lodged"], row["declaration"], row["item"]))
    return rows


def _item(head: dict, item: int, draw: random.Random) -> dict:
    own = {
        "item": item,
        "hs": draw.choice(HS),
        "hs_edition": draw.choice([2017, 2022]),
        "origin": draw.choice([None, "KZ", "CN", "DE"]),
        "departure": draw.choice([None, "KZ", "CN"]),
        "tax_type": draw.choice([None, "A", "FTA"]),
        "packages": draw.choice([None, 0, 1, 7]),
        "gross_mass_kg": draw.choice([None, 0.0, 12.5, 1e-7, 100.0]),
        "net_mass_kg": draw.choice([None, 0.0, 0.0, 0.1, 10.0, 2500.0, 1e6]),
        "supplementary_units": draw.choice([None, 0.0, 3.0, 7.0]),
        "item_price": draw.choice([None, 0.0, 0.1, 99.99, 5000.0, 1_000_000.0, 7e14, 1 / 3]),
        "statistical_value": draw.choice([None, None, 0.0, 33.333, 120000.0]),
        "tax_rate": draw.choice([None, 0.0, 5.0, 8.0, 754.3]),
    }
    return dict.fromkeys(COLUMNS) | head | own


def made_findings(seed: int, rows: list[dict]) -> list[dict]:
    """Return findings on some rows: late, corrected, overturned, in odd order, some on no row."""
    draw = random.Random(seed + 1)
    findings = []
    for row in rows:
        if draw.random() < 0.45:
            continue
        findings.extend(
            {
                "declaration": row["declaration"],
                "item": row["item"],
                "version": version,
                "known": row["day"] + timedelta(days=draw.choice([0, 0, 1, 3, 9, 30])),
                "found": draw.random() < 0.4,
                "state": draw.choice(["final", "revised", "overturned"]),
            }
            for version in range(1, draw.choice([2, 2, 2, 3, 4]))
        )
    findings.append(
        {
            "declaration": "nowhere",
            "item": 1,
            "version": 1,
            "known": FIRST_DAY,
            "found": True,
            "state": "final",
        }
    )
    draw.shuffle(findings)
    return findings


def items_table(rows: list[dict]) -> pa.Table:
    """Return rows as the engine takes them."""
    return pa.Table.from_pylist(rows, schema=ITEM_SCHEMA)


def findings_table(findings: list[dict]) -> pa.Table:
    """Return findings as the engine takes them."""
    return pa.Table.from_pylist(findings, schema=FINDING_SCHEMA)


def declared(name: str, kind: str, **parameters: object) -> Indicator:
    """Return an indicator with any words."""
    words = Words("made", "выдуманный")
    return Indicator(name, kind, words, words, "higher", "x", **parameters)


def made_indicators(seed: int) -> list[Indicator]:
    """Return one indicator of each kind with random parameters."""
    draw = random.Random(seed)
    keys = [
        "importer",
        "declarant",
        "exporter",
        "hs:2",
        "hs:4",
        "hs:6",
        "origin",
        "office",
        "hs_edition",
    ]

    def some(least: int = 1, most: int = 3) -> tuple[str, ...]:
        return tuple(draw.sample(keys, draw.randint(least, most)))

    def window() -> int | None:
        return draw.choice([None, 1, 2, 7, 30, 365])

    def measure() -> str:
        return draw.choice(
            [
                "net_mass_kg",
                "item_price / net_mass_kg",
                "statistical_value|item_price * tax_rate / 100",
                "gross_mass_kg - net_mass_kg + 1",
                "packages|supplementary_units / item",
                "100 / packages",
            ]
        )

    unit = draw.choice(["", "declarations", "items"])
    group = some()
    further = tuple(key for key in some() if key not in group) or ("transport_mode",)
    rules = (
        GradeRule(5, (("found", ">=", 2), ("find_rate", ">=", 0.4))),
        GradeRule(1, (("declarations", ">=", 4), ("age_days", ">=", 20))),
        GradeRule(2, (("examined", ">=", 1), ("find_rate", "<=", 0.5))),
        *draw.choice([(), (GradeRule(3),)]),
    )
    return [
        declared("own", "own", measure=measure(), rounding=draw.choice([3, 12])),
        declared(
            "usual",
            "usual",
            measure=measure(),
            group=some(most=2),
            window_days=window(),
            min_count=draw.choice([1, 2, 3]),
            option=draw.choice(["", "ratio", "difference"]),
        ),
        declared("count", "count_before", group=group, window_days=window(), option=unit),
        declared("sum", "sum_before", group=group, window_days=window(), measure=measure()),
        declared(
            "rate",
            "find_rate",
            group=some(most=2),
            window_days=window(),
            delay_days=draw.choice([0, 1, 7]),
            min_count=draw.choice([1, 2]),
            smoothing=draw.choice([0.0, 2.5]),
            null_rule=draw.choice(["null", "zero"]),
        ),
        declared("first", "days_since_first", group=some()),
        declared("last", "days_since_last", group=some(), window_days=window()),
        declared(
            "share",
            "share_within",
            group=group,
            of=further,
            window_days=window(),
            min_count=draw.choice([1, 3]),
            option=unit,
        ),
        declared("distinct", "distinct_before", group=group, of=further, window_days=window()),
        declared(
            "calendar",
            "calendar",
            option=draw.choice(
                ["weekday", "weekend", "month_end", "days_to_month_end", "hour", "night"]
            ),
        ),
        declared("round", "roundness", measure=measure()),
        declared(
            "neighbour",
            "neighbour_duty",
            measure="tax_rate",
            group=draw.choice([("hs:2",), ("hs:4", "origin"), ("office",)]),
            of=("hs:6",),
            window_days=window() or 60,
            option=draw.choice(["higher", "lower"]),
        ),
        declared(
            "grade",
            "trader_grade",
            group=some(most=1),
            window_days=window(),
            delay_days=draw.choice([0, 5]),
            rules=rules,
        ),
    ]


class Judge:
    """Values worked out one by one."""

    def __init__(self, rows: list[dict], findings: list[dict]) -> None:
        self.rows = rows
        self.findings: dict[tuple[str, int], list[dict]] = {}
        for one in findings:
            self.findings.setdefault((one["declaration"], one["item"]), []).append(one)

    def value(self, indicator: Indicator, row: dict) -> float | None:
        """Return the value of a row."""
        found = getattr(self, f"_{indicator.kind}")(indicator, row)
        if found is None:
            return 0.0 if indicator.null_rule == "zero" else None
        return float(f"{found:.{indicator.rounding - 1}e}")

    def _before(self, one: Indicator, row: dict, keys=None, day: date | None = None) -> list[dict]:
        keys = one.keys if keys is None else keys
        day = day or row["day"]
        mine = _key(row, keys)
        return [
            other
            for other in self.rows
            if other["day"] < day
            and (one.window_days is None or (day - other["day"]).days <= one.window_days)
            and _key(other, keys) == mine
        ]

    def _own(self, one: Indicator, row: dict) -> float | None:
        return _measured(one, row)

    def _usual(self, one: Indicator, row: dict) -> float | None:
        mine = _measured(one, row)
        if mine is None or _key(row, one.keys) is None:
            return None
        values = [_measured(one, other) for other in self._before(one, row)]
        values = [value for value in values if value is not None]
        if len(values) < one.min_count:
            return None
        usual = median(values)
        if one.option == "difference":
            return mine - usual
        return None if usual == 0 else mine / usual

    def _number(self, one: Indicator, rows: list[dict]) -> int:
        if one.option == "items":
            return len(rows)
        return len({(row["declaration"], row["day"]) for row in rows})

    def _count_before(self, one: Indicator, row: dict) -> float | None:
        if _key(row, one.keys) is None:
            return None
        return self._number(one, self._before(one, row))

    def _sum_before(self, one: Indicator, row: dict) -> float | None:
        if _key(row, one.keys) is None:
            return None
        values = (_measured(one, other) for other in self._before(one, row))
        return (
            sum(math.floor(v * 1000 + 0.5) for v in values if v is not None and abs(v) < 9e12)
            / 1000
        )

    def _known(self, row: dict, day: date, delay: int, window: int | None) -> bool | None:
        """Return what was known of a row on a day: found, not found, or nothing."""
        seen = []
        for one in self.findings.get((row["declaration"], row["item"]), ()):
            usable = max(
                one["known"] + timedelta(days=max(delay, 1)), row["day"] + timedelta(days=1)
            )
            if usable <= day:
                seen.append((usable, one))
        if not seen:
            return None
        first = min(usable for usable, _ in seen)
        if window is not None and (day - first).days >= window:
            return None
        last = max((one for _, one in seen), key=lambda one: one["version"])
        return last["found"] and last["state"] != "overturned"

    def _results(self, one: Indicator, keys, mine, day: date) -> tuple[int, int]:
        known = [
            self._known(other, day, one.delay_days, one.window_days)
            for other in self.rows
            if _key(other, keys) == mine
        ]
        return sum(k is not None for k in known), sum(k is True for k in known)

    def _find_rate(self, one: Indicator, row: dict) -> float | None:
        mine = _key(row, one.keys)
        if mine is None:
            return None
        examined, found = self._results(one, one.keys, mine, row["day"])
        if examined < one.min_count:
            return None
        if not one.smoothing:
            return found / examined
        everywhere, hits = self._results(one, (), (), row["day"])
        if not everywhere:
            return None
        return (found + one.smoothing * hits / everywhere) / (examined + one.smoothing)

    def _days_since_first(self, one: Indicator, row: dict) -> float | None:
        mine = _key(row, one.keys)
        if mine is None:
            return None
        return (row["day"] - min(o["day"] for o in self.rows if _key(o, one.keys) == mine)).days

    def _days_since_last(self, one: Indicator, row: dict) -> float | None:
        if _key(row, one.keys) is None:
            return None
        before = self._before(one, row)
        return (row["day"] - max(o["day"] for o in before)).days if before else None

    def _share_within(self, one: Indicator, row: dict) -> float | None:
        mine = _key(row, one.of_keys)
        if mine is None or _key(row, one.keys) is None:
            return None
        before = self._before(one, row)
        whole = self._number(one, before)
        if whole < one.min_count:
            return None
        return self._number(one, [o for o in before if _key(o, one.of_keys) == mine]) / whole

    def _distinct_before(self, one: Indicator, row: dict) -> float | None:
        if _key(row, one.keys) is None:
            return None
        return len({_key(o, one.of_keys) for o in self._before(one, row)} - {None})

    def _calendar(self, one: Indicator, row: dict) -> float | None:
        day, hour = row["day"], row["hour"]
        left = monthrange(day.year, day.month)[1] - day.day
        if one.option in {"hour", "night"} and hour is None:
            return None
        return {
            "weekday": day.isoweekday(),
            "weekend": day.isoweekday() in {6, 7},
            "days_to_month_end": left,
            "month_end": left <= 2,
            "hour": hour,
            "night": hour is not None and (hour >= 22 or hour <= 5),
        }[one.option]

    def _roundness(self, one: Indicator, row: dict) -> float | None:
        value = _measured(one, row)
        if not value:
            return None
        if value != int(value):
            return 0
        digits = str(abs(int(value)))
        return min(len(digits) - len(digits.rstrip("0")), 9)

    def _neighbour_duty(self, one: Indicator, row: dict) -> float | None:
        own = _measured(one, row)
        code = _key(row, one.of_keys)
        if own is None or code is None or _key(row, one.keys) is None:
            return None
        rates: dict[object, tuple[date, list[float]]] = {}
        for other in sorted(self._before(one, row), key=lambda o: o["day"]):
            theirs, rate = _key(other, one.of_keys), _measured(one, other)
            if theirs in {code, None} or rate is None:
                continue
            day, seen = rates.get(theirs, (None, []))
            rates[theirs] = (other["day"], [*seen, rate] if day == other["day"] else [rate])
        if not rates:
            return None
        if one.option == "lower":
            return own - min(min(seen) for _, seen in rates.values())
        return max(max(seen) for _, seen in rates.values()) - own

    def _trader_grade(self, one: Indicator, row: dict) -> float | None:
        mine = _key(row, one.keys)
        if mine is None:
            return None
        month = row["day"].replace(day=1)
        ever = [o["day"] for o in self.rows if o["day"] < month and _key(o, one.keys) == mine]
        examined, found = self._results(one, one.keys, mine, month)
        facts = {
            "declarations": self._number(one, self._before(one, row, day=month)),
            "examined": examined,
            "found": found,
            "find_rate": found / examined if examined else math.nan,
            "age_days": (month - min(ever)).days if ever else 0,
        }
        for rule in one.rules:
            if all(
                facts[fact] >= number if sign == ">=" else facts[fact] <= number
                for fact, sign, number in rule.when
            ):
                return rule.grade
        return None


def _key(row: dict, keys) -> tuple | None:
    values = [
        row[key.column]
        if key.length is None or row[key.column] is None
        else row[key.column][: key.length]
        for key in keys
    ]
    return None if None in values else tuple(values)


def _measured(one: Indicator, row: dict) -> float | None:
    measure = one.arithmetic
    operands = [
        term.number
        if term.number is not None
        else next((row[name] for name in term.columns if row[name] is not None), None)
        for term in measure.terms
    ]
    if None in operands:
        return None
    value = float(operands[0])
    for sign, operand in zip(measure.signs, operands[1:], strict=True):
        if sign == "/" and operand == 0:
            return None
        value = {
            "*": lambda a, b: a * b,
            "/": lambda a, b: a / b,
            "+": lambda a, b: a + b,
            "-": lambda a, b: a - b,
        }[sign](value, operand)
    return value if math.isfinite(value) else None


def agrees(came: list, expected: list, tolerance: float = 1e-11) -> list[int]:
    """Return the places where two lists of values differ."""
    return [
        place
        for place, (one, other) in enumerate(zip(came, expected, strict=True))
        if (one is None) != (other is None)
        or (one is not None and not math.isclose(one, other, rel_tol=tolerance, abs_tol=1e-12))
    ]
