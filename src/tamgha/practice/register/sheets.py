"""The register as a sheet: rows become drafts; what was scored and approved stays as it is."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import get_language

from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.tables.sheets import Applied, Change, Row, Sheet, SheetColumn, register
from tamgha.practice.register import permissions
from tamgha.practice.register.choices import Kind, RiskState, Treatment
from tamgha.practice.register.domain.areas import AREAS, area_label
from tamgha.practice.register.domain.wording import TITLE_LENGTH, Wording
from tamgha.practice.register.models import Risk, RiskVersion
from tamgha.practice.register.services import writing
from tamgha.shared.errors import RefusedError, TamghaError
from tamgha.shared.words import Words


def _both(choices: type[TextChoices]) -> list[tuple[str, Words]]:
    found = []
    for one in choices:
        with translation.override("en"):
            english = str(one.label)
        with translation.override("ru"):
            found.append((str(one.value), Words(english, str(one.label))))
    return found


NUMBER = Words("Number", "Номер")
COLUMNS: Final = (
    SheetColumn(
        "code",
        NUMBER,
        required=True,
        help=Words(
            "of a risk that is here, or of a new one that is free",
            "существующего риска или свободный номер нового",
        ),
        example="R-12",
        also=("no.", "code", "№", "код"),
        longest=12,
    ),
    SheetColumn(
        "title_en",
        Words("Title in English", "Название на английском"),
        example="Undervaluation, clothing and footwear",
        help=Words("one of the two titles is enough", "достаточно одного из двух названий"),
        also=("title",),
        longest=TITLE_LENGTH,
    ),
    SheetColumn(
        "title_ru",
        Words("Title in Russian", "Название на русском"),
        example="Занижение стоимости: одежда и обувь",
        also=("название", "риск"),
        longest=TITLE_LENGTH,
    ),
    SheetColumn(
        "area",
        Words("Risk area", "Область риска"),
        kind="choice",
        choices=[(one.code, one.label) for one in AREAS],
        help=Words("one of:", "одно из:"),
        example="valuation",
        also=("area", "область"),
    ),
    SheetColumn(
        "kind",
        Words("Carried by", "Что перемещается"),
        kind="choice",
        choices=_both(Kind),
        help=Words("one of:", "одно из:"),
        example="cargo",
        also=("kind",),
    ),
    SheetColumn(
        "causes",
        Words("Causes", "Причины"),
        example="Duty by value; prices of new firms cannot be compared",
        also=("cause", "причина"),
        longest=2000,
    ),
    SheetColumn(
        "consequences",
        Words("Consequences", "Последствия"),
        example="Duty lost, honest shops pushed out",
        also=("consequence", "последствие"),
        longest=2000,
    ),
    SheetColumn(
        "controls",
        Words("What is done already", "Что уже делается"),
        example="Price notes to posts",
        also=("controls", "меры контроля"),
        longest=2000,
    ),
    SheetColumn(
        "treatment",
        Words("Treatment", "Воздействие на риск"),
        kind="choice",
        choices=_both(Treatment),
        help=Words("one of:", "одно из:"),
        example="treat",
        also=("4t",),
    ),
    SheetColumn(
        "measures",
        Words("How", "Каким образом"),
        example="Two profiles, audit of the ten largest",
        also=("measures", "меры"),
        longest=2000,
    ),
    SheetColumn(
        "owner",
        Words("Owner", "Владелец риска"),
        help=Words("login name of a reader of the register", "имя для входа читателя реестра"),
        example="timur.juniper",
        also=("владелец",),
        longest=254,
    ),
    SheetColumn(
        "review_on",
        Words("Next review", "Следующий пересмотр"),
        kind="date",
        example="2027-01-15",
        also=("review", "пересмотр"),
    ),
    SheetColumn(
        "office",
        Words("Post or office", "Пост или подразделение"),
        help=Words("empty is everywhere", "пусто — везде"),
        also=("office", "post", "пост"),
        longest=60,
    ),
)
FIELDS: Final = tuple(one.name for one in COLUMNS if one.name != "code")
MORE: Final = (
    Words("State", "Состояние"),
    Words("Version", "Версия"),
    Words("Score before treatment", "Балл до воздействия"),
    Words("Score after treatment", "Балл после воздействия"),
    Words("Level", "Уровень"),
)
"""Columns of the export that the sheet does not read: scores and states come from people's acts."""


def _place(by: Any) -> Administration:
    own = permissions.workplace(by)
    if own is None:
        raise TypeError("this sheet is for people of an administration")
    return own


def _number(row: Row) -> int:
    number = writing.number_of(row["code"])
    if number is None:
        raise TamghaError(
            Words(
                f"a number such as R-12 was expected; “{row['code']}” came",
                f"ожидается номер вида R-12, указано «{row['code']}»",
            )
        )
    return number


def _find(row: Row, by: User) -> Risk | None:
    found = Risk.objects.filter(administration=_place(by), number=_number(row)).first()
    if found is not None and found.state in {RiskState.RETIRED, RiskState.SUBMITTED}:
        raise TamghaError(_AWAY if found.state == RiskState.RETIRED else _WAITS)
    return found


