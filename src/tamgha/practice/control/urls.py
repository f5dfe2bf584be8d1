"""Addresses of control, under /risk/."""

from django.urls import URLPattern

from tamgha.practice.control.views import acts, decisions, drops, plans, systems

app_name = "control"
urlpatterns: list[URLPattern] = [
    *plans.urlpatterns,
    *systems.urlpatterns,
    *drops.urlpatterns,
    *decisions.urlpatterns,
    *acts.urlpatterns,
]
