"""Addresses of people and of the own account."""

from django.urls import path

from tamgha.platform.accounts.views import entrance, own, people

app_name = "accounts"

urlpatterns = [
    path("", people.people, name="people"),
    path("invite/", people.invite, name="invite"),
    path("<int:pk>/", people.person, name="person"),
    path("<int:pk>/change/", people.change, name="change"),
    path("<int:pk>/link/", people.new_link, name="new_link"),
    path("<int:pk>/role/", people.grant, name="grant"),
    path("<int:pk>/second-factor/", people.reset_second_factor, name="reset_second_factor"),
    path("<int:pk>/close/", people.close, name="close"),
    path("<int:pk>/reopen/", people.reopen, name="reopen"),
    path("<int:pk>/erase/", people.erase, name="erase"),
    path("links/<int:pk>/revoke/", people.revoke_link, name="revoke_link"),
    path("roles/<int:pk>/end/", people.end_role, name="end_role"),
    path("me/", own.own, name="own"),
    path("me/log-ins/", own.log_ins, name="log_ins"),
    path("me/log-ins/others/end/", own.end_other_log_ins, name="end_other_log_ins"),
    path("me/log-ins/<int:pk>/end/", own.end_log_in, name="end_log_in"),
    path("welcome/<str:secret>/", entrance.welcome, name="welcome"),
    path("demo/<int:pk>/", entrance.sign_in_by_card, name="sign_in_by_card"),
]
