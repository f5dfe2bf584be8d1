"""Enter an administration's coordinator, or the region's secretariat, on a node that has none."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from tamgha.platform.accounts import services
from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import Administration, User
from tamgha.shared.errors import TamghaError


class Command(BaseCommand):
    """Prints the link by which the person sets a password."""

    help = (
        "Enter a coordinator of an administration (or, with --region, a person of the "
        "secretariat) and print the link of invitation. With an existing login name, print a new "
        "link for that person."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what is asked for."""
        parser.add_argument("login", help="login name or e-mail")
        parser.add_argument("--name", default="", help="full name")
        place = parser.add_mutually_exclusive_group()
        place.add_argument("--administration", help="code; it is entered when it is new")
        place.add_argument("--region", action="store_true", help="a person of the secretariat")
        parser.add_argument("--name-en", default="", help="name of a new administration")
        parser.add_argument("--name-ru", default="", help="the same in Russian")
        parser.add_argument("--currency", default="USD", help="of a new administration")
        parser.add_argument("--time-zone", default="UTC", help="of a new administration")
        parser.add_argument("--site", default="", help="address of the node, before the path")

    def handle(self, *args: Any, **options: Any) -> None:
        """Enter the person if need be, and print the link."""
        at = timezone.now()
        try:
            person = User.objects.filter(username=options["login"].lower()).first()
            if person is None:
                person = self._entered(options)
            _link, secret = services.make_link(person=person, by=None, at=at)
        except TamghaError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{options['site']}{reverse('accounts:welcome', args=[secret])}")

    def _entered(self, options: dict[str, Any]) -> User:
        at = timezone.now()
        if not options["region"] and not options["administration"]:
            raise CommandError("name an --administration by its code, or say --region")
        place = None if options["region"] else self._place(options)
        is_email = "@" in options["login"]
        return services.invite_person(
            new=services.NewPerson(
                full_name=options["name"],
                username="" if is_email else options["login"],
                email=options["login"] if is_email else "",
            ),
            administration=place,
            roles=[Role.COORDINATOR if place else Role.SECRETARIAT],
            by=None,
            at=at,
        )

    def _place(self, options: dict[str, Any]) -> Administration:
        known = Administration.objects.filter(code=options["administration"]).first()
        if known is not None:
            return known
        if not options["name_en"] or not options["name_ru"]:
            raise CommandError("a new administration needs --name-en and --name-ru")
        return services.enter_administration(
            code=options["administration"],
            values={
                "name_en": options["name_en"],
                "name_ru": options["name_ru"],
                "currency": options["currency"],
                "time_zone": options["time_zone"],
            },
            at=timezone.now(),
        )
