"""Forms of the intake: a file with its place, and the columns of the file."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tamgha import risk
from tamgha.platform.files.forms import StoredFileField
from tamgha.platform.ui.forms import Form
from tamgha.practice.targeting.choices import IntakeContent

NEW = "new"
GUESS = "guess"


class GiveFileForm(Form):
    """A file, what it holds, where its rows go, and how its columns are taken."""

    wide = ("set_name",)

    file = StoredFileField(
        label=lazy("File"),
        purpose="targeting.declarations",
        help_text=lazy(
            "CSV, XLSX or Parquet. Nothing is stored before you have seen what is wrong with it."
        ),
    )
    content = forms.ChoiceField(label=lazy("It holds"), choices=IntakeContent.choices)
    into = forms.ChoiceField(label=lazy("Its rows go into"))
    set_name = forms.CharField(
        label=lazy("Name of the new set"),
        required=False,
        max_length=120,
        help_text=lazy("Such as: Import, October 2026."),
    )
    mapping = forms.ChoiceField(label=lazy("Columns"))

    def __init__(self, *args: Any, sets: Any = (), mappings: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].choices = [  # type: ignore[attr-defined]  # a choice field
            (NEW, _("a new set")),
            *((str(one.pk), one.name) for one in sets),
        ]
        self.fields["mapping"].choices = [  # type: ignore[attr-defined]  # a choice field
            (GUESS, _("guess them, I will look")),
            *((f"kept:{one.pk}", one.name) for one in mappings),
            *(
                (f"shipped:{name}", risk.Mapping.load(name).title.en)
                for name in risk.shipped_mappings()
            ),
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for a name where a new set is made."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("into") == NEW and not cleaned.get("set_name", "").strip():
            if cleaned.get("content") == IntakeContent.FINDINGS:
                self.add_error(
                    "into", _("Findings belong to declarations: choose the set that holds them.")
                )
            else:
                self.add_error("set_name", _("Give the new set a name."))
        return cleaned
