from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from terminal.domain.ids import SaleId, Sku
from terminal.domain.members.claims import (
    Claim,
    ClaimId,
    Drawn,
    LeaseTerms,
    after_drawing,
    alive,
    drawn,
    free,
    held_in,
    is_within,
    leased,
    limited,
    missing,
    parts_between,
    parts_of,
    parts_of_sale,
    spendable,
    summed,
    terms_for,
)
from terminal.domain.members.entries import Account, Place
from terminal.domain.members.member import CountCard, CountCardId, Member
from terminal.domain.members.points import Lot, PointsAccount
from terminal.domain.members.stored import StoredOrder, StoredValue
from terminal.domain.promotions.coupons import CouponCode, MemberId
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.text import clean
from tests.unit.domain.baskets import make_line

TODAY = "2026-11-23"
M1 = MemberId("M1")
HAIR, OLD = CountCardId("HAIR"), CountCardId("OLD")
SALE, OTHER = SaleId("s1"), SaleId("s2")
COUPON, SECOND = CouponCode("C1"), CouponCode("C2")
PRINCIPAL, BONUS, POINTS = Place(Account.PRINCIPAL), Place(Account.BONUS), Place(Account.POINTS)
SOON, LATER = Place(Account.POINTS, "2026-11-30"), Place(Account.POINTS, "2026-12-31")
USES = Place(Account.USES, card=HAIR)
WANG = Member(
    id=M1,
    tier="gold",
    spend=90_000,
    points=PointsAccount(lots=(Lot(50, "2026-11-22"), Lot(100, "2026-11-30"), Lot(300, "2026-12-31"))),
    stored=StoredValue(principal=8000, bonus=1000),
    counts={
        HAIR: CountCard(sku=Sku("2001"), left=3, until="2026-11-23"),
        OLD: CountCard(sku=Sku("2001"), left=9, until="2026-11-22"),
    },
)


def claim(
    key: str = "c1",
    amounts: dict[Place, int] | None = None,
    *,
    sale: SaleId | None = None,
    until_ms: int = 1000,
    coupons: tuple[CouponCode, ...] = (),
    member: MemberId = M1,
) -> Claim:
    return Claim(
        id=ClaimId(key), member=member, until_ms=until_ms, parts=parts_of(amounts or {}), coupons=coupons, sale=sale
    )


def test_what_expired_is_nothing_to_spend_and_what_counts_for_the_tier_neither() -> None:
    assert spendable(WANG, TODAY) == {PRINCIPAL: 8000, BONUS: 1000, SOON: 100, LATER: 300, USES: 3}


def test_debt_of_points_is_paid_first_from_those_that_expire_first() -> None:
    owing = Member(id=M1, points=PointsAccount(lots=(Lot(100, "2026-11-30"), Lot(300, "2026-12-31")), debt=150))
    assert spendable(owing, TODAY) == {LATER: 250}


def test_free_is_what_is_there_less_what_is_set_aside() -> None:
    taken = (*parts_of({PRINCIPAL: 3000, SOON: 100}), *parts_of({PRINCIPAL: 2000, USES: 5}))
    assert free(WANG, taken, TODAY) == {PRINCIPAL: 3000, BONUS: 1000, LATER: 300}


def test_parts_have_one_order_and_none_is_nothing() -> None:
    parts = parts_of({POINTS: 1, LATER: 2, SOON: 3, BONUS: 0, USES: -1, PRINCIPAL: 4})
    assert [(part.place, part.amount) for part in parts] == [(SOON, 3), (LATER, 2), (POINTS, 1), (PRINCIPAL, 4)]
    assert summed((*parts, *parts)) == {SOON: 6, LATER: 4, POINTS: 2, PRINCIPAL: 8}


def test_amounts_hold_parts_only_in_their_own_places() -> None:
    assert is_within(parts_of({SOON: 100}), {SOON: 100})
    assert not is_within(parts_of({SOON: 101}), {SOON: 100, LATER: 300})
    assert not is_within((*parts_of({SOON: 60}), *parts_of({SOON: 60})), {SOON: 100})


