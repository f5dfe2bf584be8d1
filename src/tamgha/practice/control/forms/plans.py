"""The form of a plan: both modes on one page; what the chosen mode does not use is left alone."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tamgha.platform.ui.forms import Form
from tamgha.practice.control.choices import Counting, Direction, Mode, Rule
from tamgha.practice.control.domain.terms import PlanTerms
from tamgha.practice.control.models import PlanVersion
from tamgha.shared.errors import TamghaError
from tamgha.shared.shares import Share


class ShareField(forms.CharField):
    """A share typed in per cent; its value is basis points."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 8)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "size": 5}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show basis points as per cent."""
        return Share(value).percent_text if isinstance(value, int) else value

    def clean(self, value: Any) -> int:
        """Return basis points; nothing typed means none."""
        try:
            return Share.percent(value or "0").basis_points
        except TamghaError as refusal:
            raise forms.ValidationError(refusal.words.text(get_language() or "en")) from None


class PlaceForm(Form):
    """The office and the direction that a new plan is for."""

    office = forms.CharField(
        label=lazy("Office"),
        required=False,
        max_length=60,
        help_text=lazy("Empty: the default for every office without a plan of its own."),
    )
    direction = forms.ChoiceField(label=lazy("Direction"), choices=Direction.choices)


class PlanForm(Form):
    """The terms of a plan."""

    draft = "plan"
    wide = ("task_en", "task_ru", "reason", "mandatory")

    based_on = forms.IntegerField(widget=forms.HiddenInput, required=False)
    mode = forms.ChoiceField(
        label=lazy("Mode"),
        choices=Mode.choices,
        help_text=lazy(
            "By rates: so many per cent to each lane. By capacity: so many examinations a day."
        ),
    )
    expected_red = ShareField(label=lazy("Expected rate, examine, %"))
    expected_yellow = ShareField(label=lazy("Expected rate, documents, %"))
    expected_blue = ShareField(
        label=lazy("Expected rate, later audit, %"),
        help_text=lazy("What profiles and the draw do not fill is topped up to these rates."),
    )
    random_red = ShareField(label=lazy("Random draw, examine, %"))
    random_yellow = ShareField(label=lazy("Random draw, documents, %"))
    random_blue = ShareField(
        label=lazy("Random draw, later audit, %"),
        help_text=lazy("Without random examinations nobody knows what the profiles miss."),
    )
    random_lifts = forms.BooleanField(
        label=lazy("The draw may lift a lane"),
        required=False,
        help_text=lazy("A random member gets the stricter of its two lanes."),
    )
    maximum_hits = forms.IntegerField(
        label=lazy("Maximum hits"),
        required=False,
        min_value=0,
        max_value=1000,
        help_text=lazy("More profiles than this must not hit without selecting. Empty: off."),
    )
    period = forms.ChoiceField(
        label=lazy("Rates are counted by"), choices=Counting.choices, initial=Counting.MONTH
    )
    green_delay_minutes = forms.IntegerField(
        label=lazy("Release is held, minutes"), min_value=0, max_value=10_080, initial=0
    )
    yellow_to_blue_days = forms.IntegerField(
        label=lazy("Documents become later audit after, days"),
        required=False,
        min_value=1,
        max_value=365,
        help_text=lazy("Empty: never."),
    )
    rule = forms.ChoiceField(
        label=lazy("Who is not chosen at once"),
        choices=Rule.choices,
        help_text=lazy("Lots leave no part of the flow without a chance of an examination."),
    )
    capacity = forms.IntegerField(
        label=lazy("Examinations a day"), required=False, min_value=0, max_value=100_000
    )
    random_examinations = forms.IntegerField(
        label=lazy("Of them by chance"), required=False, min_value=0, max_value=100_000
    )
    exploration = ShareField(label=lazy("Exploration, % of what is free"))
    lot_minutes = forms.IntegerField(
        label=lazy("Length of a lot, minutes"), min_value=5, max_value=240, initial=30
    )
    arrivals = forms.IntegerField(
        label=lazy("Declarations expected a day"),
        min_value=1,
        max_value=1_000_000,
        initial=100,
        help_text=lazy("Only until the last thirty days tell more."),
    )
    mandatory = forms.CharField(
        label=lazy("Profiles that always select"),
        required=False,
        max_length=400,
        help_text=lazy("Codes, parted by commas; used by capacity."),
    )
    score_model = forms.TypedChoiceField(
        label=lazy("Arrivals are scored by"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", lazy("the profiles that hit"))],
        help_text=lazy("A trained model scores every arrival; used by capacity."),
    )
    planned_minutes = forms.IntegerField(
        label=lazy("One examination takes, minutes"), min_value=1, max_value=2_880, initial=90
    )
    task_en = forms.CharField(
        label=lazy("General task, in English"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=lazy(
            "Where no profile says its own. It must not tell how the declaration was chosen."
        ),
    )
    task_ru = forms.CharField(
        label=lazy("General task, in Russian"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reason = forms.CharField(
        label=pgettext_lazy("of a plan", "Why it is changed"), required=False, max_length=400
    )

    @staticmethod
    def initial_of(version: PlanVersion | None) -> dict[str, Any]:
        """Return what the form shows first: a version, or the terms of a new plan."""
        if version is None:
            first = PlanTerms(
                random_red=200, task_en=str(FIRST_TASK[0]), task_ru=str(FIRST_TASK[1])
            )
            return {**_shown(first), "based_on": 0}
        return {**_shown(PlanTerms.of(version)), "based_on": version.number, "reason": ""}

    def offer(self, models: Sequence[tuple[int, str]]) -> None:
        """Let one of these trained models be chosen: number and name of each."""
        field = self.fields["score_model"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", lazy("the profiles that hit")), *models]

    def clean_mandatory(self) -> tuple[str, ...]:
        """Return the codes."""
        parts = self.cleaned_data["mandatory"].replace(";", ",").split(",")
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def clean(self) -> dict[str, Any]:
        """Ask for a capacity where the mode needs one."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("mode") == Mode.CAPACITY and not cleaned.get("capacity"):
            self.add_error(
                "capacity", _("At least 1 examination a day was expected; nothing came.")
            )
        return cleaned

    def terms(self) -> PlanTerms:
        """Return what was typed; the form must be valid."""
        values = {
            name: self.cleaned_data[name]
            for name in PlanTerms.__dataclass_fields__
            if name in self.cleaned_data
        }
        for name in ("capacity", "random_examinations"):
            values[name] = values.get(name) or 0
        return PlanTerms(**values)


FIRST_TASK = (
    "Open the packages and compare goods, quantity and marks with the declaration. Weigh and "
    "photograph what differs.",
    "Вскрыть места и сверить товар, количество и маркировку с декларацией. Взвесить и "
    "сфотографировать расхождения.",
)


def _shown(terms: PlanTerms) -> dict[str, Any]:
    values = {name: getattr(terms, name) for name in PlanTerms.__dataclass_fields__}
    return {**values, "mandatory": ", ".join(terms.mandatory)}
