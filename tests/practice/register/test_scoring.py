"""Two people score apart: neither sees the other's numbers before both are in."""

import re
from dataclasses import replace

import pytest
from django.urls import reverse
from tests.practice.register.conftest import MARKS

from tamgha.practice.register import events
from tamgha.practice.register.domain.scales import Marks
from tamgha.practice.register.queries import scores_for
from tamgha.practice.register.services.keeping import RegisterError
from tamgha.shared.errors import RefusedError
from tamgha.shared.lifecycle import MoveRefusedError

OTHER = Marks(4, 5, 2, 5)


def test_neither_sees_the_other_before_both_have_scored(desk, people):
    version = desk.write()
    desk.score(version, people.timur)

    for reader in (people.dana, people.nargiza, people.aigul):
        seen = scores_for(version, reader)
        assert (seen.given, seen.whole, seen.seen, seen.mine) == (1, False, (), None)
    own = scores_for(version, people.timur)
    assert own.mine.marks == MARKS
    assert own.seen == (own.mine,)


def test_both_are_seen_by_every_reader_once_both_are_in(desk, people):
    version = desk.write()
    desk.score(version, people.timur)
    desk.score(version, people.dana, OTHER)

    seen = scores_for(version, people.aigul)

    assert [one.marks for one in seen.seen] == [MARKS, OTHER]
    assert seen.differs


def test_a_score_may_be_changed_until_the_other_has_scored(desk, people):
    version = desk.write()
    desk.score(version, people.timur)
    desk.score(version, people.timur, OTHER)
    assert scores_for(version, people.timur).mine.marks == OTHER

    desk.score(version, people.dana)

    with pytest.raises(RegisterError, match="neither can be changed any more"):
        desk.score(version, people.timur)
    with pytest.raises(RegisterError, match="Two people have scored already"):
        desk.score(version, people.nargiza)
    assert version.scoring.scores.count() == 2


@pytest.mark.parametrize("who", ["aigul", "bakyt", "charlie"])
def test_only_analysts_and_approvers_of_the_administration_score(desk, people, who):
    version = desk.write()

    with pytest.raises(MoveRefusedError, match="needs one of these roles"):
        desk.score(version, getattr(people, who))


def test_a_score_beyond_the_scale_is_refused_and_nothing_is_kept(desk, people):
    version = desk.write()

    with pytest.raises(RefusedError, match="Steps of 1 to 5 were expected"):
        desk.score(version, people.timur, Marks(6, 1, 1, 1))
    assert version.scoring.scores.count() == 0


def test_the_owner_agrees_and_nobody_else(desk, people):
    version = desk.write(owner=people.dana.pk)
    desk.score(version, people.timur)
    with pytest.raises(RegisterError, match="Two people score first"):
        desk.agree(version, by=people.dana)
    desk.score(version, people.dana)

    with pytest.raises(RegisterError, match="The owner agrees the score: Dana Demo"):
        desk.agree(version, by=people.timur)
    agreed = desk.agree(version, by=people.dana)

    assert (agreed.inherent_score, agreed.residual_score) == (20, 12)
    assert (agreed.residual_level.name, agreed.agreed_by) == ("high", people.dana)


def test_where_the_scores_differ_the_owner_says_why(desk, people):
    version = desk.write()
    desk.score(version, people.timur)
    desk.score(version, people.dana, OTHER)

    with pytest.raises(RefusedError, match="Say in a sentence why this one holds"):
        desk.agree(version)
    agreed = desk.agree(version, note="Three finds in October")

    assert agreed.agreed_note == "Three finds in October"


def test_a_third_number_wants_a_reason_too(desk, people):
    version = desk.write()
    desk.score(version, people.timur)
    desk.score(version, people.dana)

    with pytest.raises(RefusedError, match="Say in a sentence why"):
        desk.agree(version, marks=replace(MARKS, residual_likelihood=2))


def test_an_agreed_score_is_changed_by_scoring_anew_only(desk, people):
    version = desk.scored(desk.write())

    with pytest.raises(RegisterError, match="agreed already"):
        desk.agree(version, marks=OTHER, note="no")
    with pytest.raises(RegisterError, match="agreed already"):
        desk.score(version, people.nargiza)


def test_no_announcement_carries_the_numbers_of_one_person(desk, people):
    told = []

    def listen(act, **_kwargs):
        told.append((act.name, act.facts))

    events.acted.connect(listen)
    try:
        version = desk.write()
        desk.score(version, people.timur)
        desk.score(version, people.dana)
        desk.agree(version)
    finally:
        events.acted.disconnect(listen)

    assert told == [
        ("register.risk.made", {"made": True}),
        ("register.risk.scored", {}),
        ("register.risk.scored", {}),
        ("register.risk.agreed", {"inherent": 20, "residual": 12}),
    ]


PAGES = ("register:risk", "register:risk-scores", "register:risks", "register:risk-version")


@pytest.mark.parametrize("name", PAGES)
def test_no_page_shows_the_first_score_to_another(desk, people, as_person, name):
    version = desk.write()
    desk.score(version, people.timur, reason="zq-reason-of-timur")
    code = version.risk.code
    args = {"register:risks": [], "register:risk-version": [code, 1]}.get(name, [code])

    page = as_person(people.dana).get(reverse(name, args=args)).content.decode()

    assert "zq-reason-of-timur" not in page
    assert not re.search(r"20\s*(</\w+>)?\s*→", page)


def test_the_scorer_finds_the_own_score_in_the_form(desk, people, as_person):
    version = desk.write()
    desk.score(version, people.timur, reason="zq-reason-of-timur")

    page = as_person(people.timur).get(reverse("register:risk-scores", args=[version.risk.code]))

    text = page.content.decode()
    assert '<option value="4" selected>4 severe</option>' in text
    assert "zq-reason-of-timur" in text


def test_scores_and_agreement_by_the_pages(desk, people, as_person):
    version = desk.write()
    address = reverse("register:risk-scores", args=[version.risk.code])
    steps = dict(
        zip(
            ("inherent_likelihood", "inherent_consequence", "residual_likelihood",
             "residual_consequence"),
            MARKS.steps,
            strict=True,
        )
    )  # fmt: skip
    for person in (people.timur, people.dana):
        sent = as_person(person).post(address, {"seen": 1, **steps})
        assert sent.status_code == 302

    sent = as_person(people.timur).post(address, {"seen": 1, **steps, "note": ""}, follow=True)

    version.refresh_from_db()
    assert (version.inherent_score, version.residual_score) == (20, 12)
    assert "The score is agreed." in sent.content.decode()


def test_a_refused_score_comes_back_with_its_rows_named(desk, people, as_person):
    version = desk.write()
    address = reverse("register:risk-scores", args=[version.risk.code])

    page = as_person(people.timur).post(address, {"seen": 1, "inherent_likelihood": "9"})

    assert page.status_code == 422
    assert "4 rows need you before this can go on." in page.content.decode()
    assert version.scoring.scores.count() == 0
