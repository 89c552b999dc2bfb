"""News of price books, of the way to HQ, and of the clock."""

from msgspec.structs import replace

from terminal.checkout.after import news
from terminal.checkout.coming_up import UNCONFIRMED
from terminal.checkout.effects import Arm, FindMember, OpenBook, Seeking
from terminal.checkout.inputs import BookFailed, BookOffered, BookOpened, ClockJudged, LinkReported, Moment
from terminal.checkout.messages import No, Say, refusal
from terminal.checkout.modes import Help, Mode, NoBook, Status
from terminal.checkout.outcome import Applied, Ignored, Outcome, Turn, say
from terminal.checkout.payments.asking import ask_now
from terminal.checkout.staff_list import confirmation
from terminal.checkout.state import Counter, is_online, woken
from terminal.domain.members.stored import StoredValue
from terminal.domain.text import clean
from terminal.wire import clock_events as cev
from terminal.wire import events as ev
from terminal.wire.claim_events import OutageEnded
from terminal.wire.counter.view import Level
from terminal.wire.doorbell import LinkChanged, LinkTrouble
from terminal.wire.events import Fact

MINUTE = "minute"
MS_PER_MINUTE = 60_000


def offered(turn: Turn[BookOffered]) -> Outcome:
    """Remember a newer book; it is opened between sales. A till that comes up in a sale opens that sale's own first."""
    counter, version = turn.counter, turn.cause.version
    if counter.book is not None and version <= counter.book.version:
        return Ignored()
    counter = replace(counter, offered_book=max(version, counter.offered_book or 0))
    sale = counter.record.sale
    if counter.book is None and sale is not None:
        return Applied(counter=counter, effects=(OpenBook(sale.book_version),))
    return Applied(counter=counter)


def opened(turn: Turn[BookOpened]) -> Outcome:
    """The book decides from now on. In an open sale it only lends its settings, and is activated when the sale ends."""
    counter, info = turn.counter, turn.cause.info
    record = counter.record
    settings = turn.cause.settings
    trade = counter.declared.beside(settings.rounding)
    counter = replace(counter, book=info, settings=settings, trade=trade, code_keys=turn.cause.code_keys)
    counter = replace(counter, mode=_awake(counter, counter.mode))
    if record.book_version == info.version:
        return Applied(counter=_without_offer(counter, info.version))
    if record.sale is not None:
        return Applied(counter=counter)
    fact = ev.BookActivated(version=info.version, sha256=info.sha256, label=info.label)
    said = say(Say.BOOK_CHANGED, label=clean(info.label)) if record.book_version is not None else None
    return Applied(counter=_without_offer(counter, info.version), facts=(fact,), said=said)


def _awake(counter: Counter, mode: Mode) -> Mode:
    """Return the mode of a till that has a book now, also under help and status pages."""
    match mode:
        case NoBook():
            return woken(counter)
        case Help(below=below) | Status(below=below):
            return replace(mode, below=_awake(counter, below))
        case _:
            return mode


def _without_offer(counter: Counter, version: int) -> Counter:
    waiting = counter.offered_book
    return replace(counter, offered_book=None if waiting is None or waiting <= version else waiting)


TROUBLES = {LinkTrouble.FORKED: Say.LINK_FORKED, LinkTrouble.BEHIND: Say.LINK_BEHIND}


def failed(turn: Turn[BookFailed]) -> Outcome:
    """A book was refused: the till sells on with the one it has."""
    counter, version, reason = turn.counter, turn.cause.version, turn.cause.reason
    if counter.offered_book == version:
        counter = replace(counter, offered_book=None)
    if isinstance(counter.mode, NoBook):
        counter = replace(counter, mode=NoBook(reason))
    fallback = counter.offered_book if counter.book is None and counter.record.sale is not None else None
    return Applied(
        counter=counter,
        facts=(ev.BookRefused(version=version, reason=reason),),
        effects=(OpenBook(fallback),) if fallback is not None else (),
        said=say(
            Say.BOOK_REFUSED,
            Level.ATTENTION,
            version=str(version),
            reason=refusal(reason, otherwise=No.BOOK_INVALID),
        ),
    )


def link_reported(turn: Turn[LinkReported]) -> Outcome:
    """Keep how the way to HQ is; a trouble that nobody but a person can mend is told once.

    When the uplink comes, payments that are not decided are asked about at once.
    """
    before, link = turn.counter.link, turn.cause.link
    counter = replace(turn.counter, link=link, silent=False, oldest_s=_age_s(link, turn.moment))
    has_come = before is None and link is not None
    errands, asks = ask_now(counter, turn.moment) if has_come else (counter.errands, ())
    counter = replace(counter, errands=errands)
    effects = (*asks, *_waited_for(counter))
    facts = (*_outage_ended(counter), *confirmation(counter, turn.moment.wall_ms))
    trouble = link.trouble if link is not None else None
    if trouble is None or (before is not None and before.trouble is trouble):
        return Applied(counter=counter, facts=facts, effects=effects)
    return Applied(counter=counter, facts=facts, effects=effects, said=say(TROUBLES[trouble], Level.ATTENTION))


def _outage_ended(counter: Counter) -> tuple[Fact, ...]:
    """Return the fact that HQ can be asked again, after something was spent that it knew nothing of."""
    spent_fen = counter.durable.claims.floor.outage_fen
    return (OutageEnded(spent_fen=spent_fen),) if spent_fen and is_online(counter) else ()


def _waited_for(counter: Counter) -> tuple[FindMember, ...]:
    """Ask for the member of the open sale while stored value waits: HQ may have heard of it."""
    sale = counter.record.sale
    if sale is None or sale.member is None or sale.waiting == StoredValue():
        return ()
    return (FindMember(seeking=Seeking.STORED, member=sale.member.id),)


def clock_judged(turn: Turn[ClockJudged]) -> Outcome:
    """The till sells on whatever the clock says, and says so; what the last sale owes comes first."""
    counter, cause = turn.counter, turn.cause
    fact: cev.ClockDoubted | cev.ClockMended
    if cause.doubted:
        fact = cev.ClockDoubted(machine_ms=cause.machine_ms, last_ms=cause.last_ms)
        said = say(Say.CLOCK_DOUBTED, Level.ATTENTION)
    else:
        fact = cev.ClockMended(machine_ms=cause.machine_ms, was_ms=cause.was_ms, now_ms=turn.moment.wall_ms)
        said = say(Say.CLOCK_MENDED, date=clean(turn.moment.local_iso[:10]))
    return Applied(counter=counter, facts=(fact,), said=None if counter.notice.message in UNCONFIRMED else said)


def minute(counter: Counter, moment: Moment) -> Outcome:
    """The clock shows another minute; ask for the next."""
    seconds = int(moment.local_iso[17:19])
    wait_ms = MS_PER_MINUTE - seconds * 1000 - moment.wall_ms % 1000
    counter, asks = news.ask(counter, moment)
    return Applied(
        counter=replace(counter, oldest_s=_age_s(counter.link, moment)),
        facts=confirmation(counter, moment.wall_ms),
        effects=(Arm(MINUTE, max(wait_ms, 1)), *asks),
    )


def _age_s(link: LinkChanged | None, moment: Moment) -> int:
    if link is None or not link.oldest_unacked_ms:
        return 0
    return max(0, moment.wall_ms - link.oldest_unacked_ms) // 1000
