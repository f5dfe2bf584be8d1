"""What a set can and cannot say: the claims that its data carry, in words."""

from collections.abc import Mapping

from tamgha.risk.schema.catalogue import Catalogue
from tamgha.shared.words import Words

CAN_HITS = Words(
    "How many rows a profile hits, by office, day, goods and trader.",
    "На сколько строк попадает профиль: по постам, дням, товарам и участникам ВЭД.",
)
CAN_HIT_RATE = Words(
    "Of the examined items that a profile hits, how many had a finding: {items} items were examined.",
    "Доля находок среди досмотренных товаров, на которые попадает профиль: досмотрено товаров — {items}.",
)
CAN_DETECTION = Words(
    "What share of all irregularities is found: {random} items were examined at random.",
    "Какая доля всех нарушений выявляется: случайно досмотрено товаров — {random}.",
)
CAN_VALUE = Words(
    "What findings brought: duty or penalty is known for {valued} items.",
    "Сколько принесли результаты: платежи или штраф известны по товарам — {valued}.",
)
NO_FINDINGS = Words(
    "Nothing about hit rates or fraud: no result of any examination is in the set.",
    "Ничего о доле находок и нарушениях: в наборе нет результатов досмотра.",
)
NO_RANDOM = Words(
    "What share of all irregularities is found (detection rate), and how much is missed: nothing was "
    "examined at random. It would take a random share of all trade.",
    "Какая доля всех нарушений выявляется и сколько пропущено: случайного досмотра не было. "
    "Нужна случайная выборка из всего потока.",
)
NO_VALUE = Words(
    "Money found: neither duty nor penalty is known for any finding.",
    "Взысканные суммы: ни платежи, ни штрафы по результатам не известны.",
)
REPLAYED = Words(
    "When findings really became known: the file has only labels, taken to be known {days} days after "
    "lodging.",
    "Когда результаты стали известны на деле: в файле только метки, они считаются известными через "
    "{days} дн. после подачи.",
)
NO_HOURS = Words(
    "Anything about times of day: the file has only days.",
    "Ничего о времени суток: в файле только дни.",
)
MANY_EDITIONS = Words(
    "Plain counts of an HS code over the whole span: codes belong to the editions {editions}, and one "
    "code may mean other goods in another edition.",
    "Простые подсчёты по коду за весь срок: коды относятся к редакциям {editions}, один и тот же код "
    "может означать разные товары.",
)
NO_CURRENCY = Words(
    "Sums over rows in different currencies: nobody said the currency of the set.",
    "Суммы по строкам в разных валютах: валюта набора не указана.",
)
SIMULATED = Words(
    "Anything about real trade: the rows are simulated.",
    "Ничего о настоящей торговле: строки смоделированы.",
)


def claims_of(
    catalogue: Catalogue,
    *,
    hs_editions: tuple[int, ...],
    has_hours: bool,
    rows: int,
) -> tuple[tuple[Words, ...], tuple[Words, ...]]:
    """Return what the set can say, and what it cannot.

    Parameters
    ----------
    catalogue : of the set
    hs_editions : that occur
    has_hours : whether any row has a time of day
    rows : count; an empty set claims nothing
    """
    can = [CAN_HITS] if rows else []
    cannot: list[Words] = []
    if catalogue.simulated:
        cannot.append(SIMULATED)
    if catalogue.findings_summary:
        _say_of_findings(catalogue, catalogue.findings_summary, can, cannot)
    else:
        cannot.append(NO_FINDINGS)
    if not has_hours:
        cannot.append(NO_HOURS)
    if len(hs_editions) > 1:
        editions = ", ".join(str(year) for year in hs_editions)
        cannot.append(MANY_EDITIONS.format(editions=editions))
    if not catalogue.currency:
        cannot.append(NO_CURRENCY)
    return tuple(can), tuple(cannot)


def _say_of_findings(
    catalogue: Catalogue, summary: Mapping[str, object], can: list[Words], cannot: list[Words]
) -> None:
    can.append(CAN_HIT_RATE.format(items=summary["items"]))
    ways = summary["ways"]
    counts = dict(ways) if isinstance(ways, list) else {}
    if catalogue.has_random_stratum:
        can.append(CAN_DETECTION.format(random=counts.get("random", 0)))
    else:
        cannot.append(NO_RANDOM)
    if summary["with_value"]:
        can.append(CAN_VALUE.format(valued=summary["with_value"]))
    else:
        cannot.append(NO_VALUE)
    if catalogue.finding_delay_days is not None:
        cannot.append(REPLAYED.format(days=catalogue.finding_delay_days))
