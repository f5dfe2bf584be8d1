"""Named lists in a file: TOML, CSV or JSON, read with all faults at once."""

import csv
import io
import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any as Anything

from tamgha.risk.profiles.lists import NamedList, ProfileLists
from tamgha.shared.errors import RefusedError, TamghaError
from tamgha.shared.words import Words

_COLUMNS = ("name", "kind", "value")
_REFUSED = Words("The lists of {name} were not accepted", "Списки из {name} не приняты")
_FORMAT = Words(
    "A file of lists ends in .toml, .csv or .json; {name} came.",
    "Файл списков имеет расширение .toml, .csv или .json, а задан {name}.",
)
_UNREADABLE = Words("{name} cannot be read: {error}", "Файл {name} не читается: {error}")
_HEADER = Words(
    "{name}: columns name, kind, value were expected; {came} came.",
    "{name}: ожидаются столбцы name, kind, value, а есть {came}.",
)
_SHAPE = Words(
    "List {place}: name, kind and values (a list of texts) were expected.",
    "Список {place}: ожидаются name, kind и values (перечень текстов).",
)
_KINDS = Words(
    "List {name}: one kind was expected; {came} came.",
    "Список {name}: ожидается один вид, а заданы {came}.",
)


def read_lists(path: Path | str) -> ProfileLists:
    """Return the lists of a file.

    TOML has a table ``[[list]]`` for each, with name, kind, values and perhaps note. CSV has the
    columns name, kind, value, one value a line. JSON is what `ProfileLists.to_json` gives, or the
    same without versions and hashes.

    Raises
    ------
    RefusedError, TamghaError
        With every faulty list, or where the file cannot be read.
    """
    source = Path(path)
    if source.suffix not in (".toml", ".csv", ".json"):
        raise TamghaError(_FORMAT.format(name=source.name))
    try:
        text = source.read_text(encoding="utf-8-sig")
        if source.suffix == ".csv":
            told = _of_csv(text, source.name)
        elif source.suffix == ".toml":
            told = tomllib.loads(text).get("list", [])
        else:
            told = json.loads(text)
    except (UnicodeDecodeError, ValueError, csv.Error) as error:
        raise TamghaError(_UNREADABLE.format(name=source.name, error=error)) from error
    return _made(told, source.name)


def _of_csv(text: str, name: str) -> list[dict[str, Anything]]:
    reader = csv.DictReader(io.StringIO(text))
    if not set(_COLUMNS) <= set(reader.fieldnames or ()):
        raise TamghaError(_HEADER.format(name=name, came=", ".join(reader.fieldnames or ()) or "—"))
    found: dict[str, dict[str, Anything]] = {}
    for row in reader:
        one = found.setdefault(row["name"], {"name": row["name"], "kinds": set(), "values": []})
        one["kinds"].add(row["kind"])
        one["values"].append(row["value"] or "")
    return list(found.values())


def _made(told: object, name: str) -> ProfileLists:
    faults: list[Words] = []
    lists = ProfileLists()
    for place, one in enumerate(told if isinstance(told, list) else [None], 1):
        try:
            lists = lists.with_list(_list(one, place))
        except RefusedError as refused:
            faults += refused.faults
        except TamghaError as refused:
            faults.append(refused.words)
    if faults:
        raise RefusedError(_REFUSED.format(name=name), faults)
    return lists


def _list(one: object, place: int) -> NamedList:
    if not isinstance(one, Mapping):
        raise TamghaError(_SHAPE.format(place=place))
    kinds = sorted(one.get("kinds", (one.get("kind"),)), key=str)
    values = one.get("values")
    texts = isinstance(values, Sequence) and all(isinstance(each, str) for each in values)
    if not (isinstance(one.get("name"), str) and texts and all(isinstance(k, str) for k in kinds)):
        raise TamghaError(_SHAPE.format(place=place))
    if len(kinds) != 1:
        raise TamghaError(_KINDS.format(name=one["name"], came=", ".join(kinds)))
    return NamedList(one["name"], kinds[0], tuple(values or ()), 1, str(one.get("note", "")))
