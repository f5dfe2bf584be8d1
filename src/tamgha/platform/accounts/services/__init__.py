"""The acts on people's records; each announces itself (`events`) in its own transaction."""

from tamgha.platform.accounts.services.administrations import (
    change_administration,
    enter_administration,
)
from tamgha.platform.accounts.services.demo import create_demo, refuse_public_demo
from tamgha.platform.accounts.services.erasing import erase_person, open_tasks
from tamgha.platform.accounts.services.errors import (
    AccountsError,
    LastHolderError,
    LinkSpentError,
    NotAllowedError,
    WaitError,
)
from tamgha.platform.accounts.services.links import make_link, revoke_link, set_password_by_link
from tamgha.platform.accounts.services.log_ins import (
    LOG_IN_KEY,
    begin_attempt,
    end_all_log_ins,
    end_log_in,
    forgive_attempts,
    note_failure,
    note_seen,
    open_log_in,
)
from tamgha.platform.accounts.services.people import (
    NewPerson,
    change_own_settings,
    change_person,
    close_account,
    invite_person,
    note_own_password,
    reopen_account,
)
from tamgha.platform.accounts.services.roles import end_role, grant_role
from tamgha.platform.accounts.services.second_factors import (
    note_second_factor,
    reset_second_factor,
)

__all__ = [
    "LOG_IN_KEY",
    "AccountsError",
    "LastHolderError",
    "LinkSpentError",
    "NewPerson",
    "NotAllowedError",
    "WaitError",
    "begin_attempt",
    "change_administration",
    "change_own_settings",
    "change_person",
    "close_account",
    "create_demo",
    "end_all_log_ins",
    "end_log_in",
    "end_role",
    "enter_administration",
    "erase_person",
    "forgive_attempts",
    "grant_role",
    "invite_person",
    "make_link",
    "note_failure",
    "note_own_password",
    "note_second_factor",
    "note_seen",
    "open_log_in",
    "open_tasks",
    "refuse_public_demo",
    "reopen_account",
    "reset_second_factor",
    "revoke_link",
    "set_password_by_link",
]
