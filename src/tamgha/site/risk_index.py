"""What the area of risk holds: its parts, each with how much there is, for its first page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

from tamgha import risk
from tamgha.platform.accounts.models import User
from tamgha.practice.control import permissions as control
from tamgha.practice.register import permissions as register
from tamgha.practice.targeting import permissions
from tamgha.practice.targeting.choices import ModelState
from tamgha.shared.words import Words

Count = Callable[[User], int | None]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an area: what it is, what it is for, where it stands and how much is there."""

    label: Words
    words: Words
    address: str
    count: int | None = None


def _models(user: User) -> int:
    return permissions.models_visible_to(user).filter(state=ModelState.READY).count()


def _counted(visible_to: Callable[[User], QuerySet[Any]]) -> Count:
    return lambda user: visible_to(user).count()


PARTS: Final[tuple[tuple[str, Words, Words, Count], ...]] = (
    (
        "register:risks",
        Words("Risk register", "Реестр рисков"),
        Words(
            "What may happen, scored by two people apart, treated, and approved by another.",
            "Что может случиться: оценки двух человек, воздействие и утверждение третьим.",
        ),
        lambda user: register.risks_visible_to(user).exclude(state="retired").count(),
    ),
    (
        "targeting:sets",
        Words("Declarations", "Декларации"),
        Words(
            "Sets of rows, the files they came from, and what each can and cannot say.",
            "Наборы строк, файлы, из которых они взяты, и что по каждому можно и нельзя сказать.",
        ),
        _counted(permissions.sets_visible_to),
    ),
    (
        "targeting:profiles",
        Words("Profiles", "Профили"),
        Words(
            "Which declarations to look at, tested on past ones while you write.",
            "Какие декларации смотреть; проверяется на прошлых, пока вы пишете.",
        ),
        lambda user: permissions.profiles_visible_to(user).filter(retired_at=None).count(),
    ),
    (
        "targeting:trade-lists",
        Words("Lists", "Списки"),
        Words(
            "Traders, HS codes and countries that conditions refer to, with their versions.",
            "Участники ВЭД, коды ТН ВЭД и страны, на которые ссылаются условия, с версиями.",
        ),
        _counted(permissions.lists_visible_to),
    ),
    (
        "targeting:indicators",
        Words("Indicators", "Индикаторы"),
        Words(
            "What is computed for every row from the days before it, each with its definition.",
            "Что вычисляется для каждой строки по предыдущим дням; у каждого своё определение.",
        ),
        lambda user: len(risk.READY) + permissions.indicators_visible_to(user).count(),
    ),
    (
        "targeting:models",
        Words("Models", "Модели"),
        Words(
            "Scores learned from known findings, with their card, and rules suggested by them.",
            "Оценки, обученные на известных находках, с паспортом, и предложенные ими правила.",
        ),
        _models,
    ),
    (
        "control:decisions",
        Words("Decisions", "Решения"),
        Words(
            "Every declaration that was given a lane: hits, draws, probability, what came after.",
            "Каждая декларация, получившая коридор: попадания, жребий, вероятность, что было дальше.",
        ),
        lambda _user: None,
    ),
    (
        "control:results",
        Words("Results", "Результаты"),
        Words(
            "What was found against the random draw, by profile, lane, office and week; alerts, reports.",
            "Что найдено в сравнении со случайным отбором: по профилям, коридорам, постам и неделям.",
        ),
        lambda _user: None,
    ),
    (
        "control:acts",
        Words("Examinations", "Досмотры"),
        Words(
            "Inspection acts: what is open, in part, handed in; their versions and photos.",
            "Акты досмотра: открытые, сданные частично и полностью; их версии и фотографии.",
        ),
        lambda user: control.acts_visible_to(user).filter(state__in=("open", "partial")).count(),
    ),
    (
        "control:plans",
        Words("Plans of offices", "Планы постов"),
        Words(
            "How each office selects: rates, capacity, chance, timers; approved by a second person.",
            "Как отбирает каждый пост: доли, мощность, случайность, сроки; утверждает другой человек.",
        ),
        _counted(control.plans_visible_to),
    ),
    (
        "targeting:goods",
        Words("HS codes", "Коды ТН ВЭД"),
        Words(
            "The tree of the Harmonized System, by chapter or by words.",
            "Дерево Гармонизированной системы: по группам или по словам.",
        ),
        lambda _user: None,
    ),
)


def parts_for(user: User) -> list[Part]:
    """Return the parts of the area that the user may enter, with their counts."""
    found = []
    for url_name, label, words, count in PARTS:
        if not _may_enter(user, url_name):
            continue
        try:
            address = reverse(url_name)
        except NoReverseMatch:
            continue
        found.append(Part(label, words, address, count(user)))
    return found


def _may_enter(user: User, url_name: str) -> bool:
    if url_name == "control:results":
        return control.results_place(user) is not None
    if url_name.startswith("register:"):
        return register.can_read(user)
    return permissions.can_read(user)
