"""Countries by the two letters of ISO 3166-1."""

from dataclasses import dataclass
from functools import cache

import pycountry

from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words


@cache
def country_codes() -> frozenset[str]:
    """Return every two-letter code of ISO 3166-1 in use."""
    return frozenset(country.alpha_2 for country in pycountry.countries)


def is_country(code: str) -> bool:
    """Return whether ``code`` is a two-letter country code in capitals."""
    return code in country_codes()


@dataclass(frozen=True, slots=True)
class Country:
    """A country, by its code and its short English name.

    Parameters
    ----------
    code : two capital letters of ISO 3166-1
    name : short name in English, as ISO gives it
    """

    code: str
    name: str

    @classmethod
    def of(cls, code: str) -> "Country":
        """Return the country of a two-letter code, or raise TamghaError."""
        found = pycountry.countries.get(alpha_2=code)
        if found is None:
            raise TamghaError(
                Words(
                    f"A country is two capital letters of ISO 3166; {code!r} came.",
                    f"Страна — две заглавные буквы ISO 3166, а задано {code!r}.",
                )
            )
        return cls(found.alpha_2, getattr(found, "common_name", found.name))
