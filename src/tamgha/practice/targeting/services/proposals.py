"""Proposals to retire a version, and what an approver makes of them; the rules of passports."""

from datetime import datetime
from typing import Any

from django.db import transaction

from tamgha import risk
from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.targeting import events, permissions
from tamgha.practice.targeting.choices import ProposalState
from tamgha.practice.targeting.domain import passport
from tamgha.practice.targeting.models import (
    Profile,
    ProfileVersion,
    RetirementProposal,
    TargetingRules,
)
from tamgha.practice.targeting.queries.passports import ended_now, rules_of
from tamgha.practice.targeting.services.passports import Wish, make_move
from tamgha.shared.errors import TamghaError
from tamgha.shared.figures import Estimate, NotShown
from tamgha.shared.words import Words


def evidence_of_standing(standing: risk.Standing, *, at: datetime) -> dict[str, Any]:
    """Return how a profile stands against the random draw as JSON can hold it, for a proposal."""
    return {
        "verdict": standing.verdict,
        "profile": _rate(standing.profile),
        "random": _rate(standing.random),
        "as_of": at.isoformat(),
    }


def _rate(rate: Estimate | NotShown) -> dict[str, Any]:
    if isinstance(rate, NotShown) or rate.interval is None:
        return {}
    return {
        "value": rate.value,
        "n": rate.n,
        "low": rate.interval.low,
        "high": rate.interval.high,
        "method": rate.interval.method,
    }


@transaction.atomic
def propose_retirement(
    *, version: ProfileVersion, evidence: dict[str, Any], at: datetime, by: User | None = None
) -> RetirementProposal:
    """Propose to retire a version in force; an approver decides. One open proposal at a time.

    A second proposal while one is open returns that one, unchanged: the watching may look every day.

    Parameters
    ----------
    evidence : what speaks for it: `evidence_of_standing`, or ``{"reason": text}`` of a person
    by : who proposes; nobody is the watching

    Raises
    ------
    TamghaError
        If the version is not in force.
    """
    Profile.objects.select_for_update().get(pk=version.profile_id)
    now = ProfileVersion.objects.select_related("profile__administration").get(pk=version.pk)
    if now.state not in passport.SEEING or ended_now(now, at):
        raise TamghaError(
            Words(
                f"Version {now.number} of {now.profile.code} is not in force; there is nothing to retire.",
                f"Версия {now.number} профиля {now.profile.code} не действует; выводить нечего.",
            )
        )
    is_open = now.proposals.filter(state=ProposalState.OPEN).first()
    if is_open is not None:
        return is_open
    made = now.proposals.create(evidence=evidence, proposed_by=by, proposed_at=at)
    events.announce("targeting.profile.retirement_proposed", on=now, by=by, at=at, **evidence)
    return made


@transaction.atomic
def decide_proposal(
    *, proposal: RetirementProposal, accept: bool, reason: str, by: User, at: datetime
) -> RetirementProposal:
    """Retire the version, or keep it; both with a reason, and not by who proposed it.

    Raises TamghaError: no approver, the proposer, decided already, no reason.
    """
    locked = RetirementProposal.objects.select_for_update().get(pk=proposal.pk)
    version = ProfileVersion.objects.select_related("profile", "profile__administration").get(
        pk=locked.version_id
    )
    rules = rules_of(version.profile.administration)
    if not permissions.can_approve(by):
        raise TamghaError(
            Words(
                "Only an approver decides on a proposal.",
                "Решение по предложению принимает утверждающий.",
            )
        )
    if passport.four_eyes(rules.apart) and locked.proposed_by_id == by.pk:
        raise TamghaError(
            Words(
                "You proposed it; another person decides. Ask a colleague.",
                "Предложение внесли вы; решает другой человек. Обратитесь к коллеге.",
            )
        )
    if locked.state != ProposalState.OPEN:
        raise TamghaError(
            Words(
                "This proposal is decided already. Open the page anew.",
                "Решение по этому предложению уже принято. Откройте страницу заново.",
            )
        )
    if not reason.strip():
        raise TamghaError(Words("Say why, in a sentence.", "Напишите причину одной фразой."))
    locked.state = ProposalState.ACCEPTED if accept else ProposalState.DECLINED
    locked.decided_by, locked.decided_at, locked.reason = by, at, reason.strip()[:400]
    locked.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    if accept:
        make_move(version=version, wish=Wish("retire", reason), by=by, at=at)
    else:
        events.announce(
            "targeting.profile.retirement_declined", on=version, by=by, at=at, reason=locked.reason
        )
    return locked


@transaction.atomic
def save_rules(
    *, administration: Administration, values: dict[str, Any], by: User, at: datetime
) -> TargetingRules:
    """Set who must be apart and how long things may last; what changed is announced, before and after."""
    Administration.objects.select_for_update(no_key=True).get(pk=administration.pk)
    rules = rules_of(administration)
    before = {name: getattr(rules, name) for name in values}
    for name, value in values.items():
        setattr(rules, name, value)
    rules.changed_by, rules.changed_at = by, at
    rules.save()
    changed = {
        name: [before[name], value] for name, value in values.items() if before[name] != value
    }
    events.announce("targeting.rules_changed", on=rules, by=by, at=at, changed=changed)
    return rules
