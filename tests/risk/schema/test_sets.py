import datetime as dt

import pyarrow as pa
import pytest

from tamgha.risk.schema import (
    COLUMNS,
    ITEM_SCHEMA,
    DeclarationSet,
    SchemaError,
    SetError,
    write_set,
)


def items(*rows: tuple[str, int, str], **more: list) -> pa.Table:
    """Return rows of (declaration, item, ISO moment in UTC)."""
    moments = [dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC) for _, _, moment in rows]
    size = len(rows)
    return pa.table(
        {
            "declaration": [row[0] for row in rows],
            "item": pa.array([row[1] for row in rows], pa.int32()),
            "direction": ["import"] * size,
            "office": ["101"] * size,
            "lodged": pa.array(moments, pa.timestamp("us", "UTC")),
            "hs": ["640399"] * size,
            "hs_edition": pa.array([2022] * size, pa.int16()),
            **more,
        }
    )


def findings(*rows: tuple) -> pa.Table:
    """Return findings of (declaration, version, ISO day known, found, state, duty)."""
    return pa.table(
        {
            "declaration": [row[0] for row in rows],
            "item": pa.array([1] * len(rows), pa.int32()),
            "version": pa.array([row[1] for row in rows], pa.int32()),
            "known": [dt.date.fromisoformat(row[2]) for row in rows],
            "found": [row[3] for row in rows],
            "state": [row[4] for row in rows],
            "duty": pa.array([row[5] for row in rows], pa.float64()),
        }
    )


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "set"


def test_rows_come_back_in_canonical_order_whatever_order_they_came_in(folder):
    table = items(
        ("b", 2, "2026-02-01T10:00"),
        ("b", 1, "2026-02-01T10:00"),
        ("c", 1, "2026-01-05T10:00"),
        ("a", 1, "2026-02-01T10:00"),
    )

    stored = write_set(folder, table, name="small", simulated=False)

    keys = stored.items(["declaration", "item"]).to_pylist()
    assert [(key["declaration"], key["item"]) for key in keys] == [
        ("c", 1),
        ("a", 1),
        ("b", 1),
        ("b", 2),
    ]
    assert stored.items().schema == ITEM_SCHEMA
    assert stored.manifest.declarations == 3
    assert stored.manifest.months == ("2026-01", "2026-02")


def test_the_day_is_the_day_at_the_office_and_not_in_greenwich(folder):
    table = items(("a", 1, "2026-01-31T19:30"))

    stored = write_set(folder, table, name="x", simulated=True, timezone="Asia/Bishkek")

    (row,) = stored.items(["day", "hour"]).to_pylist()
    assert row == {"day": dt.date(2026, 2, 1), "hour": 1}


def test_hours_are_unknown_when_every_moment_is_a_local_midnight(folder):
    table = items(("a", 1, "2026-01-31T18:00"), ("b", 1, "2026-02-01T18:00"))

    stored = write_set(folder, table, name="x", simulated=True, timezone="Asia/Bishkek")

    assert stored.items(["hour"])["hour"].to_pylist() == [None, None]
    assert not stored.manifest.has_hours
    assert any("times of day" in claim.en for claim in stored.manifest.cannot)


def test_text_is_dictionary_encoded_over_all_months_with_one_dictionary(folder):
    table = items(("a", 1, "2026-01-05"), ("b", 1, "2026-02-05"), ("c", 1, "2026-03-05"))
    table = table.set_column(3, "office", pa.array(["1", "2", "1"]))

    stored = write_set(folder, table, name="x", simulated=True)
    encoded = stored.items(["office"], dictionary=["office"])["office"].combine_chunks()

    assert pa.types.is_dictionary(encoded.type)
    assert sorted(encoded.dictionary.to_pylist()) == ["1", "2"]
    assert encoded.to_pylist() == ["1", "2", "1"]


def test_a_finding_counts_only_from_the_day_it_became_known(folder):
    told = findings(
        ("a", 1, "2026-03-01", True, "final", 5.0),
        ("a", 2, "2026-05-01", True, "overturned", None),
        ("b", 1, "2026-03-10", True, "partial", 2.0),
        ("b", 2, "2026-04-01", True, "revised", 7.0),
    )
    table = items(("a", 1, "2026-02-01"), ("b", 1, "2026-02-02"), ("c", 1, "2026-02-03"))
    stored = write_set(folder, table, told, name="x", simulated=True)

    def found(day: str | None) -> list:
        as_of = dt.date.fromisoformat(day) if day else None
        rows = stored.outcomes(as_of).to_pylist()
        return [(row["examined"], row["found"], row["value"]) for row in rows]

    nothing = (False, None, None)
    assert found("2026-02-28") == [nothing, nothing, nothing]
    assert found("2026-03-15") == [(True, True, 5.0), (True, True, 2.0), nothing]
    assert found("2026-04-01") == [(True, True, 5.0), (True, True, 7.0), nothing]
    assert found(None) == [(True, False, None), (True, True, 7.0), nothing]
    assert stored.manifest.findings.found == 1
    assert stored.manifest.findings.rows == 4


