"""What a done sale shows that HQ wants to hear of."""

from collections.abc import Iterator

from terminal.checkout.messages import Say
from terminal.checkout.outcome import Said, say
from terminal.checkout.state import Counter
from terminal.domain.money import format_fen
from terminal.domain.sale import Sale
from terminal.domain.watching import Redeemed, WatchKind, redeems, too_often
from terminal.wire.counter.view import Level
from terminal.wire.events import SaleCompleted
from terminal.wire.watch_events import MisuseNoticed


def noticed(counter: Counter, sale: Sale, completed: SaleCompleted) -> tuple[MisuseNoticed, ...]:
    """Return what is odd about a sale that is done now."""
    return tuple(_odd(counter, sale, completed))


def _odd(counter: Counter, sale: Sale, completed: SaleCompleted) -> Iterator[MisuseNoticed]:
    member, staff, watch = completed.member, counter.record.staff, counter.settings.watch
    if member is None or staff is None:
        return
    if redeems(sale, completed.tenders):
        one = Redeemed(member, completed.completed_ms)
        count = too_often(counter.record.redeemed, one, watch)
        if count:
            yield MisuseNoticed(
                kind=WatchKind.REDEMPTIONS,
                sale_id=sale.id,
                staff=staff.number,
                member=member,
                count=count,
                minutes=watch.minutes,
            )
    if watch.members.get(staff.number) == member:
        yield MisuseNoticed(kind=WatchKind.OWN_CARD, sale_id=sale.id, staff=staff.number, member=member)


def told(completed: SaleCompleted, odd: tuple[MisuseNoticed, ...], *, back_fen: int) -> Said:
    """Return what is said of a done sale: total and change, and that HQ hears of it."""
    money = {"total": format_fen(completed.total_fen), "change": format_fen(back_fen)}
    if not odd:
        return say(Say.COMPLETED, Level.MONEY, **money)
    if odd[-1].kind is WatchKind.OWN_CARD:
        return say(Say.COMPLETED_OWN_CARD, Level.MONEY, **money)
    return say(Say.COMPLETED_OFTEN, Level.MONEY, **money, count=str(odd[-1].count), minutes=str(odd[-1].minutes))
