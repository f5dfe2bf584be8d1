"""What a person can mend about accounts."""

from datetime import datetime

from django.utils import timezone

from tamgha.platform.accounts.models import User
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words


class AccountsError(TamghaError):
    """An act on a person's record that was refused."""


class NotAllowedError(AccountsError):
    """The person who asked may not do this."""

    def __init__(self, by: User, act: Words) -> None:
        super().__init__(
            Words(
                "{by} may not {act}. A coordinator of the administration can, or, for people of "
                "the region, the secretariat.",
                "{by} не может {act}. Это может координатор администрации, а для людей региона — "
                "секретариат.",
            ).format(by=by.full_name, act=act)
        )


class LastHolderError(AccountsError):
    """The last coordinator of an administration, or the last of the secretariat, would go."""

    def __init__(self) -> None:
        super().__init__(
            Words(
                "This is the last person with this role here, and nobody could manage the people "
                "any more. Give the role to somebody else first.",
                "Это последний человек с этой ролью, и управлять людьми стало бы некому. Сначала "
                "дайте роль кому-нибудь ещё.",
            )
        )


class LinkSpentError(AccountsError):
    """A link that was used, revoked, has run out, or never was."""

    def __init__(self) -> None:
        super().__init__(
            Words(
                "This link does not work any more: it was used, revoked, or has run out. Ask your "
                "coordinator for a new one.",
                "Эта ссылка больше не действует: она использована, отозвана или истекла. "
                "Попросите у координатора новую.",
            )
        )


class WaitError(AccountsError):
    """Too many failures; ``until`` says when one may try again."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        clock = f"{timezone.localtime(until):%H:%M}"
        super().__init__(
            Words(
                "Too many failed attempts. You can try again at {clock} ({zone}). If you have "
                "forgotten the password, your coordinator can give you a new link.",
                "Слишком много неудачных попыток. Снова попробовать можно в {clock} ({zone}). "
                "Если вы забыли пароль, координатор даст вам новую ссылку.",
            ).format(clock=clock, zone=timezone.get_current_timezone_name())
        )
