"""The modes of what happens after a sale."""

from typing import ClassVar

from msgspec import Struct

from terminal.domain.after.refund import Return
from terminal.domain.after.sold import SoldLine
from terminal.domain.catalog import Article
from terminal.domain.members.claims import ClaimId
from terminal.domain.members.member import Member
from terminal.domain.sale_codes import SaleCode
from terminal.wire.found import FoundSale


class Wanted(Struct, frozen=True):
    """A receipt; ``code`` is what was scanned of it. ``back_fen`` came back here of one that is not of this till."""

    receipt_no: str
    code: SaleCode | None = None
    back_fen: int = 0
    is_own: bool = False


class AskedReceipt(Struct, frozen=True, kw_only=True):
    """The receipt about which HQ is asked, under the number of the question."""

    id: str
    wanted: Wanted


class FindingReceipt(Struct, frozen=True):
    """Which receipt comes back: its code is scanned, or its number typed. One is ``asked`` of HQ.

    HQ has just set one aside under ``claim``, whose page is about to open.
    """

    name: ClassVar[str] = "find_receipt"
    asked: AskedReceipt | None = None
    claim: ClaimId | None = None


class Returning(Struct, frozen=True, kw_only=True):
    """A done sale: what of it comes back is chosen line by line. ``selected`` is the index of a line.

    ``owner`` is its member as known now; None = it had none. ``chosen`` has one entry a line at most. Another till did
    it, in an ``epoch`` of its own: ``terminal``; empty = this one. HQ has set it aside for this till under ``claim``;
    None = HQ could not be asked, or does not have it yet.
    """

    name: ClassVar[str] = "return"
    found: FoundSale
    today: str
    owner: Member | None = None
    chosen: tuple[Return, ...] = ()
    selected: int = 0
    terminal: str = ""
    epoch: int = 0
    claim: ClaimId | None = None

    def units_of(self, number: int) -> int:
        """Return how many units of a line are chosen."""
        return next((one.units for one in self.chosen if one.line == number), 0)

    def worth_fen(self, line: SoldLine) -> int:
        """Return what the chosen units of a line are worth."""
        return line.worth_fen(line.returned + self.units_of(line.number)) - line.worth_fen(line.returned)

    @property
    def chosen_fen(self) -> int:
        """What all that is chosen is worth."""
        return sum(map(self.worth_fen, self.found.sold.lines))

    def __repr__(self) -> str:
        """Numbers of people and cards are never logged."""
        return f"Returning({self.found.completed.receipt_no})"


class BareLine(Struct, frozen=True, kw_only=True):
    """Pieces of an article that come back without a receipt, and what they are worth."""

    article: Article
    units: int = 0
    worth_fen: int = 0
    damaged: bool = False


class BareReturn(Struct, frozen=True, kw_only=True):
    """Goods come back without a receipt: they are scanned. ``selected`` is the index of a line.

    With the signed ``code`` of another till's receipt, of whose sale nobody can tell now: ``back_fen`` came back here.
    """

    name: ClassVar[str] = "bare_return"
    code: SaleCode | None = None
    back_fen: int = 0
    lines: tuple[BareLine, ...] = ()
    selected: int = 0

    @property
    def worth_fen(self) -> int:
        """What all of it is worth."""
        return sum(line.worth_fen for line in self.lines)


class Returned(Struct, frozen=True):
    """The last return is done: where its money goes stands until the next sale begins."""

    name: ClassVar[str] = "returned"


AfterMode = FindingReceipt | Returning | BareReturn | Returned
