"""Addresses of single entries; the site puts the list before them."""

from django.urls import path

from tamgha.platform.journal import views

app_name = "journal"

urlpatterns = [
    path("<int:pk>/", views.entry, name="entry"),
    path("<int:pk>/proof/", views.proof, name="proof"),
]
