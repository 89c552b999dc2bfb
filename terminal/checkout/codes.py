"""What of a code may be kept: goods as they are; what may be a pay code, a bank number or a PIN only as a hash."""

import hashlib
import hmac
import re

from terminal.domain.barcode import pay_code_channel
from terminal.domain.members.phone_codes import is_phone_code
from terminal.domain.text import SafeText, clean

LIMIT = 64
HASH_DIGITS = 16
_TRACK = re.compile(r"[%;+].*\?", re.DOTALL)
_BANK_NUMBER = re.compile(r"\d{15,19}", re.ASCII)


def is_secret(code: str) -> bool:
    """Whether a code may be a payment code, a code on a phone, a stripe of a card, or a bank number.

    It is never kept, never sold.
    """
    return (
        is_phone_code(code)
        or pay_code_channel(code) is not None
        or _TRACK.search(code) is not None
        or _is_bank_number(code)
    )


def kept(code: str, *, hash_key: bytes, secret: bool = False) -> SafeText:
    """Return what a fact says of a code: itself, or kind, length and (with a key) a keyed hash: ``wechat:18:9f…``."""
    if not secret and not is_secret(code):
        return clean(code, limit=LIMIT)
    parts = [_kind(code), str(len(code))]
    if hash_key:
        parts.append(hmac.new(hash_key, code.encode(errors="replace"), hashlib.sha256).hexdigest()[:HASH_DIGITS])
    return SafeText(":".join(parts))


def _kind(code: str) -> str:
    channel = pay_code_channel(code)
    if channel is not None:
        return channel.value
    if is_phone_code(code):
        return "phone"
    if _TRACK.search(code) is not None or _is_bank_number(code):
        return "card"
    return "typed"


def _is_bank_number(code: str) -> bool:
    """ISO/IEC 7812: 15 to 19 digits whose Luhn sum is a multiple of 10; shorter ones are goods (GTIN)."""
    if _BANK_NUMBER.fullmatch(code) is None:
        return False
    digits = [int(digit) for digit in reversed(code)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
