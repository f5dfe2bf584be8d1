"""Addresses of the sheets."""

from django.urls import path

from tamgha.platform.tables import views

app_name = "tables"
urlpatterns = [
    path("", views.sheets, name="sheets"),
    path("imports/<int:pk>/", views.one_import, name="import"),
    path("imports/<int:pk>/faults.xlsx", views.faulty_rows, name="import-faults"),
    path("<slug:name>/", views.begin, name="sheet"),
    path("<slug:name>/template.xlsx", views.template_file, name="sheet-template"),
]
