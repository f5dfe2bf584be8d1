"""Every hostile file ends in a clear refusal or in a clean result, soon, and leaves the set whole."""

import resource
import time

import pytest
from tests.risk.schema.hostile import hostile_files
from tests.risk.schema.made import MAPPING, mapping, row, write

from tamgha.risk.schema import DeclarationSet, Mapping, take_in
from tamgha.shared.errors import TamghaError

FILES = hostile_files()
SECONDS = 60.0
MEGABYTES = 1_500
LOOSE = (
    MAPPING.replace(', format = "%d.%m.%Y"', "")
    .replace('decimal = ","', "")
    .replace('separator = ";"', "")
)


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def test_there_are_two_hundred_of_them():
    assert len(FILES) >= 200
    assert len({name for name, _ in FILES}) == len(FILES)


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile") / "set"
    take_in(write(folder.parent / "old.csv", row(1)), mapping(), folder)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(FILES)), ids=[name for name, _ in FILES])
def test_a_hostile_file_is_refused_or_taken_cleanly(before, tmp_path, number):
    _, make = FILES[number]
    file = tmp_path / "given.csv"
    file.write_bytes(make())
    chosen = mapping() if number % 2 else Mapping.loads(LOOSE)
    catalogue = (before / "set.json").read_bytes()
    started, peak = time.perf_counter(), peak_megabytes()

    refusal, stored = None, None
    try:
        taken = take_in(file, chosen, before, rejects=tmp_path / "rejects.csv")
    except TamghaError as error:
        refusal = error.words

    if refusal is not None:
        assert refusal.en
        assert refusal.ru != refusal.en
    else:
        stored = taken.stored
        assert taken.checked.good + taken.checked.refused == taken.checked.rows
        assert all(fault.row > 0 and fault.expected.ru for fault in taken.checked.faults())
        assert (stored is None) == (taken.checked.refused > 0 or taken.checked.good == 0)

    assert time.perf_counter() - started < SECONDS
    if stored is None:
        assert (before / "set.json").read_bytes() == catalogue
    else:
        assert stored.items().num_rows == stored.manifest.rows
        (before / "set.json").write_bytes(catalogue)
    assert DeclarationSet.open(before).items().num_rows == 1
    assert peak_megabytes() - peak < MEGABYTES
