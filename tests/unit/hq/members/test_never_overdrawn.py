"""Many tills spend what few members have, while messages are lost, delayed and repeated, tills die, claims expire and
clocks are wrong: together they never spend more than there is.

HQ, its collector and its ledger are the real ones, and so are the facts and the record of the tills. The network is a
heap from which anything is taken in any order, any number of times.
"""

from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hq.authoriser import MS_PER_HOUR, Authoriser
from hq.bookcase import Bookcase
from hq.members.rows import RowMaker
from hq.store.members.port import Person
from hq.store.sqlite import SqliteStore
from terminal.domain.ids import ActionId, SaleId, Sku, StaffNumber
from terminal.domain.members.claims import (
    SPENDABLE,
    ClaimId,
    Drawn,
    LeaseTerms,
    Part,
    alive,
    drawn,
    parts_of,
    spendable,
    summed,
    unspent,
)
from terminal.domain.members.entries import Account, Entry, Place, amounts_of, place_of
from terminal.domain.members.member import CountCardId, Member
from terminal.domain.promotions.coupons import CouponCode, MemberId
from terminal.domain.trade import TradeSettings
from terminal.wire import claim_events as cle
from terminal.wire import member_events as mev
from terminal.wire.asking import Granted, LeaseAsk, Question, Refused, ReserveAsk, Told
from terminal.wire.events import Fact, decode_fact
from terminal.wire.record import TillRecord, apply
from tests.integration.uplink.journals import START_MS, MemoryJournal
from tests.unit.hq.members.acts import M1, M2, send

STAFF = StaffNumber("1001")
TERMINALS = ("S01-T01", "S01-T02", "S02-T01")
MEMBERS = (M1, M2)
COUPONS = (CouponCode("C1"), CouponCode("C2"))
HAIR = CountCardId("HAIR")
DAYS = ("2026-11-23", "2026-11-24", "2027-01-01")
TRADE = TradeSettings(leases={"any": LeaseTerms(stored_fen=800, points=400, uses=2, share_bp=6000, hours=4)})
ACCOUNTS = (
    Place(Account.PRINCIPAL),
    Place(Account.BONUS),
    Place(Account.POINTS, "2026-11-23"),
    Place(Account.POINTS),
    Place(Account.USES, card=HAIR),
)
tills = st.sampled_from(range(len(TERMINALS)))
members = st.sampled_from(MEMBERS)
percents = st.integers(1, 100)
ways = st.sampled_from(("there and back", "there and back", "there", "lost"))
"""What becomes of a question at first; it may come again."""


@dataclass
class Till:
    """A till: its journal, what follows from it, how much of it HQ has, how wrong its clock is, what it last heard."""

    journal: MemoryJournal
    record: TillRecord = field(default_factory=TillRecord)
    sent: int = 0
    skew_ms: int = 0
    made: int = 0
    known: dict[MemberId, Member] = field(default_factory=dict)

    def write(self, *facts: Fact) -> None:
        self.journal.append(*facts)
        for fact in facts:
            self.record = apply(self.record, fact)

    def fresh(self) -> str:
        self.made += 1
        return f"{self.journal.terminal}:{self.made}"


