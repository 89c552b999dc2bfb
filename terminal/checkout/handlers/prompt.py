"""Asking for one value: quantity, price, weight, reason."""

from msgspec.structs import replace

from terminal.checkout import owed
from terminal.checkout.after.drafts import ReasonOfReturn
from terminal.checkout.after.messages import ReturnReason
from terminal.checkout.deeds.gate import request
from terminal.checkout.deeds.lines import at_sale, live_line, signed
from terminal.checkout.drafts import (
    ChangePrice,
    ChangeQuantity,
    Draft,
    Need,
    NewPriceOf,
    OpenDrawer,
    QuantityOf,
    ReasonOf,
    ReasonOfDrawer,
    ReasonOfHeld,
    ReasonOfPrice,
    ReduceLine,
    VoidHeld,
)
from terminal.checkout.goods import weighing
from terminal.checkout.goods.messages import GoodsNo
from terminal.checkout.goods.tracking import FIRST, OF_NUMBERS, number_in, refusal_of
from terminal.checkout.handlers import new_price
from terminal.checkout.handlers.answers import next_step
from terminal.checkout.handlers.typing import LONGEST, PICKS, amount_of, clear, count_of, grams_of, put
from terminal.checkout.held_messages import HeldReason
from terminal.checkout.keys import Press
from terminal.checkout.members.asking import by_card, card_of
from terminal.checkout.messages import No, NoSaleReason
from terminal.checkout.modes import HeldList, Prompting, Selling, Tendering
from terminal.checkout.outcome import Applied, KeyTurn, Outcome, ScanTurn, Turn, reject
from terminal.checkout.state import Counter, done_page
from terminal.checkout.store.drafts import BeginDocument, BookDocument, ReasonOfStock, ReferenceOf
from terminal.checkout.store.messages import REASONS, StoreNo
from terminal.checkout.store.modes import StockMenu, StockPage
from terminal.checkout.tendering.drafts import SlipOf
from terminal.checkout.tendering.keys import slip, typed_scan
from terminal.domain.barcode import looks_like_barcode
from terminal.domain.sale import Reduction
from terminal.domain.text import SafeText, clean

ENTER = Press("enter")


def choices(counter: Counter) -> tuple[str, ...]:
    """Return what may be picked in the present prompt: texts of the shop, or message ids."""
    match counter.mode:
        case Prompting(subject=ReasonOf() | ReasonOfPrice()):
            return counter.settings.reduction_reasons[: len(PICKS)]
        case Prompting(subject=ReasonOfDrawer()):
            return tuple(reason.value for reason in NoSaleReason)
        case Prompting(subject=ReasonOfHeld()):
            return tuple(reason.value for reason in HeldReason)
        case Prompting(subject=ReasonOfStock()):
            return tuple(REASONS.values())
        case Prompting(subject=ReasonOfReturn()):
            return tuple(reason.value for reason in ReturnReason)
        case _:
            return ()


def digit(turn: KeyTurn) -> Outcome:
    """Type a number, or pick a reason."""
    mode = turn.counter.mode
    if isinstance(mode, Prompting) and mode.need is Need.REASON:
        return _pick(turn, mode)
    return put(turn)


def _pick(turn: KeyTurn, mode: Prompting) -> Outcome:
    counter = turn.counter
    index = PICKS.find(turn.cause.name)
    offered = choices(counter)
    if not 0 <= index < len(offered):
        return reject(No.NO_CHOICE)
    reason = SafeText(offered[index].removeprefix("reason."))
    if isinstance(mode.subject, ReasonOf | ReasonOfPrice):
        return request(at_sale(counter), _of_line(mode.subject, reason), turn.moment)
    if isinstance(mode.subject, ReasonOfHeld):
        return request(_left(counter), VoidHeld(mode.subject.hold_id, reason), turn.moment)
    if isinstance(mode.subject, ReasonOfStock):
        return request(_left(counter), BookDocument(reason=tuple(REASONS)[index]), turn.moment)
    if isinstance(mode.subject, ReasonOfReturn):
        return request(_left(counter), mode.subject.action(reason), turn.moment)
    return request(_left(counter), _opening(turn, reason), turn.moment)


def _of_line(subject: ReasonOf | ReasonOfPrice, reason: SafeText) -> ReduceLine | ChangePrice:
    """Return what the reason of a line was asked for."""
    if isinstance(subject, ReasonOf):
        return ReduceLine(subject.number, Reduction(off_fen=subject.off_fen, reason=reason))
    return ChangePrice(subject.number, subject.price_fen, reason)


