"""Scanning and typing."""

import pytest
from msgspec.structs import replace

from terminal.checkout.counter import step
from terminal.checkout.effects import LookUp, Purpose
from terminal.checkout.inputs import Fired, LookedUp, Scanned
from terminal.checkout.modes import Confirming, Prompting, Selling
from terminal.domain.sale import Entry
from terminal.domain.text import SafeText
from terminal.ports.devices import Scan
from terminal.wire import events as ev
from terminal.wire.events import LineAdded, SaleStarted, ScanHandled
from tests.unit.checkout.counter_bench import (
    selling,
)
from tests.unit.checkout.memory_shop import (
    APPLES_PLU,
    CHIPS,
    COLA,
    MEMBER_CARD,
    WATER,
    WECHAT,
)


def test_first_scan_starts_the_sale_in_the_same_step() -> None:
    started, added = selling().scan(COLA)
    assert isinstance(started, SaleStarted)
    assert isinstance(added, LineAdded)
    assert (started.staff, started.book_version, started.local_time[:10]) == ("1001", 1, "2026-11-23")
    assert (added.line.number, added.line.sku, added.line.code, added.device) == (1, "COLA", COLA, "gun")
    assert added.line.entry is Entry.SCAN


def test_line_says_whether_its_article_earns_points_and_comes_back() -> None:
    bench = selling()
    bench.write("36", "enter")
    bench.scan(COLA)
    assert bench.counter.record.sale is not None
    cake, cola = bench.counter.record.sale.lines
    assert (cake.earns, cake.returnable, cola.earns, cola.returnable) == (False, False, True, True)


def test_three_scans_of_one_code_are_three_lines() -> None:
    bench = selling()
    for _ in range(3):
        bench.scan(COLA)
    assert (bench.quantities, bench.due) == ([1, 1, 1], "10.50")


def test_quantity_stands_before_the_scan() -> None:
    bench = selling()
    bench.write("3*")
    bench.scan(COLA)
    assert (bench.quantities, bench.due) == ([3], "10.50")


def test_quantity_stands_before_a_typed_code() -> None:
    bench = selling()
    bench.write(f"3*{COLA}", "enter")
    assert bench.quantities == [3]
    assert bench.counter.record.sale is not None
    assert bench.counter.record.sale.lines[0].entry is Entry.TYPED


def test_quantity_in_front_of_a_burst_applies() -> None:
    bench = selling()
    bench.write("3*")
    bench.chunk(*COLA, "enter")
    bench.chunk(*f"2*{WATER}", "enter")
    assert bench.quantities == [3, 2]


@pytest.mark.parametrize("prefix", ["0*", "0.5*", "3*69"])
def test_a_prefix_that_is_no_number_of_pieces_refuses_the_scan(prefix: str) -> None:
    bench = selling()
    bench.write(prefix)
    facts = bench.scan(COLA)
    assert bench.rejections() == [("bad_quantity", "sale")]
    assert (len(facts), bench.counter.text) == (1, "")


def test_digits_without_a_star_are_no_quantity() -> None:
    bench = selling()
    bench.write("12")
    bench.scan(COLA)
    assert (bench.quantities, bench.counter.text) == ([1], "")


def test_plu_and_enter_sells() -> None:
    bench = selling()
    bench.write("12", "enter")
    assert bench.due == "2.00"


def test_a_second_star_is_refused() -> None:
    bench = selling()
    bench.write("3**")
    assert (bench.notice, bench.counter.text) == ("error.bad_quantity", "")


def test_enter_on_a_prefix_alone_is_refused() -> None:
    bench = selling()
    bench.write("3*", "enter")
    assert bench.notice == "error.bad_quantity"


def test_star_alone_asks_for_the_quantity_of_the_last_line() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("*")
    assert isinstance(bench.mode, Prompting)
    bench.write("4", "enter")
    assert (bench.quantities, bench.mode.name) == ([4], "sale")


def test_a_weighed_line_has_no_quantity_to_change() -> None:
    bench = selling()
    bench.scan("2112345012346")
    bench.press("*")
    assert bench.notice == "error.not_counted"
    bench.write("3", "f2")
    assert bench.notice == "error.not_counted"


