"""Points and stored value on the tender page."""

import pytest
from msgspec.structs import replace

from terminal.checkout.effects import PulseDrawer
from terminal.checkout.modes import Completed, Confirming, Selling, Tendering
from terminal.domain.document import disagreements
from terminal.domain.members.entries import Account, Entry
from terminal.domain.members.points import Lot
from terminal.domain.members.stored import StoredRules, StoredValue
from terminal.domain.paying import OfflineLimits
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.sale import Tender, TenderKind
from terminal.wire.counter.panels import TenderPanel, TenderRow
from terminal.wire.documents import document_of
from terminal.wire.events import SaleCompleted, TenderAdded
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
)
from tests.unit.checkout.memory_members import FROZEN, MEMBER
from tests.unit.checkout.memory_shop import (
    CHIPS,
    MEMBER_CARD,
    WECHAT,
)
from tests.unit.checkout.tendering.tender_bench import PROGRAM, done, online, settling, shop


def panel(bench: Bench) -> TenderPanel:
    assert bench.view is not None
    assert isinstance(bench.view.panel, TenderPanel)
    return bench.view.panel


def refusal(bench: Bench) -> tuple[str, dict[str, str]]:
    return bench.notice, bench.counter.notice.params


def test_the_page_says_what_points_and_stored_value_may_pay() -> None:
    bench = settling(shop(), chips=10)
    assert (panel(bench).due, panel(bench).points, panel(bench).stored) == ("69.00", "12.00", "69.00")


def test_three_keys_take_all_points_that_may_pay_and_the_rest_is_left() -> None:
    bench = settling(shop(), chips=10)
    facts = bench.press("f8", "enter")
    lots = (Lot(240, "2026-12-10"), Lot(960, "2027-12-31"))
    tender = Tender(kind=TenderKind.POINTS, amount_fen=1_200, lots=lots)
    assert [fact.tender for fact in facts if isinstance(fact, TenderAdded)] == [tender]
    assert (bench.mode, panel(bench).remaining) == (Tendering(), "57.00")
    assert panel(bench).rows == (TenderRow(kind="tender.points", amount="12.00", note="1,200"),)
    assert refusal(bench) == ("notice.points_taken", {"points": "1,200", "amount": "12.00"})


def test_points_stored_value_voucher_and_cash_pay_one_sale_and_the_document_agrees() -> None:
    bench = settling(shop(), chips=10)
    bench.press("f8", *"300", "enter")
    bench.write("20", "f11")
    bench.write("5", "f8")
    bench.write("50", "f12")
    fact = done(bench)
    assert [(one.kind, one.amount_fen) for one in fact.tenders] == [
        (TenderKind.POINTS, 300),
        (TenderKind.STORED, 2_000),
        (TenderKind.VOUCHER, 500),
        (TenderKind.CASH, 4_100),
    ]
    assert (fact.total_fen, fact.change_fen, fact.points_used) == (6_900, 900, 300)
    last = bench.counter.record.last
    assert last is not None
    trade = bench.counter.trade
    document = document_of(last.sale, fact)
    assert disagreements(document, trade.rounding, pricer=bench.counter.pricer, trade=trade) == ()


def test_what_is_spent_stands_in_the_entries_of_the_sale() -> None:
    bench = settling(shop(), chips=10)
    bench.press("f8", *"300", "enter", "f11")
    fact = done(bench)
    me = MemberId("M1")
    spent = {(one.account, one.expires): one.amount for one in fact.entries}
    assert spent[Account.BONUS, None] == -620
    assert spent[Account.PRINCIPAL, None] == -(6_600 - 620)
    assert spent[Account.POINTS, "2026-12-10"] == -240
    assert spent[Account.POINTS, "2027-12-31"] == -60
    assert Entry(member=me, account=Account.SPEND, amount=6_900) in fact.entries
    assert fact.balance is not None
    assert fact.balance.stored == StoredValue(principal=2_020)


