"""The addresses that the tests of the interface run on: the gallery, and a page to come from."""

from django.shortcuts import render
from django.urls import include, path
from django.views.defaults import page_not_found


def elsewhere(request):
    return render(request, "404.html")


handler404 = page_not_found
urlpatterns = [
    path("", elsewhere, name="home"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("ui/", include("tamgha.platform.ui.urls")),
]
