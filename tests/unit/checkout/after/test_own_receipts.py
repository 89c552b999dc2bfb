"""HQ is asked what other tills took back of a receipt of this one, while it can be reached."""

import pytest
from msgspec.structs import replace

from terminal.checkout.after.messages import AfterNo, AfterSay
from terminal.checkout.after.modes import FindingReceipt, Returning
from terminal.checkout.inputs import LinkReported
from terminal.domain.ids import ActionId
from terminal.domain.members.member import MERGED
from terminal.wire import asking
from terminal.wire import events as ev
from terminal.wire.doorbell import Failure, LinkChanged
from terminal.wire.return_events import SaleReturned
from terminal.wire.returning import nameless
from tests.unit.checkout.after.desk import MANAGER, give_back, on_receipt, only, shop, sold, till
from tests.unit.checkout.after.elsewhere import KEYS, code, without_hq
from tests.unit.checkout.after.test_members import shopped
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_members import LI, WANG
from tests.unit.checkout.memory_shop import (
    CHIPS,
    COLA,
)
from tests.unit.checkout.shown import page

RECEIPT = "S01-T03-1-000001"


def online(**more: object) -> Bench:
    bench = sold(MANAGER, **more)
    bench.send(LinkReported(LinkChanged(online=True, acked_seq=0)))
    return bench


def at_another_till() -> SaleReturned:
    """Return what another till told of two colas that it took back of the same sale."""
    bench = on_receipt(sold())
    bench.scan(COLA)
    bench.scan(COLA)
    return replace(give_back(bench), terminal="S01-T03", epoch=1)


def heard(bench: Bench, *returns: SaleReturned) -> asking.Receipt:
    done = only(bench, ev.SaleCompleted)
    assert bench.counter.record.last is not None
    return asking.Receipt(
        terminal="S01-T03", epoch=1, sale=bench.counter.record.last.sale, completed=done, returns=returns
    )


def test_what_another_till_took_back_does_not_come_back_again() -> None:
    bench = online()
    bench.hq.receipt = heard(bench, at_another_till())
    on_receipt(bench)
    assert [question.receipt_no for question in bench.hq.asked if isinstance(question, asking.ReceiptAsk)] == [RECEIPT]
    assert [row[3] for row in page(bench).rows] == ["2", "", ""]
    bench.scan(COLA)
    bench.scan(COLA)
    assert bench.notice == AfterNo.QTY_EXCEEDS_SOLD
    fact = give_back(bench)
    assert (fact.amount_fen, fact.terminal) == (350, "")
    bench.press("enter")
    on_receipt(bench)
    assert [row[3] for row in page(bench).rows] == ["3", "", ""]


def test_a_sale_of_which_something_came_back_elsewhere_is_not_voided() -> None:
    bench = online()
    bench.hq.receipt = heard(bench, at_another_till())
    on_receipt(bench).press("f19")
    assert bench.notice == AfterNo.ALREADY_REFUNDED


def test_what_this_till_took_back_is_not_counted_twice() -> None:
    bench = online()
    on_receipt(bench).scan(CHIPS)
    first = give_back(bench)
    bench.press("enter")
    bench.hq.receipt = heard(bench, first)
    on_receipt(bench)
    assert [row[3] for row in page(bench).rows] == ["", "", "1"]


def test_what_this_till_took_back_and_its_journal_has_lost_does_not_come_back_again() -> None:
    bench = online()
    lost = replace(at_another_till(), act=ActionId("return:lost"), terminal="", epoch=0)
    bench.hq.receipt = heard(bench, lost)
    on_receipt(bench)
    assert [row[3] for row in page(bench).rows] == ["2", "", ""]


def test_returns_of_all_tills_stand_in_order_of_time() -> None:
    bench = online()
    on_receipt(bench).scan(CHIPS)
    own = give_back(bench)
    bench.press("enter")
    earlier = replace(at_another_till(), act=ActionId("return:elsewhere"), returned_ms=own.returned_ms - 1)
    bench.hq.receipt = heard(bench, own, earlier)
    on_receipt(bench)
    assert isinstance(bench.mode, Returning)
    assert [fact.act for fact in bench.mode.found.returns] == [earlier.act, own.act]


