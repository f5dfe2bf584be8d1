"""The demo node: invented administrations and people, and declarations that are simulated."""

from collections.abc import Callable

from django.utils import timezone

from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.accounts.services import create_demo
from tamgha.practice.control.services import demo as control_demo
from tamgha.practice.register.services import demo as register_demo
from tamgha.practice.targeting.services import demo as targeting_demo

WORKED_IN = "juniper"


def prepare_demo(say: Callable[[str], None]) -> None:
    """Make what the demo shows, once; a second call changes nothing."""
    now = timezone.now()
    say("demo people …")
    create_demo(at=now)
    administration = Administration.objects.get(code=WORKED_IN)
    analyst = User.objects.filter(
        administration=administration, grants__role="analyst", grants__ends_at=None
    ).first()
    approver = User.objects.filter(
        administration=administration, grants__role="approver", grants__ends_at=None
    ).first()
    say("a risk register …")
    register_demo.create_demo(administration=administration, at=now)
    say("a simulated year of declarations …")
    if analyst is not None:
        made = targeting_demo.create_demo(
            administration=administration,
            analyst=analyst,
            at=now,
            last_day=now.date(),
        )
        if approver is not None:
            say("ten weeks of decisions …")
            control_demo.create_demo(
                administration=administration,
                analyst=analyst,
                approver=approver,
                at=now,
                row=made.row,
                breaches=made.breaches,
            )
