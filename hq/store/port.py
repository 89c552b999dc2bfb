"""What HQ keeps, and the store that keeps it. SQLite is the embedded default; another database fits behind this."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from hq.store.commissions import Commissions
from hq.store.members.port import Claims, CodeUses, Coupons, Ledger, People, RuleUses
from hq.store.returns.port import Returns
from hq.store.shifts.port import Shifts
from hq.store.stock.port import Stocks
from terminal.domain.paying import cash_fen
from terminal.domain.sale import Tender
from terminal.wire.chain import Row
from terminal.wire.files.streams import Stream
from terminal.wire.updates import Report


class Chain(Struct, frozen=True, kw_only=True):
    """How far HQ has followed one journal without a gap: the last row, its hash, and the folded `TillRecord`."""

    terminal: str
    epoch: int
    acked: int
    hash: bytes
    record: bytes


class AlarmKind(StrEnum):
    """What a person must look at."""

    FORK = "fork"
    BATCH = "batch"
    FACT = "fact"
    DIGEST = "digest"
    TOTALS = "totals"
    CONFLICT = "conflict"
    EPOCH = "epoch"
    AMOUNT = "amount"
    BOOK = "book"
    PRICE = "price"
    CLOCK = "clock"
    LEDGER = "ledger"
    COUPON = "coupon"
    PAYMENT = "payment"
    SHIFT = "shift"
    KEY = "key"
    RETURN = "return"
    MISUSE = "misuse"
    RULE = "rule"


class SaleRow(Struct, frozen=True, kw_only=True):
    """One done sale, as the till wrote it; ``is_right`` says whether HQ came to the same document.

    A sale is known by its id and the ``digest`` of its document (SHA-256, as HQ computes it): what has both is the same
    sale. ``others`` counts the documents of the same id that say something else.
    """

    sale_id: str
    digest: bytes
    terminal: str
    epoch: int
    seq: int
    receipt_no: str
    biz_date: str
    book_version: int
    lines: int
    gross_fen: int
    discount_fen: int
    rounding_fen: int
    total_fen: int
    change_fen: int
    is_right: bool
    completed_ms: int
    tenders: tuple[Tender, ...]
    others: int = 0

    @property
    def cash_fen(self) -> int:
        """The money that the till took for it and kept."""
        return cash_fen(self.tenders)

    @property
    def place(self) -> tuple[str, int, int]:
        """The row of a journal in which it stands: terminal, epoch, sequence."""
        return self.terminal, self.epoch, self.seq

    def __str__(self) -> str:
        return f"{self.receipt_no} over {self.total_fen} fen ({self.terminal} epoch {self.epoch} row {self.seq})"


class DayTotal(Struct, frozen=True, kw_only=True):
    """The done sales of one terminal on one business date, and what came back on it, whenever it was sold.

    ``cash_fen`` is what is left of the cash.
    """

    terminal: str
    biz_date: str
    sales: int
    lines: int
    gross_fen: int
    discount_fen: int
    total_fen: int
    cash_fen: int
    returns: int = 0
    returned_fen: int = 0
    voids: int = 0
    voided_fen: int = 0

    @property
    def net_fen(self) -> int:
        """Sales without what came back."""
        return self.total_fen - self.returned_fen - self.voided_fen


class TillRow(Struct, frozen=True, kw_only=True):
    """One terminal as HQ knows it. ``head`` is the last row that it spoke of, ``acked`` the last that HQ has.

    ``book_`` is about its price books, ``rules_`` about its rules: which version it uses, has, or refused and why.
    """

    terminal: str
    store: str
    epoch: int
    online: bool
    seen_ms: int
    head: int
    acked: int
    book_active: int
    book_ready: int
    book_error: str
    rules_active: int
    rules_ready: int
    rules_error: str
    alarms: int

    def active(self, stream: Stream) -> int:
        """The version of a stream that it uses."""
        return self.book_active if stream is Stream.PRICE else self.rules_active

    def ready(self, stream: Stream) -> int:
        """The version of a stream that it has."""
        return self.book_ready if stream is Stream.PRICE else self.rules_ready

    def error(self, stream: Stream) -> str:
        """The version of a stream that it refused, and why."""
        return self.book_error if stream is Stream.PRICE else self.rules_error


class BookRow(Struct, frozen=True, kw_only=True):
    """One published book; ``manifest`` is signed and retained at the broker.

    ``rows`` are its articles, or its rules and coupons.
    """

    stream: Stream = Stream.PRICE
    ver: int
    counter: int
    audience: str
    label: str
    rows: int
    sha256: str
    created_ms: int
    manifest: bytes


class Alarm(Struct, frozen=True, kw_only=True):
    """Something that a person must look at."""

    terminal: str
    kind: AlarmKind
    at_ms: int
    detail: str


class Journals(Protocol):
    """The rows of all journals. A row is known by (terminal, epoch, seq), and its id is unique."""

    def chain(self, terminal: str, epoch: int) -> Chain | None:
        """Return how far a journal was followed; None if nothing of it is known."""

    def last_epoch(self, terminal: str) -> int:
        """Return the highest epoch of a terminal of which HQ has rows; 0 if it has none."""

    def save_chain(self, chain: Chain) -> None:
        """Keep how far a journal was followed."""

    def chains(self) -> list[Chain]:
        """Return all journals."""

    def hashes(self, terminal: str, epoch: int, *, first: int, last: int) -> dict[int, bytes]:
        """Return the hashes of the rows that are there, by sequence."""

    def add(self, terminal: str, epoch: int, rows: Iterable[Row], *, recv_ms: int) -> None:
        """Add rows that are not there yet; `StoreConflictError` when an id is known under another sequence."""

    def read(self, terminal: str, epoch: int, *, after: int, limit: int) -> list[Row]:
        """Return rows behind a sequence, ascending, gaps or not."""

    def of_store_work(self, kind: str, *, store: str, first: str, last: str) -> list[tuple[str, int, Row]]:
        """Return acknowledged rows about the work of a store (empty = all), by date.

        Each with its terminal and HQ's time when it came (UTC in ms). ``first`` and ``last`` are business dates, both
        included.
        """

    def remove_after(self, terminal: str, epoch: int, seq: int) -> list[Row]:
        """Take out the rows behind a sequence (they were never acknowledged) and return them."""

    def last_mention(self, place: tuple[str, int, int], *, kind: str, text: bytes) -> int | None:
        """Return the sequence of the last row of a kind up to a place (terminal, epoch, sequence) that holds bytes."""

    def mentioning(self, text: bytes) -> list[tuple[tuple[str, int, int], bytes]]:
        """Return place (terminal, epoch, sequence) and body of all rows that hold some bytes; it reads every row."""

    def rewrite(self, place: tuple[str, int, int], body: bytes) -> None:
        """Put another body in the place of one that held what a person wanted deleted; its hash stays."""

    def rewritten(self, terminal: str, epoch: int) -> frozenset[int]:
        """Return the sequences of the rows whose body does not lead to their hash any more, on purpose."""


class Sales(Protocol):
    """What follows from the rows."""

    def add(self, sale: SaleRow) -> bool:
        """Add a sale and count it in its day; False, and nothing counted, when id and digest are known already.

        One of a known id with another digest is another document over money that a till took: it is kept and counted.
        """

    def of_id(self, sale_id: str) -> list[SaleRow]:
        """Return all documents of a sale's id in the order of their rows; more than one are a conflict."""

    def of_receipt(self, terminal: str, receipt_no: str) -> list[SaleRow]:
        """Return all documents of a receipt's number in the order of their rows."""

    def of_number(self, receipt_no: str) -> list[SaleRow]:
        """Return all documents of a receipt's number, whichever terminal has it, in the order of their rows."""

    def of_slip(self, slip: Tender, biz_date: str) -> list[SaleRow]:
        """Return the sales of a day, at any terminal, that a bank card's slip paid with the same amount."""

    def conflicts(self) -> list[SaleRow]:
        """Return the sales whose id stands over more than one document, by id."""

    def newest(self, *, terminal: str | None, biz_date: str | None, limit: int) -> list[SaleRow]:
        """Return sales, the newest first."""

    def days(self, *, terminal: str | None) -> list[DayTotal]:
        """Return the daily totals."""


