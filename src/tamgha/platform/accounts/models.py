"""People, administrations and what binds them; log-ins and links."""

from collections.abc import Collection
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from tamgha.platform.accounts.choices import (
    NATIONAL_ROLES,
    REGIONAL_ROLES,
    Language,
    LinkPurpose,
    LogInEnd,
    Role,
    Theme,
)

ERASED = "erased person "
"""How the stored name of an erased person begins; the number follows."""


class Administration(models.Model):
    """A customs administration, as data."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name_en = models.CharField(_("name in English"), max_length=120, unique=True)
    name_ru = models.CharField(_("name in Russian"), max_length=120, unique=True)
    state_languages = models.JSONField(_("state languages"), default=list)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    currency = models.CharField(_("currency"), max_length=3)
    lanes = models.PositiveSmallIntegerField(_("lanes"), default=4)
    four_eyes = models.BooleanField(_("a second person must approve"), default=True)
    is_hub = models.BooleanField(_("runs the region's hub"), default=False)
    is_simulated = models.BooleanField(_("invented"), default=False)
    created_at = models.DateTimeField(_("entered"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("administration")
        verbose_name_plural = _("administrations")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(lanes__in=[3, 4]), name="administration_lanes_3_or_4"
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name_en="") & ~Q(name_ru="") & ~Q(currency=""),
                name="administration_is_named",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Name in the language of the page."""
        return self.name_ru if (get_language() or "").startswith("ru") else self.name_en

    def day_at(self, at: datetime) -> date:
        """Return the calendar day at a moment, by the clock of its offices and not of who asks."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()


class UserManager(BaseUserManager["User"]):
    """Finds people by what they sign in with."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who may sign in.

    People are never deleted: an account is closed (``is_active``), and what the person did keeps
    its author. Of one who was erased (``erased_at``) the row stays, without anything personal.
    """

    username = models.CharField(_("login name"), max_length=254, unique=True)
    email = models.EmailField(_("e-mail"), blank=True, default="")
    full_name = models.CharField(_("full name"), max_length=150)
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.ENGLISH
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    theme = models.CharField(_("theme"), max_length=6, choices=Theme.choices, default=Theme.SYSTEM)
    administration = models.ForeignKey(
        Administration,
        on_delete=models.PROTECT,
        related_name="people",
        null=True,
        blank=True,
        verbose_name=_("administration"),
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("technical staff"), default=False)
    is_simulated = models.BooleanField(_("invented"), default=False)
    date_joined = models.DateTimeField(_("entered"), default=timezone.now, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["full_name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"), condition=~Q(email=""), name="person_email_once"
            ),
            models.CheckConstraint(
                condition=~Q(username="") & Q(username=Lower("username")),
                name="person_username_small_letters",
            ),
            # Whoever has "@" in the login name signs in by e-mail: nobody may take another's.
            models.CheckConstraint(
                condition=~Q(username__contains="@") | Q(username=F("email")),
                name="person_username_is_no_other_email",
            ),
            models.CheckConstraint(condition=~Q(full_name=""), name="person_is_named"),
            models.CheckConstraint(
                condition=Q(language__in=Language.values), name="person_language_known"
            ),
            models.CheckConstraint(condition=Q(theme__in=Theme.values), name="person_theme_known"),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(is_active=False, email=""),
                name="person_erased_is_gone",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **rest: Any
    ) -> Self:
        """Return a person as read; one who was erased has no name but this, in the page's language."""
        found = super().from_db(db, field_names, values, **rest)
        if found.__dict__.get("full_name", "").startswith(ERASED):
            found.full_name = gettext("Erased person %(number)s") % {"number": found.pk}
        return found

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.split(" ")[0]

    @property
    def initials(self) -> str:
        """First letters of the first and the last name, for the top bar."""
        parts = self.full_name.split()
        return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()

    @cached_property
    def open_grants(self) -> list["RoleGrant"]:
        """Role grants in force when first asked; kept for the life of this object (one request)."""
        if not self.is_active:
            return []
        grants = RoleGrant.objects.in_force(timezone.now()).filter(person=self)
        return list(grants.select_related("administration").order_by("pk"))

    @property
    def roles(self) -> frozenset[Role]:
        """Roles held now, wherever."""
        return frozenset(Role(grant.role) for grant in self.open_grants)

    def has_role(self, *roles: Role, administration: Administration | None = None) -> bool:
        """Return whether the person holds one of the roles now.

        With ``administration`` the role must be held there; a regional grant does not count.
        """
        return any(
            grant.role in roles
            and (administration is None or grant.administration_id == administration.pk)
            for grant in self.open_grants
        )

    def has_regional_role(self, *roles: Role) -> bool:
        """Return whether the person holds one of the roles now for the whole region."""
        return any(
            grant.role in roles and grant.administration_id is None for grant in self.open_grants
        )


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    """Role grants by time."""

    def in_force(self, at: datetime) -> "RoleGrantQuerySet":
        """Keep those whose period [from, to) holds the moment."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at)


class RoleGrant(models.Model):
    """A role that a person holds in an administration, or (no administration) for the region.

    The period is half-open. A grant is ended, never deleted.
    """

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    administration = models.ForeignKey(
        Administration,
        on_delete=models.PROTECT,
        related_name="grants",
        null=True,
        blank=True,
        verbose_name=_("administration"),
    )
    starts_at = models.DateTimeField(_("held from"))
    ends_at = models.DateTimeField(_("held to"), null=True, blank=True)
    granted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("given by")
    )
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("ended by")
    )

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("role of a person")
        verbose_name_plural = _("roles of people")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(administration=None, role__in=sorted(REGIONAL_ROLES))
                | Q(administration__isnull=False, role__in=sorted(NATIONAL_ROLES)),
                name="grant_role_fits_its_reach",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                name="grant_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["person", "role", "administration"],
                condition=Q(ends_at=None, administration__isnull=False),
                name="grant_open_once_in_administration",
            ),
            models.UniqueConstraint(
                fields=["person", "role"],
                condition=Q(ends_at=None, administration=None),
                name="grant_open_once_in_region",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"


class EntryLink(models.Model):
    """A single-use link by which a person sets a password; only its hash is kept."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="links")
    purpose = models.CharField(max_length=10, choices=LinkPurpose.choices)
    secret_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(used_at=None, revoked_at=None),
                name="link_open_once",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="link_expires_after_it_is_made"
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(revoked_at=None), name="link_used_or_revoked"
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=LinkPurpose.values), name="link_purpose_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}: {self.person}"

    def is_open(self, at: datetime) -> bool:
        """Return whether the link still opens the door."""
        return self.used_at is None and self.revoked_at is None and at < self.expires_at


