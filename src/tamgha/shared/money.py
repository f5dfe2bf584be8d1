"""Money is a decimal amount with its currency."""

from dataclasses import dataclass
from decimal import Decimal

from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency.

    Parameters
    ----------
    amount : Decimal, finite
    currency : ISO 4217 letters, such as "KZT"
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise TamghaError(
                Words(
                    f"A currency is three capital letters of ISO 4217; {self.currency!r} came.",
                    f"Валюта — три заглавные буквы ISO 4217, а задано {self.currency!r}.",
                )
            )
        if not self.amount.is_finite():
            raise TamghaError(
                Words(
                    f"An amount of money is a number; {self.amount} came.",
                    f"Сумма — это число, а задано {self.amount}.",
                )
            )

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise TamghaError(
                Words(
                    f"{self.currency} and {other.currency} cannot be added without a rate of exchange.",
                    f"{self.currency} и {other.currency} нельзя сложить без обменного курса.",
                )
            )
        return Money(self.amount + other.amount, self.currency)
