"""Take a file in: look, check, decide, store. The two phases apart, or all in one call."""

import shutil
import tempfile
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from tamgha.risk.schema.catalogue import make_folder, read_catalogue
from tamgha.risk.schema.check import Checker, Progress, plan_for, sha256_of
from tamgha.risk.schema.checked import CHECKED, Checked, checked_from
from tamgha.risk.schema.errors import SetError
from tamgha.risk.schema.files import LIMITS, FileShape, Limits
from tamgha.risk.schema.mapping import Mapping
from tamgha.risk.schema.reading import look_at
from tamgha.risk.schema.sets import DeclarationSet
from tamgha.risk.schema.store import (
    keys_in_set,
    publish,
    refuse_same_file,
    versions_in_set,
    write_rejects,
)
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

OnFault = Literal["refuse", "take_good"]
Watch = Callable[[Progress], None]
WORK_NAMES = ("faults-*.arrow", "late-*.arrow", "good-*.arrow", CHECKED)


@dataclass(frozen=True, slots=True)
class Taken:
    """How an intake ended.

    Parameters
    ----------
    checked : what the check found
    stored : the set as it is now; None when nothing was taken
    rejects : file with the rows to mend, when one was written
    """

    checked: Checked
    stored: DeclarationSet | None
    rejects: Path | None = None

    @property
    def taken(self) -> int:
        """Rows stored."""
        return self.checked.good if self.stored is not None else 0

    @property
    def refused(self) -> int:
        """Rows with a fault."""
        return self.checked.refused


