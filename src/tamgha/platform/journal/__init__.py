"""Who did what to which object and when: append-only, sealed in batches, checked as a whole."""
