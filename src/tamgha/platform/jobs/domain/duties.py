"""What a node does by the clock, again and again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tamgha.shared.words import Words


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that is done again and again, by one process of the node each time.

    It may be killed at any moment and is then done again when it is due; one that takes longer
    than its period may be begun by a second process meanwhile. Both must do no harm.

    Parameters
    ----------
    name : of the program, such as ``journal.seal``: for the log and the metrics
    title : for people
    every : between two beginnings
    do : takes the moment it is done at
    """

    name: str
    title: Words
    every: timedelta
    do: Callable[[datetime], object]