def test_a_receipt_that_the_journal_does_not_have_any_more_comes_back_with_hqs_word() -> None:
    kept = sold()
    bench = till()
    bench.send(LinkReported(LinkChanged(online=True, acked_seq=0)))
    bench.hq.receipt = heard(kept)
    bench.press("f7", "1", "enter")
    assert (type(bench.mode), bench.notice) == (Returning, AfterSay.FOUND)
    bench.press("f19")
    assert bench.notice == AfterNo.AT_ITS_TILL
    bench.scan(CHIPS)
    first = give_back(bench)
    assert (first.amount_fen, first.terminal, first.epoch) == (690, "S01-T03", 1)
    bench.press("enter", "f7", "1", "enter")
    assert [row[3] for row in page(bench).rows] == ["", "", "1"]


def test_a_receipt_that_neither_the_journal_nor_hq_has_is_none() -> None:
    bench = till()
    bench.press("f7", "1", "enter")
    assert bench.notice == AfterNo.NO_SUCH_RECEIPT
    bench.send(LinkReported(LinkChanged(online=True, acked_seq=0)))
    bench.press("1", "enter")
    assert (bench.notice, len(bench.hq.asked)) == (AfterNo.NO_SUCH_RECEIPT, 1)


def test_goods_of_a_member_who_was_merged_come_back_to_whom_hq_names() -> None:
    bench = shopped()
    gone, into = bench.members.rows[0].member, replace(LI.member, status="active")
    bench.members.rows = (replace(WANG, member=replace(gone, status=MERGED), cards=()), replace(LI, member=into))
    bench.hq.receipt = replace(heard(bench), owner=replace(LI, member=into))
    on_receipt(bench).press("f5")
    assert give_back(bench).member == nameless(into)


def by_code_alone() -> SaleReturned:
    """Return what another till told of a cola that came back there by a code alone."""
    there = without_hq()
    there.scan(code())
    there.scan(COLA)
    return replace(give_back(there), receipt_no=RECEIPT, terminal="S01-T03", epoch=1, number="S01-T09-1-R00001")


def test_what_came_back_elsewhere_by_the_code_alone_counts_before_hq_has_the_sale() -> None:
    bench, fact = online(), by_code_alone()
    total_fen = only(bench, ev.SaleCompleted).total_fen
    bench.hq.receipt = asking.Refused(reason=asking.No.UNKNOWN_RECEIPT, returns=(fact,))
    on_receipt(bench)
    assert isinstance(bench.mode, Returning)
    assert (bench.mode.found.returns, bench.mode.found.sold.left_fen) == ((fact,), total_fen - fact.amount_fen)
    bench.press("f19")
    assert bench.notice == AfterNo.ALREADY_REFUNDED
    bench.press("f5", "f12")
    assert bench.notice == AfterNo.OVER_REFUND


@pytest.mark.parametrize(("failing", "said"), [(None, AfterSay.FOUND), (Failure.TIMEOUT, AfterSay.FOUND_ALONE)])
def test_where_hq_knows_nothing_or_says_nothing_the_till_goes_by_its_journal(
    failing: Failure | None, said: AfterSay
) -> None:
    bench = online()
    bench.hq.failing = failing
    on_receipt(bench)
    assert (type(bench.mode), bench.notice) == (Returning, said)


def test_while_hq_is_asked_the_cashier_may_leave() -> None:
    bench = online()
    bench.hq.holding_back = True
    on_receipt(bench)
    assert (type(bench.mode), bench.notice) == (FindingReceipt, AfterSay.ASKING)
    bench.press("escape")
    bench.hear_hq()
    assert not isinstance(bench.mode, Returning)


def test_a_forged_code_of_a_receipt_of_this_till_is_refused() -> None:
    bench = online(shops=shop(till_keys={"S01-T03": next(iter(KEYS.values()))}))
    bench.scan(code().replace("S02-T09-3-000007", RECEIPT).replace("S02-T09", "S01-T03"))
    assert bench.notice == AfterNo.FORGED
