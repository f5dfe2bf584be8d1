"""The way to a PDF: Typst from PyPI, with the fonts of the charts, no network, no system fonts."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

FONTS: Final = Path(__file__).resolve().parents[5] / "build" / "chart-fonts"
STANDARD: Final = "ua-1"
"""PDF/UA-1: headings, tables and language are readable by a screen reader."""


def pdf_of(template: Path, data: Mapping[str, Any]) -> bytes:
    """Return a document as PDF/UA.

    Parameters
    ----------
    template : Typst file; it reads everything from ``sys.inputs.data``
    data : what JSON can hold; text is printed as it stands, never as markup

    Raises
    ------
    TamghaError
        When the template and the data do not fit, with Typst's own words.
    """
    import typst  # noqa: PLC0415 -- heavy, only when used

    try:
        made = typst.compile(
            template,
            root=template.parent,
            font_paths=[FONTS] if FONTS.is_dir() else [],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            format="pdf",
            pdf_standards=[STANDARD],
        )
    except typst.TypstError as error:
        raise TamghaError(
            Words(
                f"The document could not be set: {error.message}",
                f"Не удалось сверстать документ: {error.message}",
            )
        ) from error
    if not isinstance(made, bytes):
        raise TypeError("Typst gave no bytes for one PDF")
    return made
