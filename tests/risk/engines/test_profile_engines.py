from dataclasses import dataclass

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.risk.profiles.made_conditions import LISTS, judge, rows, table_of, trees

from tamgha.risk.engines import ColumnarEvaluator, compile_profiles, ibis_condition


@dataclass
class Made:
    code: str
    reach: object


def _truth(tree, made):
    return [judge(tree, row) is True for row in made]


def examples(count):
    return settings(max_examples=count, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@examples(150)
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
