"""From the outcome of a handler to the end of a step: facts folded, every scan accounted for, notice and sound."""

from collections import Counter as Tally
from collections.abc import Iterable, Iterator
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from terminal.checkout import codes
from terminal.checkout.claims.keeping import keep
from terminal.checkout.effects import (
    AtOnce,
    Effect,
    FindCoupon,
    FindMember,
    FindSale,
    LookUp,
    PrintReceipt,
    PrintSlip,
    PulseDrawer,
    Sound,
)
from terminal.checkout.goods.weighing import watched
from terminal.checkout.inputs import Moment
from terminal.checkout.messages import No
from terminal.checkout.modes import Confirming, Help, MemberForm, Mode, NoBook, Selling, Status
from terminal.checkout.outcome import Applied, Ignored, Outcome, Rejected, Said, reject
from terminal.checkout.payments.messages import NEWS_OF_MONEY
from terminal.checkout.reasons.page import with_near
from terminal.checkout.rows import line_views
from terminal.checkout.shifts.messages import ShiftNo
from terminal.checkout.state import Counter, draft_of, lacks_shift
from terminal.checkout.store.modes import Attending
from terminal.domain.pricing.sums import price_sale
from terminal.domain.promotions.conditions import Uses
from terminal.ports.devices import Scan, Tone
from terminal.wire import events as ev
from terminal.wire import payment_events as pay
from terminal.wire import promotion_events as pev
from terminal.wire import store_events as sev
from terminal.wire.counter.view import Level, Notice
from terminal.wire.record import apply
from terminal.wire.return_events import SaleReturned

NOTICE_MS = 1500
"""How long a refusal, or news of money, stand at least, whatever is typed."""
_BEGINNINGS = (ev.SaleStarted, ev.SaleRecalled)
TONES = {
    Level.OK: Tone.APPLIED,
    Level.ATTENTION: Tone.ATTENTION,
    Level.REJECTED: Tone.REJECTED,
    Level.MONEY: Tone.MONEY,
}


class Step(Struct, frozen=True, kw_only=True):
    """What a step came to: the next counter, facts to be made durable before anything is shown, and effects."""

    counter: Counter
    facts: tuple[ev.Fact, ...] = ()
    effects: tuple[Effect, ...] = ()

    @property
    def begins_a_sale(self) -> bool:
        """Whether the id of its moment is used up."""
        return any(isinstance(ev.bare(fact), ev.SaleStarted) for fact in self.facts)


def settle(before: Counter, outcome: Outcome, moment: Moment, *, scan: Scan | None = None) -> Step:
    """End what happened to ``before``; ``scan`` is the one that caused it."""
    applied = _applied(before, outcome)
    counter = _beside(_asking(applied))
    facts = (*applied.facts, *_scans_told(before, counter, applied, scan))
    effects = applied.effects
    if before.is_training:
        facts, effects = tuple(map(_practised, facts)), tuple(_harmless(effects))
    kept = keep(_folded(counter, facts), facts, moment)
    facts, effects = (*facts, *kept.facts), (*effects, *kept.effects)
    counter = with_near(before, _folded(kept.counter, kept.facts))
    counter = _turned(before, counter, moment)
    counter, asking = watched(counter, moment)
    if applied.said is not None:
        counter = noticed(counter, applied.said, moment)
        if not applied.said.quiet:
            effects = (Sound(TONES[counter.notice.level]), *effects)
    return Step(counter=counter, facts=facts, effects=(*effects, *asking))


def _applied(before: Counter, outcome: Outcome) -> Applied:
    """Return what a refusal, or nothing, comes to.

    Without room on the disk no sale begins, whatever began it; nor does one without a shift, where the shop wants one.
    """
    hindered = No.LOW_SPACE if before.low_space else ShiftNo.NO_SHIFT if lacks_shift(before) else None
    match outcome:
        case Applied() if hindered is not None and any(isinstance(fact, _BEGINNINGS) for fact in outcome.facts):
            waiting = replace(outcome.counter, mode=Selling(), text="", selected=0)
            return _applied(before, reject(hindered, waiting))
        case Applied():
            return outcome
        case Ignored():
            return Applied(counter=before)
        case Rejected(no=no, params=params, counter=changed, facts=facts):
            return Applied(
                counter=before if changed is None else changed,
                facts=facts,
                said=Said(message=no, level=Level.REJECTED, params=params),
                reason=no.code,
                refused=True,
            )
        case _:
            assert_never(outcome)


