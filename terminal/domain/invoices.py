"""电子发票: the link under which a customer asks for the e-invoice of a receipt, as HQ's template has it."""

import re
from collections.abc import Mapping

from terminal.domain.text import SafeText, clean

FIELDS = frozenset({"receipt_no", "store", "till", "day", "total", "check"})
"""What a template may name: ``day`` is YYYY-MM-DD, ``total`` yuan (``12.50``), ``check`` the start of the digest.

By ``check`` HQ tells a link that a till printed from one that somebody made up.
"""
LONGEST_TEMPLATE = 160
LONGEST_LINK = 320
"""Bytes of a QR code that fits on paper of 58 mm."""
_NAMED = re.compile(r"\{([^{}]*)\}")
_SCHEME = "https://"
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def check_template(template: str) -> None:
    """Refuse a template that makes no link: `ValueError` says what is wrong. An empty one stands for no e-invoices."""
    if not template:
        return
    bare = _NAMED.sub("", template)
    if not template.startswith(_SCHEME) or not bare.isascii() or not bare.isprintable() or " " in bare:
        raise ValueError(f"invoice_url {template!r} is no link that begins with {_SCHEME}")
    if len(template) > LONGEST_TEMPLATE:
        raise ValueError(f"invoice_url has {len(template)} characters, more than {LONGEST_TEMPLATE}")
    named = set(_NAMED.findall(template))
    if "{" in bare or "}" in bare or not named <= FIELDS:
        raise ValueError(f"invoice_url names {sorted(named - FIELDS)}; it may name {sorted(FIELDS)}")
    if "receipt_no" not in named:
        raise ValueError("invoice_url does not name {receipt_no}")


def invoice_link(template: str, values: Mapping[str, str]) -> SafeText:
    """Return the link of one receipt: the template with a value for each of its `FIELDS`."""
    return clean(_NAMED.sub(lambda found: _quoted(values[found[1]]), template), limit=LONGEST_LINK)


def _quoted(value: str) -> str:
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in value.encode())
