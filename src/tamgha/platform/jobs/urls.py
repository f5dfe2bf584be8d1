"""Addresses of long work."""

from django.urls import path

from tamgha.platform.jobs import views

app_name = "jobs"

urlpatterns = [
    path("", views.mine, name="mine"),
    path("<int:pk>/", views.job, name="job"),
    path("<int:pk>/part/", views.part, name="part"),
    path("<int:pk>/stop/", views.stop, name="stop"),
    path("<int:pk>/resume/", views.resume, name="resume"),
    path("<int:pk>/put-away/", views.put_away, name="put_away"),
]
