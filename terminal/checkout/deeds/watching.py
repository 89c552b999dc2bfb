"""What a done sale, or a return, shows that HQ wants to hear of."""

from collections.abc import Iterator

from terminal.checkout.messages import Say
from terminal.checkout.outcome import Said, say
from terminal.checkout.state import Counter
from terminal.domain.money import format_fen
from terminal.domain.sale import Sale
from terminal.domain.watching import WatchKind, too_often
from terminal.wire.counter.view import Level
from terminal.wire.events import SaleCompleted
from terminal.wire.return_events import SaleReturned
from terminal.wire.watch_events import MisuseNoticed
from terminal.wire.watching import watched_in


def noticed(counter: Counter, sale: Sale, completed: SaleCompleted) -> tuple[MisuseNoticed, ...]:
    """Return what is odd about a sale that is done now."""
    return tuple(_odd(counter, sale, completed))


def _odd(counter: Counter, sale: Sale, completed: SaleCompleted) -> Iterator[MisuseNoticed]:
    member, staff, watch = completed.member, counter.record.staff, counter.settings.watch
    if member is None or staff is None:
        return
    one = watched_in(completed, sale)
    before, most, minutes = counter.record.watched, watch.redemptions, watch.minutes
    count = 0 if one is None else too_often(before, one, most=most, minutes=minutes)
    if count:
        yield MisuseNoticed(
            kind=WatchKind.REDEMPTIONS,
            sale_id=sale.id,
            staff=staff.number,
            member=member,
            count=count,
            minutes=minutes,
        )
    if watch.members.get(staff.number) == member:
        yield MisuseNoticed(kind=WatchKind.OWN_CARD, sale_id=sale.id, staff=staff.number, member=member)


def noticed_in_return(counter: Counter, fact: SaleReturned) -> tuple[MisuseNoticed, ...]:
    """Return what is odd about goods that come back now: too many by one cashier without a receipt."""
    watch, one = counter.settings.watch, watched_in(fact, None)
    if one is None:
        return ()
    minutes = watch.no_receipt_minutes
    count = too_often(counter.record.watched, one, most=watch.no_receipt, minutes=minutes)
    if not count:
        return ()
    kind = WatchKind.NO_RECEIPT
    return (MisuseNoticed(kind=kind, staff=fact.staff, number=fact.number, count=count, minutes=minutes),)


def told(completed: SaleCompleted, odd: tuple[MisuseNoticed, ...], *, back_fen: int) -> Said:
    """Return what is said of a done sale: total and change, or what was paid out, and that HQ hears of it."""
    money = {"total": format_fen(completed.total_fen), "change": format_fen(back_fen)}
    if not odd and completed.total_fen < 0:
        return say(Say.PAID_OUT, Level.MONEY, change=money["change"])
    if not odd:
        return say(Say.COMPLETED, Level.MONEY, **money)
    if odd[-1].kind is WatchKind.OWN_CARD:
        return say(Say.COMPLETED_OWN_CARD, Level.MONEY, **money)
    return say(Say.COMPLETED_OFTEN, Level.MONEY, **money, count=str(odd[-1].count), minutes=str(odd[-1].minutes))
