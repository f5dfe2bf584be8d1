"""The chart of weeks: rate with interval, the draw as a band, weeks whose results are out hollow."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tamgha.platform.ui import formats
from tamgha.platform.ui.charts import Chart, Level, Mark, interval_dots
from tamgha.practice.control.queries.results_shape import Board, Week
from tamgha.shared.figures import Estimate


def week_chart(board: Board) -> Chart | None:
    """Return the chart of the weeks of a board; None where there is none to draw."""
    if not any(week.results for week in board.weeks):
        return None
    draw = board.draw
    yardstick = (
        Level(
            draw.value,
            _("random draw %(rate)s") % {"rate": formats.percent(draw.value)},
            draw.low,
            draw.high,
        )
        if draw is not None
        else None
    )
    return interval_dots(
        [_mark(week) for week in board.weeks],
        label=_("Hit rate of what was chosen, by week of the decision"),
        simulated=board.simulated,
        yardstick=yardstick,
        provenance=(
            _("bars: 95 % interval; band: of the random draw"),
            _("hollow: results still out, estimated from how late finds usually come"),
        ),
        height=190,
    )


def _mark(week: Week) -> Mark:
    label = formats.day_month(week.monday)
    out = week.chosen - week.results
    note = ngettext("%(n)s result out", "%(n)s results out", out) % {"n": out} if out else ""
    if not isinstance(week.shown, Estimate):
        return Mark(label, None, note=note or _("no result"))
    limits = week.shown.interval
    return Mark(
        label,
        week.shown.value,
        limits.low if limits else None,
        limits.high if limits else None,
        open=week.is_open,
        note=note,
    )
