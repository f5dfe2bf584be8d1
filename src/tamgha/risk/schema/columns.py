"""The columns of a declaration row and of a finding: names, boxes, types, units, limits, words.

Names follow the boxes of the Single Administrative Document (SAD, European Commission, "Full SAD"
guidelines) and public vocabulary of the WCO; numbers of boxes stand beside them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pyarrow as pa

from tamgha.shared.words import Words

DIRECTIONS = ("import", "export", "transit")
"""Directions of trade, as they stand in the column ``direction``."""

HS_EDITIONS = (2012, 2017, 2022, 2028)
"""Editions of the Harmonized System that a code may belong to (year of entry into force)."""

FINDING_STATES = ("partial", "final", "revised", "overturned")
"""What a version of a finding is: a beginning, the result, its correction, or its annulment."""

WAYS = ("criteria", "max_hits", "random", "topup", "mandatory", "score", "explore", "other")
"""How an examined item came to be examined."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column, as data.

    Parameters
    ----------
    name : canonical name, used everywhere in the engine
    box : SAD box ("33", "31/6"), empty where the document has none
    type : Arrow type of the stored column
    label, meaning : words for a head of a table, and for the reader who asks
    unit : "kg", "percent", "currency" (amount in the row's or the set's currency), "count" or ""
    required : refused when empty
    derived : computed at intake, never mapped
    codes : name of a code list in ``CODE_LISTS``, or "hs", or ""
    low, high : float or None
        Outside them a value is refused (both limits belong to the allowed range).
    usual_low, usual_high : float or None
        Outside them a value is taken with a warning.
    above_low : bool
        Whether ``low`` itself is already refused.
    """

    name: str
    box: str
    type: pa.DataType
    label: Words
    meaning: Words
    unit: str = ""
    required: bool = False
    derived: bool = False
    codes: str = ""
    low: float | None = None
    high: float | None = None
    usual_low: float | None = None
    usual_high: float | None = None
    above_low: bool = False

    @property
    def is_number(self) -> bool:
        """Whether values are numbers."""
        return bool(pa.types.is_integer(self.type) or pa.types.is_floating(self.type))

    @property
    def is_text(self) -> bool:
        """Whether values are text (codes, identifiers, descriptions)."""
        return bool(pa.types.is_string(self.type))


STRING, FLOAT = pa.string(), pa.float64()
MOMENT = pa.timestamp("us", tz="UTC")

_ITEM_COLUMNS = (
    Column(
        "declaration",
        "A",
        STRING,
        Words("Declaration number", "Номер декларации"),
        Words(
            "Number under which the declaration was registered; all its items share it.",
            "Регистрационный номер декларации; он один у всех её товаров.",
        ),
        required=True,
    ),
    Column(
        "item",
        "32",
        pa.int32(),
        Words("Item number", "Номер товара"),
        Words(
            "Number of the item within its declaration, from 1.",
            "Порядковый номер товара в декларации, начиная с 1.",
        ),
        unit="count",
        required=True,
        low=1,
        high=99_999,
    ),
    Column(
        "direction",
        "1",
        STRING,
        Words("Direction", "Направление"),
        Words("Import, export or transit.", "Импорт, экспорт или транзит."),
        required=True,
        codes="direction",
    ),
    Column(
        "office",
        "A",
        STRING,
        Words("Customs office", "Таможенный пост"),
        Words(
            "Office at which the declaration was lodged.",
            "Таможенный пост, на который подана декларация.",
        ),
        required=True,
    ),
    Column(
        "lodged",
        "A",
        MOMENT,
        Words("Lodged", "Подана"),
        Words(
            "Moment of lodging, in UTC; midnight at the office when the file had only a day.",
            "Момент подачи по UTC; полночь по местному времени, если в файле был только день.",
        ),
        required=True,
    ),
    Column(
        "day",
        "A",
        pa.date32(),
        Words("Day", "День"),
        Words(
            "Calendar day of lodging where the office stands; 'before' means a strictly earlier day.",
            "Календарный день подачи по месту таможенного поста; «раньше» — строго более ранний день.",
        ),
        required=True,
        derived=True,
    ),
    Column(
        "hour",
        "A",
        pa.int8(),
        Words("Hour", "Час"),
        Words(
            "Hour of lodging where the office stands, 0 to 23; empty if the file had only a day.",
            "Час подачи по месту таможенного поста, 0–23; пусто, если в файле был только день.",
        ),
        derived=True,
        low=0,
        high=23,
    ),
    Column(
        "declarant",
        "14",
        STRING,
        Words("Declarant", "Декларант"),
        Words(
            "Person or broker who lodged the declaration, by code.",
            "Лицо или таможенный представитель, подавшие декларацию (код).",
        ),
    ),
    Column(
        "importer",
        "8",
        STRING,
        Words("Importer", "Импортёр"),
        Words("Consignee of the goods, by code.", "Получатель товаров (код)."),
    ),
    Column(
        "exporter",
        "2",
        STRING,
        Words("Exporter", "Экспортёр"),
        Words("Consignor or seller, by code.", "Отправитель или продавец (код)."),
    ),
    Column(
        "carrier",
        "21",
        STRING,
        Words("Carrier", "Перевозчик"),
        Words(
            "Carrier or courier at the border, by code.", "Перевозчик или курьер на границе (код)."
        ),
    ),
    Column(
        "procedure",
        "37",
        STRING,
        Words("Procedure", "Процедура"),
        Words("Customs procedure, by national code.", "Таможенная процедура (национальный код)."),
    ),
    Column(
        "additional_procedure",
        "37",
        STRING,
        Words("Further procedure code", "Особенность перемещения"),
        Words(
            "Second part of the procedure: use of the goods or a special feature.",
            "Вторая часть кода процедуры: назначение товаров или особенность перемещения.",
        ),
    ),
    Column(
        "process",
        "",
        STRING,
        Words("Kind of processing", "Вид оформления"),
        Words(
            "How the declaration was processed, by national code.",
            "Порядок оформления декларации (национальный код).",
        ),
    ),
    Column(
        "payment",
        "47",
        STRING,
        Words("Method of payment", "Способ платежа"),
        Words(
            "How duties are paid, by national code.", "Способ уплаты платежей (национальный код)."
        ),
    ),
    Column(
        "transport_mode",
        "25",
        STRING,
        Words("Mode of transport", "Вид транспорта"),
        Words(
            "Mode of transport at the border: one digit of UN/ECE Recommendation 19, or a national code.",
            "Вид транспорта на границе: цифра по Рекомендации № 19 ЕЭК ООН или национальный код.",
        ),
    ),
    Column(
        "tax_type",
        "47",
        STRING,
        Words("Kind of rate", "Вид ставки"),
        Words(
            "Which rate was applied (base, agreement, quota …), by national code.",
            "Какая ставка применена (базовая, по соглашению, квота …), национальный код.",
        ),
    ),
    Column(
        "origin_marking",
        "",
        STRING,
        Words("Origin marking", "Маркировка происхождения"),
        Words(
            "How the goods show their origin, by national code.",
            "Как на товаре обозначена страна происхождения (национальный код).",
        ),
    ),
    Column(
        "preference",
        "36",
        STRING,
        Words("Preference", "Преференция"),
        Words(
            "Preference claimed, by national code.", "Заявленная преференция (национальный код)."
        ),
    ),
    Column(
        "hs",
        "33",
        STRING,
        Words("HS code", "Код ТН ВЭД"),
        Words(
            "Commodity code, 6 to 10 digits; the first six are the Harmonized System's.",
            "Код товара, от 6 до 10 знаков; первые шесть — код Гармонизированной системы.",
        ),
        required=True,
        codes="hs",
    ),
    Column(
        "hs_edition",
        "",
        pa.int16(),
        Words("HS edition", "Редакция ГС"),
        Words(
            "Edition of the Harmonized System that the code belongs to.",
            "Редакция Гармонизированной системы, к которой относится код.",
        ),
        required=True,
        codes="hs_edition",
    ),
    Column(
        "goods",
        "31",
        STRING,
        Words("Description of goods", "Описание товара"),
        Words("Goods in the declarant's words.", "Описание товара словами декларанта."),
    ),
    Column(
        "origin",
        "34",
        STRING,
        Words("Country of origin", "Страна происхождения"),
        Words(
            "Country of origin, ISO 3166, two letters.", "Страна происхождения, две буквы ISO 3166."
        ),
        codes="country",
    ),
    Column(
        "departure",
        "15a",
        STRING,
        Words("Country of departure", "Страна отправления"),
        Words(
            "Country from which the goods were dispatched, ISO 3166, two letters.",
            "Страна отправления товаров, две буквы ISO 3166.",
        ),
        codes="country",
    ),
    Column(
        "destination",
        "17a",
        STRING,
        Words("Country of destination", "Страна назначения"),
        Words(
            "Country to which the goods go, ISO 3166, two letters.",
            "Страна назначения товаров, две буквы ISO 3166.",
        ),
        codes="country",
    ),
    Column(
        "trading_country",
        "11",
        STRING,
        Words("Trading country", "Торгующая страна"),
        Words(
            "Country of the other party to the sale, ISO 3166, two letters.",
            "Страна контрагента по сделке, две буквы ISO 3166.",
        ),
        codes="country",
    ),
    Column(
        "packages",
        "31/6",
        pa.int32(),
        Words("Packages", "Грузовые места"),
        Words("Number of packages.", "Количество грузовых мест."),
        unit="count",
        low=0,
        high=10_000_000,
        usual_high=100_000,
    ),
    Column(
        "gross_mass_kg",
        "35",
        FLOAT,
        Words("Gross mass, kg", "Вес брутто, кг"),
        Words("Mass with packing, kilograms.", "Масса с упаковкой, килограммы."),
        unit="kg",
        low=0,
        high=1e9,
        usual_low=0.001,
    ),
    Column(
        "net_mass_kg",
        "38",
        FLOAT,
        Words("Net mass, kg", "Вес нетто, кг"),
        Words("Mass without packing, kilograms.", "Масса без упаковки, килограммы."),
        unit="kg",
        low=0,
        high=1e9,
        usual_low=0.001,
    ),
    Column(
        "supplementary_units",
        "41",
        FLOAT,
        Words("Supplementary units", "Дополнительные единицы"),
        Words(
            "Quantity in the supplementary unit of the tariff.",
            "Количество в дополнительных единицах измерения.",
        ),
        low=0,
        high=1e12,
    ),
    Column(
        "item_price",
        "42",
        FLOAT,
        Words("Item price", "Цена товара"),
        Words("Price of the item, in the row's currency.", "Цена товара в валюте строки."),
        unit="currency",
        low=0,
        high=1e15,
        usual_low=0.01,
    ),
    Column(
        "currency",
        "22",
        STRING,
        Words("Currency", "Валюта"),
        Words(
            "Currency of the price, ISO 4217, three letters.", "Валюта цены, три буквы ISO 4217."
        ),
        codes="currency",
    ),
    Column(
        "statistical_value",
        "46",
        FLOAT,
        Words("Statistical value", "Статистическая стоимость"),
        Words(
            "Statistical value, in the currency of the set.",
            "Статистическая стоимость в валюте набора.",
        ),
        unit="currency",
        low=0,
        high=1e15,
        usual_low=0.01,
    ),
    Column(
        "tax_rate",
        "47",
        FLOAT,
        Words("Rate of duty, %", "Ставка пошлины, %"),
        Words(
            "Rate of duty in percent of the value; a few genuine tariffs pass 700 %.",
            "Ставка пошлины в процентах от стоимости; отдельные ставки превышают 700 %.",
        ),
        unit="percent",
        low=0,
        high=10_000,
        usual_high=1_000,
    ),
    Column(
        "duty",
        "47",
        FLOAT,
        Words("Duty and tax", "Сумма платежей"),
        Words(
            "Amount of duty and tax charged, in the currency of the set.",
            "Начисленная сумма пошлин и налогов в валюте набора.",
        ),
        unit="currency",
        low=0,
        high=1e15,
    ),
    Column(
        "incoterm",
        "20",
        STRING,
        Words("Delivery terms", "Условия поставки"),
        Words("Term of delivery, Incoterms 2020.", "Условия поставки, Инкотермс 2020."),
        codes="incoterm",
    ),
    Column(
        "valuation_method",
        "43",
        STRING,
        Words("Valuation method", "Метод определения стоимости"),
        Words(
            "Method of customs valuation, 1 to 6 (WTO Valuation Agreement), or a national code.",
            "Метод определения таможенной стоимости, 1–6 (Соглашение ВТО), или национальный код.",
        ),
    ),
    Column(
        "previous_document",
        "40",
        STRING,
        Words("Previous document", "Предшествующий документ"),
        Words(
            "Summary declaration or earlier document.",
            "Предварительная декларация или предшествующий документ.",
        ),
    ),
    Column(
        "transport_document",
        "44",
        STRING,
        Words("Transport document", "Транспортный документ"),
        Words("Number of the transport document.", "Номер транспортного документа."),
    ),
    Column(
        "border_office",
        "29",
        STRING,
        Words("Border office", "Орган на границе"),
        Words("Office of entry or exit.", "Таможенный орган въезда или выезда."),
    ),
    Column(
        "location",
        "30",
        STRING,
        Words("Location of goods", "Местонахождение товаров"),
        Words("Where the goods can be examined.", "Место, где можно провести досмотр товаров."),
    ),
    Column(
        "vehicle",
        "18",
        STRING,
        Words("Means of transport", "Транспортное средство"),
        Words(
            "Identity of the vehicle on arrival or departure.",
            "Номер транспортного средства при прибытии или убытии.",
        ),
    ),
    Column(
        "containers",
        "31",
        STRING,
        Words("Containers", "Контейнеры"),
        Words("Numbers of the containers.", "Номера контейнеров."),
    ),
    Column(
        "seals",
        "D",
        STRING,
        Words("Seals", "Пломбы"),
        Words("Numbers of the seals.", "Номера пломб."),
    ),
    Column(
        "nature",
        "24",
        STRING,
        Words("Nature of transaction", "Характер сделки"),
        Words("Nature of the transaction, by code.", "Характер сделки (код)."),
    ),
    Column(
        "registration_form",
        "1",
        STRING,
        Words("Form of declaration", "Форма декларации"),
        Words(
            "Second part of box 1: form of the declaration, by code.",
            "Второй подраздел графы 1: форма декларации (код).",
        ),
    ),
    Column(
        "invoice_amount",
        "22",
        FLOAT,
        Words("Invoice total", "Сумма по счёту"),
        Words(
            "Total of the invoice, in the row's currency.", "Общая сумма по счёту в валюте строки."
        ),
        unit="currency",
        low=0,
        high=1e15,
    ),
)

COLUMNS: Mapping[str, Column] = MappingProxyType({column.name: column for column in _ITEM_COLUMNS})
"""Columns of a declaration row by name, in the order in which they are stored."""

_FINDING_COLUMNS = (
    COLUMNS["declaration"],
    COLUMNS["item"],
    Column(
        "version",
        "",
        pa.int32(),
        Words("Version", "Версия"),
        Words("Version of the finding, from 1.", "Версия результата, начиная с 1."),
        required=True,
        low=1,
        high=10_000,
    ),
    Column(
        "examined",
        "",
        pa.date32(),
        Words("Examined", "Досмотрен"),
        Words("Day of the examination.", "День досмотра."),
    ),
    Column(
        "known",
        "",
        pa.date32(),
        Words("Known", "Стало известно"),
        Words(
            "Day on which this version became known; usable from the next day on.",
            "День, когда эта версия стала известна; учитывается со следующего дня.",
        ),
        required=True,
    ),
    Column(
        "found",
        "",
        pa.bool_(),
        Words("Irregularity found", "Нарушение выявлено"),
        Words("Whether an irregularity was found.", "Выявлено ли нарушение."),
        required=True,
        codes="yes_no",
    ),
    Column(
        "kind",
        "",
        STRING,
        Words("Kind of irregularity", "Вид нарушения"),
        Words("What kind of irregularity, by code.", "Вид нарушения (код)."),
    ),
    Column(
        "quantity",
        "",
        FLOAT,
        Words("Quantity found", "Выявленное количество"),
        Words("Quantity concerned, in the item's unit.", "Количество, единица — как у товара."),
        low=0,
        high=1e12,
    ),
    Column(
        "value",
        "",
        FLOAT,
        Words("Value concerned", "Стоимость нарушения"),
        Words("Value of the goods concerned.", "Стоимость товаров, к которым относится нарушение."),
        unit="currency",
        low=0,
        high=1e15,
    ),
    Column(
        "duty",
        "",
        FLOAT,
        Words("Duty assessed", "Доначислено"),
        Words("Duty and tax assessed on top.", "Доначисленные пошлины и налоги."),
        unit="currency",
        low=0,
        high=1e15,
    ),
    Column(
        "penalty",
        "",
        FLOAT,
        Words("Penalty", "Штраф"),
        Words("Penalty imposed.", "Наложенный штраф."),
        unit="currency",
        low=0,
        high=1e15,
    ),
    Column(
        "state",
        "",
        STRING,
        Words("State of the finding", "Состояние результата"),
        Words(
            "Partial, final, revised or overturned.",
            "Частичный, окончательный, пересмотренный или отменённый.",
        ),
        required=True,
        codes="finding_state",
    ),
    Column(
        "way",
        "",
        STRING,
        Words("Way of selection", "Основание досмотра"),
        Words(
            "How the item came to be examined; 'random' alone supports estimates for all trade.",
            "Почему товар досмотрен; только «random» позволяет оценивать весь поток.",
        ),
        required=True,
        codes="way",
    ),
    Column(
        "inclusion",
        "",
        FLOAT,
        Words("Probability of examination", "Вероятность досмотра"),
        Words(
            "Probability with which the item was bound to be examined; empty if unknown.",
            "Вероятность, с которой товар попадал на досмотр; пусто, если неизвестна.",
        ),
        low=0,
        high=1,
        above_low=True,
    ),
)

FINDING_COLUMNS: Mapping[str, Column] = MappingProxyType(
    {column.name: column for column in _FINDING_COLUMNS}
)
"""Columns of a finding by name, in the order in which they are stored."""

ITEM_SCHEMA = pa.schema([(column.name, column.type) for column in _ITEM_COLUMNS])
"""Arrow schema of a whole declaration row."""

FINDING_SCHEMA = pa.schema([(column.name, column.type) for column in _FINDING_COLUMNS])
"""Arrow schema of a finding."""

SORT_KEYS = ("lodged", "declaration", "item")
"""Canonical order of a set's rows."""
