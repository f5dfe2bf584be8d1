"""Addresses of targeting, under /risk/."""

from django.urls import URLPattern

from tamgha.practice.targeting.views import (
    declarations,
    editor,
    indicators,
    learning,
    lists,
    passports,
    profiles,
)

app_name = "targeting"
urlpatterns: list[URLPattern] = [
    *declarations.urlpatterns,
    *profiles.urlpatterns,
    *editor.urlpatterns,
    *lists.urlpatterns,
    *passports.urlpatterns,
    *learning.urlpatterns,
    *indicators.urlpatterns,
]
