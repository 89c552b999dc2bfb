"""次卡 that are sold: an article whose price is that of so many uses of another one."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Annotated, NamedTuple

from msgspec import Meta, Struct
from msgspec.structs import replace

from terminal.domain.errors import RuleError
from terminal.domain.ids import SaleId, Sku
from terminal.domain.members.member import CountCard, CountCardId, Member

_TAIL = 8


class CountCardOffer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The article that is sold, what it ``pays`` for, how often, and for how many days; None = for ever.

    ``card`` is what the numbers of such cards begin with.
    """

    sku: Sku
    card: Annotated[str, Meta(min_length=1, max_length=16)]
    pays: Sku
    uses: Annotated[int, Meta(ge=1)]
    days: Annotated[int, Meta(ge=1)] | None = None


class CardLine(NamedTuple):
    """A line of a sale: its number and article, the pieces that are not back, and were not before a return."""

    number: int
    sku: Sku
    left: int
    before: int = 0


def card_of(sale: SaleId, line: CardLine, offer: CountCardOffer) -> CountCardId:
    """Return the number of the card that a line sold: no other sale has it."""
    return CountCardId(f"{offer.card}-{sale[-_TAIL:]}-{line.number}")


def with_bought(
    member: Member, sale: SaleId, lines: Iterable[CardLine], offers: Sequence[CountCardOffer], *, today: str
) -> Member:
    """Return a member with the cards that a sale of a day sold, each a card of its own."""
    counts = dict(member.counts)
    for line, offer in _sold(lines, offers):
        until = None if offer.days is None else (date.fromisoformat(today) + timedelta(days=offer.days - 1)).isoformat()
        counts[card_of(sale, line, offer)] = CountCard(sku=offer.pays, left=offer.uses * line.left, until=until)
    return member if len(counts) == len(member.counts) else replace(member, counts=counts)


def with_returned(member: Member, sale: SaleId, lines: Iterable[CardLine], offers: Sequence[CountCardOffer]) -> Member:
    """Return a member whose cards of a sale come back: their uses go, and a card of which nothing is left.

    `RuleError` ``count_card_used`` when fewer uses are left than come back.
    """
    counts = dict(member.counts)
    for line, offer in _sold((one for one in lines if one.before > one.left), offers):
        card, going = card_of(sale, line, offer), offer.uses * (line.before - line.left)
        held = counts.get(card)
        if held is None or held.left < going:
            raise RuleError(
                f"{card} has {0 if held is None else held.left} of {going} uses left", code="count_card_used"
            )
        if line.left:
            counts[card] = replace(held, left=held.left - going)
        else:
            del counts[card]
    return member if counts == member.counts else replace(member, counts=counts)


def _sold(lines: Iterable[CardLine], offers: Sequence[CountCardOffer]) -> Iterable[tuple[CardLine, CountCardOffer]]:
    by_sku = {offer.sku: offer for offer in offers}
    return [(line, by_sku[line.sku]) for line in lines if line.sku in by_sku and max(line.left, line.before) > 0]
