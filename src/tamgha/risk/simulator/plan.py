"""What a world is asked to be: its size, its schemes, its examinations. Refused when it cannot be."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from tamgha.risk.simulator.places import COUNTRY_CODES
from tamgha.shared.countries import is_country
from tamgha.shared.errors import RefusedError
from tamgha.shared.words import Words

SchemeKind = Literal["undervaluation", "misclassification", "false_origin"]
SCHEME_KINDS: tuple[SchemeKind, ...] = get_args(SchemeKind)
SCHEME_WORDS: dict[SchemeKind, Words] = {
    "undervaluation": Words("Undervaluation", "Занижение таможенной стоимости"),
    "misclassification": Words("Wrong commodity code", "Недостоверный код ТН ВЭД"),
    "false_origin": Words("False origin", "Недостоверное происхождение"),
}
MOST_WEEKS = 520


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way of cheating, and how well an examination sees it.

    Parameters
    ----------
    kind
        "undervaluation": young importers declare 30 to 75 % of the price.
        "misclassification": a neighbouring code with a lower duty is declared.
        "false_origin": an origin with a preference is declared; the route stays that of the true one.
    share : > 0
        Weight among the schemes that run in a week.
    starts, ends : share of the world's time, 0 <= starts < ends <= 1
    sensitivity : in (0, 1]
        Probability that an examination of an illicit item finds it.
    """

    kind: SchemeKind
    share: float
    starts: float = 0.0
    ends: float = 1.0
    sensitivity: float = 0.6

    def runs_at(self, time: float) -> bool:
        """Return whether the scheme runs at ``time``, a share of the world's time in [0, 1)."""
        return self.starts <= time < self.ends

    def faults(self) -> Iterator[Words]:
        """Yield what cannot be, each with what was expected and what came."""
        if self.kind not in SCHEME_KINDS:
            known = ", ".join(SCHEME_KINDS)
            yield Words(
                f"a scheme is one of {known}; {self.kind!r} came",
                f"схема — одна из {known}, а задано {self.kind!r}",
            )
        if not self.share > 0:
            yield Words(
                f"the share of the scheme {self.kind} is more than 0; {self.share} came",
                f"доля схемы {self.kind} больше 0, а задано {self.share}",
            )
        if not 0 <= self.starts < self.ends <= 1:
            yield Words(
                f"the scheme {self.kind} starts before it ends, both from 0 to 1; "
                f"{self.starts} to {self.ends} came",
                f"схема {self.kind} начинается раньше, чем кончается, обе точки от 0 до 1, "
                f"а задано: от {self.starts} до {self.ends}",
            )
        if not 0 < self.sensitivity <= 1:
            yield Words(
                f"the sensitivity to {self.kind} lies over 0 and up to 1; {self.sensitivity} came",
                f"чувствительность к схеме {self.kind} больше 0 и не больше 1, "
                f"а задано {self.sensitivity}",
            )


DEFAULT_SCHEMES = (
    Scheme("undervaluation", share=0.5, sensitivity=0.65),
    Scheme("misclassification", share=0.3, starts=0.15, sensitivity=0.7),
    Scheme("false_origin", share=0.2, starts=0.35, ends=0.9, sensitivity=0.5),
)


