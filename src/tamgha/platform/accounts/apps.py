"""The area as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tamgha.platform.ui import navigation
from tamgha.shared.words import Words


class AccountsConfig(AppConfig):
    name = "tamgha.platform.accounts"
    label = "accounts"
    verbose_name = _("People and administrations")

    def ready(self) -> None:
        """Follow what Django and allauth tell about log-ins; put our pages into the bar and the menu."""
        from tamgha.platform.accounts import receivers  # noqa: PLC0415 -- models must be loaded

        receivers.connect()
        _register_pages()


def _register_pages() -> None:
    from tamgha.platform.accounts.permissions import can_manage_people  # noqa: PLC0415 -- models must be loaded

    navigation.register_area(
        navigation.Area(
            key="people",
            label=Words("People", "Люди"),
            url_name="accounts:people",
            icon="people",
            order=800,
            shown_to=lambda request: can_manage_people(request.user),
        )
    )
    for order, key, label, url_name, post in (
        (10, "own", Words("Your account", "Ваша учётная запись"), "accounts:own", False),
        (20, "log_ins", Words("Your log-ins", "Ваши входы"), "accounts:log_ins", False),
        (900, "sign_out", Words("Sign out", "Выйти"), "account_logout", True),
    ):
        navigation.register_menu_link(
            navigation.MenuLink(key=key, label=label, url_name=url_name, order=order, post=post)
        )
