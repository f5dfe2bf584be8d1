"""Who may see and do what in control. The only door to plans, decisions and acts.

Analysts and approvers of an administration read its plans and decisions. An examiner sees the own
acts: tasks and items, never a condition, a score, or why a declaration was chosen. A chief examiner sees
the acts of the administration. Coordinators make the keys of programs. On a hub all doors are shut.
"""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.control.choices import Group
from tamgha.practice.control.models import (
    ActPhoto,
    ApiSystem,
    Decision,
    Examiner,
    FileDrop,
    InspectionAct,
    OfficePlan,
    ResultAlert,
    ResultEntry,
    ResultReport,
)
from tamgha.practice.targeting import permissions as targeting

Visitor = User | AnonymousUser


def workplace(user: Visitor) -> Administration | None:
    """Return the administration whose plans and decisions the user reads, if any."""
    return targeting.workplace(user)


def can_read(user: Visitor) -> bool:
    """Return whether the user reads plans and decisions: analysts and approvers."""
    return targeting.can_read(user)


def can_write(user: Visitor) -> bool:
    """Return whether the user writes plans and drops files in: analysts."""
    return targeting.can_write(user)


def can_manage_examiners(user: Visitor) -> bool:
    """Return whether the user says who examines, and changes lanes: approvers."""
    return _holds(user, Role.APPROVER) is not None


def can_reroute(user: Visitor) -> bool:
    """Return whether the user may change the lane of a declaration: approvers and chief examiners."""
    if can_manage_examiners(user):
        return True
    own = examiner_of(user)
    return own is not None and own.group == Group.CHIEF


def system_place(user: Visitor) -> Administration | None:
    """Return the administration whose programs the user gives keys: coordinators."""
    return _holds(user, Role.COORDINATOR)


def act_place(user: Visitor) -> Administration | None:
    """Return the administration whose acts the user may see, own or all."""
    return _holds(user, Role.EXAMINER, Role.APPROVER, Role.ANALYST)


def examiner_of(user: Visitor) -> Examiner | None:
    """Return the user as an examiner of the own administration, if one."""
    own = _holds(user, Role.EXAMINER)
    if own is None or not isinstance(user, User):
        return None
    return Examiner.objects.filter(person=user, administration=own).first()


def plans_visible_to(user: Visitor) -> QuerySet[OfficePlan]:
    """Return the plans of the user's administration."""
    return OfficePlan.objects.filter(administration=workplace(user))


def decisions_visible_to(user: Visitor) -> QuerySet[Decision]:
    """Return the decisions of the user's administration, with hits and reasons."""
    return Decision.objects.filter(administration=workplace(user))


def drops_visible_to(user: Visitor) -> QuerySet[FileDrop]:
    """Return the files dropped in by the user's administration."""
    return FileDrop.objects.filter(administration=workplace(user))


def systems_visible_to(user: Visitor) -> QuerySet[ApiSystem]:
    """Return the programs of the administration that the user coordinates."""
    return ApiSystem.objects.filter(administration=system_place(user))


def acts_visible_to(user: Visitor) -> QuerySet[InspectionAct]:
    """Return the acts that the user may open.

    A working examiner: the own ones. A chief examiner, analysts, approvers: the administration's.
    """
    place = act_place(user)
    found = InspectionAct.objects.filter(administration=place)
    if place is None:
        return found.none()
    if workplace(user) is not None:
        return found
    own = examiner_of(user)
    if own is None:
        return found.none()
    return found if own.group == Group.CHIEF else found.filter(examiner=own)


def can_hand_in(user: Visitor, act: InspectionAct) -> bool:
    """Return whether the user may write this act: its examiner, or a chief examiner."""
    own = examiner_of(user)
    if own is None or own.administration_id != act.administration_id:
        return False
    return own.pk == act.examiner_id or own.group == Group.CHIEF


def photos_visible_to(user: Visitor) -> QuerySet[ActPhoto]:
    """Return the photos of the acts that the user may open."""
    return ActPhoto.objects.filter(act__in=acts_visible_to(user))


def results_place(user: Visitor) -> Administration | None:
    """Return the administration whose results the user reads: analysts, approvers, coordinators.

    Coordinators read totals by lane and office; which profile found what is for those who may read
    profiles (`can_read`).
    """
    return workplace(user) or system_place(user)


def results_visible_to(user: Visitor) -> QuerySet[ResultEntry]:
    """Return what each declaration of the user's administration brought, to those who read decisions."""
    return ResultEntry.objects.filter(administration=workplace(user))


def alerts_visible_to(user: Visitor) -> QuerySet[ResultAlert]:
    """Return the alerts of the user's administration, to those who read decisions."""
    return ResultAlert.objects.filter(administration=workplace(user))


def reports_visible_to(user: Visitor) -> QuerySet[ResultReport]:
    """Return the reports on the results of the user's administration; they name profiles."""
    return ResultReport.objects.filter(administration=workplace(user))


def _holds(user: Visitor, *roles: Role) -> Administration | None:
    if not isinstance(user, User) or not user.is_active or not targeting.is_switched_on():
        return None
    own = user.administration
    return own if own is not None and user.has_role(*roles, administration=own) else None
