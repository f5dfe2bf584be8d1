"""The verdict of the page of results: whole sentences in both languages, from readings alone."""

import math
from typing import Final

from tamgha.platform.ui import formats
from tamgha.practice.control.queries.results_shape import Board, Reading
from tamgha.shared.figures import Estimate, Interval, NotShown
from tamgha.shared.words import Words

READINGS: Final[dict[Reading, tuple[str, Words]]] = {
    "above": ("good", Words("Above the draw", "Выше случайного отбора")),
    "same": ("note", Words("Not shown to differ", "Различие не доказано")),
    "below": ("bad", Words("Below the draw", "Ниже случайного отбора")),
    "retire": ("bad", Words("Propose to retire", "Предложить к выводу")),
    "few": ("note", Words("Too few to say", "Слишком мало данных")),
    "none": ("note", Words("No draw to compare with", "Сравнить не с чем")),
    "yardstick": ("", Words("The yardstick", "Мера сравнения")),
}
"""Look and words of a reading."""

NO_RESULTS = Words(
    "No examination of this period has its result yet.",
    "За этот период ещё нет ни одного результата досмотра.",
)
NO_CHOICE = Words(
    "No profile chose anything for examination in this period.",
    "За этот период профили ничего не отобрали на досмотр.",
)
NO_DRAW = Words(
    "Nothing was drawn at random, so nobody can say whether profiles do better than chance.",
    "Случайного отбора не было, поэтому неизвестно, лучше ли профили, чем случай.",
)
TIMES = Words(
    "What profiles chose was {times} times as often a find as the random draw ({between}).",
    "Доля находок по профилям относится к доле в случайном отборе как {times} к 1 ({between}).",
)
TIMES_AT_LEAST = Words(
    "What profiles chose was at least {times} times as often a find as the random draw, which found nothing.",
    "Доля находок по профилям относится к доле в случайном отборе не менее чем как {times} к 1; случайный отбор находок не дал.",
)
ALL_BETTER = Words(
    "Every profile that can be judged does better than the draw ({n}).",
    "Все профили, о которых можно судить, лучше случайного отбора ({n}).",
)
ONLY_NOT_BETTER = Words(
    "The only profile that can be judged is not shown to do better.",
    "Судить можно только об одном профиле; его превосходство не доказано.",
)
ONE_NOT_BETTER = Words(
    "1 of {n} profiles that can be judged is not shown to do better.",
    "Из профилей, о которых можно судить ({n}), не доказано превосходство у 1.",
)
NOT_BETTER = Words(
    "{k} of {n} profiles that can be judged are not shown to do better.",
    "Из профилей, о которых можно судить ({n}), не доказано превосходство у {k}.",
)
RETIRE = Words("Propose to retire: {names}.", "Предлагается вывести: {names}.")
UNSEEN = Words(
    "Of 100 breaches {low} to {high} still pass unseen.",
    "Из 100 нарушений незамеченными проходят от {low} до {high}.",
)
UNKNOWN = Words(
    "How many breaches pass unseen cannot be said: {reason}",
    "Сколько нарушений проходит незамеченными, сказать нельзя: {reason}",
)


def verdict_of(board: Board, language: str) -> list[tuple[str, bool]]:
    """Return the sentences of the verdict, each with whether it is the heavy one."""
    if not board.counts["results"]:
        return [(NO_RESULTS.text(language), True)]
    sentences = [(_better(board, language), False)]
    judged = _judged(board, language)
    if judged:
        sentences.append((judged, True))
    sentences.append((_unseen(board.found["detection"], language), False))
    return sentences


def _better(board: Board, language: str) -> str:
    lift, chosen = board.found["lift"], board.found["chosen"]
    if isinstance(chosen, NotShown):
        return NO_CHOICE.text(language)
    if isinstance(lift, NotShown):
        return NO_DRAW.text(language)
    times = formats.number(lift.value, 1, language=language)
    if lift.bound == "at_least":
        return TIMES_AT_LEAST.format(times=times).text(language)
    return TIMES.format(times=times, between=_between(lift.interval, language)).text(language)


def _between(limits: Interval | None, language: str) -> str:
    if limits is None:
        return ""
    low = formats.number(limits.low, 1, language=language)
    high = "∞" if math.isinf(limits.high) else formats.number(limits.high, 1, language=language)
    return f"{low}–{high}"


def _judged(board: Board, language: str) -> str:
    judged = [
        line for line in board.profiles if not line.watched and line.reading not in ("few", "none")
    ]
    if not judged:
        return ""
    weak = [line for line in judged if line.reading != "above"]
    told = _not_better(len(weak), len(judged)) if weak else ALL_BETTER.format(n=str(len(judged)))
    retire = [line.name for line in judged if line.reading == "retire"]
    if not retire:
        return told.text(language)
    return f"{told.text(language)} {RETIRE.format(names=', '.join(retire)).text(language)}"


def _not_better(weak: int, judged: int) -> Words:
    if judged == 1:
        return ONLY_NOT_BETTER
    if weak == 1:
        return ONE_NOT_BETTER.format(n=str(judged))
    return NOT_BETTER.format(k=str(weak), n=str(judged))


def _unseen(detection: Estimate | NotShown, language: str) -> str:
    if isinstance(detection, NotShown) or detection.interval is None:
        reason = detection.reason if isinstance(detection, NotShown) else NO_RESULTS
        return UNKNOWN.format(reason=reason.text(language)).text(language)
    low, high = 1 - detection.interval.high, 1 - detection.interval.low
    return UNSEEN.format(low=str(round(100 * low)), high=str(round(100 * high))).text(language)
