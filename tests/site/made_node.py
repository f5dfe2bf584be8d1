"""Objects of two administrations, each named with the mark of its owner."""

import base64
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model

from tamgha import risk
from tamgha.platform.accounts import services as accounts
from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.files import services as files
from tamgha.platform.files.choices import Access
from tamgha.platform.jobs import worker
from tamgha.practice.control.domain.lodging import Lodging
from tamgha.practice.control.domain.terms import PlanTerms
from tamgha.practice.control.gateways import desks
from tamgha.practice.control.models import FileDrop, ResultAlert, ResultReport
from tamgha.practice.control.services import acts, deciding, plans, systems, upkeep
from tamgha.practice.control.services.examiners import set_examiner
from tamgha.practice.control.services.rows import Source
from tamgha.practice.register.domain.wording import Wording
from tamgha.practice.register.services import writing as register
from tamgha.practice.register.services.following import add_action
from tamgha.practice.targeting.choices import ModelState
from tamgha.practice.targeting.models import (
    DeclaredIndicator,
    RetirementProposal,
    SavedMapping,
    ScoreModel,
    Suggestion,
)
from tamgha.practice.targeting.services import intakes, profiles, sets
from tamgha.shared.figures import Estimate, Interval

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MARKS = {"juniper": "zq7juniper", "apricot": "zq7apricot"}
HEAD = "declaration,direction,office,lodged,importer,hs,hs_edition,origin,item_price,currency\n"
GOOD = (
    "10702030/011026/{number},import,1101,2026-10-01,{mark}-{number},6403990000,2022,CN,117,USD\n"
)
BAD = "10702030/021026/99,import,1101,2026-13-04,{mark}-99,64,2022,CN,{mark}-price,USD\n"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
EVIDENCE = {
    "set_name": "a set",
    "simulated": True,
    "finds": 12,
    "results": 40,
    "rate": 0.3,
    "low": 0.18,
    "high": 0.45,
}


@dataclass
class Node:
    """Who and what there is. ``things`` holds an administration's objects by their names."""

    people: dict[str, User]
    things: dict[str, dict[str, Any]] = field(default_factory=dict)

    def fresh(self) -> "Node":
        """Return the same as the database has it now: a test may have changed what it held."""
        return Node(
            people=_people(),
            things={
                code: {
                    name: type(thing).objects.get(pk=thing.pk)
                    if isinstance(thing, Model)
                    else thing
                    for name, thing in things.items()
                }
                for code, things in self.things.items()
            },
        )


def text_of(mark: str, *, rows: int = 20) -> str:
    """Return a file of declarations of which the last row has faults."""
    good = "".join(GOOD.format(mark=mark, number=number) for number in range(1, rows))
    return HEAD + good + BAD.format(mark=mark)


def make_node(lay_set: Callable[[Path], object]) -> Node:
    """Make the demo people, and for Juniper and Apricot one object of every kind."""
    accounts.create_demo(at=NOW)
    node = Node(people=_people())
    for code, mark in MARKS.items():
        node.things[code] = _things(code, mark, node, lay_set)
    return node


def _people() -> dict[str, User]:
    found = {}
    for person in (
        User.objects.prefetch_related("grants").select_related("administration").order_by("pk")
    ):
        place = person.administration.code if person.administration else "region"
        for grant in person.grants.all():
            found.setdefault(f"{grant.role}.{place}", person)
    return found


def _things(code: str, mark: str, node: Node, lay_set: Callable[[Path], object]) -> dict[str, Any]:
    place = Administration.objects.get(code=code)
    analyst = node.people[f"analyst.{code}"]
    made: dict[str, Any] = {"mark": mark, "word": "zq7"}
    folder = sets.new_folder()
    lay_set(folder)
    made["set"] = sets.enter_set(
        administration=place, name=f"{mark} set", folder=folder, by=analyst, at=NOW
    )
    made["version"] = profiles.save_draft(
        administration=place,
        code="P-001",
        wording=profiles.Wording(
            name=f"{mark} profile", condition="unit_value_ratio < 60 %", red=5_000, purpose=mark
        ),
        by=analyst,
        at=NOW,
        evidence_of_test=EVIDENCE,
    )
    made["risk"] = _risk(place, analyst, mark)
    made["proposal"] = RetirementProposal.objects.create(
        version=made["version"], evidence={"reason": mark}, proposed_at=NOW
    )
    profiles.save_list(
        administration=place, name="watch", kind="trader", members=[mark], by=analyst, at=NOW
    )
    made["private"] = store(analyst, f"{mark}-private.csv", text_of(mark), Access.PRIVATE)
    made["shared"] = store(analyst, f"{mark}-shared.csv", mark, Access.ADMINISTRATION)
    made["intake"] = intakes.give_file(
        file=made["private"],
        content="items",
        into=None,
        set_name=f"{mark} October",
        mapping="",
        by=analyst,
        at=NOW,
    )
    worker.run_waiting()
    made["intake"].refresh_from_db()
    assert made["intake"].state == "waiting", made["intake"].job.error
    made["job"] = made["intake"].job
    made["upload"] = files.begin_upload(
        name=f"{mark}-sent.csv",
        size=10,
        keeping=files.Keeping(owner=analyst, administration=place, purpose=""),
        at=NOW,
    )
    made["card"] = node.people[f"supervisor.{code}"].pk
    made |= _learned(place, analyst, mark, made["set"])
    made |= _controlled(place, node, code, mark, made["private"])
    return made | _entered(place, mark)


