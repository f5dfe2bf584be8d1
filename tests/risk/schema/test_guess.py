from tests.risk.schema.made import write

from tamgha.risk.schema import Intake, guess_mapping

RUSSIAN = (
    "G01_ND;DATA_REG;KOD_TO;G33_TNVED;G34_STRANA;G38_NETTO;G46_STOIM;G08_KOD;REZ_DOSM;INSP_FIO"
)


def russian_file(path):
    lines = [
        f"10702030/{n:06};{1 + n % 28:02}.10.2026;101;{('6403990000', '9503007500')[n % 2]};"
        f"{('CN', 'TR', 'DE')[n % 3]};{n},50;{n * 9},00;IM-{n % 7:03};{n % 3};Demo Timur"
        for n in range(60)
    ]
    path.write_bytes("\r\n".join((RUSSIAN, *lines)).encode("cp1251"))
    return path


def test_each_field_is_offered_a_column_with_a_reason(tmp_path):
    guessed = guess_mapping(russian_file(tmp_path / "a.csv"))

    offered = {guess.field: guess.column for guess in guessed.guesses}
    assert offered == {
        "G01_ND": "declaration",
        "DATA_REG": "lodged",
        "KOD_TO": "office",
        "G33_TNVED": "hs",
        "G34_STRANA": "origin",
        "G38_NETTO": "net_mass_kg",
        "G46_STOIM": "statistical_value",
        "G08_KOD": "importer",
        "REZ_DOSM": "findings.found",
        "INSP_FIO": "",
    }
    assert all(guess.why.en and guess.why.ru for guess in guessed.guesses)
    assert guessed.missing == ()


def test_personal_names_start_as_left_out_and_show_no_sample(tmp_path):
    guess = guess_mapping(russian_file(tmp_path / "a.csv")).guesses[-1]

    assert guess.left_out
    assert guess.sample == ()
    assert guess.why.en == "personal names are not needed"


def test_a_label_with_three_values_waits_for_somebody(tmp_path):
    guess = guess_mapping(russian_file(tmp_path / "a.csv")).guesses[-2]

    assert not guess.is_sure
    assert guess.why.en == "0 · 1 · 2: which means a find?"


def test_a_guessed_mapping_takes_the_file_in(tmp_path):
    file = russian_file(tmp_path / "a.csv")

    with Intake(file, guess_mapping(file).mapping()) as intake:
        checked = intake.check()

        assert checked.rows == 60
        assert {fault.column for fault in checked.faults()} == {"REZ_DOSM"}
        assert checked.refused == 20
        assert checked.mapping.decimal == ","
        assert checked.date_formats == {"DATA_REG": "%d.%m.%Y"}


def test_what_is_missing_is_named(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("Colour,Size\nred,1\nblue,2\n")

    guessed = guess_mapping(file)

    assert guessed.missing == ("declaration", "hs", "hs_edition", "lodged", "office")
    assert all(guess.left_out for guess in guessed.guesses)


def test_a_small_english_file_is_understood(tmp_path):
    file = write(tmp_path / "a.csv", *["10/0001;01.02.2026;101;640399;CN;12,5;100,00"] * 5)

    offered = [guess.column for guess in guess_mapping(file).guesses]

    assert offered == [
        "declaration",
        "lodged",
        "office",
        "hs",
        "origin",
        "net_mass_kg",
        "item_price",
    ]
