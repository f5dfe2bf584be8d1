"""Which home a role has, in which order a person's roles come, and what a home holds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import User
from tamgha.shared.words import Words
from tamgha.site.homes.desks import analyst_facts, approver_facts
from tamgha.site.homes.due import finished_work, own_facts, running_work
from tamgha.site.homes.examiner import examiner_facts
from tamgha.site.homes.people import coordinator_facts

Facts = Callable[..., dict[str, Any]]


NOTHING: Final = Words("", "")


def plain_facts(user: User, *, at: datetime) -> dict[str, Any]:
    """Return what every home has: finished and running work."""
    return {"due": finished_work(user), "running": running_work(user)}


@dataclass(frozen=True, slots=True)
class Home:
    """The first page of one role.

    Parameters
    ----------
    role : whose
    template : what draws it
    facts : reads what it shows, by a number of queries that does not grow with the rows
    empty, empty_words : where the area of the role is still to come: what will stand there
    """

    role: Role
    template: str = "site/homes/later.html"
    facts: Facts = plain_facts
    empty: Words = NOTHING
    empty_words: Words = NOTHING


HOMES: Final[tuple[Home, ...]] = (
    Home(Role.ANALYST, "site/homes/analyst.html", analyst_facts),
    Home(Role.APPROVER, "site/homes/approver.html", approver_facts),
    Home(Role.EXAMINER, "site/homes/examiner.html", examiner_facts),
    Home(Role.COORDINATOR, "site/homes/coordinator.html", coordinator_facts),
    Home(Role.SECRETARIAT, "site/homes/coordinator.html", coordinator_facts),
    Home(
        Role.MASTER_TRAINER,
        empty=Words("No session is planned", "Занятий не запланировано"),
        empty_words=Words(
            "Your next session will stand here with what is ready and what is not; below it your "
            "own branch, and what your officers learned.",
            "Здесь появится ваше ближайшее занятие: что готово и чего не хватает; ниже — ваша "
            "ветвь и то, чему научились ваши слушатели.",
        ),
    ),
    Home(
        Role.EXPERT,
        empty=Words("Nothing waits for your sign-off", "Ничто не ждёт вашего согласования"),
        empty_words=Words(
            "Material and questions that wait for you will stand here, then the teach-backs to "
            "mark and your own lectures.",
            "Здесь появятся материалы и вопросы, которые ждут вас, затем пробные занятия на "
            "оценку и ваши лекции.",
        ),
    ),
    Home(
        Role.EVALUATOR,
        empty=Words("No report waits for a check", "Отчётов на проверку нет"),
        empty_words=Words(
            "Response rates by level will stand here, then the reports to check.",
            "Здесь появятся доли ответивших по уровням, затем отчёты на проверку.",
        ),
    ),
    Home(
        Role.SUPERVISOR,
        empty=Words("No form is due", "Анкет к заполнению нет"),
        empty_words=Words(
            "The forms three and six months after a training will stand here. Each takes about two "
            "minutes, and says what it is for.",
            "Здесь появятся анкеты через три и шесть месяцев после обучения. Каждая занимает около "
            "двух минут, и сказано, для чего она.",
        ),
    ),
    Home(
        Role.OFFICER,
        empty=Words("No lesson is open", "Открытых уроков нет"),
        empty_words=Words(
            "The lesson where you stopped will stand here, and your way to the certificate.",
            "Здесь появится урок, на котором вы остановились, и ваш путь к сертификату.",
        ),
    ),
    Home(
        Role.DONOR,
        empty=Words("No sealed report is published yet", "Опечатанных отчётов пока нет"),
        empty_words=Words(
            "The last sealed report will stand here with its box of what may not be claimed, then "
            "the totals by evidence. Groups under their least number are never shown.",
            "Здесь появится последний опечатанный отчёт с перечнем того, чего утверждать нельзя, "
            "затем итоги по виду подтверждения. Группы меньше порога не показываются никогда.",
        ),
    ),
)
"""In the order in which a person's roles come: first the one with the most daily work."""


def homes_of(user: User) -> list[Home]:
    """Return the homes of a person's roles, the first one first."""
    roles = user.roles
    return [home for home in HOMES if home.role in roles]


def page_of(user: User, *, wished: str, at: datetime) -> tuple[Home | None, dict[str, Any]]:
    """Return the home that is shown and what it holds; None for a person without a role.

    ``wished`` is the role whose home was asked for; one that the person does not hold counts not.
    """
    homes = homes_of(user)
    if not homes:
        return None, plain_facts(user, at=at) | own_facts(user, at=at)
    home = next((one for one in homes if one.role == wished), homes[0])
    facts = home.facts(user, at=at) | own_facts(user, at=at)
    return home, facts | {"homes": homes}
