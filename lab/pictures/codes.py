"""A receipt of another till for pictures: its key is one that anybody can make."""

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from terminal.wire.seal import Purpose

TERMINAL = "S01-T02"
SEED = bytes(range(32))
_BODY = f"GT2|{TERMINAL}|{TERMINAL}-1-000042|8650|0123456789abcdef|2025-11-20|8650"


def public_key() -> str:
    """Return the key of the other till, in hexadecimal."""
    return _key().public_key().public_bytes_raw().hex()


def code() -> str:
    """Return what stands on its receipt."""
    signature = _key().sign(f"{Purpose.SALE}\0{_BODY}".encode())
    return f"{_BODY}|{base64.b32encode(signature).decode().rstrip('=')}"


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(SEED)
