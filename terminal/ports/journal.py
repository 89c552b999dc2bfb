"""The journal: the truth of a till, its outbox, and the only thing that must never be lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from terminal.ports.clock import Stamp
from terminal.ports.history import History
from terminal.ports.promotions import PromotionUses
from terminal.ports.sales import DoneSales
from terminal.ports.stock import Stock
from terminal.wire.chain import Row
from terminal.wire.events import Fact
from terminal.wire.record import TillRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last row: ``seq`` is 0 and ``hash`` the genesis hash before the first event."""

    epoch: int
    seq: int
    hash: bytes


class Journal(Protocol):
    """Append-only, hash-chained, durable. One thread owns it."""

    @property
    def head(self) -> Head:
        """The last durable row."""

    @property
    def low_space(self) -> bool:
        """Whether there is room for the sale at hand only: then no other may begin. `rest` finds room again."""

    def append(self, facts: Sequence[Fact], *, stamp: Stamp, biz_date: str) -> Head:
        """Write all facts in one durable transaction (fsync) and return the new head.

        `DiskFullError` when there is no room: nothing is written then, and the counter may go on.
        """

    def read(self, after_seq: int, *, limit: int) -> tuple[Row, ...]:
        """Return at most ``limit`` rows after a sequence, oldest first, over all files."""

    def rest(self, record: bytes | None) -> str:
        """Do in idle what can wait, a few milliseconds of it: check old rows, close a large file.

        With the encoded record as of `head` (between sales) the next file may begin. Returns what was found wrong, as
        a sentence with file and sequence, or nothing.
        """

    def prune(self, *, acked_seq: int, archived_seq: int, now_ms: int) -> tuple[str, ...]:
        """Delete closed files whole that HQ has acknowledged, archived, and that are old; return their names."""

    def prune_epoch(self, epoch: int, *, archived_seq: int, now_ms: int) -> tuple[str, ...]:
        """Delete files of an earlier epoch by the same rule, the last one too; return their names.

        HQ has every row of that epoch and keeps those up to ``archived_seq`` for good.
        """

    def close(self) -> None:
        """Close the files."""


class RecordStore(Protocol):
    """``state.db``: the record of the till as of a sequence, so that a start replays only the tail of the journal."""

    @property
    def sales(self) -> DoneSales:
        """The done sales, in tables beside the record."""

    @property
    def promotions(self) -> PromotionUses:
        """Coupons that were used, and how often rules with a limit were, in tables beside the record."""

    @property
    def stock(self) -> Stock:
        """How much there should be of articles."""

    @property
    def history(self) -> History:
        """What was done at this till."""

    def load(self) -> tuple[int, bytes] | None:
        """Return (seq, encoded record) of this epoch, or None when missing or damaged: the journal rebuilds it."""

    def take(self, seq: int, facts: Sequence[Fact], before: TillRecord) -> None:
        """Let the tables beside the record take facts that are durable, the first as ``seq``.

        ``before`` is the record without them. What is told again after a restart counts once.
        """

    def save(self, seq: int, record: bytes) -> None:
        """Replace the stored record; losing the last save is allowed, tearing it is not."""

    def rest(self) -> None:
        """Do in idle what waits for the disk."""

    def forget(self, before_ms: int) -> None:
        """Let the tables drop what was done before a time (UTC)."""

    def close(self) -> None:
        """Close the file."""
