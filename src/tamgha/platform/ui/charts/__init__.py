"""Charts made once: one Altair source for page, print and picture, with its table beside it.

A page makes a `Chart` (by one of the helpers, or naming a source of its own) and shows it by
`<c-chart :chart="chart" />`. The drawing is made by one renderer process per node, started on
demand and spoken to over a socket, and kept on disk under the hash of everything that shapes it:
web workers never load Altair or the renderer.
"""

from tamgha.platform.ui.charts.chart import Chart
from tamgha.platform.ui.charts.kinds import (
    Curve,
    Event,
    Level,
    Mark,
    Pair,
    bars,
    calibration,
    frontier,
    histogram,
    interval_dots,
)

__all__ = [
    "Chart",
    "Curve",
    "Event",
    "Level",
    "Mark",
    "Pair",
    "bars",
    "calibration",
    "frontier",
    "histogram",
    "interval_dots",
]
