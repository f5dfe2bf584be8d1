"""Bob of Juniper asks for work; Charlie of Apricot is a stranger to it."""

from datetime import UTC, datetime

import pytest

from tamgha.platform.accounts import services as accounts
from tamgha.platform.accounts.choices import Role
from tamgha.platform.jobs.domain import Outcome, kind
from tamgha.platform.jobs.services import JobContext
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ROWS = Words("rows", "строк")
DID: list[int] = []


@kind(
    "test.count",
    title=Words("Counting rows", "Подсчёт строк"),
    unit=ROWS,
    resumable=True,
    in_background=False,
)
def count(context: JobContext, *, to: int, break_at: int = -1) -> Outcome:
    """Count from the checkpoint, keep every step, break where told."""
    for step in range(context.checkpoint.get("next", 0), to):
        if step == break_at and context.checkpoint.get("broke") is None:
            context.keep({"next": step, "broke": True})
            raise OSError("the disk is full")
        DID.append(step)
        context.keep({**context.checkpoint, "next": step + 1})
        context.progress(step + 1, to, Words("Counting", "Считаем"))
    return Outcome(Words(f"{to} rows", f"{to} строк"), address="/there/", data={"rows": to})


@kind("test.later", title=Words("Later", "Позже"), unit=ROWS)
def later(context: JobContext, *, to: int) -> None:
    """Count, in the background."""
    for step in range(to):
        DID.append(step)
        context.progress(step + 1, to)


@kind("test.refuse", title=Words("Refusing", "Отказ"), in_background=False)
def refuse(context: JobContext) -> None:
    """Fail with something a person can mend."""
    raise TamghaError(Words("14 columns were expected; 12 came", "Ожидалось 14 граф, пришло 12"))


@pytest.fixture(autouse=True)
def _nothing_done_yet():
    DID.clear()


@pytest.fixture
def people(db):
    place = accounts.enter_administration(
        code="juniper",
        values={"name_en": "Juniper customs", "name_ru": "Таможня Арча", "currency": "USD"},
        at=NOW,
    )
    return {
        name: accounts.invite_person(
            new=accounts.NewPerson(full_name=name.title(), username=name),
            administration=place,
            roles=[Role.ANALYST],
            by=None,
            at=NOW,
        )
        for name in ("bob", "charlie")
    }


@pytest.fixture
def bob(people):
    return people["bob"]
