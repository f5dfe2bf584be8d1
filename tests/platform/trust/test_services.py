from datetime import UTC, datetime

import pytest
from django.db import IntegrityError

from tamgha.platform.trust import gateways, queries, services
from tamgha.platform.trust.domain import fits, new_private_key, private_key_of, public_bytes, sign
from tamgha.platform.trust.events import announced
from tamgha.platform.trust.models import NodeKey, NodeSecret, Sealing

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LATER = datetime(2027, 11, 24, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def seal(content=b"a head", kind="journal.head"):
    return services.seal(kind, content, about="head 1", at=NOW)


def test_the_first_seal_makes_the_key_and_says_what_it_sealed():
    signature = seal()

    services.verify("journal.head", b"a head", signature)
    uses = [(use.key.fingerprint, use.kind, use.count) for use in queries.uses_of_keys()]
    assert uses == [(signature.key, "journal.head", 1)]


@pytest.mark.parametrize(
    ("kind", "content"), [("journal.head", b"another head"), ("credential", b"a head")]
)
def test_a_seal_fits_its_content_and_its_kind_alone(kind, content):
    signature = seal()

    with pytest.raises(services.BrokenSealError, match="does not fit"):
        services.verify(kind, content, signature)


def test_private_files_are_for_their_owner_alone(own_home):
    signature = seal()
    services.mark(b"x")

    keys = own_home / "keys"
    modes = {
        path.relative_to(keys).as_posix(): oct(path.stat().st_mode & 0o777)
        for path in keys.rglob("*")
    }
    assert modes == {
        "seal": "0o700",
        f"seal/{signature.key}.pem": "0o600",
        f"seal/{signature.key}.pub": "0o600",
        "node": "0o700",
        "node/1.key": "0o600",
    }
    assert oct(keys.stat().st_mode & 0o777) == "0o700"


def test_a_retired_key_verifies_and_can_sign_no_more(own_home, django_capture_on_commit_callbacks):
    old = seal()
    heard = []

    def listen(event, **rest):
        heard.append(event)

    announced.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        key = services.change_keys(at=LATER)
    new = seal(b"a later head")

    services.verify("journal.head", b"a head", old)
    services.verify("journal.head", b"a later head", new)
    assert new.key == key.fingerprint != old.key
    assert not (own_home / "keys/seal" / f"{old.key}.pem").exists()
    assert [(event.new, event.old) for event in heard] == [(new.key, old.key)]
    first, second = NodeKey.objects.order_by("pk")
    assert fits(
        bytes(first.public), services.INTRODUCTION, bytes(second.public), bytes(second.introduction)
    )


def test_a_key_that_stands_in_the_database_alone_is_a_strangers():
    seal()
    private = private_key_of(new_private_key())
    NodeKey.objects.create(
        fingerprint="f" * 32, public=public_bytes(private), made_at=NOW, signs=False, retired_at=NOW
    )
    forged = services.Signature("f" * 32, sign(private, "journal.head", b"a head"))

    with pytest.raises(services.BrokenSealError, match="none of this node's"):
        services.verify("journal.head", b"a head", forged)


def test_a_lost_key_file_is_never_replaced_in_silence():
    signature = seal()
    services.mark(b"x")
    gateways.forget_private(signature.key)
    (gateways._node_folder() / "1.key").unlink()

    with pytest.raises(services.MissingKeyError, match=signature.key):
        seal()
    with pytest.raises(services.MissingKeyError, match=r"node/1\.key"):
        services.mark(b"x")


def test_only_one_key_signs():
    seal()

    with pytest.raises(IntegrityError):
        NodeKey.objects.create(fingerprint="a" * 32, public=b"b" * 32, made_at=NOW)


def test_what_is_hidden_opens_in_its_place_and_nowhere_else():
    hidden = services.hide(b"10.0.0.7", context="person 12")

    assert b"10.0.0.7" not in hidden
    assert services.reveal(hidden, context="person 12") == b"10.0.0.7"
    assert services.reveal(hidden, context="person 13") is None
    assert services.reveal(hidden[:-1] + b"\0", context="person 12") is None


def test_old_secrets_open_what_they_hid_after_a_change():
    hidden, mark = services.hide(b"old", context="x"), services.mark(b"old")
    services.change_keys(at=LATER)

    assert services.reveal(hidden, context="x") == b"old"
    assert services.mark_check()(b"old", mark)
    assert services.hide(b"new", context="x")[:4] == (2).to_bytes(4, "big")
    assert list(NodeSecret.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_a_mark_is_the_nodes_own():
    mark = services.mark(b"written here")

    assert services.mark_check()(b"written here", mark)
    assert not services.mark_check()(b"written there", mark)
    assert len(mark) == 16


def test_the_same_key_serves_the_next_seal():
    first, second = seal(b"1"), seal(b"2")

    assert first.key == second.key
    assert Sealing.objects.count() == 2
    assert queries.last_sealing("journal.head").pk == Sealing.objects.order_by("pk").last().pk
    assert queries.last_sealing("nothing") is None
