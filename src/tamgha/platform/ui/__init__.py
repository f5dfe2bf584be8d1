"""The look of Tamgha: base templates, components, forms, charts, icons. Knows no data."""
