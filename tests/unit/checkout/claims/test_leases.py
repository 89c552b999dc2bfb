"""What HQ leases to a till while a member is there may be spent while HQ is not."""

import pytest
from msgspec.structs import replace

from terminal.checkout.handlers.books import MINUTE
from terminal.checkout.inputs import Fired, SpaceChanged
from terminal.domain.members.claims import Claim, ClaimId, Drawn, LeaseTerms, parts_of
from terminal.domain.members.entries import Account, Place
from terminal.domain.members.member import CountCardId
from terminal.domain.members.points import Lot
from terminal.domain.members.stored import StoredOrder, StoredRules, StoredValue
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.sale import TenderKind
from terminal.wire import claim_events as cle
from terminal.wire.asking import LeaseAsk, No, ReserveAsk
from terminal.wire.counter.panels import PagePanel
from terminal.wire.doorbell import Failure
from tests.unit.checkout.claims.test_spending import kinds, returned
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_members import FROZEN, MEMBER
from tests.unit.checkout.memory_shop import (
    CHIPS,
    COLA,
    WATER,
)
from tests.unit.checkout.shift_bench import count, in_shift
from tests.unit.checkout.tendering.tender_bench import PROGRAM, done, online, settling, shop

M1 = MemberId("M1")
PRINCIPAL, BONUS = Place(Account.PRINCIPAL), Place(Account.BONUS)
LATE, USES = Place(Account.POINTS, "2027-12-31"), Place(Account.USES, card=CountCardId("C1"))
LEASED = parts_of({PRINCIPAL: 2000, BONUS: 500, LATE: 400, USES: 1})
TERMS = {"gold": LeaseTerms(stored_fen=2500, points=400, uses=1, hours=4)}
HOURS_MS = 4 * 3_600_000


def till(**more: object) -> Bench:
    """Return a till that HQ leases something of its members to."""
    bench = shop(replace(PROGRAM, redeem_step=1, redeem_max_bp=10_000), leases=TERMS, **more)
    bench.hq.lease, bench.hq.lasts_ms = LEASED, HOURS_MS
    return bench


def leased(bench: Bench | None = None) -> Bench:
    """Let a member buy something while HQ is there; then HQ goes away."""
    bench = bench or till()
    settling(bench)
    bench.press("f12")
    return online(bench, now=False)


def held(bench: Bench) -> dict[Place, int]:
    return {part.place: part.amount for claim in bench.counter.durable.claims.held for part in claim.parts}


def leases(bench: Bench) -> list[LeaseAsk]:
    return [question for question in bench.hq.asked if isinstance(question, LeaseAsk)]


def test_lease_is_asked_for_when_a_member_is_there() -> None:
    bench = till()
    bench.scan(CHIPS)
    assert kinds(bench.scan(MEMBER)) == ["MemberBound", "ClaimAsked", "ClaimGranted"]
    (asked,) = leases(bench)
    (claim,) = bench.counter.durable.claims.held
    until_ms = bench.now_ms + HOURS_MS
    assert claim == Claim(id=ClaimId(asked.id), member=M1, until_ms=until_ms, parts=LEASED)
    assert bench.notice == "notice.member_bound"


def test_nobody_is_asked_where_the_rules_lease_nothing_or_hq_is_away_or_it_is_practised() -> None:
    bench = shop()
    settling(bench)
    assert bench.hq.asked == []
    bench = online(till(), now=False)
    settling(bench)
    assert bench.hq.asked == []
    bench = till()
    bench.press("f15")
    bench.approve()
    settling(bench)
    assert bench.hq.asked == []


def test_lease_that_hq_refuses_is_nobodys_business() -> None:
    bench = till()
    bench.hq.refusing = No.NOTHING_FREE
    bench.scan(CHIPS)
    assert kinds(bench.scan(MEMBER)) == ["MemberBound", "ClaimAsked", "ClaimsReturned"]
    assert (bench.notice, returned(bench)) == ("notice.member_bound", [cle.GivenBack.REFUSED])


def test_offline_stored_value_is_spent_of_the_lease_as_it_is_split_there() -> None:
    bench = settling(leased(), chips=2)
    assert bench.counter.record.sale is not None
    assert kinds(bench.write("7", "f11")) == ["TenderAdded"]
    bench.press("f12")
    (stored, _) = done(bench).tenders
    assert (stored.kind, stored.stored) == (TenderKind.STORED, StoredValue(principal=200, bonus=500))
    (spent,) = done(bench).drawn
    assert spent.parts == parts_of({PRINCIPAL: 200, BONUS: 500})
    assert held(bench) == {PRINCIPAL: 1800, LATE: 400, USES: 1}


def test_offline_no_more_is_spent_than_the_lease_holds_over_all_sales() -> None:
    bench = settling(leased(), chips=10)
    bench.write("30", "f11")
    assert (bench.notice, bench.counter.notice.params) == ("error.stored_insufficient", {"limit": "25.00"})
    bench.write("20", "f11")
    bench.write("6", "f11")
    assert (bench.notice, bench.counter.notice.params) == ("error.stored_insufficient", {"limit": "5.00"})
    bench.press("f12")
    settling(bench, chips=10)
    bench.press("f11", "f12")
    assert [one.amount_fen for one in done(bench).tenders] == [500, 6400]
    settling(bench, chips=1)
    bench.press("f11")
    assert bench.notice == "error.no_stored"


