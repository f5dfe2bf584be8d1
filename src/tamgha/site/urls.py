"""The addresses of the site."""

from django.urls import URLPattern, URLResolver, include, path

from tamgha.platform.journal import urls as entries
from tamgha.practice.control.views.api import api
from tamgha.site import health, views
from tamgha.site.journal_list import JournalList

own = (
    [
        path("", views.home, name="home"),
        path("search", views.find, name="search"),
        path("risk/", views.risk_parts, name="risk"),
        path("healthz", health.alive, name="alive"),
        path("readyz", health.ready, name="ready"),
        path("metrics", health.read_metrics, name="metrics"),
    ],
    "site",
)

journal = (
    [path("", JournalList.as_view(), name="list"), *entries.urlpatterns],
    "journal",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),  # first: programs call it hundreds of times a second
    path("", include(own)),
    path("", include("tamgha.platform.accounts.urls.signin")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("people/", include("tamgha.platform.accounts.urls")),
    path("work/", include("tamgha.platform.jobs.urls")),
    path("files/", include("tamgha.platform.files.urls")),
    path("journal/", include(journal)),
    path("sheets/", include("tamgha.platform.tables.urls")),
    path("risk/register/", include("tamgha.practice.register.urls")),
    path("risk/", include("tamgha.practice.targeting.urls")),
    path("risk/", include("tamgha.practice.control.urls")),
    path("ui/", include("tamgha.platform.ui.urls")),
]

handler400 = "tamgha.site.faults.bad_request"
handler403 = "django.views.defaults.permission_denied"
handler404 = "django.views.defaults.page_not_found"
handler500 = "tamgha.site.faults.server_error"
