"""What the desk does to answer a question about a done sale."""

from terminal.checkout.effects import FindSale
from terminal.checkout.inputs import SaleFound
from terminal.domain.members.cards import CardKey
from terminal.domain.members.entries import with_entries
from terminal.domain.members.member import MERGED, Member, masked
from terminal.ports.members import Heard, Members
from terminal.ports.sales import DoneSales
from terminal.wire.found import FoundSale


def answered(query: FindSale, sales: DoneSales, members: Members, heard: Heard) -> SaleFound:
    """Return the sale of a receipt, with its member as known now."""
    sale = sales.by_receipt(query.receipt_no)
    return SaleFound(query=query, found=sale, owner=None if sale is None else owner_of(sale, members, heard))


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