def test_weight_label_sells_by_its_weight() -> None:
    bench = selling()
    bench.scan("2112345012346")
    assert bench.due == "14.76"


def test_price_label_sells_at_its_printed_price() -> None:
    bench = selling()
    bench.scan("2312345012999")
    assert bench.counter.record.sale is not None
    assert bench.counter.record.sale.lines[0].printed_fen == 1299
    assert bench.due == "12.99"


def test_a_label_is_one_piece() -> None:
    bench = selling()
    bench.write("2*")
    bench.scan("2312345012999")
    assert bench.rejections() == [("not_counted", "sale")]


def test_a_typed_weight_stands_before_a_weighed_article() -> None:
    bench = selling()
    bench.write(f"0.856*{APPLES_PLU}", "enter")
    bench.write(f"2*{APPLES_PLU}", "enter")
    assert [line.weight_g for line in bench.counter.record.sale.lines] == [856, 2000]  # type: ignore[union-attr]
    assert bench.due == "34.16"


def test_a_gs1_weight_of_a_counted_article_is_not_its_quantity() -> None:
    bench = selling()
    code = f"010{COLA}3103000500"
    scan = Scan(device="gun", data=code, at_ms=1, gtin=f"0{COLA}", gs1=(("01", f"0{COLA}"), ("3103", "000500")))
    bench.send(Scanned(scan))
    assert bench.due == "3.50"


def test_member_card_gives_member_prices_at_once() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.scan(MEMBER_CARD)
    assert (bench.due, bench.notice) == ("3.00", "notice.member_bound")
    assert bench.counter.notice.params == {"who": "****456"}
    assert bench.view is not None
    assert bench.view.lines[0].tags == ("tag.member",)
    assert bench.view.totals.member == "****456"
    assert (bench.view.totals.gross, bench.view.totals.discount) == ("3.50", "-0.50")


def test_a_member_may_come_before_the_first_article() -> None:
    bench = selling()
    started, bound = bench.scan(MEMBER_CARD)
    assert isinstance(started, SaleStarted)
    assert bound == ev.MemberBound(card=bench.counter.record.sale.member_card, device="gun")  # type: ignore[union-attr,arg-type]
    bench.press("f12")
    assert bench.notice == "error.empty_sale"


def test_a_typed_member_number_is_bound() -> None:
    bench = selling()
    bench.write(MEMBER_CARD, "enter")
    assert bench.counter.record.sale is not None
    assert bench.counter.record.sale.member_card == MEMBER_CARD


def test_a_pay_code_in_the_sale_is_refused_and_not_kept() -> None:
    bench = selling()
    (fact,) = bench.scan(WECHAT)
    assert isinstance(fact, ScanHandled)
    assert (fact.reason, fact.code[:10]) == ("pay_first", "wechat:18:")
    assert WECHAT not in repr(bench.facts)


def test_an_unknown_short_number_is_a_mistake_not_goods() -> None:
    bench = selling()
    bench.write("77", "enter")
    assert (bench.mode, bench.notice) == (Selling(), "error.unknown_item")


def test_a_chunk_with_codes_and_keys_happens_in_order() -> None:
    """A minus right behind a code voids that code's line, though its article had to be looked up first."""
    bench = selling()
    bench.chunk(*COLA, "enter", *WATER, "enter", "up", "delete", *CHIPS, "enter")
    sale = bench.counter.record.sale
    assert sale is not None
    assert [(line.sku, line.voided) for line in sale.lines] == [("COLA", True), ("WATER", False), ("CHIPS", False)]


def test_a_hundred_codes_in_one_read_are_a_hundred_lines() -> None:
    bench = selling()
    bench.chunk(*[name for _ in range(100) for name in (*COLA, "enter")])
    assert len(bench.quantities) == 100


def test_pasted_lines_are_scans() -> None:
    bench = selling()
    bench.paste(COLA, "", f"2*{WATER}")
    assert bench.quantities == [1, 2]


