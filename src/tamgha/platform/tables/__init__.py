"""Lists and sheets, made once: rows out of anything onto a page, and from a file into any service."""
