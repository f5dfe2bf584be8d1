"""What a check found, in memory or taken up again from its work folder days later."""

import heapq
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from tamgha.risk.schema.catalogue import write_whole
from tamgha.risk.schema.check import LABEL, LINE, Plan, Tally, plan_for
from tamgha.risk.schema.codes import code_list
from tamgha.risk.schema.errors import SetError
from tamgha.risk.schema.faults import (
    LINE_FAULTS,
    TEMPLATED,
    WARNINGS,
    Fault,
    Warning_,
    expected_of,
    likely_of,
)
from tamgha.risk.schema.files import FileShape
from tamgha.risk.schema.hs import LISTED_EDITION
from tamgha.risk.schema.mapping import Mapping
from tamgha.risk.schema.rules import Rule
from tamgha.shared.words import Words

CHECKED = "checked.json"
NO_RULE = ("spare_column", "no_such_field", "blank_lines")


@dataclass(frozen=True)
class Checked:
    """The result of a check; nothing is stored yet.

    Parameters
    ----------
    file : path of the file
    sha256 : of its bytes
    shape : how it is written
    plan : how it is taken
    work : folder with the faults and the good rows
    rows : lines below the header that are not blank
    good : rows without a fault
    blank : blank lines
    fault_counts : ((code, field), count) pairs; field "" for whole lines
    warning_counts : ((code, field), count) pairs
    examples : first lines and values of each warning, aligned with ``warning_counts``
    day_counts : for each batch of good rows, (ISO day, rows) pairs
    against : fingerprint of the set that the rows were compared with, "" for none
    changed_ns : moment of the file's last change, as the file system says it
    """

    file: Path
    sha256: str
    shape: FileShape
    plan: Plan
    work: Path
    rows: int
    good: int
    blank: int
    fault_counts: tuple[tuple[tuple[str, str], int], ...]
    warning_counts: tuple[tuple[tuple[str, str], int], ...]
    examples: tuple[tuple[tuple[int, str], ...], ...]
    day_counts: tuple[tuple[tuple[str, int], ...], ...]
    against: str = ""
    changed_ns: int = 0

    @property
    def refused(self) -> int:
        """Rows with at least one fault."""
        return self.rows - self.good

    @property
    def fault_count(self) -> int:
        """Faults; one row may have several."""
        return sum(count for _, count in self.fault_counts)

    @property
    def is_clean(self) -> bool:
        """Whether every row can be taken."""
        return self.good == self.rows

    @property
    def mapping(self) -> Mapping:
        """The mapping, with what was found put in place of "auto"."""
        return self.plan.mapping

    @property
    def date_formats(self) -> dict[str, str]:
        """Format by field of the file, in the letters of strftime."""
        return {rule.header: rule.format for rule in self.plan.rules if rule.format}

    @property
    def first_day(self) -> date | None:
        """First day among the good rows."""
        return min(self._days(), default=None)

    @property
    def last_day(self) -> date | None:
        """Last day among the good rows."""
        return max(self._days(), default=None)

    def _days(self) -> set[date]:
        return {date.fromisoformat(day) for batch in self.day_counts for day, _ in batch}

    def faults_by_column(self) -> list[tuple[str, int]]:
        """Return (column as the file names it, faults), the most first; "" for whole lines."""
        headers = {rule.target: rule.header for rule in self.plan.rules}
        sums: dict[str, int] = {}
        for (_, target), count in self.fault_counts:
            name = headers.get(target, "")
            sums[name] = sums.get(name, 0) + count
        return sorted(sums.items(), key=lambda entry: -entry[1])

    def faults(self, *, column: str | None = None) -> Iterator[Fault]:
        """Yield the faults in the order of the file, without holding them all in memory.

        Parameters
        ----------
        column : only those of this column, as the file names it; None for all
        """
        rules = {rule.target: rule for rule in self.plan.rules}
        words: dict[tuple[str, str], Words] = {}
        for line, value, target, code, found in self.raw_faults():
            rule = rules.get(target)
            header = rule.header if rule else ""
            if column is not None and header != column:
                continue
            key = (target, code)
            if key not in words:
                words[key] = expected_of(rule, code) if rule else LINE_FAULTS[code]
            expected = words[key]
            if code in TEMPLATED:
                expected = expected.format(width=len(self.shape.header), found=found)
            likely = likely_of(rule, code, value) if rule else None
            field = target.removeprefix(LABEL)
            yield Fault(line, header, field, value, code, expected, likely)

    def raw_faults(self) -> Iterator[tuple[int, str, str, str, int]]:
        """Yield (line, value, target, code, number found) in the order of the file."""
        early = _rows_of(sorted(self.work.glob("faults-*.arrow")))
        late = [_rows_of([path]) for path in sorted(self.work.glob("late-*.arrow"))]
        ranked = heapq.merge(early, *late, key=lambda row: (row[0], row[4]))
        yield from (
            (line, value, target, code, found) for line, value, target, code, _, found in ranked
        )

    def refused_lines(self) -> np.ndarray:
        """Return the lines that have a fault, ascending."""
        found = [np.empty(0, np.int64)]
        for pattern in ("faults-*.arrow", "late-*.arrow"):
            found += [
                pl.read_ipc(path, columns=[LINE])[LINE].unique().to_numpy()
                for path in self.work.glob(pattern)
            ]
        return np.sort(pl.Series(np.concatenate(found)).unique().to_numpy())

    def most_fields(self) -> int:
        """Return how many fields the longest line has, the header's number at least."""
        most = len(self.shape.header)
        for path in self.work.glob("faults-*.arrow"):
            frame = pl.read_ipc(path, columns=["code", "found"])
            found = frame.filter(pl.col("code") == "too_many_fields")["found"].max()
            most = max(most, found) if isinstance(found, int) else most
        return most

    @property
    def warnings(self) -> list[Warning_]:
        """What is odd but taken, the most frequent first."""
        rules = {rule.target: rule for rule in self.plan.rules}
        found = []
        for ((code, target), count), examples in zip(
            self.warning_counts, self.examples, strict=True
        ):
            rule = rules.get(target)
            column = target if code in NO_RULE else (rule.header if rule else "")
            field = "" if code in NO_RULE else target.removeprefix(LABEL)
            found.append(
                Warning_(
                    code=code,
                    column=column,
                    field=field,
                    count=count,
                    says=_says(code, rule, self.mapping),
                    rows=tuple(line for line, _ in examples),
                    values=tuple(value for _, value in examples),
                )
            )
        return sorted(found, key=lambda warning: -warning.count)

    def save(self) -> None:
        """Write ``checked.json``, so that the check can be taken up again."""
        told = {
            "file": str(self.file.absolute()),
            "sha256": self.sha256,
            "shape": asdict(replace(self.shape, sample=())),
            "sample": [list(row) for row in self.shape.sample[:200]],
            "mapping": self.mapping.dumps(),
            **{name: getattr(self, name) for name in _PLAIN},
        }
        write_whole(self.work / CHECKED, json.dumps(told, ensure_ascii=False).encode())

    @staticmethod
    def open(work: Path | str) -> "Checked":
        """Take up a check again.

        Raises
        ------
        SetError
            If the folder holds no finished check.
        """
        folder = Path(work)
        try:
            told = json.loads((folder / CHECKED).read_bytes())
        except (OSError, ValueError) as error:
            raise SetError(
                Words(
                    f"{folder} holds no finished check. Check the file again.",
                    f"В {folder} нет законченной проверки. Проверьте файл заново.",
                )
            ) from error
        shape = _shape_from(told.pop("shape"), told.pop("sample"))
        mapping = Mapping.loads(told.pop("mapping"))
        plain: dict[str, Any] = {name: _tuples(told[name]) for name in _PLAIN}
        return Checked(
            file=Path(told["file"]),
            sha256=told["sha256"],
            shape=shape,
            plan=plan_for(mapping, shape),
            work=folder,
            **plain,
        )


