"""What can be wrong with a declared indicator: all of it at once."""

import re
from collections.abc import Mapping, Sequence

from tamgha.risk.indicators.kinds import KINDS, Kind
from tamgha.risk.indicators.measures import Key, Measure, UnreadableError
from tamgha.risk.indicators.model import Indicator
from tamgha.risk.schema import COLUMNS
from tamgha.shared.errors import RefusedError
from tamgha.shared.words import Words

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
KEY_FIELDS = ("group", "of")
_PARAMETERS = (
    "measure",
    "group",
    "of",
    "window_days",
    "delay_days",
    "min_count",
    "smoothing",
    "rules",
)
DEFAULTS: Mapping[str, object] = {
    "measure": "",
    "group": (),
    "of": (),
    "window_days": None,
    "delay_days": 0,
    "min_count": 1,
    "smoothing": 0.0,
    "rules": (),
}


def faults_of(indicator: Indicator) -> list[Words]:
    """Return everything that is wrong with a declared indicator; an empty list when nothing is."""
    faults = [*_plain_faults(indicator), *_key_faults(indicator), *_measure_faults(indicator)]
    kind = KINDS.get(indicator.kind)
    if kind is None:
        known = ", ".join(KINDS)
        faults.append(
            Words(
                f'kind: expected one of {known}; came "{indicator.kind}"',
                f"kind: ожидалось одно из {known}; получено «{indicator.kind}»",
            )
        )
    else:
        faults.extend(_kind_faults(indicator, kind))
    return faults


def check_indicators(indicators: Sequence[Indicator]) -> None:
    """Refuse indicators that are wrong or share a name.

    Raises
    ------
    RefusedError
        With every fault of every indicator.
    """
    faults = [
        Words(f"{one.name}: {fault.en}", f"{one.name}: {fault.ru}")
        for one in indicators
        for fault in faults_of(one)
    ]
    seen: set[str] = set()
    for one in indicators:
        if one.name in seen:
            faults.append(
                Words(f"{one.name}: the name is given twice", f"{one.name}: имя встречается дважды")
            )
        seen.add(one.name)
    refuse(faults)


def refuse(faults: Sequence[Words]) -> None:
    """Refuse indicators that have faults."""
    if faults:
        raise RefusedError(Words("The indicators were not taken", "Индикаторы не приняты"), faults)


def _plain_faults(indicator: Indicator) -> list[Words]:
    faults = []
    if _NAME.fullmatch(indicator.name) is None:
        faults.append(
            Words(
                "name: expected a small Latin letter, then letters, digits and _ (at most 63)",
                "name: ожидалась строчная латинская буква, затем буквы, цифры и _ (не более 63)",
            )
        )
    elif indicator.name in COLUMNS:
        faults.append(
            Words(
                f'name: "{indicator.name}" is a column of the declaration',
                f"name: «{indicator.name}» — графа декларации",
            )
        )
    if not indicator.label.en or not indicator.definition.en:
        faults.append(
            Words("label, definition: both are needed", "label, definition: нужны оба текста")
        )
    faults.extend(_choice("direction", indicator.direction, ("higher", "lower")))
    faults.extend(_choice("null_rule", indicator.null_rule, ("null", "zero")))
    if not 1 <= indicator.rounding <= 15:
        faults.append(out_of_range("rounding", "1–15", indicator.rounding))
    if indicator.window_days is not None and not 1 <= indicator.window_days <= 3660:
        faults.append(out_of_range("window_days", "1–3660", indicator.window_days))
    if not 0 <= indicator.delay_days <= 3660:
        faults.append(out_of_range("delay_days", "0–3660", indicator.delay_days))
    if not 0 <= indicator.min_count <= 1_000_000:
        faults.append(out_of_range("min_count", "0–1000000", indicator.min_count))
    if not 0 <= indicator.smoothing <= 1e6:
        faults.append(out_of_range("smoothing", "0–1000000", indicator.smoothing))
    return faults


def _choice(name: str, came: str, allowed: Sequence[str]) -> list[Words]:
    if came in allowed:
        return []
    choices = ", ".join(f'"{one}"' for one in allowed)
    return [
        Words(
            f'{name}: expected one of {choices}; came "{came}"',
            f"{name}: ожидалось одно из {choices}; получено «{came}»",
        )
    ]


def out_of_range(name: str, allowed: str, came: object) -> Words:
    """Return the words for a value outside its range."""
    return Words(
        f"{name}: expected {allowed}, came {came}", f"{name}: ожидалось {allowed}, получено {came}"
    )


def _key_faults(indicator: Indicator) -> list[Words]:
    faults = []
    for name in KEY_FIELDS:
        keys = []
        for text in getattr(indicator, name):
            try:
                keys.append(Key.parse(text))
            except UnreadableError as error:
                faults.append(Words(f"{name}: {error.words.en}", f"{name}: {error.words.ru}"))
        if len(set(keys)) != len(keys):
            faults.append(Words(f"{name}: a key stands twice", f"{name}: ключ указан дважды"))
        if any(key.column in {"declaration", "item", "lodged", "day"} for key in keys):
            faults.append(
                Words(
                    f"{name}: declaration, item, lodged and day are no groups",
                    f"{name}: declaration, item, lodged и day не образуют групп",
                )
            )
    return faults


def _measure_faults(indicator: Indicator) -> list[Words]:
    if indicator.measure:
        try:
            Measure.parse(indicator.measure)
        except UnreadableError as error:
            return [Words(f"measure: {error.words.en}", f"measure: {error.words.ru}")]
    return []


def _kind_faults(indicator: Indicator, kind: Kind) -> list[Words]:
    faults = []
    for name in _PARAMETERS:
        given = getattr(indicator, name) != DEFAULTS[name]
        if name in kind.needs and not given:
            faults.append(
                Words(f"{name}: the kind {kind.name} needs it", f"{name}: нужно виду {kind.name}")
            )
        if given and name not in kind.needs | kind.takes:
            faults.append(
                Words(
                    f"{name}: the kind {kind.name} does not take it",
                    f"{name}: вид {kind.name} его не принимает",
                )
            )
    if kind.options:
        faults.extend(_choice("option", indicator.option, ("", *kind.options)))
    elif indicator.option:
        faults.append(
            Words(
                f"option: the kind {kind.name} does not take it",
                f"option: вид {kind.name} его не принимает",
            )
        )
    if kind.name == "calendar" and not indicator.option:
        faults.extend(_choice("option", "", kind.options))
    if kind.name == "find_rate" and indicator.smoothing == 0 and indicator.min_count == 0:
        faults.append(
            Words(
                "min_count: at least 1 when there is no smoothing",
                "min_count: не меньше 1, если нет сглаживания",
            )
        )
    return faults
