"""Reads that several pages of the register share."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as lazy

from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.journal.queries import history_of, seal_state
from tamgha.platform.ui import formats
from tamgha.practice.register.choices import RiskState
from tamgha.practice.register.domain.areas import area_label
from tamgha.practice.register.domain.life import LIFE
from tamgha.practice.register.models import Register, Risk, RiskStep, RiskVersion, Score
from tamgha.shared.lifecycle import Step

TWO: Final = 2
"""So many people score a risk, each alone."""

LABELS: Final = {
    "title_en": lazy("Title in English"),
    "title_ru": lazy("Title in Russian"),
    "area": lazy("Risk area"),
    "kind": lazy("Carried by"),
    "causes": lazy("Causes"),
    "consequences": lazy("Consequences"),
    "controls": lazy("What is done already"),
    "treatment": lazy("Treatment"),
    "measures": lazy("How"),
    "owner": lazy("Owner"),
    "review_on": lazy("Next review"),
    "office": pgettext_lazy("customs", "Post or office"),
}
"""What a version says, in the order of its page."""


def register_of(administration: Administration) -> Register:
    """Return the register of an administration; one that was never set up has its default scale."""
    found = Register.objects.filter(administration=administration).first()
    return found or Register(administration=administration)


def with_versions(risks: QuerySet[Risk], *, today: date) -> QuerySet[Risk]:
    """Add the shown and the working version, and whether the review is late (``is_late``)."""
    late = When(Q(shown__review_on__lt=today) & ~Q(state=RiskState.RETIRED), then=Value(value=True))
    return risks.select_related("shown__owner", "working").annotate(
        is_late=Case(late, default=Value(value=False), output_field=BooleanField())
    )


def past_of(version: RiskVersion) -> list[Step]:
    """Return what was done to a version before, for the life: also its drafts and its two scores."""
    in_force = (
        RiskVersion.objects.filter(risk_id=version.risk_id, state="published")
        .exclude(pk=version.pk)
        .values_list("number", flat=True)
        .first()
    )
    steps = RiskStep.objects.filter(
        risk_id=version.risk_id,
        version__number__gt=in_force or 0,
        version__number__lte=version.number,
    ).values_list("move", "by_id")
    scorers = Score.objects.filter(scoring_id=version.scoring_id).values_list(
        "person_id", flat=True
    )
    past = [Step(move, by) for move, by in steps]
    past += [Step("score", person) for person in scorers]
    if version.agreed_by_id:
        past.append(Step("agree", version.agreed_by_id))
    return past


@dataclass(frozen=True, slots=True)
class Scores:
    """What a reader may know of a round of scoring.

    Parameters
    ----------
    given : how many have scored
    whole : whether both have, so that their scores may be seen
    seen : the scores that this reader may see, in the order in which they were given
    mine : the reader's own
    who : names of those who have scored; a name tells no number
    """

    given: int
    whole: bool
    seen: tuple[Score, ...]
    mine: Score | None
    who: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the two scores, both seen, are not the same."""
        return self.whole and self.seen[0].marks != self.seen[1].marks


def scores_for(version: RiskVersion, user: User) -> Scores:
    """Return the scores of a version as the reader may see them: before both are in, the own one.

    This is the only door to scores: every page, export and trail goes through it.
    """
    given = list(version.scoring.scores.select_related("person").order_by("given_at", "pk"))
    whole = len(given) >= TWO
    mine = next((one for one in given if one.person_id == user.pk), None)
    seen = tuple(given) if whole else tuple(one for one in given if one is mine)
    return Scores(len(given), whole, seen, mine, tuple(one.person.full_name for one in given))


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs between two versions, as people read it."""

    label: Any
    before: str
    after: str


def differences(before: RiskVersion, after: RiskVersion) -> list[Difference]:
    """Return what changed from one version to another, the agreed score included."""
    found = [
        Difference(label, said(before, name), said(after, name))
        for name, label in LABELS.items()
        if said(before, name) != said(after, name)
    ]
    scores = [_score_text(one) for one in (before, after)]
    if scores[0] != scores[1]:
        found.append(Difference(lazy("Agreed score"), scores[0], scores[1]))
    return found


def changed_values(
    before: RiskVersion | None, after: RiskVersion
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what differs as the database has it, for the journal: persons by their keys alone."""
    old: dict[str, Any] = {}
    new: dict[str, Any] = {}
    for name in LABELS:
        column = "owner_id" if name == "owner" else name
        value, earlier = getattr(after, column), getattr(before, column) if before else None
        if value != earlier and (before is not None or value):
            old[name], new[name] = _plain(earlier), _plain(value)
    return (old if before is not None else {}), new


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def said(version: RiskVersion, name: str) -> str:
    """Return one field of a version in words."""
    value = getattr(version, name)
    if name == "area":
        return area_label(value).text(get_language() or "en")
    if name in {"kind", "treatment"}:
        return str(getattr(version, f"get_{name}_display")())
    if isinstance(value, date):
        return formats.day(value)
    return str(value) if value else "–"


def _score_text(version: RiskVersion) -> str:
    if version.inherent_score is None:
        return "–"
    return f"{version.inherent_score} → {version.residual_score}"


def codes_offered(administration: Administration) -> list[tuple[str, str]]:
    """Return code and title of every risk that is not put away, for pickers of other areas."""
    risks = Risk.objects.filter(administration=administration).exclude(state=RiskState.RETIRED)
    return [
        (one.code, one.shown.title if one.shown else "")
        for one in risks.select_related("shown").order_by("number")
    ]


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the journal keeps the approval of a version: the number of its entry, and its seal."""

    entry: int
    at: datetime
    sealed: bool


def kept_approval(risk: Risk, version: RiskVersion) -> Kept | None:
    """Return the journal's entry of the approval of the version in force; None for any other."""
    if version.state != "published":
        return None
    entry = history_of(risk).filter(act=LIFE.act("approve")).first()
    if entry is None:
        return None
    return Kept(entry.pk, entry.at, seal_state(entry).position is not None)


def trail_of(risk: Risk) -> Sequence[RiskStep]:
    """Return the trail of a risk, the latest first."""
    return list(risk.steps.select_related("by", "version").order_by("-at", "-pk"))


def moved_since(risks: QuerySet[Risk], day: date) -> Iterator[tuple[Risk, RiskVersion | None]]:
    """Yield the risks whose score was agreed after a day, each with the version of before, if any."""
    changed = list(
        risks.filter(shown__state__in=["published", "submitted"], shown__agreed_at__date__gt=day)
        .select_related("shown")
        .order_by("-shown__agreed_at")[:20]
    )
    replaced = RiskVersion.objects.filter(
        risk__in=changed, state="replaced", agreed_at__date__lte=day
    ).order_by("risk_id", "number")
    before = {one.risk_id: one for one in replaced}
    for risk in changed:
        yield risk, before.get(risk.pk)
