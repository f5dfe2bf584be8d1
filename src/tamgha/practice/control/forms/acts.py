"""The examiner's forms: one block an item, seals, time, photos; and the chief's."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from tamgha.platform.ui.forms import Form
from tamgha.practice.control.choices import FindingKind, Group, Result, TimeKind, Witness
from tamgha.practice.control.domain.acts import HandedIn, ItemResult
from tamgha.practice.control.forms.plans import ShareField
from tamgha.practice.control.models import Examiner

NO_DIFFERENCE = "clean"
LEFT_OPEN = "open"


class ItemForm(Form):
    """What was found at one item."""

    counted = forms.FloatField(label=lazy("Counted"), required=False, min_value=0)
    weighed_kg = forms.FloatField(label=lazy("Weighed, net"), required=False, min_value=0)
    finding = forms.ChoiceField(
        label=lazy("Finding"),
        required=False,
        choices=[
            ("", lazy("choose what you found")),
            (NO_DIFFERENCE, Result.CLEAN.label),
            *FindingKind.choices,
            (LEFT_OPEN, lazy("leave it open for now")),
        ],
    )
    value = forms.DecimalField(
        label=lazy("Value concerned"), required=False, min_value=0, decimal_places=2, max_digits=18
    )
    duty = forms.DecimalField(
        label=lazy("Duty assessed"), required=False, min_value=0, decimal_places=2, max_digits=18
    )
    penalty = forms.DecimalField(
        label=pgettext_lazy("sum of money", "Penalty"),
        required=False,
        min_value=0,
        decimal_places=2,
        max_digits=18,
    )
    seen = forms.CharField(
        label=lazy("What you saw"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    open_reason = forms.CharField(label=lazy("Why it is left open"), required=False, max_length=400)
    open_by = forms.CharField(label=lazy("Who goes on"), required=False, max_length=120)
    open_until = forms.DateTimeField(
        label=lazy("Until when"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for what an open item needs."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("finding") == LEFT_OPEN:
            for name in ("open_reason", "open_by", "open_until"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("An open item needs a reason, a person and a time."))
        return cleaned

    def result(self, item: int) -> ItemResult | None:
        """Return what was found, None where nothing was chosen; the form must be valid."""
        told = self.cleaned_data
        finding = told.get("finding", "")
        if not finding:
            return None
        is_find = finding not in {NO_DIFFERENCE, LEFT_OPEN}
        return ItemResult(
            item=item,
            result="found" if is_find else "open" if finding == LEFT_OPEN else "clean",
            kind=finding if is_find else "",
            counted=told.get("counted"),
            weighed_kg=told.get("weighed_kg"),
            value=told.get("value") if is_find else None,
            duty=told.get("duty") if is_find else None,
            penalty=told.get("penalty") if is_find else None,
            seen=told.get("seen", ""),
            open_reason=told.get("open_reason", ""),
            open_by=told.get("open_by", ""),
            open_until=told.get("open_until"),
        )


class ActForm(Form):
    """Time, seals, who was present; the items have forms of their own."""

    draft = "act"

    examined = forms.DateField(
        label=lazy("Day of the examination"), widget=forms.DateInput(attrs={"type": "date"})
    )
    minutes = forms.IntegerField(
        label=lazy("Minutes of examination"), required=False, min_value=1, max_value=20_160
    )
    seal_cut = forms.CharField(label=lazy("Seal cut"), required=False, max_length=40)
    seal_intact = forms.TypedChoiceField(
        label=lazy("The cut seal was"),
        required=False,
        choices=[("", "–"), ("yes", lazy("intact")), ("no", lazy("broken"))],
        coerce={"yes": True, "no": False}.get,
        empty_value=None,
    )
    seal_new = forms.CharField(label=lazy("New seal"), required=False, max_length=40)
    present = forms.CharField(label=lazy("Who was present"), required=False, max_length=120)
    reason = forms.CharField(label=lazy("Why the act is revised"), required=False, max_length=400)

    def given(self, items: list[ItemResult]) -> HandedIn:
        """Return the act; the form must be valid."""
        told = self.cleaned_data
        return HandedIn(
            examined=told["examined"],
            items=tuple(items),
            minutes=told["minutes"],
            seal_cut=told["seal_cut"],
            seal_intact=told["seal_intact"],
            seal_new=told["seal_new"],
            present=told["present"],
        )


class PhotoForm(Form):
    """A photo with its caption."""

    photo = forms.FileField(
        label=lazy("Photo"),
        widget=forms.ClearableFileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )
    caption = forms.CharField(label=lazy("What it shows"), required=False, max_length=120)


class TimeForm(Form):
    """A moment of the examination."""

    kind = forms.ChoiceField(label=lazy("What happened"), choices=TimeKind.choices)
    clock = forms.TimeField(
        label=lazy("At"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=lazy("Empty: now."),
    )
    witness = forms.ChoiceField(label=lazy("Stands for it"), choices=Witness.choices)

    def moment(self, zone: ZoneInfo) -> datetime:
        """Return the moment: today, or yesterday where today that time is still to come."""
        now = timezone.now()
        clock = self.cleaned_data["clock"]
        if clock is None:
            return now
        found = datetime.combine(now.astimezone(zone).date(), clock, zone)
        return found if found <= now else found - timedelta(days=1)


class AssignForm(Form):
    """Another examiner for an act."""

    examiner = forms.ChoiceField(label=lazy("Examiner"))

    def __init__(self, *args: Any, examiners: list[Examiner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examiners = {str(one.pk): one for one in examiners}
        self.fields["examiner"].choices = [  # type: ignore[attr-defined]  # a choice field
            (key, f"{one.person.full_name} ({one.workload})") for key, one in self.examiners.items()
        ]

    @property
    def chosen(self) -> Examiner:
        """The chosen examiner; the form must be valid."""
        return self.examiners[self.cleaned_data["examiner"]]


class ReasonForm(Form):
    """A reason."""

    wide = ("reason",)

    reason = forms.CharField(label=lazy("Reason"), max_length=400)


class ExaminerForm(Form):
    """Group, office and availability of an examiner."""

    person = forms.ChoiceField(label=lazy("Examiner"))
    group = forms.ChoiceField(
        label=lazy("Group"),
        choices=Group.choices,
        help_text=lazy("Nobody is in both: a chief never gets acts proposed."),
    )
    office = forms.CharField(
        label=lazy("Office"),
        required=False,
        max_length=60,
        help_text=lazy("Empty: every office."),
    )
    is_available = forms.BooleanField(label=lazy("Gets new acts"), required=False, initial=True)

    def __init__(self, *args: Any, people: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in people}
        self.fields["person"].choices = [  # type: ignore[attr-defined]  # a choice field
            (key, one.full_name) for key, one in self.people.items()
        ]


class RulesForm(Form):
    """How work is weighed, and which difference is none."""

    weight_of_declaration = forms.IntegerField(
        label=lazy("A declaration weighs"), min_value=0, max_value=1_000, initial=10
    )
    weight_of_item = forms.IntegerField(
        label=lazy("Each item weighs"), min_value=0, max_value=1_000, initial=5
    )
    tolerance = ShareField(
        label=lazy("Tolerance of mass, %"),
        help_text=lazy("A smaller difference counts as none."),
    )
