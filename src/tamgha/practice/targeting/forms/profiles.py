"""The editor's form: the passport in rows, and the condition as the page sent it."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as lazy

from tamgha import risk
from tamgha.platform.ui import notices
from tamgha.platform.ui.forms import Form, VersionedFormMixin
from tamgha.practice.targeting.choices import ListKind
from tamgha.practice.targeting.domain import builder
from tamgha.practice.targeting.models import ProfileVersion
from tamgha.practice.targeting.queries import Fields
from tamgha.practice.targeting.services.profiles import Wording
from tamgha.shared.errors import TamghaError
from tamgha.shared.shares import Share

LANES = ("red", "yellow", "blue")


class PercentField(forms.CharField):
    """A share of the hits, typed in per cent; its value is basis points."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
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
            raise forms.ValidationError(notices.said(refusal)) from None


class PassportForm(VersionedFormMixin, Form):  # type: ignore[misc]  # both say `initial`
    """Name, lanes and passport of a profile; the condition travels beside it as text."""

    draft = "profile"
    wide = ("name", "task_en", "task_ru", "purpose", "risk", "evidence", "note")

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=120)
    condition = forms.CharField(
        label=lazy("Condition"), widget=forms.HiddenInput, max_length=20_000
    )
    red = PercentField(label=lazy("Physical examination, of 100 hits"))
    yellow = PercentField(label=lazy("Documents, of 100 hits"))
    blue = PercentField(label=lazy("Later audit, of 100 hits"))
    task_en = forms.CharField(
        label=lazy("Task for the examiner, in English"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=lazy(
            "What to open, count, weigh or ask. Never the condition: traders may learn of it."
        ),
    )
    task_ru = forms.CharField(
        label=lazy("Task for the examiner, in Russian"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    purpose = forms.CharField(
        label=lazy("Purpose"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    risk = forms.CharField(
        label=lazy("Risk answered"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": "risk-codes", "autocomplete": "off"}),
        help_text=lazy(
            "By its code in the risk register, such as R-12: then the register shows this profile."
        ),
    )
    evidence = forms.CharField(
        label=lazy("Evidence"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    office = forms.CharField(
        label=lazy("Office"),
        required=False,
        max_length=60,
        help_text=lazy("Empty means every office."),
    )
    direction = forms.ChoiceField(
        label=lazy("Direction"),
        required=False,
        choices=[
            ("", lazy("import, export and transit")),
            ("import", lazy("import")),
            ("export", lazy("export")),
            ("transit", lazy("transit")),
        ],
    )
    valid_from = forms.DateField(
        label=lazy("Valid from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    valid_to = forms.DateField(
        label=lazy("Valid until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=lazy("On this day it stops by itself."),
    )
    note = forms.CharField(
        label=lazy("What changed in this version"), required=False, max_length=200
    )

    def wording(self) -> Wording:
        """Return what was typed, as a wording; the form must be valid."""
        names = Wording.__dataclass_fields__
        return Wording(
            **{name: value for name, value in self.cleaned_data.items() if name in names}
        )


def initial_of(version: ProfileVersion | None) -> dict[str, Any]:
    """Return what the form shows for a version; a new profile sends every hit to red."""
    if version is None:
        return {"red": 10_000, "yellow": 0, "blue": 0, "condition": ""}
    return {name: getattr(version, name) for name in Wording.__dataclass_fields__ if name != "note"}


@dataclass
class EditorState:
    """The condition as it now stands in the editor, finished or not.

    Parameters
    ----------
    tree : what the builder shows
    text : what the text view shows
    condition : of the finished rows; None where nothing is finished or something is refused
    faults : by id of the row ("" for the whole)
    unfinished : rows that wait for a value and are left out
    """

    tree: builder.Tree
    text: str
    condition: risk.Condition | None
    faults: dict[str, list[str]] = field(default_factory=dict)
    unfinished: int = 0
    source: str = "form"

    @property
    def is_whole(self) -> bool:
        """Whether the condition may be saved as it stands."""
        return self.condition is not None and not self.unfinished and not self.faults


def state_of_text(text: str, fields: Fields, before: builder.Tree | None = None) -> EditorState:
    """Return the editor's state for a condition given as text; a refused text keeps the last tree."""
    try:
        condition = risk.parse_condition(text, fields, before=_condition_of(before, fields))
    except risk.ConditionError as refusal:
        return EditorState(
            before or builder.empty_tree(), text, None, _said(refusal), source="text"
        )
    return EditorState(_as_group(condition.to_form()), condition.text, condition, source="text")


def _condition_of(tree: builder.Tree | None, fields: Fields) -> risk.Condition | None:
    if tree is None:
        return None
    kept, _unfinished = builder.finished_part(_values_split(tree, fields))
    try:
        return None if kept is None else risk.Condition.from_form(kept, fields)
    except TamghaError:
        return None


def _as_group(tree: builder.Tree) -> builder.Tree:
    if tree["kind"] in builder.GROUPS:
        return tree
    return {"id": builder.new_id(), "kind": "all", "parts": [tree]}


def _values_split(tree: builder.Tree, fields: Fields) -> builder.Tree:
    def split(node: builder.Tree) -> builder.Tree:
        if node["kind"] in builder.GROUPS:
            return node | {"parts": [split(part) for part in node["parts"]]}
        known = fields.get(node["column"])
        return builder.split_values(node, known.kind if known else "text")

    return split(tree)


def state_of_tree(tree: builder.Tree, fields: Fields) -> EditorState:
    """Return the editor's state for a tree of rows; unfinished rows are left out and counted."""
    whole = _values_split(tree, fields)
    kept, unfinished = builder.finished_part(whole)
    if kept is None:
        return EditorState(tree, "", None, unfinished=unfinished)
    try:
        condition = risk.Condition.from_form(kept, fields)
    except risk.ConditionError as refusal:
        return EditorState(tree, "", None, _said(refusal), unfinished)
    return EditorState(tree, condition.text, condition, unfinished=unfinished)


def state_of_post(data: QueryDict, fields: Fields) -> EditorState:
    """Return the editor's state from what the page sent, with the pressed builder button done."""
    tree = builder.read_tree(data.get("shape", ""), dict(data.lists()))
    act, _sep, target = data.get("do", "").partition(":")
    if act == "take-text":
        return state_of_text(data.get("text", ""), fields, tree)
    if act == "add":
        tree = builder.add_to(tree, target, builder.new_row())
    elif act == "group":
        tree = builder.add_to(tree, target, builder.new_group())
    elif act == "remove":
        tree = builder.remove(tree, target)
    return state_of_tree(_operators_fitted(tree, fields), fields)


def _operators_fitted(tree: builder.Tree, fields: Fields) -> builder.Tree:
    """Give a row whose column changed the first operator of its new kind."""
    for node in builder.nodes(tree):
        if node["kind"] != "condition":
            continue
        known = fields.get(node["column"])
        operators = risk.OPERATORS[known.kind if known else "text"]
        if node["operator"] not in operators:
            node["operator"] = "begins" if node["column"] == "hs" else operators[0]
        wanted = 2 if node["operator"].removeprefix("not_") == "between" else 1
        node["values"] = [*node["values"], "", ""][:wanted]
        if known and known.kind == "truth" and node["values"][:1] not in (["true"], ["false"]):
            node["values"] = ["true"]
    return tree


def _said(refusal: risk.ConditionError) -> dict[str, list[str]]:
    language = get_language() or "en"
    said: dict[str, list[str]] = {}
    for fault in refusal.places:
        said.setdefault(fault.node, []).append(fault.placed.text(language))
    return said


class TradeListForm(Form):
    """A list and its members, one in a line."""

    wide = ("members",)

    name = forms.SlugField(
        label=pgettext_lazy("of a thing", "Name"),
        max_length=40,
        help_text=lazy("Letters, digits, - and _; conditions name it so."),
    )
    kind = forms.ChoiceField(label=lazy("Holds"), choices=ListKind.choices)
    members = forms.CharField(
        label=lazy("Members, one in a line"),
        max_length=2_000_000,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
    )


class ListFileForm(Form):
    """A spreadsheet of members of one list."""

    file = forms.FileField(
        label=lazy("File with the members"),
        help_text=lazy(
            "XLSX, XLS, ODS or CSV; the first row holds the heads. One column is enough. Nothing is "
            "saved before you have seen every fault and every change."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt"}),
    )


class BringInForm(Form):
    """A file of profiles."""

    file = forms.FileField(
        label=lazy("File"),
        help_text=lazy(
            "Criteria as MODSEL writes them (.txt), or CSV or JSON as they were taken out here."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".txt,.csv,.json"}),
    )
