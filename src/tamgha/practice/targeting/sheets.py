"""Members of lists from a spreadsheet, as the one sheet of the house brings rows in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, cast

from django.utils.translation import get_language

from tamgha import risk
from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.tables import sheets as tables
from tamgha.platform.tables.models import SheetImport
from tamgha.platform.tables.sheets import Applied, Change, Row, Sheet, SheetColumn, register
from tamgha.practice.targeting import permissions, queries
from tamgha.practice.targeting.choices import ListKind
from tamgha.practice.targeting.models import TradeList
from tamgha.practice.targeting.services.lists import change_members, kind_words, other_kind
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

KINDS: Final = [(kind.value, kind_words(kind)) for kind in ListKind]
LIST, HOLDS = Words("List", "Список"), Words("Holds", "Содержит")
MEMBER, ON = Words("Member", "Значение"), Words("On the list", "В списке")
YES, NO = Words("yes", "да"), Words("no", "нет")


def _place(user: User) -> Administration:
    own = permissions.workplace(user)
    if own is None:
        raise TypeError("this sheet is for people of an administration")
    return own


def _find(row: Row, by: User) -> str | None:
    """Return the member where it stands on the list already; None for one that does not."""
    found = TradeList.objects.filter(administration=_place(by), name=row["list"]).first()
    kind = row["kind"] or (found.kind if found else "")
    if not kind:
        raise TamghaError(
            Words(
                f"There is no list {row['list']}. Say what it holds, and it will be made.",
                f"Списка {row['list']} нет. Укажите, что он содержит, и он будет создан.",
            )
        )
    if found is not None and kind != found.kind:
        raise TamghaError(other_kind(found))
    risk.NamedList(
        name=row["list"], kind=cast("queries.ListKind", kind), values=(row["member"],), version=1
    )
    newest = found.versions.order_by("-number").first() if found else None
    stands = newest is not None and row["member"] in newest.members
    if stands:
        return str(row["member"])
    return "" if row["on"] is False else None  # not there, and not wanted there: nothing changes


def _describe(row: Row, member: str | None) -> Sequence[Change]:
    language = get_language() or "en"
    if member is None:
        return [Change(LIST, "", row["list"]), Change(MEMBER, "", row["member"])]
    if member and row["on"] is False:
        return [Change(ON, YES.text(language), NO.text(language))]
    return []


def _apply(row: Row, member: str | None, *, by: User, at: datetime) -> Applied:
    own = _place(by)
    kind = row["kind"] or TradeList.objects.get(administration=own, name=row["list"]).kind
    added = member is None
    change_members(
        administration=own,
        name=row["list"],
        kind=kind,
        add=[row["member"]] if added else [],
        remove=[] if added else [row["member"]],
        by=by,
        at=at,
    )
    return Applied(
        undo={"list": row["list"], "kind": kind, "member": row["member"], "added": added}
    )


def _undo(key: dict[str, Any], *, by: User, at: datetime) -> None:
    change_members(
        administration=_place(by),
        name=key["list"],
        kind=key["kind"],
        add=[] if key["added"] else [key["member"]],
        remove=[key["member"]] if key["added"] else [],
        by=by,
        at=at,
    )


LIST_MEMBERS: Final = register(
    Sheet(
        name="list-members",
        title=Words("Members of lists", "Значения списков"),
        about=Words(
            "One row is one member: a trader, an HS code or its beginning, a country. Members that are not in "
            "the file stay on their list; to take one off, write “no” under “On the list”. All rows of "
            "a file make one new version of each list.",
            "Одна строка — одно значение: участник ВЭД, код ТН ВЭД или его начало, страна. Чего нет в файле, "
            "то остаётся в списке; чтобы исключить значение, напишите «нет» в столбце «В списке». Все строки "
            "файла дают одну новую версию каждого списка.",
        ),
        columns=(
            SheetColumn(
                "list",
                LIST,
                required=True,
                help=Words("as conditions name it", "имя, под которым на него ссылаются условия"),
                example="watch",
                also=("list name", "имя списка"),
                longest=40,
            ),
            SheetColumn(
                "kind",
                HOLDS,
                kind="choice",
                choices=KINDS,
                help=Words("only for a list that is not there yet:", "только для нового списка:"),
                example="trader",
            ),
            SheetColumn(
                "member",
                MEMBER,
                required=True,
                help=Words(
                    "number of a trader, HS code, two letters of a country",
                    "номер участника ВЭД, код ТН ВЭД, две буквы страны",
                ),
                example="IM-204-118",
                also=(
                    "code", "value", "trader", "hs", "country",
                    "код", "участник вэд", "инн", "тн вэд", "страна",
                ),
                longest=60,
            ),
            SheetColumn(
                "on",
                ON,
                kind="flag",
                help=Words("empty is yes; “no” takes it off", "пусто — да; «нет» исключает"),
                example="yes",
            ),
        ),
        key="member",
        permission=permissions.can_write,
        find=_find,
        describe=_describe,
        apply=_apply,
        undo=_undo,
        undo_words=Words(
            "Taking it back makes one more version of each list: what this file put on goes off, what it "
            "took off comes back.",
            "Отмена создаст ещё одну версию каждого списка: добавленное этим файлом будет исключено, "
            "исключённое — возвращено.",
        ),
    )
)  # fmt: skip


def keep_for(
    found: TradeList, *, data: bytes, file_name: str, by: User, at: datetime
) -> SheetImport:
    """Keep a file given on the page of a list: without a column of the list, every row is that list's.

    A file with one column has the members there, whatever its head. Raises SheetFileError.
    """
    kept = tables.keep(LIST_MEMBERS, data=data, file_name=file_name, by=by, at=at)
    if "list" not in kept.mapping:
        width = len(kept.head)
        kept.rows = [
            [number, [*(list(cells) + [""] * width)[:width], found.name]]
            for number, cells in kept.rows
        ]
        if width == 1:
            kept.mapping["member"] = 0
        kept.mapping["list"] = width
        kept.head = [*kept.head, LIST.text(get_language() or "en")]
        kept.save(update_fields=["head", "rows", "mapping"])
    return kept
