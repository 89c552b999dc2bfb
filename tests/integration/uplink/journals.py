"""Journals for tests: real rows in a real chain, in memory or on the disk's pace."""

from collections.abc import Sequence

from terminal.domain.catalog import Article
from terminal.domain.document import Document, digest
from terminal.domain.ids import SaleId, Sku, StaffNumber
from terminal.domain.sale import Entry, Sale, SaleLine, Tender, TenderKind
from terminal.domain.text import SafeText
from terminal.domain.vat import vat_by_rate
from terminal.ports.journal import Head
from terminal.wire import events as ev
from terminal.wire.chain import Row, genesis, row_hash

TERMINAL = "S01-T03"
PRICES = (350, 1250)
START_MS = 1_764_000_000_000


class MemoryJournal:
    """Implements `terminal.ports.uplink.Outbox`; `append` makes the chain."""

    def __init__(self, *, terminal: str = TERMINAL, epoch: int = 1, seed: int = 0) -> None:
        self.terminal = terminal
        self.epoch = epoch
        self.rows: list[Row] = []
        self._seed = seed
        self._genesis = genesis(terminal=terminal, epoch=epoch)
        self.following: MemoryJournal | None = None
        """The journal of the next epoch."""

    def append(self, *facts: ev.Fact) -> None:
        for fact in facts:
            self.append_body(ev.kind_of(fact), ev.encode_fact(fact))

    def append_body(self, kind: str, body: bytes) -> None:
        seq = len(self.rows) + 1
        prev = self.rows[-1].hash if self.rows else self._genesis
        event_id = self._seed.to_bytes(2, "big") + self.epoch.to_bytes(4, "big") + seq.to_bytes(10, "big")
        columns = (seq, event_id, kind, "2026-11-23", START_MS + seq, seq, "boot", 0, -1, body)
        self.rows.append(Row(*(*columns, prev, row_hash(prev, *columns))))

    def head(self) -> Head | None:
        last = self.rows[-1] if self.rows else None
        return Head(epoch=self.epoch, seq=last.seq if last else 0, hash=last.hash if last else self._genesis)

    def read(self, after_seq: int, *, limit: int) -> tuple[Row, ...]:
        return tuple(self.rows[after_seq : after_seq + limit])

    def next_epoch(self) -> bool:
        following, self.following = self.following, None
        if following is not None:
            self.epoch, self.rows, self._genesis = following.epoch, following.rows, following._genesis
        return following is not None

    def close(self) -> None:
        pass


def sold_goods() -> tuple[Article, ...]:
    """The goods of `sale_facts` at their usual prices."""
    return tuple(
        Article(sku=Sku(f"{100_000 + index}"), name=SafeText("乐事薯片"), price_fen=price)
        for index, price in enumerate(PRICES, 1)
    )


def sale_facts(
    number: int, *, prices: Sequence[int] = PRICES, change_fen: int = 0, tampered: bool = False
) -> list[ev.Fact]:
    """The facts of one cash sale, as a till writes them."""
    sale_id = SaleId(f"{number:032x}")
    lines = tuple(
        SaleLine(
            number=index,
            sku=Sku(f"{100_000 + index}"),
            name=SafeText("乐事薯片"),
            code=SafeText("6924743915824"),
            price_fen=price,
            entry=Entry.SCAN,
        )
        for index, price in enumerate(prices, 1)
    )
    started = ev.SaleStarted(
        sale_id=sale_id,
        staff=StaffNumber("1001"),
        book_version=1,
        local_time="2026-11-23T10:00:00",
        started_ms=START_MS,
    )
    total = sum(prices)
    sale = Sale(
        id=sale_id,
        staff=StaffNumber("1001"),
        book_version=1,
        local_time="2026-11-23T10:00:00",
        started_ms=START_MS,
        lines=lines,
    )
    document = Document(
        sale=sale,
        receipt_no=f"{TERMINAL}-1-{number:06d}",
        gross_fen=total,
        discount_fen=0,
        rounding_fen=0,
        total_fen=total,
        change_fen=change_fen,
        net_fen=tuple(prices),
        tenders=(Tender(kind=TenderKind.CASH, amount_fen=total, given_fen=total + change_fen),),
        vat=vat_by_rate((line.vat_bp, price) for line, price in zip(lines, prices, strict=True)),
    )
    completed = ev.SaleCompleted(
        sale_id=sale_id,
        receipt_no=document.receipt_no,
        receipt_count=number,
        book_version=1,
        gross_fen=total,
        discount_fen=0,
        rounding_fen=0,
        total_fen=total + (1 if tampered else 0),
        change_fen=change_fen,
        net_fen=document.net_fen,
        tenders=document.tenders,
        vat=document.vat,
        digest=digest(document),
        completed_ms=START_MS + number,
    )
    return [started, *(ev.LineAdded(line=line) for line in lines), completed]
