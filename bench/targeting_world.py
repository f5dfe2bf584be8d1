"""A node with many decisions behind it: a year, six offices, sixty profiles, acts, overrides,
amendments.

Made rows, laid down by the bulk loaders of the databases. ``BENCH_RESULTS_DECISIONS`` says how many
(1,000,000 by default); ``BENCH_RESULTS_HOME`` names a folder in which the SQLite node is kept, so that the
next run need not lay it down again.
"""

import atexit
import os
import random
import shutil
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

DECISIONS = int(os.environ.get("BENCH_RESULTS_DECISIONS", "1000000"))
PROFILES = 60
OFFICES = 6
DAYS = 364
FIRST = date(2025, 11, 3)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SLICE = 50_000
DRAW = 0.0125
AMENDED = 0.01


def node(url: str = "") -> SimpleNamespace:
    """Return the node in the database of this address, laid down if it is empty and not yet counted."""
    kept = os.environ.get("BENCH_RESULTS_HOME", "")
    home = Path(kept or tempfile.mkdtemp(prefix="tamgha-bench-results-"))
    home.mkdir(parents=True, exist_ok=True)
    if not kept:
        atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tamgha.site.settings",
        "TAMGHA_HOME": str(home),
        "TAMGHA_DATABASE_URL": url or f"sqlite:///{home}/world-{DECISIONS}.sqlite3",
    }
    import django

    django.setup()
    from django.core.management import call_command

    from tamgha.platform.accounts.models import Administration, User
    from tamgha.practice.control.models import Decision

    call_command("migrate", verbosity=0, interactive=False)
    if not Decision.objects.exists():
        lay_down()
    own = Administration.objects.get(code="juniper")
    return SimpleNamespace(
        own=own,
        analyst=User.objects.get(administration=own, grants__role="analyst"),
        home=home,
    )


def lay_down() -> None:
    """Lay everything down, in one transaction: a run that was broken off leaves nothing."""
    from django.db import connection, transaction

    from tamgha.platform.accounts import services as accounts
    from tamgha.platform.accounts.models import Administration

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute("PRAGMA cache_size=-400000")
    accounts.create_demo(at=NOW)
    own = Administration.objects.get(code="juniper")
    with transaction.atomic():
        _profiles(own)
        chance = random.Random(24)
        for start in range(0, DECISIONS, SLICE):
            _lay_slice(own, range(start, min(DECISIONS, start + SLICE)), chance)
        _set_sequences()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous=FULL")


def _profiles(own) -> None:
    from tamgha.platform.accounts.models import User
    from tamgha.practice.targeting.choices import VersionState
    from tamgha.practice.targeting.models import ProfileVersion
    from tamgha.practice.targeting.services.profiles import Wording, save_draft

    author = User.objects.get(administration=own, grants__role="analyst")
    for number in range(PROFILES):
        condition = f"item_price < {100 + number}"
        save_draft(
            administration=own,
            code=f"P-{number:03}",
            wording=Wording(name=f"Low price {number}", condition=condition, red=3_000),
            by=author,
            at=NOW,
        )
    ProfileVersion.objects.update(state=VersionState.ACTIVE)


def _packs(chance) -> tuple[list[bytes], list[bytes]]:
    """Return bodies and records of the size that real ones have."""
    from tamgha.practice.control.domain.packing import packed

    bodies, records = [], []
    for _one in range(200):
        items = [
            {"item": place, "hs": f"{chance.randrange(10**9, 10**10)}", "origin": "CN",
             "goods": chance.randbytes(110).hex(), "net_mass_kg": chance.lognormvariate(4, 1),
             "item_price": chance.lognormvariate(5, 1), "currency": "USD"}
            for place in (1, 2)
        ]  # fmt: skip
        bodies.append(packed(items))
        records.append(packed({"made": chance.randbytes(180).hex()}))
    return bodies, records


