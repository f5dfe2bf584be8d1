"""What kinds of work there are, and what is done by the clock; no database."""

from tamgha.platform.jobs.domain.bell import bell
from tamgha.platform.jobs.domain.duties import Duty
from tamgha.platform.jobs.domain.kinds import Kind, Outcome, UnknownKindError, kind, kind_of

__all__ = ["Duty", "Kind", "Outcome", "UnknownKindError", "bell", "kind", "kind_of"]
