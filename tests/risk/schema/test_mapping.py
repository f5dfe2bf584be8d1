import pytest
from tests.risk.schema.made import MAPPING, mapping

from tamgha.risk.schema import Mapping, MappingError, shipped_mappings


def test_the_shipped_mappings_survive_being_written_and_read():
    for name in shipped_mappings():
        loaded = Mapping.load(name)
        assert Mapping.loads(loaded.dumps()) == loaded


def test_a_mapping_is_saved_and_loaded_from_a_path(tmp_path):
    changed = mapping().with_columns(importer='Odd "name"\\ here')

    changed.save(tmp_path / "mine.toml")

    assert Mapping.load(tmp_path / "mine.toml") == changed


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('origin = "Origin"', 'colour = "Origin"', "colour is no column"),
        ('hs = "HS"\n', "", "required column hs"),
        ("[file]", "[fils]", "fils"),
        ('hs = "HS"', "hs = 7", "columns.hs"),
        ('decimal = ","', 'decimal = "x"', "decimal is"),
        ("Asia/Bishkek", "Asia/Nowhere", "IANA"),
        ('hs = "HS"', 'day = "HS"\nhs = "HS"', "day is no column"),
        ("[columns]", "[findings]\nfound = 'Net'\n[columns]", "delay_days"),
        ('hs = "HS"', 'hs = {field = "HS", patern = "x"}', "patern"),
        ('hs = "HS"', 'hs = {field = "HS", pattern = "(["}', "regular expression"),
        ("[columns]", "[columns", "TOML"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_why(old, new, says):
    assert old in MAPPING

    with pytest.raises(MappingError, match=says):
        Mapping.loads(MAPPING.replace(old, new))


def test_a_name_that_is_neither_shipped_nor_a_file_is_refused():
    with pytest.raises(MappingError, match="kcs"):
        Mapping.load("nowhere")
