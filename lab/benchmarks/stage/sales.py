"""Sales of a benchmark as facts, as a till would journal them."""

from collections.abc import Iterator
from itertools import count

from lab.benchmarks.stage.goods import CASHIER, VERSION, article, code
from terminal.domain.document import finish
from terminal.domain.ids import Identity, SaleId, receipt_number
from terminal.domain.paying import Taking, Wallet
from terminal.domain.pricing.sums import price_sale
from terminal.domain.sale import Entry, Sale, SaleLine
from terminal.domain.staff import Role
from terminal.domain.text import clean
from terminal.wire import events as ev
from terminal.wire.documents import completion

WHO = Identity(store="S01", till="T01", epoch=1)
LINES_PER_SALE = 13
"""With its beginning and its end a sale has 15 events; DESIGN.md counts about 16."""
SCANNER = "scanner"
_LOCAL_TIME = "2026-11-23T09:30:00"


def line_added(number: int, goods: int) -> ev.LineAdded:
    """Return the scan of an article as the n-th line of a sale."""
    found = article(goods)
    line = SaleLine(
        number=number,
        sku=found.sku,
        name=found.name,
        code=clean(code(goods)),
        price_fen=found.price_fen,
        entry=Entry.SCAN,
        category=found.category,
    )
    return ev.LineAdded(line=line, device=SCANNER)


def signed_in() -> ev.StaffSignedIn:
    """Return the cashier's sign-in."""
    return ev.StaffSignedIn(staff=CASHIER, name=clean("王芳"), role=Role.CASHIER)


def opening() -> tuple[ev.Fact, ...]:
    """Return what stands before the first line of the first sale."""
    activated = ev.BookActivated(version=VERSION, sha256="0" * 64, label="bench")
    return activated, signed_in(), _started(1)


def endless() -> Iterator[ev.Fact]:
    """Yield the facts of a cashier who signs in and sells for ever."""
    yield signed_in()
    for number in count(1):
        yield from sale(number)


def sale(number: int) -> tuple[ev.Fact, ...]:
    """Return the facts of the n-th sale of a till, paid in cash; HQ comes to the same document."""
    started = _started(number)
    lines = tuple(line_added(at, number * LINES_PER_SALE + at) for at in range(1, LINES_PER_SALE + 1))
    sold = Sale(
        id=started.sale_id,
        staff=started.staff,
        book_version=started.book_version,
        local_time=started.local_time,
        started_ms=started.started_ms,
        lines=tuple(added.line for added in lines),
    )
    priced = price_sale(sold)
    paid = Taking.begin(priced.due_fen, Wallet(today=_LOCAL_TIME[:10])).finish(priced.due_fen)
    document = finish(sold, priced, paid, receipt_no=receipt_number(WHO, number))
    return started, *lines, completion(document, receipt_count=number, completed_ms=number)


def goods_of(events: int) -> int:
    """Return how many goods so many events of a till sell at most."""
    return (events // (LINES_PER_SALE + 2) + 2) * LINES_PER_SALE


def _started(number: int) -> ev.SaleStarted:
    return ev.SaleStarted(
        sale_id=SaleId(f"{number:032x}"),
        staff=CASHIER,
        book_version=VERSION,
        local_time=_LOCAL_TIME,
        started_ms=number,
    )
