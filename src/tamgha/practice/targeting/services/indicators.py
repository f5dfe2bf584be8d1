"""Acts on an administration's own indicators: every save is a version, and versions never change."""

from datetime import datetime

from django.db import transaction

from tamgha import risk
from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.targeting import events
from tamgha.practice.targeting.models import DeclaredIndicator
from tamgha.shared.errors import RefusedError
from tamgha.shared.words import Words

_NOT_SAVED = Words("The indicator was not saved", "Индикатор не сохранён")


def faults_of(indicator: risk.Indicator, *, is_new: bool, taken: set[str]) -> list[Words]:
    """Return everything that keeps an indicator from being saved; each begins with its field.

    Parameters
    ----------
    is_new : whether the name is to be a new one
    taken : names of the administration's own indicators
    """
    faults = risk.faults_of(indicator)
    if indicator.name in risk.READY:
        faults.append(
            Words(
                f'name: "{indicator.name}" is a ready indicator; choose another name',
                f"name: «{indicator.name}» — готовый индикатор; выберите другое имя",
            )
        )
    elif is_new and indicator.name in taken:
        faults.append(
            Words(
                f'name: "{indicator.name}" is declared already; change it there, or choose another name',
                f"name: «{indicator.name}» уже объявлен; измените его или выберите другое имя",
            )
        )
    return faults


@transaction.atomic
def save_indicator(
    *,
    administration: Administration,
    indicator: risk.Indicator,
    by: User,
    at: datetime,
    based_on: int = 0,
) -> DeclaredIndicator:
    """Save an indicator as the next version of its name; a saved one that was put away is in use again.

    Parameters
    ----------
    based_on : the version that the form started from, 0 for a new name

    Raises
    ------
    RefusedError
        With everything that is wrong with it, also when somebody saved a later version meanwhile.
    """
    Administration.objects.select_for_update(no_key=True).get(
        pk=administration.pk
    )  # one version at a time
    mine = DeclaredIndicator.objects.filter(administration=administration)
    taken = set(mine.values_list("name", flat=True))
    faults = faults_of(indicator, is_new=not based_on, taken=taken)
    if faults:
        raise RefusedError(_NOT_SAVED, faults)
    latest = mine.filter(name=indicator.name).order_by("-version").select_related("made_by").first()
    if latest is not None and latest.version != based_on:
        raise RefusedError(_NOT_SAVED, [_later_version(latest)])
    version = DeclaredIndicator.objects.create(
        administration=administration,
        name=indicator.name,
        text=risk.dump_indicators([indicator]),
        version=based_on + 1,
        made_by=by,
        made_at=at,
    )
    events.announce("indicator.saved", on=version, by=by, at=at)
    return version


def _later_version(latest: DeclaredIndicator) -> Words:
    return Words(
        f"{latest.made_by.full_name} saved version {latest.version} meanwhile. Open the indicator "
        "again and change that one.",
        f"Тем временем {latest.made_by.full_name} сохранил(а) версию {latest.version}. Откройте "
        "индикатор заново и измените её.",
    )


@transaction.atomic
def put_indicator_away(*, indicator: DeclaredIndicator, by: User, at: datetime) -> None:
    """Put an indicator away: it is offered no more; profiles that name it go on."""
    DeclaredIndicator.objects.filter(pk=indicator.pk).update(retired_at=at)
    events.announce("indicator.put_away", on=indicator, by=by, at=at)


@transaction.atomic
def bring_indicator_back(*, indicator: DeclaredIndicator, by: User, at: datetime) -> None:
    """Offer an indicator again that was put away."""
    DeclaredIndicator.objects.filter(pk=indicator.pk).update(retired_at=None)
    events.announce("indicator.brought_back", on=indicator, by=by, at=at)
