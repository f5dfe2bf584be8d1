"""One risk and its pages: who enters, what is linked, what is worked on, how versions differ."""

from datetime import date

import pytest
from django.urls import reverse
from tests.practice.register.conftest import NOW

from tamgha.practice.register.models import Risk
from tamgha.practice.register.queries import codes_offered, due, links
from tamgha.practice.register.services import following
from tamgha.practice.register.services.keeping import RegisterError
from tamgha.shared.errors import RefusedError
from tamgha.shared.words import Words

TYPED = {
    "title_ru": "Дробление посылок",
    "area": "post",
    "kind": "post",
    "causes": "The limit counts each parcel",
    "consequences": "Duty lost",
    "treatment": "treat",
    "measures": "Parcels of a week are counted",
    "review_on": "15.01.2027",
}


@pytest.fixture
def offered(monkeypatch):
    """Offer two kinds of things, as a higher area does when the application starts."""
    monkeypatch.setattr(links, "_kinds", {})
    known = {"unit_value": "Unit value", "weight": "Weight per piece"}

    def linked(_user, code, keys):
        named = [
            links.Linked("P-014", "P-014 Low value", "/p/", Words("live", "действует"), "good")
        ]
        return named if code == "R-12" else [links.Linked(key, known[key]) for key in keys]

    for name, directed in (("indicator", True), ("profile", False)):
        links.register_kind(
            links.Kind(
                name=name,
                label=Words(f"{name}s", f"{name}ы"),
                about=Words("about", "о"),
                linked=(lambda _user, _code, keys: [links.Linked(key, known[key]) for key in keys])
                if directed
                else linked,
                choices=lambda _user: list(known.items()),
                directed=directed,
            )
        )


def typed(browser, address, **changes):
    """Return what a browser sends for the form: with the token that came with it."""
    opened = browser.get(address).context["form"]["version"].value()
    return TYPED | {"version": opened} | changes


# ---- writing -----------------------------------------------------------------------------------


def test_a_risk_is_written_by_the_page_with_a_title_in_one_language(people, as_person):
    browser, address = as_person(people.timur), reverse("register:risk-new")

    sent = browser.post(address, typed(browser, address, owner=people.dana.pk), follow=True)

    version = Risk.objects.get().shown
    assert (version.title, version.owner, version.review_on) == (
        "Дробление посылок",
        people.dana,
        date(2027, 1, 15),
    )
    assert "R-01, version 1 is saved." in sent.content.decode()


def test_a_refused_risk_names_every_row_and_keeps_what_was_typed(people, as_person):
    browser, address = as_person(people.timur), reverse("register:risk-new")
    wrong = {"title_ru": "", "measures": "", "review_on": "31.11.2026", "owner": people.bakyt.pk}

    page = browser.post(address, typed(browser, address, **wrong))

    text = page.content.decode()
    assert page.status_code == 422
    assert "4 rows need you before this can go on." in text
    assert "Give a title in one of the two languages." in text
    assert "Say how the risk is treated or transferred." in text
    assert "31 November does not exist" in text
    assert "The limit counts each parcel" in text
    assert not Risk.objects.exists()


def test_two_editors_of_one_risk_see_both_wordings(desk, people, as_person):
    risk = desk.write().risk
    address = reverse("register:risk-edit", args=[risk.code])
    browser = as_person(people.timur)
    sent = typed(browser, address, causes="Timur's cause", owner=people.timur.pk)
    desk.write(risk, by=people.dana, causes="Dana's cause")

    page = browser.post(address, sent)

    text = page.content.decode()
    assert page.status_code == 422
    assert "You and Dana Demo changed this row." in text
    assert risk.versions.count() == 2


def test_what_is_in_force_stays_while_a_draft_is_on_its_way(desk, people, as_person):
    first = desk.in_force()
    desk.write(first.risk, title_en="Undervaluation of boots", treatment="transfer")

    text = as_person(people.timur).get(reverse("register:risk", args=["R-01"])).content.decode()

    assert "R-01 Undervaluation of footwear" in text
    assert "Version 2: draft" in text
    assert "Undervaluation of boots" in text


def test_a_version_is_compared_with_any_other(desk, people, as_person):
    first = desk.write()
    desk.write(first.risk, causes="second cause")
    desk.write(first.risk, causes="third cause")
    address = reverse("register:risk-version", args=["R-01", 3])
    browser = as_person(people.aigul)

    before = {str(one.label): one.before for one in browser.get(address).context["changes"]}
    first_ones = browser.get(f"{address}?against=1").context["changes"]

    assert before == {"Causes": "second cause"}
    assert [(one.before, one.after) for one in first_ones] == [("Duty by value", "third cause")]
    assert browser.get(f"{address}?against=x").status_code == 200
    assert browser.get(reverse("register:risk-version", args=["R-01", 9])).status_code == 404


# ---- who enters ----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["timur", "dana", "nargiza", "aigul"])
def test_analysts_approvers_and_the_coordinator_read(desk, people, as_person, who):
    desk.write()
    browser = as_person(getattr(people, who))

    for name, args in (("risks", []), ("risk", ["R-01"]), ("risk-scores", ["R-01"])):
        assert browser.get(reverse(f"register:{name}", args=args)).status_code == 200


def test_an_examiner_sees_nothing_not_even_titles(desk, people, as_person):
    desk.in_force()
    browser = as_person(people.bakyt)

    for name, args in (("risks", []), ("risk", ["R-01"]), ("export", [])):
        assert browser.get(reverse(f"register:{name}", args=args)).status_code == 403


