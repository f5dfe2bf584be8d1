"""Writing profiles: versions, the live back-test, rows behind a figure, in and out."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from tamgha import risk
from tamgha.practice.targeting import gateways
from tamgha.practice.targeting.models import Profile, TradeList
from tamgha.practice.targeting.queries import latest_wordings, lists_of
from tamgha.practice.targeting.services import profiles as services
from tamgha.shared.errors import RefusedError, TamghaError

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CHEAP = services.Wording(name="Cheap", condition="unit_value_ratio < 60 %", red=8000)


def save(people, wording=CHEAP, code="P-001", based_on=0):
    return services.save_draft(
        administration=people.juniper,
        code=code,
        wording=wording,
        by=people.timur,
        at=NOW,
        based_on=based_on,
    )


def posted(shape_of, **fields):
    tree = {"id": "g", "kind": "all", "parts": [{"id": "r", "kind": "condition"}]}
    return {"shape": json.dumps(tree), "g-kind": "all", **shape_of, **fields}


ROW = {"r-column": "unit_value_ratio", "r-operator": "<", "r-value": "60"}


def test_every_save_is_a_version_and_the_first_stays_as_it_was(people):
    first = save(people)

    second = save(
        people, replace(CHEAP, name="Cheaper", condition="unit_value_ratio < 0.5"), based_on=1
    )

    first.refresh_from_db()
    assert (first.number, first.name, first.condition) == (1, "Cheap", "unit_value_ratio < 60 %")
    assert (second.number, second.profile.name) == (2, "Cheaper")


def test_a_version_based_on_an_older_one_is_refused_by_name(people):
    save(people)
    save(people, based_on=1)

    with pytest.raises(RefusedError, match="Timur Demo saved version 2 meanwhile"):
        save(people, based_on=1)
    assert Profile.objects.get().latest == 2


def test_all_faults_of_a_wording_are_named_at_once(people):
    wrong = services.Wording(name=" ", condition="", red=9000, yellow=2000)

    with pytest.raises(RefusedError) as refusal:
        save(people, wrong)

    assert [fault.en for fault in refusal.value.faults] == [
        "Give the profile a name.",
        "A profile needs a condition.",
        "The lanes together take 110 of 100 hits; at most 100 can be taken.",
    ]
    assert not Profile.objects.exists()


def test_codes_go_on_from_the_highest(people):
    save(people, code="P-007")

    assert services.next_code(people.juniper) == "P-008"
    assert services.next_code(people.apricot) == "P-001"


def test_the_panel_counts_what_a_plain_count_counts(people, year, as_person):
    page = as_person(people.timur).post(
        reverse("targeting:profile-live-new"), posted(ROW, set=str(year.pk), red="100")
    )

    bench = gateways.workbench_of(year)
    ratios = bench.indicators["unit_value_ratio"].to_pylist()
    hit = {
        declaration
        for declaration, ratio in zip(bench.items["declaration"].to_pylist(), ratios, strict=True)
        if ratio is not None and ratio < 0.6
    }
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))
    assert len(hit) > 10
    assert f"Declarations hit {len(hit)} of 1,500" in text
    assert "Simulated" in text


def test_a_value_of_the_wrong_kind_is_said_beside_its_row_and_no_figure_is_shown(
    people, year, as_person
):
    page = (
        as_person(people.timur)
        .post(
            reverse("targeting:profile-live-new"),
            posted(ROW | {"r-value": "many"}, set=str(year.pk)),
        )
        .content.decode()
    )

    fault = re.search(r'id="r-fault"[^>]*>([^<]*)<', page).group(1)
    assert "a number was expected; &#x27;many&#x27; came" in fault
    assert "Mend the marked row" in page
    assert "Declarations hit" not in page


def test_office_and_direction_narrow_the_back_test(people, year, as_person):
    client = as_person(people.timur)
    counts = []
    for direction in ("", "export"):
        page = client.post(
            reverse("targeting:profile-live-new"),
            posted(ROW, set=str(year.pk), direction=direction),
        ).content.decode()
        text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
        counts.append(int(re.search(r"Declarations hit ([\d,]+)", text).group(1).replace(",", "")))

    assert counts[1] < counts[0]


def test_saving_keeps_the_back_test_that_was_shown(people, year, as_person):
    client = as_person(people.timur)
    opened = client.get(reverse("targeting:profile-new")).content.decode()
    token = re.search(r'name="version" value="([^"]+)"', opened).group(1)
    answer = client.post(
        reverse("targeting:profile-new"),
        posted(
            ROW,
            version=token,
            set=str(year.pk),
            red="80",
            yellow="0",
            blue="0",
            name="Cheap",
            do="save",
            based_on="0",
        ),
    )

    assert answer.status_code == 302, answer.context["form"].errors
    version = Profile.objects.get().versions.get()
    assert version.condition == "unit_value_ratio < 0.6"
    assert version.red == 8000
    assert version.evidence_of_test["set"] == year.pk
    assert version.evidence_of_test["simulated"] is True
    assert version.evidence_of_test["rate"] > version.evidence_of_test["low"]


def test_an_unfinished_condition_is_not_saved_and_what_was_typed_stays(people, year, as_person):
    page = as_person(people.timur).post(
        reverse("targeting:profile-new"),
        posted(ROW | {"r-value": ""}, name="Cheap", do="save", based_on="0"),
    )

    assert page.status_code == 200
    assert "The condition is not finished" in page.content.decode()
    assert 'value="Cheap"' in page.content.decode()
    assert not Profile.objects.exists()


def test_the_builder_works_by_buttons_alone(people, year, as_person):
    client = as_person(people.timur)

    added = client.post(reverse("targeting:profile-new"), posted(ROW, do="add:g")).content.decode()
    text = client.post(
        reverse("targeting:profile-new"),
        posted(ROW, do="take-text", text="hs LIKE '64%' AND origin = 'CN'"),
    ).content.decode()

    assert added.count('name="do" value="remove:') == 2
    assert "the HS code begins with 64" in text
    assert "код ТН ВЭД начинается с 64" in text


def test_a_refused_text_says_where_and_leaves_the_text(people, year, as_person):
    page = (
        as_person(people.timur)
        .post(
            reverse("targeting:profile-new"),
            posted(ROW, do="take-text", text="hs LIKE '64%' AND origin > 5"),
        )
        .content.decode()
    )

    assert "line 1, character" in page
    assert "origin &gt; 5" in page


def test_rows_behind_a_figure_are_those_that_the_condition_hits(people, year, as_person):
    address = reverse("targeting:profile-rows")
    query = {"set": year.pk, "which": "found", "condition": "unit_value_ratio < 0.6", "as": "csv"}

    body = b"".join(as_person(people.timur).get(address, query).streaming_content).decode(
        "utf-8-sig"
    )

    bench = gateways.workbench_of(year)
    ratios = bench.indicators["unit_value_ratio"].to_pylist()
    wanted = sum(
        1
        for ratio, found in zip(ratios, bench.context.item_found, strict=True)
        if found and ratio is not None and ratio < 0.6
    )
    assert wanted > 0
    assert len(body.strip().splitlines()) - 1 == wanted


def test_lists_are_versions_and_conditions_see_the_latest(people, year):
    importers = sorted(
        {name for name in gateways.workbench_of(year).items["importer"].to_pylist() if name}
    )
    for members in (importers[:1], importers[:3]):
        services.save_list(
            administration=people.juniper,
            name="watch",
            kind="trader",
            members=members,
            by=people.timur,
            at=NOW,
        )

    assert TradeList.objects.get().latest == 2
    assert set(lists_of(people.juniper).current("watch").values) == set(importers[:3])
    assert lists_of(people.apricot).names() == ()


def test_a_wrong_member_of_a_list_is_refused_with_what_was_expected(people):
    with pytest.raises(TamghaError, match="country"):
        services.save_list(
            administration=people.juniper,
            name="far",
            kind="country",
            members=["UK"],
            by=people.timur,
            at=NOW,
        )
    assert not TradeList.objects.exists()


@pytest.mark.parametrize("form", ["csv", "json"])
def test_what_is_taken_out_comes_back_in_as_it_was(people, form):
    save(people, replace(CHEAP, task_en="Weigh a pair", task_ru="Взвесить пару", office="1001"))

    text = services.export_text(people.juniper, form)
    services.take_in_profiles(
        administration=people.apricot,
        name=f"p.{form}",
        content=text.encode(),
        by=people.charlie,
        at=NOW,
    )

    there, here = (
        latest_wordings(people.apricot)[0].engine,
        latest_wordings(people.juniper)[0].engine,
    )
    assert there.edited(author="") == here.edited(author="")


def test_a_file_with_one_bad_profile_takes_in_none(people):
    text = (
        'Criteria "GOOD"; If ComCod = "080810" Then RedLane IS 100; Endif;\n'
        'Criteria "BAD"; If NoSuchField = "1" Then RedLane IS 100; Endif;\n'
    )

    with pytest.raises(RefusedError, match="NoSuchField"):
        services.take_in_profiles(
            administration=people.juniper,
            name="p.txt",
            content=text.encode(),
            by=people.timur,
            at=NOW,
        )
    assert not Profile.objects.exists()


def test_putting_away_takes_a_profile_out_of_the_overlap_and_can_be_undone(people):
    version = save(people)

    services.retire_profile(profile=version.profile, by=people.timur, at=NOW)
    assert latest_wordings(people.juniper) == []

    services.bring_back_profile(profile=version.profile, by=people.timur, at=NOW)
    assert len(latest_wordings(people.juniper)) == 1


def test_an_approver_reads_a_version_and_cannot_save_one(people, year, as_person):
    save(people)
    client = as_person(people.nargiza)

    assert (
        "unit value is under 60"
        in client.get(reverse("targeting:profile", args=["P-001"])).content.decode()
    )
    assert (
        client.post(reverse("targeting:profile-live", args=["P-001"]), posted(ROW)).status_code
        == 403
    )
    assert client.post(reverse("targeting:profile-new"), posted(ROW, do="save")).status_code == 403


def test_another_administration_finds_no_such_profile(people, as_person):
    save(people)

    assert (
        as_person(people.charlie).get(reverse("targeting:profile", args=["P-001"])).status_code
        == 404
    )


def test_the_list_costs_as_many_queries_for_three_profiles_as_for_one(
    people, as_person, django_assert_num_queries
):
    client = as_person(people.timur)
    save(people)
    client.get(reverse("targeting:profiles"))
    with django_assert_num_queries(10) as one:
        client.get(reverse("targeting:profiles"))
    for number in (2, 3):
        save(people, code=f"P-00{number}")

    with django_assert_num_queries(len(one.captured_queries)):
        client.get(reverse("targeting:profiles"))


def test_the_engine_profile_carries_the_passport(people):
    save(people, replace(CHEAP, direction="import", purpose="why"))

    engine = latest_wordings(people.juniper)[0].engine
    assert isinstance(engine, risk.Profile)
    assert (engine.direction, engine.purpose, engine.red.percent_text) == ("import", "why", "80")
