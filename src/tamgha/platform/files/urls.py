"""Addresses of stored files."""

from django.urls import path

from tamgha.platform.files import views

app_name = "files"

urlpatterns = [
    path("", views.files, name="files"),
    path("<int:pk>/", views.file, name="file"),
    path("<int:pk>/open/", views.open_file, name="open"),
    path("<int:pk>/retire/", views.retire, name="retire"),
    path("uploads/", views.begin_upload, name="begin_upload"),
    path("uploads/<str:key>/", views.upload, name="upload"),
]
