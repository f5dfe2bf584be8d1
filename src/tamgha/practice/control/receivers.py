"""What control does becomes entries of the journal, in the same transaction; its caches follow."""

from typing import Any, Final

from django.db.models import Model

from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.events import asked_for_open_tasks
from tamgha.platform.accounts.models import User
from tamgha.platform.journal import services as journal
from tamgha.practice.control.choices import ActState
from tamgha.practice.control.events import Act, acted
from tamgha.practice.control.gateways import desks
from tamgha.practice.control.models import (
    ActItem,
    ActPhoto,
    ActTime,
    ActVersion,
    Decision,
    DecisionEvent,
    DecisionHit,
    DrawKey,
    InspectionAct,
    PlanStep,
    PlanVersion,
)
from tamgha.shared.words import Words

ACTS: Final = {
    "control.plan.saved": Words("Plan written", "План составлен"),
    "control.plan.submitted": Words("Plan submitted", "План отправлен на утверждение"),
    "control.plan.approved": Words("Plan approved and in force", "План утверждён и действует"),
    "control.plan.returned": Words("Plan returned to draft", "План возвращён на доработку"),
    "control.plan.withdrawn": Words("Plan withdrawn", "План отозван"),
    "control.plan.retired": Words("Plan taken out of force", "План выведен из действия"),
    "control.key.made": Words("Key of the draws made", "Создан ключ случайного отбора"),
    "control.decided": Words("Declaration decided", "Решение по декларации"),
    "control.amended": Words("Declaration amended", "Декларация скорректирована"),
    "control.cancelled": Words("Declaration cancelled", "Декларация отозвана"),
    "control.cleared": Words("Control ended", "Контроль завершён"),
    "control.rerouted": Words("Lane changed by a person", "Коридор изменён сотрудником"),
    "control.drop.given": Words("File dropped in", "Файл передан"),
    "control.drop.decided": Words("Part of a file decided", "Решения по части файла"),
    "control.system.entered": Words("Program given a key", "Программе выдан ключ"),
    "control.system.revoked": Words("Key of a program revoked", "Ключ программы отозван"),
    "control.examiner.set": Words("Examiner set", "Досматривающий назначен"),
    "control.rules.set": Words("Weights of work set", "Заданы веса работы"),
    "control.act.handed_in": Words("Act handed in", "Акт сдан"),
    "control.act.overturned": Words("Findings overturned", "Результаты отменены"),
    "control.act.assigned": Words("Act given to another examiner", "Акт передан другому"),
    "control.alert.raised": Words("Alert raised", "Предупреждение создано"),
    "control.alert.seen": Words("Alert seen", "Предупреждение просмотрено"),
    "control.alert.dealt_with": Words("Alert dealt with", "Предупреждение обработано"),
    "control.report.made": Words("Monthly report made", "Месячный отчёт составлен"),
    "control.act.time_noted": Words("Time of an examination noted", "Записано время досмотра"),
    "control.indicators.begun": Words("Indicators begun from a set", "Индикаторы начаты с набора"),
}


def connect() -> None:
    """Let the journal follow, and the caches of this process. Called once, at start."""
    journal.register_area(
        "control",
        Words("Plans, decisions, examinations", "Планы, решения, досмотры"),
        readers={Role.ANALYST, Role.APPROVER},
    )
    journal.register_acts(ACTS)
    journal.register_guarded(Decision, DecisionHit, DecisionEvent, DrawKey, PlanVersion, PlanStep)
    journal.register_guarded(ActVersion, ActItem, ActTime, ActPhoto)
    journal.follow(acted, area="control", owner=owner_of)
    acted.connect(_forget, dispatch_uid="control.forget", weak=False)
    asked_for_open_tasks.connect(_open_tasks, dispatch_uid="control.open_tasks")


def _open_tasks(person: User, **_rest: Any) -> list[Words]:
    """Return how many examinations the person has to finish."""
    waiting = InspectionAct.objects.filter(
        examiner__person=person, state__in=[ActState.OPEN, ActState.PARTIAL]
    ).count()
    if not waiting:
        return []
    return [
        Words(
            f"Examinations not handed in: {waiting}. Give the acts to another examiner.",
            f"Несданных актов досмотра: {waiting}. Передайте их другому досматривающему.",
        )
    ]


def owner_of(thing: Model) -> Model:
    """Return the thing whose history an act belongs to: of a version, what it is a version of."""
    if isinstance(thing, PlanVersion):
        return thing.plan
    return thing.act if isinstance(thing, ActVersion) else thing


def _forget(act: Act, **_rest: Any) -> None:
    if act.name.startswith(("control.plan.", "control.rules.")):
        desks.forget_standards()
