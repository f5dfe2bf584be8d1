"""Indicators declaration by declaration: a state that each of them moves on."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tamgha.risk.engines.indicators_batch import WHOLE_VALUES
from tamgha.risk.engines.indicators_online_kinds import (
    EPOCH,
    FindRate,
    Grade,
    Row,
    followed,
    group_of,
)
from tamgha.risk.engines.indicators_online_totals import Schedule
from tamgha.risk.engines.indicators_rounding import significant_one
from tamgha.risk.indicators import (
    Indicator,
    check_indicators,
    dump_indicators,
    load_indicators,
)
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words


class OnlineIndicators:
    """Values of one declaration at a time, from what was observed and learnt before its day.

    Ask with ``values``, tell with ``observe`` and ``learn``. Days never go back: a row of an
    earlier day than the last one is refused. What a window has left is forgotten, so that memory
    follows the windows and the number of groups; only the rows that findings may still come for
    are kept, for ``remember_days``.

    Parameters
    ----------
    indicators : what is computed
    remember_days : for how long findings find their row; None for ever
    """

    def __init__(
        self, indicators: Sequence[Indicator], *, remember_days: int | None = None
    ) -> None:
        check_indicators(indicators)
        self.indicators = tuple(indicators)
        self.remember_days = remember_days
        self.day: int | None = None
        self._kinds = [followed(one) for one in indicators]
        self._learning = [kind for kind in self._kinds if isinstance(kind, FindRate | Grade)]
        self._rows: dict[tuple[Any, Any], list[Any]] = {}
        self._leaving = Schedule()

    def values(self, row: Row) -> dict[str, float | None]:
        """Return the value of every indicator for a row, None where it cannot be computed.

        Parameters
        ----------
        row : the columns that the indicators read, and ``day``; absent columns count as empty

        Raises
        ------
        TamghaError
            If the row is of an earlier day than one seen before.
        """
        day = self._move_to(row)
        found: dict[str, float | None] = {}
        for one, kind in zip(self.indicators, self._kinds, strict=True):
            value = kind.value(row, day)
            if value is None:
                found[one.name] = 0.0 if one.null_rule == "zero" else None
            elif one.kind in WHOLE_VALUES:
                found[one.name] = value
            else:
                found[one.name] = significant_one(value, one.rounding)
        return found

    def observe(self, rows: Sequence[Row]) -> None:
        """Take up the items of one declaration; later days will see them.

        Raises
        ------
        TamghaError
            If a row is of an earlier day than one seen before.
        """
        for row in rows:
            day = self._move_to(row)
            if self._learning:
                self._remember(row, day)
        if rows:
            for kind in self._kinds:
                kind.observe(list(rows), day)

    def learn(self, finding: Mapping[str, Any], row: Row | None = None) -> bool:
        """Take up one version of a finding; days after it is known will see it.

        Parameters
        ----------
        finding : declaration, item, known, found, and version and state if it has them
        row : the row it belongs to, when it was never observed or may be forgotten

        Returns
        -------
        False if its row is not remembered: the finding then counts nowhere
        """
        if not self._learning:
            return True
        name = (finding["declaration"], finding.get("item", 1))
        kept = self._rows.get(name)
        if kept is None:
            if row is None:
                return False
            kept = self._remember({**row, "declaration": name[0], "item": name[1]}, _day(row))
        day, groups, versions = kept
        found = bool(finding["found"]) and finding.get("state") != "overturned"
        known = finding["known"].toordinal() - EPOCH
        after = [*versions, (known, finding.get("version") or 1, found)]
        for kind, group in zip(self._learning, groups, strict=True):
            kind.correct(group, day, versions, after)
        kept[2] = after
        return True

    def _remember(self, row: Row, day: int) -> list[Any]:
        name = (row.get("declaration"), row.get("item", 1))
        groups = [group_of(row, kind.keys) for kind in self._learning]
        kept = self._rows[name] = [day, groups, []]
        if self.remember_days is not None:
            self._leaving.put(day + self.remember_days + 1, name)
        return kept

    def _move_to(self, row: Row) -> int:
        day = _day(row)
        if self.day is None or day > self.day:
            self.day = day
            for name in self._leaving.due(day):
                self._rows.pop(name, None)
        elif day < self.day:
            came, stands = (date.fromordinal(one + EPOCH) for one in (day, self.day))
            raise TamghaError(
                Words(
                    f"Expected a row of {stands} or later, came one of {came}: days cannot go back.",
                    f"Ожидалась строка с {stands} и позже, получена от {came}: дни не идут назад.",
                )
            )
        return day

    def to_json(self) -> str:
        """Return the whole state as JSON, the indicators included."""
        return json.dumps(
            {
                "indicators": dump_indicators(self.indicators),
                "remember_days": self.remember_days,
                "day": self.day,
                "kinds": [_packed(kind) for kind in self._kinds],
                "rows": _packed(self._rows),
                "leaving": _packed(self._leaving),
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str) -> "OnlineIndicators":
        """Return the state that ``to_json`` wrote."""
        kept = json.loads(text)
        made = cls(load_indicators(kept["indicators"]), remember_days=kept["remember_days"])
        made.day = kept["day"]
        for kind, state in zip(made._kinds, kept["kinds"], strict=True):
            _unpack_into(kind, state)
        made._rows = {name: list(row) for name, row in _unpacked(kept["rows"]).items()}
        _unpack_into(made._leaving, kept["leaving"])
        return made


def _day(row: Row) -> int:
    return int(row["day"].toordinal()) - EPOCH


def _packed(value: Any) -> Any:
    """Return plain JSON of state: tuples, sets and dictionaries with any keys marked by a letter."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list):
        return ["l", *map(_packed, value)]
    if isinstance(value, tuple):
        return ["t", *map(_packed, value)]
    if isinstance(value, set):
        return ["s", *sorted(map(_packed, value), key=repr)]
    if isinstance(value, dict):
        return ["d", *([_packed(key), _packed(one)] for key, one in value.items())]
    names = getattr(value, "STATE", None)
    if names is None:
        names = (
            []
            if not hasattr(value, "schedule") and not isinstance(value, Schedule)
            else vars(value)
        )
    return {name: _packed(getattr(value, name)) for name in names}


def _unpacked(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    mark, *rest = value
    if mark == "d":
        return {_unpacked(key): _unpacked(one) for key, one in rest}
    made = [_unpacked(one) for one in rest]
    return {"l": list, "t": tuple, "s": set}[mark](made)


def _unpack_into(target: Any, state: Mapping[str, Any]) -> None:
    for name, value in state.items():
        if isinstance(value, dict):
            _unpack_into(getattr(target, name), value)
        else:
            setattr(target, name, _unpacked(value))
