"""What an examiner hands in, checked with all faults at once; and what differs from the declaration."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from tamgha.shared.words import Words

Result = Literal["open", "clean", "found"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResult:
    """What the examination of one item brought.

    Parameters
    ----------
    item : number of the item in the declaration
    result : "open" (not yet), "clean" or "found"
    kind : of the irregularity, of what was found
    counted, weighed_kg : as measured
    value, duty, penalty : amounts, of what was found
    seen : what was seen, in words
    open_reason, open_by, open_until : of an open item: why, who goes on, when
    """

    item: int
    result: Result
    kind: str = ""
    counted: float | None = None
    weighed_kg: float | None = None
    value: Decimal | None = None
    duty: Decimal | None = None
    penalty: Decimal | None = None
    seen: str = ""
    open_reason: str = ""
    open_by: str = ""
    open_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """An act as it is handed in.

    Parameters
    ----------
    examined : day of the examination
    items : one result an item
    minutes : time spent, None where it was not written down
    seal_cut, seal_intact, seal_new : of the seals
    present : who was present
    """

    examined: date
    items: tuple[ItemResult, ...]
    minutes: int | None = None
    seal_cut: str = ""
    seal_intact: bool | None = None
    seal_new: str = ""
    present: str = ""

    @property
    def is_partial(self) -> bool:
        """Whether an item is still open."""
        return any(one.result == "open" for one in self.items)

    @property
    def found(self) -> bool:
        """Whether anything was found."""
        return any(one.result == "found" for one in self.items)

    def faults(self, numbers: Sequence[int], *, today: date) -> list[Words]:
        """Return everything that keeps the act from being handed in.

        Parameters
        ----------
        numbers : of the items that the declaration has
        today : local; an examination cannot lie after it
        """
        found = [*self._number_faults(numbers), *self._item_faults()]
        if self.examined > today:
            found.append(
                Words(
                    f"The day of the examination, {self.examined}, lies after today.",
                    f"День досмотра {self.examined} позже сегодняшнего.",
                )
            )
        if self.minutes is not None and not 0 < self.minutes <= 14 * 24 * 60:
            found.append(
                Words(
                    f"Time spent: 1 minute to 14 days; {self.minutes} minutes came.",
                    f"Затраченное время: от 1 минуты до 14 дней, а задано {self.minutes} мин.",
                )
            )
        return found

    def _number_faults(self, numbers: Sequence[int]) -> list[Words]:
        given = [one.item for one in self.items]
        twice = sorted({one for one in given if given.count(one) > 1})
        strange = sorted(set(given) - set(numbers))
        missing = sorted(set(numbers) - set(given))
        found = []
        if twice:
            found.append(
                Words(
                    f"Item {twice[0]} came twice; once was expected.",
                    f"Товар {twice[0]} указан дважды, ожидается один раз.",
                )
            )
        if strange:
            found.append(
                Words(
                    f"The declaration has no item {strange[0]}.",
                    f"В декларации нет товара {strange[0]}.",
                )
            )
        found += [
            Words(
                f"Item {number} has no result. Leave it open with a reason, or say what you found.",
                f"У товара {number} нет результата. Оставьте его открытым с причиной или укажите результат.",
            )
            for number in missing
        ]
        return found

    def _item_faults(self) -> list[Words]:
        found = []
        for one in self.items:
            if one.result == "found" and not one.kind:
                found.append(
                    Words(
                        f"Item {one.item}: the kind of finding is missing.",
                        f"Товар {one.item}: не указан вид нарушения.",
                    )
                )
            if one.result == "open" and not one.open_reason.strip():
                found.append(
                    Words(
                        f"Item {one.item} is left open: say why, who goes on and when.",
                        f"Товар {one.item} оставлен открытым: укажите причину, кто продолжит и когда.",
                    )
                )
            amounts = (one.counted, one.weighed_kg, one.value, one.duty, one.penalty)
            if any(amount is not None and amount < 0 for amount in amounts):
                found.append(
                    Words(
                        f"Item {one.item}: a number from 0 was expected; a negative one came.",
                        f"Товар {one.item}: ожидается число от 0, а задано отрицательное.",
                    )
                )
        return found


@dataclass(frozen=True, slots=True)
class Difference:
    """How a measure differs from the declaration.

    Parameters
    ----------
    kg : weighed minus declared, net
    beyond : whether it is more than the tolerance
    """

    kg: float
    beyond: bool


def mass_difference(
    declared_kg: float | None, weighed_kg: float | None, *, tolerance: int
) -> Difference | None:
    """Return the difference of net mass, None where one of the two is not known.

    Parameters
    ----------
    tolerance : share of the declared mass that counts as no difference, basis points
    """
    if declared_kg is None or weighed_kg is None:
        return None
    kg = weighed_kg - declared_kg
    return Difference(kg, abs(kg) * 10_000 > tolerance * declared_kg)
