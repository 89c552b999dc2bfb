"""The step of the counter: pure and total. Any event in any mode gives a `Step`; nothing that is sent to it raises.

Facts are applied here, by the same fold as at a restart, and each scan gets exactly one outcome in the facts, whatever
the handlers do (`settling`).
"""

from collections.abc import Iterable
from typing import assert_never

from msgspec.structs import replace

from terminal.checkout.after import elsewhere as receipts
from terminal.checkout.after import finding as returns
from terminal.checkout.after import news
from terminal.checkout.claims import answering as claims
from terminal.checkout.effects import Arm, AtOnce, LoadRules, OpenBook, Sound
from terminal.checkout.goods import weighing
from terminal.checkout.goods.scale import Weighing
from terminal.checkout.handlers import answers, books, coupons, devices, payments, rules, signing, unended
from terminal.checkout.handlers.typing import drop
from terminal.checkout.inputs import (
    Answered,
    ArticlesFound,
    BookFailed,
    BookOffered,
    BookOpened,
    ClockJudged,
    CouponFound,
    DeviceReported,
    DrawerReported,
    Fired,
    HeadRead,
    Input,
    Inquired,
    KeysRead,
    LinkReported,
    LookedUp,
    MemberFound,
    Moment,
    Pasted,
    PinChecked,
    ReceiptReported,
    RulesFailed,
    RulesLoaded,
    RulesOffered,
    SaleFound,
    ScanFaulted,
    Scanned,
    ScreenFaulted,
    SpaceChanged,
    StaffFound,
    StockFound,
    Weighed,
)
from terminal.checkout.inquiries import page as inquiries
from terminal.checkout.keys import TIMER, Broken, Burst, Press, Reading, Token, before_scan, flush, pasted, read
from terminal.checkout.members import elsewhere, finding
from terminal.checkout.messages import No, Say, refusal
from terminal.checkout.modes import (
    Completed,
    Confirming,
    Locked,
    PriceCheck,
    Prompting,
    Searching,
    Selling,
    Tendering,
)
from terminal.checkout.outcome import Applied, Ignored, Outcome, Rejected, Said, Turn, reject, say
from terminal.checkout.payments import errand
from terminal.checkout.payments.answering import answered
from terminal.checkout.settling import Step, calmed, noticed, settle
from terminal.checkout.shifts import deeds as shifts
from terminal.checkout.state import Counter, between_sales
from terminal.checkout.store import attendance, salesperson, stock
from terminal.checkout.store.modes import Attending
from terminal.checkout.table import SCANS, handler_of
from terminal.domain.text import clean
from terminal.ports.devices import Scan, ScanFault, ScanFaultKind, Tone
from terminal.wire.counter.view import Level

__all__ = ["Step", "refuse", "step"]

KEYBOARD = "keyboard"
LONGEST_CODE = 512
GROUP_SEPARATOR = "\x1d"


def step(counter: Counter, event: Input, moment: Moment) -> Step:
    """Let one event happen, and then what waited: until something has to be asked of the book."""
    taken = _begin(counter, event, moment)
    while not _waits(taken.counter):
        taking_over = _taking_over(taken.counter)
        if taking_over is not None:
            opening = replace(taken.counter, asked=taking_over)
            return replace(taken, counter=opening, effects=(*taken.effects, taking_over))
        if not taken.counter.backlog:
            return _told(taken, moment)
        if taken.begins_a_sale:
            moment = moment.after_a_sale()
        first, *rest = taken.counter.backlog
        following = _take(replace(taken.counter, backlog=tuple(rest)), first, moment)
        taken = Step(
            counter=following.counter,
            facts=taken.facts + following.facts,
            effects=taken.effects + following.effects,
        )
    return taken


def _waits(counter: Counter) -> bool:
    """Whether keys and scans wait: for the book, for what HQ sets aside, or for what it says of a member."""
    return counter.asked is not None or counter.securing is not None or counter.looking is not None


