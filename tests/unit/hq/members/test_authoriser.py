"""What HQ answers to a till that waits, and what it sets aside."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from hq.authoriser import MS_PER_HOUR, RESERVED_MS, Authoriser
from hq.bookcase import Bookcase
from hq.errors import MemberError
from hq.members.leaving import erase
from hq.members.rows import ERASED, RowMaker
from hq.store.members.port import ClaimRow, ClaimState, Person
from hq.store.port import AlarmKind
from hq.store.sqlite import SqliteStore
from terminal.domain.ids import ActionId, SaleId, StaffNumber
from terminal.domain.members.cards import CardKey, Medium, MemberCard
from terminal.domain.members.claims import Claim, ClaimId, Drawn, LeaseTerms, parts_of, summed
from terminal.domain.members.entries import Account, Place
from terminal.domain.members.stored import StoredValue
from terminal.domain.promotions.coupons import CouponCode, MemberId
from terminal.domain.trade import TradeSettings
from terminal.wire import asking
from terminal.wire import claim_events as cle
from terminal.wire import member_events as mev
from tests.integration.uplink.journals import MemoryJournal
from tests.unit.hq.members.acts import M1, M2, act, entry, points, principal, send, uses
from tests.unit.hq.members.test_booking import CARD, merging, registered

HERE, THERE = "S01-T03", "S02-T01"
TODAY, NOW_MS = "2026-11-23", 1_795_000_000_000
SALE = SaleId("01931f0e7a5b7c3d8e4f000000000001")
MONEY = (Account.BONUS, Account.PRINCIPAL)
PRINCIPAL, BONUS, POINTS = Place(Account.PRINCIPAL), Place(Account.BONUS), Place(Account.POINTS)
HAIR = Place(Account.USES, card=uses(1).card)
COUPON = CouponCode("C1")
TERMS = {"gold": LeaseTerms(stored_fen=10_000, points=50), "any": LeaseTerms(stored_fen=100, hours=2)}


class Desk:
    """HQ with a member who has 50.00 and a bonus of 5.00, 300 points and three uses of a count card."""

    def __init__(self, store: SqliteStore, folder: Path) -> None:
        self.store = store
        self.bookcase = Bookcase(store, folder)
        self.leases = TERMS
        rows = RowMaker(store, self.bookcase, today=lambda: TODAY)
        self._authoriser = Authoriser(
            store,
            rows,
            trade=lambda _: TradeSettings(leases=self.leases),
            now_ms=lambda: NOW_MS,
            today=lambda: TODAY,
        )
        self.journal = MemoryJournal(terminal=HERE)
        self.journal.append(registered())
        act(self.journal, principal(5000), entry(Account.BONUS, 500), points(300))
        act(self.journal, entry(Account.CARD, 1, card=HAIR.card, sku="2001"), uses(3))
        self.sent = 0
        self.deliver()

    def deliver(self) -> None:
        send(self.store, self.journal, first=self.sent + 1)
        self.sent = len(self.journal.rows)

    def tell(self, *facts: mev.OfMembers | cle.OfClaims) -> None:
        self.journal.append(*facts)
        self.deliver()

    def ask(self, question: asking.Question, terminal: str = HERE) -> asking.Reply:
        with self.store.transaction():
            told = self._authoriser.answer(terminal, question)
        assert (told.terminal, told.id, told.hq_ms) == (terminal, question.id, NOW_MS)
        return told.reply

    def reserve(self, key: str, amounts: dict[Place, int], *, terminal: str = HERE, **more: object) -> str:
        """Return why it was refused; nothing when all of it is set aside."""
        asked = asking.ReserveAsk(id=key, member=M1, sale=SALE, parts=parts_of(amounts))
        return why(self.ask(replace(asked, **more), terminal))

    def taken(self) -> dict[Place, int]:
        return summed(self.store.claims.taken(M1))


def why(reply: asking.Reply) -> str:
    if isinstance(reply, asking.Refused):
        return reply.reason
    assert isinstance(reply, asking.Granted)
    return ""


@pytest.fixture
def desk(store: SqliteStore, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(store, tmp_path / "books")
    yield made
    made.bookcase.close()


def spent(amounts: dict[Place, int], claim: str, *, key: str = "out") -> mev.CashedOut:
    parts = parts_of(amounts)
    entries = tuple(entry(part.account, -part.amount, card=part.card, expires=part.expires) for part in parts)
    drawn = (Drawn(claim=ClaimId(claim), parts=parts),)
    return mev.CashedOut(act=ActionId(key), staff=StaffNumber("1"), member=M1, paid_fen=1, entries=entries, drawn=drawn)


def left(amounts: dict[Place, int], claim: str) -> Drawn:
    return Drawn(claim=ClaimId(claim), parts=parts_of(amounts))


def returned(*claims: str) -> cle.ClaimsReturned:
    return cle.ClaimsReturned(claims=tuple(map(ClaimId, claims)), reason=cle.GivenBack.NOT_NEEDED)


def test_reservation_is_granted_with_its_sale_and_an_end(desk: Desk) -> None:
    asked = asking.ReserveAsk(id="r1", member=M1, sale=SALE, parts=parts_of({PRINCIPAL: 3000}), coupons=(COUPON,))
    claim = Claim(
        id=ClaimId("r1"),
        member=M1,
        until_ms=NOW_MS + RESERVED_MS,
        parts=asked.parts,
        coupons=(COUPON,),
        sale=SALE,
    )
    assert desk.ask(asked) == asking.Granted(claim=claim)
    assert desk.taken() == {PRINCIPAL: 3000}


def test_what_one_till_has_another_one_does_not_get(desk: Desk) -> None:
    assert desk.reserve("r1", {PRINCIPAL: 3000, HAIR: 2}) == ""
    assert desk.reserve("r1", {PRINCIPAL: 2001}, terminal=THERE) == asking.No.SET_ASIDE
    assert desk.reserve("r2", {PRINCIPAL: 2000, HAIR: 1}, terminal=THERE) == ""
    assert desk.reserve("r3", {HAIR: 1}, terminal=THERE) == asking.No.SET_ASIDE


@pytest.mark.parametrize(
    ("amounts", "reason"),
    [
        ({PRINCIPAL: 5001}, asking.No.STORED_INSUFFICIENT),
        ({BONUS: 501}, asking.No.STORED_INSUFFICIENT),
        ({POINTS: 301}, asking.No.POINTS_INSUFFICIENT),
        ({HAIR: 4}, asking.No.COUNT_CARD_INSUFFICIENT),
        ({Place(Account.POINTS, "2026-12-31"): 1}, asking.No.POINTS_INSUFFICIENT),
    ],
)
def test_what_the_member_does_not_have_is_refused_by_its_name(
    desk: Desk, amounts: dict[Place, int], reason: str
) -> None:
    assert desk.reserve("r1", amounts) == reason
    assert desk.taken() == {}


def test_question_that_comes_again_sets_nothing_more_aside_and_gets_the_same_answer(desk: Desk) -> None:
    asked = asking.ReserveAsk(id="r1", member=M1, sale=SALE, parts=parts_of({PRINCIPAL: 3000}))
    assert desk.ask(asked) == desk.ask(asked)
    assert desk.taken() == {PRINCIPAL: 3000}
    desk.tell(spent({PRINCIPAL: 3000}, "r1"))
    assert why(desk.ask(asked)) == ""
    assert desk.taken() == {}


def test_number_that_was_refused_stays_refused(desk: Desk) -> None:
    assert desk.reserve("r1", {PRINCIPAL: 6000}) == asking.No.STORED_INSUFFICIENT
    act(desk.journal, principal(9000))
    desk.deliver()
    assert desk.reserve("r1", {PRINCIPAL: 6000}) == asking.No.STORED_INSUFFICIENT
    assert desk.reserve("r2", {PRINCIPAL: 6000}) == ""


def test_question_that_comes_after_it_was_given_up_is_dead(desk: Desk) -> None:
    desk.tell(returned("r2"))
    assert desk.reserve("r2", {PRINCIPAL: 1}) == asking.No.CANCELLED
    assert desk.taken() == {}


def test_claim_that_is_given_back_is_free_and_never_granted_again(desk: Desk) -> None:
    assert desk.reserve("r1", {PRINCIPAL: 5000}) == ""
    desk.tell(returned("r1"))
    assert desk.taken() == {}
    assert desk.reserve("r1", {PRINCIPAL: 5000}) == asking.No.CANCELLED
    assert desk.reserve("r1", {PRINCIPAL: 5000}, terminal=THERE) == ""


def test_another_till_cannot_give_back_what_is_not_its_own(desk: Desk) -> None:
    assert desk.reserve("r1", {PRINCIPAL: 5000}) == ""
    assert desk.reserve("r2", {BONUS: 1}, terminal=THERE, unspent=(left({PRINCIPAL: 5000}, "r1"),)) == ""
    assert desk.taken() == {PRINCIPAL: 5000, BONUS: 1}


def test_row_that_books_the_spending_frees_the_claim(desk: Desk) -> None:
    assert desk.reserve("r1", {PRINCIPAL: 3000}) == ""
    desk.tell(spent({PRINCIPAL: 1000}, "r1"))
    assert desk.taken() == {}
    assert desk.store.ledger.balance(M1).stored == StoredValue(principal=4000, bonus=500)
    row = desk.store.claims.get(HERE, ClaimId("r1"))
    assert row is not None
    assert (row.state, row.remains) == (ClaimState.SPENT, None)
    desk.tell(returned("r1"))
    assert desk.store.claims.get(HERE, ClaimId("r1")) == row


def test_lease_shrinks_by_what_is_spent_of_it(desk: Desk) -> None:
    desk.leases = {"any": LeaseTerms(stored_fen=2000, points=100)}
    assert why(desk.ask(asking.LeaseAsk(id="l1", member=M1))) == ""
    assert desk.taken() == {BONUS: 500, PRINCIPAL: 1500, POINTS: 100}
    desk.tell(spent({BONUS: 500, PRINCIPAL: 200}, "l1"))
    assert desk.taken() == {PRINCIPAL: 1300, POINTS: 100}
    desk.tell(spent({PRINCIPAL: 1300, POINTS: 100}, "l1", key="again"))
    assert desk.taken() == {}


def test_terms_of_a_lease_are_those_of_the_tier(desk: Desk) -> None:
    reply = desk.ask(asking.LeaseAsk(id="l1", member=M1))
    claim = Claim(id=ClaimId("l1"), member=M1, until_ms=NOW_MS + 2 * MS_PER_HOUR, parts=parts_of({BONUS: 100}))
    assert reply == asking.Granted(claim=claim)
    act(desk.journal, entry(Account.TIER, value="gold"))
    desk.deliver()
    assert why(desk.ask(asking.LeaseAsk(id="l2", member=M1, unspent=(left({BONUS: 100}, "l1"),)))) == ""
    assert desk.taken() == {BONUS: 500, PRINCIPAL: 2250, POINTS: 50}


def test_without_terms_or_without_anything_free_there_is_no_lease(desk: Desk) -> None:
    assert desk.reserve("r1", {PRINCIPAL: 5000, BONUS: 500}) == ""
    assert why(desk.ask(asking.LeaseAsk(id="l1", member=M1))) == asking.No.NOTHING_FREE
    desk.leases = {}
    assert why(desk.ask(asking.LeaseAsk(id="l2", member=M1))) == asking.No.NO_LEASES


def test_everything_is_set_aside_only_when_nothing_else_is_and_the_till_knows_what_it_is(desk: Desk) -> None:
    assert desk.reserve("r1", {POINTS: 10}, terminal=THERE) == ""
    everything = {PRINCIPAL: 5000, BONUS: 500}
    assert desk.reserve("all1", everything, all_of=MONEY) == asking.No.SET_ASIDE
    with desk.store.transaction():
        desk.store.claims.end(THERE, ClaimId("r1"), ClaimState.RETURNED, at_ms=1)
    assert desk.reserve("all2", {PRINCIPAL: 5000}, all_of=MONEY) == asking.No.CHANGED
    assert desk.reserve("all3", everything, all_of=MONEY) == ""
    assert desk.reserve("r2", {POINTS: 10}, terminal=THERE) == asking.No.SET_ASIDE
    assert why(desk.ask(asking.LeaseAsk(id="l1", member=M1), THERE)) == asking.No.SET_ASIDE


def test_coupon_that_is_asked_for_twice_at_once_is_refused(desk: Desk) -> None:
    assert desk.reserve("r1", {PRINCIPAL: 1}, coupons=(COUPON, COUPON)) == asking.No.COUPON_TAKEN
    assert desk.taken() == {}
    assert not desk.store.claims.has_coupon(COUPON)


def test_coupon_is_set_aside_for_one_sale(desk: Desk) -> None:
    assert desk.reserve("r1", {}, coupons=(COUPON,)) == ""
    assert desk.reserve("r2", {}, coupons=(COUPON,), terminal=THERE, member="") == asking.No.COUPON_TAKEN
    desk.tell(returned("r1"))
    assert desk.reserve("r3", {}, coupons=(COUPON,), terminal=THERE, member="") == ""
    with desk.store.transaction():
        desk.store.claims.end(THERE, ClaimId("r3"), ClaimState.RETURNED, at_ms=1)
        desk.store.coupons.use(COUPON, SALE, at_ms=1)
    assert desk.reserve("r4", {}, coupons=(COUPON,)) == asking.No.COUPON_TAKEN


def test_nobody_has_nothing_to_set_aside(desk: Desk) -> None:
    assert desk.reserve("r1", {PRINCIPAL: 1}, member="") == asking.No.STORED_INSUFFICIENT
    assert desk.reserve("r2", {PRINCIPAL: 1}, member="M9") == asking.No.UNKNOWN_MEMBER


def test_nothing_of_a_member_who_may_not_buy_is_set_aside(desk: Desk) -> None:
    act(desk.journal, entry(Account.STATUS, value="frozen"))
    desk.deliver()
    assert desk.reserve("r1", {PRINCIPAL: 1}) == "card_frozen"


def test_what_is_set_aside_follows_a_member_who_becomes_another_one(desk: Desk) -> None:
    desk.tell(registered(M2, act="a2", card=None))
    assert desk.reserve("r1", {PRINCIPAL: 5000}, terminal=THERE) == ""
    desk.tell(merging())
    member = {row.member for row in desk.store.claims.open()}
    assert len(member) == 1
    assert desk.reserve("r2", {PRINCIPAL: 1}, member=next(iter({M1, M2} - member))) == asking.No.UNKNOWN_MEMBER


def test_claims_of_a_member_whose_data_are_deleted_are_nobodys(desk: Desk) -> None:
    act(desk.journal, principal(-5000), entry(Account.BONUS, -500), uses(-3))
    desk.deliver()
    assert desk.reserve("r1", {POINTS: 300}, coupons=(COUPON,)) == ""
    person = desk.store.people.get(M1)
    assert person is not None
    with desk.store.transaction(), pytest.raises(MemberError) as error:
        erase(desk.store, person, may_forfeit=False, now_ms=5)
    assert error.value.code == "member_has_value"
    with desk.store.transaction():
        erase(desk.store, person, may_forfeit=True, now_ms=5)
    row = desk.store.claims.get(HERE, ClaimId("r1"))
    assert row is not None
    assert (row.member, row.state, row.granted) == ("", ClaimState.RELEASED, None)
    assert not desk.store.claims.has_coupon(COUPON)
    assert desk.reserve("r2", {PRINCIPAL: 1}) == asking.No.UNKNOWN_MEMBER


def found(desk: Desk, **by: object) -> list[MemberId]:
    reply = desk.ask(replace(asking.MemberAsk(id="q"), **by), THERE)
    assert isinstance(reply, asking.Members)
    return [row.member.id for row in reply.rows]


def test_member_of_another_store_is_told_by_card_phone_or_number(desk: Desk) -> None:
    reply = desk.ask(asking.MemberAsk(id="q", card=CARD))
    assert isinstance(reply, asking.Members)
    (row,) = reply.rows
    assert (row.member.name, row.member.phone) == ("张小明", "13812345678")
    assert row.member.stored == StoredValue(principal=5000, bonus=500)
    assert row.cards == (MemberCard(key=CARD),)
    assert (row.epoch, row.seq) == (1, 3)
    assert found(desk, phone="13812345678") == found(desk, member=M1) == found(desk, card=CARD) == [M1]


def test_only_a_whole_number_of_the_right_kind_finds_anybody(desk: Desk) -> None:
    assert found(desk) == []
    assert found(desk, phone=M1) == found(desk, member="13812345678") == []
    assert found(desk, card=CardKey(number=CARD.number, medium=Medium.NFC, format="uid")) == []
    with desk.store.transaction():
        desk.store.people.save(Person(id=M2, phone="13800000000"))
    assert found(desk, phone="13800000000") == []


def test_deleted_member_is_not_told(desk: Desk) -> None:
    person = desk.store.people.get(M1)
    assert person is not None
    with desk.store.transaction():
        erase(desk.store, person, may_forfeit=True, now_ms=5)
    assert found(desk, member=M1) == []
    assert ERASED not in {alarm.kind for alarm in desk.store.tills.alarms()}


def test_spending_of_a_claim_that_hq_does_not_know_is_booked_all_the_same(desk: Desk) -> None:
    desk.tell(spent({PRINCIPAL: 5001}, "never"))
    assert desk.store.ledger.balance(M1).stored == StoredValue(principal=-1, bonus=500)
    assert [alarm.kind for alarm in desk.store.tills.alarms()] == [AlarmKind.LEDGER]


def test_same_row_draws_once_of_a_claim(desk: Desk) -> None:
    desk.leases = {"any": LeaseTerms(stored_fen=2000)}
    desk.ask(asking.LeaseAsk(id="l1", member=M1))
    desk.tell(spent({PRINCIPAL: 500}, "l1"))
    rest = desk.taken()
    with desk.store.transaction():
        again = Drawn(claim=ClaimId("l1"), parts=parts_of({PRINCIPAL: 500}))
        row = desk.store.ledger.rows(M1, limit=1)[0]
        desk.store.claims.draw(row.act, again)
    assert desk.taken() == rest == {BONUS: 500, PRINCIPAL: 1000}


def test_part_of_a_coupon_lease_that_is_left_stays_set_aside(desk: Desk) -> None:
    other = CouponCode("C2")
    claim = Claim(id=ClaimId("k"), member=M1, until_ms=NOW_MS, coupons=(COUPON, other))
    with desk.store.transaction():
        row = desk.store.claims.get(HERE, ClaimId("k"))
        assert row is None
        desk.store.claims.add(_row(claim))
    fact = replace(spent({}, "k"), drawn=(Drawn(claim=claim.id, coupons=(COUPON,)),))
    desk.tell(fact)
    assert desk.store.claims.has_coupon(other)
    assert not desk.store.claims.has_coupon(COUPON)


def _row(claim: Claim) -> ClaimRow:
    return ClaimRow(
        terminal=HERE,
        id=claim.id,
        member=claim.member,
        state=ClaimState.OPEN,
        at_ms=1,
        granted=claim,
        remains=claim,
    )
