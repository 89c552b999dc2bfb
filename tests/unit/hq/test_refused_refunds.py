"""What a payment host refused to give back: HQ tells of it, and counts the cash that was paid in its place once."""

from functools import reduce

from msgspec.structs import replace

from hq.collector import Collector
from hq.commands.verify import check_chain
from hq.examiner import Examiner
from hq.store.port import AlarmKind
from hq.store.sqlite import SqliteStore
from terminal.domain.after.refund import Return
from terminal.domain.document import digest
from terminal.domain.ids import ActionId, OrderNumber, SaleId, StaffNumber
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.text import clean
from terminal.wire import payment_events as pay
from terminal.wire.documents import document_of
from terminal.wire.envelope import pack_batch
from terminal.wire.events import Fact, SaleCompleted
from terminal.wire.payment_record import refunds_of
from terminal.wire.record import TillRecord, apply
from terminal.wire.return_events import SaleReturned
from tests.integration.uplink.journals import TERMINAL, MemoryJournal, sale_facts
from tests.unit.hq.returns.bench import found_in, taken_back

ORDER = OrderNumber("0" * 32)


def sold_and_returned() -> tuple[list[Fact], SaleReturned]:
    """Return the facts of a sale over 16.00 by a customer's code, all of which comes back."""
    *begun, completed = sale_facts(1)
    assert isinstance(completed, SaleCompleted)
    code = Tender(kind=TenderKind.WECHAT, amount_fen=1600, order=ORDER)
    completed = replace(completed, tenders=(code,))
    last = reduce(apply, [*begun, completed], TillRecord()).last
    assert last is not None
    facts = [*begun, replace(completed, digest=digest(document_of(last.sale, completed)))]
    return facts, taken_back(found_in(facts), Return(line=1), Return(line=2))


def refused(back: SaleReturned) -> pay.RefundRefused:
    (payment,) = refunds_of(back)
    return pay.RefundRefused(
        order=ORDER,
        sale_id=SaleId(payment.sale_id),
        refund=payment.refund,
        kind=payment.kind,
        amount_fen=payment.found_fen,
        reason=clean("ACCOUNT_CLOSED"),
    )


def in_cash(back: SaleReturned, act: str = "instead:1") -> pay.RefundPaidInCash:
    (payment,) = refunds_of(back)
    return pay.RefundPaidInCash(
        act=ActionId(act),
        order=ORDER,
        sale_id=payment.sale_id,
        refund=payment.refund,
        kind=payment.kind,
        amount_fen=payment.found_fen,
        staff=StaffNumber("1001"),
        paid_ms=5,
        approved_by=StaffNumber("9002"),
    )


def told(store: SqliteStore, *facts: Fact, seed: int = 0) -> list[str]:
    """Give a journal to HQ; return what it tells of payments."""
    journal = MemoryJournal(terminal=TERMINAL, seed=seed)
    journal.append(*facts)
    payload = pack_batch(journal.rows, terminal=TERMINAL, epoch=1, head=len(journal.rows), sent_ms=1)
    with store.transaction():
        Collector(store).batch(TERMINAL, payload, now_ms=1)
    return [alarm.detail for alarm in store.tills.alarms() if alarm.kind is AlarmKind.PAYMENT]


def cash_of_the_day(store: SqliteStore) -> int:
    return sum(day.cash_fen for day in store.sales.days(terminal=None))


def fault(store: SqliteStore) -> str:
    (chain,) = store.journals.chains()
    return check_chain(store, chain, Examiner()).fault


def test_a_refusal_is_an_alarm_with_the_hosts_reason(store: SqliteStore) -> None:
    facts, back = sold_and_returned()
    (alarm,) = told(store, *facts, back, refused(back))
    assert "refuses to give 1600 fen" in alarm
    assert "(ACCOUNT_CLOSED)" in alarm
    assert cash_of_the_day(store) == 0


def test_cash_in_its_place_is_taken_off_the_cash_of_its_day(store: SqliteStore) -> None:
    facts, back = sold_and_returned()
    assert len(told(store, *facts, back, refused(back), in_cash(back))) == 1
    assert cash_of_the_day(store) == -1600
    (row,) = store.returns.instead()
    assert (row.kind, row.amount_fen, row.refund) == (TenderKind.WECHAT, 1600, in_cash(back).refund)
    assert fault(store) == ""


def test_the_same_act_in_two_rows_is_counted_once(store: SqliteStore) -> None:
    facts, back = sold_and_returned()
    told(store, *facts, back, refused(back), in_cash(back), in_cash(back))
    assert (cash_of_the_day(store), len(store.returns.instead()), fault(store)) == (-1600, 1, "")


def test_cash_for_what_nobody_refused_is_told(store: SqliteStore) -> None:
    facts, back = sold_and_returned()
    (alarm,) = told(store, *facts, back, in_cash(back))
    assert "nobody refused it" in alarm


def test_cash_twice_for_one_refusal_is_told(store: SqliteStore) -> None:
    facts, back = sold_and_returned()
    alarms = told(store, *facts, back, refused(back), in_cash(back), in_cash(back, act="instead:2"))
    assert sum("nobody refused it" in alarm for alarm in alarms) == 1


def test_a_host_that_gives_it_back_after_the_cash_is_an_alarm(store: SqliteStore) -> None:
    facts, back = sold_and_returned()
    paid = in_cash(back)
    late = pay.RefundCameLate(
        order=ORDER, sale_id=paid.sale_id, refund=paid.refund, kind=paid.kind, amount_fen=paid.amount_fen
    )
    alarms = told(store, *facts, back, refused(back), paid, late)
    assert any("after all: cash was paid" in alarm for alarm in alarms)
