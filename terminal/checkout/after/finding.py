"""Which sale comes back: the code of its receipt, a typed number, or the last one of this till."""

import re

from msgspec.structs import replace

from terminal.checkout.after import elsewhere
from terminal.checkout.after.messages import AfterNo, AfterSay
from terminal.checkout.after.modes import FindingReceipt, Returning, Wanted
from terminal.checkout.deeds.empty import without_empty_sale
from terminal.checkout.effects import FindSale
from terminal.checkout.handlers.typing import clear, put
from terminal.checkout.inputs import SaleFound
from terminal.checkout.keys import Press
from terminal.checkout.messages import No
from terminal.checkout.outcome import Applied, KeyTurn, Outcome, Said, ScanTurn, Turn, reject, say
from terminal.checkout.shifts.messages import ShiftNo
from terminal.checkout.state import Counter, at_rest, is_online, lacks_shift
from terminal.domain.ids import Identity, receipt_number
from terminal.domain.members.member import MERGED
from terminal.domain.sale_codes import read_sale_code
from terminal.wire.counter.view import Level

SHOWN = 40
_NUMBER = re.compile(r"(?:(\d{1,4})-)?(\d{1,6})", re.ASCII)
"""What is typed of a number of this till: perhaps the epoch, then how manieth it was."""


@without_empty_sale
def open_page(turn: KeyTurn) -> Outcome:
    """Ask which receipt comes back; not over an open sale."""
    counter = turn.counter
    no = hindered(counter)
    if no is not None:
        return reject(no)
    opened = replace(counter, mode=FindingReceipt())
    return enter(replace(turn, counter=opened)) if counter.text else Applied(counter=opened)


def hindered(counter: Counter) -> No | ShiftNo | None:
    """Return why nothing can come back now."""
    if counter.record.sale is not None:
        return No.SALE_OPEN
    if counter.is_training:
        return No.NOT_IN_TRAINING
    if counter.low_space:
        return No.LOW_SPACE
    return ShiftNo.NO_SHIFT if lacks_shift(counter) else None


def enter(turn: KeyTurn) -> Outcome:
    """Look for the typed number; with nothing typed, for the last receipt of this till."""
    counter = turn.counter
    text = counter.text
    if not text:
        last = counter.record.last
        return reject(AfterNo.RECEIPT_HOW) if last is None else _look(counter, last.completed.receipt_no)
    return _look(replace(counter, text=""), number_of(counter.identity, text))


def number_of(identity: Identity, text: str) -> str:
    """Return the whole number of a receipt of which only the end is typed: ``42``, ``1-42``."""
    short = _NUMBER.fullmatch(text)
    if short is None:
        return text
    epoch = identity.epoch if short[1] is None else int(short[1])
    return receipt_number(Identity(store=identity.store, till=identity.till, epoch=epoch), int(short[2]))


def letter(turn: KeyTurn) -> Outcome:
    """Type a letter of a receipt's number: they are capitals."""
    return put(replace(turn, cause=Press(turn.cause.name.upper())))


def scan(turn: ScanTurn) -> Outcome:
    """The code of a receipt shows its sale."""
    code = read_sale_code(turn.cause.data)
    if code is None:
        return reject(AfterNo.RECEIPT_HOW)
    if elsewhere.is_forged(turn.counter, code):
        return reject(AfterNo.FORGED)
    query = FindSale(receipt_no=code.receipt_no, scan=turn.cause)
    return Applied(counter=replace(turn.counter, text=""), effects=(query,))


@without_empty_sale
def scan_receipt(turn: ScanTurn) -> Outcome:
    """The code of a receipt, where goods are sold: its page opens, but not over an open sale."""
    no = hindered(turn.counter)
    if no is not None:
        return reject(no)
    return scan(replace(turn, counter=replace(turn.counter, mode=FindingReceipt())))


def leave(turn: KeyTurn) -> Outcome:
    """Clear what is typed, then go back to selling."""
    return clear(turn) if turn.counter.text else Applied(counter=replace(turn.counter, mode=at_rest(turn.counter)))


def _look(counter: Counter, receipt_no: str) -> Outcome:
    return Applied(counter=counter, effects=(FindSale(receipt_no=receipt_no),))


def found(turn: Turn[SaleFound]) -> Outcome:
    """Show the sale, of which nothing is chosen yet."""
    counter, answer = turn.counter, turn.cause
    query, receipt_no = answer.query, answer.query.receipt_no
    code = None if query.scan is None else read_sale_code(query.scan.data)
    is_own = receipt_no.startswith(f"{counter.identity.terminal}-")
    wanted = Wanted(receipt_no, code, answer.back_fen, is_own=is_own)
    is_to_be_asked = query.told is None and not query.is_asked and is_online(counter)
    if is_own and is_to_be_asked:
        return elsewhere.ask(counter, wanted, turn.moment)
    if answer.found is None:
        if is_own:
            return reject(AfterNo.NO_SUCH_RECEIPT, receipt_no=receipt_no[:SHOWN])
        return elsewhere.look(counter, wanted, turn.moment)
    if answer.found.sold.voided:
        return reject(AfterNo.VOID_ALREADY)
    if answer.owner is not None and answer.owner.status == MERGED:
        return reject(AfterNo.MEMBER_MERGED)
    told = query.told
    claim = counter.mode.claim if told is not None and isinstance(counter.mode, FindingReceipt) else None
    page = Returning(found=answer.found, owner=answer.owner, today=turn.moment.local_iso[:10], claim=claim)
    if told is not None and not answer.is_kept:
        page = replace(page, terminal=told.terminal, epoch=told.epoch)
    return Applied(counter=replace(counter, mode=page, text=""), said=_shown(query), reason="shown")


def _shown(query: FindSale) -> Said:
    """Return what is said of a sale on its page: without HQ nobody knows what came back of it at other tills."""
    is_alone = query.alone or (query.told is None and not query.is_asked)
    if is_alone:
        return say(AfterSay.FOUND_ALONE, Level.ATTENTION, receipt_no=query.receipt_no)
    return say(AfterSay.FOUND, receipt_no=query.receipt_no)
