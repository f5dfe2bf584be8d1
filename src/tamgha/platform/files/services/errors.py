"""What a person can mend about files."""

from tamgha.platform.files.queries import most_bytes
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words


class FilesError(TamghaError):
    """Something about a file that a person can mend."""


class FileNotOpenError(FilesError):
    """The file is not there for this person: hidden, retired, or never was."""

    def __init__(self) -> None:
        super().__init__(
            Words(
                "This file is not there for you: it was retired, or is not shared with you. Ask "
                "its owner.",
                "Этот файл вам недоступен: он изъят или вам не открыт. Спросите его владельца.",
            )
        )


class WrongOffsetError(FilesError):
    """A slice does not begin where the last one ended; ``received`` says where to go on."""

    def __init__(self, received: int, came: int) -> None:
        self.received = received
        super().__init__(
            Words(
                f"The slice must begin at byte {received}; it begins at {came}. Go on from there.",
                f"Часть должна начинаться с байта {received}, а начинается с {came}. "
                "Продолжайте оттуда.",
            )
        )


def too_large() -> FilesError:
    """Return the error of a file that is larger than the node takes."""
    most = most_bytes() // (1024 * 1024)
    return FilesError(
        Words(
            f"The file is larger than the node takes: {most} MB at most. Part it, or ask whoever "
            "runs the node to raise TAMGHA_UPLOAD_MB.",
            f"Файл больше, чем принимает узел: не более {most} МБ. Разделите его или попросите "
            "увеличить TAMGHA_UPLOAD_MB.",
        )
    )