def test_stored_value_alone_is_one_key_and_ends_the_sale_without_the_drawer() -> None:
    bench = settling()
    bench.press("escape", "f11")
    fact = done(bench)
    stored = StoredValue(principal=70, bonus=620)
    assert fact.tenders == (Tender(kind=TenderKind.STORED, amount_fen=690, stored=stored),)
    assert bench.mode == Completed()
    assert [effect for effect in bench.effects if isinstance(effect, PulseDrawer)] == []


def test_all_that_is_stored_pays_a_part_of_a_dearer_sale() -> None:
    bench = settling(chips=20)
    bench.press("f11")
    assert (panel(bench).remaining, panel(bench).stored) == ("51.80", "")
    bench.press("f11")
    assert bench.notice == "error.no_stored"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (("9", "9", "f11"), ("error.stored_insufficient", {"limit": "86.20"})),
        (("5", "0", "0", "f11"), ("error.stored_insufficient", {"limit": "86.20"})),
        (("0", "f11"), ("error.bad_amount", {})),
        ((".", ".", "f11"), ("error.bad_amount", {})),
        (("f8", "1", "5", "0", "enter"), ("error.points_step", {"step": "100"})),
        (("f8", "0", "enter"), ("error.points_how", {})),
        (("f8", ".", "enter"), ("error.points_how", {})),
        (("f8", *"1300", "enter"), ("error.points_insufficient", {"limit": "1,200"})),
    ],
)
def test_what_cannot_be_taken_says_how_much_can(keys: tuple[str, ...], said: tuple[str, dict[str, str]]) -> None:
    bench = settling(shop(), chips=20)
    assert bench.press(*keys) == []
    assert (refusal(bench), bench.counter.text) == (said, "")


def test_more_than_is_left_and_more_than_the_share_of_points_is_refused() -> None:
    bench = settling(shop())
    bench.write("8", "f11")
    assert refusal(bench) == ("error.over_tender", {"limit": "6.90"})
    bench.press("f8", *"400", "enter")
    assert refusal(bench) == ("error.points_over_limit", {"limit": "300"})


def test_points_above_what_vouchers_left_are_refused() -> None:
    bench = settling()
    bench.write("6", "f8")
    bench.press("f8", *"200", "enter")
    assert refusal(bench) == ("error.points_over_limit", {"limit": "90"})


def test_who_is_no_member_has_neither() -> None:
    bench = settling(shop(), member="")
    assert (panel(bench).points, panel(bench).stored) == ("", "")
    bench.press("f11")
    assert bench.notice == "error.member_card_first"
    bench.press("f8")
    assert bench.notice == "error.voucher_how"


def test_a_card_of_which_nothing_is_known_pays_nothing() -> None:
    bench = selling()
    bench.scan(CHIPS)
    bench.scan(MEMBER_CARD)
    bench.press("f11")
    assert (bench.notice, bench.mode) == ("error.member_card_first", Selling())


def test_a_shop_without_a_program_takes_no_points() -> None:
    bench = settling(shop(None))
    bench.press("f8")
    assert (bench.mode.name, panel_rows(bench)) == ("redeem", ["满50减5"])
    bench.press("5", "enter")
    assert bench.notice == "error.points_how"


def panel_rows(bench: Bench) -> list[str]:
    assert bench.view is not None
    return [row[0] for row in getattr(bench.view.panel, "rows", ())]


def test_without_hq_nothing_of_a_member_is_spent() -> None:
    bench = online(settling(chips=10), now=False)
    assert (panel(bench).stored, panel(bench).points) == ("", "")
    bench.press("f11")
    assert refusal(bench) == ("error.offline_nothing", {})
    bench.press("f8", "up", "enter")
    assert refusal(bench) == ("error.offline_nothing", {})
    assert bench.of_kind(TenderAdded) == []


