"""Mapping files: which field of a foreign file is which column, and how its values are written.

A mapping is TOML::

    name = "kcs"
    title = {en = "Korean declarations", ru = "Корейские декларации"}

    [file]                      # how the file is written; all may be left to be found ("auto")
    encoding = "utf-8"
    separator = ","
    decimal = "."

    [set]                       # what the set is told to be
    currency = "KRW"
    timezone = "Asia/Seoul"

    [constants]                 # the same value in every row
    direction = "import"
    hs_edition = 2017

    [columns]                   # column of the schema = field of the file
    declaration = "Declaration ID"
    origin = {field = "Country of Origin", also = ["ZZ"]}

    [findings]                  # labels in the same file; or holds = "findings" and [columns]
    found = "Fraud"
    delay_days = 30
"""

import json
import tomllib
from collections.abc import Mapping as Mapping_
from dataclasses import asdict, dataclass, field, fields, replace
from importlib import resources
from pathlib import Path
from typing import Any

import polars as pl

from tamgha.risk.schema.columns import COLUMNS, FINDING_COLUMNS, Column
from tamgha.risk.schema.errors import MappingError, SchemaError
from tamgha.risk.schema.tables import check_timezone
from tamgha.shared.words import Words

AUTO = "auto"
BY_DATE = "by date"
SECTIONS = {"name", "title", "holds", "file", "set", "constants", "columns", "findings", "left_out"}
LABELS = {
    name: column for name, column in FINDING_COLUMNS.items() if name not in {"declaration", "item"}
}
"""Columns of a finding that may stand in the same file as the declarations."""


@dataclass(frozen=True, slots=True)
class FieldMap:
    """One field of the file taken as one column.

    Parameters
    ----------
    field : as the file's header names it
    format : of dates, in the letters of strftime; "" to be found
    codes : allowed values, instead of the column's code list; empty for the list
    also : values allowed beside the code list (a national addition), with a warning
    values : our value by the file's value; values that are not named stay as they are
    pattern : regular expression that the whole value must match
    low, high, usual_low, usual_high : limits instead of the column's
    scale : factor from the file's unit to ours (1000 for tonnes to kilograms)
    strip : characters taken out of a code (the dots of 0101.21)
    optional : whether the field may be missing in the file
    required : whether an empty value is refused although the schema would take it
    """

    field: str
    format: str = ""
    codes: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    pattern: str = ""
    low: float | None = None
    high: float | None = None
    usual_low: float | None = None
    usual_high: float | None = None
    scale: float = 1.0
    strip: str = ""
    optional: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class Mapping:
    """How a foreign file becomes rows of the schema.

    Parameters
    ----------
    name : short name, a file name without its ending
    title : for people
    holds : "items" (declarations, perhaps with labels) or "findings" (results that came later)
    encoding, separator, decimal : of the file; "auto" to be found
    thousands : character between thousands, "" when numbers have none
    sheet : name of the sheet of a workbook; "" for the first
    currency, timezone : of the set
    random_stratum : whether the findings contain a random share of all trade; None to look at them
    delay_days : days after lodging at which labels are taken to be known, when no field says so
    constants : value by column for what the file does not say; ``hs_edition`` may be "by date"
    columns : field by column
    labels : field by column of a finding, when labels stand beside the declarations
    left_out : fields that are not taken on purpose
    """

    name: str
    title: Words = field(default_factory=lambda: Words("", ""))
    holds: str = "items"
    encoding: str = AUTO
    separator: str = AUTO
    decimal: str = AUTO
    thousands: str = ""
    sheet: str = ""
    currency: str = ""
    timezone: str = "UTC"
    random_stratum: bool | None = None
    delay_days: int | None = None
    constants: Mapping_[str, str] = field(default_factory=dict)
    columns: Mapping_[str, FieldMap] = field(default_factory=dict)
    labels: Mapping_[str, FieldMap] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if faults := _faults_of(self):
            head = Words(
                f"The mapping {self.name!r} cannot be used: ",
                f"Сопоставление {self.name!r} нельзя применить: ",
            )
            raise MappingError(
                Words(
                    head.en + "; ".join(fault.en for fault in faults),
                    head.ru + "; ".join(fault.ru for fault in faults),
                )
            )

    @property
    def targets(self) -> Mapping_[str, Column]:
        """Columns that ``columns`` may name."""
        return COLUMNS if self.holds == "items" else FINDING_COLUMNS

    @property
    def has_labels(self) -> bool:
        """Whether findings stand beside the declarations in the same file."""
        return "found" in self.labels

    @staticmethod
    def load(name_or_path: str | Path) -> "Mapping":
        """Return a mapping that is shipped (by name: "kcs") or stands in a TOML file.

        Raises
        ------
        MappingError
            If there is none, it is no TOML, or it says what cannot be used.
        """
        shipped = resources.files("tamgha.risk.schema") / "mappings" / f"{name_or_path}.toml"
        path = Path(name_or_path)
        if path.is_file():
            text, name = _text_of(path), path.stem
        elif "/" not in str(name_or_path) and shipped.is_file():
            text, name = shipped.read_text(encoding="utf-8"), str(name_or_path)
        else:
            known = ", ".join(shipped_mappings())
            raise MappingError(
                Words(
                    f"There is no mapping {str(name_or_path)!r}: neither a file nor one of {known}.",
                    f"Сопоставления {str(name_or_path)!r} нет: ни файла, ни готового ({known}).",
                )
            )
        return Mapping.loads(text, name=name)

    @staticmethod
    def loads(text: str, *, name: str = "") -> "Mapping":
        """Return the mapping that a TOML text describes; ``name`` is taken when the text has none."""
        try:
            return _mapping_from(tomllib.loads(text), name)
        except tomllib.TOMLDecodeError as error:
            raise MappingError(
                Words(
                    f"The mapping is no TOML: {error}.",
                    f"Сопоставление — не TOML: {error}.",
                )
            ) from error

    def dumps(self) -> str:
        """Return the mapping as TOML."""
        return "\n".join(_toml_lines(self)) + "\n"

    def save(self, path: Path | str) -> None:
        """Write the mapping to a TOML file."""
        Path(path).write_text(self.dumps(), encoding="utf-8")

    def with_columns(self, **columns: FieldMap | str) -> "Mapping":
        """Return the mapping with other fields for some columns."""
        changed = {n: FieldMap(f) if isinstance(f, str) else f for n, f in columns.items()}
        return replace(self, columns={**self.columns, **changed})

    def with_delay(self, days: int) -> "Mapping":
        """Return the mapping with another number of days after which labels are known."""
        return replace(self, delay_days=days)


