"""Profiles to files and back: criteria text, CSV and JSON."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any as Anything
from typing import Literal, TypeAlias, cast

from tamgha.risk.profiles.conditions import parse_condition
from tamgha.risk.profiles.faults import ConditionError
from tamgha.risk.profiles.modsel import write_modsel
from tamgha.risk.profiles.modsel_reading import read_modsel
from tamgha.risk.profiles.profile import Profile
from tamgha.shared.errors import RefusedError, TamghaError
from tamgha.shared.shares import Share
from tamgha.shared.words import Words

Format: TypeAlias = Literal["modsel", "csv", "json"]
FORMATS: dict[str, Format] = {".txt": "modsel", ".modsel": "modsel", ".csv": "csv", ".json": "json"}
MOST_BYTES = 20_000_000
COLUMNS = (
    *("code", "name", "condition", "red", "yellow", "blue", "task_en", "task_ru", "purpose"),
    *("risk", "author", "evidence", "valid_from", "valid_to", "office", "direction"),
)
_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "|", "%")


def write_profiles(profiles: Sequence[Profile], path: Path | str) -> tuple[Words, ...]:
    """Write profiles to a file; its ending (.txt, .csv, .json) says how.

    Returns
    -------
    tuple of Words
        What the file leaves out; always empty but for criteria text (.txt).

    Raises
    ------
    RefusedError
        If the form cannot express a condition; nothing is written then.
    """
    target = Path(path)
    kind = _format_of(target)
    left_out: tuple[Words, ...] = ()
    if kind == "modsel":
        written = write_modsel(profiles)
        text, left_out = written.text, written.left_out
    else:
        text = csv_text(profiles) if kind == "csv" else json_text(profiles)
    # A byte order mark lets spreadsheets see that the file is UTF-8.
    target.write_text(text, encoding="utf-8-sig" if kind == "csv" else "utf-8", newline="")
    return left_out


def read_profiles(path: Path | str, columns: Mapping[str, object] | None = None) -> list[Profile]:
    """Return the profiles of a file; its ending (.txt, .csv, .json) says how it is written.

    Code, condition, shares and scope are checked; the passport may still be incomplete
    (``Profile.checked`` tells).

    Raises
    ------
    RefusedError
        With every fault, each with its row.
    """
    source = Path(path)
    kind = _format_of(source)
    if source.stat().st_size > MOST_BYTES:
        raise TamghaError(
            Words(
                f"A file of at most {MOST_BYTES} bytes was expected; {source.name} has {source.stat().st_size}.",
                f"Ожидается файл не больше {MOST_BYTES} байт, а в {source.name} — {source.stat().st_size}.",
            )
        )
    try:
        text = source.read_text(encoding="utf-8-sig", errors="strict")
    except UnicodeDecodeError as error:
        raise TamghaError(
            Words(
                f"{source.name} is not UTF-8 at byte {error.start}. Save it as UTF-8 and bring it again.",
                f"{source.name}: байт {error.start} не в кодировке UTF-8. Сохраните файл в UTF-8 и загрузите снова.",
            )
        ) from None
    if kind == "modsel":
        return read_modsel(text, columns)
    return read_csv(text, columns) if kind == "csv" else read_json(text, columns)


def _format_of(path: Path) -> Format:
    found = FORMATS.get(path.suffix.lower())
    if found is None:
        known = ", ".join(FORMATS)
        raise TamghaError(
            Words(
                f"A file of profiles ends in {known}; {path.name!r} came.",
                f"Файл профилей имеет окончание {known}, а задано {path.name!r}.",
            )
        )
    return found


# -- one profile as texts --------------------------------------------------------------------------


def _texts(profile: Profile) -> dict[str, str]:
    return {
        "code": profile.code,
        "name": profile.name,
        "condition": profile.condition.text,
        "red": profile.red.percent_text,
        "yellow": profile.yellow.percent_text,
        "blue": profile.blue.percent_text,
        "task_en": profile.task.en,
        "task_ru": profile.task.ru,
        "purpose": profile.purpose,
        "risk": profile.risk,
        "author": profile.author,
        "evidence": profile.evidence,
        "valid_from": profile.valid_from.isoformat() if profile.valid_from else "",
        "valid_to": profile.valid_to.isoformat() if profile.valid_to else "",
        "office": profile.office,
        "direction": profile.direction,
    }


class _Rows:
    """Turns rows of texts into profiles, gathering every fault."""

    def __init__(self, columns: Mapping[str, object] | None) -> None:
        self.columns = columns
        self.faults: list[Words] = []
        self.made: list[Profile] = []

    def add(self, row: Mapping[str, str], place: int) -> None:
        before = len(self.faults)
        red, yellow, blue = (self._share(row, lane, place) for lane in ("red", "yellow", "blue"))
        first, end = (self._day(row, name, place) for name in ("valid_from", "valid_to"))
        try:
            condition = parse_condition(row.get("condition", ""), self.columns)
        except ConditionError as error:
            self.faults += [_at(place, "condition", fault) for fault in error.faults]
            return
        if len(self.faults) > before:
            return
        profile = Profile(
            code=row.get("code", ""),
            name=row.get("name", ""),
            condition=condition,
            task=Words(row.get("task_en", ""), row.get("task_ru", "")),
            direction=cast("Anything", row.get("direction", "")),
            red=red,
            yellow=yellow,
            blue=blue,
            purpose=row.get("purpose", ""),
            risk=row.get("risk", ""),
            author=row.get("author", ""),
            evidence=row.get("evidence", ""),
            valid_from=first,
            valid_to=end,
            office=row.get("office", ""),
        )
        self.faults += [_at(place, "", fault) for fault in profile.form_faults()]
        if any(each.code == profile.code for each in self.made):
            self.faults.append(
                _at(
                    place,
                    "code",
                    Words(f"{profile.code!r} came twice", f"{profile.code!r} повторяется"),
                )
            )
        self.made.append(profile)

    def _share(self, row: Mapping[str, str], name: str, place: int) -> Share:
        try:
            return Share.percent(row.get(name) or "0")
        except TamghaError as error:
            self.faults.append(_at(place, name, error.words))
            return Share(0)

    def _day(self, row: Mapping[str, str], name: str, place: int) -> date | None:
        text = row.get(name, "")
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.faults.append(
                _at(
                    place,
                    name,
                    Words(
                        f"a date such as 2026-11-24 was expected; {text!r:.40} came",
                        f"ожидается дата, например 2026-11-24, а задано {text!r:.40}",
                    ),
                )
            )
            return None

    def profiles(self) -> list[Profile]:
        if self.faults:
            head = Words("The profiles were not taken in", "Профили не загружены")
            raise RefusedError(head, self.faults)
        return self.made


def _at(place: int, column: str, fault: Words) -> Words:
    where = f", {column}" if column else ""
    return Words(f"row {place}{where}: {fault.en}", f"строка {place}{where}: {fault.ru}")


# -- CSV -------------------------------------------------------------------------------------------


def csv_text(profiles: Iterable[Profile]) -> str:
    """Return profiles as CSV. A text that a spreadsheet would run as a formula gets ``'`` in front."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for profile in profiles:
        texts = _texts(profile)
        writer.writerow([_inert(texts[name]) for name in COLUMNS])
    return out.getvalue()


