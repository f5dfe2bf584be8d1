"""Reads of the node's keys."""

from dataclasses import dataclass

from django.db.models import Count, Max

from tamgha.platform.trust.models import NodeKey, Sealing


@dataclass(frozen=True, slots=True)
class KeyUse:
    """A key, and how much it sealed of one kind; ``kind`` is "" for a key that sealed nothing."""

    key: NodeKey
    kind: str
    count: int


def uses_of_keys() -> list[KeyUse]:
    """Return each key with what it sealed, by kind; the newest key first."""
    counts: dict[int, list[tuple[str, int]]] = {}
    counted = Sealing.objects.order_by("kind").values_list("key", "kind").annotate(n=Count("pk"))
    for key, kind, count in counted:
        counts.setdefault(key, []).append((kind, count))
    return [
        KeyUse(key, kind, count)
        for key in NodeKey.objects.order_by("-made_at", "-pk")
        for kind, count in counts.get(key.pk, [("", 0)])
    ]


def last_sealing(kind: str) -> Sealing | None:
    """Return the last thing of this kind that was sealed."""
    last = Sealing.objects.filter(kind=kind).aggregate(last=Max("pk"))["last"]
    return Sealing.objects.filter(pk=last).first() if last else None
