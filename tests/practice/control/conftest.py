"""Timur (analyst) and Nargiza (approver) of Juniper; Bakyt examines there; Charlie is of Apricot."""

import base64
import hashlib
import shutil
from datetime import date

import pytest
from tests.practice.conftest import NOW
from tests.practice.control.lodgings import MORNING, lodging

from tamgha import risk
from tamgha.practice.control.domain.terms import PlanTerms
from tamgha.practice.control.gateways import desks, online
from tamgha.practice.control.services import drawing, plans
from tamgha.practice.control.services.deciding import decide
from tamgha.practice.control.services.rows import Source
from tamgha.practice.targeting.choices import VersionState
from tamgha.practice.targeting.models import ProfileVersion
from tamgha.practice.targeting.services import sets as set_services
from tamgha.practice.targeting.services.profiles import Wording, save_draft

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
TASK = {"task_en": "Compare goods and papers.", "task_ru": "Сверить товар с документами."}


@pytest.fixture(scope="session")
def world_folder(tmp_path_factory):
    """A small simulated half-year on disk, made once."""
    folder = tmp_path_factory.mktemp("world") / "set"
    plan = risk.WorldPlan(illicit_rate=0.08, random_rate=0.1)
    risk.simulate(11, declarations=900, start=date(2026, 5, 4), weeks=26, plan=plan).write(folder)
    return folder


@pytest.fixture(autouse=True)
def known_keys(own_home):
    """Lay keys of the draws ready that are the same in each run, so that chance is too."""
    if own_home is None:
        return
    folder = own_home / "keys" / "draws"
    folder.mkdir(parents=True, mode=0o700)
    for epoch in (f"{year}Q{quarter}" for year in (2025, 2026, 2027) for quarter in (1, 2, 3, 4)):
        for code in ("juniper", "apricot"):
            path = folder / f"{code}-{epoch}.key"
            path.write_bytes(hashlib.sha256(f"{code} {epoch}".encode()).digest())
            path.chmod(0o600)


@pytest.fixture
def year(people, world_folder, own_home):
    """The simulated half-year as a set of Juniper."""
    folder = set_services.new_folder()
    shutil.copytree(world_folder, folder)
    return set_services.enter_set(
        administration=people.juniper, name="Half-year", folder=folder, by=people.timur, at=NOW
    )


@pytest.fixture(autouse=True)
def _nothing_in_memory():
    """Let no test see what another left in the memory of the process."""
    desks.forget_standards()
    online.forget_standings()
    drawing.forget_keys()


@pytest.fixture
def profile(people):
    """Keep a profile of Juniper, live."""

    def keep(code, condition, **told):
        version = save_draft(
            administration=people.juniper,
            code=code,
            wording=Wording(name=code, condition=condition, **told),
            by=people.timur,
            at=NOW,
        )
        ProfileVersion.objects.filter(profile=version.profile).update(state=VersionState.REPLACED)
        ProfileVersion.objects.filter(pk=version.pk).update(state=VersionState.ACTIVE)
        desks.forget_standards()
        return version

    return keep


@pytest.fixture
def put_in_force(people):
    """Write a plan and let a second person approve it."""

    def make(*, office="", direction="import", at=NOW, based_on=0, **terms):
        version = plans.save_plan(
            administration=people.juniper,
            place=(office, direction),
            terms=PlanTerms(**{**TASK, **terms}),
            by=people.timur,
            at=at,
            based_on=based_on,
        )
        version = plans.move_plan(version=version, move="submit", by=people.timur, at=at)
        desks.forget_standards()
        return plans.move_plan(version=version, move="approve", by=people.nargiza, at=at)

    return make


@pytest.fixture
def ask(people):
    """Ask for a decision of Juniper, as a declaration is lodged."""

    def one(number, *, at=MORNING, **told):
        return decide(
            source=Source(administration=people.juniper),
            lodged=lodging(number, **told),
            key=f"key-{number}-{told.get('version', 1)}",
            at=at,
        )

    return one
