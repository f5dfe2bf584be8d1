"""The secret keys of the draws: one for an administration and quarter, its SHA-256 told beforehand."""

import hashlib
from datetime import datetime

from django.db import transaction

from tamgha import risk
from tamgha.platform.accounts.models import Administration
from tamgha.practice.control import events
from tamgha.practice.control.gateways import make_key, read_key
from tamgha.practice.control.gateways.desks import zone_of
from tamgha.practice.control.models import DrawKey
from tamgha.practice.control.services.errors import ControlError
from tamgha.shared.words import Words

_at_hand: dict[tuple[int, str], bytes] = {}


def key_of(administration: Administration, moment: datetime, *, at: datetime) -> tuple[str, bytes]:
    """Return the quarter of a first lodging and its key; the first use of a quarter makes it.

    Raises
    ------
    ControlError
        When the key on the disk is not the one that was announced: somebody exchanged it.
    """
    epoch = risk.epoch_of(moment, zone_of(administration))
    place = (administration.pk, epoch)
    if place not in _at_hand:
        _at_hand[place] = _announced(administration, epoch, at)
    return epoch, _at_hand[place]


def forget_keys() -> None:
    """Let the keys in memory go."""
    _at_hand.clear()


@transaction.atomic
def _announced(administration: Administration, epoch: str, at: datetime) -> bytes:
    known = DrawKey.objects.filter(administration=administration, epoch=epoch).first()
    key = make_key(administration, epoch) if known is None else read_key(administration, epoch)
    if key is None:
        raise ControlError(
            Words(
                f"The key of the draws of {epoch} is not on this node. Restore it from the backup.",
                f"Ключа случайного отбора за {epoch} нет на этом узле. Восстановите его из копии.",
            )
        )
    sha256 = hashlib.sha256(key).hexdigest()
    if known is None:
        known, made = DrawKey.objects.get_or_create(
            administration=administration,
            epoch=epoch,
            defaults={"sha256": sha256, "made_at": at},
        )
        if made:
            events.announce(
                "control.key.made", on=known, by=None, at=at, epoch=epoch, sha256=sha256
            )
    if known.sha256 != sha256:
        raise ControlError(
            Words(
                f"The key of the draws of {epoch} is not the one that was announced. Nothing is "
                "decided until the right one is restored.",
                f"Ключ случайного отбора за {epoch} не совпадает с объявленным. Решения не "
                "принимаются, пока не восстановлен верный ключ.",
            )
        )
    return key
