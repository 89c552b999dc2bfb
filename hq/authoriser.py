"""Answers what tills ask while somebody waits, and sets member value aside for them.

What is free of a member is what the ledger says less all that is set aside. It is set aside until the journal of the
till says that it was spent or given back (`hq.members.booking`); no clock frees it, for a till may have spent it and
not have told yet. A question may overtake the journal: it frees no more of a claim than the till says that it has not
spent. A number that was refused, or given back before it was asked for, is dead for ever: an answer that is lost is
given again, the same.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import assert_never

from msgspec.structs import replace

from hq.done_sales import read_sale
from hq.members.rows import RowMaker
from hq.store.members.port import NOBODY, ClaimRow, ClaimState, Person
from hq.store.port import Store
from terminal.domain.ids import SaleId
from terminal.domain.members.claims import (
    Claim,
    ClaimId,
    Part,
    free,
    is_within,
    leased,
    parts_of,
    spendable,
    summed,
    terms_for,
)
from terminal.domain.members.entries import Account, Place
from terminal.domain.members.member import ACTIVE, Member
from terminal.domain.members.membership import as_of
from terminal.domain.promotions.coupons import ISSUED, CouponCode, MemberId
from terminal.domain.trade import TradeSettings
from terminal.wire.asking import (
    Granted,
    LeaseAsk,
    MemberAsk,
    Members,
    No,
    Question,
    Receipt,
    ReceiptAsk,
    Refused,
    Reply,
    ReserveAsk,
    Returned,
    ReturnsAsk,
    Told,
)
from terminal.wire.members.rows import MemberRow
from terminal.wire.topics import store_of

RESERVED_MS = 30 * 60_000
"""How long a till may spend what was set aside for one sale."""
MS_PER_HOUR = 3_600_000
MOST_FOUND = 9
MOST_RETURNS = 20
"""Of one answer: a till asks for the rest."""
_LACKING: Mapping[Account, No] = {
    Account.PRINCIPAL: No.STORED_INSUFFICIENT,
    Account.BONUS: No.STORED_INSUFFICIENT,
    Account.POINTS: No.POINTS_INSUFFICIENT,
    Account.USES: No.COUNT_CARD_INSUFFICIENT,
}


class _NoError(Exception):
    """Inside: it is refused; the argument is why."""


class Authoriser:
    """One thread owns it. Call it inside a transaction of the store, and answer after the commit.

    ``trade`` tells what holds of trade in a store.
    """

    def __init__(
        self,
        store: Store,
        rows: RowMaker,
        *,
        trade: Callable[[str], TradeSettings],
        now_ms: Callable[[], int],
        today: Callable[[], str],
    ) -> None:
        self._store = store
        self._rows = rows
        self._trade = trade
        self._now_ms = now_ms
        self._today = today

    def answer(self, terminal: str, question: Question) -> Told:
        """Return the answer to a question of a terminal; to one that comes again, the same."""
        reply = self._reply(terminal, question)
        return Told(terminal=terminal, id=question.id, hq_ms=self._now_ms(), reply=reply)

    def _reply(self, terminal: str, question: Question) -> Reply:
        match question:
            case MemberAsk():
                return self._found(terminal, question)
            case ReserveAsk() | LeaseAsk():
                return self._set_aside(terminal, question)
            case ReceiptAsk():
                told = self._receipt(terminal, question)
                if question.reserve and isinstance(told, Receipt):
                    return self._receipt_set_aside(terminal, question) or told
                return told
            case ReturnsAsk():
                return self._returned(terminal, question.since)
            case _:
                assert_never(question)

    def _returned(self, terminal: str, since: int) -> Returned:
        """Return what other tills took back of a terminal's sales."""
        told = self._store.returns.elsewhere(terminal, since=since, limit=MOST_RETURNS)
        until = told[-1][0] if told else since
        return Returned(returns=tuple(fact for _, fact in told), until=until, more=len(told) == MOST_RETURNS)

    def _found(self, terminal: str, question: MemberAsk) -> Members:
        """Return who fits; of one card or number it is one, of a phone number perhaps several."""
        text = question.member or question.phone or ("" if question.card is None else question.card.number)
        people = self._store.people.find(text) if text else []
        if question.card is not None:
            key = question.card
            people = [one for one in people if any(card.key == key for card in self._store.people.cards(one.id))]
        elif question.member is not None:
            people = [one for one in people if one.id == question.member]
        elif question.phone:
            people = [one for one in people if one.phone == question.phone]
        there = [one for one in people if one.registered_ms and not one.erased_ms][:MOST_FOUND]
        return Members(rows=self._as_of_now(terminal, there))

    def _as_of_now(self, terminal: str, people: Iterable[Person]) -> tuple[MemberRow, ...]:
        """Return members as of the last row of a terminal that HQ has."""
        rows = self._rows.rows(((0, one) for one in people), store=store_of(terminal))
        epoch, seq = self._heard_of(terminal)
        return tuple(replace(row, epoch=epoch, seq=seq) for row in rows)

    def _heard_of(self, terminal: str) -> tuple[int, int]:
        """Return epoch and sequence of the last row of a terminal that HQ has."""
        epoch = self._store.journals.last_epoch(terminal)
        chain = self._store.journals.chain(terminal, epoch)
        return epoch, 0 if chain is None else chain.acked

    def _receipt(self, terminal: str, question: ReceiptAsk) -> Receipt | Refused:
        """Return the sale of a receipt, whichever till printed it, with all that is known to have come back of it.

        Where its till has not told of the sale yet, goods may have come back by its code all the same.
        """
        kept = self._store.sales.of_number(question.receipt_no)
        if not kept:
            by_code = self._store.returns.of_receipt(SaleId(""), question.receipt_no)
            return Refused(reason=No.UNKNOWN_RECEIPT, returns=tuple(one.fact for one in by_code))
        right = [row for row in kept if row.digest.hex().startswith(question.digest)]
        sale = None if not right else read_sale(self._store, right[-1])
        if sale is None:
            return Refused(reason=No.OTHER_RECEIPT)
        returns = self._store.returns.of_receipt(sale.sale.id, question.receipt_no)
        epoch, seq = self._heard_of(terminal)
        return Receipt(
            terminal=right[-1].terminal,
            epoch=right[-1].epoch,
            sale=sale.sale,
            completed=sale.completed,
            returns=tuple(one.fact for one in returns),
            owner=None if sale.sold.member is None else self._owner(terminal, sale.sold.member),
            as_of_epoch=epoch,
            as_of_seq=seq,
        )

    def _receipt_set_aside(self, terminal: str, question: ReceiptAsk) -> Refused | None:
        """Set aside what is left to come back of a receipt; why not, if another till has it or the number is dead.

        Nobody else takes goods of it back until the journal of the till says that it does not any more: what it took
        back stands in that journal before.
        """
        claim_id = ClaimId(question.id)
        known = self._store.claims.get(terminal, claim_id)
        if known is not None:
            return None if known.state is ClaimState.OPEN else Refused(reason=known.reason or No.CANCELLED)
        row = ClaimRow(terminal=terminal, id=claim_id, member=NOBODY, state=ClaimState.OPEN, at_ms=self._now_ms())
        open_ones = self._store.claims.open(member=NOBODY)
        if any(one.terminal != terminal and _is_of(one, question.receipt_no) for one in open_ones):
            self._store.claims.add(replace(row, state=ClaimState.REFUSED, reason=No.SET_ASIDE))
            return Refused(reason=No.SET_ASIDE)
        claim = Claim(id=claim_id, member=NOBODY, until_ms=self._now_ms() + RESERVED_MS, receipt=question.receipt_no)
        self._store.claims.add(replace(row, granted=claim, remains=claim))
        return None

    def _owner(self, terminal: str, member: MemberId) -> MemberRow | None:
        """Return a member, or who they became; None of whom nothing is known any more."""
        person, seen = self._store.people.get(member), {member}
        while person is not None and person.into is not None and person.into not in seen:
            seen.add(person.into)
            person = self._store.people.get(person.into)
        if person is None or person.erased_ms or not person.registered_ms:
            return None
        (row,) = self._as_of_now(terminal, [person])
        return row

    def _set_aside(self, terminal: str, question: ReserveAsk | LeaseAsk) -> Granted | Refused:
        """Grant a claim once; what was said of its number before is said again."""
        claim_id = ClaimId(question.id)
        known = self._store.claims.get(terminal, claim_id)
        if known is not None:
            return _again(known)
        for back in question.unspent:
            self._store.claims.give_back(terminal, back, at_ms=self._now_ms())
        row = ClaimRow(
            terminal=terminal, id=claim_id, member=question.member, state=ClaimState.OPEN, at_ms=self._now_ms()
        )
        try:
            claim = self._claim(question, store_of(terminal))
        except _NoError as why:
            self._store.claims.add(replace(row, state=ClaimState.REFUSED, reason=str(why)))
            return Refused(reason=str(why))
        self._store.claims.add(replace(row, granted=claim, remains=claim))
        return Granted(claim=claim)

    def _claim(self, question: ReserveAsk | LeaseAsk, store: str) -> Claim:
        """Return what is set aside; `_NoError` when nothing is."""
        balance = self._member(question.member)
        if any(row.remains is not None and row.remains.alone for row in self._open(question.member)):
            raise _NoError(No.SET_ASIDE)
        match question:
            case ReserveAsk():
                return self._reserved(question, balance)
            case LeaseAsk():
                return self._leased(question, balance, store)
            case _:
                assert_never(question)

    def _open(self, member: MemberId) -> list[ClaimRow]:
        return self._store.claims.open(member=member) if member != NOBODY else []

    def _member(self, member: MemberId) -> Member:
        """Return what a member has; nothing of one that is not there or may not buy can be set aside."""
        if member == NOBODY:
            return Member(id=NOBODY)
        person = self._store.people.get(member)
        if person is None or person.erased_ms or person.into is not None:
            raise _NoError(No.UNKNOWN_MEMBER)
        balance = self._store.ledger.balance(member)
        if balance.status != ACTIVE:
            raise _NoError(f"card_{balance.status}")
        return balance

    def _reserved(self, question: ReserveAsk, balance: Member) -> Claim:
        today = self._today()
        taken, has = self._store.claims.taken(balance.id), spendable(balance, today)
        if question.all_of:
            if self._open(balance.id):
                raise _NoError(No.SET_ASIDE)
            if parts_of({place: has[place] for place in has if place.account in question.all_of}) != question.parts:
                raise _NoError(No.CHANGED)
        elif not is_within(question.parts, free(balance, taken, today)):
            raise _NoError(No.SET_ASIDE if is_within(question.parts, has) else _lacking(question.parts, has))
        if len(set(question.coupons)) < len(question.coupons):
            raise _NoError(No.COUPON_TAKEN)
        for code in question.coupons:
            self._check_coupon(code)
        return Claim(
            id=ClaimId(question.id),
            member=balance.id,
            until_ms=self._now_ms() + RESERVED_MS,
            parts=question.parts,
            coupons=question.coupons,
            sale=question.sale,
            alone=bool(question.all_of),
        )

    def _check_coupon(self, code: CouponCode) -> None:
        """A coupon is good once: it must not be used, and not be set aside for another sale."""
        if self._store.coupons.status(code) not in {None, ISSUED} or self._store.claims.has_coupon(code):
            raise _NoError(No.COUPON_TAKEN)

    def _leased(self, question: LeaseAsk, balance: Member, store: str) -> Claim:
        settings = self._trade(store)
        terms = terms_for(settings.leases, as_of(balance, self._today(), settings.tiers).tier)
        if terms is None:
            raise _NoError(No.NO_LEASES)
        amounts = free(balance, self._store.claims.taken(balance.id), self._today())
        parts = leased(amounts, terms, settings.stored.order)
        if not parts:
            raise _NoError(No.NOTHING_FREE)
        until_ms = self._now_ms() + terms.hours * MS_PER_HOUR
        return Claim(id=ClaimId(question.id), member=balance.id, until_ms=until_ms, parts=parts)


def _is_of(row: ClaimRow, receipt_no: str) -> bool:
    """Whether a claim is on what is left of a receipt."""
    return row.remains is not None and row.remains.receipt == receipt_no


def _again(row: ClaimRow) -> Granted | Refused:
    """Return what was said of a claim. One that was given back since is not granted again."""
    if row.granted is not None and row.state in {ClaimState.OPEN, ClaimState.SPENT}:
        return Granted(claim=row.granted)
    return Refused(reason=row.reason or No.CANCELLED)


def _lacking(parts: Iterable[Part], has: Mapping[Place, int]) -> No:
    """Return what of it the member does not have."""
    short = next(place for place, amount in summed(parts).items() if has.get(place, 0) < amount)
    return _LACKING[short.account]
