"""How a figure reads on a page: its value, its interval, its provenance, or why it is not there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils import translation

from tamgha.platform.ui import formats
from tamgha.platform.ui.rows import rows_address
from tamgha.shared.figures import Figure, NotShown
from tamgha.shared.words import Words

MISSING: Final[dict[str, Words]] = {
    "too_few": Words("Too few to show", "Слишком мало данных"),
    "too_early": Words("Too early to say", "Пока рано судить"),
    "not_estimable": Words("Not estimable", "Оценить нельзя"),
}
_BOUNDS: Final[dict[str, Words]] = {
    "exact": Words("", ""),
    "at_least": Words("at least", "не менее"),
    "at_most": Words("at most", "не более"),
}
_INTERVAL = Words("{level} interval, {method}", "интервал {level}, {method}")
_INTERVAL_BARE = Words("{level} interval", "интервал {level}")
_N = Words("n = {n}", "n = {n}")
_PERIOD = Words("{start} to {end}", "с {start} по {end}")
_AS_OF = Words("as of {day}", "на {day}")
_METHODS: Final[dict[str, Words]] = {
    "Wilson": Words("Wilson", "Уилсон"),
    "Newcombe": Words("Newcombe", "Ньюкомб"),
    "Wilson, effective n": Words("Wilson, effective n", "Уилсон, эффективное n"),
    "Agresti–Coull": Words("Agresti–Coull", "Агрести — Коулл"),
    "Clopper–Pearson": Words("Clopper–Pearson", "Клоппер — Пирсон"),
    "Manski bounds, Wilson": Words("Manski bounds, Wilson", "границы Мански, Уилсон"),
    "Garwood": Words("Garwood", "Гарвуд"),
    "DeLong": Words("DeLong", "Делонг"),
    "hypergeometric": Words("hypergeometric", "гипергеометрический"),
    "mid-p gamma": Words("mid-p gamma", "гамма, mid-p"),
    "Fay–Feuer gamma": Words("Fay–Feuer gamma", "гамма, Фэй — Фойер"),
    "lower gamma limit": Words("lower gamma limit", "нижняя граница по гамма-распределению"),
    "always valid": Words("always valid", "верен при любом числе просмотров"),
    "log": Words("log interval", "логарифмический"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure in the words of one language.

    Parameters
    ----------
    label, value, interval : texts; ``value`` is "" where the figure is missing
    bound : "at least", "at most", or "" for an exact value
    of, language : the figure itself, and in which language it is read
    missing, reason, needs : what stands in place of the value
    """

    label: str
    bound: str
    value: str
    interval: str
    of: Figure
    language: str
    simulated: bool
    missing: str = ""
    reason: str = ""
    needs: str = ""

    @property
    def rows(self) -> str:
        """Address of the rows behind it, or ""."""
        return rows_address(self.of.query)

    @property
    def provenance(self) -> tuple[str, ...]:
        """Items of the provenance line, in their fixed order, empty ones left out."""
        return tuple(item for item in provenance(self.of, self.language) if item)


def read(figure: Figure, language: str | None = None) -> Reading:
    """Return a figure as it stands on a page in ``language`` (None: the language of the page)."""
    tongue = language or translation.get_language() or "en"
    missing = figure.missing
    return Reading(
        label=figure.name.text(tongue),
        bound="" if missing else _BOUNDS[figure.bound].text(tongue),
        value=_value(figure, tongue),
        interval=formats.interval(figure.interval, figure.unit, language=tongue)
        if figure.interval and not missing
        else "",
        of=figure,
        language=tongue,
        simulated=figure.simulated,
        missing=missing_title(missing, tongue) if missing else "",
        reason=missing.reason.text(tongue) if missing else "",
        needs=missing.needs.text(tongue) if missing else "",
    )


def missing_title(missing: NotShown, language: str) -> str:
    """Return the words that stand where a number would stand."""
    return MISSING[missing.kind].text(language)


def provenance(figure: Figure, language: str) -> Sequence[str]:
    """Return definition, n, interval, period, source with its date, each one text, "" where absent."""
    return (
        figure.definition.text(language),
        _count(figure, language),
        _method(figure, language),
        _period(figure, language),
        _origin(figure, language),
    )


def _value(figure: Figure, language: str) -> str:
    if figure.value is None:
        return ""
    return formats.value(
        figure.value,
        figure.unit,
        within=figure.interval,
        currency=figure.currency,
        language=language,
    )


def _count(figure: Figure, language: str) -> str:
    if figure.n_words is not None:
        return figure.n_words.text(language)
    if figure.n is None or (figure.missing and not figure.n):
        return ""
    return _N.format(n=formats.number(figure.n, language=language)).text(language)


def _method(figure: Figure, language: str) -> str:
    if figure.interval is None or figure.missing:
        return ""
    level = formats.percent(figure.interval.level, language=language)
    name = figure.interval.method or figure.method
    if not name:
        return _INTERVAL_BARE.format(level=level).text(language)
    method = _METHODS.get(name, Words(name, name))
    return _INTERVAL.format(level=level, method=method).text(language)


def _period(figure: Figure, language: str) -> str:
    if figure.period is None:
        return ""
    first, last = figure.period.start, figure.period.end - timedelta(days=1)
    return _PERIOD.format(
        start=formats.day(first, short=True, language=language),
        end=formats.day(last, short=True, language=language),
    ).text(language)


def _origin(figure: Figure, language: str) -> str:
    when = formats.day(figure.as_of, short=True, language=language) if figure.as_of else ""
    source = figure.source.text(language) if figure.source else ""
    if source or not when:
        return ", ".join(item for item in (source, when) if item)
    return _AS_OF.format(day=when).text(language)
