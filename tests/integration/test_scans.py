"""Codes through the cable of a real till: none lost, none merged, each with exactly one outcome."""

import asyncio

from simulators.wedge import Wedge, WedgeSettings
from terminal.checkout.messages import No, Say
from terminal.domain.sale import Entry
from terminal.wire.counter.panels import (
    ConfirmPanel,
    HeldPanel,
    PromptPanel,
    SalePanel,
    SearchPanel,
    TenderPanel,
)
from terminal.wire.events import (
    LineAdded,
    LineVoided,
    MemberBound,
    QuantityChanged,
    SaleCompleted,
    SaleHeld,
    SaleRecalled,
    SaleStarted,
    SaleVoided,
    ScanHandled,
)
from tests.integration.conftest import MakeLane
from tests.integration.shop import CARD, COLA, UNKNOWN, WATER, code_of, label
from tests.integration.tills import Cashier, Lane, until

CODES = 1000


async def test_pain_22_thousand_codes_back_to_back_are_a_thousand_lines(lane: Lane) -> None:
    """The wedge types as fast as the cable takes it: far over 1000 characters a second."""
    async with lane.selling() as cashier:
        await asyncio.to_thread(scan_all, lane.wedge, range(CODES))
        await cashier.sees(lambda view: len(view.lines) == CODES)
        assert [line.name for line in cashier.view.lines] == [f"商品{n}" for n in range(CODES)]
    assert [fact.line.code for fact in lane.facts(LineAdded)] == [code_of(n) for n in range(CODES)]
    assert lane.facts(ScanHandled) == []
    assert len(lane.facts(SaleStarted)) == 1
    assert lane.scanner.lost_bytes == 0


def scan_all(wedge: Wedge, numbers: range) -> None:
    for number in numbers:
        wedge.scan(code_of(number))


async def test_two_scanners_at_once_keep_their_codes_apart(make_lane: MakeLane) -> None:
    """The scanners live in this process: a loaded machine that stalls it in the middle of a code makes no half read."""
    lane = make_lane(scanners={"half_read_ms": 5000})
    each = 150
    paced = WedgeSettings(ms_per_char=0.2)
    first, second = Wedge(lane.scanner.write, paced), Wedge(lane.second_scanner.write, paced)
    async with lane.selling() as cashier:
        await asyncio.gather(
            asyncio.to_thread(scan_all, first, range(each)),
            asyncio.to_thread(scan_all, second, range(each, 2 * each)),
        )
        await cashier.sees(lambda view: len(view.lines) == 2 * each)
    added = lane.facts(LineAdded)
    by_device = {name: [fact.line.code for fact in added if fact.device == name] for name in ("scanner", "scanner2")}
    assert by_device == {
        "scanner": [code_of(n) for n in range(each)],
        "scanner2": [code_of(n) for n in range(each, 2 * each)],
    }
    assert lane.rejections() == []


async def test_every_scan_of_a_mixed_row_has_one_outcome_in_the_journal(lane: Lane) -> None:
    """Goods, a card, an unknown code, a damaged one, a wrong check digit."""
    async with lane.selling() as cashier:
        lane.wedge.scan(COLA)
        lane.wedge.scan(CARD)
        lane.wedge.scan("6901939621258")
        lane.wedge.overrun(COLA, kept_chars=4)
        lane.wedge.scan(WATER)
        await cashier.sees(lambda view: len(view.lines) == 2)
    assert [fact.line.sku for fact in lane.facts(LineAdded)] == ["COLA", "WATER"]
    assert [fact.card for fact in lane.facts(MemberBound)] == [CARD]
    assert lane.rejections() == ["bad_barcode", "overrun"]


async def test_a_half_read_code_is_said_aloud_and_is_never_an_article(lane: Lane) -> None:
    async with lane.selling() as cashier:
        lane.wedge.half_read(COLA)
        await cashier.told(No.SCAN_AGAIN, detail="detail.half_read")
        assert cashier.view.lines == ()
        await until(lambda: [beep.value for beep in lane.beeps.heard].count(400) == 3, what="three low tones")
    assert lane.rejections() == ["half_read"]


async def test_pain_23_labels_of_scales_and_typed_plus_find_their_article(lane: Lane) -> None:
    async with lane.selling() as cashier:
        lane.wedge.scan(label("21", "00001", 856))
        lane.wedge.scan(label("23", "00001", 1234))
        await cashier.sees(lambda view: len(view.lines) == 2)
        cashier.type("12", "enter")
        await cashier.sees(lambda view: len(view.lines) == 3)
        cashier.type("0.5*00001", "enter")
        await cashier.sees(lambda view: len(view.lines) == 4)
        assert [amount for _, _, amount in cashier.basket] == ["10.24", "12.34", "2.00", "5.98"]
    lines = [fact.line for fact in lane.facts(LineAdded)]
    assert [(line.weight_g, line.entry) for line in lines] == [
        (856, Entry.SCAN),
        (lines[1].weight_g, Entry.SCAN),
        (None, Entry.TYPED),
        (500, Entry.TYPED),
    ]


async def test_member_card_turns_the_member_price_on_for_the_lines_before_it_too(lane: Lane) -> None:
    async with lane.selling() as cashier:
        lane.wedge.scan(COLA)
        lane.wedge.scan(CARD)
        await cashier.sees(lambda view: view.totals.member != "")
        assert cashier.basket == [("可口可乐", "1", "3.00")]
        assert CARD not in repr(cashier.view)
        done = await cashier.pay()
    assert done.total == "3.00"
    (sale,) = lane.facts(SaleCompleted)
    assert (sale.gross_fen, sale.discount_fen, sale.total_fen) == (350, 50, 300)