def _taking_over(counter: Counter) -> OpenBook | LoadRules | None:
    """Return what takes over now: between sales, a book or rules that were offered."""
    if not between_sales(counter):
        return None
    if counter.offered_book is not None:
        return OpenBook(counter.offered_book)
    return None if counter.offered_rules is None else LoadRules(counter.offered_rules)


def _told(taken: Step, moment: Moment) -> Step:
    """Return the end of a step: what was dropped without any other notice is told by itself."""
    if not taken.counter.dropped:
        return taken
    said = Said(message="", level=Level.ATTENTION)
    effects = (*taken.effects, Sound(Tone.ATTENTION))
    return replace(taken, counter=noticed(taken.counter, said, moment), effects=effects)


def refuse(counter: Counter, code: str, moment: Moment) -> Step:
    """Return the counter as it was, with the reason why the last step could not be made durable."""
    mode = counter.mode
    if isinstance(mode, Locked | Confirming | Attending):
        mode = replace(mode, checking=False)
    errands = errand.lost(counter.errands, moment.mono_ms)
    counter = replace(
        counter, mode=mode, asked=None, backlog=(), errands=errands, securing=None, looking=None, leasing=()
    )
    counter = replace(counter, weighing=Weighing(turn=counter.weighing.turn))
    again = (Arm(errand.TIMER, errand.LOST_MS),) if errands else ()
    said = Said(message=refusal(code), level=Level.REJECTED)
    return Step(counter=noticed(counter, said, moment), effects=(Sound(Tone.REJECTED), *again))


def _begin(counter: Counter, event: Input, moment: Moment) -> Step:  # noqa: PLR0911 - one row per kind of event
    """Let the event itself happen; keys and scans only join what waits."""
    match event:
        case KeysRead(keys=keys):
            reading = read(counter.keys, keys, text=counter.text)
            counter = replace(counter, keys=reading.state, text=reading.text)
            return Step(counter=_queued(counter, reading.tokens), effects=_waiting_for_more(reading))
        case Pasted(paste=paste):
            lines = (line.strip() for line in paste.lines)
            pasting = replace(counter, pasted=True)
            return Step(counter=_queued(pasting, [pasted(line, at_ms=paste.at_ms) for line in lines if line]))
        case Scanned(scan=scan):
            state, typed = before_scan(counter.keys)
            return Step(counter=_queued(replace(counter, keys=state), (*typed, scan)))
        case Fired(timer=timer, turn=turn) if timer == TIMER and turn not in {0, counter.keys.turn}:
            return Step(counter=counter)
        case Fired(timer=timer) if timer == TIMER:
            state, tokens = flush(counter.keys)
            return Step(counter=_queued(replace(counter, keys=state), tokens))
        case Fired():
            return settle(counter, _fired(counter, event, moment), moment)
        case (
            LookedUp()
            | ArticlesFound()
            | MemberFound()
            | CouponFound()
            | SaleFound()
            | HeadRead()
            | StaffFound()
            | StockFound()
            | Inquired()
            | BookOpened()
            | BookFailed()
            | RulesLoaded()
            | RulesFailed()
        ):
            return _answered(counter, event, moment)
        case _:
            return settle(counter, _news(counter, event, moment), moment)


def _waiting_for_more(reading: Reading) -> tuple[Arm, ...]:
    """Return the timer of what may still become a code."""
    if reading.wait_ms is None:
        return ()
    return (Arm(TIMER, reading.wait_ms, turn=reading.state.turn, after_screen=reading.is_code),)


def _fired(counter: Counter, event: Fired, moment: Moment) -> Outcome:
    """Let the time of something be over, other than that of the keys."""
    match event.timer:
        case books.MINUTE:
            return books.minute(counter, moment)
        case weighing.TIMER:
            return weighing.ask_again(Turn(counter=counter, cause=event, moment=moment))
        case errand.TIMER:
            return payments.due(Turn(counter=counter, cause=event, moment=moment))
        case _:
            return Ignored()


def _queued(counter: Counter, items: Iterable[Token | Scan]) -> Counter:
    return replace(counter, backlog=(*counter.backlog, *items))


