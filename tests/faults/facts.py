"""Count what a node holds and whether all of it fits together; printed as JSON by a process of its own."""

import json
import os
import sys
from collections import Counter
from datetime import timedelta

MOST_REPLAYED = 300


def close_lots() -> int:
    """Draw the lots of the day as if it were over; return how many declarations that decided."""
    from django.db import OperationalError
    from django.utils import timezone

    from tamgha.platform.accounts.models import Administration
    from tamgha.practice.control.services import states

    later = timezone.now() + timedelta(days=2)
    drawn = 0
    for one in Administration.objects.filter(plans__isnull=False).distinct():
        for _try in range(20):
            try:
                drawn += states.close_lots_due(administration=one, at=later)
            except OperationalError:  # the other one draws: the node's clock too comes again
                continue
            break
        else:
            raise RuntimeError("the lots could not be drawn")
    return drawn


def facts() -> dict:
    """Return the numbers of a node, and every place where they do not fit."""
    from tamgha.platform.journal import services as journal
    from tamgha.platform.journal.models import Entry
    from tamgha.practice.control.models import Decision, DecisionHit, DeskState, InspectionAct

    faults = []
    rows = list(Decision.objects.order_by("pk").defer("body"))
    report = journal.check()
    faults += [f"journal: {fault.words.en}" for fault in report.faults]
    told = Counter(Entry.objects.filter(act="control.decided").values_list("object_key", flat=True))
    for row in rows:
        wanted = 1 if row.drop_id is None else 0  # a file is written down chunk by chunk
        wanted += row.lot is not None and row.state != "waiting"  # it waited, and was drawn
        if told.pop(str(row.pk), 0) != wanted:
            faults.append(f"{row}: its entries of the journal are not {wanted}")
    if told:
        faults.append(f"the journal tells of {len(told)} decisions that are not there")
    hits = DecisionHit.objects.filter(live=True).count()
    if hits != sum(one.hits for one in rows):
        faults.append(f"{hits} hits in rows of their own, {sum(one.hits for one in rows)} counted")
    acts = Counter(InspectionAct.objects.values_list("decision", flat=True))
    red = {one.pk for one in rows if one.lane_now == "red"}
    if set(acts) != red or max(acts.values(), default=1) > 1:
        faults.append(f"{len(red)} red declarations, {len(acts)} acts")
    desks = {}
    for held in DeskState.objects.order_by("office", "period"):
        mine = [one for one in rows if (one.office, one.period) == (held.office, held.period)]
        known, found = DESKS[held.office](held, mine)
        desks[f"{held.office} {held.period}"] = known
        faults += [f"{held.office} {held.period}: {one}" for one in found]
    if sum(one["decisions"] for one in desks.values()) != len(rows):
        faults.append("a decision counts in no office and period")
    faults += replayed(rows)
    return {
        "decisions": len(rows),
        "keys": len({(one.system_id, one.drop_id, one.key) for one in rows}),
        "declarations": len({one.declaration for one in rows}),
        "states": dict(Counter(one.state for one in rows)),
        "lanes": dict(Counter(one.lane or "waiting" for one in rows)),
        "journal": Entry.objects.count(),
        "heads": report.heads,
        "unsealed": report.tail.count,
        "desks": desks,
        "faults": faults[:40],
    }


def of_rates(held, rows):
    """Counters are what the decisions add up to, and each decision began where another ended."""
    from tamgha import risk
    from tamgha.practice.control.domain.packing import unpacked

    stored = risk.state_from_json(held.state)
    decided = [risk.record_from_json(unpacked(one.record)).decision for one in rows]
    key = risk.CounterKey(held.office, held.direction, held.period)
    counted = risk.recount((key, one.lane, one.member) for one in decided)
    faults = [fault.en for fault in risk.recount_faults({key: stored}, counted)]
    steps = {one.facts.before.decided: one for one in decided}
    if sorted(steps) != list(range(len(rows))):
        faults.append(f"{len(rows)} decisions began from {len(steps)} different counts")
    for number in range(1, len(steps)):
        before, one = steps.get(number - 1), steps.get(number)
        if before and one:
            after = before.facts.before.after(before.lane, member=before.member)
            if after != one.facts.before:
                faults.append(f"decision {number} did not begin where the one before it ended")
    lanes = Counter(one.lane.value for one in decided)
    return {"decisions": len(rows), "stored": stored.decided, **lanes}, faults


def of_slots(held, rows):
    """Each slot is given once, and no more than there are."""
    from tamgha import risk
    from tamgha.practice.control.domain.packing import unpacked

    state = risk.state_from_json(held.state)
    capacity = held.plan_version.capacity
    decided = [risk.record_from_json(unpacked(one.record)).decision for one in rows]
    given = [one.facts.slots for one in decided if one.lane is risk.Lane.RED]
    faults = []
    if sorted(given) != list(range(capacity - len(given) + 1, capacity + 1)):
        faults.append(f"slots given: {sorted(given)} of {capacity}")
    if state.slots != capacity - len(given) or state.slots < 0 or state.arrived != len(rows):
        faults.append(f"{state} is stored; {len(rows)} came and {len(given)} slots were given")
    return {"decisions": len(rows), "capacity": capacity, "red": len(given)}, faults