class Town(RuleBasedStateMachine):
    """Three tills and HQ."""

    def __init__(self) -> None:
        super().__init__()
        self.now_ms = START_MS
        self.day = 0
        self.store = SqliteStore(Path(":memory:"))
        rows = RowMaker(self.store, Bookcase(self.store, Path("no-books")), today=self.today)
        self.hq = Authoriser(self.store, rows, trade=lambda _: TRADE, now_ms=lambda: self.now_ms, today=self.today)
        self.tills = [Till(MemoryJournal(terminal=name, seed=n)) for n, name in enumerate(TERMINALS)]
        self.going: list[tuple[str, Question]] = []
        self.coming: list[Told] = []
        self.coupons_spent: list[CouponCode] = []

    def today(self) -> str:
        return DAYS[self.day]

    @initialize()
    def people(self) -> None:
        with self.store.transaction():
            for member in MEMBERS:
                self.store.people.save(Person(id=member, registered_ms=1))
        for account in range(len(ACCOUNTS)):
            self.gain(0, M1, account, 1000)
            self.gain(1, M2, account, 500)
        for till in self.tills:
            self.deliver_journal(self.tills.index(till), 100)

    @rule(n=tills, member=members, account=st.integers(0, 4), amount=st.integers(1, 1000))
    def gain(self, n: int, member: MemberId, account: int, amount: int) -> None:
        place = ACCOUNTS[account]
        entries = [Entry(member=member, account=place.account, amount=amount, expires=place.expires, card=place.card)]
        if place.card is not None:
            entries[:0] = [Entry(member=member, account=Account.CARD, amount=1, card=HAIR, sku=Sku("2001"))]
        till = self.tills[n]
        till.write(mev.MemberStatusSet(act=act(till), staff=STAFF, member=member, status="active", entries=(*entries,)))

    @rule(n=tills, member=members)
    def hear_of_member(self, n: int, member: MemberId) -> None:
        self.tills[n].known[member] = self.store.ledger.balance(member)

    @rule(n=tills, member=members, percent=percents, coupons=st.sets(st.sampled_from(COUPONS)), way=ways)
    def ask_for_a_sale(self, n: int, member: MemberId, percent: int, coupons: set[CouponCode], way: str) -> None:
        till = self.tills[n]
        known = self.known(till, member)
        parts = share(parts_of(spendable(known, self.today())), percent)
        sale, codes = SaleId(till.fresh()), tuple(sorted(coupons))
        asked = cle.ClaimAsked(claim=claim_id(till), member=member, sale=sale, parts=parts, coupons=codes)
        self.ask(till, asked, way)

    @rule(n=tills, member=members, merging=st.booleans(), way=ways)
    def ask_for_everything(self, n: int, member: MemberId, merging: bool, way: str) -> None:
        till = self.tills[n]
        known = self.known(till, member)
        accounts = tuple(sorted(SPENDABLE)) if merging else (Account.BONUS, Account.PRINCIPAL)
        has = spendable(known, self.today())
        parts = parts_of({place: has[place] for place in has if place.account in accounts})
        own = tuple(claim.id for claim in till.record.claims.held if claim.member == member)
        back = unspent_of(till, own)
        if own:
            till.write(cle.ClaimsReturned(claims=own, reason=cle.GivenBack.RENEWED))
        asked = cle.ClaimAsked(
            claim=claim_id(till),
            member=member,
            sale=SaleId(till.fresh()),
            parts=parts,
            all_of=accounts,
            instead_of=own,
        )
        self.ask(till, asked, way, back)

    @rule(n=tills, member=members, renewing=st.booleans(), way=ways)
    def ask_for_a_lease(self, n: int, member: MemberId, renewing: bool, way: str) -> None:
        till = self.tills[n]
        own = tuple(claim.id for claim in till.record.claims.held if claim.member == member and claim.sale is None)
        instead_of = own if renewing else ()
        back = unspent_of(till, instead_of)
        if instead_of:
            till.write(cle.ClaimsReturned(claims=instead_of, reason=cle.GivenBack.RENEWED))
        self.ask(till, cle.ClaimAsked(claim=claim_id(till), member=member, instead_of=instead_of), way, back)

    def known(self, till: Till, member: MemberId) -> Member:
        """What a till knows of a member: what it heard last, which may be long ago."""
        if member not in till.known:
            till.known[member] = self.store.ledger.balance(member)
        return till.known[member]

    def ask(self, till: Till, asked: cle.ClaimAsked, way: str, back: tuple[Drawn, ...] = ()) -> None:
        """The question is durable before it is on its way."""
        till.write(asked)
        self.going.append((till.journal.terminal, question_of(asked, back)))
        if way != "lost":
            self.question_arrives(-1, lost=way == "there")
        if way == "there and back":
            self.answer_arrives(-1, again=True)

    @precondition(lambda self: self.going)
    @rule(pick=st.integers(0, 50), lost=st.booleans())
    def question_arrives(self, pick: int, lost: bool) -> None:
        """It stays on its way: it may come again, at any time. Its answer may be lost."""
        terminal, question = self.going[pick % len(self.going)]
        with self.store.transaction():
            told = self.hq.answer(terminal, question)
        if not lost:
            self.coming.append(told)

    @precondition(lambda self: self.coming)
    @rule(pick=st.integers(0, 50), again=st.booleans())
    def answer_arrives(self, pick: int, again: bool) -> None:
        told = self.coming[pick % len(self.coming)]
        if not again:
            self.coming.remove(told)
        till = self.till_of(told.terminal)
        if all(one.claim != told.id for one in till.record.claims.asked):
            return
        match told.reply:
            case Granted(claim=claim):
                till.write(cle.ClaimGranted(claim=claim))
            case Refused():
                till.write(cle.ClaimsReturned(claims=(ClaimId(told.id),), reason=cle.GivenBack.REFUSED))

    @rule(n=tills)
    def till_waits_no_longer(self, n: int) -> None:
        till = self.tills[n]
        asked = tuple(one.claim for one in till.record.claims.asked)
        if asked:
            till.write(cle.ClaimsReturned(claims=asked, reason=cle.GivenBack.NO_ANSWER))

    @rule(n=tills, member=members, percent=percents, offline=st.booleans(), coupon=st.booleans())
    def spend(self, n: int, member: MemberId, percent: int, offline: bool, coupon: bool) -> None:
        """A till spends what it holds: of one reservation and its leases, or of leases alone."""
        till = self.tills[n]
        now_ms = self.now_ms + till.skew_ms
        reserved = [claim for claim in till.record.claims.held if claim.sale is not None and claim.member == member]
        sale = None if offline or not reserved else reserved[0].sale
        claims = alive(till.record.claims.held, member, sale=sale, now_ms=now_ms)
        parts = share([part for claim in claims for part in claim.parts], percent)
        codes = [code for claim in claims for code in claim.coupons] if coupon else []
        spent = drawn(claims, parts, codes)
        if not spent:
            return
        self.coupons_spent += codes
        till.write(spending(till, member, spent))

    @rule(n=tills)
    def merge(self, n: int) -> None:
        """A till that holds all of the second member makes it the first one."""
        till = self.tills[n]
        claims = alive(till.record.claims.held, M2, sale=None, now_ms=0)
        for claim in [one for one in till.record.claims.held if one.member == M2 and one.alone]:
            given = [entry(M1, part, part.amount) for part in claim.parts]
            if any(part.card is not None for part in claim.parts):
                given[:0] = [Entry(member=M1, account=Account.CARD, amount=1, card=HAIR, sku=Sku("2001"))]
            fact = mev.MembersMerged(
                act=act(till),
                staff=STAFF,
                into=M1,
                gone=M2,
                entries=(*given, *(entry(M2, part, -part.amount) for part in claim.parts)),
                drawn=(Drawn(claim=claim.id, parts=claim.parts),),
            )
            till.write(fact)
        assert all(claim.sale is None for claim in claims)

    @rule(n=tills, pick=st.integers(0, 20))
    def give_one_back(self, n: int, pick: int) -> None:
        till = self.tills[n]
        held = till.record.claims.held
        if held:
            reason = cle.GivenBack.NOT_NEEDED
            till.write(cle.ClaimsReturned(claims=(held[pick % len(held)].id,), reason=reason))

    @rule(n=tills)
    def shift_closes(self, n: int) -> None:
        till = self.tills[n]
        held = tuple(claim.id for claim in till.record.claims.held)
        if held:
            till.write(cle.ClaimsReturned(claims=held, reason=cle.GivenBack.SHIFT_CLOSED))

    @rule(n=tills)
    def till_dies(self, n: int) -> None:
        """All that is not in its journal is gone; what it had asked it does not wait for any more."""
        till = self.tills[n]
        record = TillRecord()
        for row in till.journal.rows:
            record = apply(record, decode_fact(row.body))
        assert record == till.record
        till.known.clear()
        asked = tuple(one.claim for one in record.claims.asked)
        if asked:
            till.write(cle.ClaimsReturned(claims=asked, reason=cle.GivenBack.RESTARTED))

    @rule(n=tills, count=st.integers(1, 20))
    def deliver_journal(self, n: int, count: int) -> None:
        till = self.tills[n]
        last = min(len(till.journal.rows), till.sent + count)
        if last > till.sent:
            send(self.store, till.journal, first=till.sent + 1, last=last)
            till.sent = last

    @rule(hours=st.integers(1, 6))
    def time_passes(self, hours: int) -> None:
        self.now_ms += hours * MS_PER_HOUR

    @rule(n=tills, hours=st.integers(-12, 12))
    def clock_is_wrong(self, n: int, hours: int) -> None:
        self.tills[n].skew_ms = hours * MS_PER_HOUR

    @precondition(lambda self: self.day + 1 < len(DAYS))
    @rule()
    def day_ends(self) -> None:
        self.day += 1

    def till_of(self, terminal: str) -> Till:
        return next(till for till in self.tills if till.journal.terminal == terminal)

    def on_its_way(self) -> dict[tuple[MemberId, Place], int]:
        """What tills spent that HQ has not heard of: below 0."""
        sums: dict[tuple[MemberId, Place], int] = {}
        for till in self.tills:
            for row in till.journal.rows[till.sent :]:
                for one in getattr(decode_fact(row.body), "entries", ()):
                    if one.amount < 0:
                        key = (one.member, place_of(one))
                        sums[key] = sums.get(key, 0) + one.amount
        return sums

    @invariant()
    def what_is_spent_and_what_may_be_spent_is_there(self) -> None:
        spent = self.on_its_way()
        left = [
            (claim.member, part) for till in self.tills for claim in till.record.claims.held for part in claim.parts
        ]
        for member in MEMBERS:
            has = amounts_of(self.store.ledger.balance(member))
            keys = {place for who, place in spent if who == member} | {
                part.place for who, part in left if who == member
            }
            for place in keys:
                may = sum(part.amount for who, part in left if who == member and part.place == place)
                assert has.get(place, 0) + spent.get((member, place), 0) - may >= 0, (member, place)

    @invariant()
    def what_is_set_aside_is_there(self) -> None:
        for member in MEMBERS:
            has = amounts_of(self.store.ledger.balance(member))
            taken = summed(self.store.claims.taken(member))
            assert all(has.get(place, 0) >= amount for place, amount in taken.items())

    @invariant()
    def coupon_is_spent_once(self) -> None:
        assert len(self.coupons_spent) == len(set(self.coupons_spent))

    @invariant()
    def hq_finds_nothing_wrong(self) -> None:
        assert self.store.tills.alarms() == []

    def teardown(self) -> None:
        """In the end, when all is told and given back, nothing stays set aside."""
        for till in self.tills:
            asked = tuple(one.claim for one in till.record.claims.asked)
            held = tuple(claim.id for claim in till.record.claims.held)
            if asked or held:
                till.write(cle.ClaimsReturned(claims=(*asked, *held), reason=cle.GivenBack.SHIFT_CLOSED))
            self.deliver_journal(self.tills.index(till), len(till.journal.rows))
        assert self.store.claims.open() == []
        assert self.store.ledger.differences() == []
        self.store.close()


