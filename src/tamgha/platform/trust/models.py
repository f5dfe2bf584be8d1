"""The node's keys by their public parts, its secrets by their digests, and what was sealed."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class NodeKey(models.Model):
    """A key that the node signs with, or once signed with. The private part lies in a file alone."""

    fingerprint = models.CharField(_("fingerprint"), max_length=32, unique=True)
    public = models.BinaryField(_("public key"), max_length=32)
    made_at = models.DateTimeField(_("made"))
    retired_at = models.DateTimeField(_("retired"), null=True)
    signs = models.BooleanField(_("signs"), default=True)
    introduced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("follows")
    )
    introduction = models.BinaryField(max_length=64, default=b"")
    """Signature of the key before over this public key: who trusts that one may trust this."""

    class Meta:
        verbose_name = _("key of the node")
        verbose_name_plural = _("keys of the node")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["signs"], condition=Q(signs=True), name="node_key_one_signs"
            ),
            models.CheckConstraint(
                condition=Q(signs=True, retired_at=None) | Q(signs=False, retired_at__isnull=False),
                name="node_key_signs_or_is_retired",
            ),
        ]

    def __str__(self) -> str:
        return self.fingerprint


class NodeSecret(models.Model):
    """That a secret of this number was made, and how to recognise it; the secret lies in a file."""

    number = models.PositiveIntegerField(primary_key=True)
    digest = models.CharField(max_length=32)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("secret of the node")
        verbose_name_plural = _("secrets of the node")

    def __str__(self) -> str:
        return str(self.number)


class Sealing(models.Model):
    """One thing that a key sealed."""

    key = models.ForeignKey(NodeKey, on_delete=models.PROTECT, related_name="sealings")
    kind = models.CharField(_("kind"), max_length=60)
    about = models.CharField(_("what"), max_length=200)
    digest = models.BinaryField(max_length=32)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        indexes: ClassVar = [models.Index(fields=["kind", "-id"], name="sealing_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"