_PLAIN = (
    "rows",
    "good",
    "blank",
    "fault_counts",
    "warning_counts",
    "examples",
    "day_counts",
    "against",
    "changed_ns",
)


def checked_from(  # noqa: PLR0913 -- the parts of one result
    *,
    file: Path,
    sha256: str,
    shape: FileShape,
    plan: Plan,
    work: Path,
    tally: Tally,
    against: str,
    changed_ns: int,
) -> Checked:
    """Return the result of a check from its tally."""
    warned = sorted(tally.warned.items())
    checked = Checked(
        file=file,
        sha256=sha256,
        shape=shape,
        plan=plan,
        work=work,
        rows=tally.rows,
        good=tally.good,
        blank=tally.blank,
        fault_counts=tuple(sorted(tally.faults.items())),
        warning_counts=tuple(warned),
        examples=tuple(tuple(tally.examples.get(key, ())) for key, _ in warned),
        day_counts=tuple(
            tuple((day.isoformat(), count) for day, count in sorted(days.items()))
            for days in tally.days
        ),
        against=against,
        changed_ns=changed_ns,
    )
    checked.save()
    return checked


def _rows_of(paths: list[Path]) -> Iterator[tuple[int, str, str, str, int, int]]:
    for path in paths:
        frame = pl.read_ipc(path)
        yield from frame.select(LINE, "value", "target", "code", "place", "found").iter_rows()


def _says(code: str, rule: Rule | None, mapping: Mapping) -> Words:
    words = WARNINGS[code]
    edition = mapping.constants.get("hs_edition", "")
    if rule is not None and rule.column.codes and rule.column.codes != "hs":
        edition = code_list(rule.column.codes).edition
    limit = ""
    if rule is not None and code.startswith("unusually"):
        limit = f"{rule.usual[0 if code == 'unusually_low' else 1]:g}"
        limit += f" {rule.column.unit}" if rule.column.unit == "kg" else ""
    return words.format(edition=edition, listed=LISTED_EDITION, limit=limit)


def _shape_from(told: dict[str, object], sample: list[list[str]]) -> FileShape:
    values = {**told, "header": _tuples(told["header"]), "sample": _tuples(sample)}
    return FileShape(**values)  # type: ignore[arg-type]  # as asdict wrote them


def _tuples(value: object) -> object:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value
