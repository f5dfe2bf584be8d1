"""The builder between two presses of a button."""

import json

import pytest

from tamgha.practice.targeting.domain import builder


def row(name, value="6403", operator="begins"):
    return {
        "id": name,
        "kind": "condition",
        "column": "hs",
        "operator": operator,
        "values": [value],
    }


def group(name, kind, *parts):
    return {"id": name, "kind": kind, "parts": list(parts)}


TREE = group("g", "all", row("a"), group("h", "any", row("b"), row("c", "")))


def test_what_the_page_sends_back_is_the_tree_that_it_was_given():
    fields = {}
    for node in builder.nodes(TREE):
        if node["kind"] == "condition":
            fields[f"{node['id']}-column"] = [node["column"]]
            fields[f"{node['id']}-operator"] = [node["operator"]]
            fields[f"{node['id']}-value"] = node["values"]

    assert builder.read_tree(builder.shape_of(TREE), fields) == TREE


def test_the_page_may_turn_a_group_into_another_kind():
    tree = builder.read_tree(builder.shape_of(TREE), {"h-kind": ["all"]})

    assert builder.find(tree, "h")["kind"] == "all"


@pytest.mark.parametrize(
    "shape",
    [
        "",
        "[]",
        "{",
        '{"id": 1, "kind": "all"}',
        '{"id": "<x>", "kind": "all", "parts": []}',
        json.dumps({"id": "a", "kind": "all"}),
        "[" * 5000,
    ],
)
def test_a_shape_that_is_not_ours_is_refused(shape):
    with pytest.raises(ValueError, match=r"shape|group"):
        builder.read_tree(shape, {})


def test_a_shape_too_deep_or_too_long_is_refused():
    deep = row("x")
    for level in range(20):
        deep = group(f"g{level}", "all", deep)
    wide = group("g", "all", *(row(f"r{at}") for at in range(300)))

    for tree in (deep, wide):
        with pytest.raises(ValueError, match="not one of ours"):
            builder.read_tree(builder.shape_of(tree), {})


def test_removing_the_last_row_of_a_group_removes_the_group():
    tree = builder.remove(builder.remove(json.loads(json.dumps(TREE)), "b"), "c")

    assert [node["id"] for node in builder.nodes(tree)] == ["g", "a"]


def test_removing_everything_leaves_a_group_with_a_fresh_row():
    tree = builder.remove(json.loads(json.dumps(TREE)), "g")

    assert tree["kind"] == "all"
    assert [part["values"] for part in tree["parts"]] == [[""]]


def test_a_row_is_added_to_the_group_that_was_named_and_no_other():
    tree = builder.add_to(json.loads(json.dumps(TREE)), "h", row("new"))

    assert [part["id"] for part in builder.find(tree, "h")["parts"]] == ["b", "c", "new"]
    assert builder.add_to(json.loads(json.dumps(TREE)), "a", row("new")) == TREE


def test_unfinished_rows_are_left_out_and_counted():
    kept, unfinished = builder.finished_part(TREE)

    assert unfinished == 1
    assert [node["id"] for node in builder.nodes(kept)] == ["g", "a", "h", "b"]
    assert builder.finished_part(group("g", "all", row("a", " "))) == (None, 1)


def test_a_range_waits_for_both_its_ends():
    between = row("a", operator="between") | {"values": ["1", ""]}

    assert not builder.is_finished(between)
    assert builder.is_finished(between | {"values": ["1", "2"]})
    assert builder.is_finished(row("a", "", "missing"))


def test_values_of_one_of_are_parted_by_commas_semicolons_and_lines():
    given = row("a", "CN, TR;DE\nKZ", "in")

    assert builder.split_values(given, "text")["values"] == ["CN", "TR", "DE", "KZ"]
