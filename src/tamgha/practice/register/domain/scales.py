"""The two scales on which a risk is scored, as data.

The step names and the borders of the levels are the house's own. The scale of three steps follows
the words of UNECE TFIG, Customs Risk Management and Selectivity: less likely, likely, highly
likely; impact low, medium, high. A score is likelihood times consequence on both scales.
"""

from dataclasses import dataclass
from typing import Final

from tamgha.shared.words import Words


@dataclass(frozen=True, slots=True)
class Level:
    """A band of scores.

    Parameters
    ----------
    name : code, "low" to "very_high"
    label : as people read it
    step : depth of its colour, 1 to 4
    up_to : its highest score
    """

    name: str
    label: Words
    step: int
    up_to: int


@dataclass(frozen=True, slots=True)
class Scale:
    """How likelihood and consequence are said, and what their product means.

    Parameters
    ----------
    key : "5" or "3", kept with every version
    label : as people choose it
    likelihood, consequence : words of the steps, the lowest first; step 1 is the first
    levels : bands of the score, the lowest first
    """

    key: str
    label: Words
    likelihood: tuple[Words, ...]
    consequence: tuple[Words, ...]
    levels: tuple[Level, ...]

    @property
    def steps(self) -> int:
        """Number of steps of both axes."""
        return len(self.likelihood)

    def holds(self, step: int) -> bool:
        """Return whether the scale has this step, counted from 1."""
        return 1 <= step <= self.steps

    def level(self, score: int) -> Level:
        """Return the band of a score. Raises ValueError for a score that the scale cannot have."""
        if not 1 <= score <= self.steps**2:
            raise ValueError(f"a score of 1 to {self.steps**2} was expected; {score} came")
        return next(one for one in self.levels if score <= one.up_to)


_LOW, _MEDIUM, _HIGH = Words("low", "низкий"), Words("medium", "средний"), Words("high", "высокий")

FIVE: Final = Scale(
    key="5",
    label=Words("5 × 5", "5 × 5"),
    likelihood=(
        Words("very rare", "очень редко"),
        Words("rare", "редко"),
        Words("possible", "возможно"),
        Words("likely", "вероятно"),
        Words("very likely", "весьма вероятно"),
    ),
    consequence=(
        Words("slight", "лёгкие"),
        Words("small", "умеренные"),
        Words("marked", "заметные"),
        Words("severe", "тяжёлые"),
        Words("grave", "крайние"),
    ),
    levels=(
        Level("low", _LOW, 1, 3),
        Level("medium", _MEDIUM, 2, 7),
        Level("high", _HIGH, 3, 14),
        Level("very_high", Words("very high", "очень высокий"), 4, 25),
    ),
)
THREE: Final = Scale(
    key="3",
    label=Words("3 steps", "3 ступени"),
    likelihood=(
        Words("less likely", "маловероятно"),
        Words("likely", "вероятно"),
        Words("highly likely", "весьма вероятно"),
    ),
    consequence=(
        Words("low", "низкие"),
        Words("medium", "средние"),
        Words("high", "высокие"),
    ),
    levels=(
        Level("low", _LOW, 1, 2),
        Level("medium", _MEDIUM, 2, 4),
        Level("high", _HIGH, 3, 9),
    ),
)
SCALES: Final = {one.key: one for one in (FIVE, THREE)}


@dataclass(frozen=True, slots=True)
class Marks:
    """One judgement of a risk: how likely and how grave, before and after treatment.

    Parameters
    ----------
    inherent_likelihood, inherent_consequence : steps, as if nothing were done
    residual_likelihood, residual_consequence : steps, with what is done
    """

    inherent_likelihood: int
    inherent_consequence: int
    residual_likelihood: int
    residual_consequence: int

    @property
    def inherent(self) -> int:
        """Score before treatment."""
        return self.inherent_likelihood * self.inherent_consequence

    @property
    def residual(self) -> int:
        """Score after treatment."""
        return self.residual_likelihood * self.residual_consequence

    def faults(self, scale: Scale) -> list[Words]:
        """Return what does not fit the scale; also a treatment that makes a risk worse."""
        found = []
        if not all(scale.holds(step) for step in self.steps):
            found.append(
                Words(
                    f"Steps of 1 to {scale.steps} were expected; {self.text} came.",
                    f"Ожидаются ступени от 1 до {scale.steps}, указано {self.text}.",
                )
            )
        elif self.residual > self.inherent:
            found.append(
                Words(
                    f"After treatment the risk would score {self.residual}, before it "
                    f"{self.inherent}: treatment cannot make it worse. Look at both again.",
                    f"После воздействия балл {self.residual}, до него {self.inherent}: воздействие "
                    "не может ухудшить риск. Проверьте обе оценки.",
                )
            )
        return found

    @property
    def steps(self) -> tuple[int, int, int, int]:
        """The four steps, before then after."""
        return (
            self.inherent_likelihood,
            self.inherent_consequence,
            self.residual_likelihood,
            self.residual_consequence,
        )

    @property
    def text(self) -> str:
        """The four steps as "4 × 5, 3 × 4"."""
        one, two, three, four = self.steps
        return f"{one} × {two}, {three} × {four}"
