"""What a sale did to its member is undone: points, stored value, counts, coupons; the person is in no fact."""

from typing import Any

import pytest
from msgspec.structs import replace

from terminal.checkout.after.asking import owner_of
from terminal.checkout.after.messages import AfterAsk, AfterNo
from terminal.checkout.after.modes import FindingReceipt
from terminal.checkout.inputs import LinkReported, RulesOffered
from terminal.checkout.modes import Confirming
from terminal.domain.members.entries import with_entries
from terminal.domain.members.member import ACTIVE, MERGED, CountCardId, Member
from terminal.domain.members.points import Lot, PointsAccount
from terminal.domain.members.stored import StoredValue
from terminal.domain.money import format_fen
from terminal.domain.promotions.coupons import CashCoupon, CouponCode, MemberId
from terminal.domain.receipt import Pair
from terminal.domain.receipt_rows import Issuer
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.settings import ShopTexts
from terminal.domain.text import SafeText
from terminal.ports.members import NOTHING_HEARD
from terminal.wire import events as ev
from terminal.wire.doorbell import LinkChanged
from terminal.wire.events import decode_fact, encode_fact
from terminal.wire.found import found
from terminal.wire.return_events import ExchangeBegan, SaleReturned
from tests.unit.checkout.after.desk import OPEN_SHIFT, give_back, on_receipt, only, papers, till
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_members import MEMBER, WANG, MemoryMembers
from tests.unit.checkout.memory_sales import MemorySales
from tests.unit.checkout.memory_shop import (
    CHIPS,
    COLA,
    Rules,
)
from tests.unit.checkout.shown import asked, page

COUPON = CashCoupon(code=CouponCode("C100000001"), name=SafeText("迎新"), off=200)
SETTINGS = {"coupon_codes": [{"prefix": "C1", "length": 10}], "points": {"fen_per_point": 10}}
POINTS = Tender(kind=TenderKind.POINTS, amount_fen=100, lots=(Lot(100, "2026-12-10"),))
STORED = Tender(kind=TenderKind.STORED, amount_fen=300, stored=StoredValue(bonus=300))


def shopped(*tenders: Tender, member: bool = True, coupon: CashCoupon = COUPON) -> Bench:
    """Return a till where a member bought colas and chips with a coupon, and paid with some tenders and cash."""
    rules = {1: Rules((), (coupon,), SETTINGS)}
    bench = till(rules=rules, offer_rules=1, members=MemoryMembers(rows=(WANG,), as_of_ms=1))
    bench.send(LinkReported(LinkChanged(online=True, acked_seq=0)))
    bench.scan(COLA)
    bench.scan(CHIPS)
    if member:
        bench.scan(MEMBER)
    bench.scan(coupon.code)
    sale = bench.counter.record.sale
    assert sale is not None
    for tender in tenders:
        fact = ev.TenderAdded(sale_id=sale.id, tender=tender)
        durable = replace(bench.counter.durable, sale=replace(sale, tenders=(*sale.tenders, tender)))
        bench.facts.append(fact)
        sale = durable.sale
        assert sale is not None
        bench.counter = replace(bench.counter, durable=durable)
    bench.press("f12")
    return bench


def member_now(bench: Bench) -> Member:
    return bench.members.rows[0].member


def test_all_that_a_sale_did_to_a_member_is_undone() -> None:
    bench = shopped(POINTS, STORED)
    done = only(bench, ev.SaleCompleted)
    assert done.points_earned > 0
    assert member_now(bench) != WANG.member
    on_receipt(bench)
    bench.press("f5")
    fact = give_back(bench)
    assert [(one.kind, one.amount_fen) for one in fact.tenders] == [(one.kind, one.amount_fen) for one in done.tenders]
    assert fact.stored == STORED.stored
    assert fact.points is not None
    assert (fact.points.returned, fact.points.clawed) == (100, done.points_earned)
    assert fact.coupons == {COUPON.code: "issued"}
    assert member_now(bench) == replace(WANG.member, tier=member_now(bench).tier)


