import pytest
from hypothesis import HealthCheck, given, settings
from tests.risk.profiles.made_conditions import FIELDS, trees

from tamgha.risk.profiles import (
    All,
    Any,
    Compare,
    Condition,
    ConditionError,
    InList,
    Like,
    Not,
    OneOf,
    Term,
    parse_condition,
)

CALM = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def refusal(text, columns=None):
    with pytest.raises(ConditionError) as caught:
        parse_condition(text, columns)
    return caught.value.places


@CALM
@given(trees)
def test_text_reads_back_to_the_same_condition(tree):
    condition = Condition(tree, FIELDS)

    again = parse_condition(condition.text, FIELDS)

    assert again == condition
    assert again.text == condition.text


@CALM
@given(trees)
def test_form_reads_back_to_the_same_condition_with_the_same_ids(tree):
    condition = parse_condition(Condition(tree, FIELDS).text, FIELDS)

    again = Condition.from_form(condition.to_form(), FIELDS)

    assert again == condition
    assert again.to_form() == condition.to_form()


def test_words_of_the_text_become_the_tree():
    condition = parse_condition(
        "HS like '6403%' and (Origin in ('US', 'CN', 'US') or importer not in list 'watch') and not (item = 1 and 5 < packages)"
    )

    assert condition.tree == All(
        (
            Like(Term("hs"), "begins", "6403"),
            Any(
                (
                    OneOf(Term("origin"), ("US", "CN")),
                    InList(Term("importer"), "watch", negated=True),
                )
            ),
            Not(All((Compare(Term("item"), "=", 1), Compare(Term("packages"), ">", 5)))),
        )
    )


def test_a_percentage_is_a_part_of_the_usual_and_a_rate_stays_a_rate():
    ratio, rate = parse_condition("unit_value_ratio < 60 % AND tax_rate >= 12.5 %").leaves

    assert (ratio.other, rate.other) == (0.6, 12.5)


def test_the_form_shows_a_ratio_as_people_type_it():
    form = parse_condition("unit_value_ratio < 0.07").to_form()

    assert form == {
        "id": "c1",
        "kind": "condition",
        "column": "unit_value_ratio",
        "operator": "<",
        "values": ["7"],
        "unit": "percent",
    }


def test_a_form_takes_a_decimal_comma():
    form = {"kind": "condition", "column": "unit_value_ratio", "operator": "<", "values": ["62,5"]}

    assert Condition.from_form(form).text == "unit_value_ratio < 0.625"


def test_equal_parts_keep_their_ids_when_the_text_is_edited():
    before = parse_condition("hs LIKE '64%' AND net_mass_kg < 5 AND origin = 'CN'")

    after = parse_condition("origin = 'CN' AND net_mass_kg < 6 AND hs LIKE '64%'", before=before)

    ids = {leaf: leaf.id for leaf in before.leaves}
    assert after.leaves[0].id == ids[after.leaves[0]]
    assert after.leaves[2].id == ids[after.leaves[2]]
    assert after.leaves[1].id not in ids.values()


def test_a_removed_row_of_a_form_leaves_the_ids_of_the_others():
    form = parse_condition("hs LIKE '64%' AND net_mass_kg < 5 AND origin = 'CN'").to_form()
    kept = [part["id"] for part in form["parts"][1:]]

    del form["parts"][0]

    assert [part["id"] for part in Condition.from_form(form).to_form()["parts"]] == kept


def test_the_text_in_pieces_points_at_its_conditions():
    condition = parse_condition("hs LIKE '64%' OR origin = 'CN'")

    marked = condition.marked_text

    assert str(marked) == condition.text
    assert [(each.text, each.node) for each in marked.segments if each.kind == "condition"] == [
        ("hs LIKE '64%'", condition.leaves[0].id),
        ("origin = 'CN'", condition.leaves[1].id),
    ]


def test_a_fault_tells_its_place_and_what_was_expected():
    (fault,) = refusal("hs LIKE '64%'\n  AND net_mass_kg < 'five'")

    assert (fault.line, fault.column) == (2, 7)
    assert fault.message.en == "net_mass_kg is compared with a number, such as 12.5; 'five' came"
    assert fault.message.ru == "net_mass_kg: ожидается число, например 12.5, а задано 'five'"


def test_all_faulty_parts_are_told_at_once_each_with_its_own_words():
    text = "hs < 5 AND lodged > 3 AND packages LIKE 'a%'"

    faults = refusal(text)

    assert [text[fault.start : fault.end] for fault in faults] == [
        "hs < 5",
        "lodged > 3",
        "packages LIKE 'a%'",
    ]
    assert "day, hour" in faults[1].message.en


def test_every_faulty_row_of_a_form_is_told_by_its_id():
    form = {
        "kind": "all",
        "id": "g",
        "parts": [
            {
                "id": "a",
                "kind": "condition",
                "column": "hs",
                "operator": "<",
                "values": ["64", "65"],
            },
            {"id": "b", "kind": "condition", "column": "nothing", "operator": "=", "values": ["1"]},
            {
                "id": "d",
                "kind": "condition",
                "column": "packages",
                "operator": "=",
                "values": ["x"],
            },
            {"id": "e", "kind": "all", "parts": []},
            {
                "id": "f",
                "kind": "condition",
                "column": "hs",
                "operator": "begins",
                "values": ["64"],
            },
        ],
    }

    with pytest.raises(ConditionError) as caught:
        Condition.from_form(form)

    assert [fault.node for fault in caught.value.places] == ["a", "b", "d", "e"]


HOSTILE = [
    "",
    "   ",
    "hs = 'a'; DROP TABLE items",
    "hs = 'a' -- and more",
    "hs = 'a' /* hidden */ OR origin = 'US'",
    "hs IN (SELECT code FROM secrets)",
    "EXISTS (SELECT 1)",
    "hs = (SELECT 1)",
    "hs = 'a' UNION SELECT password FROM users",
    "read_csv('/etc/passwd') = 'a'",
    "LOWER(hs) = 'a'",
    "hs || 'a' = 'b'",
    "tax_rate + 1 > 3",
    "-tax_rate > 3",
    "CASE WHEN hs = 'a' THEN TRUE END",
    "CAST(hs AS INT) > 3",
    "hs::int > 3",
    "hs[1] = 'a'",
    "items.hs = 'a'",
    "hs = :name",
    "hs = ?",
    "hs = @name",
    "hs = $1",
    "hs ~ 'a.*'",
    "hs ILIKE 'a%'",
    "hs LIKE 'a_b%'",
    "hs LIKE '%a%b%'",
    "hs LIKE '%'",
    "hs LIKE ANY ('a%')",
    "hs SIMILAR TO 'a'",
    "hs = NULL",
    "hs IN ('a', NULL)",
    "hs IS TRUE",
    "hs = 'a' COLLATE nocase",
    "importer IN LIST watch",
    "importer IN watch",
    "importer IN LIST '../../etc'",
    "importer IN UNNEST(hs)",
    "TRUE",
    "1 = 1",
    "hs",
    "hs = ",
    "= 'a'",
    "(hs = 'a'",
    "hs = 'a')",
    "hs = 'a",
    'hs = "a"',
    "hs = 'a' 'b'",
    "hs = x'41'",
    "hs = 'a\x00b'",
    "hs = 'a' AND\x07 origin = 'b'",
    "hs = '\u0085'",
    "net_mass_kg < 1e999",
    "net_mass_kg < 9007199254740993000",
    "net_mass_kg < NaN",
    "day = DATE '2026-02-30'",
    "day < '2026-13-01'",
    "net_mass_kg BETWEEN 5 AND 1",
    "net_mass_kg BETWEEN SYMMETRIC 5 AND 1",
    "night_lodging > FALSE",
    "{{ hs }} = 'a'",
    "hs = 'a' LIMIT 1",
    "SELECT 1",
    "DROP TABLE items",
    "WEEKDAY() = 1",
    "LEFT(hs, 'a') = 'b'",
    "LEFT(hs, -1) = 'b'",
    "LENGTH(net_mass_kg) = 1",
    "x" * 20_000,
    "(" * 300 + "hs = 'a'" + ")" * 300,
    "NOT " * 3_000 + "hs = 'a'",
    "net_mass_kg < " + "- " * 3_000 + "5",
    " AND ".join(["hs = 'a'"] * 500),
    "hs IN (" + ", ".join(f"'{n}'" for n in range(900)) + ")",
    "hs = '" + "a" * 300 + "'",
    "hs = 'a' OR " * 900,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:40])
def test_whatever_is_not_a_plain_condition_is_refused_at_a_place(text):
    for fault in refusal(text):
        assert 0 <= fault.start <= fault.end <= len(text)
        assert fault.message.en
        assert fault.message.ru


@pytest.mark.parametrize(
    "form",
    [
        None,
        [],
        "hs = 'a'",
        {"kind": "script"},
        {"kind": "all"},
        {"kind": "not", "parts": [{}, {}]},
        {"kind": "condition"},
        {"kind": "condition", "column": ["hs"], "operator": "=", "values": ["a"]},
        {"kind": "condition", "column": "hs", "operator": "__class__", "values": ["a"]},
        {"kind": "condition", "column": "hs", "operator": "=", "values": [{"a": 1}]},
        {"kind": "condition", "column": "hs", "operator": "=", "values": "abc"},
        {"kind": "condition", "column": "packages", "operator": "=", "values": ["1_000"]},
        {"kind": "condition", "column": "packages", "operator": "=", "values": ["1e9999999"]},
        {"kind": "condition", "column": "hs", "function": "EVAL", "operator": "=", "values": ["a"]},
        {"kind": "condition", "column": "hs", "operator": "in", "values": ["a"] * 501},
    ],
)
def test_a_form_that_is_none_is_refused(form):
    with pytest.raises(ConditionError):
        Condition.from_form(form)


def test_a_form_nested_without_end_is_refused():
    form = {"kind": "condition", "column": "hs", "operator": "=", "values": ["a"]}
    for _ in range(500):
        form = {
            "kind": "any",
            "parts": [
                form,
                {"kind": "condition", "column": "hs", "operator": "=", "values": ["b"]},
            ],
        }

    with pytest.raises(ConditionError):
        Condition.from_form(form)
