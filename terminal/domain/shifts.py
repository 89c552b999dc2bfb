"""A shift: what was taken, what left the drawer, and what should be in it (CHECKOUT 10)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.ids import StaffNumber
from terminal.domain.sale import Tender, TenderKind


class MoveKind(StrEnum):
    """Why cash goes into the drawer or out of it, but for what customers pay."""

    IN = "in"
    OUT = "out"
    DROP = "drop"
    """Into the safe, so that little lies in the drawer."""


class ReportKind(StrEnum):
    """A look at the sums: of the open shift (X, nothing is reset), of a closed one (Z), or of all shifts of a day."""

    X = "x"
    Z = "z"
    DAY = "day"


class Counted(Struct, frozen=True):
    """Notes or coins of one value that lay in the drawer."""

    value_fen: int
    pieces: int


def counted_fen(counted: Iterable[Counted]) -> int:
    """Return the money that was counted."""
    return sum(one.value_fen * one.pieces for one in counted)


def payments_of(tenders: Iterable[Tender]) -> Mapping[TenderKind, int]:
    """Return how many tenders there are of each kind; a credit is no payment."""
    return Counter(tender.kind for tender in tenders if tender.kind is not TenderKind.CREDIT)


class Shift(Struct, frozen=True, kw_only=True):
    """The sums of one shift in fen. ``by_tender`` is what came in of each kind less what went out.

    ``topups`` are top-ups less cash-outs; ``moves`` are cash moves, ``float_fen`` is what the drawer began with.
    ``payments`` is how many tenders of each kind its sales have.
    """

    number: int
    float_fen: int = 0
    moves_fen: int = 0
    sales_count: int = 0
    sales_fen: int = 0
    refund_count: int = 0
    refunds_fen: int = 0
    void_count: int = 0
    topups_fen: int = 0
    by_tender: Mapping[TenderKind, int] = {}
    payments: Mapping[TenderKind, int] = {}

    @property
    def net_sales_fen(self) -> int:
        """Sales without what came back."""
        return self.sales_fen - self.refunds_fen

    @property
    def cash_expected_fen(self) -> int:
        """What should be in the drawer."""
        return self.float_fen + self.moves_fen + self.by_tender.get(TenderKind.CASH, 0)

    def sold(self, total_fen: int, tenders: Sequence[Tender]) -> "Shift":
        """Return the shift with one more sale."""
        return replace(
            self,
            sales_count=self.sales_count + 1,
            sales_fen=self.sales_fen + total_fen,
            by_tender=self._with(tenders, 1),
            payments=self._counting(payments_of(tenders), 1),
        )

    def refunded(self, amount_fen: int, tenders: Sequence[Tender]) -> "Shift":
        """Return the shift with one more refund; ``tenders`` is what was paid out."""
        return replace(
            self,
            refund_count=self.refund_count + 1,
            refunds_fen=self.refunds_fen + amount_fen,
            by_tender=self._with(tenders, -1),
        )

    def voided(
        self, total_fen: int, tenders: Sequence[Tender], payments: Mapping[TenderKind, int] | None = None
    ) -> "Shift":
        """Return the shift without one of its sales; ``tenders`` is what was given back.

        ``payments`` is how many of each kind the sale had; None: as many as are given back.
        """
        return replace(
            self,
            sales_count=self.sales_count - 1,
            sales_fen=self.sales_fen - total_fen,
            void_count=self.void_count + 1,
            by_tender=self._with(tenders, -1),
            payments=self._counting(payments_of(tenders) if payments is None else payments, -1),
        )

    def topped_up(self, amount_fen: int, kind: TenderKind) -> "Shift":
        """Return the shift with one more top-up; a negative amount is a cash-out."""
        tender = Tender(kind=kind, amount_fen=amount_fen)
        return replace(self, topups_fen=self.topups_fen + amount_fen, by_tender=self._with([tender], 1))

    def paid_instead(self, kind: TenderKind, amount_fen: int) -> "Shift":
        """Return the shift after cash was paid out for what was to go back otherwise: that money stays."""
        kept, paid = Tender(kind=kind, amount_fen=amount_fen), Tender(kind=TenderKind.CASH, amount_fen=-amount_fen)
        return replace(self, by_tender=self._with([kept, paid], 1))

    def came_late(self, kind: TenderKind, amount_fen: int) -> "Shift":
        """Return the shift after money went back that cash had been paid out for."""
        return replace(self, by_tender=self._with([Tender(kind=kind, amount_fen=amount_fen)], -1))

    def moved(self, amount_fen: int) -> "Shift":
        """Return the shift after cash was put in, or (negative) taken out."""
        return replace(self, moves_fen=self.moves_fen + amount_fen)

    def _with(self, tenders: Sequence[Tender], sign: int) -> Mapping[TenderKind, int]:
        """Return the sums with some tenders; a credit is no money, and sums of 0 are left out."""
        sums = dict(self.by_tender)
        for tender in tenders:
            if tender.kind is not TenderKind.CREDIT:
                sums[tender.kind] = sums.get(tender.kind, 0) + sign * tender.amount_fen
        return {kind: fen for kind, fen in sums.items() if fen}

    def _counting(self, payments: Mapping[TenderKind, int], sign: int) -> Mapping[TenderKind, int]:
        """Return how many payments there are with some more, or (-1) without them."""
        numbers = dict(self.payments)
        for kind, number in payments.items():
            numbers[kind] = numbers.get(kind, 0) + sign * number
        return {kind: number for kind, number in numbers.items() if number}


class OpenShift(Struct, frozen=True, kw_only=True):
    """A shift of a till: its sums, and what else a report of it says.

    ``day`` is its business date, that of its opening: what happens after midnight belongs to it. ``people`` are all who
    worked in it, ``staff`` who answers for the drawer now. The numbers count what a shop looks at twice: the drawer
    opened without a sale, lines and whole sales taken back before they were paid, reductions by hand, changed prices.
    """

    sums: Shift
    day: str
    opened_ms: int
    staff: StaffNumber
    people: tuple[StaffNumber, ...] = ()
    no_sales: int = 0
    lines_voided: int = 0
    sales_dropped: int = 0
    reductions: int = 0
    prices_changed: int = 0

    @property
    def number(self) -> int:
        """Counts the shifts of the till for ever; its Z report has the same number."""
        return self.sums.number

    def joined(self, staff: StaffNumber) -> "OpenShift":
        """Return the shift with somebody who works in it from now on."""
        return replace(self, staff=staff, people=tuple(dict.fromkeys((*self.people, staff))))


def together(shifts: Sequence[Shift]) -> Shift:
    """Return the sums of several shifts, under the number of the last; the float is that of the first.

    What was put into the drawer, or taken out of it, between two shifts counts as moved: so that the cash expected is
    that of the last.
    """
    tenders, payments = dict[TenderKind, int](), dict[TenderKind, int]()
    for shift in shifts:
        for kind, fen in shift.by_tender.items():
            tenders[kind] = tenders.get(kind, 0) + fen
        for kind, number in shift.payments.items():
            payments[kind] = payments.get(kind, 0) + number
    between_fen = sum(after.float_fen - before.cash_expected_fen for before, after in pairwise(shifts))
    return Shift(
        number=shifts[-1].number,
        float_fen=shifts[0].float_fen,
        moves_fen=sum(shift.moves_fen for shift in shifts) + between_fen,
        sales_count=sum(shift.sales_count for shift in shifts),
        sales_fen=sum(shift.sales_fen for shift in shifts),
        refund_count=sum(shift.refund_count for shift in shifts),
        refunds_fen=sum(shift.refunds_fen for shift in shifts),
        void_count=sum(shift.void_count for shift in shifts),
        topups_fen=sum(shift.topups_fen for shift in shifts),
        by_tender={kind: fen for kind, fen in tenders.items() if fen},
        payments={kind: number for kind, number in payments.items() if number},
    )
