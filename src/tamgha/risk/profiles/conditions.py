"""A condition: one tree with its three views, text, form and sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any as Anything

from tamgha.risk.profiles.fields import Fields, fields_of, ready_fields
from tamgha.risk.profiles.forms import Form, form_of
from tamgha.risk.profiles.forms_reading import tree_of
from tamgha.risk.profiles.parsing import parse_tree
from tamgha.risk.profiles.segments import Sentence
from tamgha.risk.profiles.sentences import condition_sentence
from tamgha.risk.profiles.texts import text_of
from tamgha.risk.profiles.tree import Leaf, Node, columns_of, leaves, list_names, with_ids


@dataclass(frozen=True, slots=True)
class Condition:
    """When a profile hits. Two conditions are equal when their trees are, whatever their ids.

    Parameters
    ----------
    tree : Node
        And, or, not over leaves; every node has an id that is unique in the tree.
    fields : mapping of name to Field
        What it may speak of; taken for labels and units of the form and the sentence.
    """

    tree: Node
    fields: Fields = field(default_factory=ready_fields, compare=False, repr=False)

    @property
    def text(self) -> str:
        """The canonical text; parsed again it gives an equal condition."""
        return str(text_of(self.tree))

    @property
    def marked_text(self) -> Sentence:
        """The canonical text in pieces, each leaf one piece with its id."""
        return text_of(self.tree)

    def sentence(self, language: str = "en") -> Sentence:
        """Return the sentence that officers read, in pieces; ``str()`` gives the whole.

        A language without phrases gets English; ``sentence_languages()`` lists those with.
        """
        return condition_sentence(self.tree, self.fields, language)

    def to_form(self) -> Form:
        """Return the JSON tree for a condition builder (see ``profiles.forms``)."""
        return form_of(self.tree, self.fields)

    @classmethod
    def from_form(
        cls, form: Mapping[str, Anything], columns: Mapping[str, object] | None = None
    ) -> "Condition":
        """Return the condition of a form; ids given in it are kept.

        Raises
        ------
        ConditionError
            With every faulty row, each by its id.
        """
        fields = ready_fields() if columns is None else fields_of(columns)
        return cls(tree_of(form, fields), fields)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns and indicators that it looks at, each once."""
        return columns_of(self.tree)

    @property
    def lists(self) -> tuple[str, ...]:
        """Names of the lists that it refers to, each once."""
        return list_names(self.tree)

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """Its leaves in reading order."""
        return tuple(leaves(self.tree))


def parse_condition(
    text: str, columns: Mapping[str, object] | None = None, *, before: Condition | None = None
) -> Condition:
    """Return the condition that a text states.

    Parameters
    ----------
    text : str
        A restricted SQL predicate, such as
        ``hs LIKE '6403%' AND (unit_value_ratio < 60 % OR importer IN LIST 'watch')``.
    columns : mapping or None
        Names it may use, to ``Field``, kind ("text", "number", "date", "truth"), Arrow type,
        column or indicator; None for the columns of the row and the ready indicators.
    before : Condition or None
        The condition before the edit: equal parts keep their ids.

    Raises
    ------
    ConditionError
        With every fault that can be told apart, each with its place in the text.
    """
    fields = ready_fields() if columns is None else fields_of(columns)
    tree = parse_tree(text, fields)
    return Condition(with_ids(tree, like=None if before is None else before.tree), fields)
