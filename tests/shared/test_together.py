"""Calls that come at once are carried out together, and each gets its own answer."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tamgha.shared.together import Together


def test_a_call_that_comes_alone_goes_alone():
    sizes = []

    def doubled(asked):
        sizes.append(len(asked))
        return [2 * one for one in asked]

    assert Together(doubled)(21) == 42
    assert sizes == [1]


def test_those_that_come_meanwhile_are_carried_out_together_and_each_gets_its_own():
    sizes = []
    first_is_in, may_go = threading.Event(), threading.Event()

    def doubled(asked):
        sizes.append(len(asked))
        if len(sizes) == 1:
            first_is_in.set()
            may_go.wait(10)
        return [2 * one for one in asked]

    together = Together(doubled, most=10)
    with ThreadPoolExecutor(30) as pool:
        first = pool.submit(together, 0)
        first_is_in.wait(10)
        others = [pool.submit(together, one) for one in range(1, 26)]
        while len(together._waiting) < 25:
            time.sleep(0.001)
        may_go.set()
        assert first.result(10) == 0
        assert [one.result(10) for one in others] == [2 * one for one in range(1, 26)]
    assert sizes == [1, 10, 10, 5]


def test_never_two_at_a_time():
    inside, worst = [0], [0]

    def counted(asked):
        inside[0] += 1
        worst[0] = max(worst[0], inside[0])
        time.sleep(0.001)
        inside[0] -= 1
        return list(asked)

    together = Together(counted)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(together, range(200))) == list(range(200))
    assert worst == [1]


def test_a_refusal_reaches_whom_it_concerns_and_nobody_else():
    def picky(asked):
        return [ValueError(str(one)) if one % 2 else one for one in asked]

    together = Together(picky)
    with ThreadPoolExecutor(8) as pool:
        calls = {one: pool.submit(together, one) for one in range(20)}
    for one, call in calls.items():
        if one % 2:
            with pytest.raises(ValueError, match=str(one)):
                call.result()
        else:
            assert call.result() == one


def test_a_failure_of_the_whole_reaches_all_and_the_next_go_on():
    def failing_once(asked):
        if 1 in asked:
            raise OSError("the disk is full")
        return list(asked)

    together = Together(failing_once)
    with pytest.raises(OSError, match="the disk is full"):
        together(1)
    assert together(2) == 2
