"""Forms of people's pages, and our words on allauth's."""

from typing import Any, ClassVar
from zoneinfo import available_timezones

from allauth.account import forms as allauth_forms
from allauth.core import context
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tamgha.platform.accounts import services
from tamgha.platform.accounts.choices import Language, Role, Theme
from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.accounts.permissions import can_grant, grantable_roles
from tamgha.platform.ui.forms import Form, ModelForm, RowsMixin
from tamgha.platform.ui.notices import said


def _zones() -> list[tuple[str, str]]:
    known = sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
    return [(zone, zone.replace("_", " ")) for zone in known if not zone.startswith("Etc/")]


def _say(field: forms.Field, label: Any, *, help_text: str = "", **attrs: str) -> None:
    """Give a field of allauth our words; a label stands above it, not inside."""
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)


def _new_password() -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"autocomplete": "new-password"})


def _password_rules() -> str:
    return " ".join(password_validators_help_texts())


class SignInForm(RowsMixin, allauth_forms.LoginForm):  # type: ignore[misc]  # allauth is untyped
    """Login name or e-mail, and the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["login"], _("Login name or e-mail"), autocomplete="username")
        self.fields["login"].widget.attrs.update(autocapitalize="none", spellcheck="false")
        _say(self.fields["password"], _("Password"))


class ReauthenticateForm(RowsMixin, allauth_forms.ReauthenticateForm):  # type: ignore[misc]  # allauth is untyped
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["password"], _("Password"))


class ChangePasswordForm(RowsMixin, allauth_forms.ChangePasswordForm):  # type: ignore[misc]  # allauth is untyped
    """The present password, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["oldpassword"], _("Present password"))
        _say(self.fields["password1"], _("New password"), help_text=_password_rules())
        _say(self.fields["password2"], _("New password once more"))