class LogIn(models.Model):
    """What a browser has once its person signed in. Ended when the person or a coordinator says so."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="log_ins")
    session_key = models.CharField(max_length=40, unique=True, null=True)
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=300, blank=True, default="")
    with_second_factor = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=12, choices=LogInEnd.choices, blank=True, default="")

    class Meta:
        verbose_name = _("log-in")
        verbose_name_plural = _("log-ins")
        indexes: ClassVar = [
            models.Index(fields=["person", "-last_seen_at"], name="login_person_last_seen")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_how="")
                | (Q(ended_at__isnull=False, session_key=None) & ~Q(ended_how="")),
                name="login_ended_has_no_session",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.started_at:%Y-%m-%d %H:%M}"


class Attempt(models.Model):
    """A try to sign in that did not succeed (or is still being tried). Counted for the lock-out.

    Nothing of the password is kept. The account is what was typed, as a keyed hash: people type
    their password into the wrong field.
    """

    account = models.CharField(max_length=64)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("failed log-in")
        verbose_name_plural = _("failed log-ins")
        indexes: ClassVar = [
            models.Index(fields=["account", "at"], name="attempt_account_at"),
            models.Index(fields=["address", "at"], name="attempt_address_at"),
        ]

    def __str__(self) -> str:
        return f"{self.address}, {self.at:%Y-%m-%d %H:%M}"
