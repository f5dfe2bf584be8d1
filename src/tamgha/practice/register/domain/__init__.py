"""What the register decides without a database: scales, areas, the life of a version, its wording."""
