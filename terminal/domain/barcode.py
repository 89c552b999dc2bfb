"""What a code on goods, on a scale label or on a card says, before any article is looked up (CHECKOUT 3)."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from terminal.domain.catalog import CardFormat, CheckDigit, LabelFormat, LabelPart
from terminal.domain.money import half_up

GTIN_LENGTHS = frozenset({8, 12, 13, 14})
"""GS1 General Specifications 7.9: lengths of the codes that end with a check digit."""
FEN_PER_YUAN = 100
GRAMS_PER_KG = 1000
BAD_BARCODE = "bad_barcode"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelCode:
    """An in-store label of a scale: the PLU, with the weight in grams, the amount in fen, or both."""

    plu: str
    weight_g: int | None = None
    amount_fen: int | None = None


@dataclass(frozen=True, slots=True)
class GoodsCode:
    """An ordinary code. ``forms`` are to be looked up in this order: as it stands, then the same GTIN written else."""

    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MemberCode:
    """The number of a member's card."""

    card: str


@dataclass(frozen=True, slots=True)
class BadCode:
    """A code that cannot be right; ``reason`` is the code of the refusal."""

    reason: str = BAD_BARCODE


CodeReading = LabelCode | GoodsCode | MemberCode | BadCode


class PayChannel(StrEnum):
    """Whose payment code a customer shows."""

    WECHAT = "wechat"
    ALIPAY = "alipay"
    UNIONPAY = "unionpay"


def ean_check_digit(data: str) -> int:
    """Return the check digit behind some digits (GS1 General Specifications 7.9: weights 3, 1, 3, … from the right)."""
    return -(3 * sum(map(int, data[::-2])) + sum(map(int, data[-2::-2]))) % 10


def has_valid_check_digit(code: str) -> bool:
    """Whether a code is all digits, and the last is the check digit of those before it."""
    return _is_digits(code) and len(code) > 1 and ean_check_digit(code[:-1]) == int(code[-1])


def looks_misread(code: str) -> bool:
    """Whether a code has the length of a GTIN and no right check digit: no till takes it for goods."""
    return _is_digits(code) and len(code) in GTIN_LENGTHS and not has_valid_check_digit(code)


def looks_like_barcode(text: str) -> bool:
    """Whether a number can be a barcode (GTIN length, right check digit), so that it is never taken for money."""
    return len(text) in GTIN_LENGTHS and has_valid_check_digit(text)


def read_code(
    code: str,
    labels: tuple[LabelFormat, ...],
    *,
    cards: tuple[CardFormat, ...] = (),
    member_prefixes: tuple[str, ...] = (),
) -> CodeReading:
    """Return what a code is: label first, then member's card, then goods. ``member_prefixes`` fit at any length.

    Of several formats that fit, the one with the longest prefix reads the label. An ordinary code is tested for its
    check digit only if it is all digits and has the length of a GTIN; others are looked up as they are.
    """
    fitting = [label for label in labels if len(code) == label.length and code.startswith(label.prefix)]
    if fitting:
        return _read_label(code, max(fitting, key=lambda label: len(label.prefix)))
    is_card = code.startswith(member_prefixes) or any(card.fits(code) for card in cards)
    if is_card and code.isascii() and code.isalnum():
        return MemberCode(code)
    if not code or looks_misread(code):
        return BadCode()
    return GoodsCode(forms_of(code))


def _read_label(code: str, label: LabelFormat) -> LabelCode | BadCode:
    if not _is_digits(code) or (label.check is CheckDigit.EAN and not has_valid_check_digit(code)):
        return BadCode()
    plu, weight_g, amount_fen = "", None, None
    start = len(label.prefix)
    for field in label.fields:
        digits = code[start : start + field.digits]
        start += field.digits
        match field.part:
            case LabelPart.PLU:
                plu = digits
            case LabelPart.WEIGHT:
                weight_g = half_up(int(digits) * GRAMS_PER_KG, 10**field.decimals)
            case LabelPart.AMOUNT:
                amount_fen = half_up(int(digits) * FEN_PER_YUAN, 10**field.decimals)
            case _:
                assert_never(field.part)
    return LabelCode(plu=plu, weight_g=weight_g, amount_fen=amount_fen)


def forms_of(code: str) -> tuple[str, ...]:
    """Return the ways in which the same GTIN is written: UPC-A has 12 digits, EAN-13 one 0 more, GTIN-14 two."""
    if not _is_digits(code) or len(code) not in GTIN_LENGTHS - {8}:
        return (code,)
    whole = code.zfill(14)
    shorter = [whole[zeros:] for zeros in (1, 2) if whole.startswith("0" * zeros)]
    return (code, *(form for form in shorter if form != code))


_PAY_CODES = (
    (PayChannel.WECHAT, re.compile(r"1[0-5]\d{16}", re.ASCII)),  # WeChat Pay POS guide: 18 digits, 10 to 15
    (PayChannel.ALIPAY, re.compile(r"(?:2[5-9]|30)\d{14,22}", re.ASCII)),  # 16 to 24 digits, 25 to 30
    (PayChannel.UNIONPAY, re.compile(r"62\d{17}", re.ASCII)),  # 19 digits, 62
)


def pay_code_channel(text: str) -> PayChannel | None:
    """Return the channel of a payment code, or None.

    The shape alone cannot tell it from an 18-digit label or a bank number: ask only in a state that takes payments.
    """
    return next((channel for channel, shape in _PAY_CODES if shape.fullmatch(text)), None)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
