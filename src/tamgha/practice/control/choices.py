"""The states and kinds that the models of control know."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Mode(models.TextChoices):
    """How an office selects."""

    MODSEL = "modsel", _("by rates")
    CAPACITY = "capacity", _("by capacity")


class Rule(models.TextChoices):
    """How capacity meets arrivals: who is not chosen at once waits for a lot, or nobody waits."""

    LOTS = "lots", _("lots: the rest waits for its lot")
    ARRIVALS = "arrivals", _("at once: nobody waits")


class Counting(models.TextChoices):
    """The period over which the rates of lanes are counted."""

    DAY = "day", pgettext_lazy("period", "day")
    WEEK = "week", pgettext_lazy("period", "week")
    MONTH = "month", pgettext_lazy("period", "month")
    NONE = "none", _("without end")


class PlanState(models.TextChoices):
    """Where a version of a plan stands."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("waits for a second person")
    PUBLISHED = "published", _("in force")
    RETIRED = "retired", _("replaced")


class Direction(models.TextChoices):
    """Directions of trade."""

    IMPORT = "import", _("import")
    EXPORT = "export", _("export")
    TRANSIT = "transit", _("transit")


class Lane(models.TextChoices):
    """Where a declaration goes."""

    RED = "red", _("examine")
    YELLOW = "yellow", _("documents")
    BLUE = "blue", _("later audit")
    GREEN = "green", _("release")


class DecisionState(models.TextChoices):
    """Whether a declaration has its lane."""

    WAITING = "waiting", _("waits for its lot")
    DECIDED = "decided", _("decided")
    CANCELLED = "cancelled", _("cancelled")


class EventKind(models.TextChoices):
    """What happened to a declaration after its decision."""

    REROUTED = "rerouted", _("lane changed by a person")
    TIMER = "timer", _("lane changed by the timer")
    AMENDED = "amended", _("amended")
    QUERY_OPENED = "query_opened", _("query opened")
    QUERY_CLOSED = "query_closed", _("query closed")
    CLEARED = "cleared", _("cleared")
    CANCELLED = "cancelled", _("cancelled")


class Group(models.TextChoices):
    """The two groups of examiners; nobody is in both."""

    WORKING = "working", _("working examiner")
    CHIEF = "chief", _("chief examiner")


class ActState(models.TextChoices):
    """Where an inspection act stands."""

    OPEN = "open", _("open")
    PARTIAL = "partial", _("handed in in part")
    FINAL = "final", _("handed in")
    CLOSED = "closed", _("closed without examination")


class VersionKind(models.TextChoices):
    """What a version of an act is, as the engine calls its findings."""

    PARTIAL = "partial", _("partial")
    FINAL = "final", _("final")
    REVISED = "revised", _("revised")
    OVERTURNED = "overturned", _("overturned")


class Result(models.TextChoices):
    """What the examination of one item brought."""

    OPEN = "open", _("left open")
    CLEAN = "clean", _("no difference found")
    FOUND = "found", _("finding")


class FindingKind(models.TextChoices):
    """Kinds of irregularity."""

    VALUE = "value", _("value understated")
    WEIGHT = "weight", _("weight or quantity understated")
    VALUE_AND_WEIGHT = "value_and_weight", _("value and weight understated")
    CODE = "classification", _("other HS code")
    ORIGIN = "origin", _("other origin")
    UNDECLARED = "undeclared", _("goods not declared")
    PROHIBITED = "prohibited", _("prohibited or restricted goods")
    DOCUMENTS = "documents", _("documents do not fit the goods")
    MARKS = "marks", _("marks or intellectual property")
    OTHER = "other", pgettext_lazy("kind of irregularity", "other")


class TimeKind(models.TextChoices):
    """Moments of an examination."""

    CALLED = "called", _("Called to the gate")
    PRESENTED = "presented", _("Goods presented")
    SEAL_CUT = "seal_cut", _("Seal cut")
    CLOSED = "closed", _("Seal fitted, closed")


class Witness(models.TextChoices):
    """Who else stands for a moment: nobody, the declarant, or a second officer."""

    OWN = "own", _("own entry")
    PARTY = "party", _("declarant signed")
    TWO = "two", _("read by two officers")
