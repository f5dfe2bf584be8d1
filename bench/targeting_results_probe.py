"""Measure one thing on the node of `targeting_world`, in a process of its own; prints one line of JSON.

``python targeting_results_probe.py results|list [address of the database]``
"""

import gc
import json
import logging
import re
import resource
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import targeting_world as world

LOOKS = 5
TURNS = 3
DEEP = 500_000


def timed(work):
    """Return (seconds by the clock, seconds of this process)."""
    gc.collect()
    begun, start = time.process_time(), time.perf_counter()
    work()
    return time.perf_counter() - start, time.process_time() - begun


def signed_in(user):
    from django.conf import settings
    from django.test import Client

    logging.disable(logging.INFO)
    settings.ROOT_URLCONF = "targeting_list_bare"
    settings.ALLOWED_HOSTS = ["localhost"]
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def got(client, address):
    page = client.get(address)
    if page.status_code != 200:
        raise RuntimeError(f"{address} answered {page.status_code}")
    return page


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def database():
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            return "PostgreSQL " + cursor.execute("show server_version").fetchone()[0].split()[0]
    return f"SQLite {connection.Database.sqlite_version}"


def results(node) -> dict:
    """Return how long the page takes after each new act, and a recount from all rows."""
    from tamgha.practice.control.domain.acts import HandedIn, ItemResult
    from tamgha.practice.control.models import InspectionAct, ResultCell
    from tamgha.practice.control.services import acts, upkeep

    before = peak_mb()
    recount, recount_cpu = timed(
        lambda: upkeep.recount(administration=node.own, at=world.NOW + timedelta(days=1))
    )
    grown = peak_mb() - before
    client = signed_in(node.analyst)
    shown = {"twelve weeks": "/risk/results/", "the whole year": "/risk/results/?span=all"}
    for address in shown.values():
        got(client, address)
    pages: dict[str, list[tuple[float, float]]] = {name: [] for name in shown}
    taken = []
    some = InspectionAct.objects.filter(state="final").order_by("-pk").select_related("decision")
    for act in some[:LOOKS]:
        given = HandedIn(
            examined=act.decision.day,
            minutes=30,
            items=(
                ItemResult(item=1, result="found", kind="value"),
                ItemResult(item=2, result="clean"),
            ),
        )
        taken.append(
            timed(
                lambda act=act, given=given: acts.hand_in(
                    act=act,
                    given=given,
                    hand=acts.Hand(source="bench"),
                    at=datetime.now(UTC),
                    reason="bench",
                )
            )[0]
        )
        for name, address in shown.items():
            pages[name].append(timed(lambda address=address: got(client, address)))
    return {
        "pages": {
            name: {
                "wall": statistics.median(wall for wall, _cpu in many),
                "worst": max(wall for wall, _cpu in many),
                "cpu": statistics.median(cpu for _wall, cpu in many),
            }
            for name, many in pages.items()
        },
        "act": statistics.median(taken),
        "recount": recount,
        "recount_cpu": recount_cpu,
        "recount_mb": grown,
        "cells": ResultCell.objects.count(),
    }


def shown(page: str) -> list[str]:
    """Return the numbers of the declarations on a page of the list."""
    return re.findall(r'href="/risk/decisions/\d+/"[^>]*>\s*([^<\s]+)', page)


def listing(node) -> dict:
    """Return of each state of the list: ours, the bare view, and the number of queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tamgha.practice.control.models import Decision

    client = signed_in(node.analyst)
    rows = Decision.objects.filter(administration=node.own).order_by("-decided_at", "-pk")
    deep = min(DEEP, rows.count() // 2) // 30 * 30 - 1  # the last row of a page
    at, pk = rows[deep : deep + 1].values_list("decided_at", "pk")[0]
    told, counts = {}, set()
    for name, asked, page in states(node, deep, (at, pk)):
        ours = f"/risk/decisions/?{urlencode(asked | page['ours'])}"
        bare = f"/bare/decisions?{urlencode(asked | page['bare'])}"
        key = f"/bare/key?{urlencode(asked | page['key'])}"
        first = shown(got(client, ours).content.decode())
        plain = got(client, bare).content.decode(), got(client, key).content.decode()
        if first and not all(f"<td>{first[0]}<td>" in text for text in plain):
            raise RuntimeError(f"{name}: the two show other rows")
        times: dict[str, list[float]] = {"ours": [], "bare": [], "key": []}
        for _turn in range(TURNS):
            for who, address in (("ours", ours), ("bare", bare), ("key", key)):
                times[who].append(timed(lambda address=address: got(client, address))[0])
        with CaptureQueriesContext(connection) as seen:
            got(client, ours)
        if "q" not in asked:  # a search asks two more: for the keys of what begins so
            counts.add(len(seen))
        middle = {who: statistics.median(many) for who, many in times.items()}
        told[name] = middle | {"rows": len(first), "queries": len(seen)}
        print(name, {who: round(1000 * t, 1) for who, t in middle.items()}, file=sys.stderr)
    return {"states": told, "queries": sorted(counts)}


def states(node, deep, place):
    """Yield name, what is asked for, and how each of the three names the page."""
    from tamgha.platform.tables.keyset import Cursor

    first = {"ours": {}, "bare": {}, "key": {}}
    at, pk = place
    after = Cursor("-decided", (at, pk), deep).encode()
    later = {
        "ours": {"after": after},
        "bare": {"page": (deep + 1) // 30 + 1},
        "key": {"before": f"{at.isoformat()} {pk}"},
    }
    week = {"day_from": "2026-03-02", "day_to": "2026-03-08"}
    filters = {
        "all": {},
        "lane red": {"lane": "red"},
        "lane green": {"lane": "green"},
        "by the draw": {"way": "random"},
        "by score (none)": {"way": "score"},
        "cancelled": {"state": "cancelled"},
        "waiting (none)": {"state": "waiting"},
        "decided": {"state": "decided"},
        "transit": {"direction": "transit"},
        "a profile": {"profile": "P-007"},
        "a week": week,
        "red, by the draw, transit": {"lane": "red", "way": "random", "direction": "transit"},
        "red in a week": {"lane": "red", **week},
        "cancelled transit in a week": {"state": "cancelled", "direction": "transit", **week},
        "a profile, red, a week": {"profile": "P-007", "lane": "red", **week},
        "blue, by the draw (none)": {"lane": "blue", "way": "random"},
        "beginning of a number": {"q": "1103-07"},
        "an importer": {"q": "FIRM 4321"},
        "a word that none has": {"q": "ZZZ"},
    }
    for name, asked in filters.items():
        yield name, asked, first
    yield "all, deep", {}, later


if __name__ == "__main__":
    what, url = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    here = world.node(url)
    measured = {"results": results, "list": listing}[what](here)
    print(json.dumps(measured | {"database": database(), "peak_mb": peak_mb()}))
