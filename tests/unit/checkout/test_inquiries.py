"""What a till knows, looked up: receipts, what was done to a member, returns, cash."""

import pytest
from msgspec.structs import replace

from terminal.checkout.effects import Inquire
from terminal.checkout.inputs import Inquired
from terminal.checkout.inquiries.modes import InquiryMenu, ListPage
from terminal.checkout.inquiries.questions import SaleOf, Search, Topic
from terminal.checkout.inquiries.seen import (
    OF_CASH,
    OF_KIND,
    OF_RETURN,
    amount_of,
    points_of,
    reason_of,
    stored_of,
    uses_of,
    what,
)
from terminal.checkout.inquiries.sought import AROUND_MS
from terminal.checkout.modes import Selling
from terminal.checkout.store.modes import StoreMenu
from terminal.domain.ids import ActionId, SaleId, Sku, StaffNumber
from terminal.domain.members.cards import CardKey
from terminal.domain.members.entries import Account, Entry
from terminal.domain.members.member import CountCardId, Member
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.shifts import MoveKind
from terminal.domain.text import SafeText
from terminal.offline.projections.history import History
from terminal.ports.history import Deed, DeedKind
from terminal.wire import member_events as mev
from terminal.wire.events import Fact, NoSaleOpened, SaleCompleted
from terminal.wire.members.rows import MemberRow
from terminal.wire.return_events import GoodsBack, ReturnKind, SaleReturned
from terminal.wire.shift_events import CashMoved
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
)
from tests.unit.checkout.memory_shop import (
    COLA,
    MEMBER_CARD,
    WATER,
)
from tests.unit.checkout.shown import page

ANNA = MemberId("m1")
STAFF = StaffNumber("1001")
ACT = ActionId("a")


def said(bench: Bench) -> list[str]:
    return [line.message for line in page(bench).lines]


def sold(*codes: str) -> Bench:
    """A bench where each of these was sold alone, and the menu of inquiries is open."""
    bench = selling()
    for code in codes:
        bench.scan(code)
        bench.press("f12")
        bench.now_ms += 60_000
    bench.press("enter", "f20", "4")
    return bench


def returned(kind: ReturnKind = ReturnKind.REFUND, **fields: object) -> SaleReturned:
    line = GoodsBack(line=1, sku=Sku("COLA"), name=SafeText("可口可乐"), units=1, amount_fen=350, damaged=True)
    values: dict[str, object] = {
        "act": ACT,
        "kind": kind,
        "number": "S01-T03-1-R00001",
        "count": 1,
        "staff": STAFF,
        "reason": SafeText("quality"),
        "amount_fen": 350,
        "lines": (line,),
        "local_time": "2026-11-23T10:30:00",
        "returned_ms": 1,
        "receipt_no": "S01-T03-1-000001",
        "tenders": (Tender(kind=TenderKind.CASH, amount_fen=350),),
    }
    return SaleReturned(**{**values, **fields})  # type: ignore[arg-type]


def entry(account: Account, amount: int) -> Entry:
    return Entry(member=ANNA, account=account, amount=amount)


# --- receipts --------------------------------------------------------------------------------------------------------


def test_newest_receipts_come_first_with_total_and_tender() -> None:
    bench = sold(COLA, WATER)
    assert (bench.mode, page(bench).page) == (InquiryMenu(), "inquiry")
    bench.press("1")
    first, second = page(bench).rows
    assert (first[0], first[2:]) == ("1", ("S01-T03-1-000002", "2.00", "tender.cash", ""))
    assert second[2:] == ("S01-T03-1-000001", "3.50", "tender.cash", "")
    assert (page(bench).page, page(bench).selected) == ("list_sales", 0)


