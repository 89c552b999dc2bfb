"""Both ends of the link: a till's journal with the cursor that sends it, and HQ's collector over its database."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random

from hq.bookcase import Bookcase
from hq.collector import Collector
from hq.examiner import Examiner
from hq.store.port import Store
from hq.store.sqlite import FILE_NAME, SqliteStore
from hq.till_keys import TillKeys
from lab.chaos.members.network import Line
from terminal.domain.ids import Identity
from terminal.offline.journal import JournalOptions, SqliteJournal
from terminal.offline.reader import JournalReader
from terminal.ports.clock import Stamp
from terminal.ports.journal import Head
from terminal.wire import envelope
from terminal.wire.events import Fact

OPTIONS = JournalOptions(ballast_bytes=0, rotate_bytes=256 << 10)
DAY = "2026-03-18"
DIES = 0.03
"""How often HQ dies before a commit, and as often behind it."""
GREETS_AGAIN = 0.05
MOST_ROWS = 12
"""Rows of a batch at most: many batches, and many gaps."""


class Ids:
    """Implements `terminal.ports.clock.IdSource`: the same ids for the same seed."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def uuid7(self, unix_ms: int) -> bytes:
        """Return 16 bytes that come once."""
        return unix_ms.to_bytes(6, "big") + self._random.randbytes(10)


class Sender:
    """The cursor that sends a till's journal to HQ, over lines both ways; it forgets all when its till dies."""

    def __init__(self, who: Identity, random: Random, *, reader: JournalReader, head: Callable[[], Head]) -> None:
        self.who = who
        self.up, self.down = Line(random), Line(random)
        self._random = random
        self._reader = reader
        self._head = head
        self._acked: int | None = None
        self._sent = 0

    @property
    def acked(self) -> int:
        """The last row that HQ has, as far as it was said."""
        return self._acked or 0

    @property
    def is_drained(self) -> bool:
        """Whether HQ has said that it has everything."""
        return self._acked == self._head().seq

    def forget(self) -> None:
        """The till is gone, and what was on its way."""
        self._acked = None
        self.up.cut()
        self.down.cut()

    def send(self) -> None:
        """Say where it is, or send the next rows; now and then the same ones again."""
        head = self._head()
        if self._acked is None or (not self.up.is_honest and self._random.random() < GREETS_AGAIN):
            birth = envelope.Birth(
                terminal=self.who.terminal, epoch=self.who.epoch, session="s", head=head.seq, hash=head.hash
            )
            self.up.send(b"B" + envelope.encode(birth))
            return
        if self._sent >= head.seq:
            self._sent = self._acked
        rows = self._reader.read(self._sent, limit=self._random.randint(1, MOST_ROWS))
        if rows:
            self._sent = rows[-1].seq
            message = envelope.pack_batch(
                rows, terminal=self.who.terminal, epoch=self.who.epoch, head=head.seq, sent_ms=0
            )
            self.up.send(b"E" + message)

    def receive(self) -> None:
        """Hear what HQ answered: how far it is, or where a gap is."""
        message = self.down.take()
        if message is None:
            return
        match envelope.decode_answer(message):
            case envelope.Acked(acked=acked):
                self._acked = max(acked, self._acked or 0)
                self._sent = max(self._sent, self._acked)
            case envelope.GapFound(first_seq=first_seq):
                self._sent = first_seq - 1
            case other:
                raise ValueError(f"HQ refuses an honest till: {other}")


class TillSide(Sender):
    """The journal of one till, on disk, and how far it was sent."""

    def __init__(self, folder: Path, who: Identity, random: Random) -> None:
        self._folder = folder
        self._ids = Ids(random)
        super().__init__(who, random, reader=JournalReader(folder, epoch=who.epoch), head=lambda: self._journal.head)
        self._journal = self._opened()

    def append(self, facts: Sequence[Fact], *, wall_ms: int) -> None:
        """Journal what happened, at once and durably."""
        stamp = Stamp(wall_ms=wall_ms, mono_ms=wall_ms, boot_id="boot")
        self._journal.append(facts, stamp=stamp, biz_date=DAY)

    def start_again(self) -> None:
        """Die, and come back with what is on the disk."""
        self._journal.close()
        self._journal = self._opened()
        self.forget()

    def close(self) -> None:
        """Close the journal."""
        self._journal.close()

    def _opened(self) -> SqliteJournal:
        return SqliteJournal(self._folder, self.who, ids=self._ids, options=OPTIONS)


class HqDiedError(Exception):
    """HQ is gone in the middle of its work."""


def _die(now: bool) -> None:
    if now:
        raise HqDiedError


class HqSide:
    """HQ's collector over a database on disk; it may die in a transaction, or between its commit and its answer."""

    def __init__(
        self, folder: Path, random: Random, *, begin: Callable[[Store, Path], None], keys: TillKeys | None = None
    ) -> None:
        """``begin`` gives HQ what it knows before anything is sold. It vouches for ``keys`` of tills, if there are."""
        self._folder = folder
        self._random = random
        self._keys = keys
        self.deaths = 0
        self.store = SqliteStore(folder / FILE_NAME)
        begin(self.store, self.books)
        self._begin()

    @property
    def books(self) -> Path:
        """Where published books and rules are."""
        return self._folder / "books"

    def examiner(self) -> Examiner:
        """Return who prices sales again with what HQ published."""
        return Examiner(bookcase=self._bookcase, keys=self._keys)

    def receive(self, till: Sender, *, may_die: bool) -> None:
        """Take a message of a till, commit, answer."""
        message = till.up.take()
        if message is None:
            return
        dies_before, dies_after = (may_die and self._random.random() < DIES for _ in range(2))
        answer = None
        with suppress(HqDiedError), self.store.transaction():
            answer = self._answer(till.who.terminal, message)
            _die(dies_before)
        if dies_before or dies_after:
            self.start_again()
        elif answer is not None:
            till.down.send(envelope.encode(answer))

    def start_again(self) -> None:
        """Die, and come back with what was committed."""
        self.deaths += 1
        self.close()
        self.store = SqliteStore(self._folder / FILE_NAME)
        self._begin()

    def close(self) -> None:
        """Close all files."""
        self._bookcase.close()
        self.store.close()

    def _begin(self) -> None:
        self._bookcase = Bookcase(self.store, self.books)
        self._collector = Collector(self.store, self.examiner(), blocks=False)

    def _answer(self, terminal: str, message: bytes) -> envelope.Answer:
        take = self._collector.birth if message[:1] == b"B" else self._collector.batch
        return take(terminal, message[1:], now_ms=1)
