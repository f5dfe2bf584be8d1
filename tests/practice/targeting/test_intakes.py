"""A file on its way into a set: nothing stored before the decision, nothing by halves after it."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from tamgha import risk
from tamgha.practice.targeting import gateways
from tamgha.practice.targeting.choices import IntakeContent, IntakeState
from tamgha.practice.targeting.models import DeclarationSet, Intake, SavedMapping
from tamgha.practice.targeting.services import intakes as services
from tamgha.shared.errors import TamghaError

# Work is queued when the transaction commits, so these tests commit.
pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HEAD = "Declaration number,Date,Post,Importer,HS code,Origin,Net mass,Price,Currency,Officer name\n"
GOOD = (
    "10702030/011026/1,2026-10-01,1101,IM-1,6403990000,CN,1171.5,11712,USD,Ann\n"
    "10702030/011026/2,2026-10-01,1101,IM-2,6403990000,TR,20,900,USD,Bob\n"
)
MANY = HEAD + "".join(
    f"10702030/051026/{n},2026-10-05,1101,IM-{n % 7},6403990000,CN,{10 + n},{100 + n},USD,Ann\n"
    for n in range(40)
)
BAD = "10702030/021026/3,2026-13-04,1101,IM-1,64,УК,12,n/a,USD,Cid\n"


def give(people, stored, text, *, name="juniper.csv", into=None, mapping="", content="items"):
    return services.give_file(
        file=stored(text, name),
        content=content,
        into=into,
        set_name="October",
        mapping=mapping,
        by=people.timur,
        at=NOW,
    )


@pytest.fixture
def checked(people, stored, do_work):
    def check(text, **rest):
        intake = give(people, stored, text, **rest)
        do_work()
        intake.refresh_from_db()
        return intake

    return check


def decide(people, intake, *, take, do_work):
    services.decide(intake=intake, take=take, by=people.timur, at=NOW)
    do_work()
    intake.refresh_from_db()
    return intake


def test_a_check_stores_nothing_and_waits_for_a_person(checked):
    intake = checked(MANY + BAD)

    assert intake.state == IntakeState.WAITING
    assert (intake.rows, intake.good) == (41, 40)
    assert intake.faults >= 4
    assert not DeclarationSet.objects.exists()


def test_personal_names_start_as_left_out_and_guesses_say_why(checked):
    columns = {one["field"]: one for one in checked(HEAD + GOOD).columns}

    assert columns["Officer name"]["target"] == ""
    assert columns["HS code"]["target"] == "hs"
    assert all(one["why"][0] and one["why"][1] for one in columns.values())


def test_taking_the_good_rows_stores_them_and_gives_the_rest_back(people, checked, do_work):
    intake = decide(people, checked(MANY + BAD), take=True, do_work=do_work)

    assert intake.state == IntakeState.STORED
    assert intake.set.name == "October"
    assert intake.set.rows == 40
    assert gateways.open_set(intake.set).manifest.rows == 40
    from tamgha.platform.files import gateways as file_gateways

    text = file_gateways.path_of(intake.rejects.sha256).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 2
    assert "n/a" in rows[1]


def test_taking_nothing_stores_nothing_and_keeps_the_faults(people, checked, do_work):
    intake = decide(people, checked(MANY + BAD), take=False, do_work=do_work)

    assert intake.state == IntakeState.DECLINED
    assert not DeclarationSet.objects.exists()
    assert len(list(risk.Checked.open(gateways.work_folder(intake)).faults())) == intake.faults


def test_a_decision_is_taken_once(people, checked, do_work):
    intake = decide(people, checked(HEAD + GOOD), take=True, do_work=do_work)

    with pytest.raises(TamghaError, match="No decision is waited for"):
        services.decide(intake=intake, take=True, by=people.timur, at=NOW)
    assert DeclarationSet.objects.count() == 1


def test_the_same_rows_into_the_same_set_are_faults(people, checked, do_work):
    first = decide(people, checked(HEAD + GOOD), take=True, do_work=do_work)

    again = checked(
        HEAD + GOOD + "10702030/031026/9,2026-10-03,1101,IM-1,6403990000,CN,5,50,USD,Ann\n",
        into=first.set,
    )

    assert (again.rows, again.good) == (3, 1)


def test_a_second_file_grows_the_set_and_its_change_number(people, checked, do_work):
    first = decide(people, checked(HEAD + GOOD), take=True, do_work=do_work)
    more = "10702030/031026/9,2026-10-03,1101,IM-1,6403990000,CN,5,50,USD,Ann\n"

    second = decide(people, checked(HEAD + more, into=first.set), take=True, do_work=do_work)

    row = DeclarationSet.objects.get()
    assert second.set == row
    assert (row.rows, row.change) == (3, 2)
    assert row.last_day.isoformat() == "2026-10-03"


def test_taking_a_column_otherwise_checks_again(people, checked, do_work):
    intake = checked(HEAD + GOOD)
    services.match_columns(
        intake=intake, targets={"Price": "statistical_value"}, by=people.timur, at=NOW
    )
    do_work()
    intake.refresh_from_db()

    assert intake.state == IntakeState.WAITING
    assert {one["field"]: one["target"] for one in intake.columns}["Price"] == "statistical_value"
    stored = decide(people, intake, take=True, do_work=do_work)
    items = gateways.open_set(stored.set).items(["statistical_value", "item_price"])
    assert items["statistical_value"].to_pylist() == [11712.0, 900.0]
    assert items["item_price"].to_pylist() == [None, None]


def test_two_columns_for_one_field_are_refused_by_name(people, checked):
    intake = checked(HEAD + GOOD)

    with pytest.raises(TamghaError, match="Net mass, Price cannot all be item_price"):
        services.match_columns(
            intake=intake,
            targets={"Net mass": "item_price", "Price": "item_price"},
            by=people.timur,
            at=NOW,
        )


def test_a_column_that_cannot_be_guessed_is_asked_for_and_then_taken(people, checked, do_work):
    intake = checked(HEAD.replace("Declaration number", "Key") + GOOD)
    assert intake.state == IntakeState.FAILED
    assert "Declaration number. Choose the column below" in intake.problem["en"]

    services.match_columns(intake=intake, targets={"Key": "declaration"}, by=people.timur, at=NOW)
    do_work()

    intake.refresh_from_db()
    assert (intake.state, intake.good) == (IntakeState.WAITING, 2)


def test_a_file_that_is_no_table_fails_with_words_and_stores_nothing(checked):
    intake = checked(b"\x00\x01\x02" * 500, name="photo.csv")

    assert intake.state == IntakeState.FAILED
    assert intake.problem["en"]
    assert intake.problem["ru"]
    assert not DeclarationSet.objects.exists()


def test_a_name_in_use_is_refused_before_anything_is_read(people, checked, stored, do_work):
    decide(people, checked(HEAD + GOOD), take=True, do_work=do_work)

    with pytest.raises(TamghaError, match="There is a set called 'October' already"):
        give(people, stored, HEAD + GOOD, name="other.csv")
    assert Intake.objects.count() == 1


def test_findings_need_a_set(people, stored):
    with pytest.raises(TamghaError, match="Findings belong to declarations"):
        give(people, stored, "a,b\n1,2\n", content=IntakeContent.FINDINGS)


def test_findings_that_come_later_are_joined_to_their_rows(people, checked, do_work):
    first = decide(people, checked(HEAD + GOOD), take=True, do_work=do_work)
    findings = "declaration,item,examined,known,found,kind\n10702030/011026/1,1,2026-10-02,2026-10-20,1,value\n"

    intake = decide(
        people,
        checked(findings, name="findings.csv", into=first.set, content="findings"),
        take=True,
        do_work=do_work,
    )

    intake.set.refresh_from_db()
    assert intake.state == IntakeState.STORED
    assert (intake.set.examined, intake.set.found) == (1, 1)
    outcomes = gateways.open_set(intake.set).outcomes().to_pydict()
    assert outcomes["found"] == [True, None]


def test_the_mapping_is_kept_for_the_next_file(people, checked):
    intake = checked(HEAD + GOOD)

    services.keep_mapping(intake=intake, name="Juniper post", by=people.timur, at=NOW)

    again = checked(HEAD + GOOD, name="b.csv", mapping=SavedMapping.objects.get().text)
    assert again.good == 2


def test_the_page_goes_from_file_to_set(people, as_person, do_work):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = as_person(people.timur)
    given = client.post(
        reverse("targeting:intake-new"),
        {
            "file": SimpleUploadedFile("juniper.csv", (MANY + BAD).encode()),
            "content": "items",
            "into": "new",
            "set_name": "October",
            "mapping": "guess",
        },
    )
    assert given.status_code == 302
    do_work()

    page = client.get(given.url).content.decode()
    assert "Take 40 good rows" in page
    assert "2026-13-04" in page
    assert "Nothing is stored yet" in page
    intake = Intake.objects.get()
    faults = b"".join(
        client.get(reverse("targeting:intake-faults", args=[intake.pk])).streaming_content
    )
    assert faults.decode("utf-8-sig").count("\n") == intake.faults + 1

    client.post(reverse("targeting:intake-decide", args=[intake.pk]), {"take": "yes"})
    do_work()
    row = DeclarationSet.objects.get()
    assert (
        "What this set can and cannot say"
        in client.get(reverse("targeting:set", args=[row.pk])).content.decode()
    )


def test_a_broken_off_check_is_said_and_can_be_begun_again(people, stored, as_person, do_work):
    intake = give(people, stored, HEAD + GOOD)
    from tamgha.platform.jobs.models import Job

    Job.objects.filter(pk=intake.job_id).update(state="failed", finished_at=NOW)
    client = as_person(people.timur)

    assert "broke off" in client.get(reverse("targeting:intake", args=[intake.pk])).content.decode()
    client.post(reverse("targeting:intake-match", args=[intake.pk]), {"do": "again"})
    do_work()
    intake.refresh_from_db()
    assert intake.state == IntakeState.WAITING


def test_an_approver_and_a_stranger_do_not_reach_an_intake(people, stored, as_person):
    intake = give(people, stored, HEAD + GOOD)
    address = reverse("targeting:intake", args=[intake.pk])

    assert as_person(people.nargiza).get(address).status_code == 403
    assert as_person(people.charlie).get(address).status_code == 404
    assert as_person(people.bakyt).get(address).status_code == 403