def test_a_half_read_burst_is_journaled_and_adds_nothing() -> None:
    bench = selling()
    bench.chunk(*COLA[:9])
    (fact,) = bench.send(Fired("burst"))
    assert fact == ScanHandled(
        device="keyboard", code=SafeText(""), outcome=ev.ScanOutcome.REJECTED, reason="half_read", state="sale"
    )
    assert bench.notice == "error.scan_again"
    assert bench.quantities == []


def test_age_is_confirmed() -> None:
    bench = selling()
    bench.write("33", "enter")
    assert isinstance(bench.mode, Confirming)
    assert (bench.mode.question, bench.mode.params) == ("ask.age", (("name", "啤酒"), ("age", "18")))
    bench.press("enter")
    assert bench.due == "5.00"


def test_a_confirmed_age_leaves_the_limits_to_be_asked_about() -> None:
    bench = selling()
    bench.write("100*33", "enter", "enter")
    assert isinstance(bench.mode, Confirming)
    assert bench.mode.question == "ask.quantity"
    bench.press("enter")
    assert bench.quantities == [100]


def test_letters_after_digits_stay_a_typed_code() -> None:
    bench = selling()
    bench.write("12ab")
    assert (bench.mode, bench.counter.text) == (Selling(), "12ab")


def test_a_red_bar_stands_a_while_and_goes_with_the_next_key() -> None:
    bench = selling()
    bench.press("f12")
    bench.press("5")
    assert bench.notice == "error.empty_sale"
    bench.now_ms += 1500
    bench.press("5")
    assert bench.notice == ""


@pytest.mark.parametrize("open_page", [(), ("f14",)])
def test_a_wrong_check_digit_is_told_as_one_whether_scanned_or_typed(open_page: tuple[str, ...]) -> None:
    bench = selling()
    bench.press(*open_page)
    bench.scan("6901939621250")
    assert bench.notice == "error.bad_barcode"
    bench.write("6901939621250", "enter")
    assert (bench.notice, bench.counter.text) == ("error.bad_typed", "")


@pytest.mark.parametrize("open_page", [(), ("f14",)])
def test_a_book_that_cannot_be_read_is_no_fault_of_the_code(open_page: tuple[str, ...]) -> None:
    bench = selling()
    bench.press(*open_page)
    query = LookUp(purpose=Purpose.PRICE_CHECK if open_page else Purpose.SELL, entry=Entry.SCAN, code=COLA)
    taken = step(replace(bench.counter, asked=query), LookedUp(query=query, reason="book_torn"), bench.moment())
    assert taken.counter.notice.message == "error.book_unreadable"


def test_two_sales_of_one_read_of_the_keyboard_have_two_ids() -> None:
    bench = selling()
    bench.chunk(*COLA, "enter", "f12", *MEMBER_CARD, "enter", "f19", "enter", *MEMBER_CARD, "enter")
    ids = [fact.sale_id for fact in bench.facts if isinstance(fact, SaleStarted)]
    assert len(ids) == len(set(ids)) == 3


def test_goods_whose_code_begins_like_a_card_are_no_card() -> None:
    bench = selling()
    bench.scan("8801234567893")
    assert bench.counter.record.sale is None
    assert isinstance(bench.mode, Prompting)
    bench.write("5", "enter")
    assert bench.due == "5.00"


GARBAGE = [
    "\ufeff69019396中21257",
    "6901939\x0021257",
    "\x1b[A\x7f123456",
    "６９０１９３９６２１２５７",
    "caf\u00e9 123456",
]


@pytest.mark.parametrize("code", GARBAGE)
@pytest.mark.parametrize("way", ["scan", "paste", "burst"])
def test_code_with_characters_that_no_barcode_has_is_not_read_whole(code: str, way: str) -> None:
    bench = selling()
    if way == "burst":
        bench.chunk(*code, "enter")
    elif way == "paste":
        bench.paste(code)
    else:
        bench.scan(code)
    assert (bench.mode, bench.notice) == (Selling(), "error.scan_again")
    assert bench.counter.notice.params == {"detail": "detail.bad_bytes"}
    assert bench.rejections() == [("scan_again", "sale")]


def test_separator_of_a_gs1_code_is_part_of_it() -> None:
    bench = selling()
    bench.scan("0106901939621257\x1d10AB")
    assert bench.notice == "notice.unknown_article"
