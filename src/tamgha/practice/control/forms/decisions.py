"""The form by which a person changes the lane of a declaration."""

from django import forms
from django.utils.translation import gettext_lazy as lazy

from tamgha.platform.ui.forms import Form
from tamgha.practice.control.choices import Lane


class RerouteForm(Form):
    """Another lane, and why."""

    wide = ("reason",)

    lane = forms.ChoiceField(label=lazy("New lane"), choices=Lane.choices)
    reason = forms.CharField(
        label=lazy("Reason"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=lazy("It is kept with your name, and overrides are counted."),
    )