def test_the_page_says_what_becomes_of_points_and_value() -> None:
    bench = on_receipt(shopped(POINTS, STORED))
    bench.press("f5")
    said = [line.message for line in (*page(bench).details, *page(bench).foot)]
    assert said == ["return.where", "return.where", "return.where", "return.points", "returned.coupon", "return.worth"]
    give_back(bench)
    assert [row[2] for row in page(bench).rows] == ["give.points", "give.stored", "give.cash"]
    assert [line.message for line in page(bench).foot] == ["return.points", "returned.balance", "returned.coupon"]


def test_the_person_is_in_no_fact() -> None:
    bench = on_receipt(shopped())
    bench.press("f5")
    fact = give_back(bench)
    assert fact.member is not None
    assert (fact.member.id, fact.member.name, fact.member.phone, fact.member.birthday) == (WANG.member.id, "", "", None)


def test_a_coupon_works_again_when_all_of_its_sale_came_back() -> None:
    bench = on_receipt(shopped(member=False))
    bench.press("f5")
    give_back(bench)
    assert bench.counter.record.returned is not None
    assert bench.counter.record.returned.fact.coupons == {COUPON.code: "issued"}


def test_a_coupon_that_expired_meanwhile_is_not_called_good_again() -> None:
    bench = shopped(coupon=replace(COUPON, valid_to="2026-11-23"))
    bench.day = "2026-11-24"
    on_receipt(bench).press("f5")
    fact = give_back(bench)
    assert fact.coupons == {COUPON.code: "expired"}
    said = [(line.message, line.params) for line in page(bench).foot]
    assert [one for one in said if "coupon" in one[0]] == [("returned.coupon_over", {"code": COUPON.code})]
    (paper,) = papers(bench)
    issuer = Issuer(identity=bench.counter.identity, shop=ShopTexts(), staff_name=SafeText(""))
    rows = paper.rows(issuer, fact.local_time, training=False)
    pairs = {str(row.label): str(row.value) for row in rows if isinstance(row, Pair)}
    assert (pairs.get("优惠券已过期"), pairs.get("优惠券可再用")) == (COUPON.code, None)


def test_points_that_were_spent_meanwhile_are_kept_back_from_the_cash() -> None:
    program = {"fen_per_point": 10, "clawback": "withhold"}
    rules = {1: Rules((), (), {"points": program})}
    bench = till(rules=rules, offer_rules=1, members=MemoryMembers(rows=(WANG,), as_of_ms=1))
    bench.scan(CHIPS)
    bench.scan(MEMBER)
    bench.press("f12")
    earned = only(bench, ev.SaleCompleted).points_earned
    poor = replace(WANG.member, points=PointsAccount())
    bench.members.rows = (replace(WANG, member=poor),)
    on_receipt(bench)
    bench.press("f5")
    assert "return.withheld" in [line.message for line in page(bench).foot]
    fact = give_back(bench)
    assert fact.points is not None
    assert fact.points.withheld_fen == earned
    assert sum(one.amount_fen for one in fact.tenders) == fact.amount_fen - earned


def over_at_midnight(*opened: str) -> tuple[Bench, int]:
    """Return a till whose member has nothing but points of today, on the page of a sale that earned so many."""
    rules = {1: Rules((), (), {"points": {"fen_per_point": 10, "clawback": "withhold"}})}
    bench = till(rules=rules, offer_rules=1, members=MemoryMembers(rows=(WANG,), as_of_ms=1))
    bench.press(*opened)
    bench.scan(CHIPS)
    bench.scan(MEMBER)
    bench.press("f12")
    earned = only(bench, ev.SaleCompleted).points_earned
    rich = replace(WANG.member, points=PointsAccount(lots=(Lot(earned, "2026-11-23"),)))
    bench.members.rows = (replace(WANG, member=rich),)
    return bench, earned


