"""The register in the journal: how its acts are called, who reads them, what each of them changed."""

from typing import Any, Final

from django.db.models import Model, Q

from tamgha.platform.accounts.events import asked_for_open_tasks
from tamgha.platform.accounts.models import User
from tamgha.platform.journal import services as journal
from tamgha.practice.register import events
from tamgha.practice.register.choices import ActionState, RiskState
from tamgha.practice.register.domain.life import LIFE, READERS
from tamgha.practice.register.models import Risk, RiskAction, RiskVersion
from tamgha.practice.register.queries import changed_values
from tamgha.shared.lifecycle import MAKE
from tamgha.shared.words import Words

MOST_CODES: Final = 12
ENDED_ACTIONS: Final = (ActionState.DONE, ActionState.DROPPED)
ACTS: Final = {
    LIFE.act(MAKE): Words("a version of a risk was written", "составлена версия риска"),
    LIFE.act("score"): Words("a score was given apart", "поставлена независимая оценка"),
    LIFE.act("agree"): Words("the score was agreed", "оценка согласована"),
    LIFE.act("submit"): Words("submitted for approval", "отправлено на утверждение"),
    LIFE.act("approve"): Words("approved, in force", "утверждено, вступило в действие"),
    LIFE.act("return"): Words("returned to draft", "возвращено на доработку"),
    LIFE.act("withdraw"): Words("withdrawn", "отозвано"),
    LIFE.act("drop"): Words("a draft was dropped", "черновик снят"),
    LIFE.act("retire"): Words("put away", "выведено из действия"),
    "register.risk.linked": Words("a link was made", "добавлена связь"),
    "register.risk.unlinked": Words("a link was taken away", "связь убрана"),
    "register.action.added": Words("an action was added", "добавлено мероприятие"),
    "register.action.changed": Words("an action moved on", "изменено состояние мероприятия"),
    "register.set_up": Words("scale or reviews were set", "заданы шкала или пересмотры"),
}


def connect() -> None:
    """Register the area and its acts, and let the journal follow them; called once at the start."""
    journal.register_area(
        "register", Words("Risk register", "Реестр рисков"), readers=sorted(READERS)
    )
    journal.register_acts(ACTS)
    journal.follow(events.acted, area="register", owner=_risk_of, changes=_changes)
    asked_for_open_tasks.connect(_open_tasks, dispatch_uid="register.open_tasks")


def _open_tasks(person: User, **_rest: Any) -> list[Words]:
    """Return the risks that the person owns, and the actions that the person has not done."""
    told = []
    owned = Risk.objects.exclude(state=RiskState.RETIRED).filter(
        Q(shown__owner=person) | Q(working__owner=person)
    )
    codes = ", ".join(owned.order_by("number").values_list("code", flat=True)[:MOST_CODES])
    if codes:
        told.append(
            Words(
                f"Risks owned: {codes}. Name another owner in a new version.",
                f"Владелец рисков: {codes}. Укажите другого владельца в новой версии.",
            )
        )
    undone = RiskAction.objects.filter(person=person).exclude(state__in=ENDED_ACTIONS)
    codes = ", ".join(
        undone.order_by("risk__number").values_list("risk__code", flat=True).distinct()[:MOST_CODES]
    )
    if codes:
        told.append(
            Words(
                f"Actions of treatment not done yet, at {codes}. Mark them as done or dropped.",
                f"Не выполнены мероприятия по рискам: {codes}. Отметьте их выполненными или отменёнными.",
            )
        )
    return told


def _risk_of(thing: Model) -> Model:
    return thing.risk if isinstance(thing, RiskVersion) else thing


def _changes(act: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a new version says otherwise than the one before it."""
    if act.name != LIFE.act(MAKE):
        return {}, {}
    before = act.on.risk.versions.filter(number=act.on.number - 1).first()
    return changed_values(before, act.on)
