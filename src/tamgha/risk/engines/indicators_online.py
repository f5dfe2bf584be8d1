"""Indicators declaration by declaration: a state that each of them moves on."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tamgha.risk.engines.indicators_batch import WHOLE_VALUES
from tamgha.risk.engines.indicators_kept import (
    VERSION,
    WRONG_STATE,
    opened,
    packed,
    sealed,
    unpack_into,
    unpacked,
)
from tamgha.risk.engines.indicators_online_kinds import (
    EPOCH,
    FindRate,
    Grade,
    Row,
    Stateless,
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

    Ask with ``values``, tell with ``observe`` and ``learn``. The values of a day follow from earlier
    days alone, so that they stand still all day, and several processes that were told the same
    agree, in whatever order they were told. Questions never go back to an earlier day; rows of
    one may still come, and are seen from then on. What a window has left is forgotten, so that
    memory follows the windows and the number of groups; only the rows that findings may still come
    for are kept, for ``remember_days``.

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
        day = _day(row)
        if self.day is not None and day < self.day:
            came, stands = (date.fromordinal(one + EPOCH) for one in (day, self.day))
            raise TamghaError(
                Words(
                    f"Expected a row of {stands} or later, came one of {came}: days cannot go back.",
                    f"Ожидалась строка с {stands} и позже, получена от {came}: дни не идут назад.",
                )
            )
        return self._values(row, day)

    def values_now(self, row: Row) -> dict[str, float | None]:
        """Return the values for a row that may be of an earlier day than the state stands on.

        As ``values``, but where the state has moved on, what it knows now is taken; only what
        looks at the row's own day (calendar) keeps that day. So a declaration lodged before
        midnight is decided after it.
        """
        return self._values(row, _day(row))

    def _values(self, row: Row, own_day: int) -> dict[str, float | None]:
        day = self._move_to(own_day)
        found: dict[str, float | None] = {}
        for one, kind in zip(self.indicators, self._kinds, strict=True):
            value = kind.value(row, own_day if isinstance(kind, Stateless) else day)
            if value is None:
                found[one.name] = 0.0 if one.null_rule == "zero" else None
            elif one.kind in WHOLE_VALUES:
                found[one.name] = value
            else:
                found[one.name] = significant_one(value, one.rounding)
        return found

    def observe(self, rows: Sequence[Row]) -> None:
        """Take up the items of one declaration, together; later days will see them.

        A declaration of an earlier day than the state stands on is taken up as if it had come in
        its time.
        """
        if not rows:
            return
        day = _day(rows[0])
        self._move_to(day)
        if self._learning:
            for row in rows:
                self._remember(row, day)
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
            leaves = day + self.remember_days + 1
            if not self._leaving.put(leaves, name):  # one that came late is kept for today
                self._leaving.put(self._leaving.now + 1, name)
        return kept

    def _move_to(self, day: int) -> int:
        """Move on to a day, and return the day that the state stands on."""
        if self.day is None or day > self.day:
            self.day = day
            for name in self._leaving.due(day):
                self._rows.pop(name, None)
        return self.day

    def to_json(self) -> str:
        """Return the whole state as JSON, the indicators included."""
        return json.dumps(self._state(), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "OnlineIndicators":
        """Return the state that ``to_json`` wrote; raises TamghaError for another version."""
        return cls._restored(json.loads(text))

    def to_bytes(self, mark: str = "") -> bytes:
        """Return the whole state to be kept, small and checked on reading.

        Parameters
        ----------
        mark : up to where the caller has told it what happened, for its own use: the last
            decision and finding taken up. It comes back with the state.
        """
        content = json.dumps([mark, self._state()], ensure_ascii=False, separators=(",", ":"))
        return sealed(content.encode())

    @classmethod
    def from_bytes(cls, kept: bytes) -> tuple["OnlineIndicators", str]:
        """Return the state that ``to_bytes`` wrote, and the mark given with it.

        Raises
        ------
        TamghaError
            If the bytes are of another version, cut off or changed: make the state anew from
            what is stored.
        """
        mark, state = json.loads(opened(kept))
        return cls._restored(state), mark

    def _state(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "indicators": dump_indicators(self.indicators),
            "remember_days": self.remember_days,
            "day": self.day,
            "kinds": [packed(kind) for kind in self._kinds],
            "rows": packed(self._rows),
            "leaving": packed(self._leaving),
        }

    @classmethod
    def _restored(cls, kept: Mapping[str, Any]) -> "OnlineIndicators":
        if kept.get("version") != VERSION:
            raise TamghaError(WRONG_STATE)
        made = cls(load_indicators(kept["indicators"]), remember_days=kept["remember_days"])
        made.day = kept["day"]
        for kind, state in zip(made._kinds, kept["kinds"], strict=True):
            unpack_into(kind, state)
        made._rows = {name: list(row) for name, row in unpacked(kept["rows"]).items()}
        unpack_into(made._leaving, kept["leaving"])
        return made


def _day(row: Row) -> int:
    return int(row["day"].toordinal()) - EPOCH
