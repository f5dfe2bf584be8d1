"""Decisions about sign-in that need no database."""

from tamgha.platform.accounts.domain.addresses import is_private, refuse_public_address
from tamgha.platform.accounts.domain.demo import ADMINISTRATIONS, PEOPLE, REGIONAL_PEOPLE
from tamgha.platform.accounts.domain.lockout import LockoutRule, locked_until

__all__ = [
    "ADMINISTRATIONS",
    "PEOPLE",
    "REGIONAL_PEOPLE",
    "LockoutRule",
    "is_private",
    "locked_until",
    "refuse_public_address",
]
