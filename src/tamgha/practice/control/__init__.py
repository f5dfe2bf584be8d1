"""Control: plans of offices, decisions on declarations as they arrive, inspection acts."""