def test_an_examination_whose_result_is_out_counts_as_examined(folder):
    told = findings(
        ("a", 1, "2026-03-01", True, "final", 5.0), ("b", 1, "2026-03-10", False, "final", None)
    )
    examined = pa.array([dt.date(2026, 2, 3), dt.date(2026, 2, 20)], pa.date32())
    told = told.append_column("examined", examined).append_column("way", pa.array(["random"] * 2))
    table = items(("a", 1, "2026-02-01"), ("b", 1, "2026-02-02"), ("c", 1, "2026-02-03"))
    stored = write_set(folder, table, told, name="x", simulated=True)

    def seen(day: str) -> list:
        rows = stored.outcomes(dt.date.fromisoformat(day)).to_pylist()
        return [(row["examined"], row["found"], row["known"], row["way"]) for row in rows]

    nothing = (False, None, None, None)
    out = (True, None, None, "random")
    assert seen("2026-02-02") == [nothing] * 3
    assert seen("2026-02-10") == [out, nothing, nothing]
    assert seen("2026-02-28") == [out, out, nothing]
    assert [row[:2] for row in seen("2026-03-05")] == [(True, True), (True, None), (False, None)]


def test_the_manifest_says_what_the_set_cannot_say(folder):
    table = items(("a", 1, "2026-02-01T10:00"), ("b", 1, "2026-02-02T10:00"))
    table = table.set_column(6, "hs_edition", pa.array([2017, 2022], pa.int16()))

    manifest = write_set(folder, table, name="x", simulated=True).manifest

    said = " ".join(claim.en for claim in manifest.cannot)
    for piece in ("simulated", "result of any examination", "2017, 2022", "currency"):
        assert piece in said
    assert all(claim.ru for claim in (*manifest.can, *manifest.cannot))
    assert not manifest.has_random_stratum


def test_a_random_draw_among_the_findings_is_a_random_stratum(folder):
    told = findings(("a", 1, "2026-03-01", True, "final", 5.0))
    told = told.append_column("way", pa.array(["random"]))

    manifest = write_set(
        folder, items(("a", 1, "2026-02-01")), told, name="x", simulated=True
    ).manifest

    assert manifest.has_random_stratum
    assert any("at random" in claim.en for claim in manifest.can)


def test_declaration_and_item_must_be_unique(folder):
    with pytest.raises(SchemaError, match="unique; 1 rows"):
        write_set(
            folder,
            items(("a", 1, "2026-02-01"), ("a", 1, "2026-02-02")),
            name="x",
            simulated=True,
        )

    assert not folder.exists()


def test_a_missing_column_is_named(folder):
    with pytest.raises(SchemaError, match="office is required"):
        write_set(folder, items(("a", 1, "2026-02-01")).drop(["office"]), name="x", simulated=True)


def test_a_column_that_the_schema_does_not_know_is_refused(folder):
    with pytest.raises(SchemaError, match="colour"):
        write_set(folder, items(("a", 1, "2026-02-01"), colour=["red"]), name="x", simulated=True)


def test_a_set_is_not_written_over(folder):
    write_set(folder, items(("a", 1, "2026-02-01")), name="x", simulated=True)

    with pytest.raises(SetError, match="not empty"):
        write_set(folder, items(("b", 1, "2026-02-01")), name="y", simulated=True)

    assert DeclarationSet.open(folder).manifest.name == "x"


def test_what_the_catalogue_does_not_list_does_not_exist_and_is_swept_away(folder):
    write_set(folder, items(("a", 1, "2026-02-01")), name="x", simulated=True)
    stray = folder / "items" / "2026-02" / "0123.parquet"
    stray.write_bytes(b"half of something")
    (folder / ".tmp-1-set.json").write_bytes(b"{")

    stored = DeclarationSet.open(folder)

    assert stored.items().num_rows == 1
    assert not stray.exists()
    assert not (folder / ".tmp-1-set.json").exists()


def test_a_folder_without_a_catalogue_is_no_set(tmp_path):
    with pytest.raises(SetError, match=r"no set\.json"):
        DeclarationSet.open(tmp_path)


def test_a_catalogue_of_another_format_is_refused(folder):
    write_set(folder, items(("a", 1, "2026-02-01")), name="x", simulated=True)
    catalogue = folder / "set.json"
    catalogue.write_text(catalogue.read_text().replace('"format": 1', '"format": 99'))

    with pytest.raises(SetError, match="format 1"):
        DeclarationSet.open(folder)


def test_every_column_is_described_in_both_languages():
    for column in COLUMNS.values():
        assert column.label.en != column.label.ru, column.name
        assert column.meaning.en.endswith("."), column.name
        assert column.meaning.ru.endswith("."), column.name
