"""Forms of the register: a wording, a score, the agreed score, an action, the register itself."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as lazy

from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.ui.forms import DayField, Form, VersionedFormMixin
from tamgha.practice.register import permissions
from tamgha.practice.register.choices import Kind, ScaleKey, Treatment
from tamgha.practice.register.domain.areas import AREAS
from tamgha.practice.register.domain.scales import Marks, Scale
from tamgha.practice.register.domain.wording import TITLE_LENGTH, Wording
from tamgha.practice.register.models import MARKS, RiskVersion
from tamgha.practice.register.queries import LABELS
from tamgha.shared.words import Words


def area_choices() -> list[tuple[str, str]]:
    """Return code and name of the risk areas, in the language of the page."""
    language = get_language() or "en"
    return [(one.code, one.label.text(language)) for one in AREAS]


def step_choices(words: Sequence[Words]) -> list[tuple[str, str]]:
    """Return the steps of an axis: "3 possible"."""
    language = get_language() or "en"
    return [(str(at), f"{at} {one.text(language)}") for at, one in enumerate(words, start=1)]


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """A person of the administration, by name."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the name as people know it."""
        return str(obj.full_name)


class RiskForm(VersionedFormMixin, Form):  # type: ignore[misc]  # both say `initial`
    """What a version of a risk says."""

    draft = "risk"

    title_en = forms.CharField(label=LABELS["title_en"], required=False, max_length=TITLE_LENGTH)
    title_ru = forms.CharField(
        label=LABELS["title_ru"],
        required=False,
        max_length=TITLE_LENGTH,
        help_text=lazy("One of the two titles is enough."),
    )
    area = forms.ChoiceField(label=LABELS["area"], choices=area_choices)
    kind = forms.ChoiceField(label=LABELS["kind"], choices=Kind.choices)
    causes = forms.CharField(
        label=LABELS["causes"],
        max_length=2000,
        widget=_lines(2),
        help_text=lazy("Why it may happen: what invites it, who gains."),
    )
    consequences = forms.CharField(
        label=LABELS["consequences"],
        max_length=2000,
        widget=_lines(2),
        help_text=lazy("What follows when it happens: duty, safety, trust."),
    )
    controls = forms.CharField(
        label=LABELS["controls"], required=False, max_length=2000, widget=_lines(2)
    )
    treatment = forms.ChoiceField(
        label=LABELS["treatment"],
        choices=Treatment.choices,
        help_text=lazy(
            "Tolerate: keep watching. Treat: make it rarer or milder. Transfer: another carries it. "
            "Terminate: stop what brings it."
        ),
    )
    measures = forms.CharField(
        label=LABELS["measures"],
        required=False,
        max_length=2000,
        widget=_lines(2),
        help_text=lazy("What is done about it; needed for treat and transfer."),
    )
    owner = PersonField(
        label=LABELS["owner"],
        queryset=User.objects.none(),
        help_text=lazy("Agrees the score and calls the review."),
    )
    review_on = DayField(label=LABELS["review_on"])
    office = forms.CharField(
        label=LABELS["office"],
        required=False,
        max_length=60,
        help_text=lazy("Empty means everywhere."),
    )
    note = forms.CharField(
        label=lazy("What changed in this version"), required=False, max_length=200
    )
    anew = forms.BooleanField(
        label=lazy("Have it scored anew, though nothing that was scored has changed"),
        required=False,
    )

    def __init__(self, *args: Any, administration: Administration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = permissions.owners_of(administration).order_by("full_name", "pk")
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]  # a field of models

    def clean(self) -> dict[str, Any] | None:
        """Refuse a wording whose rows do not fit together, each fault at its row."""
        cleaned = super().clean() or {}
        if not cleaned.get("title_en") and not cleaned.get("title_ru"):
            self.add_error("title_en", lazy("Give a title in one of the two languages."))
        treated = cleaned.get("treatment") in {Treatment.TREAT, Treatment.TRANSFER}
        if treated and not cleaned.get("measures"):
            self.add_error("measures", lazy("Say how the risk is treated or transferred."))
        return cleaned

    def wording(self) -> Wording:
        """Return what was typed, as a wording; the form must be valid."""
        names = Wording.__dataclass_fields__
        values = {name: value for name, value in self.cleaned_data.items() if name in names}
        return Wording(**(values | {"owner": self.cleaned_data["owner"].pk}))


