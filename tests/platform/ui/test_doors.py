"""A door lets in who is signed in, where the area is open, with the right to; it says why not."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from tamgha.platform.accounts.models import User
from tamgha.platform.ui.doors import Door

ANN, BOB = User(username="ann"), User(username="bob")


def door(*, is_open=True):
    return Door(is_open=lambda: is_open, shut="No register here.", refused="Ann alone reads it.")


def answer(user, at):
    @at.only(lambda person: person.username == "ann")
    def page(request, name):
        """Show a page."""
        return HttpResponse(name)

    assert page.__doc__ == "Show a page."
    request = RequestFactory().get("/page/")
    request.user = user
    return page(request, "shown")


def test_who_may_enters_and_the_view_gets_its_arguments():
    assert answer(ANN, door()).content == b"shown"


def test_a_stranger_is_sent_to_sign_in_before_anything_is_said():
    found = answer(AnonymousUser(), door(is_open=False))

    assert (found.status_code, found["Location"]) == (
        302, f"{reverse('account_login')}?next=/page/",
    )  # fmt: skip


def test_who_may_not_is_told_who_may():
    with pytest.raises(PermissionDenied, match="Ann alone reads it"):
        answer(BOB, door())


def test_where_the_area_is_not_open_nobody_enters():
    with pytest.raises(Http404, match="No register here"):
        answer(ANN, door(is_open=False))
