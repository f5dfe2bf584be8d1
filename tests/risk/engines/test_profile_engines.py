import math
import random
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.risk.profiles.made_conditions import LISTS, SCHEMA, judge, rows, table_of, trees

from tamgha.risk.engines import (
    ColumnarEvaluator,
    compile_profiles,
    decision_source,
    ibis_condition,
    parquet_hits,
)
from tamgha.risk.profiles import (
    Between,
    Compare,
    InList,
    Like,
    Missing,
    NamedList,
    OneOf,
    ProfileLists,
    Term,
    parse_condition,
)
from tamgha.shared.errors import TamghaError


@dataclass
class Made:
    code: str
    reach: object


def _truth(tree, made):
    return [judge(tree, row) is True for row in made]


def examples(count):
    return settings(max_examples=count, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@examples(100)
@given(st.lists(trees, min_size=1, max_size=4), rows())
def test_every_way_in_the_process_hits_the_rows_that_the_judge_names(several, made):
    profiles = [Made(f"P{place}", tree) for place, tree in enumerate(several)]

    evaluator = ColumnarEvaluator(table_of(made), lists=LISTS)
    matrix = evaluator.hit_matrix(profiles)
    decide = compile_profiles(profiles, lists=LISTS)

    truth = {profile.code: _truth(profile.reach, made) for profile in profiles}
    for profile in profiles:
        assert evaluator.hits(profile.reach).tolist() == truth[profile.code]
        assert evaluator.count(profile.reach) == sum(truth[profile.code])
        assert matrix.hits(profile.code).tolist() == truth[profile.code]
    for place, row in enumerate(made):
        named = [code for code, hits in truth.items() if hits[place]]
        assert decide(row) == named
        assert matrix.codes_of(place) == named


def every_leaf():
    """Return every kind of leaf, plain and negated, over values that lie on its limits."""
    text, number, day, flag = Term("goods"), Term("net_mass_kg"), Term("day"), Term("month_end")
    values = {
        text: ["a", "b"],
        Term("goods", "LEFT", 1): ["a", "b"],
        number: [1, 12.5],
        Term("packages"): [1, 2],
        Term("goods", "LENGTH"): [1, 3],
        Term("packages", "ABS"): [1, 3],
        Term("day", "MONTH"): [1, 11],
        Term("day", "WEEKDAY"): [1, 4],
        day: [date(1970, 1, 1), date(2026, 11, 24)],
    }
    made = []
    for term, (low, high) in values.items():
        made += [Compare(term, operator, low) for operator in ("=", "<>", "<", "<=", ">", ">=")]
        for no in (False, True):
            made += [Between(term, low, high, no), OneOf(term, (low, high), no), Missing(term, no)]
    for no in (False, True):
        made += [Like(text, pattern, "a", no) for pattern in ("begins", "ends", "contains")]
        made += [InList(Term("importer"), "watch", no), InList(Term("hs"), "tariff", no)]
        made += [Compare(flag, "=", no), Missing(flag, no), Compare(Term("round_value"), "=", no)]
    for operator in ("=", "<>", "<", "<=", ">", ">="):
        made.append(Compare(Term("origin"), operator, Term("departure")))
        made.append(Compare(number, operator, Term("gross_mass_kg")))
    return made


def rows_on_the_limits():
    empty = dict.fromkeys(SCHEMA.names)
    held = {
        "goods": ["a", "b", "ab", "ba", "bab", "", "A", "ä", "c"],
        "net_mass_kg": [1.0, 12.5, 0.0, -0.0, 2.0, 13.0, math.nan, math.inf, -math.inf],
        "packages": [1, 2, 3, 0, -1, -3],
        "day": [
            date(1970, 1, 1),
            date(2026, 11, 24),
            date(2026, 11, 23),
            date(1969, 12, 31),
            date(2026, 11, 29),
        ],
        "importer": ["a", "b", ""],
        "hs": ["64", "640399", "6", "0808", "08", "870323"],
        "month_end": [True, False],
        "round_value": [1.0, 0.0, math.nan],
    }
    made = [
        {**empty, "item": 1, name: value}
        for name, values in held.items()
        for value in [*values, None]
    ]
    for one, two in [("US", "US"), ("US", "CN"), ("CN", "US"), ("US", None), (None, "US")]:
        made.append({**empty, "item": 1, "origin": one, "departure": two})
    for one, two in [
        (1.0, 1.0),
        (1.0, 2.0),
        (2.0, 1.0),
        (math.nan, 1.0),
        (math.inf, math.inf),
        (None, 1.0),
    ]:
        made.append({**empty, "item": 1, "net_mass_kg": one, "gross_mass_kg": two})
    return made


def test_every_leaf_is_right_on_its_limits_in_every_way(duckdb):
    several, made = every_leaf(), rows_on_the_limits()
    profiles = [Made(f"P{place}", tree) for place, tree in enumerate(several)]
    evaluator = ColumnarEvaluator(table_of(made), lists=LISTS)

    matrix = evaluator.hit_matrix(profiles)
    decide = compile_profiles(profiles, lists=LISTS)
    decided = [set(decide(row)) for row in made]
    through_ibis = _hits_through_ibis(duckdb, several, made)

    for profile, found in zip(profiles, through_ibis, strict=True):
        truth = _truth(profile.reach, made)
        assert evaluator.hits(profile.reach).tolist() == truth, profile
        assert matrix.hits(profile.code).tolist() == truth, profile
        assert [profile.code in codes for codes in decided] == truth, profile
        assert found == truth, profile


@pytest.fixture(scope="module")
def duckdb():
    ibis = pytest.importorskip("ibis")
    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()


def _hits_through_ibis(connection, several, made):
    import ibis

    places = pa.array(range(len(made)), pa.int64())
    held = ibis.memtable(table_of(made).append_column("place", places))
    asked = {f"p{n}": ibis_condition(tree, held, lists=LISTS) for n, tree in enumerate(several)}
    found = connection.to_pyarrow(held.select("place", **asked).order_by("place"))
    return [found.column(f"p{n}").to_pylist() for n in range(len(several))]


@examples(25)
@given(several=st.lists(trees, min_size=1, max_size=6), made=rows())
def test_duckdb_hits_the_same_rows(duckdb, several, made):
    found = _hits_through_ibis(duckdb, several, made)

    assert found == [_truth(tree, made) for tree in several]


@pytest.mark.spark
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
def test_spark_hits_the_same_rows(spark, tmp_path):
    import ibis

    several, made = some_of_everything(20), some_rows(100)
    pq.write_table(
        table_of(made).append_column("place", pa.array(range(len(made)), pa.int64())),
        tmp_path / "held.parquet",
    )
    connection = ibis.pyspark.connect(spark)
    held = connection.read_parquet(str(tmp_path / "held.parquet"), table_name="held_profiles")

    asked = {f"p{n}": ibis_condition(tree, held, lists=LISTS) for n, tree in enumerate(several)}
    query = spark.sql(connection.compile(held.select("place", **asked)))
    query.write.parquet(str(tmp_path / "hits"))
    found = pq.read_table(tmp_path / "hits").sort_by("place")

    for n, tree in enumerate(several):
        assert found.column(f"p{n}").to_pylist() == _truth(tree, made), tree


def some_of_everything(count):
    """Return trees drawn by Hypothesis, the same at every run: one query for all of them."""
    drawn = []

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(trees)
    def draw(tree):
        drawn.append(tree)

    draw()
    return drawn


def some_rows(count):
    drawn = []

    @settings(
        max_examples=80,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(rows(8))
    def draw(made):
        drawn.extend(made)

    draw()
    return random.Random(1).sample(drawn, min(count, len(drawn)))


# -- what the properties do not say ------------------------------------------------------------------


def _table(**columns):
    return pa.table(columns)


def test_a_text_column_may_be_dictionary_encoded_in_chunks_with_their_own_dictionaries():
    chunks = [
        pa.array(values, pa.string()).dictionary_encode()
        for values in (["64", None], ["08", "64"], ["a"])
    ]
    plain = pa.chunked_array([pa.array(["64", None, "08", "64", "a"], pa.string())])
    tree = parse_condition("hs LIKE '6%'").tree

    for column in (pa.chunked_array(chunks), plain, plain.cast(pa.large_string())):
        assert ColumnarEvaluator(_table(hs=column)).hits(tree).tolist() == [
            True,
            False,
            False,
            True,
            False,
        ]


def test_indicators_stand_beside_the_rows_and_must_fit_them():
    items, extra = _table(hs=["64", "64"]), _table(unit_value_ratio=[0.5, 0.7])
    tree = parse_condition("hs = '64' AND unit_value_ratio < 60 %").tree

    assert ColumnarEvaluator(items, extra).hits(tree).tolist() == [True, False]
    with pytest.raises(ValueError, match="do not fit"):
        ColumnarEvaluator(items, extra.slice(0, 1))


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(TamghaError, match="'goods'"):
        ColumnarEvaluator(_table(hs=["64"])).hits(parse_condition("goods = 'a'"))


def test_a_declaration_is_hit_by_any_of_its_items():
    evaluator = ColumnarEvaluator(
        _table(declaration=["A", "A", "B", "C", "C"], item=[1, 2, 1, 1, 2])
    )

    hits = evaluator.hits(parse_condition("item = 2"))

    assert hits.tolist() == [False, True, False, False, True]
    assert evaluator.declarations_hit(hits).tolist() == [True, True, False, True, True]
    assert evaluator.count_declarations(hits) == 2


def test_an_edited_list_changes_the_hits_and_keeps_what_did_not_change():
    lists = ProfileLists.of([NamedList("watch", "trader", ("A",))])
    evaluator = ColumnarEvaluator(_table(importer=["A", "B", None]), lists=lists)
    tree = parse_condition("importer IN LIST 'watch'").tree

    before = evaluator.hits(tree).tolist()
    evaluator.use_lists(lists.with_list(NamedList("watch", "trader", ("B",))))

    assert before == [True, False, False]
    assert evaluator.hits(tree).tolist() == [False, True, False]


def test_more_than_64_profiles_fit_and_so_do_conditions_of_very_many_terms():
    values = list(range(70))
    many = [Made(f"P{n}", Compare(Term("packages"), "=", n)) for n in values]
    wide = Made(
        "wide",
        parse_condition(
            " AND ".join(f"(packages <> {n} OR packages = {n + 1})" for n in range(6))
        ).tree,
    )
    profiles = [*many, wide]
    table = _table(packages=pa.array(values, pa.int32()))

    matrix = ColumnarEvaluator(table).hit_matrix(profiles)
    decide = compile_profiles(profiles)

    for n in values:
        expected = [f"P{n}"] + ["wide"] * (judge(wide.reach, {"packages": n}) is True)
        assert matrix.codes_of(n) == expected
        assert decide({"packages": n}) == expected
    assert matrix.any_hit().all()
    assert matrix.counts()["P5"] == 1


def test_memory_for_masks_is_bounded_and_answers_stay_right():
    values = [float(n) for n in range(1_000)]
    evaluator = ColumnarEvaluator(_table(packages=values), keep_bytes=1)

    for n in range(200):
        assert evaluator.count(Compare(Term("packages"), "<", n)) == n
    assert len(evaluator._masks) <= 16


def test_files_give_the_same_hits_as_the_table(tmp_path):
    made = some_rows(60)
    table = table_of(made)
    pq.write_table(table.slice(0, 20), tmp_path / "a.parquet", row_group_size=7)
    pq.write_table(table.slice(20), tmp_path / "b.parquet", row_group_size=11)
    profiles = [Made(f"P{n}", tree) for n, tree in enumerate(some_of_everything(40))]

    found = parquet_hits([tmp_path / "a.parquet", tmp_path / "b.parquet"], profiles, lists=LISTS)
    right = ColumnarEvaluator(table, lists=LISTS).hit_matrix(profiles)

    assert found.rows == len(made)
    for profile in profiles:
        assert found.hits(profile.code).tolist() == right.hits(profile.code).tolist()


def test_an_empty_table_has_no_hits(tmp_path):
    table = table_of([])
    pq.write_table(table, tmp_path / "none.parquet")
    profile = Made("P", parse_condition("hs = '64' AND net_mass_kg < 5").tree)

    assert ColumnarEvaluator(table).hits(profile.reach).tolist() == []
    assert parquet_hits([tmp_path / "none.parquet"], [profile]).hits("P").tolist() == []


def test_no_text_of_a_profile_enters_the_source_that_is_run():
    evil = "') or __import__('os').system('x') #"
    profile = Made(evil, Like(Term("goods"), "contains", evil))

    source = decision_source([profile])
    decide = compile_profiles([profile])

    assert "import" not in source.replace("__import__", "") or evil not in source
    assert evil not in source
    assert decide({"goods": f"x{evil}y"}) == [evil]


def test_a_decision_knows_long_lists_many_thresholds_and_values_never_seen():
    many = ProfileLists.of([NamedList("many", "trader", tuple(f"T{n:03d}" for n in range(300)))])
    texts = [
        "importer IN LIST 'many'",
        "importer NOT IN LIST 'many'",
        "importer <> 'T007' AND importer NOT IN LIST 'many'",
        "importer IS NULL",
        *(f"item_price BETWEEN {n} AND {n + 3}" for n in range(0, 120, 2)),
        *(f"net_mass_kg {sign} 5" for sign in ("=", "<>", "<", "<=", ">", ">=")),
        "net_mass_kg NOT BETWEEN 3 AND 5",
        "net_mass_kg NOT IN (3, 5)",
    ]
    profiles = [Made(f"P{place}", parse_condition(text).tree) for place, text in enumerate(texts)]
    numbers = [None, math.nan, -1.0, 3, 5, 5.0, math.nextafter(5, 6), 60.0, 119.5, 1e9, math.inf]
    made = [
        {"importer": importer, "item_price": price, "net_mass_kg": mass}
        for importer in (None, "T007", "T299", "T300", "", "t007")
        for price in numbers
        for mass in numbers
    ]

    decide = compile_profiles(profiles, lists=many)

    table = pa.table(
        {
            "importer": pa.array([row["importer"] for row in made], pa.string()),
            **{
                name: pa.array([row[name] for row in made], pa.float64())
                for name in ("item_price", "net_mass_kg")
            },
        }
    )
    matrix = ColumnarEvaluator(table, lists=many)
    hits = {one.code: matrix.hits(one.reach) for one in profiles}
    for place, row in enumerate(made):
        wanted = [code for code, mask in hits.items() if mask[place]]
        assert decide(row) == wanted, row
        assert decide({**row, "importer": row["importer"] or math.nan}) == decide(
            {**row, "importer": row["importer"] or None}
        )


def test_a_decision_takes_absent_none_and_nan_as_empty():
    profile = Made(
        "P",
        parse_condition(
            "net_mass_kg IS NULL OR goods IS NULL AND goods <> 'a' OR day < '2020-01-01'"
        ).tree,
    )
    decide = compile_profiles([profile])

    full = {"net_mass_kg": 1.0, "goods": "b", "day": date(2021, 1, 1)}
    assert decide(full) == []
    assert decide({"goods": "b", "day": date(2021, 1, 1)}) == ["P"]
    assert decide({**full, "net_mass_kg": None}) == ["P"]
    assert decide({**full, "net_mass_kg": math.nan}) == ["P"]
    assert decide({**full, "day": None, "goods": math.nan}) == []
    assert decide({**full, "day": date(2019, 1, 1)}) == ["P"]
    assert compile_profiles([])(full) == []
