"""Who may enter which page: every address of the site, declared once.

The walk of `test_isolation.py` holds the site to this table, and `tests/look.py` photographs from
it. The objects are Juniper's; "other" is the analyst of another administration.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tamgha.platform.journal.models import Entry

ACTORS: dict[str, str | None] = {
    "stranger": None,
    "examiner": "examiner.juniper",
    "coordinator": "coordinator.juniper",
    "officer": "officer.juniper",
    "donor": "donor.region",
    "secretariat": "secretariat.region",
    "approver": "approver.juniper",
    "other": "analyst.apricot",
    "analyst": "analyst.juniper",
}
"""Every kind of visitor, and which person of the demo plays it."""

EVERYBODY = frozenset(ACTORS)
SIGNED_IN = EVERYBODY - {"stranger"}
NOBODY: frozenset[str] = frozenset()
OWN = frozenset({"analyst"})
"""Only the person whose things they are."""
COLLEAGUES = frozenset({"analyst", "approver"})
"""Who reads Juniper's declarations."""
READERS = COLLEAGUES | {"other"}
"""Who reads declarations, each the own administration's."""
WRITERS = frozenset({"analyst", "other"})
"""Who writes, each in the own administration."""
APPROVERS = frozenset({"approver"})
MANAGERS = frozenset({"coordinator", "secretariat"})
COORDINATOR = frozenset({"coordinator"})
RULERS = frozenset({"approver", "coordinator"})
"""Who says how far the steps of a profile are made by different people."""
REGISTRARS = COLLEAGUES | COORDINATOR
"""Who reads Juniper's risk register."""
APPROVER = frozenset({"approver"})
EXAMINER = frozenset({"examiner"})
"""Of Juniper; the examiner to whom its act was proposed."""
JOURNAL = frozenset({"approver", "coordinator", "secretariat"})
"""Who has the journal's page; each sees the acts of the own reach."""
AT_HOME = frozenset({"analyst", "approver", "examiner", "coordinator", "officer"})
"""Who holds a role in Juniper."""

Args = Callable[[dict[str, Any]], list[Any]]


@dataclass(frozen=True)
class Entrance:
    """One address, who may enter it by GET and by POST, and who may see what is Juniper's on it.

    Parameters
    ----------
    name : of the URL pattern
    get, post : who is let in; everybody else is sent to sign in, refused, or told there is no such page
    args : the parts of the address, from Juniper's objects
    query : what follows the question mark
    sees : who may find Juniper's mark on the page; None: whoever is let in
    """

    name: str
    get: frozenset[str] = NOBODY
    post: frozenset[str] = NOBODY
    args: Args | None = None
    query: str = ""
    sees: frozenset[str] | None = None

    def address(self, things: dict[str, Any]) -> str:
        """Return the address of the page that shows these objects."""
        query = self.query.format(set=things["set"].pk, word=things["word"])
        found = reverse(self.name, args=self.args(things) if self.args else [])
        return f"{found}?{query}" if query else found

    def seers(self) -> frozenset[str]:
        """Return who may find the mark on an answer."""
        return self.get | self.post if self.sees is None else self.sees


def key(thing: str, *rest: Any) -> Args:
    """Return the arguments that name an object by its key."""
    return lambda things: [things[thing].pk, *rest]


def entry_of(area: str) -> Args:
    """Return the arguments that name the first entry of the journal on an act of the area."""

    def number(things: dict[str, Any]) -> list[Any]:
        written = Entry.objects.filter(administration_id=things["set"].administration_id)
        return [written.filter(act__startswith=f"{area}.").earliest("pk").pk]

    return number


def fixed(*args: Any) -> Args:
    """Return arguments that name no object of ours."""
    return lambda _things: list(args)


