"""Sheets of the areas that stand below the tables."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language

from tamgha.platform.accounts import services as accounts
from tamgha.platform.accounts.choices import NATIONAL_ROLES, Language, Role
from tamgha.platform.accounts.models import Administration, RoleGrant, User
from tamgha.platform.accounts.permissions import can_invite_into, visible_to
from tamgha.platform.tables.sheets import Applied, Change, Row, Sheet, SheetColumn, register
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words


def _role_words(role: Role) -> Words:
    with translation.override("en"):
        english = str(role.label)
    with translation.override("ru"):
        return Words(english, str(role.label))


ROLES = [(role.value, _role_words(role)) for role in Role if role in NATIONAL_ROLES]
NAME, LOGIN = Words("Full name", "Полное имя"), Words("Login name", "Имя для входа")
LANGUAGE, ROLE = Words("Language", "Язык"), Words("Roles", "Роли")


def _place(user: User) -> Administration:
    if user.administration is None:
        raise TypeError("this sheet is for people of an administration")
    return user.administration


def _may(user: Any) -> bool:
    return (
        isinstance(user, User)
        and user.administration is not None
        and can_invite_into(user, user.administration)
    )


def _find(row: Row, by: User) -> User | None:
    login = row["login"].lower()
    found = User.objects.filter(username=login).first()
    if found is None:
        return None
    if not visible_to(by).filter(pk=found.pk, administration=_place(by)).exists():
        raise TamghaError(
            Words(
                f"somebody elsewhere signs in as {login}; take another login name",
                f"под именем {login} входит человек из другого места, укажите другое имя",
            )
        )
    if not found.is_active:
        raise TamghaError(
            Words(
                f"the account of {login} is closed; open it again on the person's page first",
                f"учётная запись {login} закрыта; сначала откройте её на странице человека",
            )
        )
    return found


def _describe(row: Row, person: User | None) -> Sequence[Change]:
    changes = []
    if person is None:
        language = Language(row["language"] or Language.ENGLISH)
        changes.append(Change(NAME, "", row["name"]))
        changes.append(Change(LANGUAGE, "", str(language.label)))
    elif person.full_name != row["name"]:
        changes.append(Change(NAME, person.full_name, row["name"]))
    held = set() if person is None else person.roles
    more = [role for role in row["roles"] if Role(role) not in held]
    if more:
        names = dict(ROLES)
        told = [names[role].text(get_language() or "en") for role in more]
        changes.append(Change(ROLE, "", ", ".join(told)))
    return changes


def _apply(row: Row, person: User | None, *, by: User, at: datetime) -> Applied:
    if person is not None:
        return _change(row, person, by=by, at=at)
    new = accounts.NewPerson(
        full_name=row["name"],
        username=row["login"],
        language=row["language"] or Language.ENGLISH,
    )
    roles = [Role(role) for role in row["roles"]]
    entered = accounts.invite_person(new=new, administration=_place(by), roles=roles, by=by, at=at)
    _link, secret = accounts.make_link(person=entered, by=by, at=at)
    return Applied(
        undo={"entered": entered.pk},
        told={
            "name": entered.full_name,
            "login": entered.username,
            "link": reverse("accounts:welcome", args=[secret]),
        },
    )


def _change(row: Row, person: User, *, by: User, at: datetime) -> Applied:
    before = person.full_name
    if before != row["name"]:
        accounts.change_person(person=person, values={"full_name": row["name"]}, by=by, at=at)
    given = [
        accounts.grant_role(
            person=person, role=Role(role), administration=_place(by), by=by, at=at
        ).pk
        for role in row["roles"]
        if Role(role) not in person.roles
    ]
    return Applied(
        undo={"changed": person.pk, "name": before, "new_name": row["name"], "grants": given}
    )


def _undo(key: dict[str, Any], *, by: User, at: datetime) -> None:
    people = visible_to(by).filter(administration=_place(by))
    if "entered" in key:
        entered = people.get(pk=key["entered"])
        if entered.has_usable_password():
            raise TamghaError(
                Words(
                    f"{entered.full_name} has set a password already: close the account by hand.",
                    f"{entered.full_name} уже задал(а) пароль: закройте учётную запись вручную.",
                )
            )
        accounts.close_account(person=entered, by=by, at=at)
        return
    person = people.get(pk=key["changed"])
    if person.full_name == key["new_name"] != key["name"]:
        accounts.change_person(person=person, values={"full_name": key["name"]}, by=by, at=at)
    for grant in RoleGrant.objects.filter(pk__in=key["grants"], person=person, ends_at=None):
        accounts.end_role(grant=grant, by=by, at=at)


PEOPLE = register(
    Sheet(
        name="people",
        title=Words("People of the administration", "Сотрудники администрации"),
        about=Words(
            "One row is one person. Who is not here yet is invited; who is gets the name and the "
            "roles of the row. Nobody loses a role, and nobody who is missing is closed.",
            "Одна строка — один человек. Кого ещё нет, тот будет приглашён; у остальных обновятся "
            "имя и роли. Роли никто не теряет, отсутствующие в таблице не закрываются.",
        ),
        columns=(
            SheetColumn(
                "name",
                NAME,
                required=True,
                help=Words("as it stands in letters", "как в документах"),
                example="Айгүл Demo",
                also=("name", "имя", "фио"),
                longest=150,
            ),
            SheetColumn(
                "login",
                LOGIN,
                required=True,
                help=Words(
                    "2 to 50 Latin letters, digits, dots, hyphens",
                    "2–50 латинских букв, цифр, точек, дефисов",
                ),
                example="aigul.juniper",
                also=("login", "логин"),
                longest=50,
            ),
            SheetColumn(
                "language",
                LANGUAGE,
                kind="choice",
                choices=(
                    ("en", Words("English", "английский")),
                    ("ru", Words("Русский", "русский")),
                ),
                help=Words(
                    "only for new people; empty is English. One of:",
                    "только для новых; пусто — английский. Одно из:",
                ),
                example="ru",
            ),
            SheetColumn(
                "roles",
                ROLE,
                kind="choices",
                required=True,
                choices=ROLES,
                help=Words(
                    "one or several, parted by commas:", "одна или несколько через запятую:"
                ),
                example="analyst, examiner",
                also=("role", "роль"),
            ),
        ),
        key="login",
        permission=_may,
        find=_find,
        describe=_describe,
        apply=_apply,
        undo=_undo,
        undo_words=Words(
            "Taking it back closes the accounts that it opened, as long as nobody has set a "
            "password, ends the roles it gave and restores the names.",
            "Отмена закроет созданные учётные записи, если пароль ещё не задан, завершит выданные "
            "роли и вернёт прежние имена.",
        ),
        told=(
            ("name", NAME),
            ("login", LOGIN),
            ("link", Words("Link to hand over", "Ссылка для передачи")),
        ),
    )
)
