"""Booking what acts change of members. What should never be is an alarm, never a refusal: it has happened at a till."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from hq.gifts import is_known
from hq.members.blocking import block
from hq.members.editing import edit
from hq.members.merging import became, follow, merge, stranded
from hq.members.posting import GivenBack, Posting, Usage
from hq.store.members.port import Act, ClaimState, Oddity, Person
from hq.store.port import Alarm, AlarmKind, Store
from terminal.domain.ids import SaleId
from terminal.domain.members.cards import CardKey, MemberCard
from terminal.domain.members.entries import Account
from terminal.domain.members.member import ACTIVE, Member
from terminal.domain.promotions.coupons import CouponCode, MemberId
from terminal.wire.member_events import (
    CardIssued,
    CardStatusSet,
    CashedOut,
    CouponIssued,
    GiftGiven,
    GiftTakenBack,
    MemberEdited,
    MemberRegistered,
    MembersMerged,
    MemberStatusSet,
    OfMembers,
    PhoneCodeUsed,
    ToppedUp,
)

USED, VOID = "used", "void"
"""The status of a coupon that a sale used; of one whose points came back."""
REPLACED = "replaced"
"""The status of a card in whose place another was issued."""


_STORED = frozenset({Account.PRINCIPAL, Account.BONUS})


def book(store: Store, postings: Iterable[Posting], *, blocks: bool = True) -> None:
    """Book postings, inside the transaction that keeps their rows. One that comes again changes nothing.

    Unless it ``blocks`` nobody, who spent more stored value than there was is blocked.
    """
    for posting in postings:
        act = posting.act
        if not store.ledger.begin(act):
            continue
        odd = [] if posting.fact is None else list(_follow(store, posting.fact, act))
        members = dict.fromkeys((*_named(posting.fact), *(entry.member for entry in posting.entries)))
        odd += _post(store, posting, members)
        store.people.share(members, act.store)
        store.people.touch(members)
        may_block = blocks and _is_beyond_claims(posting)
        for member, oddity in odd:
            is_blocked = may_block and oddity is Oddity.OVERDRAWN and block(store, member, act)
            store.tills.raise_alarm(_alarm(act, member, f"{oddity}, and HQ blocks it" if is_blocked else oddity))
        if posting.usage is not None:
            _use(store, posting.usage, act)
        if posting.code is not None:
            _use_code(store, posting.code, act)
        for spent in posting.drawn:
            store.claims.draw(act, spent)
        for claim in posting.returned:
            store.claims.end(act.terminal, claim, ClaimState.RETURNED, at_ms=act.at_ms)
        if posting.back is not None:
            _give_back(store, posting.back, act)


def _post(store: Store, posting: Posting, members: Iterable[MemberId]) -> list[tuple[MemberId, Oddity]]:
    """Book entries; of a member that was merged they go on to whom it became, and only there may be too little."""
    odd = store.ledger.post(posting.act, posting.entries, tiers=posting.tiers)
    odd += stranded(store, posting.entries)
    odd = [one for one in odd if one[1] is not Oddity.OVERDRAWN or became(store, one[0]) == one[0]]
    return list(dict.fromkeys((*odd, *follow(store, members, posting.act))))


def _use(store: Store, usage: Usage, act: Act) -> None:
    """Count rules and coupons of a sale. A coupon that another sale used too is told: the customers have both goods."""
    store.rule_uses.count(usage.sale, usage.rules, member=usage.member, day=usage.day)
    for code in usage.coupons:
        is_void = store.coupons.status(code) == VOID
        others = store.coupons.use(code, usage.sale, at_ms=act.at_ms)
        if is_void:
            detail = f"coupon {code} was used by sale {usage.sale}, and its points came back before"
            alarm = Alarm(terminal=act.terminal, kind=AlarmKind.COUPON, at_ms=act.at_ms, detail=detail)
            store.tills.raise_alarm(alarm)
        if others:
            detail = f"coupon {code} was used by sale {usage.sale}, and by {', '.join(others)}"
            alarm = Alarm(terminal=act.terminal, kind=AlarmKind.COUPON, at_ms=act.at_ms, detail=detail)
            store.tills.raise_alarm(alarm)
    for coupon in usage.owned:
        if not is_known(store.coupons, coupon):
            detail = (
                f"coupon {coupon.code} was used by sale {usage.sale}, and neither the rules nor any till made it so"
            )
            alarm = Alarm(terminal=act.terminal, kind=AlarmKind.COUPON, at_ms=act.at_ms, detail=detail)
            store.tills.raise_alarm(alarm)


def _use_code(store: Store, code: PhoneCodeUsed, act: Act) -> None:
    """Note that a code on a phone was used. A second use is told: somebody showed a picture of it."""
    others = store.codes.use(code.digest, act, member=code.member)
    if others:
        where = ", ".join(dict.fromkeys(others))
        detail = f"row {act.seq}: a code on the phone of member {code.member} was used before, at {where}"
        store.tills.raise_alarm(Alarm(terminal=act.terminal, kind=AlarmKind.MISUSE, at_ms=act.at_ms, detail=detail))


def _give_back(store: Store, back: GivenBack, act: Act) -> None:
    """Let coupons be used again; of a sale that never was, rules too."""
    if back.is_void:
        store.rule_uses.give_back(back.sale)
    for code, status in back.coupons.items():
        store.coupons.give_back(code, back.sale, status, at_ms=act.at_ms)


def _follow(store: Store, fact: OfMembers, act: Act) -> Iterator[tuple[MemberId, Oddity]]:
    """Keep what a fact says of a person and of cards; yield what should not be."""
    match fact:
        case MemberRegistered():
            yield from _register(store, fact, act)
        case MemberEdited():
            edit(store, fact, at_ms=act.at_ms)
        case CardIssued(member=member, card=card, replaces=replaces):
            yield from _bind(store, member, card, ACTIVE, act)
            if replaces is not None:
                yield from _bind(store, member, replaces, REPLACED, act)
        case CardStatusSet(member=member, card=card, status=status):
            yield from _bind(store, member, card, status, act)
        case MembersMerged(into=into, gone=gone):
            yield from merge(store, into, gone, at_ms=act.at_ms)
        case CouponIssued(member=member, coupon=coupon):
            store.coupons.issue(coupon, member, at_ms=act.at_ms)
        case GiftTakenBack(coupon=code) if code is not None:
            _void(store, fact, code, act)
        case MemberStatusSet() | ToppedUp() | CashedOut() | GiftGiven() | GiftTakenBack():
            pass
        case _:
            assert_never(fact)


def _void(store: Store, fact: GiftTakenBack, code: CouponCode, act: Act) -> None:
    """Let a coupon be good no more: its points came back. That a sale has used it is told."""
    used = store.coupons.status(code) == USED
    store.coupons.give_back(code, SaleId(fact.act), VOID, at_ms=act.at_ms)
    if used:
        detail = f"coupon {code} was used by a sale, and its points came back (row {act.seq})"
        store.tills.raise_alarm(Alarm(terminal=act.terminal, kind=AlarmKind.COUPON, at_ms=act.at_ms, detail=detail))


def _named(fact: OfMembers | None) -> tuple[MemberId, ...]:
    """Return the members that a fact is about."""
    match fact:
        case None:
            return ()
        case MemberRegistered(member=member):
            return (member.id,)
        case MembersMerged(into=into, gone=gone):
            return (into, gone)
        case _:
            return (fact.member,)


def _register(store: Store, fact: MemberRegistered, act: Act) -> Iterator[tuple[MemberId, Oddity]]:
    known = store.people.get(fact.member.id)
    if known is not None and known.registered_ms:
        yield known.id, Oddity.REGISTERED_TWICE
        return
    store.people.save(_person(fact.member, fact, act))
    if fact.card is not None:
        yield from _bind(store, fact.member.id, fact.card, ACTIVE, act)


def _person(member: Member, fact: MemberRegistered, act: Act) -> Person:
    return Person(
        id=member.id,
        name=member.name,
        phone=member.phone,
        birthday=member.birthday,
        home=act.store,
        registered_ms=act.at_ms,
        consent=fact.consent,
        consent_ms=fact.consent_ms,
        referral=fact.referral,
    )


def _bind(store: Store, member: MemberId, key: CardKey, status: str, act: Act) -> Iterator[tuple[MemberId, Oddity]]:
    if not store.people.bind(became(store, member), MemberCard(key=key, status=status), at_ms=act.at_ms):
        yield member, Oddity.CARD_TAKEN


def _is_beyond_claims(posting: Posting) -> bool:
    """Whether a till took more stored value than HQ had set aside for it; what HQ frees of a lost till is HQ's risk."""
    spent = sum(-one.amount for one in posting.entries if one.account in _STORED and one.amount < 0)
    drawn = (part for one in posting.drawn for part in one.parts)
    return spent > sum(part.amount for part in drawn if part.account in _STORED)


def _alarm(act: Act, member: MemberId, oddity: str) -> Alarm:
    detail = f"row {act.seq} ({act.kind}): member {member}: {oddity}"
    return Alarm(terminal=act.terminal, kind=AlarmKind.LEDGER, at_ms=act.at_ms, detail=detail)