def _practised(fact: ev.Fact) -> ev.Fact:
    """Return a fact as it stands in the journal while somebody is trained."""
    return ev.InTraining(fact=fact) if isinstance(fact, ev.OfWork) else fact


def _harmless(effects: Iterable[Effect]) -> Iterator[Effect]:
    """Yield what a training may do: it prints marked paper, and opens no drawer."""
    for effect in effects:
        if isinstance(effect, PrintReceipt | PrintSlip):
            yield replace(effect, training=True)
        elif not isinstance(effect, PulseDrawer):
            yield effect


def noticed(counter: Counter, said: Said, moment: Moment) -> Counter:
    """Return the counter with a notice; the serial rises also when the text is the same.

    It also says what was dropped, and then wants attention. Where news of money stand, what the page shows anyway is
    heard only.
    """
    news = _pending(counter, moment)
    if news is not None and said.level is Level.OK and not counter.dropped:
        return _told_again(counter, news, moment)
    notice = Notice(
        serial=counter.notice.serial + 1,
        level=Level.ATTENTION if counter.dropped and said.level is Level.OK else said.level,
        message=said.message,
        params=dict(said.params),
        dropped=counter.dropped,
    )
    news = notice if said.message in NEWS_OF_MONEY else news
    return replace(counter, notice=notice, noticed_ms=moment.mono_ms, dropped="", news=news)


def _pending(counter: Counter, moment: Moment) -> Notice | None:
    """Return the news of money that have not stood for their time."""
    has_stood = counter.notice is counter.news and moment.mono_ms - counter.noticed_ms >= NOTICE_MS
    return None if has_stood else counter.news


def _told_again(counter: Counter, news: Notice, moment: Moment) -> Counter:
    """Return the counter with news that something else had covered."""
    if counter.notice is news:
        return counter
    news = replace(news, serial=counter.notice.serial + 1)
    return replace(counter, notice=news, news=news, noticed_ms=moment.mono_ms)


def calmed(counter: Counter, moment: Moment) -> Counter:
    """Return the counter without the red bar of a refusal that stood long enough."""
    return _quieted(counter, moment) if counter.notice.level is Level.REJECTED else counter


def _turned(before: Counter, after: Counter, moment: Moment) -> Counter:
    """Return the counter without what the page before said, when another one is open; what opens it speaks later.

    What a till says first when it comes up is about no page.
    """
    is_same = isinstance(before.mode, NoBook) or _is_same_page(before.mode, after.mode)
    return after if is_same else _quieted(after, moment)


def _is_same_page(before: Mode, after: Mode) -> bool:
    """Whether a mode has the page of the one before; the next field of a form is as good as another page."""
    if isinstance(before, MemberForm) and isinstance(after, MemberForm):
        return before.entered == after.entered
    return type(before) is type(after)


def _quieted(counter: Counter, moment: Moment) -> Counter:
    """Return the counter without its notice; a refusal stands for its time first, and so do news of money."""
    notice, news = counter.notice, _pending(counter, moment)
    if notice.level is Level.REJECTED and moment.mono_ms - counter.noticed_ms < NOTICE_MS:
        return counter
    if news is not None:
        return _told_again(counter, news, moment)
    return replace(counter, notice=Notice(serial=notice.serial + 1), news=None) if notice.message else counter


def _beside(counter: Counter) -> Counter:
    """Return the counter with the page of members again on which something was scanned, when that is in the sale."""
    if counter.beside is None or counter.asked is not None or not isinstance(counter.mode, Selling):
        return counter
    return replace(counter, mode=counter.beside, beside=None)


