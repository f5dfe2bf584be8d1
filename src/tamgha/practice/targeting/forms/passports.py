"""What a person writes to a move, and the rules that an administration sets."""

from django import forms
from django.utils.translation import gettext_lazy as lazy

from tamgha.platform.ui.forms import Form
from tamgha.practice.targeting.choices import Apart
from tamgha.practice.targeting.forms.profiles import PercentField


class MoveForm(Form):
    """One move: its name, the reason where one is asked for, the share of the declarations."""

    move = forms.CharField(max_length=20)
    reason = forms.CharField(required=False, max_length=400)
    rollout = PercentField()


class RulesForm(Form):
    """Who must be apart, and how long things may last."""

    apart = forms.ChoiceField(
        label=lazy("Different people"),
        choices=Apart.choices,
        widget=forms.RadioSelect,
        help_text=lazy("Asked of every version from now on, also of those on their way."),
    )
    shadow_days = forms.IntegerField(
        label=lazy("Days in the shadow"),
        min_value=0,
        max_value=365,
        help_text=lazy(
            "So long a version is counted before Home reminds of it. It is advice, not a bar."
        ),
    )
    alert_hours = forms.IntegerField(
        label=lazy("Hours of an urgent alert"),
        min_value=1,
        max_value=24,
        help_text=lazy("Nobody approved it by then: it ends itself. At most a day."),
    )
    longest_days = forms.IntegerField(
        label=lazy("Longest life, days"),
        min_value=1,
        max_value=3650,
        help_text=lazy("A profile needs an end, and not a later one."),
    )
