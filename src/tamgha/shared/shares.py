"""Shares of a whole, counted in basis points so that comparing them is exact."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

WHOLE = 10_000


@dataclass(frozen=True, slots=True, order=True)
class Share:
    """A share from 0 to 1, held as an integer of basis points (10,000 = 100 %).

    Floating point says that 7 of 100 is less than 7 %; integers do not.

    Parameters
    ----------
    basis_points : int, 0 <= basis_points <= 10,000

    Raises
    ------
    TamghaError
        If the number is outside that range.
    """

    basis_points: int

    def __post_init__(self) -> None:
        if not 0 <= self.basis_points <= WHOLE:
            came = f"{Decimal(self.basis_points) / 100:f}"
            raise TamghaError(
                Words(
                    f"A share lies between 0 % and 100 %; {came} % came.",
                    f"Доля лежит от 0 % до 100 %, а задано {came} %.",
                )
            )

    @classmethod
    def percent(cls, value: str | int | Decimal) -> "Share":
        """Return the share that ``value`` per cent is; at most two decimals, "12.5" or "12,5"."""
        refusal = Words(
            f"A percentage with at most two decimals was expected, such as 12.5; {value!r} came.",
            f"Ожидается процент не более чем с двумя знаками после запятой, например 12,5, а задано {value!r}.",
        )
        try:
            points = Decimal(str(value).strip().replace(",", ".")) * 100
        except InvalidOperation:
            raise TamghaError(refusal) from None
        if not points.is_finite() or points != int(points):
            raise TamghaError(refusal)
        return cls(int(points))

    @property
    def fraction(self) -> Fraction:
        """The exact share, in [0, 1]."""
        return Fraction(self.basis_points, WHOLE)

    @property
    def percent_text(self) -> str:
        """The shortest number of per cent, with a point: "12.5" for 1,250 basis points."""
        return f"{(Decimal(self.basis_points) / 100).normalize():f}"

    def __float__(self) -> float:
        return self.basis_points / WHOLE
