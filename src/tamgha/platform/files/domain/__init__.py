"""What a file is and how it may be called; no database, no disk."""

from tamgha.platform.files.domain.names import clean_name
from tamgha.platform.files.domain.preview import TextPreview, preview_text
from tamgha.platform.files.domain.sniffing import HEAD, IMAGES, TEXTS, sniff

__all__ = ["HEAD", "IMAGES", "TEXTS", "TextPreview", "clean_name", "preview_text", "sniff"]