def store(owner: User, name: str, text: str, access: Access) -> Any:
    """Store a small file of a person."""
    return files.store_upload(
        SimpleUploadedFile(name, text.encode()),
        keeping=files.Keeping(owner=owner, administration=owner.administration, access=access),
        at=NOW,
    )


def _risk(place: Administration, analyst: User, mark: str) -> Any:
    version = register.save_version(
        place=place,
        wording=Wording(
            title_en=f"{mark} risk",
            area="valuation",
            causes=mark,
            consequences=mark,
            measures=mark,
            owner=analyst.pk,
            review_on=date(2027, 1, 15),
        ),
        by=analyst,
        at=NOW,
    )
    add_action(
        risk=version.risk,
        text=f"{mark} action",
        person=analyst,
        due=date(2026, 12, 1),
        by=analyst,
        at=NOW,
    )
    return version.risk


def _learned(place: Administration, analyst: User, mark: str, of_set: Any) -> dict[str, Any]:
    ready = risk.READY["unit_value_ratio"]
    indicator, label = risk.dump_indicators([ready]), ready.label.en
    owned = {"administration": place, "made_at": NOW}
    estimate = asdict(Estimate(0.4, Interval(0.2, 0.6, method="Wilson"), 20))
    figures = {
        "sentence": {"en": mark, "ru": mark},
        "items": 40,
        "goods": 20,
        "train": estimate,
        "validation": estimate,
        "base": 0.1,
        "lift": 4.0,
        "set_change": 1,
    }
    return {
        "mapping": SavedMapping.objects.create(
            **owned, name=f"{mark} mapping", text="", made_by=analyst
        ),
        "indicator": DeclaredIndicator.objects.create(
            **owned,
            name="own_ratio",
            text=indicator.replace("unit_value_ratio", "own_ratio").replace(label, f"{mark} ratio"),
            made_by=analyst,
        ),
        "model": ScoreModel.objects.create(
            **owned,
            set=of_set,
            set_change=1,
            number=1,
            state=ModelState.FAILED,
            problem={"en": mark, "ru": mark},
            made_by=analyst,
        ),
        "suggestion": Suggestion.objects.create(
            **owned, set=of_set, rank=1, condition=f"importer = '{mark}'", figures=figures
        ),
    }


def _controlled(
    place: Administration, node: Node, code: str, mark: str, file: Any
) -> dict[str, Any]:
    """Make a plan in force, a program, and a decision that sends a declaration to its examiner."""
    analyst, approver = node.people[f"analyst.{code}"], node.people[f"approver.{code}"]
    examiner = node.people[f"examiner.{code}"]
    version = plans.save_plan(
        administration=place,
        place=(mark, "import"),
        terms=PlanTerms(expected_red=10_000, task_en=f"{mark} task", task_ru=f"{mark} task"),
        by=analyst,
        at=NOW,
    )
    version = plans.move_plan(version=version, move="submit", by=analyst, at=NOW)
    plans.move_plan(version=version, move="approve", by=approver, at=NOW)
    desks.forget_standards()
    program, _secret = systems.enter_system(
        name=f"{mark} program",
        may_decide=True,
        may_hand_in=True,
        per_minute=60,
        by=node.people[f"coordinator.{code}"],
        at=NOW,
    )
    set_examiner(
        person=examiner, group="working", office="", is_available=True, by=approver, at=NOW
    )
    lodged = Lodging.model_validate(
        {
            "declaration": f"{mark}-D1",
            "office": mark,
            "direction": "import",
            "lodged": NOW.isoformat(),
            "importer": mark,
            "items": [{"item": 1, "hs": "640399", "hs_edition": 2022, "goods": mark}],
        }
    )
    source = Source(administration=place, system=program)
    decision = deciding.decide(source=source, lodged=lodged, key=f"{mark}-key", at=NOW)
    photo = acts.add_photo(
        act=decision.act,
        uploaded=SimpleUploadedFile(f"{mark}.png", PIXEL),
        caption=mark,
        by=examiner,
        at=NOW,
    )
    drop = FileDrop.objects.create(
        administration=place, file=file, given_by=analyst, given_at=NOW, state="done"
    )
    upkeep.sweep(administration=place, at=NOW)
    alert = ResultAlert.objects.create(
        administration=place,
        kind="feedback",
        subject=mark,
        facts={"missing": 5, "of": 9},
        raised_at=NOW,
        looked_at=NOW,
    )
    report = ResultReport.objects.create(
        administration=place,
        month=NOW.date().replace(day=1),
        file=file,
        made_by=analyst,
        made_at=NOW,
    )
    return {
        "alert": alert,
        "report": report,
        "plan": version.plan,
        "program": program,
        "decision": decision,
        "act": decision.act,
        "photo": photo,
        "drop": drop,
    }


def _entered(place: Administration, mark: str) -> dict[str, Any]:
    person = accounts.invite_person(
        new=accounts.NewPerson(full_name=f"{mark} Person", username=f"{mark}-person"),
        administration=place,
        roles=[Role.EXAMINER],
        by=None,
        at=NOW,
    )
    link, secret = accounts.make_link(person=person, by=None, at=datetime.now(UTC))
    log_in = accounts.open_log_in(
        person=person,
        session_key=f"{mark}-session",
        address=None,
        device=f"{mark} device",
        with_second_factor=False,
        at=datetime.now(UTC) - timedelta(minutes=5),
    )
    return {
        "person": person,
        "link": link,
        "secret": secret,
        "log_in": log_in,
        "grant": person.grants.get(),
    }
