"""One pass over a table of rows: what the kinds of indicators share while it lasts."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tamgha.risk.engines.indicators_findings import (
    RowBook,
    Versions,
    finding_additions,
    joined,
    locate,
    read_versions,
)
from tamgha.risk.engines.indicators_rows import (
    Groups,
    Ints,
    Ordered,
    Rows,
    by_group,
    dictionary_codes,
    number_column,
)
from tamgha.risk.engines.indicators_tally import (
    Additions,
    Placed,
    nothing,
    placed,
    together,
)
from tamgha.risk.indicators import Key

Codes = npt.NDArray[np.int32]
Keys = tuple[Key, ...]


@dataclass(slots=True)
class Run:
    """One pass.

    Parameters
    ----------
    rows : the rows whose values are wanted
    groups : slots of groups, kept between passes
    findings : results that became known since the last pass, or None
    book : earlier rows, when the state is kept; else None
    first : whether no rows came before
    """

    rows: Rows
    groups: Groups
    findings: pa.Table | None
    book: RowBook | None
    first: bool
    _placed: dict[Keys, Placed] = field(default_factory=dict)
    _weights: dict[Keys, Ints | None] = field(default_factory=dict)
    _additions: dict[tuple[int, int | None], tuple[Ints, Additions]] = field(default_factory=dict)
    _versions: tuple[Versions, Versions] | None = None
    _declarations: tuple[Codes, bool] | None = None

    @property
    def keeps(self) -> bool:
        """Whether a later pass may follow."""
        return self.book is not None

    def slots(self, keys: Keys) -> Codes:
        """Return the group of each row."""
        return self.groups.slots(self.rows, keys)

    def size(self, keys: Keys) -> int:
        """Return the number of groups seen so far."""
        self.slots(keys)
        return self.groups.size(keys)

    def ordered(self, keys: Keys) -> Ordered:
        """Return the rows by group."""
        return self.placed(keys).ordered

    def placed(self, keys: Keys) -> Placed:
        """Return the rows by group and day."""
        if keys not in self._placed:
            ordered = by_group(self.slots(keys), self.size(keys))
            self._placed[keys] = placed(ordered, self.rows.day)
        return self._placed[keys]

    def weights(self, keys: Keys) -> Ints | None:
        """Return 1 for the first row of each declaration in its group on its day, else 0.

        None stands for 1 everywhere: no declaration has two items.
        """
        if keys not in self._weights:
            self._weights[keys] = self._firsts(keys)
        return self._weights[keys]

    def _firsts(self, keys: Keys) -> Ints | None:
        table = self.rows.table
        if "declaration" not in table.column_names or "item" not in table.column_names:
            return None
        if (number_column(table, "item") == 1).all():
            return None
        codes, adjacent = self._declaration_codes()
        where = self.placed(keys)
        rows, slots, days = where.ordered.rows, where.ordered.slots, where.day
        if not adjacent:
            fine = np.lexsort((codes[rows], days, slots))
            rows, slots, days = rows[fine], slots[fine], days[fine]
        mine = codes[rows]
        is_first = np.ones(len(rows), np.bool_)
        is_first[1:] = (mine[1:] != mine[:-1]) | (slots[1:] != slots[:-1]) | (days[1:] != days[:-1])
        weights = np.zeros(self.rows.count, np.int64)
        weights[rows[is_first]] = 1
        return weights

    def _declaration_codes(self) -> tuple[Codes, bool]:
        """Return the declaration of each row, and whether those of one stand side by side."""
        if self._declarations is None:
            codes, values = dictionary_codes(self.rows.table["declaration"])
            changes = 1 + int(np.count_nonzero(codes[1:] != codes[:-1]))
            self._declarations = codes, changes == len(values)
        return self._declarations

    def row_additions(
        self, keys: Keys, amounts: tuple[Ints, ...], window_days: int | None
    ) -> Additions:
        """Return the rows as additions to totals of their groups, from the next day on."""
        day = self.rows.day
        one = Additions(day + np.int32(1), self.slots(keys), amounts)
        if window_days is None:
            return one
        gone = Additions(
            day + np.int32(window_days + 1),
            self.slots(keys),
            tuple(-amount for amount in amounts),
        )
        return together([one, gone])

    def finding_additions(self, keys: Keys, delay_days: int, window_days: int | None) -> Additions:
        """Return the findings as additions to (examined, found) of their rows' groups."""
        if self.findings is None:
            if self.book is not None:
                self.book.enter_slots(keys, self.slots(keys))
            return nothing(2)
        rows, dated = self._dated_findings(delay_days, window_days)
        if self.book is None:
            slots = self.slots(keys)
        else:
            self.book.enter_slots(keys, self.slots(keys))
            slots = self.book.slots[keys].values.astype(np.int32, copy=False)
        return Additions(dated.day, slots[rows], dated.amounts)

    def _dated_findings(self, delay_days: int, window_days: int | None) -> tuple[Ints, Additions]:
        wanted = (delay_days, window_days)
        if wanted not in self._additions:
            before, new = self._read_findings()
            days = self.rows.day if self.book is None else self.book.days.values
            both = joined([before, new]) if len(before.row) else new
            row, added = finding_additions(
                both, days[both.row].astype(np.int64), delay_days, window_days
            )
            if len(before.row):
                old_row, old = finding_additions(
                    before, days[before.row].astype(np.int64), delay_days, window_days
                )
                whole = together(
                    [
                        Additions(added.day, added.slot, (row, *added.amounts)),
                        Additions(
                            old.day, old.slot, (old_row, *(-amount for amount in old.amounts))
                        ),
                    ]
                )
                row, *amounts = whole.amounts
                added = Additions(whole.day, whole.slot, tuple(amounts))
            self._additions[wanted] = row, added
        return self._additions[wanted]

    def _read_findings(self) -> tuple[Versions, Versions]:
        """Return earlier versions of findings on the same rows, and the new ones."""
        if self._versions is None:
            assert self.findings is not None  # noqa: S101 -- asked only when there are some
            if self.book is None:
                new = read_versions(self.findings, locate(self.rows.table, self.findings))
                self._versions = new.of(np.zeros(len(new.row), np.bool_)), new
            else:
                new = read_versions(self.findings, self.book.find(self.findings))
                self._versions = self.book.record(new)
        return self._versions
