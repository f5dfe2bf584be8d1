"""Addresses of control, under /risk/."""

from django.urls import URLPattern

from tamgha.practice.control.views import plans

app_name = "control"
urlpatterns: list[URLPattern] = [*plans.urlpatterns]
