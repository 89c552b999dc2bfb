"""Member value that HQ sets aside for one till: for one sale (a reservation), or to be spent without HQ (a lease).

What is set aside is nobody else's until the till that has it says in its journal what became of it. So what all tills
may spend together is never more than there is, whatever is lost, delayed or repeated on the way (docs/members.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, NewType

from msgspec import Meta, Struct
from msgspec.structs import replace

from terminal.domain.ids import SaleId
from terminal.domain.members.entries import Account, Place, amounts_of
from terminal.domain.members.member import CountCardId, Member
from terminal.domain.members.points import NEVER, PointsAccount, expired
from terminal.domain.members.stored import StoredOrder, StoredValue
from terminal.domain.money import BASIS
from terminal.domain.promotions.coupons import CouponCode, MemberId
from terminal.domain.sale import SaleLine, Tender

ClaimId = NewType("ClaimId", str)
"""Made by the till; known to HQ together with the terminal."""
SPENDABLE = frozenset({Account.PRINCIPAL, Account.BONUS, Account.POINTS, Account.USES})
ANY_TIER = "any"
"""The terms of members whose tier has none of its own."""

Amount = Annotated[int, Meta(ge=1, le=2**53)]
Some = Annotated[int, Meta(ge=0)]


class Part(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """So much of one account of a member: fen, points of the lot of a date, or uses of a count card."""

    account: Account
    amount: Amount
    expires: str | None = None
    card: CountCardId | None = None

    @property
    def place(self) -> Place:
        """Where it is taken from."""
        return Place(self.account, self.expires, self.card)


class Claim(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is set aside of a member for a till, to be spent before ``until_ms`` (UTC): in one ``sale``, or in any.

    ``parts`` and ``coupons`` are what is left of it. One without a member is about coupons alone, or about what is left
    to come back of a ``receipt``. ``alone``: nothing else of the member is set aside while it stands.
    """

    id: ClaimId
    member: MemberId
    until_ms: int
    parts: tuple[Part, ...] = ()
    coupons: tuple[CouponCode, ...] = ()
    sale: SaleId | None = None
    alone: bool = False
    receipt: str = ""


