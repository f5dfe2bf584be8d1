"""The first page of each role: what is due, what is mine, what happened."""

from tamgha.site.homes.due import Due
from tamgha.site.homes.roles import HOMES, Home, homes_of, page_of

__all__ = ["HOMES", "Due", "Home", "homes_of", "page_of"]
