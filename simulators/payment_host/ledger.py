"""What a payment host knows, in a file that a kill -9 cannot shorten: every call, every charge, every return.

One line of JSON an entry, synced before anything is answered. A started host reads them all.
"""

import os
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct

from simulators.payment_host.scripts import Script

LATE = "late"
SCRIPT = "script"


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that happened to an order. ``charged`` and ``returned`` are what moved in it."""

    at_ms: int
    do: str
    order: str = ""
    channel: str = ""
    code: str = ""
    asked: int = 0
    charged: int = 0
    returned: int = 0
    refund: str = ""
    closed: bool = False
    due_ms: int = 0
    script: Script | None = None


@dataclass(slots=True)
class Order:
    """An order as its entries say. ``charges`` are the amounts taken, one by one; ``late_ms`` when one more is due.

    ``late_refunds`` are those that were refused and will be made: when, and how much.
    """

    order: str
    channel: str = ""
    code: str = ""
    asked: int = 0
    charges: list[int] = field(default_factory=list)
    returned: int = 0
    refunds: dict[str, int] = field(default_factory=dict)
    closed: bool = False
    late_ms: int = 0
    late_refunds: dict[str, tuple[int, int]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)

    @property
    def held(self) -> int:
        """What the shop has of the customer's money."""
        return sum(self.charges) - self.returned


class Ledger:
    """Orders and scripts over a file. Any thread may use it."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._orders: dict[str, Order] = {}
        self._scripts: dict[str, Script] = {}
        if path.exists():
            for line in path.read_bytes().splitlines(keepends=True):
                if line.endswith(b"\n"):  # what a kill cut off was never answered
                    self._take(msgspec.json.decode(line, type=Entry))
        self._file: BinaryIO = _repaired(path)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def note(self, entry: Entry) -> Order:
        """Make an entry durable, and return the order as it is now."""
        with self._lock:
            self._file.write(msgspec.json.encode(entry) + b"\n")
            self._file.flush()
            os.fdatasync(self._file.fileno())
            return self._take(entry)

    def order(self, number: str) -> Order | None:
        """Return an order; a charge that came due meanwhile is made first."""
        with self._lock:
            known = self._orders.get(number)
            for refund, (due_ms, amount) in () if known is None else tuple(known.late_refunds.items()):
                if due_ms <= now_ms():
                    self.note(Entry(at_ms=now_ms(), do=LATE, order=number, returned=amount, refund=refund))
            if known is not None and known.late_ms and known.late_ms <= now_ms():
                return self.note(Entry(at_ms=now_ms(), do=LATE, order=number, charged=known.asked))
            return known

    def orders(self) -> tuple[Order, ...]:
        """Return all orders, in the order of their first call."""
        with self._lock:
            return tuple(order for number in tuple(self._orders) if (order := self.order(number)) is not None)

    def script(self, code: str) -> Script | None:
        """Return what was set for a code."""
        with self._lock:
            return self._scripts.get(code)

    def _take(self, entry: Entry) -> Order:
        if entry.script is not None:
            self._scripts[entry.code] = entry.script
            return Order(order="")
        order = self._orders.setdefault(entry.order, Order(order=entry.order))
        order.calls[entry.do] += 1
        if entry.channel:
            order.channel, order.code, order.asked = entry.channel, entry.code, entry.asked
        if entry.charged:
            order.charges.append(entry.charged)
        order.returned += entry.returned
        if entry.refund and entry.due_ms:
            order.late_refunds[entry.refund] = (entry.due_ms, entry.asked)
        elif entry.refund:
            order.late_refunds.pop(entry.refund, None)
            order.refunds[entry.refund] = entry.returned
        order.closed = order.closed or entry.closed
        order.late_ms = (0 if entry.refund else entry.due_ms) or (0 if entry.do == LATE else order.late_ms)
        return order


def now_ms() -> int:
    """Return the time, UTC."""
    return time.time_ns() // 1_000_000


def _repaired(path: Path) -> BinaryIO:
    """Open the file for more entries, without the piece of one that a kill left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        whole = path.read_bytes()
        end = whole.rfind(b"\n") + 1
        if end != len(whole):
            os.truncate(path, end)
    return path.open("ab")
