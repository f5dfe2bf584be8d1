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

MEASURED_IN: Final[dict[str, Words]] = {
    "ratio": Words("per cent of the usual", "процент от обычного"),
    "share": Words("share, per cent", "доля, процент"),
    "percent": Words("percentage points", "процентные пункты"),
    "kg": Words("kilogram", "килограмм"),
    "days": Words("days", "дни"),
    "hours": Words("hours", "часы"),
    "count": Words("count", "число"),
    "flag": Words("yes or no", "да или нет"),
    "grade": Words("grade", "категория"),
    "currency": Words("currency of the set", "валюта набора"),
    "currency/kg": Words("currency by kilogram", "валюта за килограмм"),
    "currency/unit": Words("currency by supplementary unit", "валюта за дополнительную единицу"),
    "kg/unit": Words("kilogram by supplementary unit", "килограмм на дополнительную единицу"),
}

DIRECTIONS: Final[dict[str, Words]] = {
    "higher": Words("higher is riskier", "чем выше, тем рискованнее"),
    "lower": Words("lower is riskier", "чем ниже, тем рискованнее"),
}

OPTIONS: Final[dict[str, Words]] = {
    "ratio": Words("divided by the usual (1 = as usual)", "делить на обычное (1 = как обычно)"),
    "difference": Words("minus the usual (0 = as usual)", "вычесть обычное (0 = как обычно)"),
    "declarations": Words("count declarations", "считать декларации"),
    "items": Words("count items", "считать товары"),
    "weekday": Words("day of the week, Monday = 1", "день недели, понедельник = 1"),
    "weekend": Words("Saturday or Sunday", "суббота или воскресенье"),
    "month_end": Words("last days of the month", "последние дни месяца"),
    "days_to_month_end": Words("days to the end of the month", "дней до конца месяца"),
    "hour": Words("hour of lodging", "час подачи"),
    "night": Words("lodged at night", "подана ночью"),
    "higher": Words(
        "highest neighbour minus the own rate", "наибольшая соседняя минус своя ставка"
    ),
    "lower": Words(
        "the own rate minus the lowest neighbour", "своя ставка минус наименьшая соседняя"
    ),
}
