"""A file in a form: posted whole without script, sent in slices with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import User
from tamgha.platform.files import queries, services
from tamgha.platform.files.choices import Access
from tamgha.platform.files.models import StoredFile
from tamgha.platform.ui.forms import Form


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person chose: a file that came with the form, or the key of one sent in slices."""

    uploaded: "UploadedFile[bytes] | None" = None
    upload_key: str = ""


class FileInput(forms.ClearableFileInput):
    """Chooser of a file; the script sends it in slices and leaves the key in ``NAME-upload``."""

    template_name = "files/input.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, purpose: str = "") -> None:
        super().__init__(attrs)
        self.purpose = purpose

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, "UploadedFile[bytes]"], name: str
    ) -> Chosen | None:
        """Return what was chosen; None when nothing was."""
        key = str(data.get(f"{name}-upload", ""))
        if key:
            return Chosen(upload_key=key)
        uploaded = files.get(name)
        return Chosen(uploaded=uploaded) if uploaded else None

    def value_omitted_from_data(
        self, data: Mapping[str, Any], files: MultiValueDict[str, "UploadedFile[bytes]"], name: str
    ) -> bool:
        """Return whether the form said nothing about the file."""
        return name not in files and f"{name}-upload" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add what the script needs: the purpose, and how large a file may be."""
        context: dict[str, Any] = super().get_context(name, None, attrs)
        context["widget"]["purpose"] = self.purpose
        context["widget"]["most"] = queries.most_bytes()
        return context


class StoredFileField(forms.Field):
    """A field whose clean value is a `Chosen`; `stored` turns it into a stored file.

    The form must be sent as multipart/form-data (``c-form`` sees to it).
    """

    widget = FileInput

    def __init__(self, *, purpose: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("widget", FileInput(purpose=purpose))
        super().__init__(**kwargs)

    def to_python(self, value: Chosen | None) -> Chosen | None:
        """Keep it as it is: whether it may be stored is the service's to say."""
        return value


def stored(
    chosen: Chosen,
    *,
    keeping: services.Keeping,
    at: datetime,
    replaces: StoredFile | None = None,
) -> StoredFile:
    """Store what was chosen in a form, whichever way it came.

    Raises what `services.store` and `services.finish_upload` raise; FileNotOpenError for the key of
    an upload that is not the person's.
    """
    if chosen.uploaded is not None:
        return services.store_upload(chosen.uploaded, keeping=keeping, at=at, replaces=replaces)
    upload = queries.upload_of(keeping.owner, chosen.upload_key)
    if upload is None:
        raise services.FileNotOpenError
    return services.finish_upload(upload=upload, keeping=keeping, at=at, replaces=replaces)


class StoreForm(Form):
    """Store a file."""

    file = StoredFileField(label=_("File"), purpose="files.own")
    access = forms.ChoiceField(label=_("Who may open it"), initial=Access.PRIVATE)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["access"].choices = _circles_of(by)  # type: ignore[attr-defined]  # a ChoiceField


class NewVersionForm(Form):
    """Put a new version in the place of a file."""

    file = StoredFileField(label=_("File"), purpose="files.version")


def _circles_of(by: User) -> list[tuple[str, Any]]:
    is_at_home = by.administration is not None and by.has_role(
        *Role, administration=by.administration
    )
    allowed = {
        Access.PRIVATE: True,
        Access.ADMINISTRATION: is_at_home,
        Access.REGION: bool(by.roles - {Role.DONOR}),
        Access.PUBLIC: bool(by.roles - {Role.DONOR}),
    }
    return [(access.value, access.label) for access, may in allowed.items() if may]