class Drawn(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an act spends of a claim."""

    claim: ClaimId
    parts: tuple[Part, ...] = ()
    coupons: tuple[CouponCode, ...] = ()


class LeaseTerms(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What HQ lets a till spend of a member without asking: at most so much, and that share of what is there.

    ``stored_fen`` and ``points`` are of a member, ``uses`` of each count card. A lease lasts ``hours``.
    """

    stored_fen: Some = 0
    points: Some = 0
    uses: Some = 0
    share_bp: Annotated[int, Meta(ge=0, le=BASIS)] = 5000
    hours: Annotated[int, Meta(ge=1, le=24 * 7)] = 12


def terms_for(terms: Mapping[str, LeaseTerms], tier: str) -> LeaseTerms | None:
    """Return the terms of a tier; None where HQ grants no leases."""
    return terms.get(tier, terms.get(ANY_TIER))


def parts_of(amounts: Mapping[Place, int]) -> tuple[Part, ...]:
    """Return amounts above 0 as parts, always in the same order."""
    found = (
        Part(account=place.account, amount=amount, expires=place.expires, card=place.card)
        for place, amount in amounts.items()
        if amount > 0
    )
    return tuple(sorted(found, key=lambda part: (part.account, part.expires or NEVER, part.card or "")))


def summed(parts: Iterable[Part]) -> dict[Place, int]:
    """Return the sums of parts by where they are taken from."""
    sums: dict[Place, int] = {}
    for part in parts:
        sums[part.place] = sums.get(part.place, 0) + part.amount
    return sums


def spendable(member: Member, today: str) -> dict[Place, int]:
    """Return what a member may spend on a day: a debt of points is paid first, and what expired is nothing."""
    owing = replace(member, points=_live(member.points, today).settled())
    live = {card for card, held in member.counts.items() if not expired(held.until, today)}
    return {
        place: amount
        for place, amount in amounts_of(owing).items()
        if place.account in SPENDABLE and amount > 0 and (place.card is None or place.card in live)
    }


def free(member: Member, taken: Iterable[Part], today: str) -> dict[Place, int]:
    """Return what of a member nothing is set aside of."""
    left = spendable(member, today)
    for place, amount in summed(taken).items():
        left[place] = left.get(place, 0) - amount
    return {place: amount for place, amount in left.items() if amount > 0}


def is_within(parts: Iterable[Part], amounts: Mapping[Place, int]) -> bool:
    """Whether amounts hold all of some parts."""
    return all(amounts.get(place, 0) >= amount for place, amount in summed(parts).items())


def leased(amounts: Mapping[Place, int], terms: LeaseTerms, order: StoredOrder) -> tuple[Part, ...]:
    """Return what HQ leases of what is free: stored value in the order in which it is spent, points by expiry."""
    value = StoredValue(principal=amounts.get(Place(Account.PRINCIPAL), 0), bonus=amounts.get(Place(Account.BONUS), 0))
    stored = value.split(min(terms.stored_fen, _share(value.total, terms)), order)
    taken = {Place(Account.PRINCIPAL): stored.principal, Place(Account.BONUS): stored.bonus}
    lots = {place: amount for place, amount in amounts.items() if place.account is Account.POINTS}
    points = min(terms.points, _share(sum(lots.values()), terms))
    for place in sorted(lots, key=lambda place: place.expires or NEVER):
        taken[place] = min(points, lots[place])
        points -= taken[place]
    cards = {place: amount for place, amount in amounts.items() if place.account is Account.USES}
    return parts_of(taken | {place: min(terms.uses, amount) for place, amount in cards.items()})


def limited(member: Member, held: Mapping[Place, int]) -> Member:
    """Return a member who has no more than is held for a till: what may be spent of one without asking anybody.

    What the member is known to have bounds it too: it may have expired since.
    """
    has = amounts_of(member)
    left = {place: min(amount, has.get(place, 0)) for place, amount in held.items()}
    points = PointsAccount()
    for place, amount in left.items():
        if place.account is Account.POINTS:
            points = points.with_lot(place.expires, max(0, amount))
    return replace(
        member,
        points=points,
        stored=StoredValue(principal=left.get(Place(Account.PRINCIPAL), 0), bonus=left.get(Place(Account.BONUS), 0)),
        counts={
            card: replace(known, left=max(0, left.get(Place(Account.USES, card=card), 0)))
            for card, known in member.counts.items()
        },
    )


def alive(claims: Iterable[Claim], member: MemberId | None, *, sale: SaleId | None, now_ms: int) -> tuple[Claim, ...]:
    """Return the claims that a sale of a member may spend now: its own reservations first, then leases by expiry."""
    fitting = (
        claim
        for claim in claims
        if claim.until_ms > now_ms and claim.member == (member or "") and claim.sale in (None, sale)
    )
    return tuple(sorted(fitting, key=lambda claim: (claim.sale is None, claim.until_ms, claim.id)))


def drawn(claims: Sequence[Claim], parts: Iterable[Part], coupons: Iterable[CouponCode] = ()) -> tuple[Drawn, ...]:
    """Return what is drawn of claims, one after the other, for what is to be spent; they may not hold all of it."""
    wanted, codes = summed(parts), list(dict.fromkeys(coupons))
    taken = []
    for claim in claims:
        part = {place: min(amount, wanted.get(place, 0)) for place, amount in summed(claim.parts).items()}
        wanted = {place: amount - part.get(place, 0) for place, amount in wanted.items()}
        own = tuple(code for code in codes if code in claim.coupons)
        codes = [code for code in codes if code not in own]
        if any(part.values()) or own:
            taken.append(Drawn(claim=claim.id, parts=parts_of(part), coupons=own))
    return tuple(taken)


def held_in(claims: Iterable[Claim]) -> dict[Place, int]:
    """Return the sums of what claims hold."""
    return summed(part for claim in claims for part in claim.parts)


def missing(
    claims: Sequence[Claim], parts: Iterable[Part], coupons: Iterable[CouponCode] = ()
) -> tuple[tuple[Part, ...], tuple[CouponCode, ...]]:
    """Return what of what is to be spent claims do not hold."""
    held = held_in(claims)
    lacking = {place: amount - held.get(place, 0) for place, amount in summed(parts).items()}
    kept = {code for claim in claims for code in claim.coupons}
    return parts_of(lacking), tuple(code for code in dict.fromkeys(coupons) if code not in kept)


def after_drawing(claim: Claim, spent: Drawn) -> Claim | None:
    """Return what is left of a claim; None when it is over: nothing is left, or it was for one sale."""
    return None if claim.sale is not None else after_giving_back(claim, spent)


def unspent(claim: Claim) -> Drawn:
    """Return all that is left of a claim, to be given back."""
    return Drawn(claim=claim.id, parts=claim.parts, coupons=claim.coupons)


def after_giving_back(claim: Claim, back: Drawn) -> Claim | None:
    """Return what is left of a claim without what its till gives back; None when that is nothing."""
    left = summed(claim.parts)
    for place, amount in summed(back.parts).items():
        left[place] = left.get(place, 0) - amount
    rest = replace(
        claim, parts=parts_of(left), coupons=tuple(code for code in claim.coupons if code not in back.coupons)
    )
    return rest if rest.parts or rest.coupons else None


def parts_between(before: Member, after: Member) -> tuple[Part, ...]:
    """Return what an act takes from a member of what can be set aside."""
    left = amounts_of(after)
    return parts_of(
        {
            place: amount - left.get(place, 0)
            for place, amount in amounts_of(before).items()
            if place.account in SPENDABLE
        }
    )


def parts_of_sale(tenders: Iterable[Tender], lines: Iterable[SaleLine]) -> tuple[Part, ...]:
    """Return what a sale takes from its member: stored value and points of its tenders, uses of count cards."""
    amounts: dict[Place, int] = {}

    def add(place: Place, amount: int) -> None:
        amounts[place] = amounts.get(place, 0) + amount

    for tender in tenders:
        if tender.stored is not None:
            add(Place(Account.PRINCIPAL), tender.stored.principal)
            add(Place(Account.BONUS), tender.stored.bonus)
        for lot in tender.lots:
            add(Place(Account.POINTS, lot.expires), lot.points)
    for line in lines:
        if line.count_card is not None and not line.voided:
            add(Place(Account.USES, card=CountCardId(line.count_card)), line.units)
    return parts_of(amounts)


def _share(amount: int, terms: LeaseTerms) -> int:
    return amount * terms.share_bp // BASIS


def _live(account: PointsAccount, today: str) -> PointsAccount:
    return replace(account, lots=account.live(today))
