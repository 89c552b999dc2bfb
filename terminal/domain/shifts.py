"""A shift: what was taken, what left the drawer, and what should be in it (CHECKOUT 10)."""

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.sale import Tender, TenderKind


class Shift(Struct, frozen=True, kw_only=True):
    """The sums of one shift in fen. ``by_tender`` is what came in of each kind less what went out.

    ``topups`` are top-ups less cash-outs; ``moves`` are cash moves, ``float_fen`` is what the drawer began with.
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

    @property
    def net_sales_fen(self) -> int:
        """Sales without what came back."""
        return self.sales_fen - self.refunds_fen

    @property
    def cash_expected_fen(self) -> int:
        """What should be in the drawer."""
        return self.float_fen + self.moves_fen + self.by_tender.get(TenderKind.CASH, 0)

    def sold(self, total_fen: int, tenders: Iterable[Tender]) -> "Shift":
        """Return the shift with one more sale."""
        return replace(
            self,
            sales_count=self.sales_count + 1,
            sales_fen=self.sales_fen + total_fen,
            by_tender=self._with(tenders, 1),
        )

    def refunded(self, amount_fen: int, tenders: Iterable[Tender]) -> "Shift":
        """Return the shift with one more refund; ``tenders`` is what was paid out."""
        return replace(
            self,
            refund_count=self.refund_count + 1,
            refunds_fen=self.refunds_fen + amount_fen,
            by_tender=self._with(tenders, -1),
        )

    def voided(self, total_fen: int, tenders: Iterable[Tender]) -> "Shift":
        """Return the shift without one of its sales; ``tenders`` is what was given back."""
        return replace(
            self,
            sales_count=self.sales_count - 1,
            sales_fen=self.sales_fen - total_fen,
            void_count=self.void_count + 1,
            by_tender=self._with(tenders, -1),
        )

    def topped_up(self, amount_fen: int, kind: TenderKind) -> "Shift":
        """Return the shift with one more top-up; a negative amount is a cash-out."""
        tender = Tender(kind=kind, amount_fen=amount_fen)
        return replace(self, topups_fen=self.topups_fen + amount_fen, by_tender=self._with([tender], 1))

    def moved(self, amount_fen: int) -> "Shift":
        """Return the shift after cash was put in, or (negative) taken out."""
        return replace(self, moves_fen=self.moves_fen + amount_fen)

    def _with(self, tenders: Iterable[Tender], sign: int) -> Mapping[TenderKind, int]:
        """Return the sums with some tenders; a credit is no money, and sums of 0 are left out."""
        sums = dict(self.by_tender)
        for tender in tenders:
            if tender.kind is not TenderKind.CREDIT:
                sums[tender.kind] = sums.get(tender.kind, 0) + sign * tender.amount_fen
        return {kind: fen for kind, fen in sums.items() if fen}
