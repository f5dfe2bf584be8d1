"""Who may see work: the person who asked for it."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from tamgha.platform.accounts.models import User
from tamgha.platform.jobs.models import Job


def visible_to(user: User | AnonymousUser) -> QuerySet[Job]:
    """Return the user's own work."""
    if not isinstance(user, User) or not user.is_active:
        return Job.objects.none()
    return Job.objects.filter(by=user)
