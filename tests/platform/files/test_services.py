import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from tests.platform.files.conftest import CSV, NOW

from tamgha.platform.files import gateways, permissions, services
from tamgha.platform.files.choices import Access
from tamgha.platform.files.models import StoredFile, Upload

LATER = NOW + timedelta(minutes=5)


def stored(keep, access: str = "private", owner: str = "bob", **values) -> StoredFile:
    return services.store([CSV], name="goods.csv", keeping=keep(owner, access), at=NOW, **values)


def read(person, file: StoredFile) -> bytes:
    with services.open_for(person, file) as opened:
        return opened.read()


def lying() -> list[Path]:
    return [
        path for path in Path(gateways.path_of("0" * 64)).parents[2].rglob("*") if path.is_file()
    ]


def test_a_file_lies_under_the_hash_of_its_content(keep, people):
    file = stored(keep)

    assert file.sha256 == hashlib.sha256(CSV).hexdigest()
    assert (file.size, file.media_type, file.version) == (len(CSV), "text/csv", 1)
    assert gateways.path_of(file.sha256).read_bytes() == CSV
    assert read(people["bob"], file) == CSV
    assert [path.name for path in lying()] == [file.sha256]


def test_the_same_content_is_stored_once(keep):
    first, second = stored(keep), stored(keep, owner="charlie")

    assert first.pk != second.pk
    assert len(lying()) == 1


def test_a_file_that_is_too_large_leaves_nothing(keep, settings):
    settings.TAMGHA_UPLOAD_MB = 1
    blocks = (b"x" * 700_000 for _ in range(3))

    with pytest.raises(services.FilesError, match="1 MB at most"):
        services.store(blocks, name="big", keeping=keep(), at=NOW)

    assert (lying(), StoredFile.objects.count()) == ([], 0)


def test_a_line_that_breaks_in_the_middle_leaves_nothing(keep):
    def blocks():
        yield b"half"
        raise OSError("the line is gone")

    with pytest.raises(OSError, match="line is gone"):
        services.store(blocks(), name="half", keeping=keep(), at=NOW)

    assert (lying(), StoredFile.objects.count()) == ([], 0)


def test_a_form_file_is_stored_with_a_clean_name(keep):
    uploaded = SimpleUploadedFile("..\\goods\u202e.csv", CSV, content_type="image/png")

    file = services.store_upload(uploaded, keeping=keep(), at=NOW)

    assert (file.name, file.media_type) == ("goods.csv", "text/csv")


WHO_SEES = {
    "private": {"bob"},
    "administration": {"alice", "bob", "beth"},
    "region": {"alice", "bob", "beth", "charlie"},
    "public": {"alice", "bob", "beth", "charlie", "dora"},
}


@pytest.mark.parametrize("access", WHO_SEES)
def test_who_may_open_a_file(keep, people, access):
    file = stored(keep, access)

    may = {name for name, person in people.items() if permissions.openable_by(person).exists()}

    assert may == WHO_SEES[access]
    for name, person in people.items():
        if name in may:
            assert services.path_for(person, file).is_file()
        else:
            with pytest.raises(services.FileNotOpenError):
                services.open_for(person, file)


def test_a_retired_file_opens_for_nobody_and_stays_on_record(keep, people):
    file = stored(keep, "administration")

    services.retire(file=file, by=people["alice"], at=LATER)

    with pytest.raises(services.FileNotOpenError):
        services.open_for(people["bob"], file)
    kept = permissions.visible_to(people["beth"]).get()
    assert (kept.retired_at, kept.retired_by) == (LATER, people["alice"])


@pytest.mark.parametrize("name", ["beth", "charlie", "dora"])
def test_others_retire_nothing_and_replace_nothing(keep, people, name):
    file = stored(keep, "administration")

    with pytest.raises(services.FilesError):
        services.retire(file=file, by=people[name], at=LATER)
    with pytest.raises(services.FilesError):
        services.store([b"x"], name="x", keeping=keep(name), at=LATER, replaces=file)
    assert StoredFile.objects.count() == 1


def test_a_coordinator_does_not_retire_what_is_private(keep, people):
    with pytest.raises(services.FilesError):
        services.retire(file=stored(keep), by=people["alice"], at=LATER)


def test_versions_form_one_chain(keep):
    first = stored(keep)
    second = services.store([b"2"], name="goods.csv", keeping=keep(), at=LATER, replaces=first)

    assert (second.version, second.replaces) == (2, first)
    with pytest.raises(services.FilesError, match="new version in its place already"):
        services.store([b"3"], name="goods.csv", keeping=keep(), at=LATER, replaces=first)


