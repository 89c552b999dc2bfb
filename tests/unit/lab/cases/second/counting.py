"""Rounding and splitting as CHECKOUT 2 defines them, written anew; and how a step is refused."""

from collections.abc import Sequence
from typing import Any

Doc = dict[str, Any]


class RefusedError(Exception):
    """A step is refused: its code, and what else is told."""

    def __init__(self, code: str, **more: int) -> None:
        super().__init__(code)
        self.result = {"status": "error", "error": code, **more}


def half_up(above: int, below: int) -> int:
    return (2 * above + below) // (2 * below) if above >= 0 else -half_up(-above, below)


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    if amount < 0:
        return [-share for share in spread(-amount, weights)]
    whole = sum(weights)
    if not whole:
        return [0 for _ in weights]
    shares = [amount * weight // whole for weight in weights]
    rests = [amount * weight % whole for weight in weights]
    while sum(shares) < amount:
        best = max(range(len(rests)), key=lambda index: (rests[index], -index))
        shares[best] += 1
        rests[best] = -1
    return shares
