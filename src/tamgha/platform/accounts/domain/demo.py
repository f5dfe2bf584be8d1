"""The invented administrations and people of the demo, as data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoAdministration:
    """An invented administration.

    Parameters
    ----------
    code, name_en, name_ru : what it is called
    state_languages : language codes
    time_zone : name in the time zone database
    lanes : 3 or 4
    """

    code: str
    name_en: str
    name_ru: str
    state_languages: tuple[str, ...]
    time_zone: str
    lanes: int


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An invented person: given name, role, language of the pages."""

    given_name: str
    role: str
    language: str = "en"


def _administration(
    name: str, name_ru: str, languages: str, time_zone: str, lanes: int
) -> DemoAdministration:
    return DemoAdministration(
        code=name.lower(),
        name_en=f"{name} customs",
        name_ru=f"Таможня {name_ru}",
        state_languages=tuple(languages.split()),
        time_zone=time_zone,
        lanes=lanes,
    )


ADMINISTRATIONS = (
    _administration("Juniper", "Арча", "en ru", "Asia/Tashkent", 4),
    _administration("Apricot", "Абрикос", "ru", "Asia/Bishkek", 4),
    _administration("Pomegranate", "Гранат", "en", "Asia/Dubai", 3),
    _administration("Walnut", "Орех", "en ru", "Asia/Bishkek", 4),
    _administration("Tulip", "Тюльпан", "ru", "Asia/Tashkent", 3),
    _administration("Poplar", "Тополь", "en ru", "Asia/Tashkent", 4),
    _administration("Saffron", "Шафран", "en", "Asia/Dubai", 4),
    _administration("Mulberry", "Шелковица", "ru", "Asia/Dubai", 3),
)

ROLES = (
    "coordinator",
    "master_trainer",
    "officer",
    "analyst",
    "approver",
    "examiner",
    "supervisor",
    "evaluator",
)

_NAMES = {
    "juniper": "Aigul Sanjar Madina Timur Nargiza Bakyt Leyla Rustam",
    "apricot": "Asel Daniyar Gulnara Iskander Zarina Marat Sevara Nodir",
    "pomegranate": "Farid Dilnoza Ruslan Kamila Anvar Shirin Alisher Mariam",
    "walnut": "Jamila Farhod Aizada Murat Lola Azamat Nino Davron",
    "tulip": "Ulugbek Malika Erkin Saida Giorgi Zulfiya Emin Aliya",
    "poplar": "Karina Bobur Tamara Jasur Meruert Levan Gulsara Akmal",
    "saffron": "Ilham Feruza Arman Nigora Temur Salome Kanat Zebo",
    "mulberry": "Ani Sherzod Dinara Vahan Munira Elnur Natela Ravshan",
}

PEOPLE: dict[str, tuple[DemoPerson, ...]] = {
    administration.code: tuple(
        DemoPerson(name, role, administration.state_languages[0])
        for name, role in zip(_NAMES[administration.code].split(), ROLES, strict=True)
    )
    for administration in ADMINISTRATIONS
}
"""One person for each role of an administration, by its code."""

REGIONAL_PEOPLE = (
    DemoPerson("Saule", "secretariat"),
    DemoPerson("Tigran", "expert"),
    DemoPerson("Nurlan", "evaluator", "ru"),
    DemoPerson("Elena", "donor"),
)
"""People of the region, who belong to no administration."""
