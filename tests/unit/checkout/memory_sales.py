"""The done sales of a bench, as its facts tell them."""

from collections.abc import Iterable

from terminal.domain.ids import SaleId
from terminal.domain.promotions.coupons import MemberId
from terminal.wire.events import Fact, ReprintRequested, SaleCompleted
from terminal.wire.found import FoundSale, afterwards, found
from terminal.wire.record import TillRecord, apply
from terminal.wire.return_events import ReturnsElsewhere, SaleReturned


class MemorySales:
    """`terminal.ports.sales.DoneSales` over a list of facts."""

    def __init__(self, facts: Iterable[Fact], record: TillRecord) -> None:
        self._sales: dict[SaleId, FoundSale] = {}
        self._returns: list[tuple[int, SaleReturned]] = []
        for seq, fact in enumerate(facts, 1):
            if isinstance(fact, SaleReturned):
                self._returns.append((seq, fact))
            record = apply(record, fact)
            if isinstance(fact, SaleCompleted) and record.last is not None:
                self._sales[fact.sale_id] = found(record.last.sale, fact)
            if isinstance(fact, ReprintRequested | SaleReturned) and fact.sale_id in self._sales:
                self._sales[fact.sale_id] = afterwards(self._sales[fact.sale_id], fact)
            if isinstance(fact, ReturnsElsewhere):
                self._sales = {key: afterwards(sale, fact) for key, sale in self._sales.items()}

    def by_id(self, sale_id: SaleId) -> FoundSale | None:
        return self._sales.get(sale_id)

    def by_receipt(self, receipt_no: str) -> FoundSale | None:
        return next((one for one in self._sales.values() if one.completed.receipt_no == receipt_no), None)

    def returns_of(self, sale_id: SaleId, receipt_no: str, *, after: tuple[int, int]) -> tuple[SaleReturned, ...]:
        of_it = [fact for seq, fact in self._elsewhere(receipt_no) if (1, seq) > after]
        return tuple(fact for fact in of_it if fact.sale_id in {sale_id, None})

    def back_of(self, receipt_no: str) -> int:
        return sum(fact.amount_fen for _, fact in self._elsewhere(receipt_no))

    def _elsewhere(self, receipt_no: str) -> list[tuple[int, SaleReturned]]:
        return [(seq, fact) for seq, fact in self._returns if fact.terminal and fact.receipt_no == receipt_no]

    def of_member(self, member: MemberId, *, limit: int) -> tuple[FoundSale, ...]:
        of_them = [one for one in self._sales.values() if one.sold.member == member]
        return tuple(reversed(of_them))[:limit]
