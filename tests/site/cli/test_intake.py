"""`tamgha risk intake` on plain files; the Korean ones where the machine has them."""

import csv
import json

import pytest
from tests.risk.schema.made import MAPPING, row, write
from typer.testing import CliRunner

from tamgha import risk
from tamgha.site.cli import intake  # noqa: F401 -- adds the command
from tamgha.site.cli_app import app

KOREAN = "kcs_declarations/df_syn_{}_eng.csv"
FAULTS = (
    (10, "Item Price", "1,2,3"),
    (20, "Net Mass", "-3"),
    (30, "Date", "2020-02-30"),
    (40, "HS6 Code", "64A3"),
    (50, "Country of Origin", "QQ"),
    (60, "Importer ID", ""),
    (70, "Mode of Transport", "77"),
    (80, "Fraud", "2"),
)


def run(*arguments):
    return CliRunner().invoke(app, ["risk", "intake", *map(str, arguments)])


@pytest.fixture
def small(tmp_path):
    (tmp_path / "small.toml").write_text(MAPPING)
    return tmp_path


def test_a_clean_file_ends_with_zero(small):
    file = write(small / "f.csv", row(1), row(2))

    result = run(file, "--mapping", small / "small.toml", "--out", small / "set", "--json")

    told = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (told["taken"], told["refused"], told["faults"]) == (2, 0, [])
    assert told["set"]["rows"] == 2


def test_a_refusal_ends_with_one_and_names_every_fault(small):
    file = write(small / "f.csv", row(1), row(2, Net="x", HS="6"))

    result = run(file, "--mapping", small / "small.toml", "--out", small / "set", "--json")

    told = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (told["taken"], told["refused"]) == (0, 1)
    assert [(f["row"], f["column"], f["value"]) for f in told["faults"]] == [
        (3, "HS", "6"),
        (3, "Net", "x"),
    ]
    assert all(f["expected"] for f in told["faults"])
    assert not (small / "set").exists()


def test_the_good_rows_are_taken_on_demand_and_the_others_come_back(small):
    file = write(small / "f.csv", row(1), row(2, Net="x"))
    how = ("--mapping", small / "small.toml", "--out", small / "set")

    result = run(file, *how, "--take-good", "--rejects", small / "r.csv", "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["taken"] == 1
    with (small / "r.csv").open(newline="") as stream:
        (rejected,) = csv.DictReader(stream)
    assert rejected["Number"] == "10/0002"
    assert "expected one number" in rejected["fault"]


@pytest.mark.parametrize(
    "arguments",
    [("nowhere.csv", "--out", "x"), ("--out", "x"), ("README.md",), ("README.md", "--ouch")],
)
def test_wrong_use_ends_with_two(arguments):
    assert run(*arguments).exit_code == 2


def test_a_file_that_is_no_table_is_refused_in_json_too(small):
    (small / "f.pdf").write_bytes(b"%PDF-1.7 ...")

    result = run(small / "f.pdf", "--mapping", "kcs", "--out", small / "set", "--json")

    assert result.exit_code == 1
    assert "PDF" in json.loads(result.stdout)["error"]


def test_a_guessed_mapping_can_be_saved_and_used(small):
    file = write(small / "f.csv", *(row(n) for n in range(1, 9)))

    saved = run(file, "--save-mapping", small / "mine.toml")
    taken = run(file, "--mapping", small / "mine.toml", "--out", small / "set", "--json")

    assert saved.exit_code == 0
    assert json.loads(taken.stdout)["taken"] == 8


def test_people_read_a_table_and_what_the_set_cannot_say(small, monkeypatch):
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    file = write(small / "f.csv", row(1), row(2, Net="x"))

    result = run(file, "--mapping", small / "small.toml", "--out", small / "set", "--take-good")

    assert "Принято строк: 1" in result.output
    assert "Что ожидалось" in result.output
    assert "нет результатов досмотра" in " ".join(result.output.split())


@pytest.mark.parametrize(("part", "rows"), [("train", 37_385), ("valid", 8_134), ("test", 8_481)])
def test_the_korean_files_are_taken_whole(data_dir, tmp_path, part, rows):
    file = data_dir / KOREAN.format(part)

    result = run(file, "--mapping", "kcs", "--out", tmp_path / "set", "--json")

    told = json.loads(result.stdout)
    assert result.exit_code == 0, told["faults"][:3]
    assert (told["taken"], told["refused"], told["faults"]) == (rows, 0, [])
    assert told["set"]["examined"] == rows
    assert any("detection rate" in claim for claim in told["set"]["cannot"])
    manifest = risk.DeclarationSet.open(tmp_path / "set").manifest
    assert not manifest.has_random_stratum
    assert manifest.hs_editions == (2017,)


def test_the_korean_parts_together_are_one_set_and_say_what_is_odd(data_dir, tmp_path):
    for part in ("test", "train", "valid"):
        result = run(
            data_dir / KOREAN.format(part), "--mapping", "kcs", "--out", tmp_path / "set", "--json"
        )
        assert result.exit_code == 0

    stored = risk.DeclarationSet.open(tmp_path / "set")
    manifest = stored.manifest
    assert (manifest.rows, manifest.declarations) == (54_000, 54_000)
    assert (manifest.findings.items, manifest.findings.found) == (54_000, 11_653)
    assert len(manifest.months) == 18
    days = stored.items(["lodged"])["lodged"]
    assert days.to_pylist() == sorted(days.to_pylist())
    outcomes = stored.outcomes()
    assert outcomes["found"].to_pylist().count(True) == 11_653


def test_faults_planted_in_the_korean_file_are_all_named(data_dir, tmp_path):
    lines = (data_dir / KOREAN.format("test")).read_text().splitlines()
    header = lines[0].split(",")
    for line, column, value in FAULTS:
        fields = lines[line - 1].split(",")
        fields[header.index(column)] = f'"{value}"'
        lines[line - 1] = ",".join(fields)
    lines[89] += ",surplus"
    lines[99] = lines[98]
    file = tmp_path / "f.csv"
    file.write_text("\n".join(lines) + "\n")

    result = run(file, "--mapping", "kcs", "--out", tmp_path / "set", "--take-good", "--json")

    told = json.loads(result.stdout)
    named = {(fault["row"], fault["column"]) for fault in told["faults"]}
    assert named == {(n, column) for n, column, _ in FAULTS} | {(90, ""), (100, "Declaration ID")}
    assert (told["taken"], told["refused"]) == (8_481 - 10, 10)


def test_another_delay_of_the_labels_can_be_asked_for(data_dir, tmp_path):
    file = data_dir / KOREAN.format("test")

    run(file, "--mapping", "kcs", "--finding-delay", "45", "--out", tmp_path / "set", "--json")

    assert risk.DeclarationSet.open(tmp_path / "set").manifest.finding_delay_days == 45
