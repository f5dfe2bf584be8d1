"""Backups: a node in one file, taken while it runs; and a node made from such a file."""

from tamgha.site.backups.archive import Archive, Manifest
from tamgha.site.backups.making import Made, make_backup
from tamgha.site.backups.restoring import Restored, Target, place, settle

__all__ = [
    "Archive",
    "Made",
    "Manifest",
    "Restored",
    "Target",
    "make_backup",
    "place",
    "settle",
]
