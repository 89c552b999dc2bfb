"""Goods without a receipt: the lowest price of thirty days, in cash, up to what HQ allows, with a manager."""

import pytest
from msgspec.structs import replace

from terminal.checkout.after.messages import AfterAsk, AfterNo
from terminal.checkout.after.modes import BareReturn, FindingReceipt, Returned
from terminal.checkout.effects import PulseDrawer
from terminal.checkout.inputs import SpaceChanged
from terminal.checkout.messages import No
from terminal.checkout.state import is_finished
from terminal.domain.catalog import Terms
from terminal.domain.sale import TenderKind
from terminal.domain.stock import Level
from terminal.domain.vat import VatAmount
from terminal.wire import return_events as rev
from terminal.wire.moving import moved_by
from terminal.wire.record import TillRecord
from terminal.wire.returning import digest_of
from tests.unit.checkout.after.desk import CASHIER, MANAGER, give_back, only, papers, till
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_shop import (
    ARTICLES,
    CHIPS,
    COLA,
    UNKNOWN,
    WATER,
    WECHAT,
    Rules,
    Shop,
)
from tests.unit.checkout.shown import asked, page

CHEAP = tuple(replace(one, terms=Terms(lowest_30d_fen=300)) if one.sku == "COLA" else one for one in ARTICLES)


def bare(staff: str = MANAGER, *, limit: int = 5_000) -> Bench:
    """Return a till on the page of goods without a receipt."""
    rules = {1: Rules((), (), {"no_receipt_max": limit})}
    bench = till(staff, rules=rules, offer_rules=1, shops={1: Shop(articles=CHEAP)})
    bench.press("f7", "f2")
    return bench


def test_goods_are_worth_the_lowest_price_of_thirty_days_in_cash() -> None:
    bench = bare()
    bench.scan(COLA)
    bench.scan(COLA)
    bench.press(*"13", "enter", "f3")
    assert [row[1:] for row in page(bench).rows] == [
        ("可口可乐", "3.50", "2", "6.00", ""),
        ("乐事薯片", "6.90", "1", "6.90", "return.damaged"),
    ]
    assert not is_finished(bench.counter)
    bench.effects.clear()
    fact = give_back(bench)
    assert (fact.kind, fact.amount_fen, fact.sale_id) == (rev.ReturnKind.NO_RECEIPT, 1290, None)
    assert [(one.kind, one.amount_fen) for one in fact.tenders] == [(TenderKind.CASH, 1290)]
    assert fact.vat == (VatAmount(rate_bp=1300, gross_fen=1290, tax_fen=148),)
    assert fact.digest == digest_of(fact)
    assert moved_by(fact, TillRecord(), TillRecord()) == {"COLA": Level(on_hand=2)}
    assert [effect for effect in bench.effects if isinstance(effect, PulseDrawer)]
    assert [paper.fact for paper in papers(bench)] == [fact]
    assert bench.mode == Returned()


def test_a_cashier_needs_a_manager() -> None:
    bench = bare(CASHIER)
    bench.scan(COLA)
    bench.press("f12", "2")
    assert asked(bench) == (AfterAsk.NO_RECEIPT, True)
    bench.approve("2001", "9999")
    assert not bench.of_kind(rev.SaleReturned)
    bench.approve("9002", "1111")
    assert only(bench, rev.SaleReturned).approved_by == "9002"


def test_not_more_comes_back_than_hq_allows_and_nothing_where_it_says_nothing() -> None:
    bench = bare(limit=500)
    bench.scan(COLA)
    bench.scan(COLA)
    bench.press("f12")
    assert (bench.notice, bench.counter.notice.params) == (AfterNo.REFUND_LIMIT, {"limit": "5.00"})
    bench = till()
    bench.press("f7", "f2")
    assert (bench.mode, bench.notice) == (FindingReceipt(), AfterNo.NO_RECEIPT_NEVER)


def test_a_limit_that_fell_meanwhile_is_looked_at_again() -> None:
    bench = bare(limit=500)
    bench.scan(COLA)
    bench.press("f12", "1")
    bench.counter = replace(bench.counter, trade=replace(bench.counter.trade, no_receipt_max=100))
    bench.press("enter")
    assert (bench.notice, bench.of_kind(rev.SaleReturned)) == (AfterNo.REFUND_LIMIT, [])
    assert isinstance(bench.mode, BareReturn)


@pytest.mark.parametrize("typed", ["31", "12345", "36"])
def test_some_goods_never_come_back_so(typed: str) -> None:
    bench = bare()
    bench.press(*typed, "enter")
    assert bench.notice == AfterNo.NOT_RETURNABLE


def test_what_is_no_article_is_refused() -> None:
    bench = bare()
    bench.scan(UNKNOWN)
    assert (bench.notice, bench.counter.notice.params) == (No.UNKNOWN_ITEM, {"code": UNKNOWN})
    bench.scan("6901939621250")
    assert bench.notice == No.BAD_BARCODE
    bench.scan(WECHAT)
    assert bench.notice == No.NOT_GOODS


def test_lines_are_corrected() -> None:
    bench = bare()
    for keys in (("+",), ("2", "f2"), ("f3",), ("f12",)):
        bench.press(*keys)
        assert bench.notice == AfterNo.NOTHING_CHOSEN
    bench.scan(COLA)
    bench.scan(WATER)
    bench.scan(CHIPS)
    bench.press("home", "3", "+", "down", "4", "f2", "end", "-")
    assert [row[3] for row in page(bench).rows] == ["4", "4"]
    bench.press("up", *"1.5", "f2")
    assert bench.notice == No.BAD_QUANTITY
    bench.press(".", "+")
    assert bench.notice == No.BAD_QUANTITY
    bench.press("5", "f12")
    assert bench.notice == No.FINISH_FIRST
    bench.press("escape", "0", "f2")
    assert [row[1] for row in page(bench).rows] == ["农夫山泉"]
    bench.press("escape")
    assert bench.mode == FindingReceipt()


def test_a_disk_without_room_takes_nothing_back() -> None:
    bench = till(rules={1: Rules((), (), {"no_receipt_max": 500})}, offer_rules=1)
    bench.press("f7")
    bench.send(SpaceChanged(low=True))
    bench.press("f2")
    assert bench.notice == No.LOW_SPACE
