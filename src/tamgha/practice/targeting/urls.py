"""Addresses of targeting, under /risk/."""

from django.urls import URLPattern

from tamgha.practice.targeting.views import (
    declarations,
    editor,
    indicators,
    learning,
    lists,
    profiles,
)

app_name = "targeting"
urlpatterns: list[URLPattern] = [
    *declarations.urlpatterns,
    *profiles.urlpatterns,
    *editor.urlpatterns,
    *lists.urlpatterns,
    *learning.urlpatterns,
    *indicators.urlpatterns,
]
