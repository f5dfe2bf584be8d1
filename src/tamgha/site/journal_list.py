"""The journal as one list: the entries that the reader may see, by act, person, object and period."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tamgha.platform.accounts.models import User
from tamgha.platform.journal import permissions
from tamgha.platform.journal.domain import areas, labels
from tamgha.platform.journal.models import Entry, Place
from tamgha.platform.tables.columns import Between, Choice, Column, Empty
from tamgha.platform.tables.lists import RowList


def _acts(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the acts of the areas that the reader's roles read."""
    user = request.user
    held = user.roles if isinstance(user, User) else frozenset()
    read = {area.name for area in areas() if held & area.readers}
    language = get_language() or "en"
    found = [
        (act, words.text(language)) for act, words in labels().items() if act.split(".")[0] in read
    ]
    return sorted(found, key=lambda pair: pair[1])


def _people(request: HttpRequest) -> list[tuple[str, str]]:
    """Return who has done something that the reader may see."""
    seen = permissions.visible_to(request.user).filter(by__isnull=False)
    people = User.objects.filter(pk__in=seen.order_by().values("by").distinct())
    return [(str(one.pk), one.full_name) for one in people.order_by("full_name", "pk")]


def _who(row: Entry) -> str:
    return row.by.full_name if row.by else pgettext("journal", "by itself")


def _object(row: Entry) -> str:
    if row.for_whom and row.object_kind == "accounts.user":
        return row.for_whom.full_name
    return row.object_name or row.object_key


def _seal(row: Any) -> str:
    return _("sealed") if row.is_sealed else _("waits")


@method_decorator(login_required, name="dispatch")
class JournalList(RowList):
    """Everything that was done and that the reader may see."""

    name = "journal"
    heading = lazy("Journal")
    search_fields = ("object_name", "by__full_name", "for_whom__full_name")
    search_label = lazy("Object or person")
    default_sort = "-at"
    kept = ("kind", "key")
    columns = (
        Column(
            "act",
            lazy("What was done"),
            value="act_text",
            link=lambda row: reverse("journal:entry", args=[row.pk]),
            detail=lambda row: row.reason,
            optional=False,
        ),
        Column("at", pgettext_lazy("journal", "When"), kind="time", sort="id"),
        Column("object", lazy("Object"), value=_object),
        Column("by", lazy("Who"), value=_who),
        Column("seal", lazy("Seal"), value=_seal),
        Column("number", lazy("No."), value="pk", kind="number", hidden=True),
        Column("reason", lazy("Reason"), value="reason", hidden=True),
    )
    filters = (
        Choice("act", lazy("What was done"), _acts),
        Choice("who", lazy("Who"), _people, field="by"),
        Between("at", pgettext_lazy("journal", "When"), kind="date"),
    )
    empty = Empty(
        lazy("Nothing is written yet"),
        lazy("Each act stands here as soon as it is done, and nobody can take it away."),
    )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let in who reads some journal."""
        if not permissions.can_read(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def queryset_for(self, request: HttpRequest) -> Any:
        """Return the entries that the reader may see, of one object when the address names it."""
        found = permissions.visible_to(request.user).select_related("by", "for_whom")
        kind, key = request.GET.get("kind", ""), request.GET.get("key", "")
        if kind and key:
            found = found.filter(object_kind=kind[:60], object_key=key[:64].replace("\0", ""))
        return found.annotate(is_sealed=Exists(Place.objects.filter(entry_number=OuterRef("pk"))))
