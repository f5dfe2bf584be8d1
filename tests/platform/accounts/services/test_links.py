from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from tests.platform.accounts.conftest import NOW, PASSWORD

from tamgha.platform.accounts import events, queries, services
from tamgha.platform.accounts.models import EntryLink, LogIn, User

LATER = NOW + timedelta(hours=1)
NEW = "apricots in the autumn"


def test_a_link_sets_a_password_once(cast):
    _link, secret = services.make_link(person=cast.bob, by=cast.alice, at=NOW)

    services.set_password_by_link(secret=secret, password=NEW, at=LATER)

    assert User.objects.get(pk=cast.bob.pk).check_password(NEW)
    with pytest.raises(services.LinkSpentError):
        services.set_password_by_link(secret=secret, password="another one, please", at=LATER)
    assert User.objects.get(pk=cast.bob.pk).check_password(NEW)


def test_a_link_runs_out(cast, settings):
    settings.TAMGHA_LINK_HOURS = 2
    _link, secret = services.make_link(person=cast.bob, by=cast.alice, at=NOW)

    with pytest.raises(services.LinkSpentError):
        services.set_password_by_link(secret=secret, password=NEW, at=NOW + timedelta(hours=2))

    assert User.objects.get(pk=cast.bob.pk).check_password(PASSWORD)


def test_a_new_link_revokes_the_one_before(cast):
    _first, old = services.make_link(person=cast.bob, by=cast.alice, at=NOW)
    _second, new = services.make_link(person=cast.bob, by=cast.alice, at=NOW)

    with pytest.raises(services.LinkSpentError):
        services.set_password_by_link(secret=old, password=NEW, at=LATER)
    services.set_password_by_link(secret=new, password=NEW, at=LATER)


def test_a_revoked_link_opens_nothing(cast):
    link, secret = services.make_link(person=cast.bob, by=cast.alice, at=NOW)

    services.revoke_link(link=link, by=cast.alice, at=NOW)

    with pytest.raises(services.LinkSpentError):
        services.set_password_by_link(secret=secret, password=NEW, at=LATER)


def test_only_the_hash_of_a_link_is_kept(cast):
    link, secret = services.make_link(person=cast.bob, by=cast.alice, at=NOW)

    kept = EntryLink.objects.filter(pk=link.pk).values().get()

    assert secret not in str(kept)
    assert kept["secret_hash"] == queries.hash_of_secret(secret)


def test_a_weak_password_leaves_the_link_unspent(cast):
    _link, secret = services.make_link(person=cast.bob, by=cast.alice, at=NOW)

    with pytest.raises(ValidationError):
        services.set_password_by_link(secret=secret, password="password", at=LATER)

    services.set_password_by_link(secret=secret, password=NEW, at=LATER)


def test_a_new_password_ends_every_log_in(cast):
    services.open_log_in(
        person=cast.bob,
        session_key="k1",
        address=None,
        device="",
        with_second_factor=False,
        at=NOW,
    )
    _link, secret = services.make_link(person=cast.bob, by=cast.alice, at=NOW)

    services.set_password_by_link(secret=secret, password=NEW, at=LATER)

    assert list(LogIn.objects.values_list("ended_how", "session_key")) == [("password", None)]


def test_a_closed_account_cannot_be_entered_by_a_link(cast):
    _link, secret = services.make_link(person=cast.bob, by=cast.alice, at=NOW)
    User.objects.filter(pk=cast.bob.pk).update(is_active=False)

    with pytest.raises(services.LinkSpentError):
        services.set_password_by_link(secret=secret, password=NEW, at=LATER)


def test_a_stranger_makes_no_links(cast):
    for stranger in (cast.bob, cast.charlie, cast.dana):
        with pytest.raises(services.NotAllowedError):
            services.make_link(person=cast.bob, by=stranger, at=NOW)


def test_making_and_using_a_link_is_announced(cast, heard):
    _link, secret = services.make_link(person=cast.bob, by=cast.alice, at=NOW)
    services.set_password_by_link(secret=secret, password=NEW, at=LATER)

    assert [(type(event), event.by, event.person) for event in heard] == [
        (events.LinkMade, cast.alice.pk, cast.bob.pk),
        (events.PasswordSet, cast.bob.pk, cast.bob.pk),
    ]
