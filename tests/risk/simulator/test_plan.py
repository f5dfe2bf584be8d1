from datetime import date

import pytest

from tamgha.risk.simulator import Scheme, WorldPlan, simulate
from tamgha.shared.errors import RefusedError


def test_every_fault_is_told_at_once():
    plan = WorldPlan(
        illicit_rate=0.2,
        drift=2,
        schemes=(Scheme("undervaluation", 0, starts=0.5, ends=0.5, sensitivity=0),) * 2,
        exports=0.4,
        transit=0.3,
        goods=3,
        firms=5,
        criteria_draw=1.5,
        random_rate=-0.1,
        find_delay_days=0,
        clean_delay_days=400,
        false_find_rate=0.5,
        home="CN",
    )

    with pytest.raises(RefusedError) as refusal:
        simulate(-1, declarations=0, start=date(1999, 1, 1), weeks=0, plan=plan)

    said = [fault.en for fault in refusal.value.faults]
    assert said == [
        "seed: ≥ 0 was expected, -1 came",
        "number of declarations: ≥ 1 was expected, 0 came",
        "weeks: 1–520 was expected, 0 came",
        "first day: a day from 2022 to 2040 was expected (HS 2022), 1999-01-01 came",
        "illicit rate: 0 or 1–8 % was expected, 20 % came",
        "drift: -100–100 % was expected, 200 % came",
        "share of the rule's hits examined: 0–100 % was expected, 150 % came",
        "random rate: 0–100 % was expected, -10 % came",
        "exports and transit: 0–50 % was expected, 70 % came",
        "number of goods: 40–5000 was expected, 3 came",
        "number of firms: ≥ 20 was expected, 5 came",
        "own country: a code of ISO 3166 that is no trading partner was expected, 'CN' came",
        "delay of finds: 0–365 was expected, 0 came",
        "delay of clean results: 0–365 was expected, 400 came",
        "rate of false finds: 0–10 % was expected, 50 % came",
        "each kind of scheme stands at most once; undervaluation, undervaluation came",
        *[
            "the share of the scheme undervaluation is more than 0; 0 came",
            "the scheme undervaluation starts before it ends, both from 0 to 1; 0.5 to 0.5 came",
            "the sensitivity to undervaluation lies over 0 and up to 1; 0 came",
        ]
        * 2,
    ]


def test_a_refusal_speaks_russian_too():
    with pytest.raises(RefusedError) as refusal:
        simulate(1, declarations=10, plan=WorldPlan(illicit_rate=0.5))

    assert refusal.value.words.ru == (
        "Мир не построен: доля нарушений: ожидалось 0 или 1–8 %, а задано 50 %"
    )


def test_a_rate_without_a_scheme_is_refused():
    with pytest.raises(RefusedError, match="needs at least one scheme"):
        simulate(1, declarations=10, plan=WorldPlan(schemes=()))


def test_an_unknown_scheme_is_refused_by_name():
    with pytest.raises(RefusedError, match="'smuggling' came"):
        simulate(1, declarations=10, plan=WorldPlan(schemes=(Scheme("smuggling", 1),)))
