"""What a done sale does to its member: points, tier, spending, count cards, as entries; and what HQ checks of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from terminal.domain.document import Disagreement, Document, Under, digest, disagreements, finish
from terminal.domain.ids import Sku
from terminal.domain.members.entries import Account, with_entries
from terminal.domain.members.member import CountCard, CountCardId, Member
from terminal.domain.members.points import Lot, PointsAccount, PointsProgram, Validity
from terminal.domain.members.stored import StoredValue
from terminal.domain.members.tiers import Tier
from terminal.domain.paying import Offer, Taking, Wallet
from terminal.domain.pricing.engine import Pricer
from terminal.domain.pricing.sums import price_sale
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.promotions.kinds import PointsMult, RuleId
from terminal.domain.promotions.rule_set import NO_RULES, RuleSet
from terminal.domain.sale import Sale, TenderKind
from terminal.domain.settings import Rounding
from terminal.domain.text import SafeText
from terminal.domain.trade import TradeSettings
from tests.unit.domain.baskets import make_line, make_sale, sales

TRADE = TradeSettings(
    points=PointsProgram(validity=Validity(year_end_plus=1)),
    tiers=(Tier(id="silver", min_spend=0), Tier(id="gold", min_spend=50_000)),
)
UNDER = Under(trade=TRADE)
DOUBLE = RuleSet([PointsMult(id=RuleId("TWICE"), mult_bp=20_000)])
MEMBER = Member(
    id=MemberId("M1"),
    tier="silver",
    points=PointsAccount(lots=(Lot(300, "2026-12-10"),)),
    stored=StoredValue(principal=1_000, bonus=200),
    spend=49_000,
    counts={CountCardId("C1"): CountCard(sku=Sku("A2"), left=3)},
)


def of_member(sale: Sale, *offers: Offer, under: Under = UNDER, member: Member = MEMBER) -> Document:
    """Return the document of a sale of a member, paid by some offers, the rest in cash."""
    sale = replace(sale, member=member)
    priced = price_sale(sale, pricer=Pricer(under.rules))
    wallet = Wallet(today=sale.local_time[:10], member=member, program=under.trade.points)
    taking = Taking.begin(priced.due_fen, wallet)
    for offer in offers:
        taking = taking.take(offer)
    return finish(sale, priced, taking.finish(taking.cash_rest_fen), receipt_no="1", under=under)


def after(document: Document, member: Member = MEMBER) -> Member:
    assert document.gain is not None
    return with_entries(member, document.gain.entries)


def test_a_sale_of_nobody_does_nothing_to_anybody() -> None:
    sale = make_sale(make_line(1), card="88001")
    priced = price_sale(sale)
    paid = Taking.begin(priced.due_fen, Wallet(today="2026-11-23")).finish(199)
    assert finish(sale, priced, paid, receipt_no="1", under=Under(trade=TRADE)).gain is None


def test_points_spending_and_tier_follow_from_what_is_paid() -> None:
    document = of_member(make_sale(make_line(1, price_fen=1_050)))
    gain = document.gain
    assert gain is not None
    assert (gain.member, gain.earned, gain.used, gain.mult_bp, gain.expires) == ("M1", 10, 0, 10_000, "2027-12-31")
    assert {(entry.account, entry.amount, entry.expires, entry.value) for entry in gain.entries} == {
        (Account.POINTS, 10, "2027-12-31", ""),
        (Account.SPEND, 1_050, None, ""),
        (Account.TIER, 0, None, "gold"),
    }
    assert (gain.balance.points, gain.balance.expiring, gain.balance.tier) == (310, 300, "gold")


def test_a_rule_may_double_the_points_of_a_sale() -> None:
    document = of_member(make_sale(make_line(1, price_fen=1_050)), under=Under(trade=TRADE, rules=DOUBLE))
    assert document.gain is not None
    assert (document.gain.earned, document.gain.mult_bp) == (21, 20_000)


def test_what_a_member_pays_with_is_gone() -> None:
    document = of_member(
        make_sale(make_line(1, price_fen=2_000)),
        Offer(kind=TenderKind.POINTS, amount=100),
        Offer(kind=TenderKind.STORED, amount=500),
    )
    now = after(document)
    assert document.gain is not None
    assert (document.gain.used, document.gain.earned) == (100, 19)
    assert now.stored == StoredValue(principal=700)
    assert now.points.lots == (Lot(200, "2026-12-10"), Lot(19, "2027-12-31"))
    assert document.gain.balance.stored == now.stored


def test_a_count_card_loses_the_uses_that_paid_lines() -> None:
    line = replace(make_line(2, quantity=2), count_card=SafeText("C1"))
    document = of_member(make_sale(make_line(1), line))
    assert after(document).counts[CountCardId("C1")].left == 1
    assert document.gain is not None
    assert document.gain.balance.counts == {CountCardId("C1"): 1}


def test_without_a_programme_no_points_are_earned() -> None:
    document = of_member(make_sale(make_line(1, price_fen=1_050)), under=Under())
    assert document.gain is not None
    assert (document.gain.earned, [entry.account for entry in document.gain.entries]) == (0, [Account.SPEND])


def test_the_digest_covers_what_a_sale_did_to_its_member() -> None:
    document = of_member(make_sale(make_line(1, price_fen=1_050)))
    gain = document.gain
    assert gain is not None
    altered = [
        replace(gain, earned=11),
        replace(gain, used=1),
        replace(gain, expires=None),
        replace(gain, entries=gain.entries[1:]),
        None,
    ]
    digests = {digest(replace(document, gain=one)) for one in (gain, *altered)}
    assert len(digests) == 1 + len(altered)


@pytest.mark.parametrize("rules", [NO_RULES, DOUBLE])
def test_what_was_written_otherwise_than_it_follows_is_found(rules: RuleSet) -> None:
    under = Under(trade=TRADE, rules=rules)
    document = of_member(
        make_sale(make_line(1, price_fen=2_000)), Offer(kind=TenderKind.STORED, amount=700), under=under
    )
    gain = document.gain
    assert gain is not None
    checked = {"rounding": Rounding(), "pricer": Pricer(rules), "trade": TRADE}
    assert disagreements(document, **checked) == ()  # type: ignore[arg-type]
    altered = replace(document, gain=replace(gain, earned=gain.earned + 1))
    assert disagreements(altered, **checked) == (Disagreement.MEMBER,)  # type: ignore[arg-type]
    assert disagreements(altered, Rounding(), pricer=Pricer(rules)) == ()
    without = replace(document, gain=None)
    assert disagreements(without, **checked) == (Disagreement.MEMBER,)  # type: ignore[arg-type]


@given(sales(), st.integers(0, 3), st.booleans())
def test_hq_comes_to_the_same_for_any_sale_of_a_member(sale: Sale, points: int, doubled: bool) -> None:
    under = Under(trade=TRADE, rules=DOUBLE if doubled else NO_RULES)
    sale = replace(sale, tenders=())
    offers = [Offer(kind=TenderKind.STORED), Offer(kind=TenderKind.POINTS)][: points % 3]
    document = of_member(sale, *offers, under=under)
    gain = document.gain
    assert gain is not None
    assert disagreements(document, Rounding(), pricer=Pricer(under.rules), trade=TRADE) == ()
    now = after(document)
    assert now.stored.total + sum(t.amount_fen for t in document.tenders if t.kind is TenderKind.STORED) == 1_200
    assert now.spend == MEMBER.spend + document.total_fen
    assert now.points.balance("2026-11-23") == 300 + gain.earned - gain.used == gain.balance.points
