"""Pages of control, one module a subject, and the interface for programs."""
