"""Control as a Django application."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.apps import AppConfig
from django.http import HttpRequest
from django.urls import reverse

from tamgha.platform.ui import navigation
from tamgha.platform.ui.rows import register_rows
from tamgha.shared.words import Words


class ControlConfig(AppConfig):
    name = "tamgha.practice.control"
    label = "control"

    def ready(self) -> None:
        """Put examinations and programs where their people find them; let the journal follow."""
        from tamgha.practice.control import receivers  # noqa: PLC0415 -- models must be loaded

        receivers.connect()
        register_rows("control:result-rows", _result_rows)
        navigation.register_area(
            navigation.Area(
                key="examinations",
                label=Words("Examinations", "Досмотры"),
                url_name="control:acts",
                icon="crate",
                order=610,
                shown_to=_examines,
                short=Words("Acts", "Акты"),
            )
        )
        navigation.register_menu_link(
            navigation.MenuLink(
                key="programs",
                label=Words("Programs and their keys", "Программы и их ключи"),
                url_name="control:programs",
                order=44,
                shown_to=_coordinates,
            )
        )


def _examines(request: HttpRequest) -> bool:
    """Whether the reader examines and has no other way there: analysts go by the area of risk."""
    from tamgha.practice.control.permissions import act_place, can_read  # noqa: PLC0415 -- models must be loaded

    return act_place(request.user) is not None and not can_read(request.user)


def _coordinates(request: HttpRequest) -> bool:
    from tamgha.practice.control.permissions import system_place  # noqa: PLC0415 -- models must be loaded

    return system_place(request.user) is not None


def _result_rows(params: Mapping[str, str]) -> str:
    return f"{reverse('control:result-rows')}?{urlencode(dict(params))}"
