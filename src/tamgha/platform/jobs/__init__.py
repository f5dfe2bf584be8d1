"""Long work: its progress, its stop, its resumption and its result."""
