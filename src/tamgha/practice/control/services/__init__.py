"""Acts of control, one module a subject."""
