"""The stage of `make look`, pages of control: what the demo itself does not show."""

import struct
import zlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tamgha.platform.accounts.models import User
from tamgha.platform.files import services as files
from tamgha.practice.control.domain.acts import HandedIn, ItemResult
from tamgha.practice.control.models import (
    Decision,
    InspectionAct,
    OfficePlan,
    ResultAlert,
)
from tamgha.practice.control.services import (
    acts,
    alerting,
    drops,
    following,
    reporting,
    systems,
)
from tamgha.practice.targeting.models import ProfileVersion, RetirementProposal
from tamgha.practice.targeting.services.passports import Wish, make_move
from tamgha.practice.targeting.services.profiles import Wording, save_draft
from tamgha.practice.targeting.services.proposals import propose_retirement

COLUMNS = "declaration,direction,office,lodged,importer,hs,hs_edition,origin,goods,net_mass_kg,item_price,currency\n"
URGENT = Wording(
    name="Batteries of one exporter",
    condition="hs LIKE '850760%' AND origin = 'CN'",
    red=10_000,
    task_en="Do not open damaged packages. Call the fire service, then photograph the marking.",
    task_ru="Повреждённые места не вскрывать. Вызвать пожарную службу, сфотографировать маркировку.",
    purpose="Stop a dangerous consignment",
    risk="R-26 Batteries without marking",
    evidence="Note of the neighbour of tonight",
    direction="import",
)
COLOURS = {".": (235, 232, 238), "o": (156, 124, 150), "#": (93, 39, 83)}
CRATE = (
    "................",
    "..############..",
    "..#oooooooooo#..",
    "..#o########o#..",
    "..#o#oooooo#o#..",
    "..#o#o####o#o#..",
    "..#o#oooooo#o#..",
    "..#o########o#..",
    "..#oooooooooo#..",
    "..############..",
    "................",
)


def drawn(scale: int = 24) -> bytes:
    """Return a drawing of a crate as PNG."""
    lines = b"".join(
        (b"\0" + b"".join(bytes(COLOURS[mark]) * scale for mark in row)) * scale for row in CRATE
    )
    size = struct.pack(">IIBBBBB", len(CRATE[0]) * scale, len(CRATE) * scale, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", size), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(told)) + kind + told + struct.pack(">I", zlib.crc32(kind + told))
        for kind, told in parts
    )


def lodged_file(now: datetime, *, rows: int = 40, fault: bool = False) -> bytes:
    """Return declarations of today as a program drops them."""
    lines = [
        f"SIM-{now:%m%d}-{number:03d},import,Reed Port,{now:%Y-%m-%d},"
        f"IM-{number % 7},{'6403' if fault and number == 5 else '640399'},2022,CN,leather shoes,"
        f"{100 + number},{'n/a' if fault and number == 9 else 900 + number},USD"
        for number in range(1, rows + 1)
    ]
    return (COLUMNS + "\n".join(lines) + "\n").encode()


def set_the_stage(people: dict[str, User], now: datetime, keeping: files.Keeping) -> dict[str, Any]:
    """Give each page of control something to show, and return the objects by name."""
    analyst, coordinator = people["analyst"], people["coordinator"]
    own = analyst.administration
    if own is None:
        raise RuntimeError("the analyst of the demo has no administration")
    made = {"plan": OfficePlan.objects.exclude(office="").get(administration=own)}
    made["program"], _secret = systems.enter_system(
        name="Declaration system",
        may_decide=True,
        may_hand_in=False,
        per_minute=600,
        by=coordinator,
        at=now - timedelta(days=9),
    )
    old, _secret = systems.enter_system(
        name="Test bench",
        may_decide=False,
        may_hand_in=True,
        per_minute=60,
        by=coordinator,
        at=now - timedelta(days=30),
    )
    systems.revoke_system(system=old, by=coordinator, at=now - timedelta(days=2))
    made |= _decided(people, now) | _passports(people, now) | _results(people, now)
    for name, fault in (("lodged-today.csv", False), ("lodged-with-faults.csv", True)):
        file = files.store_upload(
            SimpleUploadedFile(name, lodged_file(now, fault=fault)), keeping=keeping, at=now
        )
        made["drop-refused" if fault else "drop"] = drops.give_file(
            file=file, mapping="", by=analyst, at=now
        )
    return made


