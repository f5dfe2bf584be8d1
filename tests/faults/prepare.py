"""Make a node whose offices decide in every way, and print the key of its program; a process of its own."""

import os
import sys
from datetime import UTC, datetime

RATES, SLOTS, LOTS = "101", "102", "103"
"""Offices: by rates of lanes; by capacity, at once; by capacity, in lots."""
TASK = {"task_en": "Compare goods and papers.", "task_ru": "Сверить товар с документами."}
PROFILES = (
    ("P-001", "item_price < 940", {"red": 2_000, "yellow": 3_000}),
    ("P-002", "hs LIKE '6403%' AND importer_declarations_before < 1", {"red": 500}),
    ("P-003", "net_mass_kg > 1200", {"blue": 2_500}),
)


def prepare(declarations: int) -> str:
    """Return the key; plans are made for so many declarations in a day."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    from tamgha.platform.accounts import services as accounts
    from tamgha.platform.accounts.models import Administration, User
    from tamgha.practice.control.domain.terms import PlanTerms
    from tamgha.practice.control.services import examiners, plans, systems
    from tamgha.practice.targeting.models import ProfileVersion
    from tamgha.practice.targeting.services.profiles import Wording, save_draft

    now = datetime.now(UTC)
    accounts.create_demo(at=now)
    juniper = Administration.objects.get(code="juniper")

    def one(role: str) -> User:
        return User.objects.get(administration=juniper, grants__role=role)

    analyst, approver = one("analyst"), one("approver")
    share = max(12, declarations // 3)
    capacity = {
        "mode": "capacity",
        "capacity": share // 6,
        "random_examinations": share // 24,
        "arrivals": share,
    }
    for office, terms in (
        (RATES, {"expected_red": 500, "expected_yellow": 1_000, "random_red": 300}),
        (SLOTS, capacity | {"rule": "arrivals"}),
        (LOTS, capacity | {"rule": "lots", "lot_minutes": 30}),
    ):
        version = plans.save_plan(
            administration=juniper, place=(office, "import"), terms=PlanTerms(**TASK, **terms),
            by=analyst, at=now,
        )  # fmt: skip
        version = plans.move_plan(version=version, move="submit", by=analyst, at=now)
        plans.move_plan(version=version, move="approve", by=approver, at=now)
    for code, condition, shares in PROFILES:
        wording = Wording(name=code, condition=condition, task_en="Weigh.", **shares)
        save_draft(administration=juniper, code=code, wording=wording, by=analyst, at=now)
    ProfileVersion.objects.update(state="active")  # the way there is other tests' business
    examiners.set_examiner(
        person=one("examiner"), group="working", office="", is_available=True, by=approver, at=now
    )
    _system, secret = systems.enter_system(
        name="Customs system", may_decide=True, may_hand_in=True, per_minute=1_000_000,
        by=one("coordinator"), at=now,
    )  # fmt: skip
    return secret


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamgha.site.settings")
    import django

    django.setup()
    print(prepare(int(sys.argv[1])))
