"""Random conditions over a small table, rows that are hard on purpose, and a slow judge of both."""

import math
from datetime import date, timedelta
from operator import eq, ge, gt, le, lt, ne

import pyarrow as pa
from hypothesis import strategies as st

from tamgha.risk.profiles import (
    All,
    Any,
    Between,
    Compare,
    Field,
    InList,
    Like,
    Missing,
    NamedList,
    Not,
    OneOf,
    ProfileLists,
    Term,
)
from tamgha.shared.words import Words


def _field(name, kind, unit="", codes=""):
    return Field(name, kind, Words(name, name), unit, codes)


FIELDS = {
    each.name: each
    for each in (
        _field("declaration", "text"),
        _field("hs", "text", codes="hs"),
        _field("origin", "text", codes="country"),
        _field("departure", "text", codes="country"),
        _field("importer", "text"),
        _field("goods", "text"),
        _field("net_mass_kg", "number", "kg"),
        _field("gross_mass_kg", "number", "kg"),
        _field("item", "number", "count"),
        _field("packages", "number", "count"),
        _field("unit_value_ratio", "number", "ratio"),
        _field("day", "date"),
        _field("month_end", "truth"),
        _field("round_value", "truth"),
    )
}
SCHEMA = pa.schema(
    [
        ("declaration", pa.string()),
        ("hs", pa.string()),
        ("origin", pa.string()),
        ("departure", pa.string()),
        ("importer", pa.string()),
        ("goods", pa.string()),
        ("net_mass_kg", pa.float64()),
        ("gross_mass_kg", pa.float64()),
        ("item", pa.int32()),
        ("packages", pa.int32()),
        ("unit_value_ratio", pa.float64()),
        ("day", pa.date32()),
        ("month_end", pa.bool_()),
        ("round_value", pa.float64()),
    ]
)

CODES = ["640399", "6403", "64", "080810", "870323"]
COUNTRIES = ["US", "CN", "KZ", "us", ""]
ODD = [
    "",
    " ",
    "a",
    "A",
    "ä",
    "a\u0308",
    "ß",
    "İ",
    "ı",
    "Ташкент",
    "ТОО «Ёлка»",
    "ქ",
    "𝔘",
    "e\u0301",
    "%",
    "_",
    "!",
    "\\",
    "\\n",
    "'",
    "''",
    '"',
    "a%b",
    "100%",
    "x_y",
    "🍎🍎",
    "; DROP",
    "é",
    "a'b",
    "z\u00a0z",
]
NUMBERS = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.6,
    0.1,
    0.30000000000000004,
    1e-300,
    5e-324,
    1e15,
    12.5,
    60.0,
    100.0,
]
HARD = [*NUMBERS, None, math.nan, math.inf, -math.inf]
WHOLE = [0, 1, 2, 7, 100, -3, 2**31 - 1]
DAYS = [
    date(1969, 12, 31),
    date(1970, 1, 1),
    date(2020, 2, 29),
    date(2026, 11, 24),
    date(2026, 11, 30),
]
LISTS = ProfileLists.of(
    [
        NamedList("watch", "trader", ("a", "A", "Ташкент", "a'b")),
        NamedList("tariff", "hs", ("64", "0808", "870323")),
        NamedList("places", "country", ("US", "KZ")),
    ]
)

# -- rows ------------------------------------------------------------------------------------------

_texts = {
    "hs": CODES,
    "origin": COUNTRIES,
    "departure": COUNTRIES,
    "importer": ODD,
    "goods": ODD,
    "declaration": ["D1", "D2", "D3"],
}


def rows(most=12):
    """Return a strategy of lists of rows."""
    one = st.fixed_dictionaries(
        {
            **{name: st.sampled_from([None, *values]) for name, values in _texts.items()},
            "net_mass_kg": st.sampled_from(HARD),
            "gross_mass_kg": st.sampled_from(HARD),
            "item": st.sampled_from(WHOLE),
            "packages": st.sampled_from([None, *WHOLE]),
            "unit_value_ratio": st.sampled_from(HARD),
            "day": st.sampled_from([None, *DAYS]),
            "month_end": st.sampled_from([None, True, False]),
            "round_value": st.sampled_from([None, 1.0, 0.0, math.nan]),
        }
    )
    return st.lists(one, min_size=0, max_size=most)


def table_of(made):
    return pa.Table.from_pylist(made, schema=SCHEMA)


# -- conditions ------------------------------------------------------------------------------------

