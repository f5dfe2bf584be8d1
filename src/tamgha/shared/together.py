"""Calls that come at the same time are carried out together, by one of them for all.

What costs the same for one as for ten (a transaction, a flush to the disk, a lock) is paid once. Nobody
waits for company: a call that comes alone goes alone, and while it is carried out the next gather.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, cast

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class _Call(Generic[Asked, Answer]):
    __slots__ = ("answer", "asked", "is_over")

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.answer: Answer | BaseException | None = None
        self.is_over = False


class Together(Generic[Asked, Answer]):
    """A function of many at once, called by many threads with one each.

    Parameters
    ----------
    carry_out : given what was asked, in the order of the calls, it returns as many answers; an
        exception in place of an answer is raised in the thread that asked. What it raises itself,
        is raised in all of them. It runs in one thread at a time.
    most : how many are carried out at once
    """

    def __init__(
        self, carry_out: Callable[[Sequence[Asked]], Sequence[Answer | Exception]], most: int = 32
    ) -> None:
        self._carry_out = carry_out
        self._most = most
        self._turn = threading.Lock()
        self._waiting: list[_Call[Asked, Answer]] = []

    def __call__(self, asked: Asked) -> Answer:
        """Return the answer to one question, asked together with those that came meanwhile."""
        call: _Call[Asked, Answer] = _Call(asked)
        self._waiting.append(call)
        while not call.is_over:
            with self._turn:
                if not call.is_over:
                    self._next()
        if isinstance(call.answer, BaseException):
            raise call.answer
        return cast(Answer, call.answer)

    def _next(self) -> None:
        calls = self._waiting[: self._most]
        del self._waiting[: len(calls)]
        try:
            answers = self._carry_out([one.asked for one in calls])
            for call, answer in zip(calls, answers, strict=True):
                call.answer = answer
        except BaseException as error:
            for call in calls:
                call.answer = error
            if not isinstance(error, Exception):
                raise
        finally:
            for call in calls:
                call.is_over = True
