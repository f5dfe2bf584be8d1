"""The form by which a file is dropped in."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tamgha import risk
from tamgha.platform.files.forms import StoredFileField
from tamgha.platform.ui.forms import Form

GUESS = ""


class DropForm(Form):
    """A file, and how its columns are taken."""

    file = StoredFileField(
        label=lazy("File"),
        purpose="control.drop",
        help_text=lazy(
            "CSV, XLSX or Parquet. A file with a fault is refused whole, with all of them."
        ),
    )
    mapping = forms.ChoiceField(label=lazy("Columns"), required=False)

    def __init__(self, *args: Any, mappings: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept: dict[str, str] = {f"kept:{one.pk}": one.text for one in mappings}
        self.fields["mapping"].choices = [  # type: ignore[attr-defined]  # a choice field
            (GUESS, _("guess them by their names")),
            *((f"kept:{one.pk}", one.name) for one in mappings),
            *(
                (f"shipped:{name}", risk.Mapping.load(name).title.en)
                for name in risk.shipped_mappings()
            ),
        ]

    @property
    def mapping_text(self) -> str:
        """The chosen mapping as text, or as the name of a shipped one; "" guesses."""
        chosen: str = self.cleaned_data["mapping"]
        return self.kept.get(chosen, chosen.removeprefix("shipped:"))
