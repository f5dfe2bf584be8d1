"""What kinds of work there are; no database."""

from tamgha.platform.jobs.domain.bell import bell
from tamgha.platform.jobs.domain.kinds import Kind, Outcome, UnknownKindError, kind, kind_of

__all__ = ["Kind", "Outcome", "UnknownKindError", "bell", "kind", "kind_of"]
