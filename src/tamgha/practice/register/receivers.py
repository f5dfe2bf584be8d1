"""The register in the journal: how its acts are called, who reads them, what each of them changed."""

from typing import Any, Final

from django.db.models import Model

from tamgha.platform.journal import services as journal
from tamgha.practice.register import events
from tamgha.practice.register.domain.life import LIFE, READERS
from tamgha.practice.register.models import RiskVersion
from tamgha.practice.register.queries import changed_values
from tamgha.shared.lifecycle import MAKE
from tamgha.shared.words import Words

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


def _risk_of(thing: Model) -> Model:
    return thing.risk if isinstance(thing, RiskVersion) else thing


def _changes(act: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a new version says otherwise than the one before it."""
    if act.name != LIFE.act(MAKE):
        return {}, {}
    before = act.on.risk.versions.filter(number=act.on.number - 1).first()
    return changed_values(before, act.on)