def test_a_donor_shares_nothing_with_the_region(keep):
    with pytest.raises(services.FilesError, match="narrower circle"):
        stored(keep, "region", owner="dora")


def begin(keep, size: int, **values) -> Upload:
    return services.begin_upload(name="big.csv", size=size, keeping=keep(), at=NOW, **values)


def test_slices_become_the_file(keep, people):
    upload = begin(keep, len(CSV))

    services.take_slice(upload=upload, offset=0, data=CSV[:10], at=NOW)
    upload = services.take_slice(upload=upload, offset=10, data=CSV[10:], at=NOW)
    file = services.finish_upload(upload=upload, at=LATER)

    assert read(people["bob"], file) == CSV
    assert services.finish_upload(upload=upload, at=LATER) == file


def test_a_slice_elsewhere_is_refused_and_says_where_to_go_on(keep):
    upload = begin(keep, 20)
    services.take_slice(upload=upload, offset=0, data=b"x" * 8, at=NOW)

    for wrong in (0, 4, 12):
        with pytest.raises(services.WrongOffsetError) as refused:
            services.take_slice(upload=upload, offset=wrong, data=b"y", at=NOW)
        assert refused.value.received == 8


def test_a_slice_written_before_a_crash_is_written_again(keep):
    """The bytes reached the disk, the record did not: the browser sends the slice once more."""
    upload = begin(keep, 6)
    gateways.write_slice(upload.pk, offset=0, data=b"wrongandlong")

    services.take_slice(upload=upload, offset=0, data=b"right!", at=NOW)

    file = services.finish_upload(upload=upload, at=LATER)
    assert file.sha256 == hashlib.sha256(b"right!").hexdigest()


def test_a_crash_between_the_disk_and_the_record_costs_nothing(keep):
    upload = begin(keep, 3)
    upload = services.take_slice(upload=upload, offset=0, data=b"abc", at=NOW)
    gateways.link_part(upload.pk)

    file = services.finish_upload(upload=upload, at=LATER)

    assert gateways.path_of(file.sha256).read_bytes() == b"abc"


def test_missing_slices_make_no_file(keep):
    upload = begin(keep, 20)
    services.take_slice(upload=upload, offset=0, data=b"x" * 8, at=NOW)

    with pytest.raises(services.WrongOffsetError):
        services.finish_upload(upload=upload, at=LATER)
    assert StoredFile.objects.count() == 0


def test_more_than_was_announced_is_refused(keep):
    with pytest.raises(services.FilesError, match="At most 5 bytes"):
        services.take_slice(upload=begin(keep, 5), offset=0, data=b"x" * 6, at=NOW)


def test_too_large_is_said_before_a_byte_is_sent(keep, settings):
    settings.TAMGHA_UPLOAD_MB = 1

    with pytest.raises(services.FilesError, match="1 MB at most"):
        begin(keep, 1024 * 1024 + 1)


def test_an_empty_file_may_be_sent_in_slices(keep):
    file = services.finish_upload(upload=begin(keep, 0), at=LATER)

    assert file.size == 0


def test_forgotten_uploads_are_dropped(keep):
    old = begin(keep, 10)
    services.take_slice(upload=old, offset=0, data=b"x", at=NOW)

    services.begin_upload(name="y", size=1, keeping=keep(), at=NOW + timedelta(days=8))

    assert not Upload.objects.filter(pk=old.pk).exists()
    assert not gateways.part_of(old.pk).exists()


def test_nobody_fills_the_disk_with_beginnings(keep):
    for _ in range(15):
        begin(keep, 10)

    assert Upload.objects.count() == services.MOST_OPEN


@pytest.mark.parametrize(
    "wrong",
    [
        {"access": "friends"},
        {"access": Access.ADMINISTRATION, "administration": None},
        {"version": 2},
        {"size": -1},
        {"name": ""},
    ],
)
def test_the_database_refuses_a_wrong_record(keep, wrong):
    file = stored(keep)

    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.filter(pk=file.pk).update(**wrong)


def test_nobody_else_on_the_machine_reads_a_part_file(keep):
    upload = begin(keep, 10)
    services.take_slice(upload=upload, offset=0, data=b"x", at=NOW)

    assert gateways.part_of(upload.pk).stat().st_mode & 0o077 == 0
