"""Targeting as a Django application."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.apps import AppConfig
from django.urls import reverse

from tamgha.platform.ui.rows import register_rows


class TargetingConfig(AppConfig):
    name = "tamgha.practice.targeting"
    label = "targeting"

    def ready(self) -> None:
        """Say where the rows behind the figures of a back-test stand."""
        register_rows("targeting:profile-rows", _profile_rows)


def _profile_rows(params: Mapping[str, str]) -> str:
    return f"{reverse('targeting:profile-rows')}?{urlencode(params)}"
