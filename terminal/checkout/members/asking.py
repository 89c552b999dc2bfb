"""What the desk does to answer a question about members, and which question a card or a number is."""

from collections.abc import Iterable

from msgspec.structs import replace

from terminal.checkout.effects import FindMember, Seeking
from terminal.checkout.inputs import MemberFound
from terminal.checkout.state import Counter
from terminal.domain.barcode import MemberCode, read_code
from terminal.domain.errors import BookError
from terminal.domain.ids import Sku
from terminal.domain.members.cards import CardKey, Medium
from terminal.domain.members.member import MERGED, masked
from terminal.domain.members.phone_codes import is_phone_code, read_phone_code
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.text import SafeText
from terminal.ports.catalog import Catalog
from terminal.ports.clock import Clock
from terminal.ports.devices import Scan
from terminal.ports.members import Heard, KnownMember, Members
from terminal.ports.promotions import PromotionUses
from terminal.wire.members.rows import MemberRow

SHORTEST_CARD = 5
"""What is typed shorter than this is no number of a card."""
LISTED = 9
"""Members with the same end of a phone number that a page shows."""


def answered(query: FindMember, members: Members, heard: Heard, *, book: Catalog | None, clock: Clock) -> MemberFound:
    """Return who fits a question, masked: whole names and numbers go no further."""
    found = as_they_are(query, members, heard)
    as_of_ms = members.as_of_ms
    return MemberFound(
        query=query,
        found=found,
        names=_names_of(found, book),
        as_of=clock.local_iso(as_of_ms) if as_of_ms else "",
        fault=members.fault,
    )


def as_they_are(query: FindMember, members: Members, heard: Heard) -> tuple[KnownMember, ...]:
    """Return who fits a question, masked, and as whom they became; a form asks about the very one that it names."""
    found = find(query, members, heard)
    now = found if query.seeking is Seeking.FORM else _as_they_became(found, members, heard)
    return tuple(map(_masked, now))


def _masked(known: KnownMember) -> KnownMember:
    was = None if known.was is None else masked(known.was)
    return replace(known, row=replace(known.row, member=masked(known.row.member)), was=was)


def _as_they_became(found: Iterable[KnownMember], members: Members, heard: Heard) -> tuple[KnownMember, ...]:
    """Return who was found, once each: of those that were merged whom they became, as far as that one is known here."""
    now: dict[MemberId, KnownMember] = {}
    for one in found:
        known, seen = one, {one.row.member.id}
        while known.row.member.status == MERGED and known.row.into is not None and known.row.into not in seen:
            seen.add(known.row.into)
            whom = members.by_id(known.row.into, heard)
            if whom is None:
                break
            known = replace(whom, was=one.row.member)
        if known.was is None or known.row.member.id not in now:
            now[known.row.member.id] = known
    return tuple(now.values())


def heard(counter: Counter) -> Heard:
    """Return what is known beside the files: how far HQ has come, and the tiers."""
    link = counter.link
    return Heard() if link is None else Heard(epoch=link.epoch, seq=link.acked_seq, tiers=counter.trade.tiers)


def with_own_uses(answer: MemberFound, own: PromotionUses, *, today: str) -> MemberFound:
    """Return an answer whose members' uses of limited rules are HQ's figures and what this till did since then."""
    totals = own.totals()

    def counted(known: KnownMember) -> KnownMember:
        row = known.row
        since = own.by_member(row.member.id, today, after=(row.epoch, row.seq))
        return replace(known, row=replace(row, uses=row.uses_on(today).plus(since).plus(totals), uses_day=today))

    return replace(answer, found=tuple(map(counted, answer.found)))


def _names_of(found: Iterable[KnownMember], book: Catalog | None) -> dict[Sku, SafeText]:
    """Return the names of the articles that count cards pay for, as far as the book has them."""
    skus = {card.sku for one in found for card in one.row.member.counts.values()}
    if book is None or not skus:
        return {}
    try:
        articles = [book.article(sku) for sku in sorted(skus)]
    except BookError:
        return {}
    return {article.sku: article.name for article in articles if article is not None}


def find(query: FindMember, members: Members, heard: Heard) -> tuple[KnownMember, ...]:
    """Return who fits a question: whom HQ told of, with what was done here since, or whom the files know."""
    if query.told:
        return tuple(_told(row, query.card, members, heard) for row in query.told)
    if query.phone:
        return members.by_phone(query.phone, heard)
    if query.tail:
        return members.by_tail(query.tail, limit=LISTED, heard=heard)
    if query.card is not None and query.card.medium is Medium.PHONE:
        code = read_phone_code(query.card.number)
        found = None if code is None else members.by_id(code.member, heard)
    elif query.card is not None:
        found = members.by_card(query.card, heard)
    else:
        found = members.by_id(query.member, heard) if query.member is not None else None
    return () if found is None else (found,)


def _told(row: MemberRow, card: CardKey | None, members: Members, heard: Heard) -> KnownMember:
    known = members.newest(row, heard)
    statuses = (held.status for held in known.row.cards if held.key == card)
    return replace(known, card_status=next(statuses, known.card_status))


def card_of(counter: Counter, code: str) -> CardKey | None:
    """Return the card that a code is the number of, if it is one; a code on a phone is one for once."""
    if is_phone_code(code):
        return CardKey(number=code, medium=Medium.PHONE)
    settings = counter.settings
    reading = read_code(code, settings.labels, cards=settings.member_cards, member_prefixes=settings.member_prefixes)
    return CardKey(number=reading.card) if isinstance(reading, MemberCode) else None


def by_card(card: CardKey, seeking: Seeking = Seeking.BIND, *, scan: Scan | None = None) -> FindMember:
    """Return the question whose a card is."""
    return replace(FindMember(seeking=seeking, card=card), scan=scan)
