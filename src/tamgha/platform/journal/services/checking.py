"""Checking the whole journal: every sealed entry, every head, and the tail."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from tamgha.platform.journal import gateways
from tamgha.platform.journal.domain import (
    HEAD_KIND,
    KEPT_EVERY,
    Fault,
    Frontier,
    Node,
    Report,
    SignedHead,
    Tail,
)
from tamgha.platform.journal.models import Head, TreeNode
from tamgha.platform.journal.queries import last_sealed_number
from tamgha.platform.trust import services as trust
from tamgha.platform.trust.queries import last_sealing
from tamgha.shared.words import Words

MOST_FAULTS: Final = 100
SIGNATURES: Final = 2_000
"""Signatures that are checked at most, evenly: each head holds the digest of the one before, so the
last signature speaks for all; the others only say where a chain was broken."""


def check(*, kept: Sequence[SignedHead] = (), told: Callable[[int], None] | None = None) -> Report:
    """Read the whole journal and return what is not as it was written; memory stays flat.

    Parameters
    ----------
    kept : heads that were written down elsewhere: this journal must still hold what they cover
    told : called now and then with how many sealed entries were read
    """
    run = _Check(kept)
    for place in gateways.placed_rows():
        run.take(place)
        if told is not None and not place.position % 10_000:
            told(place.position)
    run.end()
    tail = run.read_tail()
    run.check_guards()
    faults = sorted(run.rows, key=lambda fault: fault.entry or 0) + run.others
    return Report(run.size, run.heads, tail, tuple(faults[:MOST_FAULTS]))


class _Check:
    """What a check knows while it reads the places in their order."""

    def __init__(self, kept: Sequence[SignedHead]) -> None:
        self.rows: list[Fault] = []
        self.others: list[Fault] = []
        self.heads = 0
        self._frontier = Frontier()
        self._block_start = 0
        self._is_tree_whole = True
        self._stored: dict[int, bytes] = {}
        self._kept = sorted(kept, key=lambda head: head.size)
        self._before: SignedHead | None = None
        self._stride = max(1, Head.objects.count() // SIGNATURES)
        self._heads = _heads_in_order()
        self._next = next(self._heads, None)

    @property
    def size(self) -> int:
        """Places that were read so far."""
        return self._frontier.size

    def take(self, place: gateways.PlacedRow) -> None:
        """Check one place: its number in the order, the entry there, the nodes and heads it ends."""
        if place.position != self.size and self._is_tree_whole:
            self._break(
                "place",
                None,
                f"the entry at position {self.size} of the sealed order has lost its place",
                f"запись на позиции {self.size} опечатанного порядка лишилась своего места",
            )
        if place.now is None:
            self._row_fault("missing", place.number, _MISSING)
        elif place.now != place.leaf:
            self._row_fault("changed", place.number, _CHANGED)
        if self.size % (1 << KEPT_EVERY) == 0:
            self._block_start = place.number
        for node in self._frontier.push(place.leaf):
            self._compare(node, place.number)
        while self._next is not None and self._next.size <= self.size:
            self._check_head(self._next, place.number)
            self._next = next(self._heads, None)
        while self._kept and self._kept[0].size <= self.size:
            self._check_kept(self._kept.pop(0))

    def end(self) -> None:
        """Check that no head covers more than there is, and that none was taken away."""
        for short in (self._next, *self._kept):
            if short is not None:
                self._break(
                    "head",
                    None,
                    f"head {short.number} covers {short.size} entries, only {self.size} are there",
                    f"печать {short.number} охватывает записей: {short.size}, найдено: {self.size}",
                )
                break
        last, sealed = self._before, last_sealing(HEAD_KIND)
        covered = last.size if last else 0
        is_last = (sha256(last.statement).digest() if last else None) == (
            bytes(sealed.digest) if sealed else None
        )
        if self._next is None and (covered < self.size or not is_last):
            self._break(
                "head",
                None,
                f"the newest heads are gone: the last one there is number "
                f"{last.number if last else 0}, and the node's key has sealed a later one",
                f"последние печати исчезли: осталась печать номер {last.number if last else 0}, "
                "а ключ узла подписал более позднюю",
            )

    def read_tail(self) -> Tail:
        """Count what is not sealed yet, and check that the node wrote it."""
        count, since, is_ours = 0, "", trust.mark_check()
        highest = last_sealed_number()
        for row in gateways.unsealed_rows(after=gateways.BEFORE_ALL):
            count += 1
            since = min(since or row.at, row.at)
            if not is_ours(row.content.encode(), row.mark):
                self._row_fault("inserted", row.number, _PUT_IN if row.number < highest else _TAIL)
        for number in gateways.lost_numbers(after=highest):
            self._row_fault("missing", number, _LOST)
        moment = datetime.fromisoformat(since).replace(tzinfo=UTC) if since else None
        return Tail(count, moment)

    def check_guards(self) -> None:
        """Check that the database still refuses changes."""
        for table in gateways.missing_guards():
            self.others.append(
                Fault(
                    "guard",
                    None,
                    Words(
                        f"the triggers that guard the table {table} are gone or switched off",
                        f"триггеры, защищающие таблицу {table}, удалены или отключены",
                    ),
                )
            )

    def _compare(self, node: Node, number: int) -> None:
        if not self._is_tree_whole:
            return
        if node.level == KEPT_EVERY:
            if node.place not in self._stored:
                self._stored = _kept_nodes(node.place)
            stored = self._stored.get(node.place)
        else:
            found = TreeNode.objects.filter(level=node.level, index=node.place).first()
            stored = bytes(found.hash) if found else None
        if stored != node.hash:
            first = self._block_start if node.level == KEPT_EVERY else None
            self._break(
                "place",
                first,
                f"among the entries from {first or 'the beginning'} to {number} one was changed "
                "together with its leaf, or the order was",
                f"среди записей с {first or 'первой'} по {number} одна изменена вместе со своим "
                "листом, или изменён их порядок",
            )

    def _check_head(self, head: SignedHead, number: int) -> None:
        self.heads += 1
        before, self._before = self._before, head
        if head.number != (before.number if before else 0) + 1 or head.previous != (
            before.digest if before else b""
        ):
            self._head_fault(head, "does not follow the head before it", "не следует за предыдущей")
        elif self._is_tree_whole and (head.size != self.size or head.root != self._frontier.root()):
            self._break(
                "head",
                None,
                f"head {head.number} does not fit the entries under it, up to entry {number}: "
                "one of them was changed together with its leaf",
                f"печать {head.number} не подходит к записям под ней, до записи {number}: "
                "одна из них изменена вместе со своим листом",
            )
        is_last = self._stride == 1 or head.number % self._stride == 0
        if is_last or (before and before.key != head.key) or self._is_newest(head):
            self._check_signature(head)

    def _is_newest(self, head: SignedHead) -> bool:
        return not Head.objects.filter(number__gt=head.number).exists()

    def _check_signature(self, head: SignedHead) -> None:
        try:
            trust.verify(HEAD_KIND, head.statement, trust.Signature(head.key, head.signature))
        except trust.BrokenSealError as broken:
            self._head_fault(head, broken.words.en, broken.words.ru)

    def _check_kept(self, kept: SignedHead) -> None:
        self._check_signature(kept)
        if self._is_tree_whole and (kept.size != self.size or kept.root != self._frontier.root()):
            self._break(
                "head",
                None,
                f"the journal no longer holds what the kept head {kept.number} covers",
                f"журнал уже не содержит того, что охватывает сохранённая печать {kept.number}",
            )

    def _row_fault(self, kind: str, number: int, words: Words) -> None:
        if len(self.rows) < MOST_FAULTS:
            self.rows.append(Fault(kind, number, words.format(number=number)))

    def _head_fault(self, head: SignedHead, en: str, ru: str) -> None:
        if len(self.others) < MOST_FAULTS:
            words = Words(f"head {head.number}: {en}", f"печать {head.number}: {ru}")
            self.others.append(Fault("head", None, words))

    def _break(self, kind: str, entry: int | None, en: str, ru: str) -> None:
        """Note a fault of the tree; above it nothing can fit, so the tree is not compared again."""
        self._is_tree_whole = False
        self.others.append(Fault(kind, entry, Words(en, ru)))


_CHANGED = Words(
    "entry {number} was changed after it was sealed", "запись {number} изменена после опечатывания"
)
_MISSING = Words(
    "entry {number} was sealed and is missing", "запись {number} была опечатана и отсутствует"
)
_LOST = Words(
    "entry {number} was written, not sealed yet, and is missing",
    "запись {number} была сделана, ещё не опечатана, и отсутствует",
)
_PUT_IN = Words(
    "entry {number} was put in by another hand: it does not bear this node's mark",
    "запись {number} вставлена посторонним: на ней нет метки этого узла",
)
_TAIL = Words(
    "entry {number}, not sealed yet, was put in or changed by another hand: it does not bear this "
    "node's mark",
    "запись {number}, ещё не опечатанная, вставлена или изменена посторонним: на ней нет метки "
    "этого узла",
)


def _heads_in_order() -> Iterator[SignedHead]:
    after = 0
    while page := list(Head.objects.filter(size__gt=after).order_by("size")[:1_000]):
        yield from (head.signed for head in page)
        after = page[-1].size


def _kept_nodes(first: int) -> dict[int, bytes]:
    found = TreeNode.objects.filter(level=KEPT_EVERY, index__gte=first).order_by("index")
    return {index: bytes(value) for index, value in found.values_list("index", "hash")[:1_000]}