_text_terms = st.one_of(
    st.sampled_from([Term(name) for name in ("hs", "origin", "departure", "importer", "goods")]),
    st.builds(lambda n: Term("hs", "LEFT", n), st.integers(1, 6)),
    st.builds(lambda n: Term("goods", "LEFT", n), st.integers(1, 3)),
)
_number_terms = st.sampled_from(
    [
        Term("net_mass_kg"),
        Term("gross_mass_kg"),
        Term("item"),
        Term("packages"),
        Term("unit_value_ratio"),
        Term("goods", "LENGTH"),
        Term("net_mass_kg", "ABS"),
        Term("packages", "ABS"),
        Term("day", "MONTH"),
        Term("day", "WEEKDAY"),
    ]
)
_text_values = st.sampled_from([*CODES, *COUNTRIES, *ODD])
_some_text = st.sampled_from([each for each in [*CODES, *ODD, "640", "6"] if each])
_number_values = st.one_of(
    st.sampled_from([value or 0 for value in NUMBERS] + WHOLE),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: number or 0),
)
_day_values = st.one_of(
    st.sampled_from(DAYS), st.integers(-400, 400).map(lambda n: date(2020, 1, 1) + timedelta(n))
)
_every = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
_yes = st.booleans()


def _pairs(values):
    return st.tuples(values, values).map(sorted)


def _kind(terms, values):
    return st.one_of(
        st.builds(Compare, terms, _every, values),
        st.builds(lambda t, p, n: Between(t, p[0], p[1], n), terms, _pairs(values), _yes),
        st.builds(
            lambda t, v, n: OneOf(t, tuple(dict.fromkeys(v)), n),
            terms,
            st.lists(values, min_size=1, max_size=14),
            _yes,
        ),
        st.builds(Missing, terms, _yes),
    )


leaf = st.one_of(
    _kind(_text_terms, _text_values),
    _kind(_number_terms, _number_values),
    _kind(st.just(Term("day")), _day_values),
    st.builds(Like, _text_terms, st.sampled_from(["begins", "ends", "contains"]), _some_text, _yes),
    st.builds(InList, _text_terms, st.sampled_from(["watch", "tariff", "places"]), _yes),
    st.builds(
        lambda name, value: Compare(Term(name), "=", value),
        st.sampled_from(["month_end", "round_value"]),
        _yes,
    ),
    st.builds(
        lambda name, no: Missing(Term(name), no),
        st.sampled_from(["month_end", "round_value"]),
        _yes,
    ),
    st.builds(Compare, _text_terms, _every, _text_terms),
    st.builds(Compare, _number_terms, _every, _number_terms),
)


def _group(parts):
    def joined(kind, made):
        flat = []
        for part in made:
            flat.extend(part.parts if isinstance(part, kind) else [part])
        return kind(tuple(flat))

    groups = st.one_of(
        st.builds(lambda made: joined(All, made), st.lists(parts, min_size=2, max_size=4)),
        st.builds(lambda made: joined(Any, made), st.lists(parts, min_size=2, max_size=4)),
    )
    return st.one_of(groups, groups.map(Not))


trees = st.recursive(leaf, _group, max_leaves=10)

# -- the judge: three values, one row, one node at a time ---------------------------------------------


def _value(term, row):
    value = row.get(term.column)
    if value is None or value != value:
        return None
    if term.function == "LEFT":
        return value[: term.argument]
    if term.function == "LENGTH":
        return len(value)
    if term.function == "ABS":
        return abs(value)
    if term.function == "MONTH":
        return value.month
    if term.function == "WEEKDAY":
        return value.isoweekday()
    return value


def judge(node, row, lists=LISTS):  # noqa: C901 -- one case after another, on purpose
    """Return True, False or None (unknown) for one row, in the slowest and plainest way."""
    if isinstance(node, Not):
        inner = judge(node.part, row, lists)
        return None if inner is None else not inner
    if isinstance(node, All):
        found = [judge(part, row, lists) for part in node.parts]
        return False if False in found else None if None in found else True
    if isinstance(node, Any):
        found = [judge(part, row, lists) for part in node.parts]
        return True if True in found else None if None in found else False
    value = _value(node.term, row)
    if isinstance(node, Missing):
        return (value is None) != node.negated
    if value is None:
        return None
    if isinstance(node, Compare):
        other = _value(node.other, row) if isinstance(node.other, Term) else node.other
        if other is None:
            return None
        return {"=": eq, "<>": ne, "<": lt, "<=": le, ">": gt, ">=": ge}[node.operator](
            value, other
        )
    if isinstance(node, Between):
        return (node.low <= value <= node.high) != node.negated
    if isinstance(node, OneOf):
        return any(value == each for each in node.values) != node.negated
    if isinstance(node, InList):
        named = lists.current(node.list_name)
        if named.kind == "hs":
            found = any(value[: len(entry)] == entry for entry in named.values)
        else:
            found = value in named.values
        return found != node.negated
    found = {
        "begins": value[: len(node.text)] == node.text,
        "ends": value[-len(node.text) :] == node.text,
        "contains": node.text in value,
    }[node.pattern]
    return found != node.negated
