"""Code lists, each with its edition: countries, currencies, delivery terms, transport and the like."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import pycountry

from tamgha.risk.schema.columns import DIRECTIONS, FINDING_STATES, HS_EDITIONS, WAYS
from tamgha.shared.words import Words


@dataclass(frozen=True, slots=True)
class CodeList:
    """A list of codes with the edition that it stands in.

    Parameters
    ----------
    name : as ``Column.codes`` names it
    edition : which edition of which document
    expected : what a value of this list looks like, for the one who mends a file
    codes : meaning by code
    synonyms : code by a spelling that is accepted for it (upper case)
    """

    name: str
    edition: str
    expected: Words
    codes: Mapping[str, Words]
    synonyms: Mapping[str, str] = field(default_factory=dict)

    def __contains__(self, code: object) -> bool:
        return code in self.codes


def _same(text: str) -> Words:
    return Words(text, text)


INCOTERMS = {
    "EXW": _same("Ex Works"),
    "FCA": _same("Free Carrier"),
    "CPT": _same("Carriage Paid To"),
    "CIP": _same("Carriage and Insurance Paid To"),
    "DAP": _same("Delivered at Place"),
    "DPU": _same("Delivered at Place Unloaded"),
    "DDP": _same("Delivered Duty Paid"),
    "FAS": _same("Free Alongside Ship"),
    "FOB": _same("Free on Board"),
    "CFR": _same("Cost and Freight"),
    "CIF": _same("Cost, Insurance and Freight"),
}
OLDER_INCOTERMS = {
    "DAT": _same("Delivered at Terminal (2010)"),
    "DAF": _same("Delivered at Frontier (2000)"),
    "DES": _same("Delivered Ex Ship (2000)"),
    "DEQ": _same("Delivered Ex Quay (2000)"),
    "DDU": _same("Delivered Duty Unpaid (2000)"),
}
DIRECTION_WORDS = (
    Words("import", "импорт"),
    Words("export", "экспорт"),
    Words("transit", "транзит"),
)
STATE_WORDS = (
    Words("partial: the examination goes on", "частичный: досмотр продолжается"),
    Words("final", "окончательный"),
    Words("revised: corrects an earlier version", "пересмотренный: исправляет прежнюю версию"),
    Words(
        "overturned: annulled, counts as not found", "отменённый: нарушение считается невыявленным"
    ),
)
WAY_WORDS = (
    Words("a profile's criteria", "критерии профиля"),
    Words("cut off by maximum hits", "превышение предела попаданий"),
    Words("random draw", "случайный отбор"),
    Words("top-up to the expected rate", "добор до ожидаемой доли"),
    Words("mandatory rule", "обязательный критерий"),
    Words("score of a model", "балл модели"),
    Words("exploration", "исследовательская доля"),
    Words("another reason, or unknown", "иное основание или неизвестно"),
)


@cache
def code_list(name: str) -> CodeList:
    """Return a code list by the name that ``Column.codes`` uses; the HS tree is ``HsTree``.

    Raises
    ------
    KeyError
        If there is no list of that name.
    """
    return _MAKERS[name]()


def _countries() -> CodeList:
    codes = {
        country.alpha_2: _same(getattr(country, "common_name", country.name))
        for country in pycountry.countries
    }
    synonyms = {country.alpha_3: country.alpha_2 for country in pycountry.countries}
    synonyms |= {country.name.upper(): country.alpha_2 for country in pycountry.countries}
    synonyms |= {"UK": "GB", "EL": "GR", "YU": "RS", "СССР": "RU", "РФ": "RU", "КНР": "CN"}
    return CodeList(
        name="country",
        edition=f"ISO 3166-1 (pycountry {pycountry.__version__})",
        expected=Words(
            "two capital Latin letters, a country of ISO 3166-1",
            "две заглавные латинские буквы, страна по ISO 3166-1",
        ),
        codes=codes,
        synonyms=synonyms,
    )


def _currencies() -> CodeList:
    return CodeList(
        name="currency",
        edition=f"ISO 4217 (pycountry {pycountry.__version__})",
        expected=Words(
            "three capital Latin letters, a currency of ISO 4217",
            "три заглавные латинские буквы, валюта по ISO 4217",
        ),
        codes={currency.alpha_3: _same(currency.name) for currency in pycountry.currencies},
        synonyms={"RUR": "RUB", "$": "USD", "€": "EUR", "СОМ": "KGS", "ТЕНГЕ": "KZT"},
    )


def _incoterms() -> CodeList:
    return CodeList(
        name="incoterm",
        edition="Incoterms 2020 (terms of 2000 and 2010 are still met, and accepted)",
        expected=Words(
            "three capital letters of Incoterms, such as FOB or CIF",
            "три заглавные буквы Инкотермс, например FOB или CIF",
        ),
        codes=INCOTERMS | OLDER_INCOTERMS,
    )


def _listed(name: str, words: Mapping[str, Words], synonyms: Mapping[str, str]) -> CodeList:
    names = ", ".join(words)
    return CodeList(
        name=name,
        edition="Tamgha",
        expected=Words(f"one of: {names}", f"одно из: {names}"),
        codes=words,
        synonyms=synonyms,
    )


def _directions() -> CodeList:
    synonyms = {"IM": "import", "EX": "export", "TR": "transit", "ИМ": "import", "ЭК": "export"}
    synonyms |= {"IMPORT": "import", "EXPORT": "export", "TRANSIT": "transit", "ТТ": "transit"}
    return _listed("direction", dict(zip(DIRECTIONS, DIRECTION_WORDS, strict=True)), synonyms)


def _states() -> CodeList:
    words = dict(zip(FINDING_STATES, STATE_WORDS, strict=True))
    return _listed("finding_state", words, {code.upper(): code for code in words})


def _ways() -> CodeList:
    words = dict(zip(WAYS, WAY_WORDS, strict=True))
    return _listed("way", words, {code.upper(): code for code in words})


def _editions() -> CodeList:
    words = {str(year): Words(f"HS {year}", f"ГС {year}") for year in HS_EDITIONS}
    return _listed("hs_edition", words, {f"HS{year}": year for year in words})


def _yes_no() -> CodeList:
    words = {"1": Words("yes", "да"), "0": Words("no", "нет")}
    yes = dict.fromkeys(("TRUE", "YES", "Y", "T", "ДА", "Д", "+"), "1")
    no = dict.fromkeys(("FALSE", "NO", "N", "F", "НЕТ", "Н", "-"), "0")
    return CodeList(
        name="yes_no",
        edition="Tamgha",
        expected=Words("1 or 0, yes or no", "1 или 0, да или нет"),
        codes=words,
        synonyms=yes | no,
    )


_MAKERS = {
    "country": _countries,
    "currency": _currencies,
    "incoterm": _incoterms,
    "direction": _directions,
    "finding_state": _states,
    "way": _ways,
    "hs_edition": _editions,
    "yes_no": _yes_no,
}

CODE_LISTS = tuple(_MAKERS)
"""Names of the code lists."""
