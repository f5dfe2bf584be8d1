"""The way of a version to the border post, as the cord draws it, and the moves that lie open."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tamgha.platform.accounts.models import User
from tamgha.platform.ui import formats
from tamgha.practice.targeting import permissions
from tamgha.practice.targeting.domain import passport
from tamgha.practice.targeting.models import ProfileVersion, TargetingRules, VersionStep
from tamgha.practice.targeting.queries.passports import band_of, ended_now, past_of, rules_of
from tamgha.shared.lifecycle import Move, possible_moves
from tamgha.shared.shares import Share

REACHED = {
    "draft": 0,
    "tested": 1,
    "submitted": 1,
    "approved": 2,
    "shadow": 3,
    "active": 4,
    "alert": 4,
}


@dataclass(frozen=True, slots=True)
class Stop:
    """One knot of the way."""

    title: str
    facts: str
    knot: str


@dataclass(frozen=True, slots=True)
class Act:
    """A move as a button."""

    name: str
    label: str
    needs_reason: bool
    asks_share: bool
    is_main: bool


@dataclass(frozen=True, slots=True)
class Way:
    """All that a page tells of where a version stands.

    Parameters
    ----------
    state : word of the state now, also where the clock ended it and nobody has written so
    stops : the knots
    steps : what was done, the first first
    acts : what the reader may do now
    over : why it is over; "" while it is not
    """

    state: str
    stops: list[Stop]
    steps: list[tuple[str, VersionStep]]
    acts: list[Act]
    over: str

    @property
    def main(self) -> Act | None:
        """The act of the main button."""
        return next((one for one in self.acts if one.is_main), None)


def way_of(version: ProfileVersion, user: User, at: datetime) -> Way:
    """Return where a version stands on its way, as this reader sees it."""
    rules = rules_of(version.profile.administration)
    language = get_language() or "en"
    life = passport.life_for(rules.apart)
    steps = list(version.steps.select_related("by").order_by("pk"))
    ended = ended_now(version, at)
    state = life.move(ended).to if ended else version.state
    acts: list[Act] = []
    if not ended and version.profile.retired_at is None:
        moves = possible_moves(
            life,
            state,
            permissions.actor_of(user),
            past=past_of(version),
            four_eyes=passport.four_eyes(rules.apart),
        )
        acts = _acts(_offered(moves, version), language)
    return Way(
        state=life.state(state).label.text(language),
        stops=_stops(version, steps, rules, at, over=state in passport.OVER),
        steps=[(_done(one, language), one) for one in steps],
        acts=acts,
        over=_over(version, steps, ended, language),
    )


def _done(step: VersionStep, language: str) -> str:
    words = passport.DONE.get(step.move) or passport.LIFE.move(step.move).label
    return words.text(language)


def _offered(moves: tuple[Move, ...], version: ProfileVersion) -> list[Move]:
    """Leave out what cannot go on: an older version is neither submitted nor raised as an alert."""
    is_latest = version.number == version.profile.latest
    return [move for move in moves if is_latest or move.name not in {"submit", "alert"}]


def _acts(moves: list[Move], language: str) -> list[Act]:
    order = ("submit", "approve", "confirm", "activate")
    main = next((name for name in order if name in {move.name for move in moves}), "")
    return [
        Act(
            name=move.name,
            label=move.label.text(language),
            needs_reason=move.needs_reason,
            asks_share=move.name in {"activate", "roll_out"},
            is_main=move.name == main,
        )
        for move in moves
    ]


def _over(version: ProfileVersion, steps: list[VersionStep], ended: str, language: str) -> str:
    if ended:
        return passport.LIFE.move(ended).label.text(language)
    if version.state in passport.OVER and steps:
        return passport.LIFE.move(steps[-1].move).label.text(language)
    return ""


def _stops(
    version: ProfileVersion,
    steps: list[VersionStep],
    rules: TargetingRules,
    at: datetime,
    *,
    over: bool,
) -> list[Stop]:
    last = {one.move: one for one in steps}
    reached = _furthest(steps, version) if over else REACHED.get(version.state, 0)
    is_alert = version.state == "alert"
    stops = [
        Stop(
            _("Written"),
            f"{version.author.full_name}, {formats.day(_local(version.saved_at), short=True)}",
            "seal",
        ),
        Stop(
            _("Back-tested"), _test_facts(version), "seal" if version.evidence_of_test else "dashed"
        ),
        Stop(
            _("Checked by a second person"),
            _check_facts(version, last, rules),
            _knot(2, reached) if not is_alert else "ring",
        ),
        Stop(
            _("Shadow"),
            _shadow_facts(last, rules),
            "seal" if "start_shadow" in last or "step_back" in last else "dashed",
        ),
        Stop(_("Live"), _live_facts(version, last, at), _knot(4, reached)),
    ]
    if not over and not is_alert and reached + 1 < len(stops):
        place = _present(version, reached)
        stops[place] = Stop(stops[place].title, stops[place].facts, "ring")
    return stops


def _present(version: ProfileVersion, reached: int) -> int:
    """Return the stop at which a version stands now."""
    if version.state == "shadow":
        return 3
    return min(reached + 1, 4)


def _furthest(steps: list[VersionStep], version: ProfileVersion) -> int:
    states = [one.source for one in steps] or [version.state]
    return max(REACHED.get(state, 0) for state in states)


def _knot(place: int, reached: int) -> str:
    return "seal" if reached >= place else "dashed"


def _local(when: datetime) -> date:
    return timezone.localtime(when).date()


def _said(step: VersionStep) -> str:
    who = step.by.full_name if step.by else _("by itself")
    return f"{who}, {formats.day(_local(step.at), short=True)}"


def _test_facts(version: ProfileVersion) -> str:
    test = version.evidence_of_test
    if not test:
        return _("not yet")
    return str(test.get("set_name", ""))


def _check_facts(
    version: ProfileVersion, last: dict[str, VersionStep], rules: TargetingRules
) -> str:
    done = last.get("confirm") or last.get("approve")
    if done is not None and version.frozen:
        return _said(done)
    if version.state == "submitted":
        return _("asked for by %(who)s") % {"who": _said(last["submit"])}
    if version.state == "alert" and version.urgent_until:
        return _("until %(when)s, or it ends itself") % {
            "when": formats.moment(version.urgent_until)
        }
    return _("not the author") if passport.four_eyes(rules.apart) else _("also the author")


def _shadow_facts(last: dict[str, VersionStep], rules: TargetingRules) -> str:
    begun = last.get("step_back") or last.get("start_shadow")
    if begun is not None:
        return _said(begun)
    days = ngettext("%(n)d day", "%(n)d days", rules.shadow_days) % {"n": rules.shadow_days}
    return _("%(days)s, counts, stops nobody") % {"days": days}


def _live_facts(version: ProfileVersion, last: dict[str, VersionStep], at: datetime) -> str:
    if version.state in passport.LIVE and not ended_now(version, at):
        share = Share(band_of(version, at).share).percent_text
        return _("on %(share)s %% of the declarations") % {"share": share}
    begun = last.get("activate") or last.get("alert")
    if begun is not None:
        return _said(begun)
    if version.valid_from and version.valid_to:
        return f"{formats.day(version.valid_from, short=True)} – {formats.day(version.valid_to, short=True)}"
    if version.valid_to:
        return _("until %(day)s") % {"day": formats.day(version.valid_to, short=True)}
    return _("without an end yet")
