"""The stage of `make look`: the demo node with something on every page."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests import look_control
from tests.site.entrances import ACTORS

from tamgha import risk
from tamgha.platform.accounts import services as accounts
from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import User
from tamgha.platform.files import services as files
from tamgha.platform.files.choices import Access
from tamgha.platform.jobs.models import Job
from tamgha.practice.targeting.models import DeclarationSet, Suggestion
from tamgha.practice.targeting.services import indicators, intakes, learning

HEAD = "declaration,direction,office,lodged,importer,hs,hs_edition,origin,net_mass_kg,item_price,currency\n"
FAULTS = {
    7: ("lodged", "2026-13-04"),
    19: ("hs", "64"),
    23: ("item_price", "n/a"),
    31: ("net_mass_kg", "-3"),
    40: ("origin", "УК"),
}


def sample_file(rows: int = 60) -> str:
    """Return a small file of declarations in which five values are wrong."""
    names = HEAD.strip().split(",")
    lines = []
    for number in range(1, rows + 1):
        day, month = number % 27 + 1, 9 + number % 2
        values = dict(
            zip(
                names,
                (
                    f"10702030/{day:02d}{month:02d}26/{number:05d}",
                    "import",
                    str(1101 + number % 3),
                    f"2026-{month:02d}-{day:02d}",
                    f"IM-{number % 9}",
                    "6403990000",
                    "2022",
                    ("CN", "TR", "IT")[number % 3],
                    str(100 + number),
                    str(900 + 17 * number),
                    "USD",
                ),
                strict=True,
            )
        )
        if number in FAULTS:
            column, value = FAULTS[number]
            values[column] = value
        lines.append(",".join(values.values()))
    return HEAD + "\n".join(lines) + "\n"


def person_of(actor: str) -> User | None:
    """Return the person of the demo who plays an actor."""
    named = ACTORS[actor]
    if named is None:
        return None
    role, place = named.split(".")
    code = None if place == "region" else place
    return User.objects.filter(
        grants__role=role, grants__ends_at=None, administration__code=code, is_simulated=True
    ).first()


def session_of(person: AbstractBaseUser | None) -> str:
    """Sign a person in, and return the key of the session."""
    if person is None:
        return ""
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(person)
    return browser.cookies["sessionid"].value


def set_the_stage(at: datetime | None = None) -> dict[str, Any]:
    """Give the demo what its pages show, and return the objects by the names of the table."""
    now = at or timezone.now()
    analyst, coordinator = person_of("analyst"), person_of("coordinator")
    if analyst is None or coordinator is None or analyst.administration is None:
        raise RuntimeError("the demo has no analyst or no coordinator")
    of_set = DeclarationSet.objects.get(administration=analyst.administration, simulated=True)
    made: dict[str, Any] = {"word": "value", "set": of_set}
    keeping = files.Keeping(
        owner=analyst, administration=analyst.administration, access=Access.PRIVATE
    )
    text = sample_file().encode()
    made["private"] = files.store_upload(
        SimpleUploadedFile("october-2026.csv", text), keeping=keeping, at=now
    )
    made["shared"] = files.store_upload(
        SimpleUploadedFile("price-lists.csv", b"code,price\n640399,12\n640391,14\n"),
        keeping=files.Keeping(
            owner=analyst, administration=analyst.administration, access=Access.ADMINISTRATION
        ),
        at=now,
    )
    made["intake"] = intakes.give_file(
        file=made["private"],
        content="items",
        into=None,
        set_name="October 2026",
        mapping="",
        by=analyst,
        at=now,
    )
    made |= _learning(of_set, analyst, now)
    made["job"] = made["intake"].job
    actors = ("analyst", "approver", "coordinator", "examiner")
    people = {actor: found for actor in actors if (found := person_of(actor))}
    made |= look_control.set_the_stage(people, now, keeping)
    made["upload"] = files.begin_upload(name="november.csv", size=9, keeping=keeping, at=now)
    return made | _people(coordinator, now)


def _learning(of_set: DeclarationSet, analyst: User, now: datetime) -> dict[str, Any]:
    ready = risk.READY["unit_value_ratio"]
    text = risk.dump_indicators([ready]).replace("unit_value_ratio", "own_ratio")
    for one in risk.load_indicators(text):
        indicators.save_indicator(
            administration=of_set.administration, indicator=one, by=analyst, at=now
        )
    model = learning.begin_training(row=of_set, by=analyst, at=now)
    return {"model": model, "mining": learning.begin_mining(row=of_set, by=analyst, at=now)}


def _people(coordinator: User, now: datetime) -> dict[str, Any]:
    person = accounts.invite_person(
        new=accounts.NewPerson(full_name="Gulnora Demo", username="gulnora.juniper"),
        administration=coordinator.administration,
        roles=[Role.EXAMINER],
        by=coordinator,
        at=now,
    )
    link, secret = accounts.make_link(person=person, by=coordinator, at=now)
    log_in = accounts.open_log_in(
        person=person,
        session_key="stage",
        address="10.2.3.4",
        device="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0",
        with_second_factor=False,
        at=now,
    )
    left, erased = (
        accounts.invite_person(
            new=accounts.NewPerson(full_name=f"{name} Demo", username=f"{name.lower()}.juniper"),
            administration=coordinator.administration,
            roles=[Role.OFFICER],
            by=coordinator,
            at=now,
        )
        for name in ("Ulugbek", "Farida")
    )
    for gone in (left, erased):
        accounts.close_account(person=gone, by=coordinator, at=now)
    accounts.erase_person(person=erased, by=coordinator, at=now)
    return {
        "left": left,
        "erased": erased,
        "person": person,
        "link": link,
        "secret": secret,
        "grant": person.grants.get(),
        "log_in": log_in,
        "card": coordinator.pk,
    }


def work_is_done() -> bool:
    """Return whether nothing waits or runs any more."""
    return not Job.objects.filter(state__in=["queued", "running"]).exists()


def learned() -> dict[str, Any]:
    """Return what the long work left behind."""
    found = Suggestion.objects.order_by("rank").first()
    return {"suggestion": found} if found else {}
