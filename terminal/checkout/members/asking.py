"""What the desk does to answer a question about members, and which question a card or a number is."""

from msgspec.structs import replace

from terminal.checkout.effects import FindMember, Seeking
from terminal.checkout.state import Counter
from terminal.domain.barcode import MemberCode, read_code
from terminal.domain.members.cards import CardKey
from terminal.ports.devices import Scan
from terminal.ports.members import Heard, KnownMember, Members

LISTED = 9
"""Members with the same end of a phone number that a page shows."""


def find(query: FindMember, members: Members, heard: Heard) -> tuple[KnownMember, ...]:
    """Return who fits a question."""
    if query.phone:
        return members.by_phone(query.phone, heard)
    if query.tail:
        return members.by_tail(query.tail, limit=LISTED, heard=heard)
    if query.card is not None:
        found = members.by_card(query.card, heard)
    else:
        found = members.by_id(query.member, heard) if query.member is not None else None
    return () if found is None else (found,)


def card_of(counter: Counter, code: str) -> CardKey | None:
    """Return the card that a code is the number of, if it is one."""
    settings = counter.settings
    reading = read_code(code, settings.labels, cards=settings.member_cards, member_prefixes=settings.member_prefixes)
    return CardKey(number=reading.card) if isinstance(reading, MemberCode) else None


def by_card(card: CardKey, seeking: Seeking = Seeking.BIND, *, scan: Scan | None = None) -> FindMember:
    """Return the question whose a card is."""
    return replace(FindMember(seeking=seeking, card=card), scan=scan)
