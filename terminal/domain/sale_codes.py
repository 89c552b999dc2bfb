"""The code at the foot of a receipt: which sale it is, and, signed by its till, that it is no invention.

Fields stand between bars, in this order: mark, terminal, receipt number, total in fen, start of the document's digest
(`terminal.domain.document.digest`); a signed one goes on with the local day of the sale, what of the total was paid in
cash, in fen, and the signature over all before it, in base 32 (RFC 4648, without padding): capital letters and digits,
which every scanner types right.
"""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import date

from msgspec import Struct

from terminal.domain.document import CODE_MARK, Document, sale_code
from terminal.domain.ids import TERMINAL_SHAPE, Identity
from terminal.domain.paying import cash_fen
from terminal.domain.text import SafeText, clean

SIGNED_MARK = "GT2"
BAR = "|"
SIGNATURE_BYTES = 64
"""Of Ed25519."""
LONGEST_CODE = 300
DAYS_GOOD = 35
"""How many days a code alone is good, the day of its sale among them: as long as tills know what came back by it."""
_PLAIN_FIELDS, _SIGNED_FIELDS = 5, 8
_DIGITS_A_GROUP = 8
_TERMINAL = re.compile(TERMINAL_SHAPE, re.ASCII)
_RECEIPT = re.compile(r"[A-Za-z0-9_.-]{1,80}", re.ASCII)
_FEN = re.compile(r"-?[0-9]{1,12}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{16}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

Sign = Callable[[bytes], bytes]
"""Returns the signature of a till over a message."""


class SaleCode(Struct, frozen=True, kw_only=True):
    """What a code says. Without a ``signature`` there is no ``day``, and nothing vouches for the rest.

    ``cash_fen`` is what of the total was paid in cash: 0 without a signature, too.
    ``signed`` are the bytes that the signature is over. ``digest`` is the start of the document's, in hexadecimal.
    """

    terminal: str
    receipt_no: str
    total_fen: int
    digest: str
    day: str = ""
    cash_fen: int = 0
    signed: bytes = b""
    signature: bytes = b""

    def is_good_on(self, day: str) -> bool:
        """Whether something may come back by the code alone on a local day (YYYY-MM-DD)."""
        try:
            age = date.fromisoformat(day) - date.fromisoformat(self.day)
        except ValueError:
            return False
        return 0 <= age.days < DAYS_GOOD

    @property
    def text(self) -> str:
        """What a signed code says, as it was read."""
        return f"{self.signed.decode()}{BAR}{_digits(self.signature)}"


def code_of(document: Document, identity: Identity, *, day: str, sign: Sign | None = None) -> SafeText:
    """Return the code of a sale that was done on a local ``day`` (YYYY-MM-DD); the plain one without ``sign``."""
    plain = sale_code(document, identity)
    if sign is None:
        return plain
    signed = BAR.join((SIGNED_MARK, *plain.split(BAR)[1:], day, str(cash_fen(document.tenders))))
    return clean(f"{signed}{BAR}{_digits(sign(signed.encode()))}", limit=LONGEST_CODE)


def is_sale_code(text: str) -> bool:
    """Whether a text begins as the code of a sale does, whatever follows."""
    return text.startswith((f"{CODE_MARK}{BAR}", f"{SIGNED_MARK}{BAR}"))


def read_sale_code(text: str) -> SaleCode | None:
    """Return what a code says; None for any other text."""
    fields = text.split(BAR) if len(text) <= LONGEST_CODE else []
    if not fields or len(fields) != {CODE_MARK: _PLAIN_FIELDS, SIGNED_MARK: _SIGNED_FIELDS}.get(fields[0]):
        return None
    shapes = (_TERMINAL, _RECEIPT, _FEN, _DIGEST, _DAY, _FEN)
    if not all(shape.fullmatch(field) for shape, field in zip(shapes, fields[1:7], strict=False)):
        return None
    _, terminal, receipt_no, total, digest, *rest = fields
    plain = SaleCode(terminal=terminal, receipt_no=receipt_no, total_fen=int(total), digest=digest)
    return _with_signature(plain, fields) if rest else plain


def _with_signature(plain: SaleCode, fields: list[str]) -> SaleCode | None:
    signature = _bytes(fields[-1])
    if signature is None:
        return None
    return SaleCode(
        terminal=plain.terminal,
        receipt_no=plain.receipt_no,
        total_fen=plain.total_fen,
        digest=plain.digest,
        day=fields[-3],
        cash_fen=int(fields[-2]),
        signed=BAR.join(fields[:-1]).encode(),
        signature=signature,
    )


def _digits(signature: bytes) -> str:
    return base64.b32encode(signature).decode().rstrip("=")


def _bytes(digits: str) -> bytes | None:
    """Return the signature of its digits; None unless they are those that `_digits` writes."""
    try:
        signature = base64.b32decode(digits + "=" * (-len(digits) % _DIGITS_A_GROUP))
    except (binascii.Error, ValueError):
        return None
    return signature if len(signature) == SIGNATURE_BYTES and _digits(signature) == digits else None
