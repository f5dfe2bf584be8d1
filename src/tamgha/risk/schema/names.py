"""How the fields of declarations are called in files: English, Russian, SAD boxes, ASYCUDA's export names.

Patterns are tried on the normalised name (small letters, one space between words); the first of a
column is the surest. Box names such as ``G33`` are those of EAEU exports ("графа 33").
"""

import re

_WORDS = re.compile(r"[^0-9a-zа-яё]+")
_HUMPS = re.compile(r"(?<=[a-zа-я])(?=[A-ZА-Я])")


def normal(name: str) -> str:
    """Return a field's name in small letters, with one space between words and digits kept."""
    return " ".join(_WORDS.sub(" ", _HUMPS.sub(" ", name).casefold()).split())


PERSONAL = re.compile(
    r"\b(fio|фио|surname|last name|first name|full name|person|inspector|officer|contact|phone|passport"
    r"|фамилия|имя|отчество|инспектор|должностное|телефон|паспорт|insp|director|директор)\b"
)
"""Names of fields that hold people; they start as left out."""

NAMES: dict[str, tuple[str, ...]] = {
    "declaration": (
        r"^(declaration|decl|dt) (id|no|nr|num|number)$|^(номер|nomer) (дт|гтд|декларации|dt|gtd)$",
        r"\b(g01 nd|nd|reg(istration)? (no|nr|number)|mrn|ide reg nbr|reg nber|рег номер|регистрационный номер)\b",
        r"declaration|деклараци|\b(gtd|гтд|дт|dt)\b",
        r"^(number|no|nr|номер|id)$",
    ),
    "item": (
        r"^(item|item (no|nr|num|number)|g32|номер товара|№ товара|itm nbr)$|\bg32\b",
        r"\b(item (no|nr|number)|kda itm nbr|товар n|n товара|порядковый)\b",
    ),
    "direction": (
        r"^(direction|направление|im ex|g01 1|regime type|flow)$",
        r"\b(direction|flow|направлен\w*|трад)\b",
    ),
    "office": (
        r"^(office|office (id|code)|customs office|код (таможни|то|таможенного органа)|kod (to|tam\w*|posta?)|cuo cod)$",
        r"\b(office|таможенн\w* орган|таможн\w|cuo|post|пост)\b",
    ),
    "lodged": (
        r"^(date|lodged|date (of )?(lodg\w*|registration|reg)|data reg|дата (подачи|регистрации)|ide reg dat|reg date)$",
        r"\b(date|data|дата|dat|lodged)\b",
    ),
    "declarant": (
        r"^(declarant|declarant (id|code)|g14\w*|декларант|broker)\b|^dec cod$",
        r"\b(declarant|broker|декларант\w*|g14|брокер)\b",
    ),
    "importer": (
        r"^(importer|importer (id|code)|consignee( id| code)?|g08( kod)?|g8|импортер|импортёр|получатель|cmp con cod)$",
        r"\b(importer|consignee|импорт[её]р\w*|получател\w*|g08|g8)\b",
        r"\b(инн|tin|taxpayer)\b",
    ),
    "exporter": (
        r"^(exporter|exporter (id|code)|consignor( id| code)?|g02( kod)?|g2|экспортер|экспортёр|отправитель|seller( id)?|cmp exp cod)$",
        r"\b(exporter|consignor|seller|supplier|экспорт[её]р\w*|отправител\w*|продавец|g02|g2)\b",
    ),
    "carrier": (r"^(carrier|courier)( id| code)?$", r"\b(carrier|courier|перевозчик\w*)\b"),
    "procedure": (
        r"^(procedure|cpc|g37\w*|процедура|import type|regime)$|\bg37\b",
        r"\b(procedure|cpc|процедур\w*|режим\w*|regime)\b",
    ),
    "additional_procedure": (
        r"^(additional procedure|import use|g37 2|особенность перемещения)$",
        r"\b(additional procedure|особенност\w*)\b",
    ),
    "process": (r"^(process type|kind of processing|вид оформления)$", r"\bprocess\w*\b"),
    "payment": (
        r"^(payment( type)?|mop|method of payment|способ платежа)$",
        r"\b(payment|оплат\w*|платеж\w* способ)\b",
    ),
    "transport_mode": (
        r"^(mode of transport|transport mode|g25\w*|вид транспорта)$|\bg25\b",
        r"\b(transport mode|mode of transport|вид транспорт\w*|mot)\b",
    ),
    "tax_type": (r"^(tax type|kind of rate|вид ставки)$", r"\b(tax type|вид (ставки|платежа))\b"),
    "origin_marking": (r"^(country of origin indicator|origin marking|маркировка происхождения)$",),
    "preference": (r"^(preference|g36\w*|преференция)$|\bg36\b", r"\b(preference|преференц\w*)\b"),
    "hs": (
        r"^(hs|hs code|hs6( code)?|hs10( code)?|g33\w*( tnved)?|код тн ?вэд|тнвэд|тн вэд|tnved|tar hsc nb1|commodity code)$|\bg33\b",
        r"\b(hs|hscode|hs6|hs10|tnved|тнвэд|тн вэд|commodity|tariff|tarif)\b",
    ),
    "goods": (
        r"^(goods|description( of goods)?|g31( 1)?|описание( товара)?|наименование( товара)?|gds ds3)$",
        r"\b(description|goods|описани\w*|наименован\w* товар\w*)\b",
    ),
    "origin": (
        r"^(origin|country of origin|origin country|g34\w*( strana)?|страна происхождения|cty orig)$|\bg34\b",
        r"\b(origin|происхожд\w*)\b",
    ),
    "departure": (
        r"^(departure|country of departure|dispatch country|g15\w*( otpr)?|страна отправления)$|\bg15\w?\b",
        r"\b(departure|dispatch|export country|отправлени\w*)\b",
    ),
    "destination": (
        r"^(destination|country of destination|g17\w*|страна назначения)$|\bg17\w?\b",
        r"\b(destination|назначени\w*)\b",
    ),
    "trading_country": (
        r"^(trading country|g11\w*|торгующая страна)$|\bg11\b",
        r"\b(trading country|торгующ\w*)\b",
    ),
    "packages": (
        r"^(packages|number of packages|g31 (2|6|mest)\w*|количество мест|мест|pck nbr)$|\bg31 mest\b",
        r"\b(packages|pkgs|colis|грузов\w* мест\w*|мест)\b",
    ),
    "gross_mass_kg": (
        r"^(gross( mass| weight)?( kg)?|g35\w*( brutto)?|вес брутто( кг)?|брутто)$|\bg35\b",
        r"\b(gross|brutto|брутто)\b",
    ),
    "net_mass_kg": (
        r"^(net( mass| weight)?( kg)?|g38\w*( netto)?|вес нетто( кг)?|нетто)$|\bg38\b",
        r"\b(net|netto|нетто)\b",
    ),
    "supplementary_units": (
        r"^(supplementary units|g41\w*|дополнительные единицы|дэи)$|\bg41\b",
        r"\b(supplementary|доп\w* ед\w*|дэи)\b",
    ),
    "item_price": (
        r"^(item price|invoice value|price|g42\w*|цена товара|фактурная стоимость)$|\bg42\b",
        r"\b(price|цена|фактурн\w*|item value)\b",
    ),
    "currency": (
        r"^(currency( code)?|g22( val\w*| 1)?|валюта|код валюты)$",
        r"\b(currency|валют\w*)\b",
    ),
    "statistical_value": (
        r"^(statistical value|g46\w*( stoim)?|статистическая стоимость|stat value)$|\bg46\b",
        r"\b(statistical|статистич\w*|stat val\w*)\b",
    ),
    "tax_rate": (r"^(tax rate|duty rate|rate|ставка( пошлины)?)$", r"\b(rate|ставк\w*)\b"),
    "duty": (
        r"^(duty|duties|duty amount|tax amount|сумма платежей|сумма пошлины|g47\w* sum\w*)$",
        r"\b(duty|duties|taxes|платеж\w*|пошлин\w*)\b",
    ),
    "incoterm": (
        r"^(incoterms?|g20\w*|условия поставки|delivery terms?)$|\bg20\b",
        r"\b(incoterm\w*|delivery term\w*|услови\w* поставки)\b",
    ),
    "valuation_method": (
        r"^(valuation method|g43\w*|мос|метод определения стоимости)$|\bg43\b",
        r"\b(valuation|метод)\b",
    ),
    "previous_document": (r"^(previous document|g40\w*|предшествующий документ)$|\bg40\b",),
    "transport_document": (r"^(transport document|b l|cmr|awb|транспортный документ)$",),
    "border_office": (r"^(border office|g29\w*|орган на границе)$|\bg29\b",),
    "location": (r"^(location( of goods)?|g30\w*|местонахождение( товаров)?)$|\bg30\b",),
    "vehicle": (r"^(vehicle|g18\w*|транспортное средство)$|\bg18\b",),
    "containers": (r"^(containers?|контейнер\w*)$",),
    "seals": (r"^(seals?|пломб\w*)$",),
    "nature": (r"^(nature( of transaction)?|g24\w*|характер сделки)$|\bg24\b",),
    "invoice_amount": (
        r"^(invoice (amount|total)|g22 (sum|total)\w*|сумма по счету|сумма по счёту)$",
    ),
    "findings.found": (
        r"^(fraud|finding|found|illicit|rez dosm|результат досмотра|нарушение|hit|irregularity)$",
        r"\b(fraud|illicit|finding|нарушен\w*|досм\w*|результат)\b",
    ),
    "findings.kind": (r"^(critical fraud|kind of (fraud|finding)|вид нарушения)$",),
    "findings.known": (r"^(known|finding date|дата результата)$",),
    "findings.duty": (r"^(duty assessed|additional duty|доначислено)$", r"\bдоначислен\w*\b"),
    "findings.penalty": (r"^(penalty|fine|штраф)$",),
}
"""Patterns of field names by column."""
