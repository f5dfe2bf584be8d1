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
    """Where a version of a profile stands; the moves between them are in `domain.passport`."""

    DRAFT = "draft", _("draft")
    TESTED = "tested", _("back-tested")
    SUBMITTED = "submitted", _("waits for the second check")
    APPROVED = "approved", _("approved")
    SHADOW = "shadow", _("shadow")
    ACTIVE = "active", _("live")
    ALERT = "alert", _("urgent alert, live")
    REPLACED = "replaced", _("replaced")
    RETIRED = "retired", _("retired")


class Apart(models.TextChoices):
    """Which steps of a passport are made by different people."""

    NOBODY = "nobody", _("One person may make every step")
    CHECKER = "checker", _("Who checks did not write it")
    ALL = "all", _("Who wrote, who checks and who puts it live are three people")


class ProposalState(models.TextChoices):
    """What became of a proposal to retire a version."""

    OPEN = "open", _("waits for a decision")
    ACCEPTED = "accepted", _("retired")
    DECLINED = "declined", _("kept")
    LAPSED = "lapsed", _("ended before it was decided")


class ModelState(models.TextChoices):
    """Where a model stands."""

    TRAINING = "training", _("is being trained")
    READY = "ready", _("ready")
    FAILED = "failed", _("could not be trained")
    RETIRED = "retired", _("put away")
