"""The sample charts of the gallery. All of it is invented."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from tamgha.platform.ui import formats
from tamgha.platform.ui.charts import (
    Chart,
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

# hit rate with its interval in twelve weeks; the last two still wait for results
_START = date(2026, 9, 7)
_WEEKS = (
    (0.115, 0.07, 0.19), (0.117, 0.07, 0.192), (0.121, 0.072, 0.194), (0.103, 0.06, 0.177),
    (0.108, 0.062, 0.178), (0.121, 0.073, 0.196), (0.089, 0.049, 0.159), (0.094, 0.053, 0.161),
    (0.111, 0.066, 0.182), (0.08, 0.043, 0.144), (0.083, 0.041, 0.146), (0.062, 0.028, 0.122),
)  # fmt: skip


def charts() -> dict[str, Chart]:
    """Return one chart of each ready kind."""
    return {
        "weeks": _weeks(),
        "bars": _bars(),
        "histogram": _histogram(),
        "frontier": _frontier(),
        "calibration": _calibration(),
    }


def _weeks() -> Chart:
    labels = [formats.day_month(_START + timedelta(weeks=week)) for week in range(len(_WEEKS))]
    late = len(_WEEKS) - 2
    marks = [
        Mark(
            labels[at],
            *_WEEKS[at],
            open=at >= late,
            note=_("results still out") if at >= late else "",
        )
        for at in range(len(_WEEKS))
    ]
    return interval_dots(
        marks,
        yardstick=Level(0.04, _("random draw 4 %").replace(" %", "\u00a0%"), 0.028, 0.058),
        events=[Event(labels[6], _("new scanner"))],
        label=_("Hit rate by week, with 95 % intervals; no fall is shown."),
        provenance=(_("bars: 95 % Wilson interval"), _("hollow: results still out")),
        top=0.25,
        simulated=True,
        width=640,
    )


def _bars() -> Chart:
    marks = [
        Mark("P-014", 0.126, 0.098, 0.161),
        Mark("P-017", 0.117, 0.079, 0.171),
        Mark("P-022", 0.074, 0.04, 0.135),
        Mark("P-031", 0.031, 0.011, 0.088),
    ]
    return bars(
        marks,
        unit="share",
        place=_("Profile"),
        label=_("Hit rate by profile: P-014 leads, P-031 is not shown to beat the draw."),
        provenance=(_("lines: 95 % Wilson interval"),),
        simulated=True,
    )


def _histogram() -> Chart:
    shares = ((0.08, 0.2), (0.14, 0.2), (0.19, 0.2), (0.25, 0.2), (0.34, 0.2))
    marks = [Mark(str(at), now, before=before) for at, (now, before) in enumerate(shares, start=1)]
    return histogram(
        marks,
        x=_("Fifth of June to August"),
        label=_("Unit value against the usual: the upper fifths have grown since summer."),
        provenance=(_("grey line: June to August, bars: now"),),
        simulated=True,
        width=440,
    )


def _frontier() -> Chart:
    steps = range(0, 31, 3)
    return frontier(
        [
            Curve(_("model"), [(x * 10, 1 - (1 - x / 30) ** 2.6) for x in steps]),
            Curve(_("profiles"), [(x * 10, 1 - (1 - x / 30) ** 1.7) for x in steps]),
            Curve(_("chance"), [(x * 10, x / 30) for x in steps]),
        ],
        axes=(_("examinations a week"), _("share of found value")),
        label=_("Share of the value found, by examinations: the model lies above the profiles."),
        simulated=True,
    )


def _calibration() -> Chart:
    return calibration(
        [
            Pair(0.02, 0.018, 0.011, 0.03, 1400),
            Pair(0.06, 0.052, 0.038, 0.071, 820),
            Pair(0.12, 0.13, 0.1, 0.166, 410),
            Pair(0.22, 0.24, 0.18, 0.31, 160),
            Pair(0.38, 0.33, 0.22, 0.46, 55),
        ],
        label=_("What the score said came true within the intervals."),
        simulated=True,
        width=440,
    )
