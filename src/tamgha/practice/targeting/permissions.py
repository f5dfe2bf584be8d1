"""Who may see and do what in targeting. The only door to an administration's declarations.

An administration's rows are seen by its analysts and, to check a profile, by its approvers.
Nobody else sees rows: not examiners, not coordinators, not another administration, not the
region. On a hub there are no own declarations, and these doors stay shut for everybody.
"""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.targeting.choices import SetState
from tamgha.practice.targeting.models import (
    DeclarationSet,
    DeclaredIndicator,
    Intake,
    Profile,
    ProfileVersion,
    RetirementProposal,
    SavedMapping,
    ScoreModel,
    Suggestion,
    TradeList,
)
from tamgha.shared.lifecycle import Actor

Visitor = User | AnonymousUser
WRITERS = (Role.ANALYST,)
READERS = (Role.ANALYST, Role.APPROVER)
CHECKERS = (Role.APPROVER,)
RULERS = (Role.APPROVER, Role.COORDINATOR)


def is_switched_on() -> bool:
    """Return whether this node works on own declarations; a hub does not."""
    return bool(settings.TAMGHA_NODE != "hub")


def workplace(user: Visitor) -> Administration | None:
    """Return the administration whose declarations the user works with, if any."""
    if not isinstance(user, User) or not user.is_active or not is_switched_on():
        return None
    own = user.administration
    return own if own is not None and user.has_role(*READERS, administration=own) else None


def can_read(user: Visitor) -> bool:
    """Return whether the user sees declarations at all."""
    return workplace(user) is not None


def can_write(user: Visitor) -> bool:
    """Return whether the user takes files in, writes profiles, trains models."""
    own = workplace(user)
    return (
        own is not None and isinstance(user, User) and user.has_role(*WRITERS, administration=own)
    )


def can_approve(user: Visitor) -> bool:
    """Return whether the user is the second person who checks profiles."""
    own = workplace(user)
    return (
        own is not None and isinstance(user, User) and user.has_role(*CHECKERS, administration=own)
    )


def rules_place(user: Visitor) -> Administration | None:
    """Return the administration whose rules of targeting the user may set: approvers, coordinators."""
    if not isinstance(user, User) or not user.is_active or not is_switched_on():
        return None
    own = user.administration
    return own if own is not None and user.has_role(*RULERS, administration=own) else None


def actor_of(user: User) -> Actor:
    """Return the user as the life of a version knows people: key, and roles held in the workplace."""
    own = workplace(user)
    held = frozenset(
        str(grant.role) for grant in user.open_grants if own and grant.administration_id == own.pk
    )
    return Actor(user.pk, held)


def versions_visible_to(user: Visitor) -> QuerySet[ProfileVersion]:
    """Return the versions of the profiles of the user's administration."""
    return ProfileVersion.objects.filter(profile__in=profiles_visible_to(user))


def proposals_visible_to(user: Visitor) -> QuerySet[RetirementProposal]:
    """Return the proposals to retire a version of the user's administration."""
    return RetirementProposal.objects.filter(version__in=versions_visible_to(user))


def sets_visible_to(user: Visitor, *, put_away: bool = False) -> QuerySet[DeclarationSet]:
    """Return the sets of the user's administration that are in use; or also those put away."""
    found = DeclarationSet.objects.filter(administration=workplace(user))
    return found if put_away else found.filter(state=SetState.OPEN)


def intakes_visible_to(user: Visitor) -> QuerySet[Intake]:
    """Return the files on their way into a set, to those who may take in."""
    found = Intake.objects.filter(administration=workplace(user))
    return found if can_write(user) else found.none()


def mappings_visible_to(user: Visitor) -> QuerySet[SavedMapping]:
    """Return the kept mappings of the administration, to those who may take in."""
    found = SavedMapping.objects.filter(administration=workplace(user))
    return found if can_write(user) else found.none()


def profiles_visible_to(user: Visitor) -> QuerySet[Profile]:
    """Return the profiles of the user's administration."""
    return Profile.objects.filter(administration=workplace(user))


def lists_visible_to(user: Visitor) -> QuerySet[TradeList]:
    """Return the lists of the user's administration."""
    return TradeList.objects.filter(administration=workplace(user))


def indicators_visible_to(user: Visitor) -> QuerySet[DeclaredIndicator]:
    """Return the indicators that the user's administration declared."""
    return DeclaredIndicator.objects.filter(administration=workplace(user))


def models_visible_to(user: Visitor) -> QuerySet[ScoreModel]:
    """Return the models of the user's administration."""
    return ScoreModel.objects.filter(administration=workplace(user))


def suggestions_visible_to(user: Visitor) -> QuerySet[Suggestion]:
    """Return the suggested rules of the user's administration; taking one over is writing."""
    return Suggestion.objects.filter(administration=workplace(user))
