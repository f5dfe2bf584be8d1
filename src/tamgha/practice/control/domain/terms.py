"""What a plan of an office says, and as which parameters of the engine."""

from dataclasses import dataclass, field
from typing import Any, Literal, cast

from tamgha import risk
from tamgha.shared.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTerms:
    """The terms of one office and direction. Shares are basis points (10,000 = 100 %).

    Parameters
    ----------
    mode : "modsel" (rates of lanes) or "capacity" (examinations a day)
    expected_red, expected_yellow, expected_blue : rate of each lane that top-up reaches
    random_red, random_yellow, random_blue : rate of the random draw of each lane
    maximum_hits : live profiles that may hit without selecting; None is off
    random_lifts : a random member gets the stricter of its two lanes
    period : "day", "week", "month" or "none"
    green_delay_minutes, yellow_to_blue_days : timers; None of days is never
    rule : "lots" or "arrivals", of mode capacity
    capacity, random_examinations : examinations a day, and how many of them belong to chance
    exploration : share of what is free, basis points
    lot_minutes : length of a lot
    arrivals : declarations expected a day where nothing is known yet
    planned_minutes : what one examination takes
    mandatory : codes of profiles that always select, of mode capacity
    score_model : number of the trained model that scores arrivals, of mode capacity; None scores
        them by the profiles that hit
    task_en, task_ru : task of an examination for which no profile says its own
    reason : why the plan is changed
    """

    mode: str = "modsel"
    expected_red: int = 0
    expected_yellow: int = 0
    expected_blue: int = 0
    random_red: int = 0
    random_yellow: int = 0
    random_blue: int = 0
    maximum_hits: int | None = None
    random_lifts: bool = False
    period: str = "month"
    green_delay_minutes: int = 0
    yellow_to_blue_days: int | None = None
    rule: str = "lots"
    capacity: int = 0
    random_examinations: int = 0
    exploration: int = 0
    lot_minutes: int = 30
    arrivals: int = 100
    planned_minutes: int = 90
    mandatory: tuple[str, ...] = field(default=())
    score_model: int | None = None
    task_en: str = ""
    task_ru: str = ""
    reason: str = ""

    @classmethod
    def of(cls, row: Any) -> "PlanTerms":
        """Return the terms of a stored version."""
        values = {name: getattr(row, name) for name in cls.__dataclass_fields__}
        return cls(**{**values, "mandatory": tuple(row.mandatory)})

    def modsel(self, version: int = 1) -> risk.ModselParameters:
        """Return the parameters of mode modsel."""
        return risk.ModselParameters(
            expected=risk.LaneShares(self.expected_red, self.expected_yellow, self.expected_blue),
            random=risk.LaneShares(self.random_red, self.random_yellow, self.random_blue),
            maximum_hits=self.maximum_hits,
            green_delay_minutes=self.green_delay_minutes,
            yellow_to_blue_days=self.yellow_to_blue_days,
            period=cast('Literal["day", "week", "month", "none"]', self.period),
            random_lifts=self.random_lifts,
            version=version,
        )

    def capacity_parameters(self, version: int = 1) -> risk.CapacityParameters:
        """Return the parameters of mode capacity."""
        return risk.CapacityParameters(
            capacity=self.capacity,
            random=self.random_examinations,
            exploration=self.exploration,
            lot_minutes=self.lot_minutes,
            version=version,
            rule=cast('Literal["lots", "arrivals"]', self.rule),
        )

    def faults(self) -> list[Words]:
        """Return everything that keeps these terms from being saved."""
        found = risk.modsel_faults(self.modsel())
        if self.mode == "capacity":
            found += risk.capacity_faults(self.capacity_parameters())
        if self.arrivals < 1:
            found.append(
                Words(
                    f"Expected arrivals: at least 1 a day; {self.arrivals} came.",
                    f"Ожидаемое поступление: не менее 1 в день, а задано {self.arrivals}.",
                )
            )
        if not (self.task_en.strip() and self.task_ru.strip()):
            found.append(
                Words(
                    "A general task in both languages: examiners get it where no profile says its own.",
                    "Общее задание на двух языках: его получает досматривающий, если у профиля нет своего.",
                )
            )
        return found

    @property
    def warnings(self) -> list[Words]:
        """Say what the terms make impossible to know."""
        found = []
        no_draw = self.random_examinations == 0 if self.mode == "capacity" else self.random_red == 0
        if no_draw:
            found.append(
                Words(
                    "Nobody is examined by chance: missed fraud, detection rate and lift over the "
                    "flow cannot be estimated.",
                    "Случайных досмотров нет: пропущенные нарушения, долю выявления и выигрыш "
                    "относительно потока оценить будет нельзя.",
                )
            )
        between = self.expected_yellow + self.expected_blue
        if self.mode == "modsel" and between > 1_000 and not self.random_lifts and not no_draw:
            found.append(
                Words(
                    "More than 10 % of the flow goes to yellow and blue, where the draw cannot "
                    "lead to an examination. Let the draw lift, or fraud there stays unknown.",
                    "Более 10 % потока уходит в жёлтый и синий коридоры, где случайный отбор не "
                    "ведёт к досмотру. Разрешите отбору повышать коридор, иначе нарушения там "
                    "останутся неизвестными.",
                )
            )
        return found
