"""Many verdicts at once are those of each alone."""

import numpy as np
import pytest

from tamgha.risk.performance import standing, verdicts


def test_many_verdicts_at_once_are_those_of_each_alone():
    rng = np.random.default_rng(5)
    profiles, randoms, examined = [], [], []
    for rate in rng.choice([0.01, 0.05, 0.2, 0.4], 60):
        n, m = int(rng.integers(0, 3_000)), int(rng.integers(0, 3_000))
        profiles.append((int(rng.binomial(n, rate)), n))
        randoms.append((int(rng.binomial(m, 0.08)), m))
        examined.append((n + int(rng.integers(0, 20)), m + int(rng.integers(0, 20))))

    found = verdicts(profiles, randoms, examined)

    alone = [
        standing(one, other, examined=every).verdict
        for one, other, every in zip(profiles, randoms, examined, strict=True)
    ]
    assert found == alone
    assert set(found) == {"retire", "not_better", "better"}


def test_missing_results_count_against_the_verdict():
    clear = verdicts([(0, 900)], [(150, 900)], [(900, 900)])
    out = verdicts([(0, 900)], [(150, 900)], [(1_050, 900)])
    assert (clear, out) == (["retire"], ["not_better"])
    assert verdicts([], [], []) == []
    with pytest.raises(ValueError, match="do not fit"):
        verdicts([(5, 4)], [(1, 4)], [(4, 4)])
