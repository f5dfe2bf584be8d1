"""Lists and sheets, made once."""