def _decided(people: dict[str, User], now: datetime) -> dict[str, Any]:
    """A decision with hits, one that a person changed; acts open, begun, partial and final."""
    examiner, approver = people["examiner"], people["approver"]
    open_acts = list(
        InspectionAct.objects.filter(state="open")
        .select_related("administration", "decision", "examiner__person")
        .order_by("-weight", "pk")
    )
    act, second = open_acts[:2]
    for minutes, kind, witness in (
        (74, "called", "own"),
        (60, "presented", "party"),
        (52, "seal_cut", "two"),
    ):
        acts.note_time(
            act=act,
            kind=kind,
            moment=now - timedelta(minutes=minutes),
            witness=witness,
            by=examiner,
            at=now,
        )
    photos = [
        acts.add_photo(
            act=act,
            uploaded=SimpleUploadedFile(f"{name}.png", drawn()),
            caption=caption,
            by=examiner,
            at=now,
        )
        for name, caption in (("1", "Seal before cutting"), ("2", "Second row, opened"))
    ]
    numbers = acts.item_numbers(second)
    first_open = ItemResult(
        item=numbers[0],
        result="open",
        open_reason="The scale at gate 2 is out of use",
        open_by="Second shift",
        open_until=now + timedelta(hours=20),
    )
    given = HandedIn(
        examined=now.date(),
        items=(first_open, *(ItemResult(item=number, result="clean") for number in numbers[1:])),
        minutes=50,
    )
    acts.hand_in(act=second, given=given, hand=acts.Hand(by=examiner), at=now)
    green = Decision.objects.filter(administration=approver.administration, lane="green")
    following.reroute(
        decision=green.latest("pk"),
        lane="red",
        reason="The scanner picture shows a second floor",
        by=approver,
        at=now,
    )
    finals = InspectionAct.objects.filter(state="final")
    return {
        "act": act,
        "act-partial": second,
        "act-final": finals.filter(versions__items__result="found").latest("pk"),
        "photo": photos[0],
        "decision": Decision.objects.filter(way="criteria").latest("pk"),
        "decision-random": Decision.objects.filter(way="random").latest("pk"),
        "decision-changed": green.latest("pk"),
    }


def _passports(people: dict[str, User], now: datetime) -> dict[str, Any]:
    """An urgent alert that nobody checked yet, and a proposal to retire."""
    analyst = people["analyst"]
    urgent = save_draft(
        administration=analyst.administration,
        code="P-005",
        wording=replace(URGENT, valid_to=now.date() + timedelta(days=14)),
        by=analyst,
        at=now - timedelta(hours=7),
    )
    make_move(
        version=urgent,
        wish=Wish("alert", reason="The neighbour wrote of a burning container"),
        by=analyst,
        at=now - timedelta(hours=7),
    )
    proposal = RetirementProposal.objects.filter(state="open").first()
    if proposal is None:
        proposal = propose_retirement(
            version=ProfileVersion.objects.get(profile__code="P-004", number=1),
            evidence={
                "verdict": "below",
                "profile": {"value": 0.03, "n": 78, "low": 0.0, "high": 0.09, "method": "Wilson"},
                "random": {"value": 0.12, "n": 44, "low": 0.05, "high": 0.24, "method": "Wilson"},
                "as_of": now.isoformat(),
            },
            at=now,
        )
    return {"proposal": proposal}


def _results(people: dict[str, User], now: datetime) -> dict[str, Any]:
    """Alerts, one of each state, and the report of a month."""
    analyst, own = people["analyst"], people["analyst"].administration
    if own is None:
        raise RuntimeError("the analyst of the demo has no administration")
    alerting.watch(administration=own, at=now)
    for office, missing in (("Reed Port", 12), ("Steppe Rail", 6), ("Hill Road", 5)):
        ResultAlert.objects.get_or_create(
            administration=own,
            kind="feedback",
            subject=office,
            defaults={"facts": {"missing": missing, "of": 40}, "raised_at": now, "looked_at": now},
        )
    alerts = list(ResultAlert.objects.filter(administration=own).order_by("pk"))
    alerting.mark_seen(alert=alerts[-1], by=analyst, at=now)
    alerting.deal_with(
        alert=alerts[-2], remark="The post was called; the acts come tomorrow", by=analyst, at=now
    )
    month = (now - timedelta(days=28)).date()
    report = reporting.ask_for_report(month=month, language="en", by=analyst, at=now)
    return {"alert": alerts[0], "alert-seen": alerts[-1], "report": report}