def _lay_slice(own, numbers: range, chance) -> None:
    from tamgha.practice.control.models import (
        ActItem,
        ActVersion,
        Decision,
        DecisionEvent,
        DecisionHit,
        InspectionAct,
    )

    bodies, records = _packs(chance)
    decisions, hits, acts, versions, items, events = [], [], [], [], [], []
    for number in numbers:
        pk = number + 1
        day = FIRST + timedelta(days=number * DAYS // DECISIONS)
        at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC) + timedelta(
            seconds=number % max(1, DECISIONS // DAYS) * 32_000 // max(1, DECISIONS // DAYS)
        )
        row = _decided(chance, number, at, day)
        hit = row.pop("codes")
        decisions.append({"id": pk, "administration_id": own.pk, **row,
                          "body": bodies[number % 200], "record": records[number % 200]})  # fmt: skip
        hits += [
            {"decision_id": pk, "code": code, "number": 1 + (number > DECISIONS // 2), "items": 1,
             "live": True, "drawn": row["lane"] if row["way"] == "criteria" else ""}
            for code in hit
        ]  # fmt: skip
        if chance.random() < AMENDED:
            decisions.append(_amended(decisions[-1], number))
        if row["lane_now"] == "red":
            _examined(chance, own, pk, row, (acts, versions, items))
        if row["lane"] and row["lane"] != row["lane_now"]:
            events.append({"decision_id": pk, "kind": "rerouted", "at": at, "lane": row["lane_now"],
                           "upwards": row["lane_now"] == "red", "by_id": 1,
                           "reason": "Call from the post", "facts": "{}"})  # fmt: skip
    for model, rows in (
        (Decision, decisions),
        (DecisionHit, hits),
        (InspectionAct, acts),
        (ActVersion, versions),
        (ActItem, items),
        (DecisionEvent, events),
    ):
        load(model, rows)


def _decided(chance, number: int, at: datetime, day: date) -> dict:
    """Return the columns of a decision; one in five is hit by a profile or two."""
    codes = (
        sorted(
            {f"P-{chance.randrange(PROFILES):03}" for _one in range(chance.choice((1, 1, 1, 2)))}
        )
        if number % 5 == 0
        else []
    )
    by_profile = 1 - 0.7 ** len(codes)
    inclusion = by_profile + (1 - by_profile) * DRAW
    draw = chance.random()
    way = "criteria" if draw < by_profile else "random" if draw < inclusion else "none"
    lane = "red" if way != "none" else chance.choices(("green", "yellow", "blue"), (90, 8, 2))[0]
    lane_now, state = lane, "decided"
    turn = chance.random()
    if turn < 0.004:
        lane_now = "red" if lane != "red" else "green"
    elif turn < 0.008:
        state = "cancelled"
    return {
        "key": f"k{number}",
        "declaration": f"{1101 + number % OFFICES}-{number:07}",
        "office": f"{1101 + number % OFFICES}",
        "direction": chance.choices(("import", "export", "transit"), (70, 25, 5))[0],
        "importer": f"FIRM {chance.randrange(8_000)}",
        "transport_document": f"T{number}",
        "lodged": at,
        "decided_at": at,
        "day": day,
        "period": f"{day:%Y-%m}",
        "mode": "modsel",
        "state": state,
        "lane": lane,
        "lane_now": lane_now,
        "way": way,
        "inclusion": inclusion,
        "items": 2,
        "hits": len(codes),
        "draw_id": f"d{number}",
        "epoch": f"{day.year}Q{(day.month + 2) // 3}",
        "codes": codes,
    }


def _amended(first: dict, number: int) -> dict:
    """Return the amendment of a declaration, which changes nothing of its lane."""
    return first | {
        "id": DECISIONS + number + 1,
        "first_id": first["id"],
        "version": 2,
        "key": f"a{number}",
        "decided_at": first["decided_at"] + timedelta(hours=2),
    }


def _examined(chance, own, pk: int, row: dict, into) -> None:
    """Store an act; nine of ten are handed in, one of ten of those with a find, profiles' oftener."""
    acts, versions, items = into
    is_in = chance.random() < 0.97
    at = row["decided_at"] + timedelta(hours=5)
    acts.append({"id": pk, "administration_id": own.pk, "decision_id": pk, "office": row["office"],
                 "state": "final" if is_in else "open", "opened_at": row["decided_at"],
                 "latest": int(is_in), "draft": "{}"})  # fmt: skip
    if not is_in:
        return
    rate = 0.12 if row["way"] == "criteria" else 0.04
    for number in (1, 2) if chance.random() < 0.05 else (1,):
        found = chance.random() < rate
        version = 2 * pk + number
        versions.append({"id": version, "act_id": pk, "number": number,
                         "kind": "final" if number == 1 else "revised", "at": at + timedelta(days=3 * number),
                         "examined": row["day"], "minutes": chance.randrange(20, 120)})  # fmt: skip
        items += [
            {"version_id": version, "item": place, "result": "found" if found and place == 1 else "clean",
             "kind": "value" if found and place == 1 else "",
             "duty": f"{chance.lognormvariate(7, 1):.2f}" if found and place == 1 else None}
            for place in (1, 2)
        ]  # fmt: skip


def load(model, rows: list[dict]) -> None:
    """Lay rows down by the loader of the database; what is not named takes its default."""
    from django.db import connection

    if not rows:
        return
    fields = [one for one in model._meta.concrete_fields if not one.primary_key or "id" in rows[0]]
    names = [one.column for one in fields]
    plain = {
        one.column: one.get_default()
        for one in fields
        if not one.null and one.column not in rows[0]
    }
    plain = {name: "{}" if isinstance(value, dict) else value for name, value in plain.items()}
    told = ([row.get(name, plain.get(name)) for name in names] for row in rows)
    table, columns = model._meta.db_table, ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join(["?"] * len(names))
            adapted = ([_plain(value) for value in row] for row in told)
            connection.connection.executemany(
                f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', adapted
            )
        else:
            with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                for row in told:
                    copy.write_row(row)


def _plain(value):
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ")
    return value.isoformat() if isinstance(value, date) else value


def _set_sequences() -> None:
    from django.core.management.color import no_style
    from django.db import connection

    from tamgha.practice.control.models import ActVersion, Decision, InspectionAct

    with connection.cursor() as cursor:
        for line in connection.ops.sequence_reset_sql(
            no_style(), [Decision, InspectionAct, ActVersion]
        ):
            cursor.execute(line)
