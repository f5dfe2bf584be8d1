"""Why an act was not done is said in the language of the page, each fault apart."""

from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory
from django.utils import translation

from tamgha.platform.ui import notices
from tamgha.shared.errors import RefusedError, TamghaError
from tamgha.shared.words import Words

FAULTS = [Words(f"row {number}", f"строка {number}") for number in range(30)]


def told(why):
    request = RequestFactory().get("/")
    request._messages = CookieStorage(request)
    notices.refused(request, why)
    return [(message.level_tag, message.message) for message in get_messages(request)]


def test_a_refusal_is_said_in_the_language_of_the_page():
    refusal = TamghaError(Words("Say why.", "Укажите причину."))

    with translation.override("ru"):
        assert told(refusal) == [("error", "Укажите причину.")]
    with translation.override("en"):
        assert notices.said(refusal) == notices.said(refusal.words) == "Say why."


def test_every_fault_is_a_notice_of_its_own_up_to_what_is_read():
    with translation.override("en"):
        found = told(RefusedError(Words("Not saved", "Не сохранено"), FAULTS))

    assert found[:3] == [("error", "Not saved"), ("error", "row 0"), ("error", "row 1")]
    assert len(found) == 1 + notices.FAULTS_TOLD
