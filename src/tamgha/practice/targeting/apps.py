"""Targeting as a Django application."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.apps import AppConfig
from django.http import HttpRequest
from django.urls import reverse

from tamgha.platform.ui import navigation
from tamgha.platform.ui.rows import register_rows
from tamgha.shared.words import Words


class TargetingConfig(AppConfig):
    name = "tamgha.practice.targeting"
    label = "targeting"

    def ready(self) -> None:
        """Say where the rows behind the figures of a back-test stand, and where sheets are found."""
        from tamgha.practice.targeting import receivers  # noqa: PLC0415 -- models must be loaded
        from tamgha.practice.targeting.queries import risk_links  # noqa: PLC0415 -- models must be loaded

        receivers.connect()
        register_rows("targeting:profile-rows", _profile_rows)
        risk_links.offer()
        navigation.register_menu_link(
            navigation.MenuLink(
                key="sheets",
                label=Words("Sheets", "Загрузка из таблиц"),
                url_name="tables:sheets",
                order=45,
                shown_to=_brings_sheets_in,
            )
        )
        navigation.register_menu_link(
            navigation.MenuLink(
                key="rules",
                label=Words("Rules of profiles", "Правила для профилей"),
                url_name="targeting:rules",
                order=46,
                shown_to=_sets_rules,
            )
        )


def _brings_sheets_in(request: HttpRequest) -> bool:
    from tamgha.platform.tables.sheets import sheets_for  # noqa: PLC0415 -- models must be loaded

    return bool(sheets_for(request.user))


def _sets_rules(request: HttpRequest) -> bool:
    from tamgha.practice.targeting.permissions import rules_place  # noqa: PLC0415 -- models must be loaded

    return rules_place(request.user) is not None


def _profile_rows(params: Mapping[str, str]) -> str:
    return f"{reverse('targeting:profile-rows')}?{urlencode(params)}"
