"""Identities that a till makes itself: who it is, sale ids, receipt numbers."""

from dataclasses import dataclass
from typing import NewType

SaleId = NewType("SaleId", str)
"""UUIDv7 as 32 hexadecimal digits; given at the first line of a sale."""

HoldId = NewType("HoldId", str)
ActionId = NewType("ActionId", str)
"""Names one action of a device, so that it is safe to repeat the question, never the action."""

OrderNumber = NewType("OrderNumber", str)
"""UUIDv7 as 32 hexadecimal digits: what the till calls one attempt to be paid by code."""

Sku = NewType("Sku", str)
StaffNumber = NewType("StaffNumber", str)

STORE_SHAPE = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}"
TILL_SHAPE = r"[A-Za-z0-9]{1,16}"
TERMINAL_SHAPE = rf"{STORE_SHAPE}-{TILL_SHAPE}"
"""What the name of a terminal looks like, as a regular expression."""
_RANDOM = (1 << 62) - 1
"""``rand_b``, the last 62 bits of a UUIDv7."""
_STRIDE = 1 << 40
"""More than the ids of a millisecond rise by: a sibling is none of those that come after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Which lane this is.

    ``epoch`` rises when a terminal is replaced or loses its data, so that sequences may restart.
    """

    store: str
    till: str
    epoch: int

    @property
    def terminal(self) -> str:
        """The name on the wire, at HQ and in the hash chain: ``S01-T03``."""
        return f"{self.store}-{self.till}"


def receipt_number(identity: Identity, number: int) -> str:
    """Return the printed number of the n-th done sale of an epoch: ``S01-T03-1-000042``."""
    return f"{identity.terminal}-{identity.epoch}-{number:06d}"


def document_number(identity: Identity, number: int) -> str:
    """Return the printed number of the n-th document of stock of an epoch: ``S01-T03-1-K00042``."""
    return f"{identity.terminal}-{identity.epoch}-K{number:05d}"


def uuid7(*, unix_ms: int, random: bytes) -> bytes:
    """Return a UUIDv7 (RFC 9562 section 5.7) from a time and 10 random bytes."""
    raw = bytearray(unix_ms.to_bytes(6, "big") + random[:10])
    raw[6] = (raw[6] & 0x0F) | 0x70
    raw[8] = (raw[8] & 0x3F) | 0x80
    return bytes(raw)


def sibling(uuid: str) -> str:
    """Return another UUIDv7 of the same time, the same for the same one; both are 32 hexadecimal digits."""
    number = int(uuid, 16)
    random = number & _RANDOM
    return f"{number ^ random | (random + _STRIDE) & _RANDOM:032x}"
