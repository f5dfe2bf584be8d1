"""Two people edit one thing: nothing is lost, and nothing is overwritten unseen.

The form carries, signed, what its fields held when it was opened. When it comes back, three
wordings are compared field by field: as it was opened, as it stands now, as it was typed.
What only the other person changed is taken over; what only this one changed is kept; where both
changed the same field to different words, both wordings are shown side by side and the reader
chooses mine, theirs, or (for texts) both. Without a choice the form is refused. A form that comes
without its token, or with a forged one, is asked about every row that differs.
"""

import difflib
import re
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core import signing
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tamgha.platform.ui.forms.rows import RowsMixin

_SALT: Final = "tamgha.ui.form-version"
_CHOICE: Final = "__choice"
MINE, THEIRS, BOTH = "mine", "theirs", "both"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that two people changed: both wordings, the differing words marked.

    Parameters
    ----------
    name, label : of the field
    mine, theirs : the texts, differing words inside ``ins``
    choice : name of the radio buttons; ``may_both`` says whether both can be kept
    """

    name: str
    label: str
    mine: SafeString
    theirs: SafeString
    choice: str
    may_both: bool


class VersionedFormMixin(RowsMixin):
    """Mix in before `ModelForm`, or before `Form` with ``initial`` holding the present values.

    `conflict_by` and `conflict_at` may be set by the view to say who changed it and when.
    """

    conflict_by: str = ""
    conflict_at: str = ""
    data: Any
    initial: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflicts: list[Conflict] = []
        self._stands_now = {
            name: self._text(name, self.get_initial_for_field(field, name))  # type: ignore[attr-defined]  # of the form
            for name, field in self.fields.items()
        }
        self.fields["version"] = forms.CharField(
            widget=forms.HiddenInput,
            required=False,
            initial=signing.dumps(self._stands_now, salt=_SALT, compress=True),
        )
        if self.is_bound:  # type: ignore[attr-defined]  # of the form it is mixed into
            self._merge()

    def clean(self) -> dict[str, Any] | None:
        """Refuse the form as long as a conflict waits for a choice."""
        cleaned: dict[str, Any] | None = super().clean()  # type: ignore[misc]  # of the form it is mixed into
        for conflict in self.conflicts:
            self.add_error(  # type: ignore[attr-defined]  # of the form it is mixed into
                conflict.name,
                _(
                    "Somebody else changed this row after you opened it. Choose one wording, or both."
                ),
            )
        return cleaned

    # ---- comparing ------------------------------------------------------------------------------

    def _merge(self) -> None:
        opened = self._opened()
        self.data = self.data.copy()
        for name in self._stands_now:
            self._settle(name, opened.get(name))
        fresh = signing.dumps(self._stands_now, salt=_SALT, compress=True)
        self.data[self.add_prefix("version")] = fresh  # type: ignore[attr-defined]  # of the form

    def _opened(self) -> dict[str, str]:
        """Return what the fields held when the form was opened; nothing, if the token is not ours."""
        token = self.data.get(self.add_prefix("version"), "")  # type: ignore[attr-defined]  # of the form
        try:
            opened: dict[str, str] = signing.loads(token, salt=_SALT)
        except signing.BadSignature:
            return {}
        return opened

    def _settle(self, name: str, opened: str | None) -> None:
        now = self._stands_now[name]
        mine = self._typed(name)
        if now in (opened, mine):
            return
        if mine == opened:
            self._put(name, now)
            return
        choice = self.data.get(self.add_prefix(f"{name}{_CHOICE}"), "")  # type: ignore[attr-defined]  # of the form
        if choice == THEIRS:
            self._put(name, now)
        elif choice == BOTH and self._may_both(name):
            self._put(name, f"{mine}\n{now}")
        elif choice != MINE:
            self._show(name, mine, now)

    def _show(self, name: str, mine: str, theirs: str) -> None:
        words = marked_difference(self._shown(name, mine), self._shown(name, theirs))
        self.conflicts.append(
            Conflict(
                name=name,
                label=str(self[name].label),  # type: ignore[index]  # a form's bound field
                mine=words[0],
                theirs=words[1],
                choice=self.add_prefix(f"{name}{_CHOICE}"),  # type: ignore[attr-defined]  # of the form
                may_both=self._may_both(name),
            )
        )

    # ---- values ---------------------------------------------------------------------------------

    def _text(self, name: str, value: Any) -> str:
        """Return a value as the browser would send it, so that wordings can be compared."""
        prepared = self.fields[name].prepare_value(value)
        if isinstance(prepared, list | tuple | set):
            return "\x1f".join(sorted(str(item) for item in prepared))
        if isinstance(prepared, bool) or isinstance(self.fields[name], forms.BooleanField):
            return "on" if prepared else ""
        shown = self.fields[name].widget.format_value(prepared)
        if isinstance(shown, list | tuple):
            return "\x1f".join(str(item) for item in shown if str(item))
        return "" if shown is None else str(shown).replace("\r\n", "\n")

    def _typed(self, name: str) -> str:
        field = self.fields[name]
        raw = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))  # type: ignore[attr-defined]  # of the form
        if isinstance(raw, list | tuple):
            return "\x1f".join(sorted(str(item) for item in raw))
        if isinstance(field, forms.BooleanField):
            return "on" if raw else ""
        text = "" if raw is None else str(raw)
        return (text.strip() if getattr(field, "strip", False) else text).replace("\r\n", "\n")

    def _put(self, name: str, text: str) -> None:
        key = self.add_prefix(name)  # type: ignore[attr-defined]  # of the form it is mixed into
        if getattr(self.fields[name].widget, "allow_multiple_selected", False):
            self.data.setlist(key, [item for item in text.split("\x1f") if item])
        elif isinstance(self.fields[name], forms.BooleanField) and not text:
            self.data.pop(key, None)
        else:
            self.data[key] = text

    def _may_both(self, name: str) -> bool:
        return isinstance(self.fields[name].widget, forms.Textarea)

    def _shown(self, name: str, text: str) -> str:
        """Return a value in words: the label of a choice rather than its key."""
        choices = getattr(self.fields[name], "choices", None)
        if choices is None:
            return text
        names = {str(key): str(label) for key, label in choices}
        return ", ".join(names.get(item, item) for item in text.split("\x1f"))


def marked_difference(mine: str, theirs: str) -> tuple[SafeString, SafeString]:
    """Return both texts, the words that stand in only one of them inside ``ins``."""
    left, right = _words(mine), _words(theirs)
    matcher = difflib.SequenceMatcher(a=left, b=right, autojunk=False)
    codes = matcher.get_opcodes()
    return (
        _marked([("".join(left[a:b]), tag == "equal") for tag, a, b, _c, _d in codes]),
        _marked([("".join(right[c:d]), tag == "equal") for tag, _a, _b, c, d in codes]),
    )


def _words(text: str) -> list[str]:
    return re.findall(r"\w+|\s+|[^\w\s]", text)


def _marked(parts: list[tuple[str, bool]]) -> SafeString:
    pieces = [
        (text if same else format_html("<ins>{}</ins>", text),) for text, same in parts if text
    ]
    return format_html_join("", "{}", pieces)
