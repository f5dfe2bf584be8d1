"""Members of lists from a spreadsheet: all faults at once, a preview, one version, and back."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from tamgha.platform.tables import sheets as tables
from tamgha.platform.tables.models import SheetImport
from tamgha.practice.targeting.models import TradeList, TradeListVersion
from tamgha.practice.targeting.services import profiles as services
from tamgha.practice.targeting.services.lists import other_kind
from tamgha.practice.targeting.sheets import LIST_MEMBERS, keep_for
from tamgha.shared.errors import TamghaError

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.fixture
def watch(people):
    return services.save_list(
        administration=people.juniper,
        name="watch",
        kind="trader",
        members=["IM-1", "IM-2"],
        by=people.timur,
        at=NOW,
    ).trade_list


def kept(people, text):
    return tables.keep(LIST_MEMBERS, data=text.encode(), file_name="m.csv", by=people.timur, at=NOW)


def taken(people, file, at=LATER):
    plan = tables.plan_of(LIST_MEMBERS, file, by=people.timur)
    return tables.take(LIST_MEMBERS, file, seen=plan.fingerprint, by=people.timur, at=at)


def newest(name="watch"):
    return TradeListVersion.objects.filter(trade_list__name=name).order_by("number").last()


def test_all_rows_of_a_file_are_one_version_and_who_is_missing_stays(people, watch):
    file = kept(people, "List;Member;On the list\nwatch;IM-3;\nwatch;IM-4;yes\nwatch;IM-1;no\n")

    taken(people, file)

    assert (newest().number, newest().members) == (2, ["IM-2", "IM-3", "IM-4"])
    assert TradeListVersion.objects.get(number=1).members == ["IM-1", "IM-2"]


def test_taking_it_back_is_one_more_version_with_the_members_of_before(people, watch):
    file = kept(people, "List;Member;On the list\nwatch;IM-3;\nwatch;IM-1;no\n")
    taken(people, file)

    tables.take_back(LIST_MEMBERS, file, by=people.timur, at=LATER.replace(hour=11))

    assert newest().number == 3
    assert set(newest().members) == {"IM-1", "IM-2"}


def test_all_faults_are_named_with_their_rows_before_anything_is_saved(people, watch):
    text = (
        "Список;Содержит;Код\n"
        "far;страны;UK\n"
        "far;страны;CN\n"
        "watch;страны;DE\n"
        "unknown;;IM-9\n"
        "codes;коды ТН ВЭД, или их начала;64x\n"
    )

    plan = tables.plan_of(LIST_MEMBERS, kept(people, text), by=people.timur)

    said = {fault.number: fault.text.en for fault in plan.faults}
    assert set(said) == {2, 4, 5, 6}
    assert "ISO 3166; 'UK' came" in said[2]
    assert "The list watch holds traders" in said[4]
    assert "There is no list unknown" in said[5]
    assert [row.kind for row in plan.rows] == ["new"]
    assert TradeList.objects.count() == 1


def test_a_member_that_stands_there_already_changes_nothing(people, watch):
    file = kept(people, "List;Member;On the list\nwatch;IM-1;\nwatch;IM-8;no\n")

    plan = tables.plan_of(LIST_MEMBERS, file, by=people.timur)

    assert [row.kind for row in plan.rows] == ["same", "same"]


def test_a_bare_column_given_on_the_page_of_a_list_is_that_lists(people, watch):
    file = keep_for(
        watch, data=b"Importers\nIM-5\nIM-6\n", file_name="m.csv", by=people.timur, at=NOW
    )

    taken(people, file)

    assert newest().members == ["IM-1", "IM-2", "IM-5", "IM-6"]


def test_the_page_of_a_list_leads_to_the_preview(people, watch, as_person):
    client = as_person(people.timur)
    page = client.get(reverse("targeting:trade-list", args=["watch"])).content.decode()

    answer = client.post(
        reverse("targeting:trade-list-bring-in", args=["watch"]),
        {"file": SimpleUploadedFile("m.csv", b"Member\nIM-7\n")},
    )

    assert reverse("targeting:trade-list-bring-in", args=["watch"]) in page
    assert answer.url == reverse("tables:import", args=[SheetImport.objects.get().pk])
    assert "IM-7" in client.get(answer.url).content.decode()
    assert newest().number == 1


def test_approvers_and_other_administrations_cannot_bring_members_in(people, watch, as_person):
    address = reverse("targeting:trade-list-bring-in", args=["watch"])

    assert as_person(people.nargiza).get(address).status_code == 403
    assert as_person(people.charlie).get(address).status_code == 404
    with pytest.raises(TamghaError, match="There is no list watch"):
        LIST_MEMBERS.find(
            {"list": "watch", "kind": None, "member": "IM-1", "on": None}, people.charlie
        )


def test_who_may_bring_a_sheet_in_finds_the_sheets_in_the_menu(people, as_person):
    address = f'href="{reverse("tables:sheets")}"'

    assert address in as_person(people.timur).get("/risk/lists/").content.decode()
    assert address not in as_person(people.nargiza).get("/risk/lists/").content.decode()


def test_what_a_list_holds_is_said_in_the_language_of_the_sentence(watch):
    with translation.override("ru"):
        said = other_kind(watch)

    assert said.en == "The list watch holds traders. Give this one another name."
    assert "участники ВЭД" in said.ru
