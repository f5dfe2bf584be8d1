"""Pages of targeting, one module a subject."""
