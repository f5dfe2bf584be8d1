"""The states and kinds that the models of targeting know."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SetState(models.TextChoices):
    """Whether a set is worked with."""

    OPEN = "open", _("in use")
    RETIRED = "retired", _("put away")


class IntakeState(models.TextChoices):
    """Where an intake stands; nothing is stored before STORED."""

    GIVEN = "given", _("file read")
    CHECKING = "checking", _("rows are being checked")
    WAITING = "waiting", _("waits for your decision")
    STORING = "storing", _("is being stored")
    STORED = "stored", _("stored")
    DECLINED = "declined", _("nothing was taken")
    FAILED = "failed", _("could not be read")


class IntakeContent(models.TextChoices):
    """What the rows of a given file are."""

    ITEMS = "items", _("declarations")
    FINDINGS = "findings", _("findings")


class ListKind(models.TextChoices):
    """What the members of a list are."""

    TRADER = "trader", _("traders")
    HS = "hs", _("HS codes, or their beginnings")
    COUNTRY = "country", _("countries")
    OFFICE = "office", _("offices")
    DOCUMENT = "document", _("documents")
    TEXT = "text", _("other texts")


class VersionState(models.TextChoices):
    """State of a version of a profile; approval follows with the next areas."""

    DRAFT = "draft", _("draft")
    TESTED = "tested", _("back-tested")
    RETIRED = "retired", _("put away")


class ModelState(models.TextChoices):
    """Where a model stands."""

    TRAINING = "training", _("is being trained")
    READY = "ready", _("ready")
    FAILED = "failed", _("could not be trained")
    RETIRED = "retired", _("put away")
