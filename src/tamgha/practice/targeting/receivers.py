"""What targeting announces becomes entries of the journal, in the same transaction."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Model

from tamgha.platform.accounts.choices import Role
from tamgha.platform.journal import services as journal
from tamgha.practice.targeting.events import Act, acted
from tamgha.practice.targeting.models import (
    ProfileVersion,
    RetirementProposal,
    TradeListVersion,
    VersionStep,
)
from tamgha.shared.words import Words

ACTS: Final = {
    "targeting.set.entered": Words("Declarations entered", "Декларации внесены"),
    "targeting.set.changed": Words("Declarations added to a set", "Набор деклараций пополнен"),
    "targeting.set.put_away": Words("Set put away", "Набор убран в архив"),
    "targeting.set.brought_back": Words("Set brought back", "Набор возвращён из архива"),
    "targeting.intake.given": Words("File of declarations given", "Файл деклараций передан"),
    "targeting.intake.decided": Words("File taken in or refused", "Файл принят или отклонён"),
    "targeting.indicator.saved": Words("Indicator saved", "Индикатор сохранён"),
    "targeting.indicator.put_away": Words("Indicator put away", "Индикатор убран в архив"),
    "targeting.indicator.brought_back": Words("Indicator brought back", "Индикатор возвращён"),
    "targeting.list.saved": Words("List saved", "Список сохранён"),
    "targeting.model.begun": Words("Training of a model begun", "Начато обучение модели"),
    "targeting.model.put_away": Words("Model put away", "Модель убрана в архив"),
    "targeting.model.brought_back": Words("Model brought back", "Модель возвращена из архива"),
    "targeting.rules_changed": Words("Rules of profiles changed", "Правила для профилей изменены"),
    "targeting.profile.saved": Words("Profile saved", "Профиль сохранён"),
    "targeting.profile.made": Words("Version of a profile written", "Версия профиля составлена"),
    "targeting.profile.tested": Words("Profile back-tested", "Профиль проверен на прошлых данных"),
    "targeting.profile.submitted": Words(
        "Profile sent to the second check", "Профиль отправлен на вторую проверку"
    ),
    "targeting.profile.withdrawn": Words(
        "Profile taken back from the check", "Профиль отозван с проверки"
    ),
    "targeting.profile.approved": Words("Profile approved", "Профиль утверждён"),
    "targeting.profile.returned": Words("Profile returned", "Профиль возвращён на доработку"),
    "targeting.profile.shadow_started": Words("Shadow started", "Включён теневой режим"),
    "targeting.profile.activated": Words("Profile made live", "Профиль введён в действие"),
    "targeting.profile.rolled_out": Words("Reach of a profile changed", "Охват профиля изменён"),
    "targeting.profile.stepped_back": Words(
        "Profile taken back into the shadow", "Профиль возвращён в теневой режим"
    ),
    "targeting.profile.alerted": Words("Urgent alert set", "Введена срочная ориентировка"),
    "targeting.profile.alert_confirmed": Words(
        "Urgent alert confirmed", "Срочная ориентировка подтверждена"
    ),
    "targeting.profile.alert_ended": Words("Urgent alert ended", "Срочная ориентировка снята"),
    "targeting.profile.alert_lapsed": Words(
        "Urgent alert lapsed unconfirmed", "Срочная ориентировка истекла без подтверждения"
    ),
    "targeting.profile.expired": Words("Profile expired", "Срок действия профиля истёк"),
    "targeting.profile.replaced": Words("Version replaced by a later one", "Версия заменена новой"),
    "targeting.profile.retired": Words("Profile retired", "Профиль выведен из действия"),
    "targeting.profile.brought_back": Words("Profile brought back", "Профиль возвращён из архива"),
    "targeting.profile.retirement_proposed": Words(
        "Retirement of a profile proposed", "Предложено вывести профиль из действия"
    ),
    "targeting.profile.retirement_declined": Words(
        "Proposal to retire a profile declined", "Предложение о выводе профиля отклонено"
    ),
}

NAMES: Final = {
    "name": Words("Name", "Название"),
    "condition": Words("Condition", "Условие"),
    "red": Words("Red, basis points", "Красный, базисные пункты"),
    "yellow": Words("Yellow, basis points", "Жёлтый, базисные пункты"),
    "blue": Words("Blue, basis points", "Синий, базисные пункты"),
    "task_en": Words("Task in English", "Задание на английском"),
    "task_ru": Words("Task in Russian", "Задание на русском"),
    "risk": Words("Risk", "Риск"),
    "evidence": Words("Evidence", "Основание"),
    "office": Words("Office", "Пост"),
    "direction": Words("Direction", "Направление"),
    "valid_from": Words("Valid from", "Действует с"),
    "valid_to": Words("Valid to", "Действует по"),
    "rollout": Words("Reach, basis points", "Охват, базисные пункты"),
    "members": Words("Members", "Участников списка"),
    "made": Words("New", "Новый"),
    "take": Words("Taken in", "Принято"),
}

WORDING: Final = (
    *("name", "condition", "red", "yellow", "blue", "task_en", "task_ru", "purpose", "risk"),
    *("evidence", "office", "direction", "valid_from", "valid_to"),
)


def connect() -> None:
    """Let the journal follow. Called once, when the application is ready.

    Conditions of profiles may stand in these acts: whoever may not see profiles may not read them.
    """
    journal.register_area(
        "targeting",
        Words("Declarations and profiles", "Декларации и профили"),
        readers={Role.APPROVER},
    )
    journal.register_acts(ACTS)
    journal.register_guarded(ProfileVersion, VersionStep)
    journal.register_names(NAMES)
    journal.follow(acted, area="targeting", owner=owner_of, changes=changes_of)


def owner_of(thing: Model) -> Model:
    """Return the thing whose history an act belongs to: of a version, what it is a version of."""
    if isinstance(thing, ProfileVersion):
        return thing.profile
    if isinstance(thing, RetirementProposal):
        return thing.version.profile
    if isinstance(thing, TradeListVersion):
        return thing.trade_list
    return thing


def changes_of(act: Act) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return what a saved version changed; of a list how many members, and their digest.

    The wording itself stands in the entry: whoever alters a version in the database afterwards does
    not alter what the journal says of it.
    """
    thing = act.on
    if not act.name.endswith(".saved"):
        return {}, {}
    if isinstance(thing, ProfileVersion):
        earlier = thing.profile.versions.filter(number=thing.number - 1).values(*WORDING).first()
        return _difference(earlier or {}, {name: getattr(thing, name) for name in WORDING})
    if isinstance(thing, TradeListVersion):
        earlier_list = thing.trade_list.versions.filter(number=thing.number - 1).first()
        before = _members(earlier_list) if earlier_list else {}
        return before, _members(thing)
    return {}, {}


def _difference(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    changed = [name for name in after if before.get(name) != after[name]]
    told = [name for name in changed if before.get(name) or after[name]]
    return (
        {name: before[name] for name in told if name in before},
        {name: after[name] for name in told},
    )


def _members(version: TradeListVersion) -> dict[str, Any]:
    text = "\n".join(str(member) for member in version.members)
    return {
        "members": len(version.members),
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }
