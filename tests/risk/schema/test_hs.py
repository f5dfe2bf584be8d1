from datetime import date

import pytest

from tamgha.risk.schema import HsTree, SchemaError, code_list, edition_on


def test_a_code_is_looked_up_by_its_first_six_digits():
    entry = HsTree.of(2022).get("0101210000")

    assert entry is not None
    assert entry.code == "010121"
    assert entry.level == "subheading"
    assert [parent.code for parent in HsTree.of(2022).parents("0101210000")] == ["01", "0101"]


def test_the_tree_is_walked_from_chapters_to_subheadings():
    tree = HsTree.of(2022)

    assert len(tree.children()) == 97
    assert tree.children("01")[0].code == "0101"
    assert all(child.parent == "0101" for child in tree.children("0101"))
    assert len(tree.subheadings) > 5_600


def test_words_find_descriptions_and_digits_find_codes():
    tree = HsTree.of(2022)

    assert tree.search("pure-bred horses")[0].code == "010121"
    assert [entry.code for entry in tree.search("0101.2")] == ["010121", "010129"]
    assert tree.search("") == []


def test_a_national_code_outside_the_list_has_the_description_of_its_heading():
    tree = HsTree.of(2022)

    assert tree.description("010199") == tree.description("0101")
    assert tree.description("770000") == ""


def test_only_the_listed_edition_has_a_tree():
    with pytest.raises(SchemaError, match="HS 2028"):
        HsTree.of(2028)


@pytest.mark.parametrize(
    ("day", "edition"),
    [
        (date(2016, 12, 31), 2012),
        (date(2021, 12, 31), 2017),
        (date(2022, 1, 1), 2022),
        (date(2028, 1, 1), 2028),
    ],
)
def test_editions_come_into_force_on_the_first_of_january(day, edition):
    assert edition_on(day) == edition


def test_lists_say_their_edition():
    assert "ISO 3166-1" in code_list("country").edition
    assert "KG" in code_list("country")
    assert "UK" not in code_list("country")
    assert code_list("country").synonyms["UK"] == "GB"
    assert "KGS" in code_list("currency")
    assert (
        len(
            [
                term
                for term in code_list("incoterm").codes
                if term in "EXW FCA CPT CIP DAP DPU DDP FAS FOB CFR CIF"
            ]
        )
        == 11
    )
