"""Addresses of the register, under /risk/register/."""

from django.urls import URLPattern

from tamgha.practice.register.views import acts, lists, risk

app_name = "register"
urlpatterns: list[URLPattern] = [*lists.urlpatterns, *acts.urlpatterns, *risk.urlpatterns]
