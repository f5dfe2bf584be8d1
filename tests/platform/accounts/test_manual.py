"""The manual tells the truth about roles and settings."""

import re
from pathlib import Path

from django.utils import translation

from tamgha.platform.accounts.choices import NATIONAL_ROLES, REGIONAL_ROLES, Role
from tamgha.platform.accounts.queries import ADDRESS_FACTOR

PAGE = Path(__file__).parents[3] / "docs" / "guides" / "people.md"


def test_the_table_of_roles_is_the_one_in_the_code():
    rows = re.findall(
        r"^\| ([A-Z][a-z ]+) \| (yes|) ?\| (yes|) ?\|$", PAGE.read_text(), re.MULTILINE
    )

    with translation.override("en"):
        told = {name: (bool(national), bool(regional)) for name, national, regional in rows}
        known = {str(role.label): (role in NATIONAL_ROLES, role in REGIONAL_ROLES) for role in Role}
    assert told == known


def test_the_address_waits_after_five_times_as_many_failures():
    assert ADDRESS_FACTOR == 5
    assert "five times as many failures" in PAGE.read_text()
