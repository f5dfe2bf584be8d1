"""Entries, their place in the sealed order, the signed heads, and the keys of people.

An entry is never changed and never removed: triggers of the database refuse both. What sealing adds
stands in tables of its own, so that writers of entries and the sealer do not meet.
"""

import json
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tamgha.platform.journal.domain import SignedHead, label_of, name_of


class Entry(models.Model):
    """One act: who, for whom, what, on which object, before and after, when.

    People and administrations are named by their keys, without constraints in the database: an
    entry stays what it is, and writing one waits for nobody who holds those rows.
    """

    at = models.DateTimeField(_("when"))
    act = models.CharField(_("act"), max_length=80)
    administration = models.ForeignKey(
        "accounts.Administration",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
        null=True,
        verbose_name=_("administration"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
        null=True,
        verbose_name=_("who"),
    )
    for_whom = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
        null=True,
        verbose_name=_("for whom"),
    )
    object_kind = models.CharField(_("kind of object"), max_length=60, blank=True, default="")
    object_key = models.CharField(_("key of the object"), max_length=64, blank=True, default="")
    object_name = models.CharField(_("object"), max_length=200, blank=True, default="")
    nonce = models.BinaryField(max_length=16)
    mark = models.BinaryField(max_length=16)
    body = models.TextField(default="{}")

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        indexes: ClassVar = [
            models.Index(fields=["administration", "id"], name="entry_administration"),
            models.Index(fields=["object_kind", "object_key", "id"], name="entry_object"),
            models.Index(fields=["by", "id"], name="entry_by"),
            models.Index(
                fields=["for_whom", "id"],
                name="entry_for_whom",
                condition=Q(for_whom__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            # The copy of an entry would carry its mark too: it is refused.
            models.UniqueConstraint(fields=["at", "nonce"], name="entry_written_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.act}"

    @cached_property
    def details(self) -> dict[str, Any]:
        """What the body holds; nothing when somebody broke it."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def reason(self) -> str:
        """The reason that was given, "" for none."""
        return str(self.details.get("reason", ""))

    @property
    def changes(self) -> list[tuple[str, Any, Any]]:
        """Name, value before and value after, of everything that is not personal."""
        before, after = self.details.get("before", {}), self.details.get("after", {})
        return [(name, before.get(name), after.get(name)) for name in {**before, **after}]

    @property
    def shown_changes(self) -> list[tuple[str, Any, Any]]:
        """The same, named in the language of the page."""
        language = get_language() or "en"
        return [(name_of(name).text(language), *values) for name, *values in self.changes]

    @property
    def act_text(self) -> str:
        """What was done, in the language of the page."""
        return label_of(self.act).text(get_language() or "en")


class Place(models.Model):
    """That an entry stands at this position of the sealed order, and the hash of its leaf."""

    position = models.BigIntegerField(primary_key=True)
    entry_number = models.BigIntegerField(unique=True)
    leaf = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("place of an entry")
        verbose_name_plural = _("places of entries")

    def __str__(self) -> str:
        return f"{self.position}: {self.entry_number}"


class TreeNode(models.Model):
    """The hash of a complete subtree; every eighth level is kept."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("node of the tree")
        verbose_name_plural = _("nodes of the tree")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["level", "index"], name="tree_node_once"),
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class Head(models.Model):
    """A signed head over all entries that were sealed by then."""

    number = models.BigIntegerField(primary_key=True)
    size = models.BigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32, default=b"")
    at_text = models.CharField(_("when"), max_length=40)
    key = models.CharField(_("key"), max_length=32)
    signature = models.BinaryField(max_length=64)

    class Meta:
        verbose_name = _("signed head")
        verbose_name_plural = _("signed heads")

    def __str__(self) -> str:
        return str(self.number)

    @property
    def at(self) -> datetime:
        """When it was signed."""
        return datetime.fromisoformat(self.at_text)

    @property
    def signed(self) -> SignedHead:
        """The head as plain data."""
        return SignedHead(
            number=self.number,
            size=self.size,
            root=bytes(self.root),
            previous=bytes(self.previous),
            at=self.at_text,
            key=self.key,
            signature=bytes(self.signature),
        )


class PersonKey(models.Model):
    """The key that hides what entries say of one person; destroyed when the person is erased."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    wrapped = models.BinaryField(null=True)
    made_at = models.DateTimeField()
    erased_at = models.DateTimeField(_("erased"), null=True)

    class Meta:
        verbose_name = _("key of a person")
        verbose_name_plural = _("keys of people")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(wrapped=None, erased_at__isnull=False)
                | Q(wrapped__isnull=False, erased_at=None),
                name="person_key_is_there_or_erased",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person_id)
