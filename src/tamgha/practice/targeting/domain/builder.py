"""The condition builder between two presses of a button: a tree of rows as the page sends it.

The page sends the shape of the tree as JSON (ids and kinds), and each row's choices as fields of
their own, so that the form works without script. A row may still be unfinished here.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

Tree: TypeAlias = dict[str, Any]

MOST_ROWS = 200
GROUPS = ("all", "any", "not")


def new_id() -> str:
    """Return an id for a new row or group."""
    return f"n{secrets.token_hex(4)}"


def new_row(column: str = "hs", operator: str = "begins") -> Tree:
    """Return a row that waits for its value."""
    return {
        "id": new_id(),
        "kind": "condition",
        "column": column,
        "operator": operator,
        "values": [""],
    }


def new_group(kind: str = "any") -> Tree:
    """Return a group with one row."""
    return {"id": new_id(), "kind": kind, "parts": [new_row()]}


def empty_tree() -> Tree:
    """Return the tree of a new profile: one group, one row."""
    return new_group("all")


def shape_of(tree: Tree) -> str:
    """Return the shape of a tree as the page carries it: ids, kinds and parts only."""

    def bare(node: Tree) -> Tree:
        kept = {"id": node["id"], "kind": node["kind"]}
        if node["kind"] in GROUPS:
            return kept | {"parts": [bare(part) for part in node["parts"]]}
        return kept | {
            name: node[name] for name in ("function", "argument", "other") if name in node
        }

    return json.dumps(bare(tree), separators=(",", ":"))


def read_tree(shape: str, fields: Mapping[str, list[str]]) -> Tree:
    """Return the tree that a page sent.

    Parameters
    ----------
    shape : JSON as `shape_of` wrote it
    fields : field name -> values: ``ID-kind``, ``ID-column``, ``ID-operator``, ``ID-value``

    Raises
    ------
    ValueError
        If the shape is not one of ours.
    """
    try:
        bare = json.loads(shape)
    except (ValueError, RecursionError):
        raise ValueError("the shape of the condition is not readable") from None
    left = [MOST_ROWS]
    return _read(bare, fields, left, 0)


def _read(node: Any, fields: Mapping[str, list[str]], left: list[int], level: int) -> Tree:
    left[0] -= 1
    plain = isinstance(node, dict) and isinstance(node.get("id"), str) and node.get("kind")
    if not plain or left[0] < 0 or level > 12 or not node["id"].replace("-", "").isalnum():
        raise ValueError("the shape of the condition is not one of ours")
    name = node["id"]
    if node["kind"] in GROUPS:
        kind = (fields.get(f"{name}-kind") or [node["kind"]])[0]
        parts = node.get("parts")
        if kind not in GROUPS or not isinstance(parts, list):
            raise ValueError("a group of the condition is not one of ours")
        return {
            "id": name,
            "kind": kind,
            "parts": [_read(part, fields, left, level + 1) for part in parts],
        }
    row: Tree = {
        "id": name,
        "kind": "condition",
        "column": (fields.get(f"{name}-column") or [""])[0],
        "operator": (fields.get(f"{name}-operator") or [""])[0],
        "values": list(fields.get(f"{name}-value") or []),
    }
    return row | {key: node[key] for key in ("function", "argument", "other") if key in node}


def nodes(tree: Tree) -> Iterator[Tree]:
    """Yield every group and row, from the top."""
    yield tree
    for part in tree.get("parts", ()):
        yield from nodes(part)


def find(tree: Tree, name: str) -> Tree | None:
    """Return the group or row of an id."""
    return next((node for node in nodes(tree) if node["id"] == name), None)


def add_to(tree: Tree, group: str, part: Tree) -> Tree:
    """Put a part at the end of a group; an unknown group leaves the tree as it is."""
    found = find(tree, group)
    if found is not None and found["kind"] in GROUPS and found["kind"] != "not":
        found["parts"].append(part)
    return tree


def remove(tree: Tree, name: str) -> Tree:
    """Take a row or group out; a group that becomes empty goes with it, the top one stays."""

    def without(node: Tree) -> Tree | None:
        if node["id"] == name:
            return None
        if node["kind"] not in GROUPS:
            return node
        parts = [kept for part in node["parts"] if (kept := without(part)) is not None]
        return node | {"parts": parts} if parts else None

    kept = without(tree)
    if kept is None or kept["kind"] not in GROUPS:
        return {"id": tree["id"], "kind": "all", "parts": [new_row()]}
    return kept


def is_finished(row: Tree) -> bool:
    """Return whether a row has every value that its operator asks for."""
    if row["operator"] in {"missing", "present"} or row.get("other"):
        return True
    values = row["values"]
    wanted = 2 if row["operator"].removeprefix("not_") == "between" else 1
    return len(values) >= wanted and all(str(value).strip() for value in values[:wanted])


def finished_part(tree: Tree) -> tuple[Tree | None, int]:
    """Return the tree without its unfinished rows (None if nothing is left), and how many there were."""
    unfinished = [n["id"] for n in nodes(tree) if n["kind"] == "condition" and not is_finished(n)]

    def kept_of(node: Tree) -> Tree | None:
        if node["id"] in unfinished:
            return None
        if node["kind"] not in GROUPS:
            return node
        parts = [kept for part in node["parts"] if (kept := kept_of(part)) is not None]
        return node | {"parts": parts} if parts else None

    return kept_of(tree), len(unfinished)


def split_values(row: Tree, kind: str) -> Tree:
    """Return the row with its values as the engine wants them: "in" by commas, flags as words."""
    operator = row["operator"].removeprefix("not_")
    values = [str(value).strip() for value in row["values"]]
    if operator == "in":
        parts = [
            part.strip()
            for value in values
            for part in value.replace("\n", ",").replace(";", ",").split(",")
        ]
        values = [part for part in parts if part]
    elif operator in {"missing", "present"} or row.get("other"):
        values = []
    elif operator == "between":
        values = [*values, "", ""][:2]
    else:
        values = values[:1]
    return row | {"values": values}
