"""Named lists that conditions refer to: traders, HS codes, countries, offices; every version is kept."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any as Anything
from typing import Literal, TypeAlias, get_args

from tamgha.risk.profiles.checks import list_name_faults, text_faults
from tamgha.shared.countries import is_country
from tamgha.shared.errors import RefusedError, TamghaError
from tamgha.shared.words import Words

ListKind: TypeAlias = Literal["trader", "hs", "country", "office", "document", "text"]
MOST_ENTRIES = 100_000


@dataclass(frozen=True, slots=True)
class NamedList:
    """One version of a list; its values are sorted and each stands once.

    Parameters
    ----------
    name : str
        1 to 64 letters, digits, spaces, points, '-' or '_'.
    kind : "trader", "hs", "country", "office", "document" or "text"
        A row is on a list of kind "hs" when its code *begins with* one of the entries (chapter,
        heading or whole code, as in the tariff lists of ASYCUDA++); on any other list when it is
        equal to one.
    values : tuple of str
    version : int, >= 1
    note : what the list is for
    """

    name: str
    kind: ListKind
    values: tuple[str, ...]
    version: int = 1
    note: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", tuple(sorted(set(self.values))))
        faults = list_name_faults(self.name) + self._value_faults()
        if faults:
            head = Words(
                f"The list {self.name!r} was not accepted", f"Список {self.name!r} не принят"
            )
            raise RefusedError(head, faults)

    def _value_faults(self) -> list[Words]:
        if self.kind not in get_args(ListKind):
            known = ", ".join(get_args(ListKind))
            return [
                Words(
                    f"a kind among {known} was expected; {self.kind!r} came",
                    f"ожидается вид из: {known}, а задано {self.kind!r}",
                )
            ]
        if not 1 <= len(self.values) <= MOST_ENTRIES:
            return [
                Words(
                    f"1 to {MOST_ENTRIES} values were expected; {len(self.values)} came",
                    f"ожидается от 1 до {MOST_ENTRIES} значений, а задано {len(self.values)}",
                )
            ]
        faults: list[Words] = []
        for value in self.values:
            if not value:
                faults.append(Words("an empty value came", "задано пустое значение"))
            faults.extend(text_faults(value))
            if self.kind == "hs" and not (
                value.isascii() and value.isdigit() and 2 <= len(value) <= 10
            ):
                faults.append(
                    Words(
                        f"an HS code is 2 to 10 digits; {value!r} came",
                        f"код ТН ВЭД — от 2 до 10 цифр, а задано {value!r}",
                    )
                )
            if self.kind == "country" and not is_country(value):
                faults.append(
                    Words(
                        f"a country is two capital letters of ISO 3166; {value!r} came",
                        f"страна — две заглавные буквы ISO 3166, а задано {value!r}",
                    )
                )
        return faults[:50]

    @property
    def by_beginning(self) -> bool:
        """Whether a value is on the list when it begins with one of the entries."""
        return self.kind == "hs"

    @property
    def digest(self) -> str:
        """SHA-256 of the content (kind and values), in hexadecimal."""
        content = json.dumps([self.kind, self.values], ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()

    def __contains__(self, value: object) -> bool:
        if not isinstance(value, str):
            return False
        if self.by_beginning:
            return any(value.startswith(entry) for entry in self.values)
        return value in self.values


@dataclass(frozen=True, slots=True)
class ProfileLists:
    """All lists of an administration, each with its versions from the first to the current one."""

    versions: Mapping[str, tuple[NamedList, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )

    @classmethod
    def of(cls, lists: Iterable[NamedList]) -> "ProfileLists":
        """Return the collection of some lists, each with one version."""
        made = cls()
        for each in lists:
            made = made.with_list(each)
        return made

    def with_list(self, new: NamedList) -> "ProfileLists":
        """Return the collection with a new version of a list; the same content adds none."""
        before = self.versions.get(new.name, ())
        if before and before[-1].digest == new.digest:
            return self
        version = before[-1].version + 1 if before else 1
        numbered = NamedList(new.name, new.kind, new.values, version, new.note)
        return ProfileLists(MappingProxyType({**self.versions, new.name: (*before, numbered)}))

    def current(self, name: str) -> NamedList:
        """Return the newest version of a list, or raise TamghaError."""
        if name not in self.versions:
            known = ", ".join(sorted(self.versions)) or "—"
            raise TamghaError(
                Words(
                    f"There is no list {name!r}. Lists that exist: {known}. Make it, or name another one.",
                    f"Списка {name!r} нет. Имеющиеся списки: {known}. Создайте его или укажите другой.",
                )
            )
        return self.versions[name][-1]

    def names(self) -> tuple[str, ...]:
        """Return the names of the lists, sorted."""
        return tuple(sorted(self.versions))

    @property
    def digest(self) -> str:
        """SHA-256 over the current content of every list: what a back-test rested on."""
        content = json.dumps([[name, self.current(name).digest] for name in self.names()])
        return hashlib.sha256(content.encode()).hexdigest()

    def to_json(self) -> list[dict[str, Anything]]:
        """Return every version as plain data."""
        return [
            {
                "name": each.name,
                "kind": each.kind,
                "version": each.version,
                "note": each.note,
                "values": list(each.values),
                "sha256": each.digest,
            }
            for name in self.names()
            for each in self.versions[name]
        ]

    @classmethod
    def from_json(cls, data: Iterable[Mapping[str, Anything]]) -> "ProfileLists":
        """Return the collection that ``to_json`` wrote; a wrong hash is refused."""
        made = cls()
        for each in data:
            new = NamedList(
                str(each["name"]), each["kind"], tuple(each["values"]), 1, str(each.get("note", ""))
            )
            if each.get("sha256") not in (None, new.digest):
                raise TamghaError(
                    Words(
                        f"The list {new.name!r} does not match its hash: it was changed on the way.",
                        f"Список {new.name!r} не совпадает со своей контрольной суммой: он изменён при передаче.",
                    )
                )
            made = made.with_list(new)
        return made
