"""What people's records and the node's keys announce becomes entries, in the same transaction."""

import re
from dataclasses import asdict
from typing import Any, Final

from tamgha.platform.accounts import events as accounts
from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import User
from tamgha.platform.journal.domain import register_acts, register_area, register_names
from tamgha.platform.journal.services import Change, Personal, Ref, erase_person, record
from tamgha.platform.trust import events as trust
from tamgha.shared.words import Words

ACTS: Final = {
    "accounts.person_invited": Words("Person entered", "Человек внесён"),
    "accounts.person_changed": Words("Person's record changed", "Данные человека изменены"),
    "accounts.account_closed": Words("Account closed", "Учётная запись закрыта"),
    "accounts.account_reopened": Words("Account reopened", "Учётная запись открыта снова"),
    "accounts.link_made": Words("Link made", "Ссылка создана"),
    "accounts.link_revoked": Words("Link revoked", "Ссылка отозвана"),
    "accounts.password_set": Words("Password set", "Пароль задан"),
    "accounts.role_granted": Words("Role given", "Роль выдана"),
    "accounts.role_ended": Words("Role ended", "Роль прекращена"),
    "accounts.logged_in": Words("Signed in", "Вход"),
    "accounts.log_in_ended": Words("Log-in ended", "Вход завершён"),
    "accounts.locked_out": Words("Locked out after failures", "Блокировка после неудачных входов"),
    "accounts.second_factor_changed": Words("Second factor changed", "Второй фактор изменён"),
    "accounts.administration_changed": Words("Administration changed", "Данные таможни изменены"),
    "accounts.person_erased": Words("Person erased", "Человек стёрт"),
    "trust.key_changed": Words("Key of the node changed", "Ключ узла сменён"),
}

NAMES: Final = {
    "role": Words("Role", "Роль"),
    "fields": Words("Changed fields", "Изменённые поля"),
    "purpose": Words("Purpose", "Назначение"),
    "expires_at": Words("Good until", "Действует до"),
    "how": Words("How", "Как"),
    "log_in": Words("Log-in", "Вход"),
    "with_second_factor": Words("With the second factor", "Со вторым фактором"),
    "until": Words("Until", "До какого времени"),
    "what": Words("What", "Что"),
    "kind": Words("Kind", "Вид"),
    "key": Words("Key", "Ключ"),
    "address": Words("Address", "Адрес"),
    "state": Words("State", "Состояние"),
    "version": Words("Version", "Версия"),
    "number": Words("Number", "Номер"),
    "sha256": Words("Fingerprint (SHA-256)", "Отпечаток (SHA-256)"),
}

_PERSONAL = ("address",)
_ENDED = ("RoleEnded", "LinkRevoked")


def connect() -> None:
    """Follow the areas below. Called once, when the application is ready."""
    register_area(
        "accounts",
        Words("People and log-ins", "Люди и входы"),
        readers={Role.COORDINATOR, Role.SECRETARIAT},
    )
    register_area(
        "trust",
        Words("Keys of the node", "Ключи узла"),
        readers={Role.COORDINATOR, Role.SECRETARIAT},
    )
    register_acts(ACTS)
    register_names(NAMES)
    accounts.announced.connect(write_account_act, dispatch_uid="journal.accounts")
    trust.announced.connect(write_key_change, dispatch_uid="journal.trust")


def write_account_act(event: accounts.Event, **_rest: Any) -> None:
    """Write what happened to a person's record. The address of a log-in is the person's own secret."""
    if isinstance(event, accounts.PersonErased) and event.person is not None:
        erase_person(person=User.objects.get(pk=event.person), by=event.by, at=event.at)
        return
    name = type(event).__name__
    told = asdict(event)
    at, by, person = told.pop("at"), told.pop("by"), told.pop("person")
    personal = {key: told.pop(key) for key in _PERSONAL if told.get(key) is not None}
    told = {key: value for key, value in told.items() if value is not None and key not in _PERSONAL}
    place = told.pop("administration", None)
    on = Ref("accounts.user", str(person)) if person is not None else None
    if isinstance(event, accounts.AdministrationChanged):
        on = Ref("accounts.administration", str(place))
    elif place is None and person is not None:
        place = User.objects.values_list("administration", flat=True).filter(pk=person).first()
    ended = name in _ENDED
    record(
        f"accounts.{_snake(name)}",
        by=by,
        at=at,
        on=on,
        administration=place,
        for_whom=person,
        change=Change(
            before=told if ended else {},
            after={} if ended else told,
            personal=[Personal(person, personal)] if person is not None else (),
        ),
    )


def write_key_change(event: trust.KeyChanged, **_rest: Any) -> None:
    """Write that the node signs with another key."""
    record(
        "trust.key_changed",
        by=None,
        at=event.at,
        on=Ref("trust.nodekey", event.new, event.new),
        change=Change(before={"key": event.old}, after={"key": event.new}),
    )


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
