"""What a user can mend: the base of every error that is told to people."""

from collections.abc import Sequence

from tamgha.shared.words import Words


class TamghaError(Exception):
    """Something a user can mend.

    The message names what was expected, what came, where, and what to do.
    What only we can mend is any other exception: it rises and is logged once, at the top.

    Parameters
    ----------
    message : str or Words
        English text, or the same text in both languages.
    """

    def __init__(self, message: str | Words) -> None:
        self.words = message if isinstance(message, Words) else Words(message, message)
        super().__init__(self.words.en)


class RefusedError(TamghaError):
    """Input was refused, with all its faults at once.

    Parameters
    ----------
    what : Words
        What was refused, as the head of the list: "The plan was not saved".
    faults : sequence of Words, at least one
        Each says what was expected, what came and where.
    """

    def __init__(self, what: Words, faults: Sequence[Words]) -> None:
        if not faults:
            raise ValueError("a refusal names at least one fault")
        self.what = what
        self.faults = tuple(faults)
        super().__init__(
            Words(
                f"{what.en}: {'; '.join(fault.en for fault in faults)}",
                f"{what.ru}: {'; '.join(fault.ru for fault in faults)}",
            )
        )
