"""The page of members: who it is, what there is, and what can be done. Goods that are scanned go into the sale."""

from msgspec.structs import replace

from terminal.checkout.effects import FindMember, Seeking
from terminal.checkout.handlers import sale
from terminal.checkout.handlers.typing import clear
from terminal.checkout.members.asking import SHORTEST_CARD, by_card, card_of
from terminal.checkout.members.binding import unbind
from terminal.checkout.messages import No
from terminal.checkout.modes import MemberPage, Selling, Tendering
from terminal.checkout.outcome import Applied, Ignored, KeyTurn, Outcome, ScanTurn, reject
from terminal.checkout.state import Counter, without_page
from terminal.domain.barcode import pay_code_channel
from terminal.domain.members.cards import CardKey, is_phone, is_tail
from terminal.domain.text import SafeText, mask


def open_page(turn: KeyTurn) -> Outcome:
    """Show the member of the sale, or ask whom to look for; what stands typed is looked for at once."""
    counter = turn.counter
    open_sale, mode = counter.record.sale, counter.mode
    if open_sale is not None and open_sale.tenders:
        return reject(No.PARTLY_PAID)
    page = MemberPage(back=mode if isinstance(mode, Tendering) else Selling())
    opened = replace(counter, mode=page)
    if counter.text:
        return enter(replace(turn, counter=opened))
    member = open_sale.member if open_sale is not None else None
    effects = () if member is None else (FindMember(seeking=Seeking.LIST, member=member.id),)
    return Applied(counter=opened, effects=effects)


def enter(turn: KeyTurn) -> Outcome:
    """Look for what stands typed, bind the n-th of the list, or (with nothing typed) the one that is highlighted."""
    counter, page = turn.counter, turn.counter.mode
    if not isinstance(page, MemberPage):
        return Ignored()
    text = counter.text
    if not text:
        return _take(counter, page, page.selected)
    if len(text) == 1 and text.isdigit() and page.found:
        return _take(replace(counter, text=""), page, int(text) - 1)
    query = _query(counter, text)
    if query is None:
        return reject(No.MEMBER_HOW, replace(counter, text=""))
    asked_for = mask(SafeText(text)) if not query.tail else text
    looking = replace(page, found=(), asked_for=asked_for, unknown=query.phone)
    return Applied(counter=replace(counter, mode=looking, text=""), effects=(query,))


def _query(counter: Counter, text: str) -> FindMember | None:
    """Return what is looked for: a phone number, the last four digits of one, or the number of a card."""
    if is_phone(text):
        return FindMember(seeking=Seeking.LIST, phone=text)
    if is_tail(text):
        return FindMember(seeking=Seeking.LIST, tail=text)
    if len(text) < SHORTEST_CARD or not (text.isascii() and text.isalnum()):
        return None
    return by_card(card_of(counter, text) or CardKey(number=text), Seeking.LIST)


def _take(counter: Counter, page: MemberPage, index: int) -> Outcome:
    """Bind one of the list, with what is known of it now."""
    if not page.found:
        return reject(No.MEMBER_HOW, counter)
    if not 0 <= index < len(page.found):
        return reject(No.NO_CHOICE, counter)
    return Applied(counter=counter, effects=(FindMember(seeking=Seeking.BIND, member=page.found[index].row.member.id),))


def move(turn: KeyTurn) -> Outcome:
    """Highlight another one."""
    counter, page = turn.counter, turn.counter.mode
    if not isinstance(page, MemberPage) or not page.found:
        return reject(No.NO_CHOICE)
    step = -1 if turn.cause.name == "up" else 1
    at = min(max(page.selected + step, 0), len(page.found) - 1)
    return Applied(counter=replace(counter, mode=replace(page, selected=at)))


def take_off(turn: KeyTurn) -> Outcome:
    """Take the member off the sale."""
    return unbind(turn.counter)


def escape(turn: KeyTurn) -> Outcome:
    """Clear the input, then leave."""
    return clear(turn) if turn.counter.text else Applied(counter=without_page(turn.counter))


def scan(turn: ScanTurn) -> Outcome:
    """A member's card is bound; an article goes into the sale, and the page stays."""
    counter, page = turn.counter, turn.counter.mode
    if not isinstance(page, MemberPage):
        return Ignored()
    card = card_of(counter, turn.cause.data)
    if card is not None:
        return Applied(counter=counter, effects=(by_card(card, scan=turn.cause),))
    if pay_code_channel(turn.cause.data) is not None:
        return reject(No.PAY_FIRST)
    beside = replace(counter, mode=Selling(), beside=replace(page, back=Selling()))
    return sale.scan(replace(turn, counter=beside))
