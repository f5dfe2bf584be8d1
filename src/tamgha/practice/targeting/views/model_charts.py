"""The drawings of a model's page: calibration, and finds or value against inspections."""

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tamgha import risk
from tamgha.platform.ui import formats
from tamgha.platform.ui.charts import Chart, Curve, Pair, calibration, frontier
from tamgha.practice.targeting.queries.learning import Calibrated

WIDTH = 640
LEAST_PAIRS = 2


def calibration_chart(found: Calibrated, *, simulated: bool) -> Chart | None:
    """Return what the scores said against what came true; None with fewer than two steps."""
    pairs = []
    for one in found.bins:
        limits = one.observed.interval
        if limits is not None:
            pairs.append(Pair(one.expected, one.observed.value, limits.low, limits.high, one.n))
    if len(pairs) < LEAST_PAIRS:
        return None
    basis = (
        _("rows examined by chance, weighted 1/π")
        if found.on_draw
        else _("examined rows; they were chosen, not drawn")
    )
    return calibration(
        pairs,
        label=_(
            "Probabilities given before the results were known, against the share that came true"
        ),
        simulated=simulated,
        width=420,
        provenance=[basis, _("Wilson, steps merged up to 5 expected finds")],
    )


def frontier_chart(
    found: risk.Frontier, *, model: str, by_value: bool, currency: str, simulated: bool
) -> Chart | None:
    """Return finds, or value, against inspections; None where no amounts are known."""
    language = get_language() or "en"
    curves = []
    ranked = [one for one in found.curves if one.name.startswith("model-")]
    worked_off = [one for one in found.curves if one not in ranked]
    for one in (*ranked, found.chance, *worked_off):
        name = {"chance": _("Chance")}.get(one.name, one.name)
        name = model if name.startswith("model-") else name
        points = _points(one, by_value=by_value)
        if points is None:
            return None
        curves.append(Curve(name, points))
    what = _("value found, %(currency)s") % {"currency": currency} if by_value else _("finds")
    return frontier(
        curves,
        label=_("What the model, chance and profiles find as more is inspected"),
        simulated=simulated,
        axes=(_("declarations inspected"), what),
        units=("count", "number" if by_value else "count"),
        width=WIDTH,
        height=240,
        provenance=[
            found.basis.text(language),
            ngettext("%(n)s declaration", "%(n)s declarations", found.declarations)
            % {"n": formats.number(found.declarations)},
            _("bands: 95 %% limits (%(methods)s)")
            % {"methods": ", ".join(dict.fromkeys(one.method for one in found.curves))},
        ],
    )


def _points(one: risk.Curve, *, by_value: bool) -> list[tuple[float, ...]] | None:
    if not by_value:
        whole = zip(one.inspections, one.finds, one.low, one.high, strict=True)
        return [(0.0, 0.0, 0.0, 0.0), *((float(x), float(y), float(a), float(b)) for x, y, a, b in whole)]  # fmt: skip
    if one.value is None:
        return None
    if one.value_low is None or one.value_high is None:
        plain = zip(one.inspections, one.value, strict=True)
        return [(0.0, 0.0), *((float(x), float(y)) for x, y in plain)]
    banded = zip(one.inspections, one.value, one.value_low, one.value_high, strict=True)
    return [(0.0, 0.0, 0.0, 0.0), *((float(x), float(y), float(a), float(b)) for x, y, a, b in banded)]  # fmt: skip
