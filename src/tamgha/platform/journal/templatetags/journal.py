"""``{% journal_of object %}``: what happened to an object, for the page of that object."""

from typing import Any

from django import template
from django.db.models import Model

from tamgha.platform.journal.permissions import visible_to
from tamgha.platform.journal.queries import Ref, history_of, ref_of, sealed_among

register = template.Library()

SHOWN = 10


@register.inclusion_tag("journal/history.html", takes_context=True)
def journal_of(
    context: template.Context,
    thing: Model | Ref,
    besides: Model | Ref | None = None,
    *,
    limit: int = SHOWN,
    unfolded: bool = False,
) -> dict[str, Any]:
    """Show the latest acts on an object as a card: when, who, what, why, and whether it is sealed.

    Whoever may see the page of the object may see this; the entries themselves open for the
    journal's readers alone. Three queries, whatever the object has lived through.

    Parameters
    ----------
    besides : another object whose acts touch this one, as the file that a decision came in
    unfolded : whether the card stands open; folded, it says how much there is and how far it is sealed
    """
    things = [one for one in (thing, besides) if one is not None]
    rows = list(history_of(*things)[: limit + 1])
    request = context.get("request")
    user = getattr(request, "user", None)
    keys = [row.pk for row in rows]
    opens = (
        set(visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))
        if user is not None and rows
        else set()
    )
    shown = rows[:limit]
    sealed = sealed_among(keys) if rows else frozenset()
    ref = ref_of(thing)
    return {
        "rows": [(row, row.pk in opens, row.pk in sealed) for row in shown],
        "more": len(rows) > limit,
        "waiting": sum(row.pk not in sealed for row in shown),
        "opens": bool(opens),
        "unfolded": unfolded,
        "kind": ref.kind,
        "key": ref.key,
    }