def test_after_midnight_page_question_and_paper_name_the_same_cash() -> None:
    bench, earned = over_at_midnight(*OPEN_SHIFT)
    bench.day = "2026-11-24"
    on_receipt(bench).press("f5")
    withheld = next(line for line in page(bench).foot if line.message == "return.withheld")
    assert withheld.params == {"amount": format_fen(earned)}
    bench.press("f12", "1")
    assert asked(bench) == (AfterAsk.WITHHELD, False)
    assert isinstance(bench.mode, Confirming)
    named = dict(bench.mode.params)
    assert (named["withheld"], named["cash"]) == (format_fen(earned), format_fen(690 - earned))
    bench.press("enter")
    fact = only(bench, SaleReturned)
    assert [(one.kind, one.amount_fen) for one in fact.tenders] == [(TenderKind.CASH, 690 - earned)]


def test_a_page_that_was_opened_before_midnight_asks_by_the_new_day() -> None:
    bench, _ = over_at_midnight()
    on_receipt(bench).press("f5")
    assert "return.withheld" not in [line.message for line in page(bench).foot]
    bench.day = "2026-11-24"
    bench.press("f12", "1")
    assert asked(bench) == (AfterAsk.WITHHELD, False)


def test_a_member_who_was_merged_is_whoever_has_the_card_now() -> None:
    bench = shopped()
    other = replace(WANG, member=Member(id=MemberId("M9")))
    gone = replace(WANG, member=replace(WANG.member, status=MERGED), cards=())
    bench.members.rows = (gone, other)
    on_receipt(bench)
    bench.press("f5")
    fact = give_back(bench)
    assert fact.member is not None
    assert fact.member.id == "M9"
    assert {entry.member for entry in fact.entries} == {"M9"}


def test_one_who_was_merged_into_nobody_knows_whom_is_refused() -> None:
    bench = shopped()
    bench.members.rows = (replace(WANG, member=replace(WANG.member, status=MERGED), cards=()),)
    on_receipt(bench)
    assert (bench.mode, bench.notice) == (FindingReceipt(), AfterNo.MEMBER_MERGED)


def test_a_member_of_whom_nothing_is_known_any_more_is_as_the_sale_left_it() -> None:
    bench = shopped(POINTS)
    done = only(bench, ev.SaleCompleted)
    nobody = MemoryMembers()
    sale = MemorySales(bench.facts, bench.start).by_receipt(done.receipt_no)
    assert sale is not None
    assert sale.sale.member is not None
    assert owner_of(sale, nobody, NOTHING_HEARD) == with_entries(sale.sale.member, done.entries)
    stranger = found(replace(sale.sale, member=None), done)
    assert owner_of(stranger, nobody, NOTHING_HEARD) is None
    assert sale.sale.member.status == ACTIVE


@pytest.mark.parametrize("undoing", ["refund", "void"])
@pytest.mark.parametrize(("paid_tier", "paid_until"), [("", None), ("black", "2026-01-01"), ("black", "2026-12-24")])
def test_a_fee_that_comes_back_leaves_the_member_as_before(
    undoing: str, paid_tier: str, paid_until: str | None
) -> None:
    settings = {
        "tiers": [{"id": tier, "min_spend": 10**6} for tier in ("gold", "plus", "black")],
        "memberships": [{"sku": "CHIPS", "tier": "plus", "days": 365}],
    }
    wang = replace(WANG, member=replace(WANG.member, paid_tier=paid_tier, paid_until=paid_until))
    bench = till(rules={1: Rules(settings=settings)}, offer_rules=1, members=MemoryMembers(rows=(wang,), as_of_ms=1))
    bench.scan(MEMBER)
    before, told = member_now(bench), bench.notice
    bench.scan(CHIPS)
    bench.press("f12")
    balance = only(bench, ev.SaleCompleted).balance
    assert balance is not None
    assert (member_now(bench).tier, balance.tier) == ("gold", "black" if paid_until == "2026-12-24" else "plus")
    if undoing == "refund":
        on_receipt(bench).press("f5")
        give_back(bench)
    else:
        on_receipt(bench).press("f19", "1", "enter")
    assert member_now(bench) == before
    bench.press("enter")
    bench.scan(MEMBER)
    assert bench.notice == told


