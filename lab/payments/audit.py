"""The ledger of a payment host, held against the sales of a till: nobody paid twice, nothing was free."""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce

from simulators.payment_host.control import OrderView
from terminal.domain.payments import Payment
from terminal.domain.sale import Tender
from terminal.wire.events import Fact, SaleCompleted
from terminal.wire.payment_events import PaymentStarted, RefundCameLate, RefundPaidInCash
from terminal.wire.record import TillRecord, apply
from terminal.wire.return_events import SaleReturned


def record_of(facts: Iterable[Fact]) -> TillRecord:
    """Return what a till knows after these facts."""
    return reduce(apply, facts, TillRecord())


def open_payments(facts: Iterable[Fact]) -> tuple[Payment, ...]:
    """Return the payments of which something may still come."""
    return record_of(facts).payments


def faults(facts: Sequence[Fact], orders: Sequence[OrderView]) -> Iterator[str]:
    """Say in words what does not agree; nothing for a day on which every fen is where it belongs."""
    sold_for = wanted(facts)
    started = {fact.order: fact for fact in facts if isinstance(fact, PaymentStarted)}
    held = {order.order: order.held for order in orders}
    for order in orders:
        if order.calls.get("pay", 0) > 1:
            yield f"order {order.order} was paid {order.calls['pay']} times"
        if order.order not in started:
            yield f"order {order.order} is in no journal"
        sold = sold_for.get(order.order, 0)
        if order.held != sold:
            yield f"order {order.order}: the host has {order.held}, the till sold for {sold} ({order.calls})"
    for number, amount_fen in sold_for.items():
        if number not in held:
            yield f"order {number}: the till sold for {amount_fen}, the host knows nothing of it"
    for sale in (fact for fact in facts if isinstance(fact, SaleCompleted)):
        if sum(tender.amount_fen for tender in sale.tenders) != sale.total_fen:
            yield f"sale {sale.receipt_no}: its tenders are not its total"


def wanted(facts: Sequence[Fact]) -> dict[str, int]:
    """Return what the host should have of each order: sold for it, less what went back, and what it refuses to give."""
    moved = [(tender.order, tender.amount_fen) for tender in _by_code(facts)]
    for fact in facts:
        match fact:
            case SaleReturned(tenders=tenders):
                moved += [(tender.order, -tender.amount_fen) for tender in tenders if tender.order]
            case RefundPaidInCash(order=order, amount_fen=amount_fen):
                moved.append((order, amount_fen))
            case RefundCameLate(order=order, amount_fen=amount_fen):
                moved.append((order, -amount_fen))
            case _:
                pass
    refused = (one for one in record_of(facts).payments if one.refused and one.is_owed)
    moved += [(payment.order, payment.found_fen) for payment in refused]
    sums = dict[str, int]()
    for order, amount_fen in moved:
        sums[order] = sums.get(order, 0) + amount_fen
    return sums


def _by_code(facts: Sequence[Fact]) -> Iterator[Tender]:
    """Yield the tenders by code of done sales, and of the one that is open."""
    record = record_of(facts)
    done = (fact.tenders for fact in facts if isinstance(fact, SaleCompleted))
    for tenders in (*done, record.sale.tenders if record.sale is not None else ()):
        yield from (tender for tender in tenders if tender.order)
