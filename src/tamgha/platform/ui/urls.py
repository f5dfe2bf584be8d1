"""The addresses of the interface: the theme for everyone, the gallery on demo and development nodes."""

from django.urls import path

from tamgha.platform.ui import views

app_name = "ui"
urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("theme/", views.choose_theme, name="theme"),
    path("gallery/act/", views.gallery_act, name="gallery_act"),
    path("gallery/work/", views.gallery_work, name="gallery_work"),
    path("gallery/confirm/", views.gallery_confirm, name="gallery_confirm"),
    path("gallery/error/<int:status>/", views.gallery_error, name="gallery_error"),
]
