"""What HQ keeps of goods that came back."""

from typing import Protocol

from msgspec import Struct

from terminal.domain.ids import SaleId
from terminal.domain.sale import Tender, TenderKind
from terminal.wire.return_events import ReturnKind, SaleReturned


class ReturnRow(Struct, frozen=True, kw_only=True):
    """One return, as the till wrote it, and where it stands.

    It is known by its act and the ``digest`` that HQ computes of it. ``cash_fen`` is what the drawer paid out (of a
    void that gives deposits back it may be negative). ``is_right`` says whether HQ came to the same; None = its sale
    has not come yet, so that nobody can know. ``book_version`` decided then; None = HQ kept it before it noted that.
    """

    act: str
    digest: bytes
    terminal: str
    epoch: int
    seq: int
    kind: ReturnKind
    number: str
    sale_id: str
    receipt_no: str
    biz_date: str
    amount_fen: int
    cash_fen: int
    at_ms: int
    is_right: bool | None = None
    book_version: int | None = None

    @property
    def place(self) -> tuple[str, int, int]:
        """The row of a journal in which it stands: terminal, epoch, sequence."""
        return self.terminal, self.epoch, self.seq

    def __str__(self) -> str:
        return f"{self.number} over {self.amount_fen} fen ({self.terminal} epoch {self.epoch} row {self.seq})"


class KeptReturn(Struct, frozen=True, kw_only=True):
    """A return with the fact that its row tells."""

    row: ReturnRow
    fact: SaleReturned


class InsteadRow(Struct, frozen=True, kw_only=True):
    """Cash that a drawer paid out because a payment host refused ``refund``: the shop keeps as much of ``kind``."""

    act: str
    terminal: str
    epoch: int
    seq: int
    sale_id: str
    refund: str
    kind: TenderKind
    biz_date: str
    amount_fen: int

    @property
    def place(self) -> tuple[str, int, int]:
        """As in `ReturnRow`."""
        return self.terminal, self.epoch, self.seq


class Credit(Struct, frozen=True, kw_only=True):
    """The tender of a done sale that an exchange brought, and the return of that exchange."""

    terminal: str
    sale_id: SaleId
    at_ms: int
    tender: Tender
    fact: SaleReturned


class Returns(Protocol):
    """What came back."""

    def add(self, row: ReturnRow) -> bool:
        """Keep a return and count it in its day; False, and nothing counted, when act and digest are known already."""

    def add_instead(self, row: InsteadRow) -> bool:
        """Keep cash that was paid instead, and take it off the cash of its day; False when its act is known already."""

    def instead(self) -> list[InsteadRow]:
        """Return all of it, in the order of its rows."""

    def judge(self, row: ReturnRow, *, is_right: bool) -> None:
        """Note whether HQ came to the same."""

    def of_sale(self, sale_id: SaleId) -> list[KeptReturn]:
        """Return all that came back of a sale, in the order of their times; `StoreError` for a row of no use."""

    def of_receipt(self, sale_id: SaleId, receipt_no: str) -> list[KeptReturn]:
        """Return the same, with what came back by the code of its receipt alone; `StoreError` as above."""

    def elsewhere(self, terminal: str, *, since: int, limit: int) -> list[tuple[int, SaleReturned]]:
        """Return what came back at other tills of a terminal's sales, each with its place in HQ's order of hearing.

        Only what stands after the place ``since``; all of it where HQ has no such place: it was restored from a copy.
        """

    def newest(self, *, terminal: str | None = None, biz_date: str | None = None, limit: int = 100) -> list[ReturnRow]:
        """Return them, the newest first."""

    def knows(self, row: ReturnRow) -> bool:
        """Whether this return is kept, of whatever row."""

    def has(self, row: ReturnRow) -> bool:
        """Whether a row of a journal is kept as this return."""