def test_end_of_a_number_finds_its_receipt_and_enter_opens_it() -> None:
    bench = sold(COLA, WATER)
    bench.press("1")
    bench.write("002", "enter")
    assert [row[2] for row in page(bench).rows] == ["S01-T03-1-000002"]
    assert [(line.message, line.params) for line in page(bench).lines] == [("list.sought", {"text": "002"})]
    bench.press("enter")
    assert page(bench).page == "sale_detail"
    assert page(bench).rows == (("1", "农夫山泉", "1", "2.00", ""),)
    assert said(bench) == ["detail.sale"]
    assert [line.message for line in page(bench).foot] == ["detail.total", "detail.tender"]
    bench.press("escape", "escape", "escape", "escape")
    assert bench.mode == Selling()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12.50", {"amount_fen": 1250, "sought": "12.50"}),
        ("s01-t03-1-000007", {"ending": "S01-T03-1-000007", "sought": "S01-T03-1-000007"}),
        ("7", {"ending": "7", "sought": "7"}),
    ],
)
def test_what_is_typed_says_by_its_shape_what_it_is(text: str, found: dict[str, object]) -> None:
    bench = sold()
    bench.press("1")
    bench.write(text, "enter")
    assert isinstance(bench.mode, ListPage)
    assert bench.mode.search == Search(topic=Topic.SALES, **found)  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "minutes"), [("*1001", 15), ("*1016", 0), ("*1017", 24 * 60 - 1)])
def test_time_is_the_last_that_it_was(text: str, minutes: int) -> None:
    bench = sold()
    bench.press("1")
    bench.now_ms = 1_000_000 - 1_000_000 % 60_000
    bench.write(text, "enter")
    assert isinstance(bench.mode, ListPage)
    search, now = bench.mode.search, bench.now_ms
    assert search.since_ms is not None
    assert search.until_ms is not None
    assert search.until_ms - search.since_ms == 2 * AROUND_MS
    assert (now - (search.since_ms + AROUND_MS)) // 60_000 == minutes
    assert search.sought == f"{text[1:3]}:{text[3:]}"


@pytest.mark.parametrize("text", ["*2501", "12.345.6", "*", "1*2"])
def test_what_is_nothing_is_refused_and_cleared(text: str) -> None:
    bench = sold()
    bench.press("1")
    bench.write(text, "enter")
    assert (bench.notice, bench.counter.text) == ("error.search_how", "")


def test_code_of_a_receipt_finds_its_sale() -> None:
    bench = sold(COLA)
    bench.press("1")
    (handled,) = bench.scan("GT1|S01-T03|S01-T03-1-000001|350|0123456789abcdef")
    assert getattr(handled, "reason", "") == "looked_for"
    assert [row[2] for row in page(bench).rows] == ["S01-T03-1-000001"]


def test_receipt_of_which_something_came_back_says_so() -> None:
    bench = sold(COLA)
    bench.history.deeds.append(Deed(kind=DeedKind.RETURN, fact=returned(), at_ms=1))
    bench.press("1")
    assert page(bench).rows[0][-1] == "deed.came_back"


def test_receipt_of_a_sale_that_was_voided_says_so() -> None:
    bench = sold(COLA)
    voided = Deed(kind=DeedKind.RETURN, fact=replace(returned(), kind=ReturnKind.VOID), at_ms=1)
    bench.history.deeds.append(voided)
    bench.press("1")
    assert page(bench).rows[0][-1] == "deed.voided"


def test_sale_paid_by_several_tenders_is_mixed() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("1", "f8", "f12")
    bench.press("enter", "f20", "4", "1")
    assert page(bench).rows[0][4] == "deed.mixed"


def test_sale_whose_journal_is_gone_is_told_and_the_list_stays() -> None:
    bench = sold(COLA)
    done = next(fact for fact in bench.facts if isinstance(fact, SaleCompleted))
    gone = replace(done, sale_id=SaleId("gone"))
    bench.history.deeds.append(Deed(kind=DeedKind.SALE, fact=gone, at_ms=0))
    bench.press("1", "enter")
    assert (bench.notice, type(bench.mode)) == ("error.sale_gone", ListPage)


# --- members ---------------------------------------------------------------------------------------------------------


