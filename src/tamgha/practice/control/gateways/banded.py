"""Criteria of which several versions are in force: each decides on its own band of the declarations.

A new version that is rolled out to 30 % decides on the declarations whose rollout draw lies below 30 %;
the version before it keeps the rest. A version in the shadow beside a live one is recorded and decides
nothing. The engine knows one version of a criterion: here the one is chosen by the draw.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tamgha import risk
from tamgha.shared.shares import Share

WHOLE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveVersion:
    """A version of a profile that looks at declarations.

    Parameters
    ----------
    engine : as the engine has it
    number : of the version
    shadow : it is recorded and decides nothing
    start, rollout : it decides where the rollout draw lies in [start, start + rollout), basis points
    until : an urgent alert ends then, if nobody approves it before
    """

    engine: risk.Profile
    number: int
    shadow: bool = False
    start: int = 0
    rollout: int = WHOLE
    until: datetime | None = None

    @property
    def code(self) -> str:
        """Code of the profile."""
        return self.engine.code

    @property
    def is_whole(self) -> bool:
        """Whether it decides on every declaration."""
        return not self.shadow and self.start == 0 and self.rollout >= WHOLE

    @property
    def criterion(self) -> risk.Criterion:
        """The version as selection has it."""
        return risk.Criterion(
            profile=self.engine,
            version=self.number,
            shadow=self.shadow,
            rollout=Share(min(WHOLE, self.start + self.rollout)),
        )


class BandedCriteria(risk.Criteria):
    """The versions of an administration in force, several of one profile where they share it out.

    Parameters
    ----------
    versions : by code, the newest first
    lists : what ``IN LIST`` refers to
    """

    def __init__(
        self, versions: Sequence[LiveVersion], *, lists: risk.ProfileLists | None = None
    ) -> None:
        layers: list[dict[str, LiveVersion]] = []
        self.versions: dict[tuple[str, int], LiveVersion] = {}
        for one in sorted(versions, key=lambda each: (each.code, each.shadow, -each.number)):
            self.versions[one.code, one.number] = one
            layer = next((each for each in layers if one.code not in each), None)
            if layer is None:
                layers.append({one.code: one})
            else:
                layer[one.code] = one
        first = layers[0] if layers else {}
        super().__init__([one.criterion for one in first.values()], lists=lists)
        self._further = [
            risk.Criteria([one.criterion for one in layer.values()], lists=lists)
            for layer in layers[1:]
        ]
        self._shared = {code for layer in layers[1:] for code in layer}

    @property
    def columns(self) -> frozenset[str]:
        """Names of the columns and indicators that the conditions look at."""
        return super().columns.union(*(one.columns for one in self._further))

    def item_hits(
        self, items: Sequence[Mapping[str, object]], day: date
    ) -> tuple[risk.ItemHit, ...]:
        """Return which versions hit which items."""
        found = super().item_hits(items, day)
        for one in self._further:
            found += one.item_hits(items, day)
        return found

    def hits(
        self, item_hits: Iterable[risk.ItemHit], draws: risk.Draws
    ) -> tuple[risk.CriterionHit, ...]:
        """Return one hit of each profile: of the version on whose band the declaration lies."""
        counted: dict[tuple[str, int], int] = {}
        for one in item_hits:
            key = (one.code, one.version)
            counted[key] = counted.get(key, 0) + 1
        chosen: dict[str, risk.CriterionHit] = {}
        for (code, number), items in counted.items():
            version = self.versions[code, number]
            if code not in self._shared:
                chosen[code] = version.criterion.hit(draws, items)
                continue
            hit = _banded(version, draws, items)
            before = chosen.get(code)
            if before is None or (hit.live and not before.live):
                chosen[code] = hit
        return tuple(chosen.values())

    def shadow_hits(
        self, item_hits: Iterable[risk.ItemHit], hits: Iterable[risk.CriterionHit]
    ) -> list[tuple[str, int, int]]:
        """Return what hit beside the version that counts: code, version, number of items."""
        told = {(one.code, one.version) for one in hits}
        counted: dict[tuple[str, int], int] = {}
        for one in item_hits:
            key = (one.code, one.version)
            if key not in told:
                counted[key] = counted.get(key, 0) + 1
        return [(code, number, items) for (code, number), items in counted.items()]


def _banded(version: LiveVersion, draws: risk.Draws, items: int) -> risk.CriterionHit:
    """Return the hit of a version that shares its profile with others."""
    draw = draws.rollout(version.code)
    place = draw * WHOLE >> 64
    live = not version.shadow and version.start <= place < version.start + version.rollout
    criterion = version.criterion
    return risk.CriterionHit(
        code=version.code,
        shares=criterion.shares,
        draw=draws.criterion(version.code),
        version=version.number,
        items=items,
        live=live,
        rollout=None if version.shadow else version.start + version.rollout if live else 0,
        rollout_draw=0 if version.shadow else draw,
    )
