"""Goods come back and pay for others: one more sale with a credit, nothing earned or paid out on the way."""

import pytest
from msgspec.structs import replace

from terminal.checkout.after.messages import AfterAsk, AfterHint, AfterNo, AfterSay
from terminal.checkout.effects import PrintReceipt, PulseDrawer
from terminal.checkout.inputs import LinkReported
from terminal.checkout.modes import Completed, Selling, Tendering
from terminal.domain.document import disagreements
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.receipt import Pair
from terminal.domain.receipt_rows import Issuer, build_receipt
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.settings import ShopTexts
from terminal.domain.text import SafeText, clean
from terminal.wire import events as ev
from terminal.wire import return_events as rev
from terminal.wire.counter.panels import BackRow, CompletedPanel, TenderPanel
from terminal.wire.documents import document_of
from terminal.wire.doorbell import LinkChanged
from terminal.wire.returning import digest_of
from tests.unit.checkout.after.desk import CASHIER, OPEN_SHIFT, on_receipt, only, papers, sold, till
from tests.unit.checkout.after.test_members import COUPON, POINTS, STORED, member_now, shopped
from tests.unit.checkout.counter_bench import (
    IDENTITY,
    Bench,
)
from tests.unit.checkout.memory_members import LI, MEMBER, WANG, MemoryMembers
from tests.unit.checkout.memory_shop import (
    CHIPS,
    COLA,
    MEMBER_CARD,
    WATER,
    Rules,
)
from tests.unit.checkout.shown import asked

ISSUER = Issuer(identity=IDENTITY, shop=ShopTexts(), staff_name=SafeText(""))


def exchanging(bench: Bench, *keys: str) -> Bench:
    """Let what the keys choose on the last receipt pay for the next sale."""
    on_receipt(bench)
    bench.press(*keys, "f6", "2", "enter")
    return bench


def done(bench: Bench) -> tuple[rev.SaleReturned, ev.SaleCompleted]:
    return only(bench, rev.SaleReturned), only(bench, ev.SaleCompleted)


def test_dearer_goods_are_paid_with_what_came_back_and_cash() -> None:
    bench = exchanging(sold(), "+")
    assert (bench.mode, bench.notice) == (Selling(), AfterSay.EXCHANGING)
    assert bench.view is not None
    assert bench.view.input.hint == AfterHint.EXCHANGE
    bench.scan(CHIPS)
    bench.press("enter")
    assert bench.view is not None
    panel = bench.view.panel
    assert isinstance(panel, TenderPanel)
    assert ([(row.kind, row.amount) for row in panel.rows], panel.remaining) == ([("tender.credit", "3.50")], "3.40")
    bench.press("f12")
    back, sale = done(bench)
    assert (back.kind, back.amount_fen, back.credit_fen, back.tenders) == (rev.ReturnKind.EXCHANGE, 350, 350, ())
    assert (back.bought_by, back.reason, back.digest) == (sale.sale_id, "unwanted", digest_of(back))
    credit = Tender(kind=TenderKind.CREDIT, amount_fen=350, origin=(Tender(kind=TenderKind.CASH, amount_fen=350),))
    assert sale.tenders[0] == credit
    assert [(one.kind, one.amount_fen) for one in sale.tenders[1:]] == [(TenderKind.CASH, 340)]
    assert bench.mode == Completed()
    assert bench.counter.record.exchange is None


def test_what_cheaper_goods_do_not_need_is_paid_out() -> None:
    bench = exchanging(sold(), "down", "down", "+")
    bench.scan(WATER)
    bench.effects.clear()
    bench.press("enter", "f12")
    back, sale = done(bench)
    assert (back.amount_fen, back.credit_fen) == (690, 200)
    assert [(one.kind, one.amount_fen) for one in back.tenders] == [(TenderKind.CASH, 490)]
    assert [(one.kind, one.amount_fen) for one in sale.tenders] == [(TenderKind.CREDIT, 200)]
    assert bench.counter.notice.params == {"total": "2.00", "cash": "4.90"}
    assert bench.view is not None
    assert isinstance(bench.view.panel, CompletedPanel)
    assert bench.view.panel.change == "4.90"
    assert len([effect for effect in bench.effects if isinstance(effect, PulseDrawer)]) == 1
    assert [paper.fact for paper in papers(bench)] == [back]


def test_the_done_page_says_what_goes_back_to_the_bank_card() -> None:
    bench = till()
    bench.scan(CHIPS)
    bench.scan(CHIPS)
    bench.press("enter", "f10")
    bench.write("778812")
    bench.press("enter")
    exchanging(bench, "f5")
    bench.scan(WATER)
    bench.press("enter", "f12")
    back, _ = done(bench)
    assert [(one.kind, one.amount_fen) for one in back.tenders] == [(TenderKind.CARD, 1180)]
    assert bench.view is not None
    assert isinstance(bench.view.panel, CompletedPanel)
    assert bench.view.panel.back == (BackRow(tender="tender.card", amount="11.80", how="give.card"),)
    bench.scan(COLA)
    bench.press("f12")
    panel = bench.view.panel
    assert isinstance(panel, CompletedPanel)
    assert not panel.back


