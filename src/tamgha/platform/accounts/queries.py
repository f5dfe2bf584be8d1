"""Reads that several pages share."""

import base64
import hashlib
import io
import re
from datetime import datetime, timedelta

import qrcode  # type: ignore[import-untyped]  # brought by allauth, has no types
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.utils.crypto import salted_hmac
from qrcode.image.svg import SvgPathImage  # type: ignore[import-untyped]  # as above

from tamgha.platform.accounts.domain import LockoutRule, locked_until
from tamgha.platform.accounts.models import (
    Administration,
    Attempt,
    EntryLink,
    LogIn,
    RoleGrant,
    User,
)

ADDRESS_FACTOR = 5
"""An address may fail so many times more often than an account: an office shares one."""


def person_of_login(typed: str) -> User | None:
    """Return whom a login name or an e-mail address belongs to."""
    name = typed.strip().lower()
    if not name:
        return None
    return User.objects.filter(Q(username=name) | Q(email=name)).order_by("pk").first()


def account_key(typed: str) -> str:
    """Return under which key failures of an account are counted, without keeping what was typed."""
    person = person_of_login(typed)
    name = f"person {person.pk}" if person else f"typed {typed.strip().lower()}"
    return salted_hmac("tamgha.accounts.attempt", name, algorithm="sha256").hexdigest()


def lockout_rules() -> tuple[LockoutRule, LockoutRule]:
    """Return the rule for an account and the rule for an address."""
    wait = timedelta(minutes=settings.TAMGHA_LOCKOUT_MINUTES)
    failures = settings.TAMGHA_LOCKOUT_FAILURES
    return LockoutRule(failures, wait), LockoutRule(failures * ADDRESS_FACTOR, wait)


def wait_until(*, account: str, address: str | None, at: datetime) -> datetime | None:
    """Return until when this account, or this address, must wait; None when one may try."""
    rules = zip(
        lockout_rules(),
        (Q(account=account), Q(address=address) if address else Q(pk=None)),
        strict=True,
    )
    waits = [
        locked_until(
            list(
                Attempt.objects.filter(which, at__gt=at - 2 * rule.wait).values_list(
                    "at", flat=True
                )
            ),
            rule=rule,
            now=at,
        )
        for rule, which in rules
    ]
    return max((wait for wait in waits if wait), default=None)


def open_log_ins(person: User, *, at: datetime) -> QuerySet[LogIn]:
    """Return the person's log-ins that still work, the latest seen first."""
    oldest = at - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return LogIn.objects.filter(person=person, ended_at=None, last_seen_at__gt=oldest).order_by(
        "-last_seen_at", "-pk"
    )


def link_of_secret(secret: str) -> EntryLink | None:
    """Return the link that the secret belongs to, whether it still works or not."""
    return (
        EntryLink.objects.filter(secret_hash=hash_of_secret(secret))
        .select_related("person", "person__administration")
        .first()
    )


def hash_of_secret(secret: str) -> str:
    """Return what is kept of a link's secret. It has 256 random bits: a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def with_roles(people: QuerySet[User], *, at: datetime) -> QuerySet[User]:
    """Add each person's roles in force (``grants_now``) and administration, in two queries."""
    grants = RoleGrant.objects.in_force(at).select_related("administration").order_by("pk")
    return people.select_related("administration").prefetch_related(
        Prefetch("grants", queryset=grants, to_attr="grants_now")
    )


def has_second_factor(person: User) -> bool:
    """Return whether the person must give a code after the password."""
    factors = Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.TOTP)
    return bool(factors.exists())


def qr_code(text: str) -> str:
    """Return the text as a QR code, an SVG picture in a data address."""
    buffer = io.BytesIO()
    qrcode.make(text, image_factory=SvgPathImage).save(buffer)
    return f"data:image/svg+xml;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def device_words(user_agent: str) -> str:
    """Return browser and system in two words, as far as the browser tells; else what it said."""
    browsers = {
        "Edg": "Edge",
        "OPR": "Opera",
        "YaBrowser": "Yandex",
        "Firefox": "Firefox",
        "Chrome": "Chrome",
        "Safari": "Safari",
    }
    systems = {
        "Android": "Android",
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Windows": "Windows",
        "Mac OS X": "macOS",
        "Linux": "Linux",
    }
    browser = next((name for sign, name in browsers.items() if f"{sign}/" in user_agent), "")
    system = next((name for sign, name in systems.items() if sign in user_agent), "")
    known = ", ".join(word for word in (browser, system) if word)
    return known or re.sub(r"\s+", " ", user_agent)[:80]


def demo_people() -> QuerySet[User]:
    """Return the invented people, for the sign-in cards."""
    return User.objects.filter(is_simulated=True, is_active=True).order_by("pk")


def sign_in_cards(chosen: str, *, at: datetime) -> dict[str, object]:
    """Return the cards of one invented administration and of the region, and the other places.

    ``chosen`` is the code of an administration; anything else shows the first.
    """
    places = list(Administration.objects.filter(is_simulated=True).order_by("pk"))
    place = next((place for place in places if place.code == chosen), places[0] if places else None)
    people = with_roles(demo_people(), at=at)
    return {
        "cards_place": place,
        "cards_places": places,
        "cards_here": list(people.filter(administration=place)) if place else [],
        "cards_region": list(people.filter(administration=None)),
    }
