"""The desk's side of questions: what the book that decides and the tables beside the record say."""

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol, assert_never

from msgspec import Struct
from msgspec.structs import replace

from terminal.checkout.effects import FindMember, Inquire, Seeking
from terminal.checkout.inputs import Inquired
from terminal.checkout.inquiries.questions import Finding, Listed, LowArticle, SaleOf, SaleSeen, Search, Topic, Who
from terminal.checkout.members.asking import find
from terminal.checkout.members.telling import seen
from terminal.checkout.messages import No
from terminal.domain.errors import BookError
from terminal.domain.members.member import Member, masked
from terminal.domain.stock import running_low
from terminal.ports.catalog import Catalog
from terminal.ports.history import Deed, DeedKind, History, Wanted
from terminal.ports.members import Heard, Members
from terminal.ports.sales import DoneSales
from terminal.ports.stock import Stock
from terminal.wire.events import SaleCompleted
from terminal.wire.return_events import ReturnKind, SaleReturned

MOST_ROWS = 100
"""Rows of a list: more are for HQ's reports."""
_KINDS: Mapping[Topic, frozenset[DeedKind]] = {
    Topic.SALES: frozenset({DeedKind.SALE}),
    Topic.MEMBER: frozenset(),
    Topic.RETURNS: frozenset({DeedKind.RETURN}),
    Topic.CASH: frozenset({DeedKind.CASH}),
    Topic.GIFTS: frozenset({DeedKind.GIFT}),
    Topic.COUPONS: frozenset({DeedKind.COUPON}),
}


class Tables(Protocol):
    """What stands beside the record."""

    @property
    def stock(self) -> Stock:
        """How much there should be of articles."""

    @property
    def history(self) -> History:
        """What was done."""

    @property
    def sales(self) -> DoneSales:
        """The done sales."""


class Sources(Struct, frozen=True, kw_only=True):
    """Where the desk looks. ``local`` turns a time (UTC, ms) into the shop's."""

    tables: Tables
    members: Members
    local: Callable[[int], str]


def answer_to(query: Inquire, sources: Sources, *, book: Catalog | None, heard: Heard) -> Inquired:
    """Return what is found; ``fault`` says why nothing could be."""
    match query.question:
        case SaleOf(sale_id=sale_id):
            sale = sources.tables.sales.by_id(sale_id)
            if sale is None:
                return Inquired(query=query, fault="sale_gone")
            return Inquired(query=query, found=(SaleSeen(sale=sale, local_time=_time(sale.completed, sources)),))
        case Search(topic=Topic.LOW_STOCK):
            return _low(query, sources.tables.stock, book)
        case Search() as search:
            return _deeds(query, search, sources, heard)
        case _:
            assert_never(query.question)


def _time(completed: SaleCompleted, sources: Sources) -> str:
    return sources.local(completed.completed_ms)


def _low(query: Inquire, stock: Stock, book: Catalog | None) -> Inquired:
    if book is None:
        return Inquired(query=query, fault=No.NO_BOOK.code)
    try:
        return Inquired(query=query, found=tuple(_running_low(book, stock)))
    except BookError as error:
        return Inquired(query=query, fault=error.code)


def _running_low(book: Catalog, stock: Stock) -> Iterator[Finding]:
    levels, low_stocks = stock.all_levels(), book.low_stocks()
    for sku in running_low(levels, low_stocks)[:MOST_ROWS]:
        article = book.article(sku)
        if article is not None:
            yield LowArticle(sku=sku, name=article.name, unit=article.unit, level=levels[sku], low=low_stocks[sku])


def _deeds(query: Inquire, search: Search, sources: Sources, heard: Heard) -> Inquired:
    member: Member | None = None
    if search.who is not None:
        found = find(_question(search.who), sources.members, heard)
        if len(found) != 1:
            return Inquired(query=query, fault="several_members" if found else No.NO_SUCH_MEMBER.code)
        member = found[0].row.member
    wanted = Wanted(
        kinds=_KINDS[search.topic],
        ending=search.ending,
        amount_fen=search.amount_fen,
        since_ms=search.since_ms,
        until_ms=search.until_ms,
        member=None if member is None else member.id,
    )
    deeds = sources.tables.history.find(wanted, limit=MOST_ROWS)
    return Inquired(
        query=query,
        found=tuple(_listed(deed, sources) for deed in deeds),
        who="" if member is None else seen(masked(member)),
    )


def _question(who: Who) -> FindMember:
    return FindMember(seeking=Seeking.LIST, card=who.card, phone=who.phone, tail=who.tail)


def _listed(deed: Deed, sources: Sources) -> Listed:
    fact = deed.fact
    listed = Listed(deed=deed, local_time=sources.local(deed.at_ms))
    of_sale = Wanted(concerns=fact.receipt_no) if isinstance(fact, SaleCompleted) else None
    if of_sale is None or not sources.tables.history.has(of_sale):
        return listed
    last = (one.fact for one in sources.tables.history.find(of_sale, limit=1))
    voided = any(isinstance(one, SaleReturned) and one.kind is ReturnKind.VOID for one in last)
    return replace(listed, came_back=True, voided=voided)
