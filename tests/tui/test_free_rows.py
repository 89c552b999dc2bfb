"""Rows of the screen that are free go to the list; what has no room is counted, or reached with the keys."""

import msgspec
import pytest

from lab.pictures.scenes import view_of
from terminal.wire.counter.panels import (
    BackRow,
    CompletedPanel,
    Line,
    PagePanel,
    QuickCash,
    TenderPanel,
    TenderRow,
)
from terminal.wire.counter.view import View
from tests.tui.test_face import SHEETS, lines_of


@pytest.mark.parametrize(("sheet", "first"), [("80x24-demo", 4), ("80x25-zh", 3), ("100x30-zh", 2)])
def test_as_many_of_the_last_tenders_are_shown_as_have_room_above_the_big_change(sheet: str, first: int) -> None:
    rows = tuple(TenderRow(kind="voucher", amount=f"-{number}.00") for number in range(1, 6))
    quick = (QuickCash(amount="5.00"),)
    panel = TenderPanel(due="9.00", remaining="1.00", rows=rows, quick=quick, given="5.00", change="4.00")
    shown = lines_of(View(panel=panel), SHEETS[sheet])
    assert [row[3] for row in shown if row[5:8] == "代金券"] == [str(number) for number in range(first, 6)]
    assert [f"前面还有 {first - 1} 笔" in row for row in shown if "已收" in row] == [True]
    change = next(row for row, text in enumerate(shown) if "找零" in text)
    assert shown[change + SHEETS[sheet].digit_rows - 1].count("#") > 8


def test_done_page_of_an_exchange_says_what_goes_back_and_how() -> None:
    back = (BackRow(tender="tender.card", amount="32.30", how="give.card"),)
    panel = CompletedPanel(receipt_no="1", total="1.00", given="1.00", change="0.00", back=back)
    shown = lines_of(View(panel=panel))
    assert any(row.strip() == "退回 银行卡 32.30   在刷卡机上退回原卡" for row in shown)
    many = lines_of(View(panel=msgspec.structs.replace(panel, back=back * 9)), SHEETS["80x24-demo"])
    assert sum("在刷卡机上退回原卡" in row for row in many) == 6
    assert any("还有 3 种付款, 见退货单" in row for row in many)
    assert any("找零" in row for row in many)


def report(count: int, selected: int = 0) -> View:
    rows = tuple((f"what {number}", "", "") for number in range(1, count + 1))
    return View(panel=PagePanel(page="report", lines=(Line(message="report.title.z"),), rows=rows, selected=selected))


def numbers(view: View, sheet: str = "80x25-zh") -> list[int]:
    return [int(row.split("what ")[1]) for row in lines_of(view, SHEETS[sheet]) if "what " in row]


@pytest.mark.parametrize("sheet", ["80x24-zh", "80x25-zh", "80x24-demo"])
def test_a_report_begins_with_its_first_row_and_the_keys_lead_to_its_last(sheet: str) -> None:
    assert numbers(report(20), sheet)[0] == 1
    assert numbers(report(20, selected=19), sheet)[-1] == 20


def test_a_table_that_is_longer_than_the_screen_says_which_part_of_it_is_shown() -> None:
    assert lines_of(report(20))[1].split()[-3:] == ["1-17", "/", "20"]
    assert lines_of(report(17))[1].split() == lines_of(view_of("report_z"))[1].split()


def returning(tenders: int, lines: int) -> View:
    row = ("1", "x", "1", "", "1", "1.00", "")
    return View(
        panel=PagePanel(
            page="return",
            rows=(row,) * lines,
            selected=0,
            details=tuple(Line(message="return.where", params={"amount": f"{one}.00"}) for one in range(tenders)),
            more="return.and_more",
            foot=(Line(message="return.worth", params={"amount": "9.00"}),),
        )
    )


@pytest.mark.parametrize(("lines", "told", "folded"), [(3, 7, 0), (7, 7, 0), (9, 5, 2), (40, 3, 4)])
def test_where_money_goes_is_told_whole_where_the_lines_leave_rows_free(lines: int, told: int, folded: int) -> None:
    shown = lines_of(returning(7, lines))
    assert sum("退回 " in row for row in shown) == told
    assert [row.split()[1] for row in shown if "种付款" in row] == ([str(folded)] if folded else [])
    assert any("应退 9.00" in row for row in shown)


def test_a_fold_counts_what_it_hides() -> None:
    many = msgspec.structs.replace(returning(5, 40).panel, more="completed.more_back")
    assert any("还有 2 种付款, 见退货单" in row for row in lines_of(View(panel=many)))