CARDS = {"count_cards": [{"sku": "CHIPS", "card": "TEN", "pays": "WATER", "uses": 10, "days": 30}]}


def with_card_sold() -> Bench:
    """Return a till that sold a count card to a member."""
    members = MemoryMembers(rows=(WANG,), as_of_ms=1)
    bench = till(rules={1: Rules(settings=CARDS)}, offer_rules=1, members=members)
    bench.scan(CHIPS)
    bench.press("f12")
    assert bench.notice == "error.membership_of_nobody"
    bench.scan(MEMBER)
    bench.press("f12")
    return bench


def cards_of(bench: Bench) -> dict[str, int]:
    counts = member_now(bench).counts
    return {card: held.left for card, held in counts.items() if card.startswith("TEN-")}


@pytest.mark.parametrize("undoing", ["refund", "void"])
def test_a_count_card_that_was_sold_goes_back_whole(undoing: str) -> None:
    bench = with_card_sold()
    assert list(cards_of(bench).values()) == [10]
    if undoing == "refund":
        on_receipt(bench).press("f5")
        give_back(bench)
    else:
        on_receipt(bench).press("f19", "1", "enter")
    assert cards_of(bench) == {}
    assert member_now(bench).counts == WANG.member.counts


FEWER = {"count_cards": [CARDS["count_cards"][0] | {"uses": 5}]}


@pytest.mark.parametrize("settings", [{}, FEWER])
def test_a_count_card_goes_back_as_it_was_sold_whatever_hq_sells_since(settings: dict[str, Any]) -> None:
    bench = with_card_sold()
    (card,) = cards_of(bench)
    bench.press("escape")
    bench.rules[2] = Rules(settings=settings)
    bench.send(RulesOffered(2))
    whole = bench.members.rows
    bench.members.rows = (replace(WANG, member=member_now(bench).with_card(CountCardId(card), -1)),)
    on_receipt(bench).press("f5", "f12")
    assert bench.notice == "error.count_card_used"
    bench.press("escape", "escape")
    bench.members.rows = whole
    on_receipt(bench).press("f5")
    give_back(bench)
    assert cards_of(bench) == {}


def test_a_count_card_is_exchanged_with_its_uses() -> None:
    bench = with_card_sold()
    on_receipt(bench).press("f5", "f6", "2", "enter")
    begun = only(bench, ExchangeBegan)
    assert decode_fact(encode_fact(begun)) == begun
    bench.scan(COLA)
    bench.press("f12")
    assert (bench.counter.record.exchange, cards_of(bench)) == (None, {})


def test_a_count_card_of_which_a_use_is_gone_is_not_exchanged() -> None:
    bench = with_card_sold()
    (card,) = cards_of(bench)
    bench.members.rows = (replace(WANG, member=member_now(bench).with_card(CountCardId(card), -1)),)
    on_receipt(bench).press("f5", "f6")
    assert (bench.notice, bench.counter.record.exchange) == ("error.count_card_used", None)


def test_a_count_card_of_which_a_use_is_gone_does_not_come_back() -> None:
    bench = with_card_sold()
    (card,) = cards_of(bench)
    used = replace(WANG, member=member_now(bench).with_card(CountCardId(card), -1))
    bench.members.rows = (used,)
    on_receipt(bench).press("f5")
    assert page(bench).foot[0].message == "error.count_card_used"
    bench.press("f12")
    assert (bench.notice, [fact for fact in bench.facts if isinstance(fact, SaleReturned)]) == (
        "error.count_card_used",
        [],
    )
    assert cards_of(bench) == {card: 9}
