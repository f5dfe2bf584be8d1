"""A day that is typed: 31.11.2026 is answered with how many days November has."""

import calendar
import re
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_DOTTED: Final = re.compile(r"(\d{1,2})[.\-/ ](\d{1,2})[.\-/ ](\d{4})")
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


class DayField(forms.DateField):
    """A day as day.month.year (also ISO); refuses with what was expected and what came."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("placeholder", gettext_lazy("DD.MM.YYYY"))
        self.widget.attrs.setdefault("inputmode", "numeric")
        self.widget.attrs.setdefault("autocomplete", "off")

    def prepare_value(self, value: Any) -> Any:
        """Return a day as it is typed."""
        return f"{value:%d.%m.%Y}" if isinstance(value, date) else value

    def to_python(self, value: Any) -> date | None:
        """Return the day, or say which part of it cannot be."""
        if value in self.empty_values or isinstance(value, date):
            return value or None
        text = str(value).strip()
        if found := _DOTTED.fullmatch(text):
            day, month, year = (int(part) for part in found.groups())
        elif found := _ISO.fullmatch(text):
            year, month, day = (int(part) for part in found.groups())
        else:
            raise ValidationError(
                _("Expected day.month.year, such as 24.11.2026; %(text)s came.") % {"text": text}
            )
        return _existing(year, month, day)


def _existing(year: int, month: int, day: int) -> date:
    if not 1 <= month <= 12:
        raise ValidationError(_("There are 12 months; %(month)d came.") % {"month": month})
    last = calendar.monthrange(max(1, year), month)[1]
    if not 1 <= day <= last:
        named = dateformat.format(date(max(1, year), month, 1), "E")
        raise ValidationError(
            _("%(day)d %(month)s does not exist. Give a day from 1 to %(last)d.")
            % {"day": day, "month": named, "last": last}
        )
    return date(max(1, year), month, day)
