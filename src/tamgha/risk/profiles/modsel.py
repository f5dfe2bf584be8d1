"""Profiles as criteria text in the manner of ASYCUDA++ MODSEL, as far as it can say them.

Source: ASYCUDA++ functional manual 1.15, section 6 (MODSEL), pages 6.10-6.12, 6.24-6.30: the form
``Criteria "NAME"; If … Then RedLane IS 100; Endif;``, the functions InListTar, InListCom, InListDec,
InListCty, InListCtyPD, InListBoL, GetLength and Abs, and the names marked so in ``MODSEL_FIELDS``.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tamgha.risk.profiles.profile import LANES, NOTHING, Profile
from tamgha.risk.profiles.texts import plain_number
from tamgha.risk.profiles.tree import (
    All,
    Any,
    Between,
    Compare,
    InList,
    Leaf,
    Like,
    Missing,
    Node,
    Not,
    OneOf,
    Operator,
    Term,
    Value,
)
from tamgha.shared.errors import RefusedError
from tamgha.shared.words import Words

MODSEL_FIELDS: dict[str, str] = {
    "hs": "ComCod",
    "origin": "CtyOrigCod",
    "preference": "PreferCod",
    "statistical_value": "StatVal",
    "net_mass_kg": "NetMass",
    "supplementary_units": "SuppUnits",
    "gross_mass_kg": "GrossMass",
    "departure": "CtyProvCod",
    "destination": "CtyDestCod",
    "trading_country": "CtyTradCod",
    "importer": "CmpConCod",
    "exporter": "CmpExpCod",
    "carrier": "CarCod",
    "declarant": "DecCod",
    "procedure": "ProcExtCod",
    "additional_procedure": "ProcNatCod",
    "payment": "PayModCod",
    "transport_mode": "TrpModCod",
    "goods": "GoodsDesc",
    "packages": "PackNum",
    "item_price": "ItmPrice",
    "currency": "CurCod",
    "tax_rate": "ItmTaxRate",
    "duty": "ItmTaxAmount",
    "incoterm": "DelTermCod",
    "valuation_method": "ValMethCod",
    "previous_document": "PrevDoc",
    "transport_document": "BolRef",
    "border_office": "BordOffCod",
    "location": "GoodsLocCod",
    "vehicle": "TrpIdent",
    "nature": "NatTransCod",
    "invoice_amount": "InvAmt",
    "item": "ItmNum",
}
"""Our columns and their names in criteria text."""

LIST_FUNCTIONS: dict[str, str] = {
    "hs": "InListTar",
    "importer": "InListCom",
    "declarant": "InListDec",
    "origin": "InListCty",
    "departure": "InListCtyPD",
    "transport_document": "InListBoL",
}
"""Columns that can be looked up in a list, and the function that does it."""

NUMBER_FUNCTIONS = {"LENGTH": "GetLength", "ABS": "Abs"}
LANE_WORDS = {"red": "RedLane", "yellow": "YellowLane", "blue": "BlueLane"}


@dataclass(frozen=True, slots=True)
class ModselText:
    """Criteria text, and what it leaves unsaid.

    Parameters
    ----------
    text : the criteria, one block a profile
    left_out : what the profiles hold beside their criteria, named profile by profile
    """

    text: str
    left_out: tuple[Words, ...]


class _InexpressibleError(Exception):
    """Something that criteria text has no words for."""

    def __init__(self, what: Words) -> None:
        self.what = what
        super().__init__(what.en)


def write_modsel(profiles: Iterable[Profile]) -> ModselText:
    """Return profiles as criteria text.

    Raises
    ------
    RefusedError
        Naming everything in the conditions that criteria text cannot express.
    """
    blocks: list[str] = []
    faults: list[Words] = []
    left_out: list[Words] = []
    for profile in profiles:
        try:
            condition = _condition(profile.condition.tree, inside="")
        except _InexpressibleError as error:
            faults.append(
                Words(f"{profile.code}: {error.what.en}", f"{profile.code}: {error.what.ru}")
            )
            continue
        lanes = [
            f"  {LANE_WORDS[lane]} IS {profile.shares[lane].percent_text};"
            for lane in LANES
            if profile.shares[lane] > NOTHING
        ]
        blocks.append(
            "\n".join([f'Criteria "{profile.code}";', f"If {condition} Then", *lanes, "Endif;"])
        )
        unsaid = _unsaid(profile)
        if unsaid:
            names = ", ".join(unsaid)
            left_out.append(
                Words(f"{profile.code}: without {names}", f"{profile.code}: без полей {names}")
            )
    if faults:
        head = Words(
            "The profiles cannot be said in criteria text",
            "Профили нельзя записать в виде критериев",
        )
        raise RefusedError(head, faults)
    return ModselText("\n\n".join(blocks) + ("\n" if blocks else ""), tuple(left_out))


def _unsaid(profile: Profile) -> list[str]:
    held = {
        "name": profile.name not in ("", profile.code),
        "task": bool(profile.task.en or profile.task.ru),
        "purpose": bool(profile.purpose),
        "risk": bool(profile.risk),
        "author": bool(profile.author),
        "evidence": bool(profile.evidence),
        "valid_from": profile.valid_from is not None,
        "valid_to": profile.valid_to is not None,
        "office": bool(profile.office),
        "direction": bool(profile.direction),
    }
    return [name for name, is_held in held.items() if is_held]


def _condition(node: Node, *, inside: str) -> str:
    if isinstance(node, Not):
        return f"not ({_condition(node.part, inside='')})"
    if isinstance(node, All | Any):
        word = "and" if isinstance(node, All) else "or"
        text = f" {word} ".join(_condition(part, inside=word) for part in node.parts)
        return f"({text})" if inside and inside != word else text
    word, parts = _leaf(node)
    text = f" {word} ".join(parts)
    return f"({text})" if len(parts) > 1 and inside else text


def _leaf(leaf: Leaf) -> tuple[str, list[str]]:
    """Return a leaf as comparisons and the word that joins them."""
    if isinstance(leaf, InList):
        return "and", [_on_list(leaf)]
    if isinstance(leaf, Like):
        return _like(leaf)
    field = _field(leaf.term)
    if isinstance(leaf, Missing):
        return "and", [f'{_text_field(leaf.term, field)} {"<>" if leaf.negated else "="} ""']
    if isinstance(leaf, Compare):
        other = (
            _field(leaf.other) if isinstance(leaf.other, Term) else _value(leaf.other, leaf.term)
        )
        return "and", [f"{field} {leaf.operator} {other}"]
    if isinstance(leaf, OneOf):
        sign, word = ("<>", "and") if leaf.negated else ("=", "or")
        return word, [f"{field} {sign} {_value(value, leaf.term)}" for value in leaf.values]
    assert isinstance(leaf, Between)  # noqa: S101 -- the last of the leaves
    low, high = _value(leaf.low, leaf.term), _value(leaf.high, leaf.term)
    if leaf.negated:
        return "or", [f"{field} < {low}", f"{field} > {high}"]
    return "and", [f"{field} >= {low}", f"{field} <= {high}"]


def _field(term: Term) -> str:
    name = MODSEL_FIELDS.get(term.column)
    if name is None:
        raise _InexpressibleError(
            Words(f"no name for {term.column}", f"нет имени для {term.column}")
        )
    if not term.function:
        return name
    function = NUMBER_FUNCTIONS.get(term.function)
    if function is None:
        raise _InexpressibleError(
            Words(
                f"no function {term.function}({term.column})",
                f"нет функции {term.function}({term.column})",
            )
        )
    return f"{function}({name})"


NUMBERS = frozenset(
    {
        *("statistical_value", "net_mass_kg", "supplementary_units", "gross_mass_kg", "packages"),
        *("item_price", "tax_rate", "duty", "invoice_amount", "item"),
    }
)
"""Columns of numbers among ``MODSEL_FIELDS``; the others are texts."""


def _text_field(term: Term, field: str) -> str:
    if term.column in NUMBERS or term.function:
        raise _InexpressibleError(
            Words(
                f"no empty number: {term.column} IS NULL",
                f"нет пустого числа: {term.column} IS NULL",
            )
        )
    return field


def _value(value: Value, term: Term) -> str:
    if isinstance(value, str):
        if '"' in value or not value:
            raise _InexpressibleError(
                Words(
                    f"no quotation mark and no empty text in a value of {term.column}",
                    f"в значении {term.column} нельзя записать кавычку и пустой текст",
                )
            )
        return f'"{value}"'
    if isinstance(value, int | float) and not isinstance(value, bool):
        return plain_number(value)
    raise _InexpressibleError(
        Words(
            f"no value of this kind for {term.column}",
            f"нет значения такого вида для {term.column}",
        )
    )


def _on_list(leaf: InList) -> str:
    function = LIST_FUNCTIONS.get(leaf.term.column)
    if function is None or leaf.term.function:
        raise _InexpressibleError(
            Words(
                f"no list function for {leaf.term.column}",
                f"нет функции списка для {leaf.term.column}",
            )
        )
    return f'{function}("{leaf.list_name}") {"<>" if leaf.negated else "="} Found'


def _like(leaf: Like) -> tuple[str, list[str]]:
    """Return "the HS code begins with" as a range of codes; nothing else of LIKE can be said."""
    digits = leaf.text.isascii() and leaf.text.isdigit()
    if leaf.term.column != "hs" or leaf.term.function or leaf.pattern != "begins" or not digits:
        raise _InexpressibleError(
            Words(
                f"no {leaf.pattern} for {leaf.term.column}",
                f"нельзя записать LIKE ({leaf.pattern}) для {leaf.term.column}",
            )
        )
    name, end = MODSEL_FIELDS["hs"], next_code(leaf.text)
    if end is None:
        return "and", [f'{name} {"<" if leaf.negated else ">="} "{leaf.text}"']
    if leaf.negated:
        return "or", [f'{name} < "{leaf.text}"', f'{name} >= "{end}"']
    return "and", [f'{name} >= "{leaf.text}"', f'{name} < "{end}"']


def next_code(start: str) -> str | None:
    """Return the first code after all that begin with ``start``: "6403" gives "6404", "99" none."""
    stripped = start.rstrip("9")
    if not stripped:
        return None
    return stripped[:-1] + str(int(stripped[-1]) + 1)


OPERATOR_WORDS: dict[str, Operator] = {
    "=": "=",
    "EQ": "=",
    "<>": "<>",
    "NE": "<>",
    "<": "<",
    "LT": "<",
    "<=": "<=",
    "LE": "<=",
    ">": ">",
    "GT": ">",
    ">=": ">=",
    "GE": ">=",
}
