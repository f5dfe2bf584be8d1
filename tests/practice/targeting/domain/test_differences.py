"""Two versions of a condition side by side."""

from tamgha import risk
from tamgha.practice.targeting.domain.differences import marked_sentences

OLD = risk.parse_condition("hs LIKE '6403%' AND unit_value_ratio < 60 % AND importer_age_days < 90")
NEW = risk.parse_condition("hs LIKE '6403%' AND unit_value_ratio < 55 % AND origin = 'CN'")


def marks(pieces):
    return [piece.text for piece in pieces if piece.changed]


def test_only_leaves_that_stand_in_one_alone_are_marked():
    before, after = marked_sentences(OLD, NEW, "en")

    assert len(marks(before)) == len(marks(after)) == 2
    assert any("60" in text for text in marks(before))
    assert any("55" in text for text in marks(after))
    assert not any("6403" in text for text in marks(before) + marks(after))
    assert "".join(piece.text for piece in after) == str(NEW.sentence("en"))


def test_a_leaf_that_only_moved_is_not_marked():
    turned = risk.parse_condition(
        "importer_age_days < 90 AND hs LIKE '6403%' AND unit_value_ratio < 60 %"
    )

    before, after = marked_sentences(OLD, turned, "ru")

    assert marks(before) == marks(after) == []


def test_a_leaf_asked_twice_is_marked_once_where_the_other_asks_it_once():
    twice = risk.parse_condition("origin = 'CN' AND (origin = 'CN' OR hs LIKE '64%')")
    once = risk.parse_condition("origin = 'CN' AND hs LIKE '64%'")

    before, after = marked_sentences(twice, once, "en")

    assert len(marks(before)) == 1
    assert marks(after) == []
