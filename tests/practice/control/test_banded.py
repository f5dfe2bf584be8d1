"""Two versions of one profile: each decides on its own band, and a shadow only looks on."""

from datetime import date

import pytest

from tamgha import risk
from tamgha.practice.control.gateways.banded import BandedCriteria, LiveVersion
from tamgha.shared.shares import Share

DAY = date(2026, 11, 24)
KEY = bytes(range(32))
ITEM = {"item": 1, "office": "1101", "direction": "import", "item_price": 5.0}


def version(number, condition="item_price < 10", *, code="P-001", **told):
    profile = risk.Profile(
        code=code, name="P", condition=risk.parse_condition(condition), red=Share.percent(100)
    )
    return LiveVersion(engine=profile, number=number, **told)


def hits_of(criteria, name, item=ITEM):
    found = criteria.item_hits([item], DAY)
    hits = criteria.hits(found, risk.Draws(KEY, name))
    return hits, criteria.shadow_hits(found, hits)


def test_a_rollout_of_thirty_per_cent_leaves_the_rest_to_the_version_before():
    criteria = BandedCriteria([version(2, rollout=3_000), version(1, start=3_000, rollout=7_000)])
    names = [f"D-{number}" for number in range(2_000)]

    chosen = [hits_of(criteria, name)[0] for name in names]

    assert all(len(hits) == 1 and hits[0].live for hits in chosen)
    share = sum(hits[0].version == 2 for hits in chosen) / len(names)
    assert share == pytest.approx(0.3, abs=0.04)


def test_where_only_the_other_version_hits_it_is_recorded_and_decides_nothing():
    criteria = BandedCriteria(
        [version(2, "item_price > 99", rollout=5_000), version(1, start=5_000, rollout=5_000)]
    )

    live = [hits_of(criteria, f"D-{number}")[0][0].live for number in range(400)]

    assert 120 < sum(live) < 280


def test_a_shadow_beside_a_live_version_is_recorded_apart():
    criteria = BandedCriteria([version(2, shadow=True), version(1)])

    hits, shadows = hits_of(criteria, "D-1")

    assert [(one.version, one.live) for one in hits] == [(1, True)]
    assert shadows == [("P-001", 2, 1)]


def test_a_shadow_alone_is_a_hit_that_decides_nothing():
    criteria = BandedCriteria([version(1, shadow=True)])

    hits, shadows = hits_of(criteria, "D-1")

    assert [(one.version, one.live, one.drawn) for one in hits] == [(1, False, None)]
    assert shadows == []


def test_the_audit_derives_the_band_again_from_the_key():
    criteria = BandedCriteria([version(2, rollout=3_000), version(1, start=3_000, rollout=7_000)])
    for number in range(50):
        name = f"D-{number}"
        hits, _shadows = hits_of(criteria, name)
        declared = risk.Declared(
            declaration=name,
            office="1101",
            direction="import",
            decided_at=risk_moment(),
            period="2026-11",
            random_draw=risk.Draws(KEY, name).random,
            draw_id=name,
            hits=hits,
        )
        decision, _after = risk.decide_modsel(declared, risk.ModselParameters(), risk.Counters())
        assert risk.audit(decision, KEY) == []


def risk_moment():
    from datetime import UTC, datetime

    return datetime(2026, 11, 24, tzinfo=UTC)
