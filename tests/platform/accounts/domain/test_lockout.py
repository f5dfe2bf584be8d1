from datetime import UTC, datetime, timedelta

import pytest

from tamgha.platform.accounts.domain import LockoutRule, locked_until

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
RULE = LockoutRule(3, timedelta(minutes=15))


def minutes(*values: float) -> list[datetime]:
    return [NOON + timedelta(minutes=value) for value in values]


def test_two_failures_of_three_bring_no_wait():
    assert locked_until(minutes(0, 1), rule=RULE, now=NOON + timedelta(minutes=2)) is None


def test_the_third_failure_brings_a_wait_that_counts_from_it():
    until = locked_until(minutes(0, 1, 2), rule=RULE, now=NOON + timedelta(minutes=3))

    assert until == NOON + timedelta(minutes=17)


def test_the_wait_is_over_at_its_last_moment():
    assert locked_until(minutes(0, 1, 2), rule=RULE, now=NOON + timedelta(minutes=17)) is None


def test_failures_far_apart_bring_no_wait():
    assert locked_until(minutes(0, 14, 29), rule=RULE, now=NOON + timedelta(minutes=30)) is None


def test_after_a_wait_one_has_every_try_again():
    failures = minutes(0, 1, 2, 17.5)

    assert locked_until(failures, rule=RULE, now=NOON + timedelta(minutes=18)) is None


def test_order_and_future_moments_do_not_count():
    assert locked_until(minutes(2, 0, 30), rule=RULE, now=NOON + timedelta(minutes=3)) is None


def test_a_rule_that_locks_everybody_out_is_refused():
    with pytest.raises(ValueError, match="1 failure or more"):
        LockoutRule(0, timedelta(minutes=1))