class Intake:
    """One file on its way into a set.

    Parameters
    ----------
    file : CSV, XLSX or Parquet
    mapping : how it is taken
    work : folder for what the check finds; it is emptied. A page gives one and takes the check up again
        with ``Checked.open(work)``; None makes one that ``close`` removes
    limits : how much the file may ask of the machine

    Examples
    --------
    >>> with Intake(file, Mapping.load("kcs")) as intake:      # doctest: +SKIP
    ...     checked = intake.check(into=folder)
    ...     if checked.is_clean:
    ...         intake.store(folder)
    """

    def __init__(
        self,
        file: Path | str,
        mapping: Mapping,
        *,
        work: Path | str | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        self.file = Path(file)
        self.mapping = mapping
        self.limits = limits
        self._own_work = work is None
        self.work = Path(tempfile.mkdtemp(prefix="tamgha-intake-")) if work is None else Path(work)
        self.checked: Checked | None = None

    def __enter__(self) -> "Intake":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the work folder, if it was made here."""
        if self._own_work:
            shutil.rmtree(self.work, ignore_errors=True)

    def look(self) -> FileShape:
        """Return how the file is written, with its header and a sample.

        Raises
        ------
        FileError
            If it cannot be read as a table.
        """
        return look_at(
            self.file,
            encoding=self.mapping.encoding,
            separator=self.mapping.separator,
            sheet=self.mapping.sheet,
            limits=self.limits,
        )

    def check(
        self,
        *,
        into: Path | str | None = None,
        progress: Watch | None = None,
        cancelled: Callable[[], bool] | None = None,
        today: date | None = None,
    ) -> Checked:
        """Try every row of the file; nothing is stored.

        Parameters
        ----------
        into : set that the rows are meant for; rows that it has already are faults. It need not exist
        progress : called after every batch
        cancelled : asked before every batch
        today : lodgings after this day are warned of

        Raises
        ------
        FileError
            If the file cannot be read as a table.
        MappingError
            If the mapping does not fit the file.
        SetError
            If the set took in the same file before.
        CancelledError
            If ``cancelled()`` said so.
        """
        make_folder(self.work)
        _empty(self.work)
        shape = self.look()
        plan = plan_for(self.mapping, shape)
        checker = Checker(self.file, shape, plan, self.work, limits=self.limits, today=today)
        changed_ns, digest = self.file.stat().st_mtime_ns, sha256_of(self.file)
        if into is not None:
            _refuse_taken(self.file, digest, Path(into))
        checker.run(progress, cancelled)
        against = _compare(checker, self.mapping.holds, Path(into)) if into is not None else ""
        self.checked = checked_from(
            file=self.file,
            sha256=digest,
            shape=shape,
            plan=plan,
            work=self.work,
            tally=checker.tally,
            against=against,
            changed_ns=changed_ns,
        )
        return self.checked

    def store(
        self,
        into: Path | str,
        *,
        name: str = "",
        at: str = "",
        on_fault: OnFault = "refuse",
        rejects: Path | str | None = None,
        progress: Watch | None = None,
    ) -> Taken:
        """Store what the check laid ready, as ``store_checked`` does."""
        if self.checked is None:
            self.check(into=into)
        if self.checked is None:
            raise ValueError("a check leaves its result")
        return store_checked(
            self.checked,
            into,
            name=name,
            at=at,
            on_fault=on_fault,
            rejects=rejects,
            progress=progress,
        )


def store_checked(
    checked: Checked,
    into: Path | str,
    *,
    name: str = "",
    at: str = "",
    on_fault: OnFault = "refuse",
    rejects: Path | str | None = None,
    progress: Watch | None = None,
) -> Taken:
    """Carry out the decision about a checked file.

    Parameters
    ----------
    checked : from ``Intake.check(into=...)`` or ``Checked.open``
    into : folder of the set; made when missing
    name : of a new set; the folder's name when empty
    at : ISO moment of the decision, kept in the set's history
    on_fault : "refuse" takes nothing when any row has a fault; "take_good" takes the others
    rejects : file for the refused rows, with what is wrong with each; also written when nothing is taken
    progress : called after every part

    Returns
    -------
    Taken
        With ``stored`` None when nothing was taken.

    Raises
    ------
    SetError
        If the same file was taken in before, or the set changed since the check.
    """
    folder, target = Path(into), None if rejects is None else Path(rejects)
    _refuse_torn(checked)
    refused = checked.refused > 0
    if checked.good == 0 or (refused and on_fault == "refuse"):
        if refused and target is not None:
            write_rejects(checked, target)
        return Taken(checked, None, target if refused else None)
    stored = publish(
        checked,
        folder,
        name=name,
        at=at,
        rejects=target if refused else None,
        progress=progress,
    )
    return Taken(checked, stored, target if refused else None)


def take_in(  # noqa: PLR0913 -- all of one intake, by keyword only
    file: Path | str,
    mapping: Mapping | str | Path,
    into: Path | str,
    *,
    on_fault: OnFault = "refuse",
    rejects: Path | str | None = None,
    name: str = "",
    at: str = "",
    today: date | None = None,
    progress: Watch | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Taken:
    """Check a file and store it, in one call.

    Parameters
    ----------
    file : CSV, XLSX or Parquet
    mapping : a mapping, the name of a shipped one ("kcs"), or the path of a TOML file
    into : folder of the set; made when missing
    on_fault, rejects, name, at, today, progress, cancelled : as in ``Intake``

    Returns
    -------
    Taken
        What the check found lies in a temporary folder, which goes when the result is let go.
    """
    chosen = mapping if isinstance(mapping, Mapping) else Mapping.load(mapping)
    work = Path(tempfile.mkdtemp(prefix="tamgha-intake-"))
    intake = Intake(file, chosen, work=work)
    try:
        checked = intake.check(into=into, progress=progress, cancelled=cancelled, today=today)
        weakref.finalize(checked, shutil.rmtree, work, ignore_errors=True)
        return intake.store(
            into, name=name, at=at, on_fault=on_fault, rejects=rejects, progress=progress
        )
    except TamghaError:
        shutil.rmtree(work, ignore_errors=True)
        raise


def _empty(work: Path) -> None:
    for pattern in WORK_NAMES:
        for path in work.glob(pattern):
            path.unlink()


def _compare(checker: Checker, holds: str, folder: Path) -> str:
    """Compare the keys with those of the set; return its fingerprint, "" when there is none yet."""
    if not (folder / "set.json").is_file():
        return ""
    catalogue, fingerprint = read_catalogue(folder)
    if holds == "items":
        checker.refuse_late(checker.keys.lines_of(keys_in_set(folder, catalogue)), "in_set")
    else:
        checker.refuse_late(checker.keys.strangers_to(keys_in_set(folder, catalogue)), "not_in_set")
        told = versions_in_set(folder, catalogue)
        checker.refuse_late(checker.keys.versions_of(told), "in_set")
    return fingerprint


def _refuse_taken(file: Path, digest: str, folder: Path) -> None:
    if (folder / "set.json").is_file():
        refuse_same_file(read_catalogue(folder)[0], file.name, digest)


def _refuse_torn(checked: Checked) -> None:
    """Refuse a file that is not the one that was checked; an untouched one is not read again."""
    if checked.file.is_file():
        now = checked.file.stat()
        if (now.st_mtime_ns, now.st_size) == (checked.changed_ns, checked.shape.size):
            return
        if sha256_of(checked.file) == checked.sha256:
            return
    raise SetError(
        Words(
            f"{checked.file.name} is not the file that was checked. Check it again.",
            f"{checked.file.name} — не тот файл, что был проверен. Проверьте его заново.",
        )
    )
