"""Refusals of scoring: what a user can mend about data, models and wishes."""

from tamgha.shared.errors import TamghaError


class ScoringError(TamghaError):
    """Data that no model can be trained on, or a model that does not fit the data."""
