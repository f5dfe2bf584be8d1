"""What was looked at is decided together: the states are locked once, everything is stored at once.

A single declaration, those that came at the same time, and a chunk of a file go the same way. Locks
are taken in one order (the day, the states by office, direction and period, the examiners), so that
processes wait for one another and never in a circle.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from tamgha import risk
from tamgha.platform.accounts.models import Administration
from tamgha.platform.statements import Insert, run
from tamgha.practice.control.choices import Lane
from tamgha.practice.control.domain.lodging import AnyLodging
from tamgha.practice.control.gateways import online
from tamgha.practice.control.models import Decision, DeskState, OnlineDay
from tamgha.practice.control.services import assigning, states
from tamgha.practice.control.services.rows import Bench, Looked, Source, row_of, store_hits

write_decisions: Final = Insert(Decision)


class DayTurnsError(Exception):
    """Somebody was faster: a new day began, or a declaration that this one rests on has come."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A declaration about which everything is known but the state that it meets.

    Parameters
    ----------
    day : whose indicators it was looked at with
    predecessor : declaration whose draws it goes on with; "" for none
    """

    source: Source
    lodged: AnyLodging
    key: str
    day: OnlineDay
    bench: Bench
    looked: Looked
    predecessor: str = ""

    @property
    def seen(self) -> risk.Seen:
        """It, as the engine decides on it."""
        return self.looked.seen

    @property
    def counts(self) -> bool:
        """Whether its state is counters alone, so that it can be decided with others."""
        return isinstance(self.bench.parameters, risk.ModselParameters)


def settle(administration: Administration, ready: Sequence[Ready]) -> list[Decision]:
    """Decide on declarations of one administration and one day, and store everything.

    Called in a transaction, which holds what it locks until it ends. Nothing is announced.

    Raises
    ------
    DayTurnsError
        When another day has begun meanwhile: look again.
    IntegrityError
        When one of them has a decision already, or its key has.
    """
    online.lock_shared(administration)
    counted = _Counted(administration, {one.seen.key for one in ready if one.counts})
    if counted.newest_day != ready[0].day.pk:
        raise DayTurnsError
    opened: dict[risk.CounterKey, states.OpenState] = {}
    states.lock_days(administration, {one.seen.key for one in ready if not one.counts})
    for one in sorted(ready, key=lambda each: each.seen.key):
        if not one.counts and one.seen.key not in opened:
            opened[one.seen.key] = states.OpenState.take(administration, one.seen, one.bench)
    rows = []
    for one in ready:
        if one.counts:
            answer = counted.decide(one)
        else:
            answer = opened[one.seen.key].decide(one.seen, one.bench)
        row = row_of(one.source, one.lodged, one.key, one.bench, one.seen, answer)
        row.predecessor = one.predecessor
        rows.append(row)
    counted.keep()
    for state in opened.values():
        state.keep()
    write_decisions(rows)
    store_hits([(row, one.looked) for row, one in zip(rows, ready, strict=True)])
    red = [row for row in rows if row.lane == Lane.RED]
    assigning.open_many(red, ready[0].bench.standard.rules)
    return rows


class _Counted:
    """Counters of mode modsel, locked; new ones begin at zero."""

    def __init__(self, administration: Administration, keys: Iterable[risk.CounterKey]) -> None:
        wanted = sorted(set(keys))
        self.newest_day, self._found = _locked(administration, wanted)
        missing = [key for key in wanted if key not in self._found]
        if missing:
            _begin(administration, missing)
            self.newest_day, self._found = _locked(administration, wanted)
        self._moved: set[risk.CounterKey] = set()

    def decide(self, one: Ready) -> risk.Decided | risk.Waiting:
        key = one.seen.key
        pk, state = self._found[key]
        answer, after = risk.decide(one.seen, one.bench.desk, one.bench.parameters, state)
        self._found[key] = pk, after
        self._moved.add(key)
        return answer

    def keep(self) -> None:
        told = [
            (json.dumps(risk.state_as_json(state)), pk)
            for key, (pk, state) in self._found.items()
            if key in self._moved
        ]
        for values in told:
            run("UPDATE control_deskstate SET state = %s WHERE id = %s", values)


def _locked(
    administration: Administration, keys: Sequence[risk.CounterKey]
) -> tuple[int | None, dict[risk.CounterKey, tuple[int, Any]]]:
    """Return the newest day, and the states as locked: keys of rows and counters."""
    newest = (
        "SELECT id FROM control_onlineday WHERE administration_id = %s ORDER BY day DESC LIMIT 1"
    )
    values: list[Any] = [administration.pk]
    if keys:
        places = ", ".join(["(%s, %s, %s)"] * len(keys))
        text = (
            f"SELECT ({newest}), id, office, direction, period, state "  # noqa: S608 -- places
            "FROM control_deskstate "
            f"WHERE administration_id = %s AND (office, direction, period) IN (VALUES {places}) "
            "ORDER BY office, direction, period"
        )
        if connection.features.has_select_for_update:
            text += " FOR UPDATE"
        values += [administration.pk, *(part for key in keys for part in key)]
    else:
        text = newest
    rows = run(text, values)
    day = rows[0][0] if rows else None
    return day, {
        risk.CounterKey(office, direction, period): (pk, risk.state_from_json(_read(state)))
        for _day, pk, office, direction, period, state in (rows if keys else ())
    }


def _read(state: Any) -> Any:
    """Return JSON as an object; PostgreSQL's driver leaves it as text, as SQLite does."""
    return json.loads(state) if isinstance(state, str) else state


def _begin(administration: Administration, keys: Sequence[risk.CounterKey]) -> None:
    zero = risk.state_as_json(risk.Counters())
    DeskState.objects.bulk_create(
        [
            DeskState(
                administration=administration,
                office=key.office,
                direction=key.direction,
                period=key.period,
                state=zero,
            )
            for key in keys
        ],
        ignore_conflicts=True,
    )
