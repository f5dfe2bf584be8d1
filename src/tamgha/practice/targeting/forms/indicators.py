"""The form that declares an indicator: a kind, its parameters, and what people read."""

import re
from typing import Any, Final, Literal, cast

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tamgha import risk
from tamgha.platform.ui.forms import Form
from tamgha.practice.targeting.domain.wording import DIRECTIONS, MEASURED_IN, OPTIONS
from tamgha.practice.targeting.services import indicators as services
from tamgha.shared.errors import RefusedError
from tamgha.shared.words import Words

PARAMETERS: Final = (
    "measure", "option", "group", "of", "window_days", "delay_days", "min_count", "smoothing", "rules",
)  # fmt: skip
FIRST_KIND: Final = "usual"
_RULE: Final = re.compile(r"\s*(-?\d+(?:[.,]\d+)?)\s*(?::\s*(.*))?")
_FACT: Final = re.compile(r"\s*([a-z_]+)\s*(>=|<=)\s*(-?\d+(?:\.\d+)?)\s*")


def _words(choices: dict[str, Words], language: str) -> list[tuple[str, str]]:
    return [(key, words.text(language)) for key, words in choices.items()]


class IndicatorForm(Form):
    """One indicator. Only the parameters that its kind takes are shown; all faults come at once."""

    wide = ("label_en", "label_ru", "definition_en", "definition_ru", "measure", "group", "of")
    draft = "indicator"

    name = forms.CharField(
        label=lazy("Name in conditions"),
        max_length=63,
        help_text=lazy("Small Latin letters, digits and _, such as mass_by_package."),
    )
    label_en = forms.CharField(
        label=lazy("Label, in English"),
        required=False,
        max_length=80,
        help_text=lazy("One language is enough; it then stands for both."),
    )
    label_ru = forms.CharField(label=lazy("Label, in Russian"), required=False, max_length=80)
    definition_en = forms.CharField(
        label=lazy("Definition, in English"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=lazy("What exactly is computed, and what it may show."),
    )
    definition_ru = forms.CharField(
        label=lazy("Definition, in Russian"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    measure = forms.CharField(
        label=lazy("Measure"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
        help_text=lazy(
            "Columns of numbers joined by * / + - from left to right, such as item_price / "
            "net_mass_kg; a|b takes the first that is filled."
        ),
    )
    option = forms.ChoiceField(label=lazy("How"), required=False)
    group = forms.CharField(
        label=lazy("Group"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
        help_text=lazy(
            "Rows that are alike: columns parted by commas, such as importer, or hs:6, origin. "
            "hs:4 takes the first four digits."
        ),
    )
    of = forms.CharField(
        label=lazy("Further columns"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
        help_text=lazy("What the share is of, what is counted distinct, or the neighbouring code."),
    )
    window_days = forms.IntegerField(
        label=lazy("Window, days"),
        required=False,
        help_text=lazy("How many days back are seen. Empty means all days before."),
    )
    delay_days = forms.IntegerField(
        label=lazy("Delay, days"),
        required=False,
        help_text=lazy("Further days before a finding counts as known."),
    )
    min_count = forms.IntegerField(
        label=lazy("Least number"),
        required=False,
        help_text=lazy("With fewer earlier values the row has none."),
    )
    smoothing = forms.FloatField(
        label=lazy("Smoothing"),
        required=False,
        help_text=lazy("Weight of the overall rate, in examinations."),
    )
    rules = forms.CharField(
        label=lazy("Rules"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=lazy(
            "One in a line, the first that holds wins: 1: declarations >= 50, find_rate <= 0.02. "
            "A line with a grade alone always holds."
        ),
    )
    direction = forms.ChoiceField(label=lazy("Which side is riskier"))
    unit = forms.ChoiceField(label=lazy("Unit"))
    null_rule = forms.ChoiceField(
        label=lazy("Where it cannot be computed"),
        choices=[("null", lazy("the row has no value")), ("zero", lazy("the value is 0"))],
    )
    rounding = forms.IntegerField(
        label=lazy("Significant digits"),
        required=False,
        help_text=lazy("Kept before anything is compared with a threshold; 12 when empty."),
    )
    source = forms.CharField(
        label=lazy("Source"),
        required=False,
        max_length=200,
        help_text=lazy("Where the idea or the formula is from."),
    )

    def __init__(
        self,
        *args: Any,
        kind: str,
        fixed_name: str = "",
        taken: set[str] | None = None,
        **rest: Any,
    ) -> None:
        super().__init__(*args, **rest)
        self.kind = risk.KINDS[kind]
        self.is_new = not fixed_name
        self.taken = taken or set()
        language = get_language() or "en"
        for name in PARAMETERS:
            if name not in self.kind.needs | self.kind.takes and not (
                name == "option" and self.kind.options
            ):
                del self.fields[name]
            elif name in self.kind.needs:
                self.fields[name].required = True
        self._choices("direction", _words(DIRECTIONS, language))
        self._choices("unit", _words(MEASURED_IN, language))
        if "option" in self.fields:
            self._choices(
                "option", [(one, OPTIONS[one].text(language)) for one in self.kind.options]
            )
        if fixed_name:
            self.fields["name"].disabled = True
            self.initial["name"] = fixed_name
            self.draft_of = fixed_name

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        """Check the indicator as a whole, and put every fault beside its field."""
        cleaned: dict[str, Any] = super().clean() or {}
        for what in ("label", "definition"):
            if not cleaned.get(f"{what}_en") and not cleaned.get(f"{what}_ru"):
                self.add_error(
                    f"{what}_{self._language}", _("Write it in English, in Russian, or in both.")
                )
        language = get_language() or "en"
        faults = services.faults_of(self.indicator(), is_new=self.is_new, taken=self.taken)
        for fault in faults:
            field, _colon, text = fault.text(language).partition(": ")
            names = [name for name in field.split(", ") if name in self.fields]
            if names and not self.errors.get(names[0]):
                self.add_error(names[0], text)
            elif not names and not field.startswith("label"):
                self.add_error(None, fault.text(language))
        return cleaned

    @property
    def _language(self) -> str:
        return "ru" if get_language() == "ru" else "en"

    def indicator(self) -> risk.Indicator:
        """Return what was typed as an indicator; it may still have faults."""
        given = self.cleaned_data
        return risk.Indicator(
            name=given.get("name", "").strip(),
            kind=self.kind.name,
            label=_both(given, "label"),
            definition=_both(given, "definition"),
            direction=cast("Literal['higher', 'lower']", given.get("direction", "")),
            unit=given.get("unit", ""),
            measure=(given.get("measure") or "").strip(),
            group=_keys(given.get("group")),
            of=_keys(given.get("of")),
            window_days=given.get("window_days"),
            delay_days=given.get("delay_days") or 0,
            min_count=1 if given.get("min_count") is None else given["min_count"],
            smoothing=given.get("smoothing") or 0.0,
            option=given.get("option") or "",
            rules=self._rules(given.get("rules") or ""),
            rounding=12 if given.get("rounding") is None else given["rounding"],
            null_rule=cast("Literal['null', 'zero']", given.get("null_rule") or "null"),
            source=(given.get("source") or "").strip(),
        )

    def _rules(self, text: str) -> tuple[risk.GradeRule, ...]:
        found = []
        for line in text.splitlines():
            if not line.strip():
                continue
            rule = _rule(line)
            if rule is not None:
                found.append(rule)
            elif "rules" not in self.errors:
                self.add_error(
                    "rules",
                    _(
                        "Expected “grade: fact >= number, …” with a fact of %(facts)s; “%(line)s” came."
                    )
                    % {"facts": ", ".join(risk.FACTS), "line": line.strip()[:80]},
                )
        return tuple(found)


def _both(given: dict[str, Any], what: str) -> Words:
    en, ru = (str(given.get(f"{what}_{one}") or "").strip() for one in ("en", "ru"))
    return Words(en or ru, ru or en)


def _keys(text: Any) -> tuple[str, ...]:
    return tuple(part.strip() for part in str(text or "").split(",") if part.strip())


def _rule(line: str) -> risk.GradeRule | None:
    found = _RULE.fullmatch(line)
    if found is None:
        return None
    when = []
    for part in [each for each in (found[2] or "").split(",") if each.strip()]:
        fact = _FACT.fullmatch(part)
        if fact is None or fact[1] not in risk.FACTS:
            return None
        when.append((fact[1], fact[2], float(fact[3])))
    return risk.GradeRule(float(found[1].replace(",", ".")), tuple(when))


def initial_of(indicator: risk.Indicator) -> dict[str, Any]:
    """Return what the form shows for an indicator."""
    plain = {
        name: getattr(indicator, name)
        for name in (
            "name", "measure", "option", "window_days", "delay_days", "min_count", "smoothing",
            "direction", "unit", "null_rule", "rounding", "source",
        )
    }  # fmt: skip
    return plain | {
        "label_en": indicator.label.en,
        "label_ru": indicator.label.ru,
        "definition_en": indicator.definition.en,
        "definition_ru": indicator.definition.ru,
        "group": ", ".join(indicator.group),
        "of": ", ".join(indicator.of),
        "rules": "\n".join(_rule_line(rule) for rule in indicator.rules),
    }


def _rule_line(rule: risk.GradeRule) -> str:
    when = ", ".join(f"{fact} {sign} {number:g}" for fact, sign, number in rule.when)
    return f"{rule.grade:g}: {when}" if when else f"{rule.grade:g}"


def indicator_of_text(text: str) -> risk.Indicator:
    """Return the one indicator that a text declares.

    Raises RefusedError with every fault of the text, also when it declares several.
    """
    found = risk.load_indicators(text)
    if len(found) != 1:
        raise RefusedError(
            Words("The text was not taken", "Текст не принят"),
            [
                Words(
                    f"one [[indicator]] was expected; {len(found)} came",
                    f"ожидался один [[indicator]]; пришло: {len(found)}",
                )
            ],
        )
    return found[0]
