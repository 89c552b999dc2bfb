"""Lost, doubled and different are told apart."""

from lab.chaos import compare
from lab.chaos.compare import Goods, Paper
from lab.chaos.plan import Victim
from lab.chaos.scans import ScanReport
from lab.replay.codes import label_code, open_code
from lab.replay.data import Basket, Label
from simulators.control import PrintedReceipt
from terminal.domain.ids import SaleId, Sku, StaffNumber
from terminal.domain.sale import Entry, Sale, SaleLine
from terminal.domain.text import clean
from terminal.wire.events import SaleCompleted
from terminal.wire.record import DoneSale
from tests.integration.chaos.data import OPEN, basket, book_line, open_line

BASKET = basket(5, book_line(1, quantity=2), open_line(300, quantity=250), book_line(2, maker_fen=100))
TOTAL = 150 * 2 + 300 + 350
NUMBER = "R7-T01-1-000001"
WANTED = ((label_code(Label(1)), 2), (open_code(OPEN), 1), (label_code(Label(2)), 1))


def done(*goods: tuple[str, int], total_fen: int = TOTAL) -> DoneSale:
    lines = tuple(
        SaleLine(
            number=number,
            sku=Sku(code),
            name=clean("A"),
            code=clean(code),
            price_fen=1,
            entry=Entry.SCAN,
            quantity=quantity,
        )
        for number, (code, quantity) in enumerate(goods, 1)
    )
    sale = Sale(id=SaleId("1"), staff=StaffNumber("1"), book_version=1, local_time="", started_ms=0, lines=lines)
    completed = SaleCompleted(
        sale_id=sale.id,
        receipt_no=NUMBER,
        receipt_count=1,
        book_version=1,
        gross_fen=total_fen,
        discount_fen=0,
        rounding_fen=0,
        total_fen=total_fen,
        change_fen=0,
        net_fen=(),
        tenders=(),
        vat=(),
        digest=b"",
        completed_ms=0,
    )
    return DoneSale(sale=sale, completed=completed)


def receipt(*lines: str) -> PrintedReceipt:
    return PrintedReceipt(number=0, text="", lines=lines, qr_codes=(), cut="full")


def test_a_sale_with_the_lines_of_its_basket_lacks_nothing() -> None:
    assert compare.lines([BASKET], [done(*WANTED)]) == (Goods(), Goods())


def test_a_missing_line_is_lost_and_one_too_many_is_doubled() -> None:
    lost, doubled = compare.lines([BASKET], [done(WANTED[0], WANTED[0], WANTED[1])])
    assert lost == Goods({WANTED[2]: 1})
    assert doubled == Goods({WANTED[0]: 1})


def agree(baskets: list[Basket], sales: list[DoneSale], hq: dict[str, int]) -> list[str]:
    return list(compare.mismatches(baskets, sales, hq))


def test_three_equal_totals_agree() -> None:
    assert agree([BASKET], [done(*WANTED)], {NUMBER: TOTAL}) == []


def test_each_side_that_differs_is_named() -> None:
    assert agree([BASKET], [done(total_fen=1)], {NUMBER: 2}) == [
        f"basket 5 receipt {NUMBER}: data {TOTAL}, till 1, HQ 2"
    ]


def test_a_lost_sale_and_one_that_hq_lacks_are_named() -> None:
    assert agree([BASKET, BASKET], [done(*WANTED)], {}) == [
        "2 baskets, 1 sales",
        f"basket 5 receipt {NUMBER}: data {TOTAL}, till {TOTAL}, HQ None",
        "HQ has 0 sales, the till 1",
    ]


def test_receipts_are_counted_by_number_and_copies_apart() -> None:
    papers = [
        receipt("单号 R7-T01-1-000001", "torn", "单号 R7-T01-1-000002"),
        receipt("补打/COPY 1", "单号 R7-T01-1-000001"),
        receipt("单号 R7-T01-1-000002"),
    ]
    numbers = [f"R7-T01-1-00000{number}" for number in (1, 2, 3)]
    assert compare.paper_of("R7-T01", papers, numbers) == Paper(originals=3, most_of_one_sale=2, copies=1, without=1)


def test_pulses_are_counted_per_sale() -> None:
    assert compare.pulses_of([1, 1, 3]) == [1, 0, 2]


def test_a_process_that_ended_by_itself_has_crashed() -> None:
    said = list(compare.crashes({Victim.TILL: 2, Victim.HQ: 1}, {Victim.TILL: 3, Victim.HQ: 1}))
    assert said == ["till was killed 2 times and started again 3 times"]


def test_lost_and_doubled_scans_are_named() -> None:
    report = ScanReport(scanned=9, answered=9, kept=0, repeated=0, lost=2, doubled=3)
    assert list(compare.scan_faults(report)) == [
        "2 scans whose outcome was shown are not in the journal",
        "3 outcomes in the journal are of no scan",
    ]


def test_each_book_is_activated_once_in_order() -> None:
    assert list(compare.book_faults((1, 2), (1, 2))) == []
    assert list(compare.book_faults((1, 2), (1, 2, 2))) == ["books [1, 2] were published, [1, 2, 2] activated"]


def test_a_second_receipt_a_missing_one_and_a_second_pulse_are_named() -> None:
    paper = Paper(originals=3, most_of_one_sale=2, copies=0, without=1)
    assert list(compare.device_faults(paper, [1, 2])) == [
        "2 unmarked receipts of one sale",
        "1 sales have no paper",
        "2 drawer pulses at one sale",
    ]


def test_one_receipt_and_one_pulse_a_sale_are_right() -> None:
    paper = Paper(originals=2, most_of_one_sale=1, copies=1, without=0)
    assert list(compare.device_faults(paper, [1, 0])) == []
