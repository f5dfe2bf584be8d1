"""Names of files that came from strangers' machines."""

import re
import unicodedata

LONGEST = 200
UNNAMED = "file"


def clean_name(name: str) -> str:
    r"""Return the name without path, control characters and direction marks, at most 200 long.

    A name such as ``invoice\u202Egpj.exe`` shows its end in the middle; the marks that do so go.
    The ending stays when the name is cut. An empty name becomes "file".
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(char for char in last if unicodedata.category(char) not in {"Cc", "Cf", "Cs"})
    kept = re.sub(r"\s+", " ", kept).strip(" .")
    if not kept:
        return UNNAMED
    if len(kept) <= LONGEST:
        return kept
    stem, dot, ending = kept.rpartition(".")
    if not dot or len(ending) > 20:
        return kept[:LONGEST]
    return f"{stem[: LONGEST - len(ending) - 1]}.{ending}"