def initial_of(version: RiskVersion | None) -> dict[str, Any]:
    """Return what the form shows for a version; nothing for a new risk but cargo that is treated."""
    if version is None:
        return {"kind": Kind.CARGO, "treatment": Treatment.TREAT}
    names = [name for name in Wording.__dataclass_fields__ if name not in {"owner", "note"}]
    return {name: getattr(version, name) for name in names} | {"owner": version.owner_id}


class MarksForm(Form):
    """Likelihood and consequence, before and after treatment, on the scale of the version."""

    inherent_likelihood = forms.ChoiceField(label=lazy("Likelihood before treatment"))
    inherent_consequence = forms.ChoiceField(label=lazy("Consequence before treatment"))
    residual_likelihood = forms.ChoiceField(label=lazy("Likelihood after treatment"))
    residual_consequence = forms.ChoiceField(label=lazy("Consequence after treatment"))

    def __init__(self, *args: Any, scale: Scale, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scale = scale
        for name in MARKS:
            words = scale.likelihood if name.endswith("likelihood") else scale.consequence
            field = self.fields[name]
            field.choices = [("", "–"), *step_choices(words)]  # type: ignore[attr-defined]  # of choices

    def clean(self) -> dict[str, Any] | None:
        """Refuse marks that do not fit together."""
        cleaned = super().clean()
        if not self.errors:
            language = get_language() or "en"
            for fault in self.marks().faults(self.scale):
                self.add_error("residual_likelihood", fault.text(language))
        return cleaned

    def marks(self) -> Marks:
        """Return the four steps; the form must be valid."""
        return Marks(*(int(self.cleaned_data[name]) for name in MARKS))


class ScoreForm(MarksForm):
    """One person's score."""

    reason = forms.CharField(
        label=lazy("Why"),
        required=False,
        max_length=300,
        widget=_lines(2),
        help_text=lazy("The other reads it when both have scored."),
    )


class AgreeForm(MarksForm):
    """The score that holds."""

    note = forms.CharField(
        label=lazy("Why this one holds"),
        required=False,
        max_length=300,
        widget=_lines(2),
        help_text=lazy("Needed where the two scores differ."),
    )


class ActionForm(Form):
    """A piece of work of the treatment."""

    text = forms.CharField(label=lazy("What is to be done"), max_length=300)
    person = PersonField(label=pgettext_lazy("person", "Who"), queryset=User.objects.none())
    due = DayField(label=lazy("By when"))

    def __init__(self, *args: Any, administration: Administration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(administration=administration, is_active=True)
        self.fields["person"].queryset = people.order_by("full_name", "pk")  # type: ignore[attr-defined]  # a field of models


class RegisterForm(Form):
    """The scale of the register, and the days of its common reviews."""

    scale = forms.ChoiceField(
        label=lazy("Scale"),
        choices=ScaleKey.choices,
        help_text=lazy(
            "Versions that are scored keep their scale until their next version; the map shows the "
            "chosen one."
        ),
    )
    last_review = DayField(label=lazy("Last common review"), required=False)
    next_review = DayField(label=lazy("Next common review"), required=False)

    def clean(self) -> dict[str, Any] | None:
        """Refuse a next review that does not follow the last."""
        cleaned = super().clean() or {}
        last, following = cleaned.get("last_review"), cleaned.get("next_review")
        if last and following and following <= last:
            self.add_error("next_review", lazy("Give a day after the last review."))
        return cleaned
