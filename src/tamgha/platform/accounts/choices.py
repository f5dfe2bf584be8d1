"""The words that people's records choose from."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person does here; the users of the design, one by one."""

    SECRETARIAT = "secretariat", _("Secretariat")
    COORDINATOR = "coordinator", _("National coordinator")
    EXPERT = "expert", _("Expert")
    MASTER_TRAINER = "master_trainer", _("Master trainer")
    OFFICER = "officer", _("Officer")
    ANALYST = "analyst", _("Risk analyst")
    APPROVER = "approver", _("Approver")
    EXAMINER = "examiner", _("Examiner")
    SUPERVISOR = "supervisor", _("Supervisor")
    EVALUATOR = "evaluator", _("Evaluator")
    DONOR = "donor", _("Donor")


REGIONAL_ROLES = frozenset({Role.SECRETARIAT, Role.EXPERT, Role.EVALUATOR, Role.DONOR})
"""Roles that may be held for the whole region."""

NATIONAL_ROLES = frozenset(set(Role) - {Role.SECRETARIAT, Role.DONOR})
"""Roles that may be held in one administration. An expert or an evaluator may be either."""


class Language(TextChoices):
    """The languages that Tamgha itself speaks; each is named in itself."""

    ENGLISH = "en", "English"
    RUSSIAN = "ru", "Русский"


class Theme(TextChoices):
    """Ground of the pages."""

    SYSTEM = "system", _("As the device says")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class LinkPurpose(TextChoices):
    """Why a person was given a link."""

    INVITATION = "invitation", _("Invitation")
    RESET = "reset", _("New password")


class LogInEnd(TextChoices):
    """How a log-in ended."""

    SIGNED_OUT = "signed_out", _("Signed out")
    REVOKED = "revoked", _("Revoked")
    PASSWORD = "password", _("Password was changed")
    CLOSED = "closed", _("Account was closed")
    EXPIRED = "expired", _("Ran out")
