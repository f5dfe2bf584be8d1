"""Addresses of control, under /risk/."""

from django.urls import URLPattern

from tamgha.practice.control.views import (
    acts,
    decisions,
    drops,
    plans,
    result_alerts,
    result_details,
    result_reports,
    results,
    systems,
)

app_name = "control"
urlpatterns: list[URLPattern] = [
    *plans.urlpatterns,
    *systems.urlpatterns,
    *drops.urlpatterns,
    *decisions.urlpatterns,
    *acts.urlpatterns,
    *results.urlpatterns,
    *result_details.urlpatterns,
    *result_alerts.urlpatterns,
    *result_reports.urlpatterns,
]
