"""Forms of models: the set that one is trained on, or that rules are looked for in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from tamgha.platform.ui.forms import Form
from tamgha.practice.targeting.models import DeclarationSet


class ChooseSetForm(Form):
    """One set of the administration."""

    set = forms.ChoiceField(
        label=lazy("Set"),
        help_text=lazy("It needs examined rows with a find and without, 30 of each at the least."),
    )

    def __init__(self, *args: Any, sets: list[DeclarationSet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sets = {str(one.pk): one for one in sets}
        self.fields["set"].choices = [  # type: ignore[attr-defined]  # a choice field
            (key, one.name) for key, one in self.sets.items()
        ]

    @property
    def chosen(self) -> DeclarationSet:
        """The chosen set; the form must be valid."""
        return self.sets[self.cleaned_data["set"]]