@dataclass(frozen=True, slots=True)
class WorldPlan:
    """Everything about a world but its seed, its size and its time.

    Parameters
    ----------
    illicit_rate : 0, or from 0.01 to 0.08
        Share of all declarations with at least one illicit item. Only imports are illicit. The
        count is exact but for rounding; a world with very few firms may fall short of it.
    drift : from -1 to 1
        Change of that rate from the first week to the last, as a share of it; its mean stays.
    schemes : the schemes, each kind at most once
    exports, transit : shares of the declarations; the rest are imports
    goods : 40 to 5,000
        HS subheadings in trade, beside the neighbours that misclassification uses.
    firms : >= 20, or None for one per 35 declarations, at least 300
    criteria_draw : in [0, 1]
        Share of the hits of the office's old rule that is examined.
    random_rate : in [0, 1]
        Probability that any declaration is examined by chance: the random stratum.
    find_delay_days, clean_delay_days : > 0
        Median days from examination until a find, or a clean result, is known.
    false_find_rate : in [0, 0.1]
        Share of compliant examined items wrongly reported as a find; each is overturned later.
    home : two letters of ISO 3166
        Code of the world's own country. Nobody lives in the default, so that no real
        administration is meant.
    """

    illicit_rate: float = 0.04
    drift: float = 0.4
    schemes: tuple[Scheme, ...] = DEFAULT_SCHEMES
    exports: float = 0.15
    transit: float = 0.05
    goods: int = 600
    firms: int | None = None
    criteria_draw: float = 0.7
    random_rate: float = 0.05
    find_delay_days: float = 12.0
    clean_delay_days: float = 3.0
    false_find_rate: float = 0.004
    home: str = "BV"

    def faults(self) -> Iterator[Words]:
        """Yield what cannot be, each with what was expected and what came."""
        if self.illicit_rate != 0 and not 0.01 <= self.illicit_rate <= 0.08:
            yield _share("illicit rate", "доля нарушений", "0 или 1–8 %", self.illicit_rate)
        if not -1 <= self.drift <= 1:
            yield _share("drift", "сдвиг", "-100–100 %", self.drift)
        for en, ru, value in (
            ("share of exports", "доля экспорта", self.exports),
            ("share of transit", "доля транзита", self.transit),
            ("share of the rule's hits examined", "доля досмотров по правилу", self.criteria_draw),
            ("random rate", "доля случайного отбора", self.random_rate),
        ):
            if not 0 <= value <= 1:
                yield _share(en, ru, "0–100 %", value)
        if self.exports + self.transit > 0.5:
            yield _share(
                "exports and transit", "экспорт и транзит", "0–50 %", self.exports + self.transit
            )
        if not 40 <= self.goods <= 5_000:
            yield _range("number of goods", "число товаров", "40–5000", self.goods)
        if self.firms is not None and self.firms < 20:
            yield _range("number of firms", "число участников", "≥ 20", self.firms)
        if not is_country(self.home) or self.home in COUNTRY_CODES:
            yield Words(
                f"own country: a code of ISO 3166 that is no trading partner was expected, "
                f"{self.home!r} came",
                f"своя страна: ожидался код ISO 3166 не из числа торговых партнёров, "
                f"а задано {self.home!r}",
            )
        yield from self._faults_of_results()
        yield from self._faults_of_schemes()

    def _faults_of_results(self) -> Iterator[Words]:
        for en, ru, value in (
            ("delay of finds", "срок выявлений", self.find_delay_days),
            ("delay of clean results", "срок чистых результатов", self.clean_delay_days),
        ):
            if not 0 < value <= 365:
                yield _range(en, ru, "0–365", value)
        if not 0 <= self.false_find_rate <= 0.1:
            yield _share(
                "rate of false finds", "доля ложных выявлений", "0–10 %", self.false_find_rate
            )

    def _faults_of_schemes(self) -> Iterator[Words]:
        kinds = [scheme.kind for scheme in self.schemes]
        if self.illicit_rate > 0 and not kinds:
            yield Words(
                "an illicit rate over 0 needs at least one scheme; none came",
                "при доле нарушений больше 0 нужна хотя бы одна схема, а не задано ни одной",
            )
        if len(set(kinds)) < len(kinds):
            yield Words(
                f"each kind of scheme stands at most once; {', '.join(kinds)} came",
                f"каждая схема задаётся не более одного раза, а задано: {', '.join(kinds)}",
            )
        for scheme in self.schemes:
            yield from scheme.faults()


def _range(en: str, ru: str, expected: str, came: float) -> Words:
    return Words(
        f"{en}: {expected} was expected, {came} came",
        f"{ru}: ожидалось {expected}, а задано {came}",
    )


def _share(en: str, ru: str, expected: str, came: float) -> Words:
    return Words(
        f"{en}: {expected.replace('или', 'or')} was expected, {came * 100:g} % came",
        f"{ru}: ожидалось {expected}, а задано {came * 100:g} %",
    )


def refuse_faults(
    plan: WorldPlan, *, seed: int, declarations: int, start: date, weeks: int
) -> None:
    """Raise RefusedError with every fault of a request for a world at once; else do nothing."""
    faults = []
    if seed < 0:
        faults.append(_range("seed", "начальное число", "≥ 0", seed))
    if declarations < 1:
        faults.append(_range("number of declarations", "число деклараций", "≥ 1", declarations))
    if not 1 <= weeks <= MOST_WEEKS:
        faults.append(_range("weeks", "недели", f"1–{MOST_WEEKS}", weeks))
    if not 2022 <= start.year <= 2040:
        faults.append(
            Words(
                f"first day: a day from 2022 to 2040 was expected (HS 2022), {start} came",
                f"первый день: ожидался день с 2022 по 2040 год (ТН ВЭД 2022), а задано {start}",
            )
        )
    faults.extend(plan.faults())
    if faults:
        raise RefusedError(
            Words("The world was not simulated", "Мир не построен"),
            faults,
        )
