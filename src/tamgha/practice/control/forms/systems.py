"""The form of a program that gets a key."""

from django import forms
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from tamgha.platform.ui.forms import Form


class SystemForm(Form):
    """Name and rights of a program."""

    wide = ("name",)

    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"),
        max_length=80,
        help_text=lazy("Such as: clearance system, main server."),
    )
    may_decide = forms.BooleanField(
        label=lazy("It may ask for decisions"), required=False, initial=True
    )
    may_hand_in = forms.BooleanField(label=lazy("It may hand in inspection acts"), required=False)
    per_minute = forms.IntegerField(
        label=lazy("Calls a minute, at most"), min_value=1, max_value=1_000_000, initial=6000
    )
