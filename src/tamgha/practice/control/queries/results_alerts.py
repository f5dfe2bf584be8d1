"""Alerts in words: what was seen, and where one goes to look."""

from datetime import date
from typing import Any, Final

from django.urls import reverse

from tamgha import risk
from tamgha.platform.accounts.models import User
from tamgha.platform.ui import formats
from tamgha.practice.control import permissions
from tamgha.practice.control.choices import Direction
from tamgha.practice.control.models import ResultAlert
from tamgha.shared.words import Words

Kind = ResultAlert.Kind

TOLD: Final[dict[str, Words]] = {
    Kind.WEARING: Words(
        "{found} finds in {results} results, the random draw {drawn_found} in {drawn}: below it, however "
        "often one looks. Proposed for retirement.",
        "Находок {found} из {results}, у случайного отбора {drawn_found} из {drawn}: ниже него, сколько бы "
        "раз ни смотреть. Предложен к выводу.",
    ),
    Kind.EXPIRING: Words("Stops by itself on {ends}.", "Прекращает действие {ends}."),
    Kind.FEEDBACK: Words(
        "{missing} of {of} examinations older than two weeks have no result.",
        "Без результата {missing} из {of} досмотров старше двух недель.",
    ),
    Kind.OVERDRAWN: Words(
        "{red} of {decided} declarations of four weeks went to examination; the plan expects {expected}.",
        "За четыре недели на досмотр направлено {red} из {decided} деклараций; по плану ожидается {expected}.",
    ),
    Kind.DRIFT: Words(
        "Stability index {index}; without any change it stays under {noise_95} in 95 % of cases. Used by "
        "{profiles}.",
        "Индекс стабильности {index}; без изменений он в 95 % случаев ниже {noise_95}. Используется в: "
        "{profiles}.",
    ),
}
OVER_CAPACITY = Words(
    "On {days} days of four weeks more was sent to examination than the {capacity} that the plan holds; at "
    "most {most}.",
    "За четыре недели в {days} дн. на досмотр направлено больше, чем {capacity} по плану; самое большее {most}.",
)


def told(alert: ResultAlert, language: str) -> str:
    """Return what an alert says, in one sentence."""
    facts = {name: _shown(name, value, language) for name, value in alert.facts.items()}
    over = alert.kind == Kind.OVERDRAWN and "capacity" in alert.facts
    words = OVER_CAPACITY if over else TOLD[alert.kind]
    return words.format(**facts).text(language)


def _shown(name: str, value: Any, language: str) -> str:
    if name == "ends":
        return formats.day(date.fromisoformat(str(value)), language=language)
    if name == "expected":
        return formats.percent(value / 10_000, language=language)
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return (
        formats.number(value, language=language) if isinstance(value, int | float) else str(value)
    )


def subject_of(alert: ResultAlert, language: str) -> str:
    """Return what an alert is about as people call it: an indicator by its label, a direction in words."""
    if alert.kind == Kind.DRIFT and alert.subject in risk.READY:
        return risk.READY[alert.subject].label.text(language)
    office, _space, direction = alert.subject.rpartition(" ")
    if alert.kind == Kind.OVERDRAWN and direction in Direction.values:
        return f"{office}, {Direction(direction).label}"
    return alert.subject


def place_of(alert: ResultAlert) -> str:
    """Return the address where one looks into an alert."""
    code = alert.facts.get("code")
    if code:
        number = alert.facts.get("number", 1)
        return reverse("targeting:profile-version", kwargs={"code": code, "number": number})
    if alert.kind == Kind.FEEDBACK:
        return f"{reverse('control:result-rows')}?office={alert.subject}&state=out"
    if alert.kind == Kind.OVERDRAWN:
        return reverse("control:plans")
    return f"{reverse('control:results')}#drift"


def open_alerts(user: User, *, most: int = 100) -> list[ResultAlert]:
    """Return the alerts of the user's administration that nobody has dealt with, the newest first."""
    found = permissions.alerts_visible_to(user).exclude(state=ResultAlert.State.DONE)
    return list(found.order_by("-raised_at", "-pk")[:most])
