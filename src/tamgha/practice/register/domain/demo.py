"""The invented risks of the demo register, as data. Nothing here is anybody's real risk."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRisk:
    """One invented risk.

    Parameters
    ----------
    number : of its code
    titles : in English and in Russian
    marks : likelihood and consequence before treatment, then after
    owner : "first", "second" (the two analysts) or "coordinator"
    review_in : days from the day of the demo to the next review; below 0 is late
    texts : causes, consequences, measures
    """

    number: int
    titles: tuple[str, str]
    area: str
    kind: str = "cargo"
    marks: tuple[int, int, int, int]
    treatment: str = "treat"
    owner: str = "first"
    review_in: int = 60
    texts: tuple[str, str, str] = ("", "", "")
    office: str = ""


def _risk(
    number: int,
    english: str,
    russian: str,
    area: str,
    marks: tuple[int, int, int, int],
    texts: tuple[str, str, str],
    **more: object,
) -> DemoRisk:
    return DemoRisk(
        number=number,
        titles=(english, russian),
        area=area,
        marks=marks,
        texts=texts,
        **more,  # type: ignore[arg-type]  # named fields of the same dataclass
    )


RISKS: Final = (
    _risk(
        1, "Precursors declared as cleaning agents", "Прекурсоры под видом моющих средств", "drugs",
        (3, 5, 2, 5),
        ("Names of mixtures hide single substances", "Drug laboratories are supplied",
         "Laboratory samples of every new importer; list of names for posts"),
        owner="second", review_in=40,
    ),
    _risk(
        2, "Waste brought in as second-hand goods", "Отходы под видом товаров б/у", "safety",
        (3, 4, 2, 4),
        ("Disposal is dearer abroad", "Land and water are spoiled",
         "Photos before lodging; agreement with the environment inspectorate"),
        treatment="transfer", owner="second", review_in=75,
    ),
    _risk(
        3, "Heroin in loads of building goods", "Героин в строительных грузах", "drugs",
        (3, 5, 3, 3),
        ("Heavy loads are rarely opened on the southern road", "Lives lost; the corridor loses trust",
         "Scanner for every tenth load, dogs at two posts"),
        owner="second", review_in=7, office="Southern Gate",
    ),
    _risk(
        4, "Medicines without registration", "Незарегистрированные лекарства", "safety",
        (4, 3, 4, 2),
        ("Price gap between neighbours", "Patients harmed", "Check against the register of medicines"),
        review_in=33,
    ),
    _risk(
        5, "Undeclared cash of travellers", "Незадекларированная наличность", "passengers",
        (4, 3, 3, 2),
        ("Long queues, no time to ask", "Money laundering is not seen", "Posters, random questions, dog"),
        kind="passengers", owner="coordinator", review_in=90,
    ),
    _risk(
        6, "Relief for farm machines misused", "Злоупотребление льготой на сельхозтехнику", "procedures",
        (3, 3, 2, 2),
        ("The relief does not ask who works with it", "Duty lost", "Visits six months after release"),
        owner="coordinator", review_in=120,
    ),
    _risk(
        7, "False transit: seal opened on the way", "Ложный транзит: вскрытие пломбы в пути", "transit",
        (4, 3, 3, 3),
        ("Long stretches without a post", "Goods reach the market unpaid",
         "Electronic seals for excise goods; times between posts compared"),
        review_in=57,
    ),
    _risk(
        8, "Honey and dairy without certificates", "Мёд и молочные продукты без сертификатов", "prohibitions",
        (3, 3, 3, 2),
        ("Small loads, many senders", "Animal diseases are brought in",
         "Lists of permitted senders from the veterinary service"),
        treatment="transfer", owner="second", review_in=66,
    ),
    _risk(
        9, "Lower-duty neighbour code, electronics", "Соседний код с меньшей пошлиной: электроника", "classification",
        (4, 3, 3, 2),
        ("Codes differ by a function that papers do not name", "Duty lost; honest importers complain",
         "Rulings published; profile on neighbour codes"),
        review_in=83,
    ),
    _risk(
        10, "Undervaluation, plastics", "Занижение стоимости: пластмассы", "valuation",
        (4, 4, 2, 3),
        ("Prices follow oil, invoices do not", "Duty lost",
         "Profile P-002; price lists of three exporters"),
        review_in=48,
    ),
    _risk(
        12, "Undervaluation, clothing and footwear", "Занижение стоимости: одежда и обувь", "valuation",
        (5, 4, 3, 4),
        ("Duty by value; prices of new firms cannot be compared", "Duty lost, honest shops pushed out",
         "Two profiles, price notes to posts, audit of the ten largest"),
        review_in=52,
    ),
    _risk(
        13, "False certificates of origin, textiles", "Поддельные сертификаты происхождения: текстиль", "origin",
        (3, 3, 2, 3),
        ("Preference of 12 points", "Duty lost; the agreement is abused", "Questions to the issuing chambers"),
        owner="second", review_in=71,
    ),
    _risk(
        14, "More packages than declared", "Мест больше, чем заявлено", "quantity",
        (4, 2, 4, 1),
        ("Mixed loads of many owners", "Duty lost in small pieces", "Weighing at the gate"),
        treatment="tolerate", review_in=110,
    ),
    _risk(
        15, "Fuel in extra tanks", "Топливо в дополнительных баках", "excise",
        (4, 2, 3, 2),
        ("Price gap across the border", "Excise lost; fire", "Measuring at two posts"),
        owner="second", review_in=95,
    ),
    _risk(
        16, "Tobacco in passenger cars", "Табак в легковых автомобилях", "excise",
        (4, 3, 4, 2),
        ("Price gap across the border", "Excise lost", "Kept watching; dog on weekends"),
        kind="passengers", treatment="tolerate", owner="second", review_in=97,
    ),
    _risk(
        17, "Protected animals in luggage", "Охраняемые животные в багаже", "safety",
        (2, 3, 2, 2),
        ("Collectors pay", "Species die out", "Training with the environment inspectorate"),
        kind="passengers", treatment="transfer", owner="coordinator", review_in=140,
    ),
    _risk(
        18, "Counterfeit spare parts", "Контрафактные запчасти", "property",
        (4, 3, 3, 3),
        ("Brands are copied with papers", "Accidents; trade marks harmed",
         "Right holders trained; their hotline answers posts"),
        treatment="transfer", owner="second", review_in=70,
    ),
    _risk(
        19, "Gold hidden on the body", "Золото, скрытое на теле", "passengers",
        (3, 3, 2, 2),
        ("Price gap, easy to carry", "Duty lost", "Gate at the airport"),
        kind="passengers", review_in=130,
    ),
    _risk(
        20, "Drugs in letters", "Наркотики в письмах", "drugs",
        (3, 4, 2, 3),
        ("Sold over the net, small weights", "Lives lost", "X-ray of letters from five senders"),
        kind="post", owner="second", review_in=62,
    ),
    _risk(
        21, "Dual-use parts by new shell firms", "Товары двойного назначения через новые фирмы-однодневки", "security",
        (4, 5, 3, 5),
        ("Three shell firms in October; codes of ordinary machine parts", "Arms are built; sanctions follow",
         "Expert asked for each first lodging; list of watched traders"),
        owner="second", review_in=-21,
    ),
    _risk(
        22, "Guarantee of transit runs out", "Истечение гарантии транзита", "transit",
        (2, 2, 1, 2),
        ("Dates typed by hand", "No cover for the duty", "The system warns three days before"),
        review_in=150,
    ),
    _risk(
        23, "Old codes after the new tariff", "Старые коды после нового тарифа", "classification",
        (4, 1, 3, 1),
        ("Templates of brokers", "Wrong statistics", "Table of old and new codes for brokers"),
        treatment="terminate", owner="coordinator", review_in=160,
    ),
    _risk(
        24, "Postal parcels split under the duty limit", "Дробление посылок ниже беспошлинного порога", "post",
        (4, 3, 4, 3),
        ("The limit counts each parcel", "Duty lost; shops complain",
         "Parcels of one receiver counted over a week"),
        kind="post", review_in=16,
    ),
    _risk(
        25, "Replicas sent to private addresses", "Копии брендов на частные адреса", "property",
        (3, 2, 2, 2),
        ("Small senders, many sites", "Trade marks harmed", "Brands send pictures"),
        kind="post", owner="second", review_in=104,
    ),
    _risk(
        26, "Batteries without marking", "Аккумуляторы без маркировки", "safety",
        (3, 3, 1, 4),
        ("Cheap senders", "Fire in sorting centres", "Agreement with two carriers"),
        kind="post", treatment="transfer", review_in=88,
    ),
    _risk(
        27, "Returns used to bring goods in", "Ввоз товаров под видом возврата", "procedures",
        (2, 2, 1, 2),
        ("Returns are free of duty", "Duty lost", "Numbers of outgoing parcels compared"),
        kind="post", treatment="tolerate", owner="second", review_in=125,
    ),
    _risk(
        28, "Gifts above the allowance", "Подарки сверх нормы", "passengers",
        (2, 1, 2, 1),
        ("Holidays", "Small sums", "Kept watching"),
        kind="passengers", treatment="tolerate", owner="coordinator", review_in=-4,
    ),
    _risk(
        29, "Access rights kept after leaving a post", "Права доступа после перевода", "integrity",
        (3, 4, 1, 3),
        ("Rights are taken away by hand", "Lanes could be changed unseen", "Monthly list to heads of posts"),
        owner="coordinator", review_in=58,
    ),
    _risk(
        31, "Repeated offenders under new names", "Повторные нарушители под новыми именами", "integrity",
        (3, 3, 2, 3),
        ("Owners found new firms", "The watch list misses them", "Addresses and telephones compared"),
        review_in=45,
    ),
    _risk(
        32, "Declared weights copied from older lodgings", "Вес, переписанный из прежних деклараций", "quantity",
        (4, 2, 3, 2),
        ("Brokers reuse templates", "True weights are not known", "Profile on equal weights"),
        owner="second", review_in=77,
    ),
)  # fmt: skip
