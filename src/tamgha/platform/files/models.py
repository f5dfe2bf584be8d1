"""Stored files, and files on their way in."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tamgha.platform.files.choices import Access


class StoredFile(models.Model):
    """One version of a file. Its bytes lie under the hash of their content and never change.

    A file is retired, never deleted; a new version names the one that it replaces.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="files"
    )
    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    access = models.CharField(
        _("who may open it"), max_length=14, choices=Access.choices, default=Access.PRIVATE
    )
    name = models.CharField(_("name"), max_length=200)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.BigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    purpose = models.CharField(_("purpose"), max_length=60, blank=True, default="")
    version = models.PositiveIntegerField(_("version"), default=1)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="replaced_by", null=True, blank=True
    )
    stored_at = models.DateTimeField(_("stored"))
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        indexes: ClassVar = [models.Index(fields=["sha256"], name="file_sha256")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(access__in=Access.values), name="file_access_known"),
            models.CheckConstraint(condition=Q(size__gte=0), name="file_size_not_negative"),
            models.CheckConstraint(condition=~Q(name=""), name="file_is_named"),
            models.CheckConstraint(
                condition=~Q(access=Access.ADMINISTRATION) | Q(administration__isnull=False),
                name="file_of_an_administration_names_it",
            ),
            models.CheckConstraint(
                condition=Q(version=1, replaces=None) | Q(version__gt=1, replaces__isnull=False),
                name="file_version_names_what_it_replaces",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Upload(models.Model):
    """A file on its way in, slice by slice. The slices lie in a part file until the last has come."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="uploads"
    )
    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    access = models.CharField(max_length=14, choices=Access.choices, default=Access.PRIVATE)
    name = models.CharField(max_length=200)
    purpose = models.CharField(max_length=60, blank=True, default="")
    size = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    begun_at = models.DateTimeField()
    last_at = models.DateTimeField()
    file = models.OneToOneField(
        StoredFile, on_delete=models.PROTECT, related_name="upload", null=True, blank=True
    )

    class Meta:
        verbose_name = _("file on its way in")
        verbose_name_plural = _("files on their way in")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(received__gte=0, received__lte=F("size")), name="upload_within_its_size"
            ),
        ]

    def __str__(self) -> str:
        return self.name
