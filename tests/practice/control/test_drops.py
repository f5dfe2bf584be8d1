"""A file dropped in: every declaration decided once, all faults said, resumed where it stood."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from tests.practice.control.conftest import NOW
from tests.practice.control.lodgings import lodging

from tamgha import risk
from tamgha.platform.files import services as files
from tamgha.platform.jobs import worker
from tamgha.platform.journal.gateways import guards_lifted
from tamgha.practice.control.domain.packing import unpacked
from tamgha.practice.control.gateways import read_key
from tamgha.practice.control.models import Decision, DeskState, FileDrop, InspectionAct
from tamgha.practice.control.services import drops
from tamgha.practice.control.services.deciding import decide
from tamgha.practice.control.services.rows import Source

HEAD = (
    "declaration,item,direction,office,lodged,importer,hs,hs_edition,origin,item_price,currency\n"
)
ROW = "F-{number},{item},import,1101,2026-11-24,{importer},6403990000,2022,CN,{price},USD\n"


def text_of(count, *, bad=""):
    rows = "".join(
        ROW.format(number=number, item=item, importer=f"IMP {number % 7}", price=5 * number)
        for number in range(1, count + 1)
        for item in (1, 2)
    )
    return HEAD + rows + bad


@pytest.fixture
def drop_in(people, own_home):
    def give(text, name="arrivals.csv"):
        file = files.store_upload(
            SimpleUploadedFile(name, text.encode()),
            keeping=files.Keeping(owner=people.timur, administration=people.juniper),
            at=NOW,
        )
        return drops.give_file(file=file, mapping="", by=people.timur, at=NOW)

    return give


@pytest.mark.django_db(transaction=True)
def test_every_declaration_of_a_file_is_decided_and_answered(
    people, put_in_force, profile, drop_in
):
    put_in_force(expected_red=1_000, random_red=300)
    profile("P-001", "item_price < 20", red=10_000, task_en="Weigh it.")

    drop = drop_in(text_of(60))
    worker.run_waiting()

    drop.refresh_from_db()
    assert (drop.state, drop.declarations) == (FileDrop.State.DONE, 60)
    assert sum(drop.lanes.values()) == Decision.objects.count() == 60
    assert DeskState.objects.get().state["decided"] == 60
    assert InspectionAct.objects.count() == drop.lanes["red"] >= 6
    for row in Decision.objects.all():
        again = risk.replay(unpacked(row.record), read_key(people.juniper, row.epoch))
        assert again.faults == ()
    with files.open_for(people.timur, drop.answer) as answer:
        lines = answer.read().decode("utf-8-sig").splitlines()
    assert len(lines) == 61
    assert "P-001" not in "\n".join(lines)
    assert lines[1].startswith("F-1,red,decided,Weigh it.")


@pytest.mark.django_db(transaction=True)
def test_a_file_with_a_fault_is_refused_whole_with_its_place(people, put_in_force, drop_in):
    put_in_force(random_red=300)
    bad = "F-99,1,import,1101,2026-13-04,X,6403990000,2022,CN,5,USD\n"

    drop = drop_in(text_of(3, bad=bad))
    worker.run_waiting()

    drop.refresh_from_db()
    assert (drop.state, Decision.objects.count()) == (FileDrop.State.REFUSED, 0)
    assert "Row 8" in drop.faults[0][0]
    assert "2026-13-04" in drop.faults[0][0]


@pytest.mark.django_db(transaction=True)
def test_what_was_decided_before_is_left_and_counted_once(people, put_in_force, drop_in):
    put_in_force(random_red=300)
    source = Source(administration=people.juniper)
    before = decide(source=source, lodged=lodging(1, declaration="F-1"), key="k", at=NOW)

    drop = drop_in(text_of(5))
    worker.run_waiting()
    drops.decide_file(FileDrop.objects.get(pk=drop.pk), _Quiet(), at=NOW)

    assert Decision.objects.count() == 5
    assert Decision.objects.get(declaration="F-1").pk == before.pk
    assert DeskState.objects.get().state["decided"] == 5


class _Quiet:
    """Somebody who takes the work up again and says nothing."""

    def progress(self, done, total=None, message=None):
        assert done >= 0


def test_a_file_and_single_calls_come_to_the_same_lanes(people, put_in_force, profile):
    put_in_force(expected_red=1_000, expected_yellow=500, random_red=500)
    profile("P-001", "item_price < 40", red=5_000)
    every = [lodging(number, price=5.0 * number) for number in range(40)]
    source = Source(administration=people.juniper)

    at_once = [row.lane for row in drops.decide_many(source, every, at=NOW)]
    records = [row.record for row in Decision.objects.order_by("pk")]
    with guards_lifted(connection):
        for model in (InspectionAct, Decision.profile_hits.rel.related_model, Decision, DeskState):
            model.objects.all().delete()
    one_by_one = [
        decide(source=source, lodged=one, key=one.declaration, at=NOW).lane for one in every
    ]

    assert at_once == one_by_one
    assert [unpacked(one) for one in records] == [
        unpacked(row.record) for row in Decision.objects.order_by("pk")
    ]


@pytest.mark.django_db(transaction=True)
def test_timur_drops_a_file_in_on_the_page(people, put_in_force, as_person, own_home):
    put_in_force(random_red=300)
    browser = as_person(people.timur)

    given = browser.post(
        reverse("control:drop-new"),
        {"file": SimpleUploadedFile("day.csv", text_of(4).encode()), "mapping": ""},
    )
    worker.run_waiting()
    shown = browser.get(given.url).content.decode()

    assert "4 declarations" in shown
    assert "Fetch the lanes" in shown
