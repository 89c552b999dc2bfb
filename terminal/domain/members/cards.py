"""By what a member is found: cards of several media, and a phone number."""

import re
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from terminal.domain.errors import RuleError
from terminal.domain.members.member import ACTIVE

PHONE_DIGITS = 11
TAIL_DIGITS = 4
LOST = "lost"
REPLACED = "replaced"
"""Status of a card that another one was issued for."""
RANDOM_UID = "08"
"""ISO/IEC 14443-3, 6.4.4: a UID of four bytes that begins so is made anew each time the card is held to a reader."""
_PHONE = re.compile(r"1\d{10}", re.ASCII)
_TAIL = re.compile(r"\d{4}", re.ASCII)


class Medium(StrEnum):
    """What a card is read from."""

    CODE = "code"
    """A code that is printed, or shown by a phone."""
    STRIPE = "stripe"
    EM4100 = "em4100"
    """125 kHz. Its ``format`` says which of the ways to write the number a reader uses: some drop bits."""
    NFC = "nfc"
    PHONE = "phone"
    """A code on a phone (`terminal.domain.members.phone_codes`): its number is that code, and nobody keeps it."""


class CardKey(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A card as a reader tells it: the medium, the canonical number, and the format where a medium has several."""

    number: Annotated[str, Meta(min_length=1, max_length=64)]
    medium: Medium = Medium.CODE
    format: str = ""


class MemberCard(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A card that is bound to a member. One that was lost finds nobody; the member's other cards do."""

    key: CardKey
    status: str = ACTIVE


def check_bindable(key: CardKey) -> None:
    """`RuleError` ``card_random`` for what has another number each time: some NFC cards, and codes on phones."""
    if key.medium is Medium.PHONE:
        raise RuleError("a code on a phone is another one each time", code="card_random")
    if key.medium is Medium.NFC and len(key.number) == len("08aabbcc") and key.number.startswith(RANDOM_UID):
        raise RuleError("the number of this card is made anew each time", code="card_random")


def is_phone(text: str) -> bool:
    """Whether a number is that of a mobile phone in China: eleven digits, the first is a 1."""
    return _PHONE.fullmatch(text) is not None


def is_tail(text: str) -> bool:
    """Whether a number can be the end of a phone number."""
    return _TAIL.fullmatch(text) is not None
