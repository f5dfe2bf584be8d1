"""What a model looks at, as data: indicators, patterns of numbers, and groups of the effects part.

Nothing here names a trader, an office or a person as a category: of them only histories count
(age, volume, share of finds known by then), so that a model cannot learn names by heart.
"""

from dataclasses import dataclass, replace
from typing import Literal

from tamgha.risk.indicators import READY, Indicator
from tamgha.shared.words import Words

Subject = Literal["value", "mass", "tax", "goods", "route", "trader", "office", "form"]

SUBJECTS: dict[Subject, Words] = {
    "value": Words("Price", "Цена"),
    "mass": Words("Mass and quantity", "Вес и количество"),
    "tax": Words("Duty", "Пошлина"),
    "goods": Words("Goods", "Товар"),
    "route": Words("Route and origin", "Маршрут и происхождение"),
    "trader": Words("Trader", "Участник ВЭД"),
    "office": Words("Office and time", "Таможенный пост и время"),
    "form": Words("Way of declaring", "Способ декларирования"),
}
"""What a reason is about; the features of one subject are told as one reason."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One number that a model looks at.

    Parameters
    ----------
    name : identifier, unique
    label : what people read
    subject : what it is about
    unit : of the value as people read it
    log : whether the model sees the logarithm (of 1 + the value for counts and days)
    indicator : where the value comes from; None for a pattern of the row's own numbers
    screened : kept only if training rows show that it has to do with finds
    """

    name: str
    label: Words
    subject: Subject
    unit: str = ""
    log: bool = False
    indicator: Indicator | None = None
    screened: bool = False


VALUE = "statistical_value|item_price"
UNIT_VALUE = f"{VALUE} / net_mass_kg"

_GROUPS: dict[tuple[str, ...], Words] = {
    ("hs:2",): Words("the chapter", "товарной группы"),
    ("hs:4",): Words("the heading", "товарной позиции"),
    ("hs:6",): Words("the subheading", "товарной субпозиции"),
    ("hs:2", "origin"): Words("the chapter and origin", "товарной группы и страны"),
    ("hs:4", "origin"): Words("the heading and origin", "товарной позиции и страны"),
    ("hs:6", "origin"): Words("the subheading and origin", "товарной субпозиции и страны"),
    ("origin",): Words("the origin", "страны происхождения"),
    ("departure",): Words("the country of departure", "страны отправления"),
    ("tax_type",): Words("the kind of rate", "вида ставки"),
    ("origin", "departure"): Words("the route", "маршрута"),
    ("hs:2", "departure"): Words("the chapter and departure", "товарной группы и отправления"),
    ("hs:4", "departure"): Words("the heading and departure", "товарной позиции и отправления"),
    ("hs:2", "tax_type"): Words("the chapter and kind of rate", "товарной группы и вида ставки"),
    ("tax_type", "origin"): Words("the kind of rate and origin", "вида ставки и страны"),
}

_USUAL = (
    ("hs:2",),
    ("hs:4",),
    ("hs:6",),
    ("hs:2", "origin"),
    ("hs:4", "origin"),
    ("hs:6", "origin"),
    ("origin",),
)
_MEASURES: dict[str, tuple[str, Words, Subject]] = {
    "unit_value": (UNIT_VALUE, Words("Price per kg", "Цена за кг"), "value"),
    "value": (VALUE, Words("Value", "Стоимость"), "value"),
    "net_mass": ("net_mass_kg", Words("Net mass", "Вес нетто"), "mass"),
}


def _slug(keys: tuple[str, ...]) -> str:
    return "_".join(key.replace(":", "") for key in keys)


def _made(name: str, kind: str, label: Words, **rest: object) -> Indicator:
    return Indicator(
        name=name,
        kind=kind,
        label=label,
        definition=label,
        direction="higher",
        **rest,  # type: ignore[arg-type]  # fields of the dataclass, checked by it
    )


def _usual(measure: str, keys: tuple[str, ...]) -> Feature:
    text, what, subject = _MEASURES[measure]
    of = _GROUPS[keys]
    label = Words(
        f"{what.en} against the earlier usual of {of.en}",
        f"{what.ru} против прежнего обычного значения для {of.ru}",
    )
    name = f"{measure}_usual_{_slug(keys)}"
    indicator = _made(name, "usual", label, unit="ratio", measure=text, group=keys, min_count=1)
    return Feature(name, label, subject, "ratio", log=True, indicator=indicator)


def _history(keys: tuple[str, ...], smoothing: float) -> Feature:
    of = _GROUPS[keys]
    label = Words(f"Earlier finds of {of.en}", f"Прежняя доля находок для {of.ru}")
    name = f"finds_{_slug(keys)}"
    subject: Subject = "goods" if keys[0].startswith("hs") else "route"
    if keys == ("tax_type",):
        subject = "tax"
    indicator = _made(
        name, "find_rate", label, unit="share", group=keys, min_count=0, smoothing=smoothing
    )
    return Feature(name, label, subject, "share", indicator=indicator)


def _before(keys: tuple[str, ...]) -> Feature:
    of = _GROUPS[keys]
    label = Words(
        f"Declarations of {of.en} in the 90 days before", f"Число деклараций для {of.ru} за 90 дней"
    )
    name = f"count_{_slug(keys)}"
    indicator = _made(name, "count_before", label, unit="count", group=keys, window_days=90)
    subject: Subject = "goods" if keys[0].startswith("hs") else "route"
    return Feature(name, label, subject, "count", log=True, indicator=indicator)


