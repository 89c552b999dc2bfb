"""次卡 that are sold: an article whose price is that of so many uses of another one."""

from collections.abc import Iterable, Mapping, Sequence
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


class SoldCard(NamedTuple):
    """A card that a line of a sale made, and its uses for each piece."""

    card: CountCardId
    uses: int


def _numbers_of(sale: SaleId) -> str:
    """Return what stands in the numbers of the cards of a sale before that of the line: no other sale has it."""
    return f"-{sale[-_TAIL:]}-"


def with_bought(
    member: Member, sale: SaleId, lines: Iterable[CardLine], offers: Sequence[CountCardOffer], *, today: str
) -> Member:
    """Return a member with the cards that a sale of a day sold, each a card of its own."""
    by_sku = {offer.sku: offer for offer in offers}
    counts = dict(member.counts)
    for line in lines:
        offer = by_sku.get(line.sku)
        if offer is None or line.left < 1:
            continue
        until = None if offer.days is None else (date.fromisoformat(today) + timedelta(days=offer.days - 1)).isoformat()
        card = CountCardId(f"{offer.card}{_numbers_of(sale)}{line.number}")
        counts[card] = CountCard(sku=offer.pays, left=offer.uses * line.left, until=until)
    return member if len(counts) == len(member.counts) else replace(member, counts=counts)


def sold_cards(
    sale: SaleId, given: Iterable[tuple[CountCardId, int]], pieces: Mapping[int, int]
) -> dict[int, SoldCard]:
    """Return which lines of a sale made cards, of all cards to which it gave uses; ``pieces`` were sold by each line.

    What the sale did tells it: HQ may offer other cards by the time when they come back.
    """
    sold = {}
    for card, uses in given:
        _, mark, number = card.rpartition(_numbers_of(sale))
        if mark and number.isdecimal() and pieces.get(int(number), 0) > 0:
            sold[int(number)] = SoldCard(card, uses // pieces[int(number)])
    return sold


def with_returned(member: Member, cards: Mapping[int, SoldCard], lines: Iterable[CardLine]) -> Member:
    """Return a member whose cards of a sale come back: their uses go, and a card of which nothing is left.

    `RuleError` ``count_card_used`` when fewer uses are left than come back.
    """
    counts = dict(member.counts)
    for line in lines:
        sold = cards.get(line.number)
        if sold is None or line.before <= line.left:
            continue
        held, going = counts.get(sold.card), sold.uses * (line.before - line.left)
        if held is None or held.left < going:
            raise RuleError(
                f"{sold.card} has {0 if held is None else held.left} of {going} uses left", code="count_card_used"
            )
        if line.left:
            counts[sold.card] = replace(held, left=held.left - going)
        else:
            del counts[sold.card]
    return member if counts == member.counts else replace(member, counts=counts)