def test_offline_the_page_of_points_says_until_when_the_lease_may_be_spent() -> None:
    bench = settling(leased(), chips=10)
    bench.press("f8")
    assert bench.view is not None
    panel = bench.view.panel
    assert isinstance(panel, PagePanel)
    (said,) = [line for line in panel.lines if line.message == "redeem.leased"]
    assert said.params["time"].startswith("14:")
    assert panel.rows[0][:2] == ("tender.points", "400")


def test_offline_points_of_the_leased_lots_are_spent() -> None:
    bench = settling(leased(), chips=10)
    bench.press("f8", "enter", "f12")
    (points, _) = done(bench).tenders
    assert points.lots == (Lot(400, "2027-12-31"),)
    spent = [one for one in done(bench).entries if one.account is Account.POINTS and one.amount < 0]
    assert [(one.expires, one.amount) for one in spent] == [("2027-12-31", -400)]
    assert held(bench) == {PRINCIPAL: 2000, BONUS: 500, USES: 1}


def test_offline_count_card_pays_as_often_as_it_is_leased() -> None:
    bench = leased()
    bench.scan(WATER)
    bench.scan(MEMBER)
    bench.press("f4", "f8", "escape")
    assert bench.notice == "notice.count_card_used"
    bench.scan(COLA)
    bench.press("f12")
    assert [one.parts for one in done(bench).drawn] == [parts_of({USES: 1})]
    bench.scan(WATER)
    bench.scan(MEMBER)
    bench.press("f4", "f8")
    assert bench.notice == "error.needs_hq"


def test_another_member_spends_nothing_of_a_lease() -> None:
    bench = leased()
    bench.members.rows = (replace(bench.members.rows[0], member=replace(bench.members.rows[0].member, id="M7")),)
    settling(bench, chips=2)
    bench.press("f11")
    assert bench.notice == "error.offline_nothing"


def test_online_a_lease_is_spent_first_and_only_the_rest_is_asked_for() -> None:
    bench = settling(till(stored=StoredRules(order=StoredOrder.PROPORTIONAL)), chips=10)
    bench.write("40", "f11")
    asked = bench.hq.asked[-1]
    assert isinstance(asked, ReserveAsk)
    assert sum(part.amount for part in asked.parts) == 4000 - 2000 - min(500, 4000 * 620 // 8620)
    bench.press("f12")
    assert {part.account for one in done(bench).drawn for part in one.parts} == {Account.PRINCIPAL, Account.BONUS}
    assert len(done(bench).drawn) == 2


def test_spending_waits_for_the_lease_that_is_asked_for() -> None:
    bench = till()
    bench.hq.holding_back = True
    settling(bench)
    assert kinds(bench.press("f11")) == []
    assert bench.notice == "notice.asking_hq"
    bench.hq.holding_back = False
    facts = kinds(bench.hear_hq())
    assert facts == ["ClaimGranted", "ClaimAsked", "ClaimGranted", "TenderAdded", "SaleCompleted"]


def test_lease_without_an_answer_lets_what_waits_go_on_by_the_rules_of_offline() -> None:
    bench = till()
    bench.hq.holding_back = True
    settling(bench)
    bench.press("f11")
    bench.hq.failing = Failure.TIMEOUT
    bench.hear_hq()
    assert (bench.notice, len(bench.hq.asked)) == ("error.offline_nothing", 1)


@pytest.mark.parametrize("passed", [1, HOURS_MS // 2 - 10_000, HOURS_MS // 2])
def test_lease_is_renewed_when_half_its_time_is_over(passed: int) -> None:
    bench = till()
    settling(bench)
    bench.press("f12")
    (first,) = leases(bench)
    bench.now_ms += passed
    settling(bench)
    renewed = leases(bench)[1:]
    assert [one.unspent for one in renewed] == (
        [(Drawn(claim=ClaimId(first.id), parts=LEASED),)] if passed == HOURS_MS // 2 else []
    )
    assert returned(bench) == ([cle.GivenBack.RENEWED] if renewed else [])
    assert len(bench.counter.durable.claims.held) == 1


def test_lease_of_which_some_was_spent_offline_gives_back_what_is_left_of_it() -> None:
    bench = settling(leased(), chips=3)
    bench.write("20", "f11")
    bench.press("f12")
    (lease,) = bench.counter.durable.claims.held
    assert sum(part.amount for part in lease.parts) == sum(part.amount for part in LEASED) - 2000
    bench.now_ms += HOURS_MS // 2
    settling(online(bench))
    assert leases(bench)[-1].unspent == (Drawn(claim=lease.id, parts=lease.parts),)


def test_lease_goes_back_when_its_time_is_over() -> None:
    bench = leased()
    bench.now_ms += HOURS_MS
    bench.send(Fired(MINUTE))
    assert returned(bench) == [cle.GivenBack.EXPIRED]
    assert held(bench) == {}


def test_leases_go_back_when_the_shift_is_closed() -> None:
    bench = leased(in_shift(till()))
    count(bench, "5")
    bench.press("enter")
    assert kinds(bench.facts)[-2:] == ["ShiftClosed", "ClaimsReturned"]
    assert returned(bench) == [cle.GivenBack.SHIFT_CLOSED]
    assert held(bench) == {}


def test_full_disk_is_kept_for_the_sale_at_hand() -> None:
    bench = leased()
    bench.send(SpaceChanged(low=True))
    bench.now_ms += HOURS_MS
    assert bench.send(Fired(MINUTE)) == []
    bench.send(SpaceChanged(low=False))
    assert returned(bench) == [cle.GivenBack.EXPIRED]


def test_member_who_may_not_buy_leases_nothing() -> None:
    bench = till()
    bench.scan(CHIPS)
    bench.scan(FROZEN)
    assert bench.hq.asked == []
