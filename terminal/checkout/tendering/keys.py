"""The keys of tenders that are no cash: F8 vouchers, points and coupons, F10 bank cards, F11 stored value."""

from msgspec.structs import replace

from terminal.checkout.claims.spending import spending_of
from terminal.checkout.deeds.gate import request
from terminal.checkout.deeds.lines import last_line
from terminal.checkout.handlers.coupons import coupon_code, presented
from terminal.checkout.handlers.typing import amount_of
from terminal.checkout.messages import No
from terminal.checkout.modes import Prompting, Tendering
from terminal.checkout.outcome import Applied, KeyTurn, Outcome, Permit, again, reject, say
from terminal.checkout.payments.messages import PayNo
from terminal.checkout.payments.starting import begin, has_terminal, terminal_is_open
from terminal.checkout.state import Counter
from terminal.checkout.tendering import redeeming
from terminal.checkout.tendering.drafts import ByTerminal, SlipOf, TakeCard, TakeStored
from terminal.checkout.tendering.messages import TenderNo, TenderSay
from terminal.checkout.tendering.taking import ask_slip, offered, take_voucher
from terminal.domain.barcode import looks_like_barcode, pay_code_channel
from terminal.domain.paying import Offer
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.text import clean
from terminal.ports.devices import Scan
from terminal.wire.counter.view import Level

KEYBOARD = "keyboard"
SHORTEST_SLIP, LONGEST_SLIP = 4, 20
"""Digits and letters of the reference on a bank card's slip: banks print 6 to 12, some terminals more."""


def typed_scan(turn: KeyTurn) -> Outcome:
    """Treat what stands typed as a scan: it has the length and the check digit of a barcode."""
    counter = turn.counter
    scan = Scan(device=KEYBOARD, data=counter.text, at_ms=turn.moment.mono_ms)
    return again(replace(counter, text=""), scan)


def is_a_code(text: str) -> bool:
    """Whether what stands typed is never an amount: a barcode, or a customer's code."""
    return looks_like_barcode(text) or pay_code_channel(text) is not None


def voucher(turn: KeyTurn) -> Outcome:
    """``amount F8`` takes a voucher, a coupon's code is presented, F8 alone opens the page of points and coupons."""
    counter, text = turn.counter, turn.counter.text
    coupon = coupon_code(counter, text)
    if coupon is not None:
        return reject(No.PARTLY_PAID) if is_partly_paid(counter) else presented(counter, coupon, None)
    if is_a_code(text):
        return typed_scan(turn)
    if last_line(counter) is None:
        return reject(No.EMPTY_SALE, replace(counter, text=""))
    if not text:
        return redeeming.open_page(turn)
    amount_fen = amount_of(text)
    if amount_fen is None:
        return reject(No.BAD_AMOUNT, replace(counter, text=""))
    return take_voucher(counter, amount_fen, Permit(moment=turn.moment))


def bank_card(turn: KeyTurn) -> Outcome:
    """``amount F10``, or F10 for all that is left: charged by the bank's own terminal.

    The till tells it the amount; where it cannot, the cashier does, and types the reference of its slip.
    """
    tried = _offered(turn, TenderKind.CARD)
    if not isinstance(tried, Tender):
        return tried
    counter, permit = turn.counter, Permit(moment=turn.moment)
    if counter.is_training or not has_terminal(counter):
        return ask_slip(counter, SlipOf(tried.amount_fen), permit)
    if counter.durable.undecided() is not None:
        return reject(PayNo.UNDECIDED)
    if terminal_is_open(counter):
        return begin(replace(counter, text=""), ByTerminal(tried.amount_fen), permit)
    asked = ask_slip(counter, SlipOf(tried.amount_fen), permit)
    by_hand = isinstance(asked, Applied) and isinstance(asked.counter.mode, Prompting)
    return replace(asked, said=say(TenderSay.BY_HAND, Level.ATTENTION)) if by_hand else asked


def stored(turn: KeyTurn) -> Outcome:
    """``amount F11`` takes stored value, F11 alone as much as there is and is left to pay."""
    tried = _offered(turn, TenderKind.STORED)
    if not isinstance(tried, Tender):
        return tried
    paying = replace(turn.counter, mode=Tendering(), text="")
    return request(paying, TakeStored(tried.amount_fen), turn.moment)


def _offered(turn: KeyTurn, kind: TenderKind) -> Tender | Outcome:
    """Return the tender that a key, and the amount before it, offer."""
    counter, text = turn.counter, turn.counter.text
    if is_a_code(text):
        return typed_scan(turn)
    amount_fen = amount_of(text) if text else _all_that_pays(turn, kind)
    if text and amount_fen is None:
        return reject(No.BAD_AMOUNT, replace(counter, text=""))
    return offered(counter, Offer(kind=kind, amount=amount_fen), turn.moment)


def _all_that_pays(turn: KeyTurn, kind: TenderKind) -> int | None:
    """Return how much a key without an amount is about; None: what `Taking.take` says."""
    if kind is not TenderKind.STORED:
        return None
    return spending_of(turn.counter, now_ms=turn.moment.wall_ms).most_stored() or None


def slip(turn: KeyTurn, subject: SlipOf) -> Outcome:
    """Take the reference that stands typed."""
    counter, text = turn.counter, turn.counter.text
    if not (SHORTEST_SLIP <= len(text) <= LONGEST_SLIP and text.isascii() and text.isalnum()):
        return reject(TenderNo.SLIP_HOW, replace(counter, text=""))
    paying = replace(counter, mode=Tendering(), text="")
    return request(paying, TakeCard(subject.amount_fen, clean(text)), turn.moment)


def is_partly_paid(counter: Counter) -> bool:
    """Whether something was taken for the open sale."""
    return counter.record.sale is not None and bool(counter.record.sale.tenders)