def anna(*, phone: str = "13812346021") -> MemberRow:
    return MemberRow(member=Member(id=ANNA, name=SafeText("张三"), phone=SafeText(phone)))


@pytest.mark.parametrize("text", ["13812346021", "6021"])
def test_member_is_named_by_phone_or_its_end_and_seen_masked(text: str) -> None:
    bench = sold()
    bench.members.rows = (anna(),)
    bench.press("2")
    assert said(bench) == ["list.whom"]
    bench.write(text, "enter")
    assert [(line.message, line.params) for line in page(bench).lines] == [
        ("list.who", {"who": "138****6021 张*"}),
        ("list.none.member", {}),
    ]
    assert bench.history.wanted[-1].member == ANNA


def test_deeds_of_a_member_say_what_they_changed() -> None:
    bench = sold()
    bench.members.rows = (anna(),)
    topped = mev.ToppedUp(
        act=ACT,
        staff=STAFF,
        member=ANNA,
        amount_fen=10_000,
        tender=Tender(kind=TenderKind.CASH, amount_fen=10_000),
        entries=(entry(Account.PRINCIPAL, 10_000), entry(Account.BONUS, 500)),
    )
    bench.history.deeds.append(Deed(kind=DeedKind.MEMBER, fact=topped, at_ms=60_000))
    bench.press("2")
    bench.write("6021", "enter")
    assert page(bench).rows == (("1", "11-23 10:01", "deed.topped_up", "", "", "+105.00", "", "100.00"),)
    bench.press("enter")
    assert bench.notice == "error.no_more"


@pytest.mark.parametrize(("rows", "told"), [((), "error.no_such_member"), ((anna(), anna()), "error.several_members")])
def test_member_that_is_not_one_is_told(rows: tuple[MemberRow, ...], told: str) -> None:
    bench = sold()
    bench.members.rows = tuple(
        replace(row, member=replace(row.member, id=MemberId(f"m{number}"))) for number, row in enumerate(rows)
    )
    bench.press("2")
    bench.write("6021", "enter")
    assert told in said(bench)


def test_card_of_a_member_finds_the_receipts_too() -> None:
    bench = sold()
    bench.press("1")
    bench.scan(MEMBER_CARD)
    assert isinstance(bench.mode, ListPage)
    assert bench.mode.search.who is not None
    assert (bench.mode.search.who.card, bench.mode.search.sought) == (CardKey(number=MEMBER_CARD), "****456")
    assert MEMBER_CARD not in repr(bench.mode)


# --- returns and cash ------------------------------------------------------------------------------------------------


def test_return_is_listed_and_seen_in_full() -> None:
    bench = sold()
    back = returned(member=Member(id=ANNA), entries=(entry(Account.POINTS, -3),))
    bench.history.deeds.append(Deed(kind=DeedKind.RETURN, fact=back, at_ms=0))
    bench.press("3")
    assert page(bench).rows == (("1", "11-23 10:00", "deed.refund", "1-R00001", "S01-T03-1-000001", "1001", "-3.50"),)
    bench.press("enter")
    assert page(bench).rows == (("1", "可口可乐", "1", "3.50", "detail.damaged"),)
    assert said(bench) == ["detail.back", "detail.back_of", "detail.member"]
    assert page(bench).lines[1].params == {
        "number": "S01-T03-1-000001",
        "detail": "deed.refund",
        "reason": "reason.quality",
    }
    assert page(bench).lines[2].params == {"who": "m1", "points": "-3", "stored": "0.00"}
    assert [line.message for line in page(bench).foot] == ["detail.back_total", "detail.tender"]
    bench.press("end", "enter")
    assert isinstance(bench.mode, ListPage)