def test_terms_are_those_of_the_tier_else_those_of_all_others() -> None:
    gold, others = LeaseTerms(points=1), LeaseTerms(points=2)
    assert terms_for({"gold": gold, "any": others}, "gold") is gold
    assert terms_for({"gold": gold, "any": others}, "basic") is others
    assert terms_for({"gold": gold}, "basic") is None


def test_lease_is_at_most_the_terms_and_a_share_of_what_is_free() -> None:
    amounts = spendable(WANG, TODAY)
    much = LeaseTerms(stored_fen=10**6, points=10**6, uses=10**6, share_bp=5000)
    assert summed(leased(amounts, much, StoredOrder.BONUS_FIRST)) == {
        PRINCIPAL: 3500,
        BONUS: 1000,
        SOON: 100,
        LATER: 100,
        USES: 3,
    }
    little = LeaseTerms(stored_fen=2000, points=30, uses=1, share_bp=5000)
    assert summed(leased(amounts, little, StoredOrder.PRINCIPAL_FIRST)) == {PRINCIPAL: 2000, SOON: 30, USES: 1}
    assert leased(amounts, LeaseTerms(), StoredOrder.PROPORTIONAL) == ()


def test_member_who_is_limited_by_claims_has_what_they_hold_and_no_more_than_is_there() -> None:
    held = claim(amounts={PRINCIPAL: 2000, SOON: 40, POINTS: 7, USES: 9})
    less = limited(WANG, held_in((held, claim("c2", {PRINCIPAL: 500}))))
    assert less.stored == StoredValue(principal=2500)
    assert less.points == PointsAccount(lots=(Lot(40, "2026-11-30"),))
    assert {card: one.left for card, one in less.counts.items()} == {HAIR: 3, OLD: 0}
    assert (less.tier, less.spend) == (WANG.tier, WANG.spend)
    nothing = limited(WANG, {})
    assert nothing.stored.total == nothing.points.balance(TODAY) == 0


def test_claims_that_a_sale_may_spend_are_its_own_first_and_then_leases_by_expiry() -> None:
    lease, soon = claim("lease", until_ms=900), claim("soon", until_ms=500)
    own, others = claim("own", sale=SALE), claim("others", sale=OTHER)
    late, foreign = claim("late", until_ms=100), claim("foreign", member=MemberId("M2"))
    claims = (lease, late, others, soon, foreign, own)
    assert alive(claims, M1, sale=SALE, now_ms=100) == (own, soon, lease)
    assert alive(claims, M1, sale=None, now_ms=0) == (late, soon, lease)


def test_coupons_of_a_sale_without_a_member_are_claimed_by_nobody() -> None:
    bearer = claim("bearer", sale=SALE, coupons=(COUPON,), member=MemberId(""))
    assert alive((bearer, claim()), None, sale=SALE, now_ms=0) == (bearer,)


def test_what_is_spent_is_drawn_from_one_claim_after_the_other() -> None:
    own = claim("own", {PRINCIPAL: 300}, sale=SALE, coupons=(COUPON,))
    lease = claim("lease", {PRINCIPAL: 500, SOON: 10}, coupons=(SECOND,))
    assert drawn((own, lease), parts_of({PRINCIPAL: 400, SOON: 10}), (COUPON, SECOND, COUPON)) == (
        Drawn(claim=ClaimId("own"), parts=parts_of({PRINCIPAL: 300}), coupons=(COUPON,)),
        Drawn(claim=ClaimId("lease"), parts=parts_of({PRINCIPAL: 100, SOON: 10}), coupons=(SECOND,)),
    )
    assert drawn((own, lease), ()) == ()


