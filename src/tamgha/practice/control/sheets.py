"""Acts from a spreadsheet: one row is one act, for results that were written down on paper."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.utils import translation

from tamgha.platform.accounts.models import User
from tamgha.platform.tables.sheets import Applied, Change, Row, Sheet, SheetColumn, register
from tamgha.practice.control import permissions
from tamgha.practice.control.choices import ActState, FindingKind
from tamgha.practice.control.domain.acts import HandedIn, ItemResult
from tamgha.practice.control.models import InspectionAct
from tamgha.practice.control.services import acts as services
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

CLEAN: Final = "clean"


def _words(label: Any) -> Words:
    with translation.override("en"):
        english = str(label)
    with translation.override("ru"):
        return Words(english, str(label))


RESULTS: Final = [
    (CLEAN, Words("no difference found", "расхождений не найдено")),
    *((kind.value, _words(kind.label)) for kind in FindingKind),
]
RESULT, MINUTES = Words("Result", "Результат"), Words("Minutes", "Минут")
ACT = Words("Act", "Акт")


def _find(row: Row, by: User) -> InspectionAct | None:
    """Return the act of a declaration. Raises TamghaError where there is none to hand in."""
    found = (
        permissions.acts_visible_to(by)
        .select_related("administration", "decision")
        .filter(decision__declaration=row["declaration"])
        .first()
    )
    if found is None or not permissions.can_hand_in(by, found):
        raise TamghaError(
            Words(
                f"No act of yours is open for {row['declaration']}. Look at the number.",
                f"По декларации {row['declaration']} у вас нет открытого акта. Проверьте номер.",
            )
        )
    if found.state == ActState.FINAL:
        raise TamghaError(
            Words(
                f"The act of {row['declaration']} is handed in. Revise it on its page, with the reason.",
                f"Акт по {row['declaration']} уже сдан. Пересмотрите его на странице, указав причину.",
            )
        )
    faults = _given(row, found).faults(services.item_numbers(found), today=row["examined"])
    if faults:
        raise TamghaError(
            Words("; ".join(one.en for one in faults), "; ".join(one.ru for one in faults))
        )
    return found


def _given(row: Row, act: InspectionAct) -> HandedIn:
    """Return the act that a row says: every item clean, but those named with the finding."""
    numbers = services.item_numbers(act)
    if row["result"] == CLEAN:
        concerned: set[int] = set()
    else:
        concerned = _numbers(row["items"]) or set(numbers)
    results = []
    for number in sorted({*numbers, *concerned}):
        is_first = number == min(concerned, default=0)
        results.append(
            ItemResult(
                item=number,
                result="found" if number in concerned else "clean",
                kind=row["result"] if number in concerned else "",
                duty=row["duty"] if is_first else None,
                value=row["value"] if is_first else None,
                seen=row["seen"] or "" if number in concerned else "",
            )
        )
    minutes = int(row["minutes"]) if row["minutes"] is not None else None
    return HandedIn(examined=row["examined"], items=tuple(results), minutes=minutes)


def _numbers(text: str | None) -> set[int]:
    parts = (text or "").replace(";", ",").split(",")
    try:
        return {int(part) for part in parts if part.strip()}
    except ValueError:
        raise TamghaError(
            Words(
                f"Numbers of items parted by commas were expected; {text!r} came.",
                f"Ожидаются номера товаров через запятую, а задано {text!r}.",
            )
        ) from None


def _describe(row: Row, act: InspectionAct | None) -> Sequence[Change]:
    if act is None:
        return []
    language = translation.get_language() or "en"
    result = dict(RESULTS)[row["result"]].text(language)
    changes = [Change(RESULT, str(act.get_state_display()), result)]
    if row["minutes"] is not None:
        changes.append(Change(MINUTES, "", str(row["minutes"])))
    return changes


def _apply(row: Row, act: InspectionAct | None, *, by: User, at: datetime) -> Applied:
    if act is None:
        raise TypeError("a row of this sheet has its act")
    hand = services.Hand(by=by, source="sheet")
    services.hand_in(act=act, given=_given(row, act), hand=hand, at=at)
    return Applied()


def _may(user: Any) -> bool:
    return isinstance(user, User) and permissions.examiner_of(user) is not None


ACTS = register(
    Sheet(
        name="acts",
        title=Words("Inspection acts", "Акты досмотра"),
        about=Words(
            "One row is one act that is open and yours. Items that the row does not name had no "
            "difference. An act that is handed in already is revised on its own page.",
            "Одна строка — один ваш открытый акт. По товарам, которые строка не называет, расхождений "
            "нет. Уже сданный акт пересматривается на своей странице.",
        ),
        columns=(
            SheetColumn(
                "declaration",
                Words("Declaration", "Декларация"),
                required=True,
                example="SIM-40718",
                also=("declaration", "декларация", "номер"),
                longest=60,
            ),
            SheetColumn(
                "examined",
                Words("Day of the examination", "День досмотра"),
                kind="date",
                required=True,
                example="2026-11-24",
            ),
            SheetColumn(
                "result",
                RESULT,
                kind="choice",
                required=True,
                choices=RESULTS,
                help=Words("one of:", "одно из:"),
                example="no difference found",
            ),
            SheetColumn(
                "items",
                Words("Items concerned", "Товары с нарушением"),
                help=Words(
                    "numbers parted by commas; empty: all", "номера через запятую; пусто: все"
                ),
                example="1, 3",
            ),
            SheetColumn("minutes", MINUTES, kind="number", example="52"),
            SheetColumn("value", Words("Value concerned", "Стоимость нарушения"), kind="number"),
            SheetColumn("duty", Words("Duty assessed", "Доначислено"), kind="number"),
            SheetColumn("seen", Words("What was seen", "Что увидено"), longest=2000),
        ),
        key="declaration",
        permission=_may,
        find=_find,
        describe=_describe,
        apply=_apply,
    )
)