def test_the_old_receipt_and_the_new_one_know_what_is_left() -> None:
    bench = exchanging(sold(), "+")
    bench.scan(CHIPS)
    bench.press("enter", "f12", "f7", "1", "enter", "f5", "f12", "1", "enter")
    assert only(bench, rev.SaleReturned).amount_fen == 1590
    bench.press("f7", "2", "enter", "f5", "f12", "1", "enter")
    last = only(bench, rev.SaleReturned)
    assert sum(one.amount_fen for one in last.tenders) == 690
    assert {one.kind for one in last.tenders} == {TenderKind.CASH}


def test_an_exchange_counts_as_a_refund_and_a_sale_in_the_shift() -> None:
    bench = till()
    bench.press(*OPEN_SHIFT)
    bench.scan(COLA)
    bench.press("f12")
    exchanging(bench, "+")
    bench.scan(CHIPS)
    bench.press("f12")
    shift = bench.counter.record.shift
    assert shift is not None
    sums = shift.sums
    assert (sums.sales_count, sums.sales_fen, sums.refund_count, sums.refunds_fen) == (2, 1040, 1, 350)
    assert sums.cash_expected_fen == 690


@pytest.mark.parametrize(("goods", "payments"), [((WATER,), {}), ((CHIPS,), {TenderKind.CASH: 1})])
def test_a_void_of_the_new_sale_leaves_the_payments_of_the_others(
    goods: tuple[str, ...], payments: dict[TenderKind, int]
) -> None:
    bench = till()
    bench.press(*OPEN_SHIFT)
    bench.scan(COLA)
    bench.press("f12")
    exchanging(bench, "+")
    for code in goods:
        bench.scan(code)
    bench.press("f12", "f12")
    on_receipt(bench).press("f19", "3", "enter")
    fact = only(bench, rev.SaleReturned)
    assert (fact.kind, fact.payments) == (rev.ReturnKind.VOID, payments)
    assert digest_of(fact) == fact.digest
    shift = bench.counter.record.shift
    assert shift is not None
    assert shift.sums.payments == {TenderKind.CASH: 1}


def test_nothing_has_happened_until_the_new_sale_is_done() -> None:
    bench = exchanging(sold(), "+")
    bench.press("f19")
    assert (bench.counter.record.sale, bench.counter.record.exchange) == (None, None)
    assert not bench.of_kind(rev.SaleReturned)
    exchanging(bench, "+")
    bench.scan(CHIPS)
    bench.press("f5")
    assert bench.notice == AfterNo.EXCHANGE_OPEN
    again = Bench(record=bench.counter.durable)
    again.press("escape", "f12")
    assert only(again, rev.SaleReturned).credit_fen == 350


def test_a_cashier_needs_somebody_with_the_right() -> None:
    bench = on_receipt(sold(CASHIER))
    bench.press("f6")
    assert bench.notice == AfterNo.NOTHING_CHOSEN
    bench.press("+", "f6", "2")
    assert asked(bench) == (AfterAsk.EXCHANGE, True)
    bench.approve()
    begun = only(bench, rev.ExchangeBegan)
    assert (begun.staff, begun.approved_by) == ("1001", "2001")
    bench.scan(CHIPS)
    bench.press("f12")
    assert only(bench, rev.SaleReturned).approved_by == "2001"


def test_the_member_of_the_old_sale_buys_and_nobody_else_and_no_coupons() -> None:
    bench = shopped()
    earned = only(bench, ev.SaleCompleted).points_earned
    bench.members.rows = (*bench.members.rows, replace(LI, member=replace(LI.member, status="active")))
    exchanging(bench, "home", "+")
    sale = bench.counter.record.sale
    assert sale is not None
    assert sale.member is not None
    assert sale.member.id == WANG.member.id
    bench.scan(CHIPS)
    for code, no in (("8800000002", AfterNo.WRONG_MEMBER), ("C100000001", AfterNo.NO_COUPONS)):
        bench.scan(code)
        assert bench.notice == no
    bench.press("f4", "delete")
    assert bench.notice == AfterNo.WRONG_MEMBER
    bench.press("escape", "enter", "f12")
    back, new = done(bench)
    assert back.points is not None
    assert new.member == WANG.member.id
    assert 0 < back.points.clawed <= earned
    balance = new.balance
    assert balance is not None
    member = bench.members.rows[0].member
    assert balance.points == member.points.balance("2026-11-23")