ENTRANCES: tuple[Entrance, ...] = (
    # ---- the site: everybody's own view of what they may see
    Entrance("site:home", get=SIGNED_IN, sees=AT_HOME),
    Entrance("site:search", get=SIGNED_IN, query="q={word}", sees=AT_HOME),
    Entrance("site:risk", get=READERS | COORDINATOR, sees=NOBODY),
    # ---- for programs: the walk calls from the machine itself, which may read the metrics too
    Entrance("site:alive", get=EVERYBODY, sees=NOBODY),
    Entrance("site:ready", get=EVERYBODY, sees=NOBODY),
    Entrance("site:metrics", get=EVERYBODY, sees=NOBODY),
    # ---- the way in: the people of the demo have no password and no second factor to ask for again
    Entrance("account_login", get=EVERYBODY, post=EVERYBODY, sees=NOBODY),
    Entrance("account_logout", get=EVERYBODY, post=EVERYBODY, sees=NOBODY),
    Entrance("account_inactive", get=EVERYBODY, sees=NOBODY),
    Entrance("account_reauthenticate", sees=NOBODY),
    Entrance("account_change_password", get=SIGNED_IN, post=SIGNED_IN, sees=NOBODY),
    Entrance("mfa_index", get=SIGNED_IN, sees=NOBODY),
    Entrance("mfa_authenticate", get=SIGNED_IN, post=SIGNED_IN, sees=NOBODY),
    Entrance("mfa_reauthenticate", sees=NOBODY),
    Entrance("mfa_activate_totp", get=SIGNED_IN, post=SIGNED_IN, sees=NOBODY),
    Entrance("mfa_deactivate_totp", sees=NOBODY),
    Entrance("mfa_view_recovery_codes", sees=NOBODY),
    Entrance("mfa_generate_recovery_codes", get=SIGNED_IN, post=SIGNED_IN, sees=NOBODY),
    Entrance("mfa_download_recovery_codes", sees=NOBODY),
    Entrance("set_language", get=EVERYBODY, post=EVERYBODY, sees=NOBODY),
    Entrance("accounts:welcome", get=EVERYBODY, post=EVERYBODY, args=lambda things: [things["secret"]]),
    Entrance("accounts:sign_in_by_card", post=EVERYBODY, args=lambda things: [things["card"]], sees=NOBODY),
    # ---- people
    Entrance("accounts:people", get=MANAGERS, sees=COORDINATOR),
    Entrance("accounts:invite", get=MANAGERS, post=MANAGERS, sees=NOBODY),
    Entrance("accounts:person", get=COORDINATOR, args=key("person")),
    Entrance("accounts:change", get=COORDINATOR, post=COORDINATOR, args=key("person")),
    Entrance("accounts:new_link", post=COORDINATOR, args=key("person")),
    Entrance("accounts:grant", post=COORDINATOR, args=key("person")),
    Entrance("accounts:reset_second_factor", get=COORDINATOR, post=COORDINATOR, args=key("person")),
    Entrance("accounts:close", get=COORDINATOR, post=COORDINATOR, args=key("person")),
    Entrance("accounts:reopen", post=COORDINATOR, args=key("person")),
    Entrance("accounts:erase", get=COORDINATOR, post=COORDINATOR, args=key("person")),
    Entrance("accounts:revoke_link", post=COORDINATOR, args=key("link")),
    Entrance("accounts:end_role", get=COORDINATOR, post=COORDINATOR, args=key("grant")),
    Entrance("accounts:own", get=SIGNED_IN, post=SIGNED_IN, sees=NOBODY),
    Entrance("accounts:log_ins", get=SIGNED_IN, sees=NOBODY),
    Entrance("accounts:end_other_log_ins", post=SIGNED_IN, sees=NOBODY),
    Entrance("accounts:end_log_in", args=key("log_in")),
    # ---- work: only who asked for it
    Entrance("jobs:mine", get=SIGNED_IN, sees=OWN),
    Entrance("jobs:job", get=OWN, args=key("job")),
    Entrance("jobs:part", get=OWN, args=key("job")),
    Entrance("jobs:stop", post=OWN, args=key("job")),
    Entrance("jobs:resume", post=OWN, args=key("job")),
    Entrance("jobs:put_away", post=OWN, args=key("job")),
    # ---- files: private ones, and those of the administration
    Entrance("files:files", get=SIGNED_IN, post=SIGNED_IN, sees=AT_HOME),
    Entrance("files:file", get=OWN, post=OWN, args=key("private")),
    Entrance("files:file", get=AT_HOME, post=AT_HOME, args=key("shared")),
    Entrance("files:open", get=OWN, args=key("private")),
    Entrance("files:open", get=AT_HOME, args=key("shared")),
    Entrance("files:retire", get=OWN, post=OWN, args=key("private")),
    Entrance("files:retire", get=AT_HOME, post=AT_HOME, args=key("shared")),
    Entrance("files:begin_upload", post=SIGNED_IN, sees=NOBODY),
    Entrance("files:upload", get=OWN, post=OWN, args=key("upload")),
    # ---- the journal: of targeting to the approver, of people to the coordinator
    Entrance("journal:list", get=JOURNAL, sees=frozenset({"approver", "coordinator"})),
    Entrance("journal:entry", get=frozenset({"approver"}), args=entry_of("targeting")),
    Entrance("journal:entry", get=COORDINATOR, args=entry_of("accounts")),
    Entrance("journal:proof", get=frozenset({"approver"}), args=entry_of("targeting")),
    Entrance("journal:proof", get=COORDINATOR, args=entry_of("accounts")),
    # ---- declarations
    Entrance("targeting:sets", get=READERS, sees=COLLEAGUES),
    Entrance("targeting:intake-new", get=WRITERS, post=WRITERS, sees=OWN),
    Entrance("targeting:set", get=COLLEAGUES, args=key("set")),
    Entrance("targeting:set-put-away", post=OWN, args=key("set")),
    Entrance("targeting:set-rows", get=COLLEAGUES, args=key("set")),
    Entrance("targeting:row", get=COLLEAGUES, args=key("set", 3)),
    Entrance("targeting:intake", get=OWN, args=key("intake")),
    Entrance("targeting:intake-match", post=OWN, args=key("intake")),
    Entrance("targeting:intake-decide", post=OWN, args=key("intake")),
    Entrance("targeting:intake-faults", get=OWN, args=key("intake")),
    # ---- the risk register: both administrations have an R-01
    Entrance("register:risks", get=READERS | COORDINATOR, sees=REGISTRARS),
    Entrance("register:export", get=READERS | COORDINATOR, sees=REGISTRARS),
    Entrance("register:settings", get=APPROVERS, post=APPROVERS, sees=NOBODY),
    Entrance("register:risk-new", get=WRITERS, post=WRITERS, sees=NOBODY),
    Entrance("register:risk", get=READERS | COORDINATOR, args=fixed("R-01"), sees=REGISTRARS),
    Entrance("register:risk-version", get=READERS | COORDINATOR, args=fixed("R-01", 1), sees=REGISTRARS),
    Entrance("register:risk-edit", get=WRITERS, post=WRITERS, args=fixed("R-01"), sees=OWN),
    Entrance(
        "register:risk-scores",
        get=READERS | COORDINATOR,
        post=READERS | COORDINATOR,
        args=fixed("R-01"),
        sees=REGISTRARS,
    ),
    Entrance("register:risk-move", post=READERS | COORDINATOR, args=fixed("R-01"), sees=NOBODY),
    Entrance("register:risk-actions", post=WRITERS, args=fixed("R-01"), sees=NOBODY),
    Entrance("register:risk-action", post=READERS | COORDINATOR, args=fixed("R-01", 1), sees=NOBODY),
    Entrance("register:risk-links", post=WRITERS, args=fixed("R-01"), sees=NOBODY),
    # ---- profiles: both administrations have a P-001, each sees the own one
    Entrance("targeting:profiles", get=READERS, sees=COLLEAGUES),
    Entrance("targeting:profile-new", get=WRITERS, post=WRITERS, sees=OWN),
    Entrance("targeting:profile-live-new", post=WRITERS, sees=OWN),
    Entrance("targeting:profile-export", get=READERS, args=fixed("csv"), sees=COLLEAGUES),
    Entrance("targeting:profile-weeks", get=COLLEAGUES, args=key("set"), query="condition=item%20=%201"),
    Entrance("targeting:profile", get=READERS, post=WRITERS, args=fixed("P-001"), sees=COLLEAGUES),
    Entrance("targeting:profile-live", post=WRITERS, args=fixed("P-001"), sees=OWN),
    Entrance("targeting:profile-retire", post=WRITERS, args=fixed("P-001"), sees=OWN),
    Entrance("targeting:profile-version", get=READERS, args=fixed("P-001", 1), sees=COLLEAGUES),
    Entrance(
        "targeting:profile-rows", get=COLLEAGUES, query="set={set}&which=hit&condition=item%20=%201"
    ),
    Entrance("targeting:profile-bring-in", get=WRITERS, post=WRITERS, sees=NOBODY),
    Entrance("targeting:goods", get=READERS, sees=NOBODY),
    Entrance("targeting:profile-compare", get=READERS, args=fixed("P-001"), sees=COLLEAGUES),
    Entrance("targeting:profile-move", post=READERS, args=fixed("P-001", 1), sees=COLLEAGUES),
    Entrance("targeting:profile-propose", post=WRITERS, args=fixed("P-001", 1), sees=OWN),
    Entrance("targeting:profile-checks", get=READERS, sees=COLLEAGUES),
    Entrance("targeting:proposal-decide", post=APPROVER, args=key("proposal")),
    Entrance("targeting:rules", get=RULERS, post=RULERS, sees=NOBODY),
    Entrance("targeting:trade-lists", get=READERS, sees=COLLEAGUES),
    Entrance("targeting:trade-list-new", get=READERS, post=WRITERS, sees=NOBODY),
    Entrance("targeting:trade-list", get=READERS, post=WRITERS, args=fixed("watch"), sees=COLLEAGUES),
    Entrance("targeting:trade-list-bring-in", get=WRITERS, post=WRITERS, args=fixed("watch"), sees=NOBODY),
    # ---- models and suggestions: both administrations have a model 1
    Entrance("targeting:models", get=READERS, sees=COLLEAGUES),
    Entrance("targeting:model-train", get=WRITERS, post=WRITERS, sees=OWN),
    Entrance("targeting:model", get=READERS, args=fixed(1), sees=COLLEAGUES),
    Entrance("targeting:model-put-away", post=WRITERS, args=fixed(1), sees=OWN),
    Entrance("targeting:model-rows", args=fixed(1)),  # model 1 could not be trained
    Entrance("targeting:model-row", args=fixed(1, 3)),
    Entrance("targeting:suggestions", get=READERS, post=WRITERS, sees=COLLEAGUES),
    Entrance("targeting:suggestion-take", post=OWN, args=key("suggestion")),
    # ---- indicators
    Entrance("targeting:indicators", get=READERS, query="q={word}", sees=COLLEAGUES),
    Entrance("targeting:indicator-new", get=WRITERS, post=WRITERS, sees=OWN),
    Entrance("targeting:indicator", get=READERS, args=fixed("own_ratio"), sees=COLLEAGUES),
    Entrance(
        "targeting:indicator-change",
        get=WRITERS,
        post=WRITERS,
        args=fixed("own_ratio"),
        sees=OWN,
    ),
    Entrance("targeting:indicator-put-away", post=WRITERS, args=fixed("own_ratio"), sees=OWN),
    # ---- plans of offices
    Entrance("control:plans", get=READERS, sees=COLLEAGUES),
    Entrance("control:plan-new", get=WRITERS, post=WRITERS, sees=NOBODY),
    Entrance("control:plan-write", get=WRITERS, post=WRITERS, sees=NOBODY),
    Entrance("control:plan", get=COLLEAGUES, args=key("plan")),
    Entrance("control:plan-change", get=OWN, post=OWN, args=key("plan")),
    Entrance("control:plan-version", get=COLLEAGUES, args=key("plan", 1)),
    Entrance("control:plan-move", post=COLLEAGUES, args=key("plan", 1)),
    # ---- programs: keys by coordinators; the interface itself knows no sessions, so nobody enters
    Entrance("control:programs", get=COORDINATOR, post=COORDINATOR),
    Entrance("control:api-guide", get=COORDINATOR, sees=NOBODY),
    Entrance("control:program-revoke", get=COORDINATOR, post=COORDINATOR, args=key("program")),
    Entrance("api:openapi-json", get=EVERYBODY, post=EVERYBODY, sees=NOBODY),
    Entrance("api:api-root"),
    Entrance("api:decide"),
    Entrance("api:decision", args=fixed("zq7juniper-key")),
    Entrance("api:cancel", args=fixed("zq7juniper-key")),
    Entrance("api:clear", args=fixed("zq7juniper-key")),
    Entrance("api:act"),
    # ---- decisions for analysts; acts for the examiner who has them
    Entrance("control:decisions", get=READERS, sees=COLLEAGUES),
    Entrance("control:decision", get=COLLEAGUES, args=key("decision"), query="again=1"),
    Entrance("control:decision-lane", post=APPROVER, args=key("decision")),
    Entrance("control:drop-new", get=WRITERS, post=WRITERS, sees=OWN),
    Entrance("control:drop", get=COLLEAGUES, args=key("drop")),
    Entrance("control:acts", get=READERS | EXAMINER, sees=COLLEAGUES | EXAMINER),
    Entrance("control:act-next", get=READERS | EXAMINER, sees=NOBODY),
    Entrance("control:act", get=COLLEAGUES | EXAMINER, post=EXAMINER, args=key("act")),
    Entrance("control:act-time", post=EXAMINER, args=key("act")),
    Entrance("control:act-photo", post=EXAMINER, args=key("act")),
    Entrance("control:act-assign", post=APPROVER, args=key("act")),
    Entrance("control:act-overturn", post=APPROVER, args=key("act")),
    Entrance("control:examiners", get=APPROVER, post=APPROVER),
    Entrance("control:photo", get=COLLEAGUES | EXAMINER, args=key("photo")),
    # ---- what decisions brought: coordinators read totals, examiners nothing
    Entrance("control:results", get=READERS | COORDINATOR, sees=COLLEAGUES | COORDINATOR),
    Entrance("control:results-table", get=READERS | COORDINATOR, sees=COLLEAGUES | COORDINATOR),
    Entrance("control:result-rows", get=READERS, sees=COLLEAGUES),
    Entrance(
        "control:result-profile", get=READERS, args=fixed("P-001", 1), sees=COLLEAGUES
    ),
    Entrance("control:result-scores", get=READERS, sees=COLLEAGUES),
    Entrance("control:result-officers", get=APPROVER, sees=APPROVER),
    Entrance("control:results-count", post=READERS, sees=NOBODY),
    Entrance("control:results-propose", post=WRITERS, sees=NOBODY),
    Entrance("control:alerts", get=READERS, sees=COLLEAGUES),
    Entrance("control:alert", get=COLLEAGUES, args=key("alert")),
    Entrance("control:alert-state", post=COLLEAGUES, args=key("alert")),
    Entrance("control:reports", get=READERS, post=READERS, sees=COLLEAGUES),
    Entrance("control:report", get=COLLEAGUES, args=key("report")),
    # ---- sheets: the people of an administration, by those who manage them; members of lists
    Entrance("tables:sheets", get=COORDINATOR | WRITERS | EXAMINER, sees=NOBODY),
    Entrance("tables:sheet", get=COORDINATOR, post=COORDINATOR, args=fixed("people"), sees=NOBODY),
    Entrance("tables:sheet-template", get=COORDINATOR, args=fixed("people"), sees=NOBODY),
    Entrance("tables:sheet", get=WRITERS, post=WRITERS, args=fixed("risks"), sees=NOBODY),
    Entrance("tables:sheet-template", get=WRITERS, args=fixed("risks"), sees=NOBODY),
    Entrance("tables:sheet", get=EXAMINER, post=EXAMINER, args=fixed("acts"), sees=NOBODY),
    Entrance("tables:sheet-template", get=EXAMINER, args=fixed("acts"), sees=NOBODY),
    Entrance("tables:import", args=fixed(999)),  # nobody has kept one
    Entrance("tables:import-faults", args=fixed(999)),
    # ---- the gallery: no data
    Entrance("ui:gallery", get=EVERYBODY, post=EVERYBODY, sees=NOBODY),
    Entrance("ui:theme", post=EVERYBODY, sees=NOBODY),
    Entrance("ui:gallery_act", post=EVERYBODY, sees=NOBODY),
    Entrance("ui:gallery_work", get=EVERYBODY, sees=NOBODY),
    Entrance("ui:gallery_confirm", get=EVERYBODY, post=EVERYBODY, sees=NOBODY),
    Entrance("ui:gallery_error", args=fixed(404), sees=NOBODY),
)  # fmt: skip


def every_name(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[str]:
    """Yield the full name of every URL pattern; one without a name stands as its pattern."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLPattern):
            yield f"{namespace}{one.name or one.pattern}"
        else:
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from every_name(one, inner)