def _wording(row: Row, risk: Risk | None, by: User) -> Wording:
    """Return what the row says, empty cells as they are; raise what keeps it from being saved."""
    latest = risk.versions.get(number=risk.latest) if risk else None
    given = {
        name: row[name] for name in FIELDS if name != "owner" and row.get(name) not in (None, "")
    }
    if row.get("owner"):
        given["owner"] = _owner(row["owner"], by)
    if latest is not None:
        return writing.wording_of(latest, **given)
    wording = Wording(**({"area": "", "owner": None, "review_on": None} | given))
    faults = wording.faults()
    if faults:
        raise RefusedError(Words("the row", "строка"), faults)
    return wording


def _owner(login: str, by: User) -> int:
    owners = permissions.owners_of(_place(by))
    found = owners.filter(username=login.strip().lower()).values_list("pk", flat=True).first()
    if found is None:
        raise TamghaError(
            Words(
                f"owner: the login name of an analyst, an approver or the coordinator was expected; "
                f"“{login}” came",
                f"владелец: ожидается имя для входа аналитика, утверждающего или координатора, "
                f"указано «{login}»",
            )
        )
    return int(found)


def _describe(row: Row, risk: Risk | None) -> Sequence[Change]:
    """Return what the row would change; the key of an owner is looked up when the row is applied."""
    latest = risk.versions.select_related("owner").get(number=risk.latest) if risk else None
    changes = []
    for column in COLUMNS:
        value = row.get(column.name)
        if column.name == "code" or value in (None, ""):
            continue
        before = "" if latest is None else str(_value(latest, column.name))
        after = str(value).strip().lower() if column.name == "owner" else str(value)
        if before != after:
            changes.append(Change(column.label, _said(column, before), _said(column, after)))
    return changes


def _value(version: RiskVersion, name: str) -> Any:
    return version.owner.username if name == "owner" else getattr(version, name)


def _said(column: SheetColumn, value: str) -> str:
    known = {key: label.text(get_language() or "en") for key, label in column.choices}
    return known.get(value, value)


def _found(row: Row, by: User) -> Risk | None:
    """Return the risk of the row; a row that could not be saved is refused while it is looked at."""
    risk = _find(row, by)
    _wording(row, risk, by)
    return risk


def _apply(row: Row, risk: Risk | None, *, by: User, at: datetime) -> Applied:
    before = risk.working_id if risk else None
    saved = writing.save_version(
        place=risk or _place(by),
        wording=_wording(row, risk, by),
        by=by,
        at=at,
        number=None if risk else _number(row),
        based_on=risk.latest if risk else 0,
    )
    return Applied(undo={"version": saved.pk, "before": before})


def _undo(key: dict[str, Any], *, by: User, at: datetime) -> None:
    version = RiskVersion.objects.get(pk=key["version"], risk__in=permissions.risks_visible_to(by))
    writing.take_back(version=version, before=key["before"], by=by, at=at)


def exported_rows(user: User, *, language: str) -> tuple[list[str], Iterable[list[Any]]]:
    """Return head and rows of the register as this sheet reads them, with scores and states beside."""
    head = [one.label.text(language) for one in COLUMNS] + [one.text(language) for one in MORE]
    risks = permissions.risks_visible_to(user).exclude(state=RiskState.RETIRED)
    found = risks.select_related("shown__owner").order_by("number")
    return head, (_exported(one, language) for one in found.iterator(chunk_size=500))


def _exported(risk: Risk, language: str) -> list[Any]:
    shown = risk.shown
    if shown is None:
        return [risk.code]
    values = [risk.code]
    for column in COLUMNS[1:]:
        value = _value(shown, column.name)
        if column.name == "area":
            value = area_label(value).text(language)
        elif column.choices:
            value = _said(column, value)
        values.append(value)
    level = shown.residual_level
    return [
        *values,
        risk.get_state_display(),
        shown.number,
        shown.inherent_score,
        shown.residual_score,
        level.label.text(language) if level else "",
    ]


_AWAY = Words(
    "this risk is put away; take it up again on its page first",
    "риск выведен из действия; сначала верните его на его странице",
)
_WAITS = Words(
    "a version waits for approval; withdraw it first",
    "версия на утверждении; сначала отзовите её",
)
SHEET = register(
    Sheet(
        name="risks",
        title=Words("Risk register", "Реестр рисков"),
        about=Words(
            "One row is one risk. A number that is not here yet makes a new risk; of a known one the "
            "filled cells change, empty ones stay. Each row becomes a draft: scores are given by two "
            "people, and nothing is in force before it is approved.",
            "Одна строка — один риск. Новый номер создаёт новый риск; у известного меняются "
            "заполненные ячейки, пустые остаются. Каждая строка становится черновиком: оценки ставят "
            "двое, и до утверждения ничего не вступает в действие.",
        ),
        columns=COLUMNS,
        key="code",
        permission=permissions.can_write,
        find=_found,
        describe=_describe,
        apply=_apply,
        undo=_undo,
        undo_words=Words(
            "Taking it back drops the drafts of this file and brings back those they replaced. What "
            "was changed, scored or submitted since then stops it.",
            "Отмена снимет черновики этого файла и вернёт те, что были заменены. Если что-то с тех "
            "пор изменено, оценено или отправлено, отмены не будет.",
        ),
    )
)
