"""The kinds of indicators: what each computes and which parameters it takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tamgha.shared.words import Words

_MISSING = Words("a missing operand", "нет одного из значений")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind, as data.

    Parameters
    ----------
    name : as written in a declaration of an indicator
    label, meaning : words for people; meaning states the formula
    needs : parameters that must be given
    takes : parameters that may be given besides
    options : allowed values of ``option``, the first is taken when none is given
    nothing : what gives NULL
    """

    name: str
    label: Words
    meaning: Words
    needs: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()
    options: tuple[str, ...] = ()
    nothing: Words = _MISSING


_WINDOW = frozenset({"window_days"})
_COUNTED = ("declarations", "items")

_KINDS = (
    Kind(
        "own",
        Words("Own columns", "Собственные графы"),
        Words("Arithmetic on the row's own columns.", "Арифметика над графами самой строки."),
        needs=frozenset({"measure"}),
        nothing=Words(
            "a missing operand or a division by zero", "нет значения или деление на ноль"
        ),
    ),
    Kind(
        "usual",
        Words("Against the usual value", "Против обычного значения"),
        Words(
            "The measure over (or minus) its median among rows of the same group on earlier days "
            "of the window.",
            "Величина, делённая на медиану (или минус медиана) строк той же группы за прежние дни "
            "окна.",
        ),
        needs=frozenset({"measure", "group"}),
        takes=_WINDOW | {"min_count"},
        options=("ratio", "difference"),
        nothing=Words(
            "fewer earlier values than the minimum, a median of 0 in a ratio, or no own value",
            "прежних значений меньше минимума, медиана 0 в отношении или нет своего значения",
        ),
    ),
    Kind(
        "count_before",
        Words("Count before", "Число ранее"),
        Words(
            "Declarations (or items) of the group on earlier days of the window.",
            "Число деклараций (или товаров) группы за прежние дни окна.",
        ),
        needs=frozenset({"group"}),
        takes=_WINDOW,
        options=_COUNTED,
        nothing=Words("a missing key", "нет значения ключа"),
    ),
    Kind(
        "sum_before",
        Words("Sum before", "Сумма ранее"),
        Words(
            "Sum of the measure, each taken to three decimals, over rows of the group on earlier "
            "days of the window.",
            "Сумма величины (с точностью до трёх знаков) по строкам группы за прежние дни окна.",
        ),
        needs=frozenset({"measure", "group"}),
        takes=_WINDOW,
        nothing=Words("a missing key", "нет значения ключа"),
    ),
    Kind(
        "find_rate",
        Words("Find rate known by then", "Известная доля находок"),
        Words(
            "(found + k·r) / (examined + k) over findings of the group known by then; k is the "
            "smoothing, r the same rate over all groups.",
            "(выявлено + k·r) / (досмотрено + k) по известным к тому дню результатам группы; "
            "k — сглаживание, r — та же доля по всем группам.",
        ),
        needs=frozenset({"group"}),
        takes=_WINDOW | {"delay_days", "min_count", "smoothing"},
        nothing=Words(
            "fewer findings than the minimum, or none anywhere",
            "результатов меньше минимума либо их нет вовсе",
        ),
    ),
    Kind(
        "days_since_first",
        Words("Days since first", "Дней с первого раза"),
        Words(
            "Days from the group's first declaration in the set to this one; 0 on the first day.",
            "Дней от первой декларации группы в наборе до этой; в первый день 0.",
        ),
        needs=frozenset({"group"}),
        nothing=Words("a missing key", "нет значения ключа"),
    ),
    Kind(
        "days_since_last",
        Words("Days since last", "Дней с последнего раза"),
        Words(
            "Days since the group's last declaration on an earlier day of the window.",
            "Дней с последней декларации группы в прежние дни окна.",
        ),
        needs=frozenset({"group"}),
        takes=_WINDOW,
        nothing=Words("none before", "ранее не было"),
    ),
    Kind(
        "share_within",
        Words("Share within", "Доля внутри"),
        Words(
            "Among declarations (or items) of the group on earlier days of the window, the share "
            "that has this row's value in the further keys.",
            "Доля деклараций (или товаров) группы за прежние дни окна с тем же значением "
            "дополнительных ключей, что у этой строки.",
        ),
        needs=frozenset({"group", "of"}),
        takes=_WINDOW | {"min_count"},
        options=_COUNTED,
        nothing=Words(
            "fewer earlier declarations than the minimum", "прежних деклараций меньше минимума"
        ),
    ),
    Kind(
        "distinct_before",
        Words("Distinct before", "Различных ранее"),
        Words(
            "Number of distinct values of the further keys in the group on earlier days of the "
            "window.",
            "Число различных значений дополнительных ключей в группе за прежние дни окна.",
        ),
        needs=frozenset({"group", "of"}),
        takes=_WINDOW,
        nothing=Words("a missing key of the group", "нет значения ключа группы"),
    ),
    Kind(
        "calendar",
        Words("Calendar", "Календарь"),
        Words(
            "Property of the local day or hour of lodging.",
            "Свойство местного дня или часа подачи.",
        ),
        options=("weekday", "weekend", "month_end", "days_to_month_end", "hour", "night"),
        nothing=Words("no hour in the file", "в файле нет часа"),
    ),
    Kind(
        "roundness",
        Words("Roundness", "Круглость"),
        Words(
            "Zeros at the end of the measure, when it is a whole number of units (0 to 9).",
            "Число нулей на конце величины, если она целая (от 0 до 9).",
        ),
        needs=frozenset({"measure"}),
        nothing=Words("no value, or 0", "нет значения или 0"),
    ),
    Kind(
        "neighbour_duty",
        Words("Duty of neighbouring codes", "Пошлина соседних кодов"),
        Words(
            "Rate last seen under each other code of the group within the window (the day's "
            "extreme); the highest of them minus the own rate, or the own minus the lowest.",
            "Последняя ставка каждого другого кода группы в окне (крайняя за день): наибольшая "
            "минус своя либо своя минус наименьшая.",
        ),
        needs=frozenset({"measure", "group", "of", "window_days"}),
        options=("higher", "lower"),
        nothing=Words("no neighbour seen, or no own rate", "соседей не было или нет своей ставки"),
    ),
    Kind(
        "trader_grade",
        Words("Monthly grade", "Категория на месяц"),
        Words(
            "Grade by the first rule that holds for what was known on the first day of the month.",
            "Категория по первому правилу, верному для известного на первый день месяца.",
        ),
        needs=frozenset({"group", "rules"}),
        takes=_WINDOW | {"delay_days"},
        nothing=Words("a missing key, or no rule holds", "нет значения ключа или ни одно правило"),
    ),
)

KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _KINDS})
"""Kinds by name."""
