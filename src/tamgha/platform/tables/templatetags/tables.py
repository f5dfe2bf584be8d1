"""How a cell of a list is written."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def whole(value: int | None) -> str:
    """Write a count with its thousands parted."""
    return "" if value is None else number_format(value, 0, force_grouping=True)


@register.filter
def cell(value: Any, kind: str) -> str:
    """Write the value of a cell by the kind of its column; nothing for None."""
    if value is None or value == "":
        return ""
    if kind == "flag":
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        moment = timezone.localtime(value) if timezone.is_aware(value) else value
        return date_format(
            moment, "SHORT_DATETIME_FORMAT" if kind == "time" else "SHORT_DATE_FORMAT"
        )
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return whole(value)
    if isinstance(value, float | Decimal):
        return number_format(value, _decimals(float(value)), force_grouping=True)
    return str(value)


def _decimals(value: float) -> int:
    size = abs(value)
    if size == int(size) and size < 1e15:
        return 0
    return 0 if size >= 1000 else 2 if size >= 1 else 4
