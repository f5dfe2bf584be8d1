"""The addresses of the site."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tamgha.platform.accounts.urls.signin")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("people/", include("tamgha.platform.accounts.urls")),
    path("work/", include("tamgha.platform.jobs.urls")),
    path("files/", include("tamgha.platform.files.urls")),
    path("risk/", include("tamgha.practice.targeting.urls")),
]
if settings.DEBUG or settings.TAMGHA_DEMO:
    urlpatterns.append(path("ui/", include("tamgha.platform.ui.urls")))
