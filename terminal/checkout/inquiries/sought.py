"""What is typed or scanned to find sales, or what was done to a member."""

import re

from terminal.checkout.handlers.typing import amount_of
from terminal.checkout.inputs import Moment
from terminal.checkout.inquiries.questions import Search, Topic, Who
from terminal.checkout.members.asking import SHORTEST_CARD, card_of
from terminal.checkout.state import Counter
from terminal.domain.members.cards import CardKey, Medium, is_phone, is_tail
from terminal.domain.sale_codes import read_sale_code
from terminal.domain.text import SafeText, clean, mask

AROUND_MS = 15 * 60_000
"""How much earlier or later than a typed time a sale may have been."""
DAY_MS = 24 * 60 * 60_000
_TIME = re.compile(r"\*([01]\d|2[0-3])([0-5]\d)", re.ASCII)
_NUMBER = re.compile(r"[0-9A-Za-z-]{1,40}", re.ASCII)


def search_of(counter: Counter, topic: Topic, text: str, moment: Moment, *, scanned: bool = False) -> Search | None:
    """Return what a text looks for; None if it is nothing that can be looked for here."""
    who = _who(counter, topic, text, scanned=scanned)
    if who is not None:
        sought = SafeText(text) if who.tail else mask(clean(text))
        return Search(topic=topic, who=who, sought=sought)
    if topic is not Topic.SALES:
        return None
    code = read_sale_code(text)
    if code is not None:
        return Search(topic=topic, ending=code.receipt_no, sought=clean(code.receipt_no))
    return None if scanned else _typed(text, moment)


def _who(counter: Counter, topic: Topic, text: str, *, scanned: bool) -> Who | None:
    """Return whom a text names; a code on a phone is for a sale, and names nobody here.

    Of sales a short number is that of a receipt, not the end of a phone number.
    """
    card = card_of(counter, text)
    if card is not None and card.medium is Medium.PHONE:
        return None
    if card is not None:
        return Who(card=card)
    if is_phone(text) and not scanned:
        return Who(phone=text)
    if topic is not Topic.MEMBER:
        return None
    if is_tail(text) and not scanned:
        return Who(tail=text)
    is_card = len(text) >= SHORTEST_CARD and text.isascii() and text.isalnum()
    return Who(card=CardKey(number=text)) if is_card and not scanned else None


def _typed(text: str, moment: Moment) -> Search | None:
    """Return what digits look for: ``*1930`` a time, ``12.50`` an amount, else the end of a receipt's number."""
    time = _TIME.fullmatch(text)
    if time is not None:
        at_ms = _last(int(time[1]) * 60 + int(time[2]), moment)
        sought = clean(f"{time[1]}:{time[2]}")
        return Search(topic=Topic.SALES, since_ms=at_ms - AROUND_MS, until_ms=at_ms + AROUND_MS, sought=sought)
    if "." in text:
        amount_fen = amount_of(text)
        return None if amount_fen is None else Search(topic=Topic.SALES, amount_fen=amount_fen, sought=clean(text))
    return Search(topic=Topic.SALES, ending=text, sought=clean(text)) if _NUMBER.fullmatch(text) else None


def _last(minute: int, moment: Moment) -> int:
    """Return when it was this minute of the day last (UTC, ms)."""
    now = int(moment.local_iso[11:13]) * 60 + int(moment.local_iso[14:16])
    minutes = (now - minute) % (24 * 60)
    return moment.wall_ms - minutes * 60_000
