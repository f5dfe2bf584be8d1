"""Forms of control."""