def test_another_administration_finds_no_such_risk(desk, people, as_person):
    desk.write()

    assert as_person(people.charlie).get(reverse("register:risk", args=["R-01"])).status_code == 404


def test_the_coordinator_reads_and_has_no_button(desk, people, as_person):
    desk.in_force()
    browser = as_person(people.aigul)

    text = browser.get(reverse("register:risk", args=["R-01"])).content.decode()

    assert "Add an action" not in text
    assert "Review R-01" not in text
    assert browser.get(reverse("register:risk-edit", args=["R-01"])).status_code == 403


def test_a_hub_keeps_no_register(desk, people, as_person, settings):
    desk.write()
    settings.TAMGHA_NODE = "hub"

    assert as_person(people.timur).get(reverse("register:risks")).status_code == 404


# ---- actions -----------------------------------------------------------------------------------


def test_an_action_is_added_and_its_state_follows(desk, people, as_person):
    desk.in_force()
    browser = as_person(people.timur)
    browser.post(
        reverse("register:risk-actions", args=["R-01"]),
        {"text": "Write the price note", "person": people.dana.pk, "due": "20.11.2026"},
    )
    action = Risk.objects.get().actions.get()
    assert (action.number, action.person, action.state) == (1, people.dana, "planned")

    as_person(people.dana).post(
        reverse("register:risk-action", args=["R-01", 1]), {"state": "done"}
    )

    action.refresh_from_db()
    assert action.state == "done"


def test_the_owner_says_how_far_an_action_is_and_another_reader_does_not(desk, people):
    risk = desk.in_force(owner=people.aigul.pk).risk
    action = following.add_action(
        risk=risk, text="Audit", person=people.dana, due=date(2027, 1, 1), by=people.timur, at=NOW
    )

    following.change_action(action=action, state="doing", by=people.aigul, at=NOW)
    with pytest.raises(RegisterError, match="say how far it is"):
        following.change_action(action=action, state="done", by=people.nargiza, at=NOW)

    action.refresh_from_db()
    assert action.state == "doing"


def test_an_action_without_words_or_of_a_stranger_is_refused(desk, people):
    risk = desk.write().risk

    with pytest.raises(RefusedError) as refusal:
        following.add_action(
            risk=risk,
            text=" ",
            person=people.charlie,
            due=date(2027, 1, 1),
            by=people.timur,
            at=NOW,
        )

    assert [fault.en for fault in refusal.value.faults] == [
        "Say what is to be done.",
        "A person of this administration was expected. Choose another.",
    ]


# ---- links -------------------------------------------------------------------------------------


def test_an_indicator_is_linked_with_its_direction_and_taken_away(desk, people, as_person, offered):
    desk.in_force()
    browser = as_person(people.timur)
    address = reverse("register:risk-links", args=["R-01"])
    browser.post(address, {"thing": "indicator:unit_value", "direction": "raises"})
    held = Risk.objects.get().links.get()
    assert (held.kind, held.key, held.direction) == ("indicator", "unit_value", "raises")
    assert "Unit value" in browser.get(reverse("register:risk", args=["R-01"])).content.decode()

    browser.post(address, {"unlink": held.pk})

    assert not Risk.objects.get().links.exists()


@pytest.mark.parametrize("thing", ["indicator:unknown", "seal:unit_value", "", "indicator"])
def test_what_is_not_offered_is_not_linked(desk, people, as_person, offered, thing):
    desk.write()

    page = as_person(people.timur).post(
        reverse("register:risk-links", args=["R-01"]), {"thing": thing}, follow=True
    )

    assert "is not offered for a link" in page.content.decode()
    assert not Risk.objects.get().links.exists()


def test_a_thing_that_names_the_risk_itself_needs_no_link(desk, people, offered):
    risk = desk.write(number=12).risk

    found = {kind.name: shown for kind, shown in links.links_of(risk, people.timur)}

    assert [(one.thing.key, one.link) for one in found["profile"]] == [("P-014", None)]
    assert found["indicator"] == []


def test_codes_are_offered_to_other_areas_without_those_put_away(desk, people):
    desk.write(number=12)
    gone = desk.write(number=13)
    desk.move(gone, "drop", people.timur, "doubled")

    assert codes_offered(people.juniper) == [("R-12", "Undervaluation of footwear")]
    assert codes_offered(people.apricot) == []


# ---- what waits ---------------------------------------------------------------------------------


def waits(person, today=date(2026, 11, 24)):
    return [(one.risk.code, one.why) for one in due.waiting_for(person, today=today, most=9)]


def test_each_step_waits_for_the_one_who_can_make_it(desk, people):
    version = desk.write(owner=people.dana.pk)
    assert (waits(people.timur), waits(people.dana)) == ([("R-01", "score")], [("R-01", "score")])

    desk.score(version, people.timur)
    assert (waits(people.timur), waits(people.dana)) == ([], [("R-01", "score")])

    desk.score(version, people.dana)
    assert (waits(people.timur), waits(people.dana)) == ([], [("R-01", "agree")])

    desk.agree(version, by=people.dana)
    desk.move(version, "submit", people.timur)
    assert (waits(people.nargiza), waits(people.dana)) == ([("R-01", "approve")], [])

    desk.move(version, "approve", people.nargiza)
    assert waits(people.dana) == []
    assert waits(people.dana, today=date(2027, 1, 10)) == [("R-01", "review")]
    assert waits(people.bakyt) == []
