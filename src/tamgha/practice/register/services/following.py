"""What goes on between two versions: actions of the treatment, and links to what answers the risk."""

from datetime import date, datetime

from django.db import transaction

from tamgha.platform.accounts.models import User
from tamgha.practice.register import events, permissions
from tamgha.practice.register.choices import ActionState, Direction
from tamgha.practice.register.models import Risk, RiskAction, RiskLink
from tamgha.practice.register.queries import links
from tamgha.practice.register.services.keeping import RegisterError, locked, refuse_stranger
from tamgha.shared.errors import RefusedError
from tamgha.shared.words import Words


@transaction.atomic
def add_action(
    *, risk: Risk, text: str, person: User, due: date, by: User, at: datetime
) -> RiskAction:
    """Add a piece of work to the treatment. Raises RefusedError with everything that is wrong."""
    held = locked(risk)
    refuse_stranger(by, held.administration)
    faults = []
    if not text.strip():
        faults.append(Words("Say what is to be done.", "Укажите, что сделать."))
    if not User.objects.filter(
        pk=person.pk, administration=held.administration_id, is_active=True
    ).exists():
        faults.append(
            Words(
                "A person of this administration was expected. Choose another.",
                "Ожидается сотрудник этой администрации. Выберите другого.",
            )
        )
    if faults:
        raise RefusedError(Words("The action was not added", "Мероприятие не добавлено"), faults)
    last = held.actions.order_by("-number").values_list("number", flat=True).first()
    action = held.actions.create(
        number=(last or 0) + 1,
        text=text.strip()[:300],
        person=person,
        due=due,
        added_by=by,
        added_at=at,
        changed_at=at,
    )
    events.announce(
        "register.action.added", on=held, by=by, at=at, action=action.number, text=action.text
    )
    return action


@transaction.atomic
def change_action(*, action: RiskAction, state: str, by: User, at: datetime) -> RiskAction:
    """Say how far an action is: whoever writes the register, its owner, or who does it.

    Raises RegisterError.
    """
    held = locked(action.risk)
    if not permissions.can_carry_on(by, held, action):
        raise RegisterError(
            Words(
                "Analysts, the owner of the risk and whoever does the action say how far it is.",
                "Состояние меняют аналитики, владелец риска и исполнитель мероприятия.",
            )
        )
    if state not in ActionState.values:
        raise ValueError(f"a state of {ActionState.values} was expected; {state!r} came")
    found = held.actions.get(pk=action.pk)
    before, found.state, found.changed_at = found.state, state, at
    found.save(update_fields=["state", "changed_at"])
    events.announce(
        "register.action.changed",
        on=held,
        by=by,
        at=at,
        action=found.number,
        before=before,
        after=state,
    )
    return found


@transaction.atomic
def link(*, risk: Risk, kind: str, key: str, direction: str, by: User, at: datetime) -> RiskLink:
    """Link a risk to a thing that is offered to this person; again only turns its direction.

    Raises RegisterError for a kind or a thing that is not offered.
    """
    held = locked(risk)
    refuse_stranger(by, held.administration)
    offered = links.kinds().get(kind)
    if offered is None or key not in dict(offered.choices(by)):
        raise RegisterError(
            Words(
                f"“{key}” is not offered for a link. Choose from the list.",
                f"«{key}» нет среди предлагаемого. Выберите из списка.",
            )
        )
    turned = direction if offered.directed and direction in Direction.values else ""
    made, _new = held.links.update_or_create(
        kind=kind, key=key, defaults={"direction": turned, "linked_by": by, "linked_at": at}
    )
    events.announce("register.risk.linked", on=held, by=by, at=at, kind=kind, key=key)
    return made


@transaction.atomic
def unlink(*, risk: Risk, link_key: int, by: User, at: datetime) -> None:
    """Take a link away; the thing itself stays. One that is gone already counts as taken away."""
    held = locked(risk)
    refuse_stranger(by, held.administration)
    found = held.links.filter(pk=link_key).first()
    if found is None:
        return
    kind, key = found.kind, found.key
    found.delete()
    events.announce("register.risk.unlinked", on=held, by=by, at=at, kind=kind, key=key)