def test_the_member_s_own_coupon_that_comes_back_is_on_the_receipt_of_the_exchange() -> None:
    own = replace(COUPON, owner=WANG.member.id, name=clean("满5减1"))
    bench = shopped(coupon=own)
    exchanging(bench, "f5")
    bench.scan(CHIPS)
    bench.press("enter", "f12")
    _, new = done(bench)
    (printing,) = (one for one in bench.effects if isinstance(one, PrintReceipt) and one.completed == new)
    rows = build_receipt(document_of(printing.sale, new), ISSUER, local_time="2026-11-23T10:16:40").rows
    assert any(isinstance(row, Pair) and row.label == "可用优惠券 满5减1" for row in rows)


def test_the_receipt_of_an_exchange_has_the_member_masked_and_no_points_that_were_spent_before() -> None:
    bench = shopped(POINTS)
    exchanging(bench, "f5")
    bench.scan(CHIPS)
    bench.press("enter", "f12")
    _, new = done(bench)
    assert [part.points for part in new.tenders[0].origin if part.lots] == [new.points_used]
    (printing,) = (one for one in bench.effects if isinstance(one, PrintReceipt) and one.completed == new)
    document = document_of(printing.sale, new)
    rows = build_receipt(document, ISSUER, local_time="2026-11-23T10:16:40").rows
    shown = [(row.label, row.value) for row in rows if isinstance(row, Pair)]
    assert ("会员", "138****6021 王**") in shown
    assert "使用积分" not in dict(shown)
    trade = bench.counter.trade
    assert disagreements(document, trade.rounding, pricer=bench.counter.pricer, trade=trade) == ()


def test_a_top_up_during_an_exchange_is_in_the_balance_of_its_receipt() -> None:
    bench = shopped(STORED)
    exchanging(bench, "f5")
    bench.scan(CHIPS)
    bench.press("f4", "f2", *"30", "enter", "enter", "escape", "escape")
    bench.members.acknowledge()
    bench.send(LinkReported(LinkChanged(online=True, acked_seq=9)))
    bench.press("enter", "f12")
    _, new = done(bench)
    assert new.balance is not None
    assert new.balance.stored == bench.members.rows[0].member.stored


def test_a_membership_that_is_over_earns_nothing_more_in_an_exchange() -> None:
    tiers = [{"id": "basic", "min_spend": 0}, {"id": "gold", "min_spend": 10_000_000}]
    settings = {"points": {"fen_per_point": 10, "tier_mult_bp": {"gold": 30_000}}, "tiers": tiers}
    member = replace(WANG.member, tier="", paid_tier="gold", paid_until="2026-11-22")
    rows = (replace(WANG, member=member),)
    bench = till(rules={1: Rules((), (), settings)}, offer_rules=1, members=MemoryMembers(rows=rows, as_of_ms=1))
    bench.scan(COLA)
    bench.scan(MEMBER)
    bench.press("f12")
    earned = only(bench, ev.SaleCompleted).points_earned
    exchanging(bench, "+")
    bench.scan(COLA)
    bench.press("enter", "f12")
    _, new = done(bench)
    assert new.balance is not None
    assert (new.mult_bp, new.points_earned, new.balance.tier) == (10_000, earned, "basic")


def test_points_that_the_exchange_takes_back_pay_nothing() -> None:
    settings = {"points": {"fen_per_point": 10, "redeem_step": 1}}
    bench = till(rules={1: Rules((), (), settings)}, offer_rules=1, members=MemoryMembers(rows=(WANG,), as_of_ms=1))
    bench.send(LinkReported(LinkChanged(online=True, acked_seq=0)))
    bench.scan(COLA)
    bench.scan(MEMBER)
    bench.press("f12")
    exchanging(bench, "+")
    bench.write("9*")
    bench.scan(CHIPS)
    bench.press("enter", "f8", "enter", "escape", "f12")
    _, new = done(bench)
    assert sum(tender.points for tender in new.tenders) == WANG.member.points.balance("2026-11-23")
    assert member_now(bench).points.debt == 0
    last, trade = bench.counter.record.last, bench.counter.trade
    assert last is not None
    document = document_of(last.sale, new)
    assert disagreements(document, trade.rounding, pricer=bench.counter.pricer, trade=trade) == ()


def test_a_member_who_is_not_there_does_not_exchange() -> None:
    bench = shopped()
    bench.members.rows = (replace(WANG, member=replace(WANG.member, status="frozen")),)
    exchanging(bench, "home", "+")
    bench.scan(CHIPS)
    bench.press("enter", "f10")
    assert (bench.notice, bench.mode) == (AfterNo.WRONG_MEMBER, Tendering())
    bench.press("escape", "f12")
    assert bench.notice == AfterNo.WRONG_MEMBER
    assert not bench.of_kind(rev.SaleReturned)


def test_a_sale_of_nobody_may_be_exchanged_by_a_member() -> None:
    bench = exchanging(shopped(member=False), "home", "+")
    bench.scan(CHIPS)
    bench.scan(MEMBER_CARD)
    bench.press("f12")
    back, new = done(bench)
    assert (back.member, new.member) == (None, MemberId("M1"))
