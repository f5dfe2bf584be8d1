"""A plan as a TOML file: mode, rates and capacity, read with all faults at once."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from tamgha.risk.selection.lanes import LaneShares
from tamgha.risk.selection.plans import (
    CapacityParameters,
    ModselParameters,
    capacity_faults,
    modsel_faults,
)
from tamgha.shared.errors import RefusedError, TamghaError
from tamgha.shared.shares import Share
from tamgha.shared.words import Words

Mode = Literal["modsel", "capacity"]
DIRECTIONS = ("import", "export", "transit")
_LANES = ("red", "yellow", "blue")
_MODSEL = (
    *("expected", "random", "maximum_hits", "green_delay_minutes"),
    *("yellow_to_blue_days", "period", "random_lifts"),
)
_CAPACITY = ("capacity", "random", "exploration", "lot_minutes", "rule")
_REFUSED = Words("The plan file was not read", "Файл плана не прочитан")
_NOT_TOML = Words(
    "{name} is not a TOML file: {error}", "Файл {name} не является файлом TOML: {error}"
)
_MODE = Words(
    'mode: "modsel" or "capacity" was expected; {came} came.',
    'mode: ожидается "modsel" или "capacity", а задано {came}.',
)
_UNKNOWN = Words(
    "{place}: {name} is not known here; known are {known}.",
    "{place}: имя {name} здесь не используется; допустимы {known}.",
)
_NUMBER = Words(
    "{place}: a whole number was expected; {came} came.",
    "{place}: ожидается целое число, а задано {came}.",
)
_FLAG = Words(
    "{place}: true or false was expected; {came} came.",
    "{place}: ожидается true или false, а задано {came}.",
)
_TABLE = Words(
    "{place}: a table was expected; {came} came.",
    "{place}: ожидается таблица, а задано {came}.",
)
_EMPTY = Words(
    "At least one direction is needed: a table [import], [export] or [transit].",
    "Нужно хотя бы одно направление: таблица [import], [export] или [transit].",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The whole plan of an administration.

    Parameters
    ----------
    mode : "modsel" or "capacity"
    default : direction -> parameters of mode modsel
    offices : (office, direction) -> parameters of mode modsel
    capacity : direction -> parameters of mode capacity; an office counts for itself
    mandatory : codes of the criteria that always select, of mode capacity
    """

    mode: Mode = "modsel"
    default: Mapping[str, ModselParameters] = field(default_factory=dict)
    offices: Mapping[tuple[str, str], ModselParameters] = field(default_factory=dict)
    capacity: Mapping[str, CapacityParameters] = field(default_factory=dict)
    mandatory: frozenset[str] = frozenset()

    def of(self, office: str, direction: str) -> ModselParameters:
        """Return the parameters of mode modsel that hold for one office and direction.

        An office without its own row uses the administration's default, but counts for itself
        (rule 1).
        """
        own = self.offices.get((office, direction))
        return own if own is not None else self.default.get(direction, ModselParameters())

    @classmethod
    def read(cls, path: Path | str) -> "Plan":
        """Return the plan of a TOML file.

        Parameters
        ----------
        path : of the file; its form stands in the guide of selection

        Raises
        ------
        RefusedError
            With every fault, each with its place in the file.
        """
        source = Path(path)
        try:
            told = tomllib.loads(source.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise TamghaError(_NOT_TOML.format(name=source.name, error=error)) from error
        reading = _Reading([])
        plan = reading.plan(told)
        if reading.faults:
            raise RefusedError(_REFUSED, reading.faults)
        return plan


@dataclass(frozen=True, slots=True)
class _Reading:
    faults: list[Words]

    def plan(self, told: Mapping[str, Any]) -> Plan:
        mode = told.get("mode")
        if mode not in ("modsel", "capacity"):
            self.faults.append(_MODE.format(came=repr(mode)))
        known = ("mode", "office", "mandatory", *DIRECTIONS)
        self._only(told, known, "plan")
        default: dict[str, ModselParameters] = {}
        capacity: dict[str, CapacityParameters] = {}
        for direction in DIRECTIONS:
            table = self._table(told.get(direction), direction)
            if table is None:
                continue
            if mode == "capacity":
                capacity[direction] = self._capacity(table, direction)
            else:
                default[direction] = self._modsel(table, direction)
        if not (default or capacity):
            self.faults.append(_EMPTY)
        offices = self._offices(told.get("office", {}))
        mandatory = frozenset(str(code) for code in told.get("mandatory", ()))
        return Plan(
            mode="capacity" if mode == "capacity" else "modsel",
            default=default,
            offices=offices,
            capacity=capacity,
            mandatory=mandatory,
        )

    def _offices(self, told: object) -> dict[tuple[str, str], ModselParameters]:
        found: dict[tuple[str, str], ModselParameters] = {}
        for office, directions in (self._table(told, "office") or {}).items():
            place = f"office.{office}"
            own = self._table(directions, place) or {}
            self._only(own, DIRECTIONS, place)
            for direction in DIRECTIONS:
                table = self._table(own.get(direction), f"{place}.{direction}")
                if table is not None:
                    found[office, direction] = self._modsel(table, f"{place}.{direction}")
        return found

    def _modsel(self, table: Mapping[str, Any], place: str) -> ModselParameters:
        self._only(table, _MODSEL, place)
        parameters = ModselParameters(
            expected=self._lanes(table.get("expected", {}), f"{place}.expected"),
            random=self._lanes(table.get("random", {}), f"{place}.random"),
            maximum_hits=self._whole(table, "maximum_hits", place, None),
            green_delay_minutes=self._whole(table, "green_delay_minutes", place, 0) or 0,
            yellow_to_blue_days=self._whole(table, "yellow_to_blue_days", place, None),
            period=table.get("period", "month"),
            random_lifts=self._flag(table, "random_lifts", place),
        )
        self.faults.extend(_placed(place, modsel_faults(parameters)))
        return parameters

    def _capacity(self, table: Mapping[str, Any], place: str) -> CapacityParameters:
        self._only(table, _CAPACITY, place)
        parameters = CapacityParameters(
            capacity=self._whole(table, "capacity", place, 0) or 0,
            random=self._whole(table, "random", place, 0) or 0,
            exploration=self._share(table.get("exploration", 0), f"{place}.exploration"),
            lot_minutes=self._whole(table, "lot_minutes", place, 30) or 0,
            rule=table.get("rule", "batch"),
        )
        self.faults.extend(_placed(place, capacity_faults(parameters)))
        return parameters

    def _lanes(self, told: object, place: str) -> LaneShares:
        if not isinstance(told, Mapping):
            return LaneShares(red=self._share(told, place))
        self._only(told, _LANES, place)
        return LaneShares(*(self._share(told.get(lane, 0), f"{place}.{lane}") for lane in _LANES))

    def _share(self, told: object, place: str) -> int:
        try:
            return Share.percent(str(told)).basis_points
        except TamghaError as error:
            self.faults.extend(_placed(place, [error.words]))
            return 0

    def _whole(
        self, table: Mapping[str, Any], name: str, place: str, default: int | None
    ) -> int | None:
        value = table.get(name, default)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        self.faults.append(_NUMBER.format(place=f"{place}.{name}", came=repr(value)))
        return default

    def _flag(self, table: Mapping[str, Any], name: str, place: str) -> bool:
        value = table.get(name, False)
        if not isinstance(value, bool):
            self.faults.append(_FLAG.format(place=f"{place}.{name}", came=repr(value)))
        return value is True

    def _table(self, told: object, place: str) -> Mapping[str, Any] | None:
        if told is None or isinstance(told, Mapping):
            return told
        self.faults.append(_TABLE.format(place=place, came=repr(told)))
        return None

    def _only(self, table: Mapping[str, Any], known: tuple[str, ...], place: str) -> None:
        self.faults.extend(
            _UNKNOWN.format(place=place, name=name, known=", ".join(known))
            for name in table
            if name not in known
        )


def _placed(place: str, faults: list[Words]) -> list[Words]:
    return [Words(f"{place}: {fault.en}", f"{place}: {fault.ru}") for fault in faults]
