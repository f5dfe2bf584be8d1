"""Indicators: the catalogue, one on a set, and an administration's own from trial to put away."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tamgha import risk
from tamgha.practice.targeting import gateways
from tamgha.practice.targeting.models import DeclaredIndicator
from tamgha.practice.targeting.queries import condition_fields, indicator_values
from tamgha.practice.targeting.queries.indicators import known_indicators
from tamgha.practice.targeting.services import indicators as services
from tamgha.practice.targeting.services import profiles as profile_services
from tamgha.practice.targeting.services import sets as set_services
from tamgha.shared.errors import RefusedError
from tamgha.shared.periods import Period
from tamgha.shared.words import Words

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

OWN = risk.Indicator(
    name="mass_by_package",
    kind="own",
    label=Words("Mass by package", "Масса места"),
    definition=Words("Gross mass by number of packages.", "Масса брутто на число мест."),
    direction="higher",
    unit="kg",
    measure="gross_mass_kg / packages",
)

TYPED = {
    "kind": "own",
    "name": "mass_by_package",
    "label_en": "Mass by package",
    "label_ru": "Масса места",
    "definition_en": "Gross mass by number of packages.",
    "measure": "gross_mass_kg / packages",
    "direction": "higher",
    "unit": "kg",
    "null_rule": "null",
}


def declare(people, indicator=OWN, based_on=0):
    return services.save_indicator(
        administration=people.juniper,
        indicator=indicator,
        by=people.timur,
        at=NOW,
        based_on=based_on,
    )


def text_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


# ---- the catalogue -----------------------------------------------------------------------------


def test_ready_and_own_indicators_stand_in_one_list(people, as_person):
    declare(people)

    page = as_person(people.timur).get(reverse("targeting:indicators"), {"q": "mass package"})

    lines = [line.id for line in page.context["list"]["lines"]]
    assert lines == ["mass_by_package", "mass_per_package"]
    assert page.context["list"]["filters"][0]["all_n"] == 2


def test_the_list_is_narrowed_by_kind_and_by_who_made_it(people, as_person):
    declare(people)
    client = as_person(people.timur)

    of_kind = client.get(reverse("targeting:indicators"), {"kind": "calendar"})
    own = client.get(reverse("targeting:indicators"), {"origin": "own"})

    kinds = {line.row["kind"] for line in of_kind.context["list"]["lines"]}
    assert kinds == {"calendar"}
    assert [line.id for line in own.context["list"]["lines"]] == ["mass_by_package"]


def test_pages_of_the_catalogue_hold_every_indicator_once(people, as_person):
    client, seen, address = as_person(people.timur), [], reverse("targeting:indicators")
    while address:
        page = client.get(address).context["list"]
        seen += [line.id for line in page["lines"]]
        address = f"{reverse('targeting:indicators')}{page['next_url']}" if page["next_url"] else ""

    assert sorted(seen) == sorted(risk.READY)


def test_the_list_asks_as_often_for_three_own_indicators_as_for_one(
    people, as_person, django_assert_num_queries
):
    client = as_person(people.timur)
    declare(people)
    with CaptureQueriesContext(connection) as first:
        client.get(reverse("targeting:indicators"))
    declare(people, replace(OWN, name="second"))
    declare(people, replace(OWN, name="third"))

    with django_assert_num_queries(len(first)):
        client.get(reverse("targeting:indicators"))


# ---- one indicator on a set --------------------------------------------------------------------


def test_the_distribution_counts_every_row_of_the_set(people, year, as_person):
    bench = gateways.workbench_of(year)
    column = bench.indicators["unit_value_ratio"]

    page = as_person(people.timur).get(
        reverse("targeting:indicator", args=["unit_value_ratio"]), {"set": year.pk}
    )

    spread = page.context["spread"]
    assert spread.empty == column.null_count
    assert sum(n for _label, n in spread.steps) == bench.rows - column.null_count
    assert spread.share_empty.value == column.null_count / bench.rows
    assert "Simulated" in text_of(page)


def test_a_flag_has_one_bar_for_each_answer(people, year):
    bench = gateways.workbench_of(year)
    values = indicator_values.floats_of(bench.indicators["weekend_lodging"])

    spread = indicator_values.distribution_of(bench, values, risk.READY["weekend_lodging"], "en")

    assert [label for label, _n in spread.steps] == ["no", "yes"]
    assert spread.steps[1][1] == int(values.sum())


def test_drift_of_chosen_periods_is_that_of_their_rows(people, year, as_person):
    asked = {
        "set": year.pk,
        "before_from": "2026-01-05",
        "before_to": "2026-02-28",
        "now_from": "2026-06-01",
        "now_to": "2026-06-30",
    }

    page = as_person(people.timur).get(reverse("targeting:indicator", args=["tax_at_stake"]), asked)

    bench = gateways.workbench_of(year)
    values = indicator_values.floats_of(bench.indicators["tax_at_stake"])
    day = np.asarray(bench.items["day"].to_numpy()).astype("datetime64[D]")
    before = values[(day >= np.datetime64("2026-01-05")) & (day <= np.datetime64("2026-02-28"))]
    now = values[(day >= np.datetime64("2026-06-01")) & (day <= np.datetime64("2026-06-30"))]
    edges = risk.histogram_bins(before, 10)
    counts_now, counts_before = risk.bin_counts(now, edges), risk.bin_counts(before, edges)
    used = (counts_now + counts_before) > 0
    assert page.context["drift"].found == risk.drift(counts_now[used], counts_before[used])
    assert "not that fraud did" in text_of(page)


def test_periods_that_run_backwards_fall_back_to_the_halves(people, year, as_person):
    asked = {"before_from": "2026-06-01", "before_to": "2026-01-05"}

    page = as_person(people.timur).get(reverse("targeting:indicator", args=["round_mass"]), asked)

    before, now = page.context["periods"]
    assert (before.start, now.end) == (
        year.first_day,
        date.fromordinal(year.last_day.toordinal() + 1),
    )
    assert before.end == now.start


def test_drift_of_a_period_with_few_rows_is_not_shown(year):
    values = np.arange(100.0)
    days = np.arange(100)
    epoch = indicator_values.EPOCH.toordinal()
    parts = [
        Period(date.fromordinal(epoch + a), date.fromordinal(epoch + b))
        for a, b in ((0, 50), (95, 100))
    ]

    found = indicator_values.moved(values, days, (parts[0], parts[1]), "count", "en")

    assert (found.kind, found.n) == ("too_few", 5)


def test_rates_by_fifth_speak_of_the_flow_where_a_random_draw_was_made(people, year, as_person):
    client = as_person(people.timur)
    address = reverse("targeting:indicator", args=["unit_value_ratio"])

    flow = client.get(address).context["split"]
    examined = client.get(address, {"basis": "examined"}).context["split"]

    told = risk.Outcomes.of(gateways.workbench_of(year).outcomes)
    assert flow.basis == "flow"
    assert examined.base.value == pytest.approx(told.found.sum() / told.result.sum())
    assert sum(group.rows for group in examined.groups) == told.result.sum()
    assert [group.riskiest for group in examined.groups].index(True) == 0  # lower is riskier


def test_a_set_without_a_random_draw_says_what_its_rates_do_not_say(
    people, year, as_person, own_home
):
    on_disk = gateways.open_set(year)
    findings = on_disk.all_findings()
    chosen = findings.filter(pc.equal(findings["way"], "criteria"))
    without = pa.nulls(chosen.num_rows, pa.float64())
    chosen = chosen.set_column(chosen.column_names.index("inclusion"), "inclusion", without)
    folder = set_services.new_folder()
    risk.write_set(folder, on_disk.items(), chosen, name="Chosen", simulated=True)
    row = set_services.enter_set(
        administration=people.juniper, name="Chosen", folder=folder, by=people.timur, at=NOW
    )

    page = as_person(people.timur).get(
        reverse("targeting:indicator", args=["tax_at_stake"]), {"set": row.pk}
    )

    assert page.context["has_flow"] is False
    assert "nothing about rows that nobody opened" in text_of(page)


# ---- an own indicator --------------------------------------------------------------------------


def test_every_fault_of_a_declaration_is_told_at_once(people, as_person):
    typed = TYPED | {
        "name": "Mass",
        "measure": "gross_mass_kg ^ goods",
        "label_en": "",
        "label_ru": "",
        "rounding": "40",
    }

    page = as_person(people.timur).post(reverse("targeting:indicator-new"), typed | {"do": "save"})

    assert set(page.context["form"].errors) == {"name", "measure", "label_en", "rounding"}
    assert not DeclaredIndicator.objects.exists()


def test_a_ready_name_is_refused(people, as_person):
    typed = TYPED | {"name": "mass_ratio", "do": "save"}

    page = as_person(people.timur).post(reverse("targeting:indicator-new"), typed)

    assert "is a ready indicator" in page.context["form"].errors["name"][0]


def test_each_kind_shows_only_the_parameters_that_it_takes(people, as_person):
    page = as_person(people.timur).post(
        reverse("targeting:indicator-new"), TYPED | {"kind": "find_rate", "do": "kind"}
    )

    form = page.context["form"]
    assert {"group", "window_days", "delay_days", "min_count", "smoothing"} <= set(form.fields)
    assert not {"measure", "of", "rules", "option"} & set(form.fields)
    assert form.initial["name"] == "mass_by_package"  # what was typed stays


def test_trying_shows_the_spread_and_saves_nothing(people, year, as_person):
    page = as_person(people.timur).post(
        reverse("targeting:indicator-new"), TYPED | {"do": "try", "set": year.pk}
    )

    bench = gateways.workbench_of(year)
    known = pc.divide(bench.items["gross_mass_kg"], pc.cast(bench.items["packages"], pa.float64()))
    assert page.context["spread"].known == bench.rows - known.null_count
    assert 'measure = "gross_mass_kg / packages"' in page.context["toml"]
    assert not DeclaredIndicator.objects.exists()


def test_a_text_fills_the_form(people, as_person):
    rules = replace(
        OWN,
        name="own_grade",
        kind="trader_grade",
        measure="",
        unit="grade",
        group=("importer",),
        window_days=365,
        rules=(
            risk.GradeRule(1, (("declarations", ">=", 50), ("find_rate", "<=", 0.02))),
            risk.GradeRule(3),
        ),
    )
    client = as_person(people.timur)

    page = client.post(
        reverse("targeting:indicator-new"),
        {"text": risk.dump_indicators([rules]), "do": "take-text"},
    )

    form = page.context["form"]
    assert (form.kind.name, page.context["text_faults"]) == ("trader_grade", [])
    assert form.initial["rules"] == "1: declarations >= 50, find_rate <= 0.02\n3"
    saved = client.post(
        reverse("targeting:indicator-new"),
        {name: form.initial.get(name) for name in form.fields if form.initial.get(name) is not None}
        | {"kind": "trader_grade", "do": "save"},
    )
    assert saved.status_code == 302
    assert known_indicators(people.juniper.pk)["own_grade"].indicator == rules


def test_a_wrong_text_is_refused_with_all_its_faults(people, as_person):
    text = '[[indicator]]\nname = "x"\nkind = "own"\nmeasure = 3\nblue = 1\n'

    page = as_person(people.timur).post(
        reverse("targeting:indicator-new"), {"text": text, "do": "take-text"}
    )

    faults = " ".join(page.context["text_faults"])
    assert all(word in faults for word in ("blue", "label", "direction", "measure"))


def test_a_saved_indicator_is_offered_and_back_tested(people, year, as_person):
    client = as_person(people.timur)
    client.post(reverse("targeting:indicator-new"), TYPED | {"do": "save"})

    page = client.get(
        reverse("targeting:profile-new"), {"condition": "mass_by_package > 40", "set": year.pk}
    )

    bench = gateways.workbench_of(year)
    mass = pc.divide(bench.items["gross_mass_kg"], pc.cast(bench.items["packages"], pa.float64()))
    expected = pc.sum(pc.fill_null(pc.greater(mass, 40), fill_value=False)).as_py()
    assert page.context["panel"].test.items_hit == expected > 0
    assert '<option value="mass_by_package" selected>' in page.content.decode()
    row = client.get(reverse("targeting:row", args=[year.pk, 3]))
    assert "Gross mass by number of packages." in text_of(row)


def test_a_changed_indicator_changes_what_its_profiles_hit(people, year, as_person):
    declare(people)
    profile_services.save_draft(
        administration=people.juniper,
        code="P-001",
        wording=profile_services.Wording(name="Heavy", condition="mass_by_package > 40", red=10),
        by=people.timur,
        at=NOW,
    )
    client = as_person(people.timur)
    address = reverse("targeting:profile", args=["P-001"])
    before = client.get(address).context["panel"].test.items_hit

    client.post(
        reverse("targeting:indicator-change", args=["mass_by_package"]),
        TYPED | {"measure": "net_mass_kg / packages / 10", "do": "save", "based_on": "1"},
    )

    assert known_indicators(people.juniper.pk)["mass_by_package"].declared.version == 2
    assert client.get(address).context["panel"].test.items_hit < before


def test_a_change_based_on_an_older_version_is_refused_by_name(people):
    declare(people)
    declare(people, based_on=1)

    with pytest.raises(RefusedError, match="Timur Demo saved version 2 meanwhile"):
        declare(people, based_on=1)


def test_what_is_put_away_is_offered_no_more_and_its_profiles_go_on(people, year, as_person):
    declare(people)
    client = as_person(people.timur)

    client.post(reverse("targeting:indicator-put-away", args=["mass_by_package"]))

    fresh = client.get(reverse("targeting:profile-new")).content.decode()
    used = client.get(reverse("targeting:profile-new"), {"condition": "mass_by_package > 40"})
    assert '<option value="mass_by_package"' not in fresh
    assert used.context["panel"].test.items_hit > 0
    client.post(reverse("targeting:indicator-put-away", args=["mass_by_package"]))
    assert (
        '<option value="mass_by_package"'
        in client.get(reverse("targeting:profile-new")).content.decode()
    )


def test_one_administrations_indicator_is_nothing_to_another(people, as_person):
    declare(people)

    client = as_person(people.charlie)

    assert "mass_by_package" not in condition_fields(people.apricot.pk)
    assert client.get(reverse("targeting:indicator", args=["mass_by_package"])).status_code == 404
    assert (
        client.post(reverse("targeting:indicator-put-away", args=["mass_by_package"])).status_code
        == 404
    )


def test_an_approver_reads_and_writes_nothing(people, year, as_person):
    declare(people)
    client = as_person(people.nargiza)
    address = reverse("targeting:indicator", args=["mass_by_package"])

    page = client.get(address)

    assert page.status_code == 200
    assert "Change the indicator" not in text_of(page)
    assert client.get(reverse("targeting:indicator-new")).status_code == 403
    assert (
        client.post(reverse("targeting:indicator-put-away", args=["mass_by_package"])).status_code
        == 403
    )


def test_an_examiner_sees_no_indicators(people, as_person):
    assert as_person(people.bakyt).get(reverse("targeting:indicators")).status_code == 403