def _opening(turn: KeyTurn, reason: SafeText) -> OpenDrawer:
    """Return the opening of the drawer; for the reason that it stayed shut, with the sale that it makes up for."""
    last = turn.counter.record.last
    if last is None or reason != NoSaleReason.SHUT.removeprefix("reason."):
        return OpenDrawer(reason)
    retry_s = turn.counter.settings.drawer_retry_s
    return OpenDrawer(reason, owed.makes_up_for(last, now_ms=turn.moment.wall_ms, retry_s=retry_s))


def _left(counter: Counter) -> Counter:  # noqa: PLR0911 - one row per subject
    """Return the counter where the prompt was opened: the sale, or the page of the one that is done."""
    match counter.mode:
        case Prompting(subject=ReasonOfDrawer(done=True)):
            return replace(counter, mode=done_page(counter), text="")
        case Prompting(subject=ReasonOfHeld(selected=selected)):
            return replace(counter, mode=HeldList(selected=selected), text="")
        case Prompting(subject=ReasonOfReturn(page=page)):
            return replace(counter, mode=page, text="")
        case Prompting(subject=ReasonOfStock()):
            return replace(counter, mode=StockPage(), text="")
        case Prompting(subject=ReferenceOf()):
            return replace(counter, mode=StockMenu(), text="")
        case Prompting(subject=SlipOf()):
            return replace(counter, mode=Tendering(), text="")
        case _:
            return at_sale(counter)


def letter(turn: KeyTurn) -> Outcome:
    """Type a letter of a delivery note, of a store, of a bank's slip or of goods' numbers; no other value has any."""
    if isinstance(turn.counter.mode, Prompting) and _is_text(turn.counter.mode):
        return put(replace(turn, cause=Press(turn.cause.name.upper())))
    return reject(No.FINISH_FIRST)


def _is_text(mode: Prompting) -> bool:
    """Whether letters belong to what is asked for."""
    return isinstance(mode.subject, ReferenceOf | SlipOf) or mode.need in OF_NUMBERS


def sign(turn: KeyTurn) -> Outcome:
    """Type what stands in goods' numbers and on delivery notes beside letters and digits."""
    mode = turn.counter.mode
    if isinstance(mode, Prompting) and _is_text(mode) and not isinstance(mode.subject, SlipOf):
        return put(turn)
    return reject(No.FINISH_FIRST)


def enter(turn: KeyTurn) -> Outcome:
    """Take the typed value, if it is one."""
    mode = turn.counter.mode
    if isinstance(mode, Prompting) and _is_text(mode):
        return _take_text(turn, mode)
    if looks_like_barcode(turn.counter.text):
        return typed_scan(turn)
    match turn.counter.mode:
        case Prompting(need=Need.QUANTITY | Need.NEW_PRICE, subject=QuantityOf() | NewPriceOf() as subject):
            return _take_of_line(turn, subject)
        case Prompting(need=Need.PRICE, subject=Draft() as draft):
            return _take_price(turn, draft)
        case Prompting(need=Need.WEIGHT, subject=Draft() as draft):
            return _take_weight(turn, draft)
        case _:
            return reject(No.NO_CHOICE)


def _take_text(turn: KeyTurn, mode: Prompting) -> Outcome:
    """Take what is no number, although it may look like one."""
    match mode.subject:
        case ReferenceOf() | SlipOf() as subject:
            return _take_reference(turn, subject)
        case Draft() as draft:
            return _take_number(turn, draft, mode.need, turn.counter.text)
        case _:
            return reject(No.NO_CHOICE)


def _take_number(turn: KeyTurn | ScanTurn, draft: Draft, need: Need, number: str) -> Outcome:
    """Take the number of a batch or of a piece."""
    counter = replace(turn.counter, text="")
    tracked = replace(draft, tracked=clean(number, limit=LONGEST))
    if not number:
        return reject(FIRST[need], counter)
    if refusal_of(counter, tracked) is not None:
        return reject(GoodsNo.SERIAL_TWICE, counter, number=tracked.tracked or "")
    return next_step(counter, tracked, turn.moment)


def _take_reference(turn: KeyTurn, subject: ReferenceOf | SlipOf) -> Outcome:
    """Take a bank card; or begin a document: without another store there is no transfer."""
    if isinstance(subject, SlipOf):
        return slip(turn, subject)
    counter = turn.counter
    reference = clean(counter.text)
    if subject.kind.names_a_store and not reference:
        return reject(StoreNo.OTHER_STORE_FIRST)
    if subject.kind.names_a_store and reference.upper() == counter.identity.store.upper():
        return reject(StoreNo.OWN_STORE, replace(counter, text=""))
    return request(_left(counter), BeginDocument(subject.kind, reference), turn.moment)