def shipped_mappings() -> list[str]:
    """Return the names of the mappings that come with Tamgha."""
    folder = resources.files("tamgha.risk.schema") / "mappings"
    return sorted(
        file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml")
    )


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, OSError) as error:
        raise MappingError(
            Words(
                f"The mapping {path} cannot be read as UTF-8 text.",
                f"Сопоставление {path} не читается как текст UTF-8.",
            )
        ) from error


def _mapping_from(told: dict[str, Any], name: str) -> Mapping:
    _only_known(told, SECTIONS, "")
    file, of_set = dict(told.get("file", {})), dict(told.get("set", {}))
    labels = dict(told.get("findings", {}))
    _only_known(file, {"encoding", "separator", "decimal", "thousands", "sheet"}, "file.")
    _only_known(of_set, {"currency", "timezone", "random_stratum"}, "set.")
    delay = labels.pop("delay_days", None)
    constants = dict(told.get("constants", {}))
    constants |= {f"findings.{k}": labels.pop(k)["constant"] for k in _constant_labels(labels)}
    title = told.get("title", "")
    words = Words(**title) if isinstance(title, dict) else Words(str(title), str(title))
    return Mapping(
        name=str(told.get("name", name)),
        title=words,
        holds=str(told.get("holds", "items")),
        **{key: str(value) for key, value in file.items()},
        currency=str(of_set.get("currency", "")),
        timezone=str(of_set.get("timezone", "UTC")),
        random_stratum=of_set.get("random_stratum"),
        delay_days=delay,
        constants={key: str(value) for key, value in constants.items()},
        columns={key: _field_from(value, key) for key, value in told.get("columns", {}).items()},
        labels={key: _field_from(value, key) for key, value in labels.items()},
        left_out=tuple(told.get("left_out", {}).get("fields", ())),
    )


def _constant_labels(labels: dict[str, Any]) -> list[str]:
    return [k for k, value in labels.items() if isinstance(value, dict) and "constant" in value]


def _field_from(told: object, column: str) -> FieldMap:
    if isinstance(told, str):
        return FieldMap(told)
    if not isinstance(told, dict) or "field" not in told:
        raise _unclear(f"columns.{column}")
    known = {one.name for one in fields(FieldMap)}
    _only_known(told, known, f"columns.{column}.")
    values = dict(told)
    for listed in ("codes", "also"):
        if listed in values:
            values[listed] = tuple(str(code) for code in values[listed])
    if "values" in values:
        values["values"] = tuple((str(k), str(v)) for k, v in values["values"].items())
    return FieldMap(**values)


def _only_known(told: Mapping_[str, object], known: set[str], where: str) -> None:
    if unknown := sorted(set(told) - known):
        raise MappingError(
            Words(
                f"The mapping says {where}{unknown[0]}, which is not known; known are "
                f"{', '.join(sorted(known))}.",
                f"В сопоставлении есть {where}{unknown[0]} — такого ключа нет; есть "
                f"{', '.join(sorted(known))}.",
            )
        )


