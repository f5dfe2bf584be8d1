"""A text in the languages that Tamgha itself speaks."""

from dataclasses import dataclass

LANGUAGES = ("en", "ru")


@dataclass(frozen=True, slots=True)
class Words:
    """One text in English and in Russian.

    The engine has no gettext: what it says to people, it says in both languages.

    Parameters
    ----------
    en, ru : str
        The whole text, never a piece of a sentence.
    """

    en: str
    ru: str

    def text(self, language: str) -> str:
        """Return the text in ``language`` ("en", "ru", or a tag such as "ru-kz"); else in English."""
        return self.ru if language.split("-")[0].lower() == "ru" else self.en

    def format(self, **values: object) -> "Words":
        """Return the words with their ``{placeholders}`` filled; a Words value in its own language."""

        def filled(language: str) -> str:
            own = {
                name: value.text(language) if isinstance(value, Words) else value
                for name, value in values.items()
            }
            return self.text(language).format(**own)

        return Words(filled("en"), filled("ru"))

    def __str__(self) -> str:
        return self.en