def test_what_claims_do_not_hold_is_not_drawn() -> None:
    own = claim("own", {PRINCIPAL: 300}, sale=SALE, coupons=(COUPON,))
    assert drawn((own,), parts_of({PRINCIPAL: 801, SOON: 1}), (SECOND,)) == (
        Drawn(claim=own.id, parts=parts_of({PRINCIPAL: 300})),
    )


def test_what_claims_do_not_hold_is_missing() -> None:
    own = claim("own", {PRINCIPAL: 300}, coupons=(COUPON,))
    assert missing((own,), parts_of({PRINCIPAL: 400, SOON: 10}), (COUPON, SECOND, SECOND)) == (
        parts_of({PRINCIPAL: 100, SOON: 10}),
        (SECOND,),
    )
    assert missing((own,), parts_of({PRINCIPAL: 300}), (COUPON,)) == ((), ())


def test_of_a_lease_the_rest_stays_and_a_reservation_is_over() -> None:
    lease = claim("lease", {PRINCIPAL: 500}, coupons=(COUPON, SECOND))
    spent = Drawn(claim=lease.id, parts=parts_of({PRINCIPAL: 100}), coupons=(COUPON,))
    assert after_drawing(lease, spent) == claim("lease", {PRINCIPAL: 400}, coupons=(SECOND,))
    all_of_it = Drawn(claim=lease.id, parts=parts_of({PRINCIPAL: 500}), coupons=(COUPON, SECOND))
    assert after_drawing(lease, all_of_it) is None
    assert after_drawing(claim("own", {PRINCIPAL: 500}, sale=SALE), spent) is None


def test_act_takes_what_the_member_does_not_have_any_more() -> None:
    after = replace(
        WANG, points=PointsAccount(lots=(Lot(300, "2026-12-31"),)), spend=0, stored=StoredValue(principal=9000)
    )
    assert summed(parts_between(WANG, after)) == {Place(Account.POINTS, "2026-11-22"): 50, SOON: 100, BONUS: 1000}


def test_sale_takes_stored_value_points_and_uses_of_its_member() -> None:
    tenders = (
        Tender(kind=TenderKind.STORED, amount_fen=700, stored=StoredValue(principal=500, bonus=200)),
        Tender(kind=TenderKind.STORED, amount_fen=100, stored=StoredValue(principal=100)),
        Tender(kind=TenderKind.POINTS, amount_fen=300, lots=(Lot(100, "2026-11-30"), Lot(200))),
        Tender(kind=TenderKind.CASH, amount_fen=5),
    )
    lines = (
        replace(make_line(1, quantity=2), count_card=clean("HAIR")),
        replace(make_line(2), count_card=clean("HAIR"), voided=True),
        make_line(3),
    )
    assert summed(parts_of_sale(tenders, lines)) == {PRINCIPAL: 600, BONUS: 200, SOON: 100, POINTS: 200, USES: 2}


amounts = st.dictionaries(st.sampled_from([PRINCIPAL, BONUS, SOON, LATER, USES]), st.integers(0, 500))


@given(amounts, amounts, amounts)
def test_what_is_drawn_is_what_was_wanted_and_what_is_missing_makes_up_the_rest(
    first: dict[Place, int], second: dict[Place, int], wanted: dict[Place, int]
) -> None:
    claims, parts = (claim("a", first), claim("b", second)), parts_of(wanted)
    lacking, _ = missing(claims, parts)
    taken = drawn(claims, parts)
    assert summed((*lacking, *(part for one in taken for part in one.parts))) == summed(parts)
    topped_up = (*claims, claim("c", summed(lacking)))
    assert missing(topped_up, parts) == ((), ())


@given(amounts, st.sampled_from(StoredOrder), st.builds(LeaseTerms, stored_fen=st.integers(0, 900), uses=st.just(2)))
def test_lease_is_never_more_than_what_is_free(has: dict[Place, int], order: StoredOrder, terms: LeaseTerms) -> None:
    assert is_within(leased(has, terms, order), has)
