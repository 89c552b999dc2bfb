"""What the desk does to answer a question about a done sale."""

from functools import reduce

from terminal.checkout.effects import FindSale
from terminal.checkout.inputs import SaleFound
from terminal.domain.members.cards import CardKey
from terminal.domain.members.entries import with_entries
from terminal.domain.members.member import MERGED, Member, masked
from terminal.ports.members import Heard, Members
from terminal.ports.sales import DoneSales
from terminal.wire.asking import Receipt
from terminal.wire.found import FoundSale, afterwards


def answered(query: FindSale, sales: DoneSales, members: Members, heard: Heard) -> SaleFound:
    """Return the sale of a receipt, with its member as known now."""
    sale = sales.by_receipt(query.receipt_no)
    if query.told is not None and sale is None:
        return _told(query, query.told, sales, members, heard)
    if query.told is not None and sale is not None:
        sale = reduce(afterwards, (fact for fact in query.told.returns if fact.terminal), sale)
    if sale is None:
        return SaleFound(query=query, found=None, back_fen=sales.back_of(query.receipt_no))
    return SaleFound(query=query, found=sale, owner=owner_of(sale, members, heard))


def _told(query: FindSale, told: Receipt, sales: DoneSales, members: Members, heard: Heard) -> SaleFound:
    """Return what HQ told of the sale of another till, with what this till did to it, and to its member, since."""
    own = sales.returns_of(told.sale.id, query.receipt_no, after=(told.as_of_epoch, told.as_of_seq))
    sale = reduce(afterwards, own, told.as_found())
    if told.owner is None:
        return SaleFound(query=query, found=sale, owner=owner_of(sale, members, heard))
    return SaleFound(query=query, found=sale, owner=masked(members.newest(told.owner, heard).row.member))


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
