from itertools import count, product

import pytest

from tamgha.risk.profiles import (
    All,
    Any,
    Compare,
    Condition,
    Not,
    Profile,
    Term,
    parse_condition,
    ready_fields,
    sentence_languages,
)
from tamgha.risk.profiles.phrases import phrases_of
from tamgha.shared.shares import Share


def said(text, language="en"):
    return str(parse_condition(text).sentence(language)).replace("\u00a0", " ")


def test_the_sentence_of_the_editor_in_both_languages():
    condition = parse_condition(
        "hs LIKE '6403%' AND unit_value_ratio < 60 % AND (importer_age_days < 90 OR mass_per_unit_ratio < 70 %)"
    )
    profile = Profile(
        code="P-014", name="Low unit value", condition=condition, red=Share.percent(80)
    )

    assert str(profile.sentence("en")).replace("\u00a0", " ") == (
        "Send to physical examination, 80 of 100, when the HS code begins with 6403 and the unit value is "
        "under 60 % of the usual for its code and origin, and either the importer is younger than 90 days "
        "or the weight per piece is under 70 % of the usual."
    )
    assert str(profile.sentence("ru")).replace("\u00a0", " ") == (
        "Направлять на физический досмотр 80 из 100, если код ТН ВЭД начинается с 6403 и цена за единицу "
        "ниже 60 % обычной для этого кода и страны происхождения, и либо импортёр работает менее 90 дней, "
        "либо вес одной единицы меньше 70 % обычного."
    )


def test_the_pieces_of_the_sentence_point_at_their_conditions():
    condition = parse_condition("hs LIKE '64%' AND origin = 'CN'")

    marked = [each for each in condition.sentence("ru").segments if each.kind == "condition"]

    assert [each.node for each in marked] == [leaf.id for leaf in condition.leaves]
    assert [each.text for each in marked] == [
        "код ТН ВЭД начинается с 64",
        "страна происхождения — CN",
    ]


def test_the_lane_is_a_piece_of_its_own_and_the_scope_stands_in_front():
    profile = Profile(
        code="P",
        name="P",
        condition=parse_condition("origin = 'CN'"),
        red=Share.percent("12.5"),
        blue=Share.percent(5),
        office="KZ101",
        direction="import",
    )

    assert [each.text for each in profile.sentence("ru").segments if each.kind == "lane"] == [
        "физический досмотр",
        "контроль после выпуска",
    ]
    assert str(profile.sentence("ru")) == (
        "При импорте, таможенный пост KZ101: направлять на физический досмотр 12,5 из 100 и на контроль "
        "после выпуска 5 из 100, если страна происхождения — CN."
    )


@pytest.mark.parametrize(
    ("text", "russian"),
    [
        ("importer_age_days < 1", "импортёр работает менее 1 дня"),
        ("importer_age_days < 21", "импортёр работает менее 21 дня"),
        ("importer_age_days < 11", "импортёр работает менее 11 дней"),
        ("importer_age_days = 21", "возраст импортёра — 21 день"),
        ("importer_age_days = 22", "возраст импортёра — 22 дня"),
        ("importer_age_days = 12", "возраст импортёра — 12 дней"),
        ("importer_age_days <= 1.5", "возраст импортёра не больше 1,5 дней"),
        ("preference IS NULL", "преференция не указана"),
        ("goods IS NOT NULL", "описание товара указано"),
        ("declarant IS NULL", "декларант не указан"),
        ("origin IN ('US', 'CN')", "страна происхождения — одна из: US, CN"),
        ("importer NOT IN LIST 'watch'", "импортёр не входит в список «watch»"),
        ("origin <> departure", "страна происхождения и страна отправления различаются"),
        ("net_mass_kg > gross_mass_kg", "вес нетто больше, чем вес брутто"),
        ("net_mass_kg > 1234567.5", "вес нетто больше 1 234 567,5 кг"),
        ("NOT night_lodging", "декларация подана не ночью"),
        ("day >= '2026-12-01'", "день подачи — не раньше 1 декабря 2026 г."),
        ("goods LIKE '%a b%'", "описание товара содержит «a b»"),
        ("LEFT(hs, 4) = '6403'", "начало поля «Код ТН ВЭД» (знаков: 4) — 6403"),
        (
            "NOT (origin = 'US' AND hs LIKE '64%')",
            "неверно, что (страна происхождения — US и код ТН ВЭД начинается с 64)",
        ),
    ],
)
def test_russian_agrees_in_gender_number_and_case(text, russian):
    assert said(text, "ru") == russian


def test_what_a_user_wrote_is_never_read_as_a_pattern():
    assert (
        said("goods = '{subject} [m:x|f:y]'")
        == "the description of the goods is “{subject} [m:x|f:y]”"
    )


def test_an_own_indicator_is_called_by_its_label():
    assert str(parse_condition("own < 5", {"own": "number"}).sentence("ru")) == "«own» меньше 5"


def test_a_language_without_phrases_gets_english():
    assert sentence_languages() == ("en", "ru")
    assert said("origin = 'US'", "ka") == said("origin = 'US'", "en")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_field_has_its_own_words(language):
    assert set(phrases_of(language).table("fields")) >= set(ready_fields())


def groupings(letters):
    """Yield every tree over the letters, in their order: and, or, not over any grouping."""
    if len(letters) == 1:
        yield Compare(Term("hs"), "=", letters)
        return
    for cuts in product([False, True], repeat=len(letters) - 1):
        parts, start = [], 0
        for place, cut in enumerate(cuts, 1):
            if cut:
                parts.append(letters[start:place])
                start = place
        parts.append(letters[start:])
        if len(parts) < 2:
            continue
        for chosen in product(*(list(groupings(part)) for part in parts)):
            for kind in (All, Any):
                if not any(isinstance(part, kind) for part in chosen):
                    yield kind(chosen)
                    yield Not(kind(chosen))


@pytest.mark.parametrize("language", ["en", "ru"])
def test_other_groups_give_other_sentences(language):
    trees = list(groupings("abcd"))
    numbers = count()

    sentences = {str(Condition(tree).sentence(language)): next(numbers) for tree in trees}

    assert len(trees) > 200
    assert len(sentences) == len(trees)
