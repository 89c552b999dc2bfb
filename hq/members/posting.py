"""What a row of a journal changes of members: entries, and who they are. Entries count whatever kind the fact is of."""

from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from hq.store.members.port import NOBODY, Act, RuleCount
from terminal.domain.ids import SaleId, Sku
from terminal.domain.members.claims import ClaimId, Drawn
from terminal.domain.members.entries import Entry, entries_between
from terminal.domain.members.member import Member
from terminal.domain.members.tiers import Tier
from terminal.domain.promotions.coupons import AnyCoupon, CouponCode, MemberId
from terminal.wire.chain import Row
from terminal.wire.claim_events import ClaimsReturned
from terminal.wire.events import Fact, SaleCompleted
from terminal.wire.member_events import MemberRegistered, OfMembers, PhoneCodeUsed
from terminal.wire.record import TillRecord
from terminal.wire.return_events import ReturnKind, SaleReturned
from terminal.wire.topics import store_of

_MARK = b"entries"
"""Stands in every body that has entries: most have none, and are not decoded twice."""


class Usage(Struct, frozen=True, kw_only=True):
    """Which rules a done sale had applied, and which coupons it used; ``member`` is `NOBODY` without one.

    ``owned`` are those of the coupons that the till says the member owns, as it has them.
    """

    sale: SaleId
    member: MemberId
    day: str
    rules: tuple[RuleCount, ...]
    coupons: tuple[CouponCode, ...]
    owned: tuple[AnyCoupon, ...] = ()


class GivenBack(Struct, frozen=True, kw_only=True):
    """What a return makes usable again: coupons by their new status and, of a void, all uses of rules."""

    sale: SaleId
    coupons: Mapping[CouponCode, str]
    is_void: bool


class Posting(Struct, frozen=True, kw_only=True):
    """The entries of one act, the fact if it says more of members than they do, what a sale used or gave back.

    Of several tiers of a member the highest of ``tiers`` stays. ``drawn`` is what it spent of claims of the till,
    ``returned`` are claims that the till spends no more. ``code`` on a phone found the member.
    """

    act: Act
    entries: tuple[Entry, ...] = ()
    fact: OfMembers | None = None
    usage: Usage | None = None
    back: GivenBack | None = None
    tiers: tuple[Tier, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    returned: tuple[ClaimId, ...] = ()
    code: PhoneCodeUsed | None = None


class _Told(Struct, frozen=True, kw_only=True):
    """What of a fact is read here."""

    act: str = ""
    entries: tuple[Entry, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    sale_id: str | None = None
    staff: str | None = None


_decoder = msgspec.msgpack.Decoder(_Told)


def posting_of(row: Row, fact: Fact | None, record: TillRecord, *, terminal: str, epoch: int) -> Posting | None:
    """Return what a row changes of members, None if nothing; ``fact`` is None for one of a kind that is not known.

    ``record`` is the till's after it. `msgspec.DecodeError` or `UnicodeDecodeError` for entries that cannot be read.
    """
    of_members = fact if isinstance(fact, OfMembers) else None
    usage = usage_of(fact, record) if isinstance(fact, SaleCompleted) else None
    back = given_back(fact) if isinstance(fact, SaleReturned) else None
    returned = fact.claims if isinstance(fact, ClaimsReturned) else ()
    code = fact if isinstance(fact, PhoneCodeUsed) else None
    says_more = any(one is not None for one in (of_members, usage, back, code)) or bool(returned)
    if not says_more and _MARK not in row.body:
        return None
    told = _decoder.decode(row.body)
    entries = _opening(fact.member) if isinstance(fact, MemberRegistered) else told.entries
    if not says_more and not entries and not told.drawn:
        return None
    signed_in = "" if record.staff is None else record.staff.number
    act = Act(
        terminal=terminal,
        epoch=epoch,
        seq=row.seq,
        kind=row.kind,
        at_ms=row.wall_ms,
        id=told.act,
        store=store_of(terminal),
        staff=told.staff or signed_in,
        sale=told.sale_id or "",
    )
    posting = Posting(act=act, entries=entries, fact=of_members, usage=usage, back=back, code=code)
    return replace(posting, drawn=told.drawn, returned=returned)


def usage_of(completed: SaleCompleted, record: TillRecord) -> Usage | None:
    """Return which rules and coupons a sale used, None if none; ``record`` is the till's after it."""
    last = record.last
    if not (completed.applied or completed.coupons) or last is None or last.completed is not completed:
        return None
    codes = tuple(used.code for used in completed.coupons)
    return Usage(
        sale=completed.sale_id,
        member=completed.member or NOBODY,
        day=last.sale.local_time[:10],
        rules=tuple(_counts(completed, {line.number: line.sku for line in last.sale.lines})),
        coupons=codes,
        owned=tuple(coupon for coupon in last.sale.member_coupons if coupon.code in codes),
    )


def given_back(fact: SaleReturned) -> GivenBack | None:
    """Return what a return makes usable again, None if nothing."""
    is_void = fact.kind is ReturnKind.VOID
    if fact.sale_id is None or not (is_void or fact.coupons):
        return None
    return GivenBack(sale=fact.sale_id, coupons=fact.coupons, is_void=is_void)


def _counts(completed: SaleCompleted, skus: Mapping[int, Sku]) -> Iterator[RuleCount]:
    """Yield each rule once, and of what it sold at a price of its own the units of each article."""
    for used in completed.applied:
        yield RuleCount(rule=used.id)
        units: dict[Sku, int] = {}
        for share in used.shares:
            if share.units and share.line in skus:
                units[skus[share.line]] = units.get(skus[share.line], 0) + share.units
        for sku, count in units.items():
            yield RuleCount(rule=used.id, sku=sku, units=count)


def _opening(member: Member) -> tuple[Entry, ...]:
    """Return the entries that make a member of nothing."""
    return entries_between(Member(id=member.id), member)