def _take_of_line(turn: KeyTurn, subject: QuantityOf | NewPriceOf) -> Outcome:
    if isinstance(subject, NewPriceOf):
        return new_price.take(turn, subject.number)
    return _take_quantity(turn, subject.number)


def _take_quantity(turn: KeyTurn, number: int) -> Outcome:
    quantity = count_of(turn.counter.text)
    if quantity is None:
        return reject(No.BAD_QUANTITY, replace(turn.counter, text=""))
    row = live_line(turn.counter, number)
    pieces = quantity if row is None else signed(row.line, quantity)
    return request(at_sale(turn.counter), ChangeQuantity(number, pieces), turn.moment)


def star(turn: KeyTurn) -> Outcome:
    """Behind a price: what follows is a number that is only printed, like that of a voucher or a meter."""
    mode, text = turn.counter.mode, turn.counter.text
    if isinstance(mode, Prompting) and mode.need is Need.PRICE and text and "*" not in text:
        return put(turn)
    return reject(No.KEY_NOT_HERE)


def _take_price(turn: KeyTurn, draft: Draft) -> Outcome:
    price, _, number = turn.counter.text.partition("*")
    price_fen = amount_of(price)
    if price_fen is None or price_fen < 0:
        return reject(No.BAD_AMOUNT, replace(turn.counter, text=""))
    note = clean(f"x {number}" if number else "")
    return next_step(turn.counter, replace(draft, price_fen=price_fen, note=note), turn.moment)


def _take_weight(turn: KeyTurn, draft: Draft) -> Outcome:
    if not turn.counter.text:
        return weighing.take(turn, draft)
    weight_g = grams_of(turn.counter.text)
    if weight_g is None:
        return reject(No.BAD_WEIGHT, replace(turn.counter, text=""))
    return next_step(turn.counter, replace(draft, weight_g=weight_g), turn.moment)


def escape(turn: KeyTurn) -> Outcome:
    """Clear the input, then leave; the scan that led here was for nothing."""
    if turn.counter.text:
        return clear(turn)
    return Applied(counter=_left(turn.counter), reason=No.CANCELLED.code, refused=True)


def scan(turn: ScanTurn) -> Outcome:
    """A scan is never a value: it closes the prompt, if what is typed does, and goes into the sale; a card is bound.

    The code of a delivery note is one.
    """
    counter, code = turn.counter, turn.cause.data
    if isinstance(counter.mode, Prompting) and isinstance(counter.mode.subject, ReferenceOf | ReasonOfStock):
        return _noted(turn, counter.mode.subject)
    if isinstance(counter.mode, Prompting) and isinstance(counter.mode.subject, SlipOf | ReasonOfReturn | ReasonOfHeld):
        return reject(No.FINISH_FIRST)
    if isinstance(counter.mode, Prompting) and counter.mode.need in OF_NUMBERS:
        return _scanned_number(turn, counter.mode)
    card = card_of(counter, code)
    if card is not None:
        return Applied(counter=counter, effects=(by_card(card, scan=turn.cause),))
    closed = _closed(turn)
    if closed is None:
        return reject(No.FINISH_FIRST)
    return replace(closed, counter=replace(closed.counter, backlog=(turn.cause, *closed.counter.backlog)))


def _scanned_number(turn: ScanTurn, mode: Prompting) -> Outcome:
    """Take the number that stands as a code on the goods; a barcode of goods is none, nor is a member's card."""
    draft = mode.subject
    is_other = looks_like_barcode(turn.cause.data) or card_of(turn.counter, turn.cause.data) is not None
    if not isinstance(draft, Draft) or (is_other and not turn.cause.gs1):
        return reject(FIRST[mode.need])
    return _take_number(turn, draft, mode.need, number_in(turn.cause, draft))


def _noted(turn: ScanTurn, subject: ReferenceOf | ReasonOfStock) -> Outcome:
    """Take the code of a delivery note, which then stands typed; nothing else is scanned here."""
    if isinstance(subject, ReasonOfStock) or subject.kind.names_a_store:
        return reject(No.FINISH_FIRST)
    text = clean(turn.cause.data, limit=LONGEST)
    return Applied(counter=replace(turn.counter, text=text), reason="noted")


def _closed(turn: ScanTurn) -> Applied | None:
    """Return what becomes of the prompt when its typed value is taken; None if that does not lead back to the sale."""
    counter = turn.counter
    if not counter.text or looks_like_barcode(counter.text):
        return None
    outcome = enter(Turn(counter=counter, cause=ENTER, moment=turn.moment))
    if isinstance(outcome, Applied) and isinstance(outcome.counter.mode, Selling):
        return outcome
    return None