_OWN_READY: dict[str, Subject] = {
    "unit_value_ratio": "value",
    "value_per_unit": "value",
    "value_per_unit_ratio": "value",
    "mass_ratio": "mass",
    "net_gross_ratio": "mass",
    "mass_per_unit": "mass",
    "mass_per_unit_ratio": "mass",
    "mass_per_package": "mass",
    "tax_rate_gap": "tax",
    "neighbour_duty_gap": "tax",
    "origin_usual_share": "route",
    "rate_kind_share": "tax",
}
_SCREENED_READY: dict[str, Subject] = {
    "unit_value_own_ratio": "value",
    "importer_age_days": "trader",
    "declarant_age_days": "trader",
    "exporter_age_days": "trader",
    "hs4_first_use_days": "trader",
    "importer_silence_days": "trader",
    "importer_declarations_before": "trader",
    "declarant_declarations_before": "trader",
    "importer_declarations_30d": "trader",
    "importer_volume_before": "trader",
    "importer_find_rate": "trader",
    "declarant_find_rate": "trader",
    "exporter_find_rate": "trader",
    "goods_usual_share": "trader",
    "importer_declarants_365d": "trader",
    "importer_origins_90d": "trader",
    "exporter_importers_365d": "trader",
    "splitting_7d": "trader",
    "route_seen_before": "route",
    "office_share": "office",
    "night_lodging": "office",
    "weekend_lodging": "office",
    "month_end": "office",
    "trader_grade": "trader",
}
_LOGGED_UNITS = {
    "ratio",
    "count",
    "days",
    "currency",
    "currency/kg",
    "currency/unit",
    "kg/unit",
    "kg",
}


def _ready(name: str, subject: Subject, *, screened: bool) -> Feature:
    one = READY[name]
    return Feature(
        name, one.label, subject, one.unit, one.unit in _LOGGED_UNITS, one, screened=screened
    )


OFFICE_FINDS = Feature(
    "finds_office",
    Words("Earlier finds at the office", "Прежняя доля находок на таможенном посту"),
    "office",
    "share",
    indicator=_made(
        "finds_office",
        "find_rate",
        Words("Earlier finds at the office", "Прежняя доля находок на таможенном посту"),
        unit="share",
        group=("office",),
        min_count=0,
        smoothing=60.0,
    ),
    screened=True,
)

PATTERNS: tuple[Feature, ...] = (
    Feature("net_mass", Words("Net mass", "Вес нетто"), "mass", "kg", log=True),
    Feature("value", Words("Value of the item", "Стоимость товара"), "value", "currency", log=True),
    Feature("unit_value", Words("Price per kg", "Цена за кг"), "value", "currency/kg", log=True),
    Feature("tax_rate", Words("Rate of duty", "Ставка пошлины"), "tax", "percent"),
    Feature("tax_at_stake", READY["tax_at_stake"].label, "tax", "currency", log=True),
    Feature("rate_broken", Words("Rate is no whole per cent", "Ставка не целая"), "tax", "flag"),
    Feature("mass_decimals", Words("Decimals of the mass", "Знаков после запятой в весе"), "mass"),
    Feature("mass_zeros", Words("Zeros at the end of the mass", "Нулей в конце веса"), "mass"),
    Feature("mass_last", Words("Last digit of the mass", "Последняя цифра веса"), "mass"),
    Feature("mass_first", Words("First digit of the mass", "Первая цифра веса"), "mass"),
    Feature("value_whole", Words("Value is a whole number", "Стоимость целая"), "value", "flag"),
    Feature("value_zeros", Words("Zeros at the end of the value", "Нулей в конце стоимости"), "value"),
    Feature("value_first", Words("First digit of the value", "Первая цифра стоимости"), "value"),
    Feature(
        "direct",
        Words("Departs from its country of origin", "Отправлен из страны происхождения"),
        "route",
        "flag",
    ),
    Feature("hs_chapter", Words("Chapter of the HS", "Группа ТН ВЭД"), "goods", "code"),
    Feature("hs_place", Words("Place in the HS", "Место в ТН ВЭД"), "goods", "code"),
)  # fmt: skip
"""Read from the row alone: sizes, roundness and digits of its numbers, and the place of its code in
the Harmonized System taken as an ordered scale (neighbouring codes are neighbouring goods)."""


def features(smoothing: float) -> tuple[Feature, ...]:
    """Return every feature, in the order of the columns; histories smoothed by so many rows."""
    usual = tuple(_usual(measure, keys) for measure in _MEASURES for keys in _USUAL)
    histories = tuple(_history(keys, smoothing) for keys in _GROUPS)
    counts = tuple(_before(keys) for keys in _USUAL)
    ready = tuple(_ready(name, subject, screened=False) for name, subject in _OWN_READY.items())
    seen = tuple(_ready(name, subject, screened=True) for name, subject in _SCREENED_READY.items())
    office = OFFICE_FINDS.indicator
    at_office = OFFICE_FINDS
    if office is not None:
        at_office = replace(OFFICE_FINDS, indicator=replace(office, smoothing=smoothing))
    return (*PATTERNS, *usual, *histories, *counts, *ready, *seen, at_office)


@dataclass(frozen=True, slots=True)
class Block:
    """One group of effects: every category that occurs often enough has a weight of its own.

    Parameters
    ----------
    keys : columns, cut (``hs:4``) or cut into steps (``net_mass~``: twelfths of training rows)
    label : what people read
    subject : what it is about
    scale : how freely its weights move, 1 as usual
    """

    keys: tuple[str, ...]
    label: Words
    subject: Subject
    scale: float = 1.0

    @property
    def name(self) -> str:
        """The keys in one text."""
        return "+".join(self.keys)