def _asking(outcome: Applied) -> Counter:
    """Return the counter that waits for the answer to what was asked."""
    for effect in outcome.effects:
        if isinstance(effect, AtOnce):
            return replace(outcome.counter, asked=effect)
    return outcome.counter


def _folded(counter: Counter, facts: tuple[ev.Fact, ...]) -> Counter:
    """Apply facts to the record, and what follows from it: prices and rows of the lines that changed."""
    durable = counter.durable
    for fact in facts:
        durable = apply(durable, fact)
    if durable is counter.durable:
        return counter
    sale, known = durable.current.sale, counter.record.sale
    if sale is known:
        return replace(counter, durable=durable, used=_counted(counter.used, facts))
    before = counter.priced if sale is not None and known is not None and known.id == sale.id else None
    priced = price_sale(sale, before, pricer=counter.pricer) if sale is not None else None
    rows, used = line_views(priced, before, counter.rows), _counted(counter.used, facts)
    return replace(counter, durable=durable, priced=priced, rows=rows, used=used)


def _counted(used: Uses, facts: Iterable[ev.Fact]) -> Uses:
    """Return how often limited rules were used after some facts; what is practised does not count."""
    if not any(isinstance(fact, ev.SaleCompleted | SaleReturned) for fact in facts):
        return used
    total = Tally[str](used.total)
    for fact in facts:
        if isinstance(fact, ev.SaleCompleted):
            total.update(use.id for use in fact.applied if use.limited)
        elif isinstance(fact, SaleReturned):
            total.subtract(rule for rule in fact.rules if total[rule] > 0)
    return Uses(total=dict(+total))


def _scans_told(before: Counter, after: Counter, outcome: Applied, scan: Scan | None) -> tuple[ev.Fact, ...]:
    """Return an outcome for each scan that ends with this and has no fact of its own.

    A scan is open while it waits in the backlog, while its article is looked up, and while its line lacks a value or
    a yes.
    """
    open_before = _waiting_scans(before) if scan is None else [*_waiting_scans(before), scan]
    if not open_before:
        return ()
    own = sum(map(_tells_of_scan, outcome.facts))
    ended = [one for one in open_before if not _is_open(after, one)]
    return tuple(_told(before, one, outcome) for one in ended[own:])


def _tells_of_scan(fact: ev.Fact) -> bool:
    match fact:
        case (
            ev.LineAdded(device=device)
            | sev.StockLineSet(device=device)
            | ev.LineVoided(device=device)
            | ev.QuantityChanged(device=device)
            | ev.MemberBound(device=device)
            | pev.CouponPresented(device=device)
            | pev.CouponTakenBack(device=device)
            | pay.ScanQueued(device=device)
        ):
            return device != ""
        case _:
            return False


def _waiting_scans(counter: Counter) -> list[Scan]:
    draft, asked, looking = draft_of(counter.mode), counter.asked, counter.looking
    scans = (
        looking.query.scan if looking is not None else None,
        draft.query.scan if draft is not None else None,
        asked.scan if isinstance(asked, LookUp | FindMember | FindCoupon | FindSale) else None,
    )
    return [scan for scan in scans if scan is not None]


def _is_open(counter: Counter, scan: Scan) -> bool:
    return any(one is scan for one in (*_waiting_scans(counter), *counter.backlog))


def _told(before: Counter, scan: Scan, outcome: Applied) -> ev.ScanHandled:
    return ev.ScanHandled(
        device=scan.device,
        code=codes.kept(scan.data, hash_key=before.hash_key, secret=_may_be_a_pin(before)),
        outcome=ev.ScanOutcome.REJECTED if outcome.refused else ev.ScanOutcome.APPLIED,
        reason=outcome.reason,
        state=before.mode.name,
    )


def _may_be_a_pin(counter: Counter) -> bool:
    """Whether what is typed may be a PIN; also in front of a page.

    Nobody is signed in, somebody comes or goes, or a right is to be lent.
    """
    mode = counter.mode.below if isinstance(counter.mode, Help | Status) else counter.mode
    if counter.record.staff is None or isinstance(mode, Attending):
        return True
    return isinstance(mode, Confirming) and mode.approval
