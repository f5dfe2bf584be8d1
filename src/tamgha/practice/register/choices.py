"""The states and kinds that the models of the register know."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """What carries the risk."""

    CARGO = "cargo", _("Cargo")
    PASSENGERS = "passengers", _("Passengers")
    POST = "post", pgettext_lazy("mail", "Post")


class Treatment(models.TextChoices):
    """The four T of UNECE TFIG, Customs Risk Management and Selectivity."""

    TOLERATE = "tolerate", _("Tolerate")
    TREAT = "treat", _("Treat")
    TRANSFER = "transfer", _("Transfer")
    TERMINATE = "terminate", _("Terminate")


class ScaleKey(models.TextChoices):
    """Which scale a version is scored on."""

    FIVE = "5", _("5 × 5")
    THREE = "3", _("3 steps")


class VersionState(models.TextChoices):
    """Where a version stands; the names are those of the life in ``domain``."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("waits for approval")
    PUBLISHED = "published", _("in force")
    REPLACED = "replaced", pgettext_lazy("version", "replaced")
    DROPPED = "dropped", pgettext_lazy("version", "dropped")
    RETIRED = "retired", pgettext_lazy("version", "put away")


class RiskState(models.TextChoices):
    """Where a risk stands, by its versions: what waits for approval comes before what is in force."""

    DRAFT = "draft", _("never approved yet")
    SUBMITTED = "submitted", _("waits for approval")
    PUBLISHED = "published", _("in force")
    RETIRED = "retired", pgettext_lazy("risk", "put away")


class ActionState(models.TextChoices):
    """How far an action of the treatment is."""

    PLANNED = "planned", _("planned")
    DOING = "doing", _("under way")
    DONE = "done", _("done")
    DROPPED = "dropped", _("given up")


class Direction(models.TextChoices):
    """What an indicator does to the degree of a risk."""

    RAISES = "raises", _("raises")
    LOWERS = "lowers", _("lowers")