async def test_pinyin_initials_find_an_article_and_a_digit_picks_it(lane: Lane) -> None:
    async with lane.selling() as cashier:
        cashier.type("lssp")
        await cashier.sees(lambda view: isinstance(view.panel, SearchPanel) and len(view.panel.rows) == 1)
        cashier.keys("1")
        await cashier.sees(lambda view: len(view.lines) == 1)
    (fact,) = lane.facts(LineAdded)
    assert (fact.line.sku, fact.line.entry, fact.device) == ("CHIPS", Entry.SEARCH, "")


async def test_unknown_article_is_sold_at_an_open_price(lane: Lane) -> None:
    async with lane.selling() as cashier:
        lane.wedge.scan(UNKNOWN)
        await cashier.sees(lambda view: isinstance(view.panel, PromptPanel))
        cashier.type("4.50", "enter")
        await cashier.sees(lambda view: len(view.lines) == 1)
    (fact,) = lane.facts(LineAdded)
    assert (fact.line.code, fact.line.price_fen, fact.line.sku) == (UNKNOWN, 450, "UNKNOWN")


async def scan_goods(lane: Lane, cashier: Cashier, *codes: str) -> None:
    for code in codes:
        lane.wedge.scan(code)
    await cashier.sees(lambda view: len(view.lines) == len(codes))


async def test_every_way_to_take_a_line_back_is_a_fact(lane: Lane) -> None:
    async with lane.selling() as cashier:
        await scan_goods(lane, cashier, COLA, WATER, COLA, WATER)
        cashier.type("-")
        await cashier.sees(lambda view: view.lines[3].voided)
        cashier.type("1-")
        await cashier.sees(lambda view: view.lines[0].voided)
        cashier.type("0-")
        await cashier.told(Say.TAKE_BACK)
        lane.wedge.scan(WATER)
        await cashier.sees(lambda view: view.lines[1].voided)
        cashier.type("3", "f2")
        await cashier.sees(lambda view: view.totals.pieces == "3")
        assert cashier.view.totals.due == "10.50"
    assert [(fact.number, fact.device) for fact in lane.facts(LineVoided)] == [(4, ""), (1, ""), (2, "scanner")]
    assert [(fact.number, fact.quantity) for fact in lane.facts(QuantityChanged)] == [(3, 3)]


async def test_pain_8_held_sale_survives_a_restart_and_is_recalled(lane: Lane) -> None:
    async with lane.selling() as cashier:
        await scan_goods(lane, cashier, COLA, WATER)
        cashier.keys("f5")
        await cashier.told(Say.HELD, label="G01")
        assert cashier.view.lines == ()
    async with lane.till() as cashier:
        cashier.keys("f6")
        await cashier.sees(lambda view: isinstance(view.panel, HeldPanel))
        cashier.keys("enter")
        await cashier.sees(lambda view: len(view.lines) == 2)
        assert cashier.basket == [("可口可乐", "1", "3.50"), ("农夫山泉", "1", "2.00")]
        await cashier.pay()
    assert len(lane.facts(SaleHeld)) == len(lane.facts(SaleRecalled)) == len(lane.facts(SaleCompleted)) == 1


async def test_voided_sale_costs_nothing_and_takes_no_receipt_number(lane: Lane) -> None:
    async with lane.selling() as cashier:
        await scan_goods(lane, cashier, WATER)
        number = cashier.view.header.receipt_no
        cashier.keys("f19")
        await cashier.approve()
        await cashier.told(Say.SALE_VOIDED, total="2.00")
        await scan_goods(lane, cashier, COLA)
        assert (await cashier.pay()).receipt_no == number
    assert [fact.total_fen for fact in lane.facts(SaleVoided)] == [200]


async def test_pain_a_scan_while_paying_is_never_money(lane: Lane) -> None:
    """An EAN-8 and Enter typed by a wedge on the keyboard, and the same from a scanner of its own."""
    eight = "96385074"
    async with lane.selling() as cashier:
        await scan_goods(lane, cashier, COLA)
        for _ in range(2):
            cashier.keys("enter")
            await cashier.sees(lambda view: isinstance(view.panel, TenderPanel))
            cashier.keys(*eight, "enter")
            await cashier.sees(lambda view: isinstance(view.panel, PromptPanel))
            cashier.keys("escape")
            await cashier.sees(lambda view: isinstance(view.panel, SalePanel))
        cashier.keys("enter")
        await cashier.sees(lambda view: isinstance(view.panel, TenderPanel))
        lane.wedge.scan(WATER)
        await cashier.sees(lambda view: len(view.lines) == 2)
    assert lane.facts(SaleCompleted) == []
    assert lane.kicks == 0
    assert [fact.code for fact in lane.facts(ScanHandled)] == [eight, eight]


async def test_pain_a_scan_behind_a_question_is_refused_aloud_and_journaled(lane: Lane) -> None:
    async with lane.selling() as cashier:
        await scan_goods(lane, cashier, COLA)
        cashier.keys("f19")
        await cashier.sees(lambda view: isinstance(view.panel, ConfirmPanel))
        lane.wedge.scan(WATER)
        await cashier.told(No.FINISH_FIRST)
        cashier.keys("escape")
        await cashier.sees(lambda view: isinstance(view.panel, SalePanel))
        assert len(cashier.view.lines) == 1
        await until(lambda: [beep.value for beep in lane.beeps.heard].count(400) == 3, what="three low tones")
    assert [(fact.device, fact.outcome, fact.reason) for fact in lane.facts(ScanHandled)] == [
        ("scanner", "rejected", "finish_first")
    ]