def claim_id(till: Till) -> ClaimId:
    return ClaimId(till.fresh())


def act(till: Till) -> ActionId:
    return ActionId(till.fresh())


def share(parts: list[Part] | tuple[Part, ...], percent: int) -> tuple[Part, ...]:
    """A part of everything, the same of each."""
    return parts_of({place: amount * percent // 100 for place, amount in summed(parts).items()})


def entry(member: MemberId, part: Part, amount: int) -> Entry:
    return Entry(member=member, account=part.account, amount=amount, expires=part.expires, card=part.card)


def spending(till: Till, member: MemberId, spent: tuple[Drawn, ...]) -> mev.CashedOut:
    parts = [part for one in spent for part in one.parts]
    entries = tuple(entry(member, part, -part.amount) for part in parts)
    return mev.CashedOut(act=act(till), staff=STAFF, member=member, paid_fen=0, entries=entries, drawn=spent)


def unspent_of(till: Till, claims: tuple[ClaimId, ...]) -> tuple[Drawn, ...]:
    return tuple(unspent(claim) for claim in till.record.claims.held if claim.id in claims)


def question_of(asked: cle.ClaimAsked, back: tuple[Drawn, ...]) -> Question:
    if asked.sale is None:
        return LeaseAsk(id=asked.claim, member=asked.member, unspent=back)
    return ReserveAsk(
        id=asked.claim,
        member=asked.member,
        sale=asked.sale,
        parts=asked.parts,
        coupons=asked.coupons,
        all_of=asked.all_of,
        unspent=back,
    )


Town.TestCase.settings = settings(max_examples=60, stateful_step_count=50)
TestNeverOverdrawn = Town.TestCase
