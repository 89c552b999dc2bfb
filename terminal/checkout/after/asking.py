"""What the desk does to answer a question about a done sale."""

from collections.abc import Iterable
from functools import reduce

from msgspec.structs import replace

from terminal.checkout.effects import FindSale
from terminal.checkout.inputs import SaleFound
from terminal.domain.members.cards import CardKey
from terminal.domain.members.entries import with_entries
from terminal.domain.members.member import MERGED, Member, masked
from terminal.ports.members import Heard, Members
from terminal.ports.sales import DoneSales
from terminal.wire.asking import Receipt
from terminal.wire.found import FoundSale, afterwards, found
from terminal.wire.return_events import SaleReturned


def answered(query: FindSale, sales: DoneSales, members: Members, heard: Heard) -> SaleFound:
    """Return the sale of a receipt, with its member as known now."""
    sale = sales.by_receipt(query.receipt_no)
    if query.told is not None:
        return _told(query, query.told, sale, sales, members, heard)
    if sale is None:
        return SaleFound(query=query, found=None, back_fen=sales.back_of(query.receipt_no))
    sale = _with_all(sale, sale.returns, query.back)
    return SaleFound(query=query, found=sale, owner=owner_of(sale, members, heard), is_kept=True)


def _told(
    query: FindSale, told: Receipt, kept: FoundSale | None, sales: DoneSales, members: Members, heard: Heard
) -> SaleFound:
    """Return the sale of which HQ told, with what came back of it here that HQ does not know of, in order of time.

    What HQ knows of this till, and its journal has lost, counts like what other tills did. The member is as HQ has
    them, with what this till did to them since.
    """
    if kept is None:
        as_of = (told.as_of_epoch, told.as_of_seq)
        sale, own = found(told.sale, told.completed), sales.returns_of(told.sale.id, query.receipt_no, after=as_of)
    else:
        sale, own = kept, kept.returns
    sale = _with_all(sale, own, told.returns)
    known = None if told.owner is None else masked(members.newest(told.owner, heard).row.member)
    owner = owner_of(sale, members, heard) if known is None else known
    return SaleFound(query=query, found=sale, owner=owner, is_kept=kept is not None)


def _with_all(sale: FoundSale, own: Iterable[SaleReturned], told: Iterable[SaleReturned]) -> FoundSale:
    """Return a sale after what came back of it here, and what HQ told of, each once, in order of time."""
    returns = {fact.act: fact for fact in (*told, *own)}.values()
    fresh = replace(found(sale.sale, sale.completed), copies=sale.copies)
    return reduce(afterwards, sorted(returns, key=lambda fact: fact.returned_ms), fresh)


def owner_of(sale: FoundSale, members: Members, heard: Heard) -> Member | None:
    """Return the member of a sale, masked.

    One who was merged is whoever has the card now that was shown then; one of whom nothing is known any more is as the
    sale left it.
    """
    if sale.sold.member is None:
        return None
    known = members.by_id(sale.sold.member, heard)
    if known is None:
        return _as_it_was_left(sale)
    member, card = known.row.member, sale.sale.member_card
    if member.status == MERGED and card:
        holder = members.by_card(CardKey(number=card), heard)
        member = member if holder is None else holder.row.member
    return masked(member)


def _as_it_was_left(sale: FoundSale) -> Member | None:
    member = sale.sale.member
    if member is None:
        return None
    entries = (*sale.completed.entries, *(entry for fact in sale.returns for entry in fact.entries))
    return with_entries(member, entries)
