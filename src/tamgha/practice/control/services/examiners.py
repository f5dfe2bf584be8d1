"""Who examines, in which of the two groups, and how work is weighed."""

from datetime import datetime

from django.db import transaction

from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.control import events
from tamgha.practice.control.choices import ActState, Group
from tamgha.practice.control.models import ControlRules, Examiner, InspectionAct
from tamgha.practice.control.services.errors import ControlError
from tamgha.shared.words import Words


@transaction.atomic
def set_examiner(
    *,
    person: User,
    group: str,
    office: str,
    is_available: bool,
    by: User,
    at: datetime,
) -> Examiner:
    """Put a person into one of the two groups; a person has one row, so nobody is in both.

    Raises
    ------
    ControlError
        When the person does not hold the role of an examiner there, or leaves work while acts are open.
    """
    administration = by.administration
    if administration is None or not person.has_role(Role.EXAMINER, administration=administration):
        raise ControlError(
            Words(
                f"{person.full_name} is no examiner of your administration.",
                f"{person.full_name} не является досматривающим вашей администрации.",
            )
        )
    found, _made = Examiner.objects.select_for_update().get_or_create(
        person=person, defaults={"administration": administration, "group": group}
    )
    leaves = not is_available or group != Group.WORKING
    open_acts = InspectionAct.objects.filter(
        examiner=found, state__in=[ActState.OPEN, ActState.PARTIAL]
    ).count()
    if leaves and open_acts:
        raise ControlError(
            Words(
                f"{person.full_name} has open acts: {open_acts}. Give them to somebody first.",
                f"{person.full_name}: открытых актов {open_acts}. Сначала передайте их.",
            )
        )
    found.administration, found.group = administration, Group(group)
    found.office, found.is_available = office.strip(), is_available
    found.save()
    events.announce(
        "control.examiner.set", on=found, by=by, at=at, group=group, available=is_available
    )
    return found


@transaction.atomic
def set_rules(
    *,
    administration: Administration,
    weights: tuple[int, int],
    tolerance: int,
    by: User,
    at: datetime,
) -> ControlRules:
    """Set how much a declaration and an item weigh, and which difference of mass is none.

    Parameters
    ----------
    weights : of a declaration, and of each of its items
    tolerance : basis points of the declared mass
    """
    rules, _made = ControlRules.objects.update_or_create(
        administration=administration,
        defaults={
            "weight_of_declaration": weights[0],
            "weight_of_item": weights[1],
            "tolerance": tolerance,
            "changed_by": by,
            "changed_at": at,
        },
    )
    events.announce(
        "control.rules.set", on=rules, by=by, at=at, weights=list(weights), tolerance=tolerance
    )
    return rules