class Books(Protocol):
    """The published books."""

    def coming_version(self, stream: Stream = Stream.PRICE) -> int:
        """Return the version that `next_numbers` will take."""

    def next_numbers(self, stream: Stream = Stream.PRICE) -> tuple[int, int]:
        """Return the next (version of the stream, counter); both rise for ever, whatever is deleted."""

    def next_counter(self) -> int:
        """Return the next counter alone, for signing a manifest anew."""

    def add(self, book: BookRow) -> None:
        """Keep a published book, or its manifest signed anew."""

    def heads(self, *streams: Stream) -> list[BookRow]:
        """Return the newest book of each stream (or of these) and audience."""

    def get(self, ver: int, stream: Stream = Stream.PRICE) -> BookRow | None:
        """Return a book by its version."""


class Tills(Protocol):
    """The terminals and what is wrong with them."""

    def seen(self, terminal: str, *, store: str, epoch: int, head: int, at_ms: int) -> None:
        """A terminal spoke, and its journal went up to ``head``."""

    def set_online(self, terminal: str, *, store: str, online: bool, at_ms: int) -> None:
        """The broker says that a terminal came or went."""

    def set_book(self, terminal: str, report: Report, *, store: str, at_ms: int) -> None:
        """A terminal reported on a book."""

    def overview(self) -> list[TillRow]:
        """Return all terminals by name."""

    def quarantine(self, terminal: str, *, reason: str, payload: bytes, at_ms: int) -> None:
        """Put a message that cannot be used aside, for a person."""

    def quarantined(self) -> Sequence[tuple[str, str, bytes]]:
        """Return (terminal, reason, payload) of what was put aside."""

    def raise_alarm(self, alarm: Alarm) -> None:
        """Tell a person, once for the same thing."""

    def alarms(self) -> list[Alarm]:
        """Return all alarms, the oldest first."""


