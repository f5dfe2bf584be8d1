"""The drawings of an indicator's page: distribution, drift, find rates by fifth."""

from dataclasses import replace

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tamgha import risk
from tamgha.platform.ui import formats
from tamgha.platform.ui.charts import Chart, Level, Mark, histogram, interval_dots
from tamgha.practice.targeting.queries.indicator_values import (
    FLOW,
    Distribution,
    Moved,
    Separation,
    unit_mark,
)
from tamgha.practice.targeting.queries.indicators import unit_words

WIDTH = 640


def _axis(indicator: risk.Indicator, *more: str) -> str:
    language = get_language() or "en"
    mark = unit_mark(indicator, language) or unit_words(indicator, language)
    return ", ".join(part for part in (mark, *more) if part)


def distribution_chart(
    found: Distribution, indicator: risk.Indicator, *, simulated: bool
) -> Chart | None:
    """Return the share of the rows with a value in each step; None where no row has one."""
    if not found.steps:
        return None
    language = get_language() or "en"
    more = [_("steps grow by a constant factor")] if found.logarithmic else []
    axis = _axis(indicator, *more)
    drawn = histogram(
        [Mark(label=label, value=n / found.known) for label, n in found.steps],
        label=_("How %(name)s is spread over the rows") % {"name": indicator.label.text(language)},
        simulated=simulated,
        x=axis,
        width=WIDTH,
        provenance=_spread_provenance(found),
    )
    rows = [
        (label, formats.number(n), formats.percent(n / found.known)) for label, n in found.steps
    ]
    return replace(drawn, head=(axis, _("Rows"), _("Share")), rows=rows)


def _spread_provenance(found: Distribution) -> list[str]:
    told = [
        ngettext("%(n)s row with a value", "%(n)s rows with a value", found.known)
        % {"n": formats.number(found.known)}
    ]
    if found.clipped:
        told.append(_("the outer steps also hold what lies beyond 1 % and 99 % of the rows"))
    return told


def drift_chart(found: Moved, indicator: risk.Indicator, *, simulated: bool) -> Chart:
    """Return the shares of the later period as bars, those of the earlier as a grey line."""
    language = get_language() or "en"
    return histogram(
        [Mark(label=label, value=now, before=before) for label, now, before in found.steps],
        label=_("%(name)s now, and before") % {"name": indicator.label.text(language)},
        simulated=simulated,
        x=_axis(indicator),
        width=WIDTH,
        provenance=[
            _("bars: the later period; grey line: the earlier one"),
            _("tenths of the earlier period, rows without a value last"),
        ],
    )


def separation_chart(found: Separation, indicator: risk.Indicator, *, simulated: bool) -> Chart:
    """Return the find rate of each group with its interval, and the rate of all as the yardstick."""
    language = get_language() or "en"
    marks = []
    for group in found.groups:
        limits = group.rate.interval
        marks.append(
            Mark(
                label=group.label,
                value=float(group.rate.value) if group.rate.value is not None else None,
                low=limits.low if limits else None,
                high=min(1.0, limits.high) if limits else None,
                note=ngettext("%(n)s examined row", "%(n)s examined rows", group.rows)
                % {"n": formats.number(group.rows)},
            )
        )
    base = found.base
    words = _("all rows of the flow") if found.basis == FLOW else _("all examined")
    return interval_dots(
        marks,
        label=_("Find rate by groups of %(name)s") % {"name": indicator.label.text(language)},
        simulated=simulated,
        yardstick=Level(float(base.value), words) if base.value is not None else None,
        width=WIDTH,
        place=_axis(indicator),
        provenance=[base.definition.text(language), base.method],
    )
