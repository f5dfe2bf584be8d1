"""Form rows: label left, control, help, error below; optional rows are the marked ones."""

from typing import Any, ClassVar

from django import forms
from django.forms import models as model_forms
from django.utils.translation import ngettext

_CHECKS = (forms.CheckboxSelectMultiple, forms.RadioSelect)


class RowsMixin:
    """Gives a form the look and the manners of Tamgha.

    Attributes
    ----------
    draft
        Name of the form among the drafts that are kept on the device while one types, "" for
        none. Drafts lie in the browser (localStorage), under the person's key, never with
        passwords, files or fields whose widget has ``data-tm-draft="off"``: so nothing is lost
        on a broken line, and half-typed text is no server data. They go when the form was
        taken, when they are thrown away, and at sign-out.
    draft_of : what the draft belongs to (the key of the object that is edited), "" for a new one
    """

    template_name = "ui/forms/rows.html"
    template_name_label = "django/forms/label.html"
    error_css_class = ""
    required_css_class = ""
    draft: ClassVar[str] = ""
    draft_of: str = ""
    wide: ClassVar[tuple[str, ...]] = ()
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            _dress(field, wide=name in self.wide)

    @property
    def draft_key(self) -> str:
        """The key of this form's draft on the device, "" where none is kept."""
        instance = getattr(self, "instance", None)
        of = self.draft_of or (str(instance.pk) if instance is not None and instance.pk else "new")
        return f"{self.draft}:{of}" if self.draft else ""

    @property
    def refused(self) -> bool:
        """Whether the form came back with errors."""
        return self.is_bound and bool(self.errors)  # type: ignore[attr-defined]  # of the form it is mixed into

    @property
    def refusal(self) -> str:
        """The head of the error summary; a form may say more closely what waits."""
        count = len(self.faults)
        return ngettext(
            "%(count)d row needs you before this can go on.",
            "%(count)d rows need you before this can go on.",
            count,
        ) % {"count": count}

    @property
    def faults(self) -> list[dict[str, str]]:
        """Every error: the row's label, the text, and the id of the control to go to."""
        found = [
            {"label": "", "text": str(text), "id": ""}
            for text in self.non_field_errors()  # type: ignore[attr-defined]  # of the form it is mixed into
        ]
        for bound in self:  # type: ignore[attr-defined]  # a form iterates over its bound fields
            label = str(bound.label)
            found += [
                {"label": label, "text": str(text), "id": _first_id(bound)} for text in bound.errors
            ]
        return found


class Form(RowsMixin, forms.Form):
    """A form that is not bound to a model."""


class ModelForm(RowsMixin, forms.ModelForm):  # type: ignore[type-arg]  # generic at the child
    """A form that edits a model's row."""


def _first_id(bound: forms.BoundField) -> str:
    """Return the id that a link of the summary goes to: the first box of a group, else the control."""
    widget = bound.field.widget
    return f"{bound.auto_id}_0" if isinstance(widget, _CHECKS) else str(bound.id_for_label)


def _dress(field: forms.Field, *, wide: bool) -> None:
    widget = field.widget
    if isinstance(widget, forms.MultiWidget):
        for part in widget.widgets:
            part.attrs.setdefault("class", "tm-in")
        return
    if isinstance(widget, _CHECKS):
        return
    css = (
        "tm-check__box"
        if isinstance(widget, forms.CheckboxInput)
        else f"tm-in{_width(field, wide=wide)}"
    )
    widget.attrs["class"] = f"{widget.attrs.get('class', '')} {css}".strip()
    if type(widget) is forms.DateInput:
        widget.input_type = "date"
        widget.format = "%Y-%m-%d"
    if isinstance(field, forms.DecimalField | forms.FloatField):
        widget.attrs.setdefault("inputmode", "decimal")
    elif isinstance(field, forms.IntegerField):
        widget.attrs.setdefault("inputmode", "numeric")


def _width(field: forms.Field, *, wide: bool) -> str:
    if wide or isinstance(field, forms.FileField | forms.URLField):
        return " tm-in--wide"
    if isinstance(field, forms.IntegerField | forms.DateField):
        return " tm-in--short"
    if isinstance(field, forms.CharField) and not isinstance(field, model_forms.ModelChoiceField):
        long = field.max_length is None or field.max_length > 40
        return " tm-in--wide" if long else ""
    return ""
