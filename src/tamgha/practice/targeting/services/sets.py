"""Acts on sets of declarations: enter one into the catalogue, keep it true, put it away."""

import secrets
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from tamgha import risk
from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.targeting import events, gateways
from tamgha.practice.targeting.choices import SetState
from tamgha.practice.targeting.models import DeclarationSet


def new_folder() -> Path:
    """Return the path of a folder for a new set; it does not exist yet."""
    folder = Path(settings.TAMGHA_SETS) / f"set-{secrets.token_hex(6)}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    return folder


def _catalogued(row: DeclarationSet, on_disk: risk.DeclarationSet, *, at: datetime) -> None:
    told = on_disk.manifest
    row.simulated, row.rows, row.declarations = told.simulated, told.rows, told.declarations
    row.first_day, row.last_day, row.currency = told.first_day, told.last_day, told.currency
    row.examined, row.found = told.findings.items, told.findings.found
    row.has_random_stratum = told.has_random_stratum
    row.catalogue = {
        "fingerprint": told.fingerprint,
        "timezone": told.timezone,
        "hs_editions": list(told.hs_editions),
        "months": list(told.months),
        "finding_delay_days": told.finding_delay_days,
        "has_hours": told.has_hours,
        "can": [[words.en, words.ru] for words in told.can],
        "cannot": [[words.en, words.ru] for words in told.cannot],
        "sources": [source.name for source in told.sources],
    }
    row.changed_at = at


@transaction.atomic
def enter_set(
    *,
    administration: Administration,
    name: str,
    folder: Path,
    by: User | None,
    at: datetime,
) -> DeclarationSet:
    """Enter a set that lies in ``folder`` into the catalogue of an administration."""
    row = DeclarationSet(
        administration=administration, name=name, folder=folder.name, made_by=by, made_at=at
    )
    _catalogued(row, risk.DeclarationSet.open(folder), at=at)
    row.save()
    events.announce("set.entered", on=row, by=by, at=at)
    return row


@transaction.atomic
def refresh_set(*, row: DeclarationSet, by: User | None, at: datetime) -> DeclarationSet:
    """Make the catalogue say what the folder now holds, after rows or findings were added."""
    row = DeclarationSet.objects.select_for_update().get(pk=row.pk)
    on_disk = gateways.open_set(row)
    if row.catalogue.get("fingerprint") != on_disk.manifest.fingerprint:
        row.change += 1
        _catalogued(row, on_disk, at=at)
        row.save()
        events.announce("set.changed", on=row, by=by, at=at)
    return row


@transaction.atomic
def put_set_away(*, row: DeclarationSet, by: User, at: datetime) -> None:
    """Put a set away: nothing is tested on it any more, its rows stay on the disk."""
    DeclarationSet.objects.filter(pk=row.pk).update(state=SetState.RETIRED, changed_at=at)
    events.announce("set.put_away", on=row, by=by, at=at)


@transaction.atomic
def bring_set_back(*, row: DeclarationSet, by: User, at: datetime) -> None:
    """Bring a set back into use; refused by the database if its name was given anew meanwhile."""
    DeclarationSet.objects.filter(pk=row.pk).update(state=SetState.OPEN, changed_at=at)
    events.announce("set.brought_back", on=row, by=by, at=at)