Asked = LookedUp | ArticlesFound | MemberFound | CouponFound | SaleFound | StaffFound | StockFound | Inquired | HeadRead
Answer = Asked | BookOpened | BookFailed | RulesLoaded | RulesFailed


def _answered(counter: Counter, event: Answer, moment: Moment) -> Step:
    """Let an answer of the desk happen. One about articles, members or stock that nobody waits for means nothing."""
    awaited = counter.asked is not None and counter.asked == _question_of(event)
    if not awaited and isinstance(event, Asked):
        return Step(counter=counter)
    ready = replace(counter, asked=None) if awaited else counter
    return settle(counter, _of(ready, _answer(ready, event, moment)), moment)


def _of(ready: Counter, outcome: Outcome) -> Outcome:
    """Return the outcome of an answer: what changes nothing still waits for nothing any more."""
    if isinstance(outcome, Ignored):
        return Applied(counter=ready)
    return replace(outcome, counter=ready) if isinstance(outcome, Rejected) and outcome.counter is None else outcome


def _question_of(event: Answer) -> AtOnce:
    if isinstance(event, Asked):
        return event.query
    match event:
        case BookOpened(info=info):
            return OpenBook(info.version)
        case BookFailed(version=version):
            return OpenBook(version)
        case RulesLoaded(info=info):
            return LoadRules(info.version)
        case RulesFailed(version=version):
            return LoadRules(version)
        case _:
            assert_never(event)


def _answer(counter: Counter, event: Answer, moment: Moment) -> Outcome:  # noqa: C901, PLR0911, PLR0912 - a row per answer
    match event:
        case LookedUp():
            return answers.looked_up(Turn(counter=counter, cause=event, moment=moment))
        case ArticlesFound():
            return answers.articles_found(Turn(counter=counter, cause=event, moment=moment))
        case MemberFound():
            return finding.member_found(Turn(counter=counter, cause=event, moment=moment))
        case SaleFound():
            return returns.found(Turn(counter=counter, cause=event, moment=moment))
        case HeadRead():
            return shifts.sealed(Turn(counter=counter, cause=event, moment=moment))
        case StaffFound():
            return salesperson.found(Turn(counter=counter, cause=event, moment=moment))
        case StockFound():
            return stock.found(Turn(counter=counter, cause=event, moment=moment))
        case Inquired():
            return inquiries.answered(Turn(counter=counter, cause=event, moment=moment))
        case BookOpened():
            return books.opened(Turn(counter=counter, cause=event, moment=moment))
        case BookFailed():
            return books.failed(Turn(counter=counter, cause=event, moment=moment))
        case RulesLoaded():
            return rules.loaded(Turn(counter=counter, cause=event, moment=moment))
        case RulesFailed():
            return rules.failed(Turn(counter=counter, cause=event, moment=moment))
        case CouponFound():
            return coupons.found(Turn(counter=counter, cause=event, moment=moment))
        case _:
            assert_never(event)


News = (
    PinChecked
    | Answered
    | BookOffered
    | RulesOffered
    | LinkReported
    | DeviceReported
    | ReceiptReported
    | DrawerReported
    | Weighed
    | ScanFaulted
    | ScreenFaulted
    | SpaceChanged
    | ClockJudged
)


