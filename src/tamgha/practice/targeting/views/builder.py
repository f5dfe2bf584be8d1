"""The condition builder as the page draws it: groups, rows, their choices and hints."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tamgha import risk
from tamgha.platform.accounts.models import Administration
from tamgha.practice.targeting.domain import builder, wording
from tamgha.practice.targeting.forms.profiles import EditorState
from tamgha.practice.targeting.gateways import declared_by
from tamgha.practice.targeting.queries import Fields, condition_fields, lists_of


@dataclass(frozen=True, slots=True)
class Offered:
    """What the rows of the builder offer: fields (some of them put away), lists, language."""

    fields: Fields
    put_away: frozenset[str]
    lists: Any
    language: str

    @classmethod
    def to(cls, own: Administration) -> "Offered":
        gone = {one.name for one in declared_by(own.pk) if one.retired_at}
        return cls(
            condition_fields(own.pk),
            frozenset(gone),
            lists_of(own).names(),
            get_language() or "en",
        )


def builder_context(state: EditorState, own: Administration) -> dict[str, Any]:
    return {
        "state": state,
        "shape": builder.shape_of(state.tree),
        "top": _drawn(state.tree, state, Offered.to(own)),
        "whole_faults": state.faults.get("", []),
    }


def _drawn(node: builder.Tree, state: EditorState, offered: Offered) -> dict[str, Any]:
    """Return a node of the tree ready for the page."""
    faults, language = state.faults.get(node["id"], []), offered.language
    if node["kind"] in builder.GROUPS:
        return {
            "id": node["id"],
            "kind": node["kind"],
            "is_group": True,
            "faults": faults,
            "kinds": [
                (key, words.text(language))
                for key, words in wording.GROUPS.items()
                if key != "not" or node["kind"] == "not"
            ],
            "parts": [_drawn(part, state, offered) for part in node["parts"]],
        }
    known = offered.fields.get(node["column"])
    kind = known.kind if known is not None else "text"
    operator = node["operator"]
    plain = operator.removeprefix("not_")
    values = list(node["values"]) or [""]
    if plain == "in":
        values = [", ".join(value for value in values if value)]
    unit = wording.UNITS.get(known.unit) if known is not None else None
    return {
        "id": node["id"],
        "is_group": False,
        "faults": faults,
        "column": node["column"],
        "columns": _column_groups(offered, node["column"]),
        "operator": operator,
        "operators": [(key, wording.OPERATORS[key].text(language)) for key in risk.OPERATORS[kind]],
        "values": [] if plain in {"missing", "present"} or node.get("other") else values,
        "kind": kind,
        "lists": offered.lists if plain == "in_list" else None,
        "unit": unit.text(language) if unit and plain not in {"missing", "present"} else "",
        "hint": _hint(known, node),
        "is_goods": bool(
            known is not None and known.codes == "hs" and plain in {"=", "<>", "begins", "in"}
        ),
    }


def _column_groups(offered: Offered, chosen: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the fields to choose from; what was put away only where it is chosen already."""
    language = offered.language
    fields = [
        one
        for one in offered.fields.values()
        if one.name not in offered.put_away or one.name == chosen
    ]
    columns = [(one.name, one.label.text(language)) for one in fields if not one.computed]
    computed = [(one.name, one.label.text(language)) for one in fields if one.computed]
    groups = [(_("Boxes of the declaration"), columns)]
    if computed:
        groups.append((_("Indicators"), sorted(computed, key=lambda pair: pair[1])))
    return groups


def _hint(field: risk.Field | None, node: builder.Tree) -> str:
    """Return what a value means: the description of an HS code."""
    if field is None or field.codes != "hs" or not node["values"]:
        return ""
    code = str(node["values"][0]).strip()
    described = risk.HsTree.of().get(code[:6]) if code.isdigit() else None
    return f"{described.description[:70]} · HS 2022" if described else ""
