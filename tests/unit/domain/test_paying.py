import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import InputError, RuleError, UnderpaidError
from terminal.domain.members.member import Member
from terminal.domain.members.points import Lot, PointsAccount, PointsProgram
from terminal.domain.members.stored import StoredValue
from terminal.domain.paying import Offer, OfflineLimits, Paid, Taking, Wallet, cash_fen, pay_mixed, quick_cash
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.settings import Rounding, RoundingMode, RoundingOn, Settings
from terminal.domain.text import SafeText

HOLDER = Member(
    id=MemberId("M1"), stored=StoredValue(principal=5000, bonus=1000), points=PointsAccount(lots=(Lot(2000),))
)
PROGRAM = PointsProgram()
CASH_ROUNDING = Rounding(mode=RoundingMode.DOWN, unit=10, on=RoundingOn.CASH)


def wallet(member: Member | None = HOLDER, *, offline: OfflineLimits | None = None) -> Wallet:
    return Wallet(today="2026-03-18", member=member, program=PROGRAM, offline=offline)


def cash(amount_fen: int) -> Offer:
    return Offer(kind=TenderKind.CASH, amount=amount_fen)


def stored(amount_fen: int | None = None) -> Offer:
    return Offer(kind=TenderKind.STORED, amount=amount_fen)


def points(amount: int | None = None) -> Offer:
    return Offer(kind=TenderKind.POINTS, amount=amount)


def amounts(paid: Paid) -> list[tuple[str, int]]:
    return [(tender.kind.value, tender.amount_fen) for tender in paid.tenders]


def test_cash_comes_last_wherever_it_stands() -> None:
    paid = pay_mixed(1000, [cash(500), Offer(kind=TenderKind.CARD, amount=700), cash(100)], wallet(None))
    assert amounts(paid) == [("card", 700), ("cash", 300)]
    assert paid.change_fen == 300


def test_as_much_as_there_is_and_is_allowed() -> None:
    paid = pay_mixed(10000, [points(), stored(), cash(10000)], wallet())
    assert amounts(paid) == [("points", 2000), ("stored", 6000), ("cash", 2000)]
    assert paid.member is not None
    assert paid.member.stored == StoredValue()
    assert paid.member.points == PointsAccount()
    assert paid.stored_used == StoredValue(principal=5000, bonus=1000)


def test_only_the_rest_for_cash_is_rounded() -> None:
    rounded = Wallet(today="2026-03-18", rounding=CASH_ROUNDING)
    assert pay_mixed(1024, [cash(2000)], rounded).total_fen == 1020
    assert pay_mixed(1024, [Offer(kind=TenderKind.CARD, amount=1024)], rounded).total_fen == 1024
    paid = pay_mixed(1024, [Offer(kind=TenderKind.CARD, amount=1020), cash(100)], rounded)
    assert (paid.total_fen, amounts(paid), paid.change_fen) == (1020, [("card", 1020)], 100)
    with pytest.raises(UnderpaidError) as caught:
        pay_mixed(1024, [Offer(kind=TenderKind.CARD, amount=1020)], rounded)
    assert caught.value.short_fen == 4


def test_deposits_alone_are_paid_out_and_no_card_is_touched() -> None:
    paid = pay_mixed(-300, [stored(), points(), cash(100)], wallet())
    assert amounts(paid) == [("cash", -300)]
    assert (paid.change_fen, paid.member) == (100, HOLDER)


@pytest.mark.parametrize(
    ("offers", "code"),
    [
        ([Offer(kind=TenderKind.CARD, amount=1001)], "over_tender"),
        ([Offer(kind=TenderKind.CARD, amount=0)], "bad_request"),
        ([stored(6001)], "stored_insufficient"),
        ([stored(1001)], "over_tender"),
        ([points(150)], "points_step"),
        ([points(2100)], "points_insufficient"),
        ([points(1100)], "points_over_limit"),
        ([cash(999)], "underpaid"),
        ([], "underpaid"),
    ],
)
def test_a_tender_that_cannot_be_is_refused(offers: list[Offer], code: str) -> None:
    with pytest.raises((InputError, RuleError)) as caught:
        pay_mixed(1000, offers, wallet())
    assert caught.value.code == code


def test_points_fit_into_the_rest() -> None:
    with pytest.raises(RuleError) as caught:
        pay_mixed(1000, [Offer(kind=TenderKind.CARD, amount=900), points(1000)], wallet())
    assert caught.value.code == "over_tender"


@pytest.mark.parametrize("offer", [stored(), points()])
def test_stored_value_and_points_are_a_members(offer: Offer) -> None:
    with pytest.raises(RuleError) as caught:
        pay_mixed(1000, [offer], wallet(None))
    assert caught.value.code == "no_member"


def test_points_without_a_program_make_no_sense() -> None:
    with pytest.raises(InputError):
        pay_mixed(1000, [points()], Wallet(today="2026-03-18", member=HOLDER))


def test_offline_limits_hold_for_the_whole_sale() -> None:
    offline = OfflineLimits(stored_per_sale=600)
    assert pay_mixed(600, [stored(300), stored(300)], wallet(offline=offline)).stored_used == StoredValue(bonus=600)
    for offers in ([stored(300), stored(301)], [points(100)]):
        with pytest.raises(RuleError) as caught:
            pay_mixed(1000, offers, wallet(offline=offline))
        assert caught.value.code == "offline_limit"
    paid = pay_mixed(100, [points(100)], wallet(offline=OfflineLimits(points=True)))
    assert amounts(paid) == [("points", 100)]


