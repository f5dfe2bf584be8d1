"""Made rows and the 50 profiles of the profile benchmarks, all from one seed; peers' forms of them.

`python bench/risk_profiles_made.py` prints the profiles; they also stand in `risk_profiles_50.txt`.
"""

import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tamgha.risk.profiles import (
    All,
    Any,
    Between,
    Compare,
    InList,
    Like,
    NamedList,
    OneOf,
    Profile,
    ProfileLists,
    parse_condition,
)
from tamgha.shared.shares import Share

SEED = 20261124
ROW_GROUP = 256 * 1024
COUNTRIES = [
    "CN",
    "US",
    "DE",
    "JP",
    "VN",
    "IT",
    "TR",
    "KZ",
    "UZ",
    "GE",
    "IN",
    "TH",
    "FR",
    "GB",
    "RU",
    "KR",
    "PL",
    "ES",
    "NL",
    "BR",
    "AE",
    "HK",
    "TW",
    "MY",
    "ID",
]


def items_table(rows: int, seed: int = SEED) -> pa.Table:
    """Return rows with the spread of values of a real import flow; indicators are stand-ins."""
    rng = np.random.default_rng(seed)
    made = random.Random(seed)
    codes = sorted(
        {
            f"{made.randint(1, 97):02d}{made.randint(1, 20):02d}{made.randint(0, 99):02d}"
            for _ in range(4_000)
        }
    )
    traders = [f"{made.getrandbits(32):08X}" for _ in range(20_000)]
    brokers = [f"D{n:04d}" for n in range(900)]

    def drawn(values: list[str], power: float, empty: float = 0.0) -> pa.Array:
        place = (len(values) * rng.random(rows) ** power).astype(np.int32)
        return pa.DictionaryArray.from_arrays(
            pa.array(place, pa.int32(), mask=rng.random(rows) < empty), pa.array(values)
        ).cast(pa.string())

    def number(values: np.ndarray, empty: float = 0.0) -> pa.Array:
        return pa.array(values, pa.float64(), mask=rng.random(rows) < empty)

    mass = np.round(rng.lognormal(4, 2, rows), 1)
    price = np.round(mass * rng.lognormal(2, 1.2, rows), 2)
    days = np.sort(rng.integers(0, 480, rows))
    columns = {
        "declaration": pa.array([f"M{n:08d}" for n in (np.arange(rows) // 2).tolist()]),
        "day": pa.array((np.datetime64("2020-01-01") + days).astype("datetime64[D]"), pa.date32()),
        "office": drawn([f"{n:03d}" for n in range(40)], 2),
        "importer": drawn(traders, 3),
        "declarant": drawn(brokers, 2),
        "hs": drawn(codes, 2),
        "origin": drawn(list(COUNTRIES), 3),
        "departure": drawn(list(COUNTRIES), 3),
        "transport_mode": drawn(["10", "40", "50", "30", "20"], 2),
        "tax_type": drawn(["A", "FCN1", "FEU1", "C", "CIT", "FUS1"], 2, 0.02),
        "tax_rate": number(
            rng.choice(
                [0, 3, 5, 6.5, 8, 13, 20, 30, 54],
                rows,
                p=[0.3, 0.1, 0.1, 0.1, 0.25, 0.09, 0.03, 0.02, 0.01],
            )
        ),
        "net_mass_kg": number(mass),
        "item_price": number(price),
        "unit_value": number(price / np.maximum(mass, 0.1), 0.01),
        "unit_value_ratio": number(rng.lognormal(0, 0.6, rows), 0.15),
        "importer_declarations_before": number(np.floor(rng.lognormal(3, 2, rows))),
        "importer_find_rate": number(rng.beta(2, 8, rows), 0.05),
        "hs4_first_use_days": number(np.floor(rng.exponential(120, rows)), 0.2),
        "office_share": number(rng.beta(3, 1, rows), 0.03),
    }
    return pa.table(columns)


def write_items(path: Path, rows: int) -> None:
    """Write them as sets are written: dictionary pages, snappy, groups of 256k rows."""
    table = items_table(rows)
    texts = [
        name for name in table.schema.names if pa.types.is_string(table.schema.field(name).type)
    ]
    pq.write_table(
        table, path, row_group_size=ROW_GROUP, compression="snappy", use_dictionary=texts
    )


def fifty_profiles(
    items: pa.Table, count: int = 50, seed: int = SEED
) -> tuple[list[Profile], ProfileLists]:
    """Return the seeded profiles: 2 to 5 conditions each, with and/or nesting, lists and indicators."""
    made = random.Random(seed)
    codes = items.column("hs").unique().to_pylist()
    traders = sorted(items.column("importer").unique().to_pylist())
    lists = ProfileLists.of(
        NamedList(
            f"watch {n}",
            "trader",
            tuple(made.sample(traders, min(len(traders), made.choice([20, 100, 400])))),
        )
        for n in range(8)
    )

    def leaves_of(count: int) -> list[str]:
        kinds = [
            lambda: f"hs LIKE '{made.choice(codes)[: made.choice([2, 4, 4, 6])]}%'",
            lambda: f"hs LIKE '{made.choice(codes)[: made.choice([2, 4])]}%'",
            lambda: (
                f"origin IN ({', '.join(repr(c) for c in made.sample(COUNTRIES, made.randint(1, 5)))})"
            ),
            lambda: (
                f"origin NOT IN ({', '.join(repr(c) for c in made.sample(COUNTRIES, made.randint(1, 3)))})"
            ),
            lambda: (
                f"unit_value {made.choice('<>')} {made.choice([0.5, 1, 2, 5, 10, 20, 50, 100])}"
            ),
            lambda: f"importer {made.choice(['', 'NOT '])}IN LIST 'watch {made.randrange(8)}'",
            lambda: (
                f"tax_rate {made.choice(['>=', '<', '='])} {made.choice([3, 5, 6.5, 8, 13, 20])}"
            ),
            lambda: f"transport_mode = '{made.choice(['10', '40', '50', '30'])}'",
            lambda: "item_price BETWEEN {} AND {}".format(
                *sorted(made.sample([100, 500, 1000, 5000, 20000, 100000], 2))
            ),
            lambda: (
                f"net_mass_kg {made.choice(['<=', '>'])} {made.choice([1, 5, 20, 100, 1000, 10000])}"
            ),
            lambda: f"unit_value_ratio < {made.choice([0.3, 0.4, 0.5, 0.6, 0.7, 0.8])}",
            lambda: f"importer_declarations_before < {made.choice([1, 3, 5, 10, 50])}",
            lambda: f"importer_find_rate > {made.choice([0.1, 0.15, 0.2, 0.3, 0.4])}",
            lambda: f"hs4_first_use_days < {made.choice([1, 7, 30, 90, 180])}",
            lambda: f"office_share < {made.choice([0.05, 0.1, 0.2, 0.5])}",
            lambda: f"office = '{made.randrange(40):03d}'",
        ]
        return [kind() for kind in made.sample(kinds, count)]

    def condition(number: int) -> str:
        parts = leaves_of(made.choice([2, 3, 3, 4, 4, 5, 5]))
        if len(parts) < 3 or made.random() < 0.35:
            return " AND ".join(parts)
        if made.random() < 0.15:
            return f"({' AND '.join(parts[:-1])}) OR {parts[-1]}"
        if made.random() < 0.2:
            return f"{' AND '.join(parts[:-2])} AND NOT ({parts[-2]} AND {parts[-1]})"
        return f"{' AND '.join(parts[:-2])} AND ({parts[-2]} OR {parts[-1]})"

    columns = dict(zip(items.schema.names, items.schema.types, strict=True))
    profiles = [
        Profile(
            code=f"P-{n + 1:03d}",
            name=f"Profile {n + 1}",
            condition=parse_condition(condition(n), columns),
            red=Share.percent(80),
        )
        for n in range(count)
    ]
    return profiles, lists


# -- the same conditions for the peers -----------------------------------------------------------------


def sql_of(tree, lists: ProfileLists) -> str:
    """Return the SQL of a tree: our own text, with lists written out."""
    text = str(_text_of(tree))
    for name in lists.names():
        values = ", ".join(f"'{value}'" for value in lists.current(name).values)
        text = text.replace(f"IN LIST '{name}'", f"IN ({values})")
    return text


def _text_of(tree) -> str:
    from tamgha.risk.profiles import Condition

    return Condition(tree).text


def polars_of(tree, lists: ProfileLists):
    """Return a Polars expression of a tree."""
    import polars as pl

    if isinstance(tree, All | Any):
        parts = [polars_of(part, lists) for part in tree.parts]
        return pl.all_horizontal(parts) if isinstance(tree, All) else pl.any_horizontal(parts)
    column = pl.col(tree.term.column)
    if isinstance(tree, Compare):
        value = tree.other
        return {
            "=": column.__eq__,
            "<>": column.__ne__,
            "<": column.__lt__,
            "<=": column.__le__,
            ">": column.__gt__,
            ">=": column.__ge__,
        }[tree.operator](value)
    if isinstance(tree, Between):
        found = column.is_between(tree.low, tree.high)
    elif isinstance(tree, OneOf):
        found = column.is_in(list(tree.values))
    elif isinstance(tree, InList):
        found = column.is_in(list(lists.current(tree.list_name).values))
    else:
        assert isinstance(tree, Like)
        found = column.str.starts_with(tree.text)
    return ~found if tree.negated else found


def zen_of(tree, lists: ProfileLists) -> str:
    """Return an expression in the language of zen-engine; it has no third value: rows are complete."""
    if isinstance(tree, All | Any):
        word = " and " if isinstance(tree, All) else " or "
        return "(" + word.join(zen_of(part, lists) for part in tree.parts) + ")"
    name = tree.term.column

    def quoted(value) -> str:
        return f'"{value}"' if isinstance(value, str) else repr(value)

    if isinstance(tree, Compare):
        sign = {"=": "==", "<>": "!="}.get(tree.operator, tree.operator)
        return f"{name} {sign} {quoted(tree.other)}"
    if isinstance(tree, Between):
        found = f"({name} >= {quoted(tree.low)} and {name} <= {quoted(tree.high)})"
    elif isinstance(tree, OneOf | InList):
        values = tree.values if isinstance(tree, OneOf) else lists.current(tree.list_name).values
        found = f"{name} in [{', '.join(quoted(value) for value in values)}]"
    else:
        found = f"startsWith({name}, {quoted(tree.text)})"
    return f"not ({found})" if tree.negated else found


if __name__ == "__main__":
    for each in fifty_profiles(items_table(200_000))[0]:
        print(f"{each.code}\t{each.condition.text}")