class Store(Protocol):
    """One database. Its owner is one thread; other processes may read and publish at the same time."""

    @property
    def journals(self) -> Journals:
        """The rows of all journals."""

    @property
    def sales(self) -> Sales:
        """What follows from the rows."""

    @property
    def returns(self) -> Returns:
        """What came back after its sale."""

    @property
    def books(self) -> Books:
        """The published books."""

    @property
    def tills(self) -> Tills:
        """The terminals and what is wrong with them."""

    @property
    def shifts(self) -> Shifts:
        """The closed shifts."""

    @property
    def commissions(self) -> Commissions:
        """What salespeople earned."""

    @property
    def stocks(self) -> Stocks:
        """Goods in stores."""

    @property
    def people(self) -> People:
        """Members and their cards."""

    @property
    def ledger(self) -> Ledger:
        """What members have, as the sum of all entries."""

    @property
    def rule_uses(self) -> RuleUses:
        """How often rules were applied."""

    @property
    def coupons(self) -> Coupons:
        """What became of coupons."""

    @property
    def codes(self) -> CodeUses:
        """Codes on phones that were used."""

    @property
    def claims(self) -> Claims:
        """What is set aside for tills."""

    def transaction(self) -> AbstractContextManager[None]:
        """Everything inside is durable when it ends, or, after an exception, nothing."""

    def reading(self) -> AbstractContextManager[None]:
        """Inside, all reads see the same moment, whatever others write meanwhile."""

    def attempt(self) -> AbstractContextManager[None]:
        """Inside a transaction: after an exception nothing of this part is left, and the rest goes on."""

    def close(self) -> None:
        """Close the database."""
