"""How the builder names operators; the words follow the sentence, so that both read alike."""

from typing import Final

from tamgha.shared.words import Words

OPERATORS: Final[dict[str, Words]] = {
    "=": Words("is", "равно"),
    "<>": Words("is not", "не равно"),
    "<": Words("is under", "меньше"),
    "<=": Words("is at most", "не больше"),
    ">": Words("is over", "больше"),
    ">=": Words("is at least", "не меньше"),
    "begins": Words("begins with", "начинается с"),
    "not_begins": Words("does not begin with", "не начинается с"),
    "ends": Words("ends with", "кончается на"),
    "not_ends": Words("does not end with", "не кончается на"),
    "contains": Words("contains", "содержит"),
    "not_contains": Words("does not contain", "не содержит"),
    "in": Words("is one of", "одно из"),
    "not_in": Words("is none of", "ни одно из"),
    "in_list": Words("is on the list", "в списке"),
    "not_in_list": Words("is not on the list", "не в списке"),
    "between": Words("is between", "между"),
    "not_between": Words("is not between", "не между"),
    "missing": Words("is empty", "пусто"),
    "present": Words("is filled", "заполнено"),
}

GROUPS: Final[dict[str, Words]] = {
    "all": Words("All", "Все"),
    "any": Words("At least one", "Хотя бы одно"),
    "not": Words("None", "Ни одно"),
}

UNITS: Final[dict[str, Words]] = {
    "ratio": Words("% of the usual", "% обычного"),
    "share": Words("%", "%"),
    "percent": Words("%", "%"),
    "kg": Words("kg", "кг"),
    "days": Words("days", "дней"),
    "count": Words("", ""),
    "hours": Words("hours", "часов"),
}