def _news(counter: Counter, event: News, moment: Moment) -> Outcome:  # noqa: C901, PLR0911, PLR0912 - a row per kind
    match event:
        case PinChecked():
            turn = Turn(counter=counter, cause=event, moment=moment)
            mode = counter.mode
            return attendance.pin_checked(turn, mode) if isinstance(mode, Attending) else signing.pin_checked(turn)
        case Answered():
            return _heard(Turn(counter=counter, cause=event, moment=moment))
        case BookOffered():
            return books.offered(Turn(counter=counter, cause=event, moment=moment))
        case RulesOffered():
            return rules.offered(Turn(counter=counter, cause=event, moment=moment))
        case LinkReported():
            return books.link_reported(Turn(counter=counter, cause=event, moment=moment))
        case DeviceReported():
            return devices.reported(Turn(counter=counter, cause=event, moment=moment))
        case ReceiptReported():
            return devices.receipt_reported(Turn(counter=counter, cause=event, moment=moment))
        case DrawerReported():
            return devices.drawer_reported(Turn(counter=counter, cause=event, moment=moment))
        case Weighed():
            return weighing.heard(Turn(counter=counter, cause=event, moment=moment))
        case ScanFaulted():
            return devices.scan_faulted(Turn(counter=counter, cause=event, moment=moment))
        case ScreenFaulted():
            return devices.screen_faulted(Turn(counter=counter, cause=event, moment=moment))
        case SpaceChanged():
            return devices.space_changed(Turn(counter=counter, cause=event, moment=moment))
        case ClockJudged():
            return books.clock_judged(Turn(counter=counter, cause=event, moment=moment))
        case _:
            assert_never(event)


def _heard(turn: Turn[Answered]) -> Outcome:
    """Take an answer from outside: about a receipt, about what HQ sets aside, or about a payment."""
    answer = turn.cause.answer
    if receipts.is_awaited(turn.counter, answer):
        return receipts.answered(turn)
    if news.is_awaited(turn.counter, answer):
        return news.answered(turn)
    if elsewhere.is_awaited(turn.counter, answer):
        return elsewhere.answered(turn)
    return claims.answered(turn) if claims.is_about_claims(turn.counter, answer) else answered(turn)


def _take(counter: Counter, item: Token | Scan, moment: Moment) -> Step:
    """Let one key or scan happen."""
    match item:
        case Press():
            counter = calmed(counter, moment)
            if unended.belongs_to_paste(counter, item):
                told = Applied(counter=replace(counter, pasted=False), said=say(Say.PASTED, Level.ATTENTION))
                return settle(counter, told, moment)
            counter = replace(counter, pasted=False) if counter.pasted else counter
            handler = handler_of(counter, item)
            turn = Turn(counter=counter, cause=item, moment=moment)
            return settle(counter, handler(turn) if handler is not None else Ignored(), moment)
        case Burst(code=code, prefix=prefix, at_ms=at_ms):
            scan = Scan(device=KEYBOARD, data=clean(code, limit=LONGEST_CODE), at_ms=at_ms)
            return _scanned(_prefixed(counter, prefix) if prefix else counter, scan, moment)
        case Broken(kind=kind, at_ms=at_ms):
            fault = ScanFaulted(ScanFault(device=KEYBOARD, kind=kind, at_ms=at_ms))
            return settle(counter, unended.stands_typed(counter, item, _news(counter, fault, moment)), moment)
        case Scan():
            return _scanned(counter, item, moment)
        case _:
            assert_never(item)


def _prefixed(counter: Counter, prefix: str) -> Counter:
    """Return the counter with the quantity that stood in front of a burst; only a sale has a use for it."""
    match counter.mode:
        case Selling() | Completed():
            return replace(drop(counter), text=prefix)
        case Tendering() | Searching() | Prompting() | PriceCheck():
            return replace(counter, dropped=prefix)
        case _:
            return counter


def _scanned(counter: Counter, scan: Scan, moment: Moment) -> Step:
    if scan.double:
        return settle(counter, reject(No.DOUBLE), moment, scan=scan)
    if not _is_readable(scan):
        bad = reject(No.SCAN_AGAIN, detail=devices.detail_id(ScanFaultKind.BAD_BYTES))
        return settle(counter, bad, moment, scan=scan)
    if counter.cut:
        counter = replace(counter, cut=False)
    outcome = SCANS[type(counter.mode)](Turn(counter=counter, cause=scan, moment=moment))
    return settle(counter, outcome, moment, scan=scan)


def _is_readable(scan: Scan) -> bool:
    """Whether a code has no characters but those of the symbologies: printable ASCII, and GS between GS1 fields."""
    text = scan.data.replace(GROUP_SEPARATOR, "")
    return text.isascii() and text.isprintable()