def test_without_hq_so_much_is_spent_as_hq_allows() -> None:
    offline = OfflineLimits(stored_per_sale=5_000, points=True)
    bench = online(settling(shop(PROGRAM, offline=offline), chips=10), now=False)
    bench.write("60", "f11")
    assert refusal(bench) == ("error.offline_value", {"limit": "50.00"})
    bench.press("f11")
    assert panel(bench).remaining == "19.00"
    bench.write("1", "f11")
    assert refusal(bench) == ("error.offline_nothing", {})
    bench.press("f8", "enter")
    assert panel(bench).remaining == "7.00"


def test_much_stored_value_needs_somebody_with_the_right_who_stands_in_the_fact() -> None:
    bench = shop(stored=StoredRules(max_balance=500_000))
    rich = replace(
        bench.members.rows[0], member=replace(bench.members.rows[0].member, stored=StoredValue(principal=90_000))
    )
    bench.members.rows = (rich,)
    settling(bench, chips=90)
    bench.write("400", "f11")
    bench.write("150", "f11")
    assert isinstance(bench.mode, Confirming)
    assert (bench.mode.question, bench.mode.approval) == ("ask.much_stored", True)
    bench.approve()
    added = bench.of_kind(TenderAdded)
    assert [getattr(fact, "approved_by", "") for fact in added] == [None, "2001"]
    assert panel(bench).remaining == "71.00"


def test_what_was_taken_is_given_back_with_nothing_spent() -> None:
    bench = settling(chips=10)
    bench.press("f8", *"300", "enter")
    bench.write("20", "f11")
    bench.press("/", "/")
    assert (panel(bench).remaining, panel(bench).stored, panel(bench).points) == ("69.00", "69.00", "12.40")


def test_nothing_is_spent_twice_by_a_second_tender() -> None:
    bench = settling(chips=20)
    bench.write("80", "f11")
    bench.write("10", "f11")
    assert refusal(bench) == ("error.stored_insufficient", {"limit": "6.20"})


def test_a_frozen_member_is_not_bound_and_pays_nothing() -> None:
    bench = settling(shop(), member=FROZEN)
    bench.press("f11")
    assert bench.notice == "error.member_card_first"


def test_in_a_training_points_pay_and_nothing_counts() -> None:
    bench = Bench(rules={1: shop().rules[1]}, offer_rules=1, members=shop().members).sign_in("2001")
    online(bench)
    bench.press("f15", "enter")
    settling(bench, chips=10)
    bench.press("f8", "enter", "f11")
    assert bench.mode == Completed()
    assert bench.of_kind(SaleCompleted) == []
    assert bench.counter.durable.current.last is not None


def test_a_restart_in_the_middle_goes_on_with_what_was_taken() -> None:
    bench = settling(chips=10)
    bench.press("f8", *"300", "enter")
    again = Bench(record=bench.counter.durable, rules=bench.rules, offer_rules=1, members=bench.members)
    online(again)
    assert (again.mode, panel(again).remaining, panel(again).points) == (Tendering(), "66.00", "9.40")
    again.press("escape", "f11")
    assert done(again).total_fen == 6_900


def test_while_something_is_paid_the_member_stays() -> None:
    bench = settling(chips=10)
    bench.press("f8", *"300", "enter", "f4")
    assert bench.notice == "error.partly_paid"
    bench.press("f8")
    bench.scan(MEMBER_CARD)
    assert bench.rejections()[-1] == ("partly_paid", "redeem")


def test_keystrokes_of_a_member_with_points_and_a_code() -> None:
    bench = shop()
    bench.write("10*")
    bench.scan(CHIPS)
    bench.scan(MEMBER)
    keys = ("enter", "f8", "enter")
    bench.press(*keys)
    bench.scan(WECHAT)
    undecided = bench.counter.durable.undecided()
    assert undecided is not None
    assert (len(keys), undecided.amount_fen, bench.mode.name) == (3, 5_700, "paying")


@pytest.mark.parametrize(("keys", "strokes"), [(("f11",), 1), (("enter", "f8", "enter"), 3)])
def test_keystrokes_of_members_value(keys: tuple[str, ...], strokes: int) -> None:
    bench = settling()
    bench.press("escape")
    bench.press(*keys)
    assert (len(keys), bench.mode) == (strokes, Completed())
