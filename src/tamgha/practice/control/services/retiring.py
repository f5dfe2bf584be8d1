"""From a reading of the page of results to a proposal that an approver decides on."""

from datetime import datetime

from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.control.gateways import desks
from tamgha.practice.control.queries import results as reads
from tamgha.practice.control.services.alerting import settled_day
from tamgha.practice.control.services.errors import ControlError
from tamgha.practice.targeting.models import ProfileVersion
from tamgha.practice.targeting.services.proposals import evidence_of_standing, propose_retirement
from tamgha.shared.words import Words


def propose(
    *, administration: Administration, code: str, number: int, by: User, at: datetime
) -> ProfileVersion:
    """Propose to retire a version that stands below the random draw, with that as the evidence.

    Raises
    ------
    TamghaError
        When the version is unknown, not in force, or not shown to lie below the draw.
    """
    version = ProfileVersion.objects.filter(
        profile__administration=administration, profile__code=code, number=number
    ).first()
    today = at.astimezone(desks.zone_of(administration)).date()
    story = reads.histories(administration, settled_day(administration, today)).get((code, number))
    if version is None or story is None or story.standing.verdict != "retire":
        raise ControlError(
            Words(
                "A version that is shown to lie below the random draw was expected. Nothing was proposed.",
                "Ожидается версия, для которой доказано, что она ниже случайного отбора. Предложение не внесено.",
            )
        )
    propose_retirement(
        version=version, evidence=evidence_of_standing(story.standing, at=at), at=at, by=by
    )
    return version
