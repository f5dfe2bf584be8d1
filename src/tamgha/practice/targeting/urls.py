"""Addresses of targeting, under /risk/."""

from django.urls import URLPattern

from tamgha.practice.targeting.views import (
    declarations,
    editor,
    indicators,
    intakes,
    learning,
    lists,
    passports,
    profiles,
)

app_name = "targeting"
urlpatterns: list[URLPattern] = [
    *declarations.urlpatterns,
    *intakes.urlpatterns,
    *profiles.urlpatterns,
    *editor.urlpatterns,
    *lists.urlpatterns,
    *passports.urlpatterns,
    *learning.urlpatterns,
    *indicators.urlpatterns,
]
