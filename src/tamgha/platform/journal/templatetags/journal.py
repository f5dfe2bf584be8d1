"""``{% journal_of object %}``: what happened to an object, for the page of that object."""

from typing import Any

from django import template
from django.db.models import Model

from tamgha.platform.journal.permissions import visible_to
from tamgha.platform.journal.queries import Ref, history_of, ref_of

register = template.Library()

SHOWN = 10


@register.inclusion_tag("journal/history.html", takes_context=True)
def journal_of(context: template.Context, thing: Model | Ref, limit: int = SHOWN) -> dict[str, Any]:
    """Show the latest acts on an object: when, who, what, why; the rest stands in the journal.

    Whoever may see the page of the object may see this; the entries themselves open for the
    journal's readers alone.
    """
    rows = list(history_of(thing)[: limit + 1])
    request = context.get("request")
    user = getattr(request, "user", None)
    opens = (
        set(visible_to(user).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
        if user is not None and rows
        else set()
    )
    ref = ref_of(thing)
    return {
        "rows": [(row, row.pk in opens) for row in rows[:limit]],
        "more": len(rows) > limit,
        "opens": bool(opens),
        "kind": ref.kind,
        "key": ref.key,
    }
