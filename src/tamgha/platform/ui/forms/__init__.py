"""Forms made once: rows, error summary, drafts, a warning on leaving, two editors side by side."""

from tamgha.platform.ui.forms.days import DayField
from tamgha.platform.ui.forms.rows import Form, ModelForm, RowsMixin
from tamgha.platform.ui.forms.versions import Conflict, VersionedFormMixin

__all__ = ["Conflict", "DayField", "Form", "ModelForm", "RowsMixin", "VersionedFormMixin"]
