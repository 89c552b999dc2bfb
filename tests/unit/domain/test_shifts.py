"""Shifts: what was counted, what several come to together, and that a void leaves nothing."""

from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.ids import StaffNumber
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.shifts import Counted, OpenShift, Shift, counted_fen, together

KINDS = st.sampled_from(list(TenderKind))
TENDERS = st.lists(st.builds(Tender, kind=KINDS, amount_fen=st.integers(1, 100_000)), max_size=4)


def cash(amount_fen: int) -> Tender:
    return Tender(kind=TenderKind.CASH, amount_fen=amount_fen)


def test_money_is_counted_by_notes_and_coins() -> None:
    assert counted_fen(()) == 0
    assert counted_fen((Counted(10_000, 31), Counted(50, 5), Counted(10, 0))) == 310_250


def test_payments_are_counted_by_kind() -> None:
    shift = Shift(number=1).sold(300, [cash(100), Tender(kind=TenderKind.CARD, amount_fen=200)]).sold(100, [cash(100)])
    assert shift.payments == {TenderKind.CASH: 2, TenderKind.CARD: 1}
    assert shift.refunded(50, [cash(50)]).payments == shift.payments


@given(st.lists(TENDERS, max_size=5), TENDERS)
def test_a_void_leaves_nothing_of_its_sale_but_its_number(before: list[list[Tender]], tenders: list[Tender]) -> None:
    shift = Shift(number=1)
    for one in before:
        shift = shift.sold(sum(tender.amount_fen for tender in one), one)
    total_fen = sum(tender.amount_fen for tender in tenders)
    voided = shift.sold(total_fen, tenders).voided(total_fen, tenders)
    assert (voided.sales_count, voided.sales_fen, voided.void_count) == (shift.sales_count, shift.sales_fen, 1)
    assert (voided.by_tender, voided.payments) == (shift.by_tender, shift.payments)


def test_a_void_of_a_sale_that_an_exchange_paid_counts_no_payment_that_it_did_not_have() -> None:
    credit = Tender(kind=TenderKind.CREDIT, amount_fen=1_000, origin=(cash(1_000),))
    before = Shift(number=1).sold(100, [cash(100)])
    shift = before.sold(1_200, [credit, cash(200)])
    voided = shift.voided(1_200, [cash(1_000), cash(200)], {TenderKind.CASH: 1})
    assert voided.payments == before.payments
    assert Shift(number=1).sold(1_000, [credit]).voided(1_000, [cash(1_000)], {}).payments == {}


def test_cash_in_place_of_a_refund_leaves_the_drawer_and_keeps_what_was_paid_otherwise() -> None:
    code = Tender(kind=TenderKind.WECHAT, amount_fen=500)
    before = Shift(number=1, float_fen=1_000).sold(500, [code])
    back = before.refunded(500, [code])
    paid = back.paid_instead(TenderKind.WECHAT, 500)
    assert (paid.by_tender, paid.cash_expected_fen) == ({TenderKind.WECHAT: 500, TenderKind.CASH: -500}, 500)
    assert paid.refunds_fen == back.refunds_fen
    assert paid.came_late(TenderKind.WECHAT, 500).by_tender == {TenderKind.CASH: -500}


@given(st.lists(TENDERS, min_size=2, max_size=6), st.integers(1, 5))
def test_a_day_is_the_sum_of_its_shifts(sales: list[list[Tender]], at: int) -> None:
    first, second, whole = (Shift(number=number, float_fen=500) for number in (1, 2, 2))
    for index, tenders in enumerate(sales):
        total_fen = sum(tender.amount_fen for tender in tenders)
        if index < at:
            first = first.sold(total_fen, tenders).moved(-7).topped_up(9, TenderKind.CASH)
        else:
            second = second.sold(total_fen, tenders).moved(-7).topped_up(9, TenderKind.CASH)
        whole = whole.sold(total_fen, tenders).moved(-7).topped_up(9, TenderKind.CASH)
    refund = [cash(3)]
    first, second = first.refunded(3, refund), second.voided(3, refund)
    between_fen = second.float_fen - first.cash_expected_fen
    assert together([first, second]) == whole.refunded(3, refund).voided(3, refund).moved(between_fen)


def test_at_the_end_of_a_day_there_should_be_the_cash_of_its_last_shift() -> None:
    morning = Shift(number=1, float_fen=10_000).sold(6_620, [cash(6_620)])
    evening = Shift(number=2, float_fen=10_000).sold(550, [cash(550)])
    day = together([morning, evening])
    assert (day.float_fen, day.moves_fen, day.cash_expected_fen) == (10_000, -6_620, evening.cash_expected_fen)


def test_who_works_in_a_shift_is_named_once_and_the_last_answers_for_the_drawer() -> None:
    wang, zhao = StaffNumber("1024"), StaffNumber("1031")
    shift = OpenShift(sums=Shift(number=7), day="2026-11-23", opened_ms=1, staff=wang, people=(wang,))
    again = shift.joined(zhao).joined(wang)
    assert (again.people, again.staff, again.number) == ((wang, zhao), wang, 7)