class ActivateForm(RowsMixin, totp_forms.ActivateTOTPForm):  # type: ignore[misc]  # allauth is untyped
    """The first code of a new authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["code"], _("Code that the app shows now"), inputmode="numeric")


class _CountedCode:
    """A code of the second factor, whose failures are counted like those of the password."""

    user: User

    def clean_code(self) -> str:
        address = get_client_ip(context.request)
        tried = {"typed": self.user.username, "address": address}
        try:
            services.begin_attempt(**tried, at=timezone.now())
        except services.WaitError as wait:
            raise ValidationError(said(wait), code="wait") from wait
        try:
            return str(super().clean_code())  # type: ignore[misc]  # the form beside it has it
        except ValidationError:
            services.note_failure(**tried, at=timezone.now())
            raise


def _code_field() -> forms.CharField:
    return forms.CharField(
        label=_("Code"),
        help_text=_("Six digits from the authenticator app, or one of your recovery codes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class CodeForm(RowsMixin, _CountedCode, mfa_forms.AuthenticateForm):  # type: ignore[misc]  # allauth is untyped
    """The code at sign-in."""

    code = _code_field()


class CodeAgainForm(RowsMixin, _CountedCode, mfa_forms.ReauthenticateForm):  # type: ignore[misc]  # allauth is untyped
    """The code once more, before something that matters."""

    code = _code_field()

    def save(self) -> None:
        """Record it; the right code forgives the failures before it."""
        super().save()
        services.forgive_attempts(person=self.user)


class NewPasswordForm(Form):
    """The password that a link lets one set."""

    password = forms.CharField(label=_("New password"), widget=_new_password())
    again = forms.CharField(label=_("New password once more"), widget=_new_password())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = _password_rules()

    def clean(self) -> dict[str, Any]:
        """Refuse two passwords that differ."""
        cleaned = super().clean() or {}
        if cleaned.get("password") and cleaned.get("password") != cleaned.get("again"):
            self.add_error("again", _("The two passwords differ. Type the same one twice."))
        return cleaned


class PersonForm(ModelForm):
    """Name, login name and e-mail of a person."""

    username = forms.CharField(
        label=_("Login name"),
        max_length=50,
        required=False,
        help_text=_("Small Latin letters, digits, dots. Without it one signs in by e-mail."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )

    class Meta:
        model = User
        fields: ClassVar = ["full_name", "username", "email"]
        help_texts: ClassVar = {"full_name": _("As it should stand on certificates.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "@" in str(self.initial.get("username", "")):
            self.initial["username"] = ""
        self.fields["full_name"].widget.attrs["autocomplete"] = "off"
        self.fields["email"].required = False

    def clean(self) -> dict[str, Any]:
        """Leave the rules to the service, which tells all faults at once."""
        return self.cleaned_data

    def _post_clean(self) -> None:
        """Do not write into the record: the service does."""


class InviteForm(PersonForm):
    """A new person, in an administration or in the region, with a role."""

    place = forms.ChoiceField(label=_("Where"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    language = forms.ChoiceField(
        label=_("Language"), choices=Language.choices, initial=Language.ENGLISH
    )

    class Meta(PersonForm.Meta):
        pass

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self._places = _places_of(by)
        choices = [(key, place.name if place else _("The region")) for key, place in self._places]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        if len(choices) == 1:
            self.fields["place"].initial = choices[0][0]
            self.fields["place"].widget = forms.HiddenInput()
        allowed = {role for _key, place in self._places for role in _roles_for(by, place)}
        self.fields["role"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (role.value, role.label) for role in Role if role in allowed
        ]

    @property
    def administration(self) -> Administration | None:
        """The place that was chosen; None is the region."""
        return dict(self._places)[self.cleaned_data["place"]]

    def clean(self) -> dict[str, Any]:
        """Refuse a role that does not exist in the chosen place."""
        cleaned = super().clean()
        if cleaned.get("place") and cleaned.get("role"):
            allowed = _roles_for(self.by, self.administration)
            if Role(cleaned["role"]) not in allowed:
                names = ", ".join(str(role.label) for role in allowed)
                self.add_error(
                    "role", _("You can give these roles there: %(names)s.") % {"names": names}
                )
        return cleaned


class GrantForm(Form):
    """One more role for a person."""

    what = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, by: User, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = {(grant.role, grant.administration_id) for grant in person.open_grants}
        self._offers = {
            f"{role}:{place.pk if place else ''}": (role, place)
            for role, place in grantable_roles(by, person)
            if (role, place.pk if place else None) not in held
        }
        region = _("the region")
        self.fields["what"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (key, f"{role.label}, {place.name if place else region}")
            for key, (role, place) in self._offers.items()
        ]

    @property
    def has_offers(self) -> bool:
        """Whether there is a role left to give."""
        return bool(self._offers)

    @property
    def chosen(self) -> tuple[Role, Administration | None]:
        """The role and its place."""
        return self._offers[self.cleaned_data["what"]]


class OwnSettingsForm(ModelForm):
    """What one sets for oneself."""

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=_zones)
    theme = forms.ChoiceField(label=_("Ground of the pages"), choices=Theme.choices)

    class Meta:
        model = User
        fields: ClassVar = ["full_name", "language", "time_zone", "theme"]

    def _post_clean(self) -> None:
        """Do not write into the record: the service does."""


def _places_of(by: User) -> list[tuple[str, Administration | None]]:
    if by.has_regional_role(Role.SECRETARIAT):
        rest = Administration.objects.order_by("name_en")
        return [("region", None), *((place.code, place) for place in rest)]
    places = [
        grant.administration
        for grant in by.open_grants
        if grant.role == Role.COORDINATOR and grant.administration
    ]
    return [(place.code, place) for place in places]


def _roles_for(by: User, place: Administration | None) -> list[Role]:
    newcomer = User(administration=place)
    return [
        role for role in Role if can_grant(by, role=role, person=newcomer, administration=place)
    ]
