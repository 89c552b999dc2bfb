"""The typed buffer: what every mode with an input line shares, and how numbers are read from it."""

import re

from msgspec import Struct
from msgspec.structs import replace

from terminal.checkout.messages import No
from terminal.checkout.outcome import Applied, Ignored, KeyTurn, Outcome, reject
from terminal.checkout.state import Counter
from terminal.domain.errors import InputError
from terminal.domain.money import HIGHEST_AMOUNT_FEN, parse_fen

PICKS = "123456789"
"""The keys that pick a row of a list."""
LONGEST = 40
HIGHEST_COUNT = 9_999
"""Pieces, or the number of a line: what a prefix can say, too."""
"""More is a slip of the hand in any shop; sums of what is below stay far from the 64 bits of a fact."""
GRAMS_PER_KG = 1000
_PREFIX = re.compile(r"(\d{1,4})(?:\.(\d{1,3}))?\*(.*)", re.ASCII | re.DOTALL)
_WEIGHT = re.compile(r"(\d{1,4})?(?:\.(\d{0,3}))?", re.ASCII)


class Times(Struct, frozen=True, kw_only=True):
    """What stands before an item: ``quantity`` pieces (0 = no whole number), ``weight_g`` if the item is weighed."""

    quantity: int = 1
    weight_g: int | None = None


ONCE = Times()


def put(turn: KeyTurn) -> Outcome:
    """Append a character, as long as there is room."""
    text = turn.counter.text
    if len(text) >= LONGEST:
        return reject(No.TOO_LONG)
    return Applied(counter=replace(turn.counter, text=text + turn.cause.name))


def backspace(turn: KeyTurn) -> Outcome:
    """Take the last character back."""
    if not turn.counter.text:
        return Ignored()
    return Applied(counter=replace(turn.counter, text=turn.counter.text[:-1]))


def clear(turn: KeyTurn) -> Outcome:
    """Empty the buffer."""
    if not turn.counter.text:
        return Ignored()
    return Applied(counter=replace(turn.counter, text=""))


def drop(counter: Counter) -> Counter:
    """Return the counter with nothing typed: a scan came first. The next notice says what was dropped."""
    return replace(counter, text="", dropped=counter.text or counter.dropped)


def split_prefix(text: str) -> tuple[Times | None, str]:
    """Return what a prefix ``3*`` or ``0.856*`` says, and what stands behind it; None for a prefix of nothing."""
    match = _PREFIX.fullmatch(text)
    if match is None:
        return ONCE, text
    grams = int(match[1]) * GRAMS_PER_KG + int((match[2] or "").ljust(3, "0"))
    if grams == 0:
        return None, match[3]
    return Times(quantity=0 if grams % GRAMS_PER_KG else grams // GRAMS_PER_KG, weight_g=grams), match[3]


def amount_of(text: str) -> int | None:
    """Return the fen of a typed amount; None if it is none, or more than a till can mean."""
    try:
        fen = parse_fen(text)
    except InputError:
        return None
    return fen if abs(fen) <= HIGHEST_AMOUNT_FEN else None


def grams_of(text: str) -> int | None:
    """Return the grams of typed kilograms; None if it is no weight above 0."""
    match = _WEIGHT.fullmatch(text)
    if match is None:
        return None
    return int(match[1] or 0) * GRAMS_PER_KG + int((match[2] or "").ljust(3, "0")) or None


def count_of(text: str) -> int | None:
    """Return typed pieces; None if it is no whole number from 1 to `HIGHEST_COUNT`."""
    count = int(text) if text.isascii() and text.isdigit() else 0
    return count if 1 <= count <= HIGHEST_COUNT else None
