"""The demo node: invented administrations and people, and declarations that are simulated."""

from collections.abc import Callable

from django.utils import timezone

from tamgha.platform.accounts.services import create_demo


def prepare_demo(say: Callable[[str], None]) -> None:
    """Make what the demo shows, once; a second call changes nothing."""
    say("demo people …")
    create_demo(at=timezone.now())
