"""How a cell of a list is written."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext as _

from tamgha.platform.ui import formats

register = template.Library()


@register.filter
def whole(value: int | None) -> str:
    """Write a count with its thousands parted."""
    return "" if value is None else formats.number(value)


@register.filter
def cell(value: Any, kind: str) -> str:
    """Write the value of a cell by the kind of its column; nothing for None."""
    if value is None or value == "":
        return ""
    if kind == "flag":
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return formats.moment(value) if kind == "time" else formats.day(value.date(), short=True)
    if isinstance(value, date):
        return formats.day(value, short=True)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float | Decimal):
        return formats.number(value)
    return str(value)