def _inert(text: str) -> str:
    return "'" + text if text.startswith(_RUNS_AS_FORMULA) else text


def read_csv(text: str, columns: Mapping[str, object] | None = None) -> list[Profile]:
    """Return the profiles of a CSV text; separator ``,``, ``;`` or tab. Rows count from 1, the head."""
    head_line = text.split("\n", 1)[0]
    separator = max(",;\t", key=head_line.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise TamghaError(Words(f"This is no CSV: {error}.", f"Это не CSV: {error}.")) from None
    head = [name.strip().lower() for name in rows[0]] if rows else []
    missing = [name for name in ("code", "condition") if name not in head]
    unknown = [name for name in head if name not in COLUMNS]
    if missing or unknown or len(set(head)) != len(head):
        raise TamghaError(
            Words(
                f"The first row names the columns {', '.join(COLUMNS)}, each at most once, code and condition always; {', '.join(head)!r:.300} came.",
                f"В первой строке — названия столбцов {', '.join(COLUMNS)}, каждый не более раза, code и condition обязательны, а задано {', '.join(head)!r:.300}.",
            )
        )
    reader = _Rows(columns)
    for place, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(head):
            reader.faults.append(
                _at(
                    place,
                    "",
                    Words(
                        f"{len(head)} cells were expected; {len(row)} came",
                        f"ожидается ячеек: {len(head)}, а задано {len(row)}",
                    ),
                )
            )
            continue
        reader.add(
            {name: cell.removeprefix("'") for name, cell in zip(head, row, strict=True)}, place
        )
    return reader.profiles()


# -- JSON ------------------------------------------------------------------------------------------


def json_text(profiles: Iterable[Profile]) -> str:
    """Return profiles as JSON: a document with ``format``, ``version`` and ``profiles``."""
    document = {
        "format": "tamgha-profiles",
        "version": 1,
        "profiles": [_texts(profile) for profile in profiles],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def read_json(text: str, columns: Mapping[str, object] | None = None) -> list[Profile]:
    """Return the profiles of a JSON document that ``json_text`` wrote. Rows count from 1."""
    try:
        document = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        raise TamghaError(Words("This is no JSON.", "Это не JSON.")) from None
    rows = document.get("profiles") if isinstance(document, dict) else None
    right = (
        isinstance(rows, list)
        and document.get("format") == "tamgha-profiles"
        and document.get("version") == 1
    )
    if not right or not isinstance(rows, list):
        raise TamghaError(
            Words(
                'A document with "format": "tamgha-profiles", "version": 1 and "profiles" was expected.',
                'Ожидается документ с "format": "tamgha-profiles", "version": 1 и "profiles".',
            )
        )
    reader = _Rows(columns)
    for place, row in enumerate(rows, start=1):
        texts = isinstance(row, dict) and all(isinstance(value, str) for value in row.values())
        unknown = sorted(set(row) - set(COLUMNS)) if isinstance(row, dict) else []
        if not texts or unknown:
            what = ", ".join(unknown) or "—"
            reader.faults.append(
                _at(
                    place,
                    "",
                    Words(
                        f"texts named {', '.join(COLUMNS)} were expected; unknown: {what}",
                        f"ожидаются тексты с именами {', '.join(COLUMNS)}; неизвестны: {what}",
                    ),
                )
            )
            continue
        reader.add(row, place)
    return reader.profiles()