def _unclear(where: str) -> MappingError:
    return MappingError(
        Words(
            f"{where} is the name of a field, or a table with the key field.",
            f"{where} — имя поля или таблица с ключом field.",
        )
    )


def _faults_of(mapping: Mapping) -> list[Words]:
    faults = []
    if mapping.holds not in ("items", "findings"):
        faults.append(Words("holds is items or findings", "holds — items или findings"))
        return faults
    for name in (*mapping.columns, *mapping.constants):
        if name.startswith("findings."):
            continue
        column = mapping.targets.get(name)
        if column is None or column.derived:
            known = ", ".join(n for n, c in mapping.targets.items() if not c.derived)
            faults.append(
                Words(
                    f"{name} is no column; columns are {known}",
                    f"{name} — не столбец; столбцы: {known}",
                )
            )
    faults += [
        Words(f"findings.{name} is not known", f"findings.{name} — такого нет")
        for name in mapping.labels
        if name not in LABELS
    ]
    faults += _missing_columns(mapping)
    if mapping.has_labels and "known" not in mapping.labels and mapping.delay_days is None:
        faults.append(
            Words(
                "findings need the field known, or delay_days",
                "для результатов нужно поле known или delay_days",
            )
        )
    faults += [
        Words(
            f"the pattern of {name} is no regular expression: {one.pattern}",
            f"шаблон столбца {name} — не регулярное выражение: {one.pattern}",
        )
        for name, one in (*mapping.columns.items(), *mapping.labels.items())
        if one.pattern and not _is_pattern(one.pattern)
    ]
    if mapping.decimal not in (AUTO, ".", ","):
        faults.append(Words("decimal is a point or a comma", "decimal — точка или запятая"))
    try:
        check_timezone(mapping.timezone)
    except SchemaError as error:
        faults.append(error.words)
    return faults


def _is_pattern(pattern: str) -> bool:
    try:
        pl.Series([""]).str.contains(f"^(?:{pattern})$")
    except pl.exceptions.ComputeError:
        return False
    return True


def _missing_columns(mapping: Mapping) -> list[Words]:
    optional = {"item", "version", "state", "way"}
    given = set(mapping.columns) | set(mapping.constants)
    return [
        Words(
            f"the required column {name} has neither a field nor a constant",
            f"для обязательного столбца {name} нет ни поля, ни постоянного значения",
        )
        for name, column in mapping.targets.items()
        if column.required and not column.derived and name not in given | optional
    ]


def _toml_lines(mapping: Mapping) -> list[str]:
    lines = [f"name = {_toml(mapping.name)}"]
    lines.append(f"title = {{en = {_toml(mapping.title.en)}, ru = {_toml(mapping.title.ru)}}}")
    lines += [f"holds = {_toml(mapping.holds)}", "", "[file]"]
    for name in ("encoding", "separator", "decimal", "thousands", "sheet"):
        lines.append(f"{name} = {_toml(getattr(mapping, name))}")
    lines += ["", "[set]"]
    lines.append(f"currency = {_toml(mapping.currency)}")
    lines.append(f"timezone = {_toml(mapping.timezone)}")
    if mapping.random_stratum is not None:
        lines.append(f"random_stratum = {_toml(mapping.random_stratum)}")
    lines += ["", "[constants]"]
    own = {k: v for k, v in mapping.constants.items() if not k.startswith("findings.")}
    lines += [f"{name} = {_toml(value)}" for name, value in own.items()]
    lines += ["", "[columns]"]
    lines += [f"{name} = {_field_toml(one)}" for name, one in mapping.columns.items()]
    if mapping.labels or mapping.delay_days is not None:
        lines += ["", "[findings]"]
        if mapping.delay_days is not None:
            lines.append(f"delay_days = {mapping.delay_days}")
        lines += [f"{name} = {_field_toml(one)}" for name, one in mapping.labels.items()]
        for name in sorted(set(mapping.constants) - set(own)):
            value = _toml(mapping.constants[name])
            lines.append(f"{name.removeprefix('findings.')} = {{constant = {value}}}")
    lines += ["", "[left_out]", f"fields = {_toml(list(mapping.left_out))}"]
    return lines


def _field_toml(one: FieldMap) -> str:
    told = {k: v for k, v in asdict(one).items() if v != getattr(FieldMap(""), k) or k == "field"}
    if list(told) == ["field"]:
        return _toml(one.field)
    if "values" in told:
        told["values"] = dict(one.values)
    return _toml(told)


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(k)} = {_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if name.isidentifier() and name.isascii() else _toml(name)