CARD_700 = Tender(kind=TenderKind.CARD, amount_fen=700)


def test_one_by_one_comes_to_the_same_as_all_at_once() -> None:
    offers = [points(500), stored(2000), Offer(kind=TenderKind.WECHAT, amount=300)]
    taking = Taking.begin(5000, wallet())
    for offer in offers:
        taking = Taking.begin(5000, wallet(), taking.take(offer).tenders)
    assert taking.finish(5000) == pay_mixed(5000, [*offers, cash(5000)], wallet())


def test_a_tender_without_an_amount_pays_the_rest_and_one_of_nothing_is_not_recorded() -> None:
    whole = Taking.begin(1000, wallet(None), (CARD_700,)).take(Offer(kind=TenderKind.WECHAT))
    assert [tender.amount_fen for tender in whole.tenders] == [700, 300]
    assert whole.take(Offer(kind=TenderKind.ALIPAY)) == whole
    assert (whole.rest_fen, whole.cash_rest_fen) == (0, 0)


def test_what_the_bank_calls_a_payment_is_kept() -> None:
    offer = Offer(kind=TenderKind.CARD, amount=700, reference=SafeText("123456"))
    assert Taking.begin(700, wallet(None)).take(offer).tenders[0].reference == "123456"


def test_points_that_are_gone_pay_no_second_time() -> None:
    taking = Taking.begin(5000, wallet()).take(points(2000))
    assert (taking.most_points(), taking.paid_fen) == (0, 2000)
    with pytest.raises(RuleError) as caught:
        Taking.begin(5000, wallet(), taking.tenders).take(points(100))
    assert caught.value.code == "points_insufficient"


def test_without_a_member_or_a_program_no_points_pay() -> None:
    assert Taking.begin(5000, wallet(None)).most_points() == 0
    assert Taking.begin(5000, Wallet(today="2026-03-18", member=HOLDER)).most_points() == 0


def test_what_is_asked_in_cash_is_rounded_and_nothing_else() -> None:
    taking = Taking.begin(1024, Wallet(today="2026-03-18", rounding=CASH_ROUNDING), (CARD_700,))
    assert (taking.total_fen, taking.rest_fen) == (1024, 324)
    assert (taking.cash_total_fen, taking.cash_rest_fen) == (1020, 320)


def test_tenders_above_the_total_are_no_payment() -> None:
    with pytest.raises(RuleError) as caught:
        Taking.begin(600, wallet(None), (CARD_700,)).finish(0)
    assert caught.value.code == "over_tender"


def test_what_a_credit_stands_for_was_taken_before() -> None:
    share = Tender(kind=TenderKind.STORED, amount_fen=300, stored=StoredValue(principal=300))
    credit = Tender(kind=TenderKind.CREDIT, amount_fen=300, origin=(share,))
    assert Taking.begin(1000, wallet(), (credit,)).member == HOLDER


@pytest.mark.parametrize(
    ("due_fen", "choices"),
    [
        (1354, (1354, 1400, 1500, 2000, 5000, 10000)),
        (12340, (12340, 12500, 13000, 14000, 15000, 20000)),
        (2000, (2000, 5000, 10000)),
        (0, (0,)),
    ],
)
def test_quick_cash_is_exact_and_then_what_notes_cover_it(due_fen: int, choices: tuple[int, ...]) -> None:
    assert quick_cash(due_fen, Settings().quick_cash_fen) == choices


@given(st.integers(0, 10**7), st.lists(st.integers(1, 50_000), max_size=10))
def test_quick_cash_always_covers_what_is_due(due_fen: int, notes: list[int]) -> None:
    choices = quick_cash(due_fen, notes)
    assert choices[0] == due_fen
    assert list(choices) == sorted(set(choices))
    assert len(choices) <= 6


def test_money_of_some_tenders_is_their_cash_without_the_change() -> None:
    paid = pay_mixed(1600, [Offer(kind=TenderKind.VOUCHER, amount=500), cash(2000)], wallet(None))
    assert (cash_fen(paid.tenders), paid.change_fen) == (1100, 900)
    assert cash_fen(paid.tenders[:1]) == cash_fen([]) == 0


def test_the_most_stored_value_that_may_pay_is_what_there_is_left_and_allowed() -> None:
    assert Taking.begin(10_000, wallet()).most_stored() == 6_000
    assert Taking.begin(400, wallet()).most_stored() == 400
    assert Taking.begin(-400, wallet()).most_stored() == 0
    assert Taking.begin(400, wallet(None)).most_stored() == 0


def test_offline_the_most_stored_value_is_what_the_limit_leaves() -> None:
    taking = Taking.begin(10_000, wallet(offline=OfflineLimits(stored_per_sale=500)))
    assert taking.most_stored() == 500
    assert taking.take(stored(200)).most_stored() == 300
    assert taking.take(stored(500)).most_stored() == 0


def test_offline_no_points_may_pay_unless_hq_allows_it() -> None:
    assert Taking.begin(10_000, wallet(offline=OfflineLimits())).most_points() == 0
    assert Taking.begin(10_000, wallet(offline=OfflineLimits(points=True))).most_points() == 2_000
