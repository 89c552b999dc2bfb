"""Money is whole fen; rates are basis points; splits are by largest remainder. Nothing here knows a float."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from terminal.domain.errors import InputError

BASIS = 10_000
HIGHEST_AMOUNT_FEN = 1_000_000_000
"""The most that one amount may be that people type or publish: what is more is a slip."""
PriceFen = Annotated[int, Meta(ge=0)]
"""Fen, not negative; checked where a book is decoded."""
RateBp = Annotated[int, Meta(ge=0, le=BASIS)]
"""Basis points from 0 to 100 %."""
_AMOUNT = re.compile(r"(-?)(\d{1,12})(?:\.(\d{0,2}))?|(-?)\.(\d{1,2})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in fen, for the borders of packages; inside them amounts are ints named ``*_fen``."""

    fen: int

    def __str__(self) -> str:
        return format_fen(self.fen)


def format_fen(fen: int) -> str:
    """Return an amount as people read it: ``1234.50``, ``-0.05``."""
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{sign}{yuan}.{rest:02d}"


def parse_fen(text: str) -> int:
    """Return the fen of ``12``, ``12.5``, ``12.50`` or ``.5``; `InputError` for anything else."""
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise InputError(f"not an amount: {text!r}", code="bad_amount", hint="type yuan, with at most two decimals")
    sign = match[1] or match[4]
    yuan = int(match[2] or 0)
    decimals = (match[3] if match[2] is not None else match[5]) or ""
    fen = yuan * 100 + int(decimals.ljust(2, "0"))
    return -fen if sign else fen


def half_up(numerator: int, denominator: int) -> int:
    """Return numerator/denominator rounded half up, away from zero for negative values (mirrored)."""
    if numerator < 0:
        return -half_up(-numerator, denominator)
    return (2 * numerator + denominator) // (2 * denominator)


def pay(amount_fen: int, pay_bp: int) -> int:
    """Return what the customer pays of an amount at a share in basis points (CHECKOUT: PAY)."""
    return half_up(amount_fen * pay_bp, BASIS)


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """Split an amount over weights by largest remainder; equal remainders go to the earlier entry (CHECKOUT: SPREAD).

    The shares sum to ``amount`` exactly. `InputError` if the weights are negative, or sum to 0 with an amount to split.
    """
    if amount == 0:
        return [0] * len(weights)
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise InputError(f"cannot split {amount} over {total}", code="bad_weights")
    if amount < 0:
        return [-share for share in shares_of(-amount, weights, total)]
    return shares_of(amount, weights, total)


def shares_of(amount: int, weights: Sequence[int], total: int) -> list[int]:
    """Split like `spread`, unchecked: amount and ``total``, the sum of the weights, are above 0, no weight is below."""
    shares = [amount * weight // total for weight in weights]
    missing = amount - sum(shares)
    if missing:
        rests = [amount * weight % total for weight in weights]
        for index in sorted(range(len(rests)), key=rests.__getitem__, reverse=True)[:missing]:
            shares[index] += 1
    return shares


def spread_runs(amount: int, runs: Sequence[tuple[int, int]]) -> list[int]:
    """Split like `spread` over runs of (how many entries, weight of each), and return the share of each whole run."""
    if amount < 0:
        return [-share for share in spread_runs(-amount, runs)]
    if amount == 0:
        return [0] * len(runs)
    total = sum(count * weight for count, weight in runs)
    if total <= 0 or any(weight < 0 for _, weight in runs):
        raise InputError(f"cannot split {amount} over {total}", code="bad_weights")
    shares = [amount * weight // total * count for count, weight in runs]
    missing = amount - sum(shares)
    for index in sorted(range(len(runs)), key=lambda i: (-(amount * runs[i][1] % total), i)):
        given = min(missing, runs[index][0])
        shares[index] += given
        missing -= given
    return shares
