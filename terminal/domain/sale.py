"""A sale: lines, the member's card, tenders. Values only; every change makes a new value."""

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.catalog import Unit
from terminal.domain.errors import RuleError
from terminal.domain.ids import SaleId, Sku, StaffNumber
from terminal.domain.text import SafeText


class Entry(StrEnum):
    """How a line came into the sale."""

    SCAN = "scan"
    TYPED = "typed"
    SEARCH = "search"
    REPEAT = "repeat"
    UNKNOWN = "unknown"


class Reduction(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Money taken off one line by hand, with its reason."""

    off_fen: int
    reason: SafeText


class SaleLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line: what was entered and the article as the pinned book had it.

    ``price_fen`` and ``member_price_fen`` are per piece or per kg. ``printed_fen`` is the amount printed on a scale
    label: it is the price as it stands. ``number`` counts from 1 without gaps; a voided line keeps its place.
    """

    number: int
    sku: Sku
    name: SafeText
    code: SafeText
    price_fen: int
    entry: Entry
    unit: Unit = Unit.EACH
    quantity: int = 1
    weight_g: int | None = None
    member_price_fen: int | None = None
    printed_fen: int | None = None
    vat_bp: int = 1300
    category: str = ""
    discountable: bool = True
    open_price: bool = False
    note: SafeText = SafeText("")
    reductions: tuple[Reduction, ...] = ()
    voided: bool = False


class TenderKind(StrEnum):
    """Kinds of tender. More come with the rules of mixed payment."""

    CASH = "cash"
    VOUCHER = "voucher"


class Tender(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A recorded tender; ``given_fen`` is what the customer handed over (cash), ``amount_fen`` what stays."""

    kind: TenderKind
    amount_fen: int
    given_fen: int | None = None


class Sale(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sale from its first line on.

    All of it is priced with ``book_version`` at ``local_time`` (YYYY-MM-DDTHH:MM:SS).
    """

    id: SaleId
    staff: StaffNumber
    book_version: int
    local_time: str
    started_ms: int
    lines: tuple[SaleLine, ...] = ()
    member_card: SafeText | None = None
    vouchers: tuple[Tender, ...] = ()
    """Tenders taken before cash ends the sale."""

    @property
    def next_number(self) -> int:
        """The number that the next line gets."""
        return self.lines[-1].number + 1 if self.lines else 1

    @property
    def live_lines(self) -> tuple[SaleLine, ...]:
        """The lines that are not voided."""
        return tuple(line for line in self.lines if not line.voided)

    @property
    def is_member(self) -> bool:
        """Whether member prices apply."""
        return self.member_card is not None

    def line(self, number: int) -> SaleLine:
        """Return a line by its number; `RuleError` ``unknown_line`` if there is none, or it is voided."""
        index = number - 1
        if 0 <= index < len(self.lines) and not self.lines[index].voided:
            return self.lines[index]
        raise RuleError(f"no line {number}", code="unknown_line")

    def with_line(self, line: SaleLine) -> "Sale":
        """Return the sale with one more line."""
        return replace(self, lines=self.lines + (line,))  # noqa: RUF005 - unpacking copies 1000 lines twice

    def with_changed(self, line: SaleLine) -> "Sale":
        """Return the sale with the line of this number replaced."""
        index = line.number - 1
        return replace(self, lines=(*self.lines[:index], line, *self.lines[index + 1 :]))
