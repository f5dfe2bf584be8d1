"""Log-ins: their list, their end, and the wait after too many failures."""

from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import transaction

from tamgha.platform.accounts.choices import LogInEnd
from tamgha.platform.accounts.events import LockedOut, LoggedIn, LogInEnded, announce
from tamgha.platform.accounts.models import Attempt, LogIn, User
from tamgha.platform.accounts.queries import account_key, lockout_rules, person_of_login, wait_until
from tamgha.platform.accounts.services.errors import WaitError

SEEN_EVERY = timedelta(minutes=1)
LOG_IN_KEY = "tamgha_log_in"
"""Where a session names its log-in."""


def begin_attempt(*, typed: str, address: str | None, at: datetime) -> Attempt:
    """Count a try to sign in, before the password (or the code) is looked at.

    It counts as failed until `forgive_attempts`, so that tries at the same moment cannot slip
    through between the look and the count. Raises WaitError, and then counts nothing.
    """
    account = account_key(typed)
    until = wait_until(account=account, address=address, at=at)
    if until:
        raise WaitError(until)
    longest = max(rule.wait for rule in lockout_rules())
    Attempt.objects.filter(at__lt=at - 2 * longest).delete()
    return Attempt.objects.create(account=account, address=address, at=at)


@transaction.atomic
def note_failure(*, typed: str, address: str | None, at: datetime) -> None:
    """Announce the lock-out when the failure that just happened was one too many."""
    until = wait_until(account=account_key(typed), address=address, at=at)
    if until is None:
        return
    person = person_of_login(typed)
    announce(
        LockedOut(
            at=at, by=None, person=person.pk if person else None, address=address, until=until
        )
    )


def forgive_attempts(*, person: User) -> None:
    """Forget the failures of an account that has wholly shown who it is; others' stay."""
    Attempt.objects.filter(account=account_key(person.username)).delete()


@transaction.atomic
def open_log_in(
    *,
    person: User,
    session_key: str | None,
    address: str | None,
    device: str,
    with_second_factor: bool,
    at: datetime,
) -> LogIn:
    """Write down that the person signed in, from where and with what."""
    log_in = LogIn.objects.create(
        person=person,
        session_key=session_key,
        started_at=at,
        last_seen_at=at,
        address=address,
        device=device[:300],
        with_second_factor=with_second_factor,
    )
    announce(
        LoggedIn(
            at=at,
            by=person.pk,
            person=person.pk,
            log_in=log_in.pk,
            address=address,
            with_second_factor=with_second_factor,
        )
    )
    return log_in


def note_seen(*, log_in: LogIn, session_key: str | None, at: datetime) -> None:
    """Keep the last time the browser called (to the minute) and its session, which may rotate."""
    if log_in.session_key == session_key and at - log_in.last_seen_at < SEEN_EVERY:
        return
    LogIn.objects.filter(pk=log_in.pk, ended_at=None).update(
        session_key=session_key, last_seen_at=at
    )


@transaction.atomic
def end_log_in(*, log_in: LogIn, how: LogInEnd, by: User | None, at: datetime) -> None:
    """End a log-in: its browser is signed out with the next call. Ended twice counts once."""
    locked = LogIn.objects.select_for_update().get(pk=log_in.pk)
    if locked.ended_at is not None:
        return
    if locked.session_key:
        _session_store()(locked.session_key).delete()
    locked.session_key, locked.ended_at, locked.ended_how = None, at, how
    locked.save(update_fields=["session_key", "ended_at", "ended_how"])
    announce(
        LogInEnded(
            at=at,
            by=by.pk if by else None,
            person=locked.person_id,
            log_in=locked.pk,
            how=how,
        )
    )


@transaction.atomic
def end_all_log_ins(
    *,
    person: User,
    how: LogInEnd,
    by: User | None,
    at: datetime,
    but: LogIn | None = None,
) -> int:
    """End every log-in of the person (``but`` one), and return how many there were."""
    log_ins = LogIn.objects.filter(person=person, ended_at=None).order_by("pk")
    if but is not None:
        log_ins = log_ins.exclude(pk=but.pk)
    ended = list(log_ins)
    for log_in in ended:
        end_log_in(log_in=log_in, how=how, by=by, at=at)
    return len(ended)


def _session_store() -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore
