"""The done sales of this till that its journal still has."""

from typing import Protocol

from terminal.domain.ids import SaleId
from terminal.domain.promotions.coupons import MemberId
from terminal.wire.found import FoundSale
from terminal.wire.return_events import SaleReturned


class DoneSales(Protocol):
    """Look-ups are for people: some milliseconds each. They are as new as the last durable fact."""

    def by_id(self, sale_id: SaleId) -> FoundSale | None:
        """Return a sale with all that became of it; None if there is none, or it is not kept any more."""

    def by_receipt(self, receipt_no: str) -> FoundSale | None:
        """Return the sale of a receipt's number, also of an earlier epoch."""

    def returns_of(self, sale_id: SaleId, receipt_no: str, *, after: tuple[int, int]) -> tuple[SaleReturned, ...]:
        """Return what came back here of a sale of another till, behind a place (epoch, sequence) of the journal.

        Also what came back by the code of its receipt alone.
        """

    def back_of(self, receipt_no: str) -> int:
        """Return the fen that came back here of another till's receipt, by its code alone or with HQ's word."""

    def of_member(self, member: MemberId, *, limit: int) -> tuple[FoundSale, ...]:
        """Return the newest sales of a member, the newest first."""