def of_lots(held, rows):
    """The purse is what score left, and chance drew what the lots expected, to the one."""
    from tamgha import risk

    state = risk.state_from_json(held.state)
    plan = held.plan_version
    ways = Counter(one.way for one in rows if one.lane == "red")
    waiting = sum(one.state == "waiting" for one in rows)
    known = {"decisions": len(rows), "capacity": plan.capacity, "waiting": waiting, **ways}
    faults = []
    if state.arrived != len(rows):
        faults.append(f"{state.arrived} arrivals are stored, {len(rows)} came")
    if state.purse != plan.capacity - plan.random_examinations - ways["score"] or state.purse < 0:
        faults.append(f"the purse holds {state.purse}; score took {ways['score']}")
    if sum(ways.values()) > plan.capacity:
        faults.append(f"{sum(ways.values())} examinations, {plan.capacity} can be made")
    if held.is_over:
        expected = state.expected
        known["expected"] = float(expected)
        if waiting != 0 or not expected - 1 < ways["random"] < expected + 1:
            faults.append(
                f"chance drew {ways['random']}, {float(expected)} were expected, {waiting} wait"
            )
    return known, faults


DESKS = {"101": of_rates, "102": of_slots, "103": of_lots}


def replayed(rows):
    """Derive decisions again, spread over all; return the faults."""
    from tamgha.practice.control.models import Decision
    from tamgha.practice.control.queries import replaying

    keys = [one.pk for one in rows if one.state == "decided"]
    chosen = keys[:: max(1, len(keys) // MOST_REPLAYED)]
    faults = []
    for row in Decision.objects.filter(pk__in=chosen).select_related("administration"):
        faults += [fault.en for fault in replaying.replay(row).faults]
    return faults


def drawn() -> dict:
    """Draw the lots, then return the numbers of the node."""
    close_lots()
    return facts()


def sealed() -> dict:
    """Seal the journal, then return the numbers of the node."""
    from django.utils import timezone

    from tamgha.platform.journal import services as journal

    journal.seal_all(at=timezone.now(), thorough=True)
    return facts()


def seal() -> int:
    """Seal the journal when it is told to."""
    from django.utils import timezone

    from tamgha.platform.journal import services as journal

    print("ready", flush=True)
    sys.stdin.readline()
    return journal.seal_all(at=timezone.now(), thorough=True)


ROW = "F-{n},1,import,{office},2026-11-24,IMP {p},640399,2022,CN,1000,{v},USD\n"
HEAD = "declaration,item,direction,office,lodged,importer,hs,hs_edition,origin,net_mass_kg,item_price,currency\n"


def drop(declarations: str) -> int:
    """Give a file of so many declarations for decision; return its number."""
    from django.utils import timezone

    from tamgha.platform.accounts.models import Administration, User
    from tamgha.platform.files import services as files
    from tamgha.practice.control.services import drops

    juniper = Administration.objects.get(code="juniper")
    analyst = User.objects.get(administration=juniper, grants__role="analyst")
    lines = (
        ROW.format(n=n, office=tuple(DESKS)[n % 3], p=n % 50, v=900 + n * 37 % 120)
        for n in range(int(declarations))
    )
    now = timezone.now()
    keeping = files.Keeping(owner=analyst, administration=juniper)
    text = (HEAD + "".join(lines)).encode()
    file = files.store([text], name="arrivals.csv", keeping=keeping, at=now)
    return drops.give_file(file=file, mapping="", by=analyst, at=now).pk


def work() -> int:
    """Do the long work that waits; take up again what lost its worker."""
    from django.utils import timezone

    from tamgha.platform.jobs import services as jobs
    from tamgha.platform.jobs import worker
    from tamgha.platform.jobs.models import Job

    jobs.notice_lost(at=timezone.now())
    for job in Job.objects.filter(state="failed"):
        jobs.resume(job=job, at=timezone.now())
    return worker.run_waiting()


def answer(number: str) -> dict:
    """Return the state of a file, and how many lines its answer has."""
    from tamgha.platform.files import services as files
    from tamgha.practice.control.models import FileDrop

    given = FileDrop.objects.get(pk=int(number))
    text = files.path_for(given.given_by, given.answer).read_text(encoding="utf-8-sig")
    return {"state": given.state, "lines": len(text.splitlines()) - 1}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamgha.site.settings")
    import django

    django.setup()
    asked = {
        "close": close_lots, "facts": facts, "drawn": drawn, "sealed": sealed, "seal": seal, "drop": drop,
        "work": work, "answer": answer,
    }  # fmt: skip
    print(json.dumps(asked[sys.argv[1]](*sys.argv[2:]), default=str))