def test_cash_that_moved_and_openings_of_the_drawer_are_listed() -> None:
    bench = sold()
    moved = CashMoved(act=ACT, kind=MoveKind.DROP, amount_fen=-5000, reason=SafeText("full"), staff=STAFF)
    opened = NoSaleOpened(action=ACT, staff=STAFF, reason=SafeText("change"))
    bench.history.deeds += [Deed(kind=DeedKind.CASH, fact=fact, at_ms=0) for fact in (moved, opened)]
    bench.press("4")
    assert [row[2:] for row in page(bench).rows] == [
        ("deed.drawer", "1001", "reason.change", ""),
        ("deed.cash_drop", "1001", "reason.full", "-50.00"),
    ]


@pytest.mark.parametrize("topic", ["1", "3", "4"])
def test_where_there_is_nothing_that_is_said(topic: str) -> None:
    bench = sold()
    bench.press(topic)
    assert said(bench)[0].startswith("list.none.")


# --- what facts say --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "told", "amount"),
    [
        (returned(ReturnKind.VOID), "deed.void", "-3.50"),
        (returned(ReturnKind.EXCHANGE), "deed.exchange", "-3.50"),
        (returned(ReturnKind.NO_RECEIPT), "deed.no_receipt", "-3.50"),
        (mev.CashedOut(act=ACT, staff=STAFF, member=ANNA, paid_fen=900), "deed.cashed_out", "-9.00"),
        (mev.CardIssued(act=ACT, staff=STAFF, member=ANNA, card=CardKey(number="8")), "deed.card", ""),
        (mev.MembersMerged(act=ACT, staff=STAFF, into=ANNA, gone=MemberId("m2")), "deed.merged", ""),
        (mev.MemberStatusSet(act=ACT, staff=STAFF, member=ANNA, status="frozen"), "deed.member_status", ""),
    ],
)
def test_fact_says_what_was_done_and_for_how_much(fact: Fact, told: str, amount: str) -> None:
    assert (what(fact), amount_of(fact)) == (told, amount)


def test_every_deed_that_is_kept_has_a_name() -> None:
    returns, cash = {SaleReturned}, {CashMoved}
    assert set(OF_KIND) | returns | cash == History.kinds
    assert set(OF_RETURN) == set(ReturnKind)
    assert set(OF_CASH) == set(MoveKind)


def test_reason_in_a_shops_own_words_stays_as_it_is() -> None:
    assert reason_of(returned(reason=SafeText("包装破了"))) == "包装破了"


def test_changes_of_a_member_have_signs_and_debts_count_against_points() -> None:
    entries = (
        entry(Account.POINTS, 100),
        entry(Account.DEBT, 30),
        entry(Account.PRINCIPAL, -5_000),
        replace(entry(Account.USES, -1), card=CountCardId("c1")),
    )
    fact = returned(entries=entries)
    assert (points_of(fact), stored_of(fact), uses_of(fact)) == ("+70", "-50.00", "-1")


# --- around it -------------------------------------------------------------------------------------------------------


def test_menu_goes_back_to_that_of_the_store() -> None:
    bench = sold()
    bench.press("9")
    assert bench.notice == "error.no_choice"
    bench.press("escape")
    assert bench.mode == StoreMenu()


def test_escape_clears_what_is_typed_first() -> None:
    bench = sold()
    bench.press("1")
    bench.write("12", "escape")
    assert (bench.counter.text, type(bench.mode)) == ("", ListPage)
    bench.press("escape")
    assert bench.mode == InquiryMenu()


def test_nothing_is_typed_where_nothing_is_looked_for() -> None:
    bench = sold()
    bench.press("3", "5")
    assert (bench.notice, bench.counter.text) == ("error.key_not_here", "")


def test_answer_about_a_sale_comes_too_late_when_its_list_is_left() -> None:
    bench = sold(COLA)
    done = next(fact for fact in bench.facts if isinstance(fact, SaleCompleted))
    query = Inquire(question=SaleOf(SaleId(done.sale_id)))
    bench.counter = replace(bench.counter, asked=query)
    bench.send(Inquired(query=query))
    assert (bench.mode, bench.counter.asked) == (InquiryMenu(), None)
