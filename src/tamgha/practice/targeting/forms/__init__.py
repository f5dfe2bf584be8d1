"""Forms of targeting."""
