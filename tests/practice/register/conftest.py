"""Timur and Dana analyse risks in Juniper, Nargiza approves, Aigul coordinates; Charlie is of Apricot."""

from datetime import date
from types import SimpleNamespace

import pytest
from tests.practice.conftest import NOW

from tamgha.platform.accounts import services as accounts
from tamgha.platform.accounts.choices import Role
from tamgha.practice.register.domain.scales import Marks
from tamgha.practice.register.domain.wording import Wording
from tamgha.practice.register.models import Risk
from tamgha.practice.register.services import moves, scoring, writing

MARKS = Marks(5, 4, 3, 4)


PLACES = {
    "juniper": ("Juniper customs", "Таможня Арча"),
    "apricot": ("Apricot customs", "Таможня Абрикос"),
}


@pytest.fixture
def people(db):
    places = {
        code: accounts.enter_administration(
            code=code,
            values={"name_en": names[0], "name_ru": names[1], "currency": "USD"},
            at=NOW,
            is_simulated=True,
        )
        for code, names in PLACES.items()
    }

    def one(name, role, place="juniper"):
        return accounts.invite_person(
            new=accounts.NewPerson(full_name=f"{name} Demo", username=f"{name.lower()}.{place}"),
            administration=places[place],
            roles=[role],
            by=None,
            at=NOW,
        )

    return SimpleNamespace(
        **places,
        timur=one("Timur", Role.ANALYST),
        dana=one("Dana", Role.ANALYST),
        nargiza=one("Nargiza", Role.APPROVER),
        aigul=one("Aigul", Role.COORDINATOR),
        bakyt=one("Bakyt", Role.EXAMINER),
        charlie=one("Charlie", Role.ANALYST, "apricot"),
    )


class Desk:
    """What the people of Juniper do, in one word each."""

    def __init__(self, people):
        self.people = people

    def wording(self, **changes):
        usual = {
            "title_en": "Undervaluation of footwear",
            "title_ru": "Занижение стоимости обуви",
            "area": "valuation",
            "causes": "Duty by value",
            "consequences": "Duty lost",
            "measures": "Two profiles",
            "owner": self.people.timur.pk,
            "review_on": date(2027, 1, 15),
        }
        return Wording(**(usual | changes))

    def write(self, risk=None, *, by=None, place=None, number=None, anew=False, **changes):
        fresh = Risk.objects.get(pk=risk.pk) if risk else None
        return writing.save_version(
            place=fresh or place or self.people.juniper,
            wording=self.wording(**changes),
            by=by or self.people.timur,
            at=NOW,
            number=number,
            based_on=fresh.latest if fresh else 0,
            anew=anew,
        )

    def score(self, version, by, marks=MARKS, reason=""):
        return scoring.give_score(
            risk=version.risk, marks=marks, reason=reason, by=by, at=NOW, seen=version.number
        )

    def agree(self, version, by=None, marks=MARKS, note=""):
        return scoring.agree_score(
            risk=version.risk,
            marks=marks,
            note=note,
            by=by or self.people.timur,
            at=NOW,
            seen=version.number,
        )

    def scored(self, version, marks=MARKS):
        self.score(version, self.people.timur, marks)
        self.score(version, self.people.dana, marks)
        return self.agree(version, by=version.owner, marks=marks)

    def move(self, version, name, by, reason=""):
        return moves.make_move(
            risk=version.risk, move=name, by=by, at=NOW, seen=version.number, reason=reason
        )

    def in_force(self, risk=None, *, marks=MARKS, **changes):
        version = self.scored(self.write(risk, **changes), marks)
        self.move(version, "submit", self.people.timur)
        self.move(version, "approve", self.people.nargiza)
        version.refresh_from_db()
        return version


@pytest.fixture
def desk(people):
    return Desk(people)
