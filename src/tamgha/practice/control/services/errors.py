"""What control refuses: each error says what was expected, what came, what to do."""

from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words


class ControlError(TamghaError):
    """An act that cannot be done."""


class NoPlanError(ControlError):
    """No plan is in force for an office and direction."""

    def __init__(self, office: str, direction: str) -> None:
        super().__init__(
            Words(
                f"No plan is in force for the office {office}, {direction}. Approve one, or a default.",
                f"Для поста {office} ({direction}) нет действующего плана. Утвердите его или план по умолчанию.",
            )
        )


class KeyUsedError(ControlError):
    """An idempotency key came again with another declaration, or a declaration with another key."""
