"""Whether what the profiles look at has changed: a sample of the last weeks against the months before.

Drift says that the trade or the data changed, not that fraud did. The values are those that the
decisions were made on. Read in the background, never by a page: it unpacks up to 3,000 decisions.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

import numpy as np

from tamgha import risk
from tamgha.platform.accounts.models import Administration
from tamgha.practice.control.choices import DecisionState
from tamgha.practice.control.domain.packing import rows_of
from tamgha.practice.control.gateways import desks
from tamgha.practice.control.models import Decision

NOW_DAYS: Final = 28
BEFORE_DAYS: Final = 84
MOST_NOW, MOST_BEFORE = 1_000, 2_000
LEAST: Final = 100
BINS: Final = 5


def drift_of(
    administration: Administration, *, until: date, standard: desks.Standard
) -> dict[str, Any]:
    """Return the drift of everything that the profiles in force look at, as JSON can hold it.

    Parameters
    ----------
    until : first day that is not looked at

    Returns
    -------
    ``{}`` where there is too little to compare; else the days, the counts and for each name its
    index, the noise of it, and the shares of each bin now and before.
    """
    start = until - timedelta(days=NOW_DAYS)
    now = _values(administration, (start, until), MOST_NOW)
    before = _values(administration, (start - timedelta(days=BEFORE_DAYS), start), MOST_BEFORE)
    if min(len(now), len(before)) < LEAST:
        return {}
    users = _users(standard)
    found = [
        one
        for name in sorted(users)
        if (one := _of_name(name, now, before, users[name])) is not None
    ]
    stands_out = risk.benjamini_hochberg([one["p_value"] for one in found])
    for one, named in zip(found, stands_out, strict=True):
        one["moved"] = bool(named) and one["index"] > one["noise_95"]
    found.sort(key=lambda one: -one["index"])
    return {
        "until": until.isoformat(),
        "now": len(now),
        "before": len(before),
        "names": found,
    }


def _users(standard: desks.Standard) -> dict[str, list[str]]:
    """Return of each field that a condition names: the codes of the profiles that name it."""
    found: dict[str, list[str]] = {}
    for (code, _number), version in sorted(standard.versions.items()):
        for name in version.engine.condition.columns:
            users = found.setdefault(name, [])
            if code not in users:
                users.append(code)
    return found


def _values(
    administration: Administration, days: tuple[date, date], most: int
) -> list[dict[str, Any]]:
    """Return the first item of evenly spread decisions of some days."""
    keys = list(
        Decision.objects.filter(
            administration=administration,
            first=None,
            state=DecisionState.DECIDED,
            day__gte=days[0],
            day__lt=days[1],
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    step = max(1, len(keys) // most)
    bodies = Decision.objects.filter(pk__in=keys[::step][:most]).values_list("body", flat=True)
    return [rows_of(body)[0] for body in bodies]


def _of_name(
    name: str, now: Sequence[dict[str, Any]], before: Sequence[dict[str, Any]], users: list[str]
) -> dict[str, Any] | None:
    new, old = [row.get(name) for row in now], [row.get(name) for row in before]
    known = [value for value in old if value is not None]
    if not known:
        return None
    if all(isinstance(value, int | float) for value in known):
        counts = _numbers(new, old)
    else:
        counts = _texts(new, old)
    drift = risk.drift(*counts)
    return {
        "name": name,
        "profiles": users,
        "index": round(drift.index, 4),
        "noise": round(drift.noise, 4),
        "noise_95": round(drift.noise_95, 4),
        "p_value": drift.p_value,
        "now": [round(float(part), 4) for part in counts[0] / max(1, counts[0].sum())],
        "before": [round(float(part), 4) for part in counts[1] / max(1, counts[1].sum())],
    }


def _numbers(new: Sequence[Any], old: Sequence[Any]) -> tuple[Any, Any]:
    values = [
        np.array([np.nan if one is None else float(one) for one in side], float)
        for side in (new, old)
    ]
    edges = risk.histogram_bins(values[1], BINS)
    return risk.bin_counts(values[0], edges), risk.bin_counts(values[1], edges)


def _texts(new: Sequence[Any], old: Sequence[Any]) -> tuple[Any, Any]:
    """Return the counts of the commonest values before, of all others, and of none."""
    usual = [value for value, _n in Counter(one for one in old if one is not None).most_common(4)]

    def counts(side: Sequence[Any]) -> Any:
        places = [
            len(usual) + 1 if one is None else usual.index(one) if one in usual else len(usual)
            for one in side
        ]
        return np.bincount(places, minlength=len(usual) + 2)

    return counts(new), counts(old)
