"""Risk areas: the possible breach, as data. An indicator raises or lowers the risk in an area.

The areas are those named by UNECE TFIG (undervaluation, origin, classification; drugs, intellectual
property, arms) and by COMCEC, Facilitating Trade: Improving Customs Risk Management Systems, p. 16,
with passengers, post and the service's own integrity added.
"""

from dataclasses import dataclass
from typing import Final

from tamgha.shared.words import Words


@dataclass(frozen=True, slots=True)
class Area:
    """One area: its code, its name, and what belongs to it."""

    code: str
    label: Words
    about: Words


AREAS: Final[tuple[Area, ...]] = (
    Area(
        "valuation",
        Words("Valuation", "Таможенная стоимость"),
        Words("declared value too low or too high", "занижение или завышение стоимости"),
    ),
    Area(
        "classification",
        Words("Classification", "Классификация"),
        Words("a code of a lower duty or without a licence", "код с меньшей пошлиной или без лицензии"),
    ),
    Area(
        "origin",
        Words("Origin and preference", "Происхождение и преференции"),
        Words("false origin, false certificates", "ложное происхождение, поддельные сертификаты"),
    ),
    Area(
        "quantity",
        Words("Quantity and description", "Количество и описание"),
        Words("more, less or other goods than declared", "больше, меньше или не те товары"),
    ),
    Area(
        "procedures",
        Words("Procedures and reliefs", "Процедуры и льготы"),
        Words("misuse of reliefs and of special procedures", "нарушение условий льгот и процедур"),
    ),
    Area(
        "transit",
        Words("Transit", "Транзит"),
        Words("goods that leave the way, opened seals", "недоставка, вскрытие пломб"),
    ),
    Area(
        "prohibitions",
        Words("Prohibitions and restrictions", "Запреты и ограничения"),
        Words("goods that need a permit, or may not pass", "товары под запретом или разрешением"),
    ),
    Area(
        "security",
        Words("Arms and dual-use goods", "Оружие и товары двойного назначения"),
        Words("arms, their parts, goods under export control", "оружие, его части, экспортный контроль"),
    ),
    Area(
        "drugs",
        Words("Drugs and precursors", "Наркотики и прекурсоры"),
        Words("narcotics, their precursors, new substances", "наркотики, прекурсоры, новые вещества"),
    ),
    Area(
        "excise",
        Words("Tobacco, alcohol, fuel", "Табак, алкоголь, топливо"),
        Words("excise goods past the stamp", "подакцизные товары без марок"),
    ),
    Area(
        "property",
        Words("Intellectual property", "Интеллектуальная собственность"),
        Words("counterfeit and pirated goods", "контрафактные товары"),
    ),
    Area(
        "safety",
        Words("Health and environment", "Здоровье и окружающая среда"),
        Words("unsafe goods, waste, protected species", "опасные товары, отходы, охраняемые виды"),
    ),
    Area(
        "passengers",
        Words("Passengers and cash", "Пассажиры и наличные"),
        Words("goods beyond the allowance, undeclared cash", "товары сверх нормы, незадекларированные деньги"),
    ),
    Area(
        "post",
        Words("Post and express parcels", "Почта и экспресс-грузы"),
        Words("parcels split under the limit, false senders", "дробление посылок, ложные отправители"),
    ),
    Area(
        "integrity",
        Words("Own integrity and systems", "Добросовестность и системы"),
        Words("collusion, leaks, failing systems", "сговор, утечки, отказы систем"),
    ),
)  # fmt: skip

BY_CODE: Final = {one.code: one for one in AREAS}


def area_label(code: str) -> Words:
    """Return the name of an area; a code that is no longer known stands for itself."""
    found = BY_CODE.get(code)
    return found.label if found else Words(code, code)
