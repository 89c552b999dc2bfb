"""What the facts of tills gave salespeople."""

from collections.abc import Iterator

from hq.store.commissions import Earned
from terminal.wire.chain import Row
from terminal.wire.events import Fact, SaleCompleted
from terminal.wire.return_events import SaleReturned
from terminal.wire.topics import store_of


def earned_by(row: Row, fact: Fact, *, place: tuple[str, int]) -> Iterator[Earned]:
    """Yield what a row gave each salesperson, or took back; ``place`` is the terminal and its epoch."""
    terminal, epoch = place
    given = fact.commission if isinstance(fact, SaleCompleted | SaleReturned) else {}
    for staff, fen in given.items():
        yield Earned(
            terminal=terminal,
            epoch=epoch,
            seq=row.seq,
            staff=staff,
            store=store_of(terminal),
            biz_date=row.biz_date,
            fen=fen,
        )
