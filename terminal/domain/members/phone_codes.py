"""动态码: the code on a member's phone. It says who and when, and is good for a minute, once.

It is ``GM1`` and, in base 32 (RFC 4648 without padding: capital letters and digits, which every scanner types right):
the number of the key (1 byte), the time at which it was made (6 bytes, ms UTC), the length of the member's number (1
byte), that number, and the first 10 bytes of the HMAC-SHA256 over all of it by the key. A number that is 32
hexadecimal digits, as tills give them, is packed into 16 bytes; bit 7 of the length says so. All integers are big
endian. With a number of seven characters a code has 43, with one of a till 58.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from terminal.domain.promotions.coupons import MemberId

MARK = "GM1"
LIFE_MS = 60_000
"""How old a code may be."""
AHEAD_MS = 10_000
"""How far ahead of a till's clock the time of a code may be."""
KEPT_MS = 600_000
"""How long a till remembers what was used; a code that is older than that beside the newest one is good no more."""
MAC_BYTES = 10
SECRET_BYTES = 32
MOST_KEYS = 256
"""Keys are numbered from 0, and again from 0 after the last."""
_HEAD_BYTES = 8
_PACKED = 0x80
_LONGEST_NUMBER = 32
_PURPOSE = b"guitai/member-code/1\0"
_SHAPE = re.compile(r"GM1[A-Z2-7]{31,80}", re.ASCII)
_TILL_NUMBER = re.compile(r"[0-9a-f]{32}", re.ASCII)
_DIGITS_A_GROUP = 8


class CodeKey(Struct, frozen=True, array_like=True):
    """A key by which codes are made and checked."""

    number: int
    secret: bytes

    def __repr__(self) -> str:
        """A secret is never logged."""
        return f"CodeKey({self.number})"


class PhoneCode(Struct, frozen=True, kw_only=True):
    """What a code says; ``signed`` are the bytes that ``mac`` is over."""

    key: int
    made_ms: int
    member: MemberId
    signed: bytes
    mac: bytes

    def __repr__(self) -> str:
        """A code that is good is never logged."""
        return f"PhoneCode({self.key})"

    @property
    def digest(self) -> str:
        """By what a used code is known: the code cannot be made of it."""
        return hashlib.sha256(self.signed + self.mac).hexdigest()[:32]


class CodeFault(StrEnum):
    """Why a code is not good."""

    NO_KEY = "no_key"
    """The till has no key at all."""
    OTHER_KEY = "other_key"
    """It is of a key that the till does not have, any more or yet."""
    FORGED = "forged"
    OLD = "old"
    EARLY = "early"
    """It is of a time that is still to come: a clock is wrong."""


def is_phone_code(text: str) -> bool:
    """Whether a text has the shape of a code on a phone, whatever it says."""
    return _SHAPE.fullmatch(text.upper()) is not None


def make_phone_code(member: MemberId, *, made_ms: int, key: CodeKey) -> str:
    """Return the code of a member at a time; `ValueError` for a number that fits into none."""
    is_packed = _TILL_NUMBER.fullmatch(member) is not None
    name = bytes.fromhex(member) if is_packed else member.encode("ascii")
    if not 0 < len(name) <= _LONGEST_NUMBER:
        raise ValueError(f"{len(name)} characters are no number of a member")
    length = len(name) | (_PACKED if is_packed else 0)
    signed = bytes((key.number,)) + made_ms.to_bytes(6, "big") + bytes((length,)) + name
    return MARK + _digits(signed + _mac(signed, key))


def read_phone_code(text: str) -> PhoneCode | None:
    """Return what a code says, whoever made it; None for any other text."""
    body = _bytes(text.upper().removeprefix(MARK)) if is_phone_code(text) else None
    if body is None or len(body) <= _HEAD_BYTES + MAC_BYTES:
        return None
    signed, mac = body[:-MAC_BYTES], body[-MAC_BYTES:]
    name, is_packed = signed[_HEAD_BYTES:], bool(signed[7] & _PACKED)
    if len(name) != signed[7] & ~_PACKED or not (is_packed or name.isascii()):
        return None
    member = name.hex() if is_packed else name.decode("ascii")
    made_ms = int.from_bytes(signed[1:7], "big")
    return PhoneCode(key=signed[0], made_ms=made_ms, member=MemberId(member), signed=signed, mac=mac)


def fault_of(code: PhoneCode, keys: Iterable[CodeKey], *, now_ms: int) -> CodeFault | None:
    """Return why a code is not good at a time; None if it is. Whether it was used is another question."""
    by_number = {key.number: key for key in keys}
    if not by_number:
        return CodeFault.NO_KEY
    key = by_number.get(code.key)
    if key is None:
        return CodeFault.OTHER_KEY
    if not hmac.compare_digest(_mac(code.signed, key), code.mac):
        return CodeFault.FORGED
    if code.made_ms > now_ms + AHEAD_MS:
        return CodeFault.EARLY
    return CodeFault.OLD if code.made_ms < now_ms - LIFE_MS else None


class UsedCode(Struct, frozen=True, array_like=True):
    """A code that a till took, by its digest."""

    digest: str
    made_ms: int


def is_used(code: PhoneCode, used: Iterable[UsedCode]) -> bool:
    """Whether a till took a code, or cannot know any more: it took one that is much younger."""
    return any(one.digest == code.digest or one.made_ms - KEPT_MS > code.made_ms for one in used)


def remembered(used: Iterable[UsedCode], one: UsedCode) -> tuple[UsedCode, ...]:
    """Return what is remembered with one more."""
    together = (*used, one)
    newest_ms = max(each.made_ms for each in together)
    return tuple(each for each in together if each.made_ms >= newest_ms - KEPT_MS)


def _mac(signed: bytes, key: CodeKey) -> bytes:
    return hmac.new(key.secret, _PURPOSE + signed, hashlib.sha256).digest()[:MAC_BYTES]


def _digits(body: bytes) -> str:
    return base64.b32encode(body).decode().rstrip("=")


def _bytes(digits: str) -> bytes | None:
    """Return the body of its digits; None unless they are those that `_digits` writes."""
    try:
        body = base64.b32decode(digits + "=" * (-len(digits) % _DIGITS_A_GROUP))
    except binascii.Error:
        return None
    return body if _digits(body) == digits else None
