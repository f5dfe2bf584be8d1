"""A list of people in a few declared lines, at an address of its own, for the tests."""

from django.contrib.auth.decorators import login_required
from django.urls import include, path

from tamgha.platform.accounts.permissions import visible_to
from tamgha.platform.tables.columns import Between, BulkAct, Choice, Column
from tamgha.platform.tables.lists import RowList
from tamgha.site.urls import urlpatterns as of_site


def close(request, ids):
    found = visible_to(request.user).filter(pk__in=ids)
    return f"closed: {found.update(is_active=False)}"


class Names(RowList):
    name = "names"
    heading = "Names"
    size = 4
    default_sort = "name"
    search_fields = ("full_name", "username")
    columns = (
        Column("name", "Name", value="full_name", sort="full_name", optional=False),
        Column("login", "Login", value="username", sort="username"),
        Column("seen", "Seen", value="last_login", kind="time", sort="last_login"),
        Column("zone", "Zone", value="time_zone", hidden=True),
        Column("place", "Place", value="administration.code"),
    )
    filters = (
        Choice("language", "Language", (("en", "English"), ("ru", "Russian")), chips=True),
        Choice("active", "Active", (("True", "yes"), ("False", "no")), field="is_active"),
        Between("joined", "Joined", field="date_joined", kind="date"),
        Between("number", "Number", field="pk"),
    )
    bulk = (
        BulkAct("close", "Close accounts", close, confirm="They cannot sign in any more."),
        BulkAct("greet", "Greet", lambda request, ids: f"greeted: {','.join(sorted(ids))}"),
    )

    def queryset_for(self, request):
        return visible_to(request.user).select_related("administration")


urlpatterns = [
    path("names/", login_required(Names.as_view()), name="names"),
    path("sheets/", include("tamgha.platform.tables.urls")),
    path("", include(of_site)),
]
