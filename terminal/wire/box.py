"""A box that one till alone can open: how a secret of HQ's travels in a file that all tills of a shop get.

HQ knows each till by its Ed25519 key (`terminal.wire.key_file`). The same key agrees on a secret as X25519 does (RFC
7748; both curves are the same in other coordinates), so that no till needs a second one. A box is the 32 bytes of a
key made for it alone, and ChaCha20-Poly1305 (RFC 8439) under HKDF-SHA256 of what both keys agree on. The secret of a
box is never used again, so its nonce is 0. Who made a box is not said by it: it stands in what HQ signed.

`cryptography` is imported on first use, as in `terminal.wire.seal`.
"""

import hashlib
from typing import TYPE_CHECKING

from terminal.domain.errors import InputError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

KEY_BYTES = 32
_PRIME = 2**255 - 19
_SIGN_BIT = 2**255
_INFO = b"guitai/box/1"
_NONCE = bytes(12)


def put_in_box(body: bytes, public_key: bytes) -> bytes:
    """Return a body that nobody can read but the owner of an Ed25519 key (its 32 public bytes).

    `InputError` ``bad_key`` for bytes with which nothing secret can be agreed on.
    """
    from cryptography.hazmat.primitives.asymmetric.x25519 import (  # noqa: PLC0415 - see the module
        X25519PrivateKey,
        X25519PublicKey,
    )
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305  # noqa: PLC0415 - see the module

    once = X25519PrivateKey.generate()
    try:
        theirs = _montgomery(public_key)
        shared = once.exchange(X25519PublicKey.from_public_bytes(theirs))
    except ValueError as error:
        raise InputError("no key that a box can be made for", code="bad_key") from error
    ours = once.public_key().public_bytes_raw()
    return ours + ChaCha20Poly1305(_key(shared, ours, theirs)).encrypt(_NONCE, body, None)


def open_box(box: bytes, seed: bytes) -> bytes:
    """Return what is in a box for the key of a seed (the 32 private bytes); `InputError` ``box_closed``."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - see the module
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey  # noqa: PLC0415 - see the module
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305  # noqa: PLC0415 - see the module

    private, theirs = _agreeing(seed), box[:KEY_BYTES]
    ours = private.public_key().public_bytes_raw()
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(theirs))
        return ChaCha20Poly1305(_key(shared, theirs, ours)).decrypt(_NONCE, box[KEY_BYTES:], None)
    except (InvalidTag, ValueError) as error:
        raise InputError("a box that this key does not open", code="box_closed") from error


def _agreeing(seed: bytes) -> "X25519PrivateKey":
    """Return the key that agrees, of the seed of one that signs (RFC 8032, 5.1.5: the lower half of its SHA-512)."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey  # noqa: PLC0415 - see the module

    return X25519PrivateKey.from_private_bytes(hashlib.sha512(seed).digest()[:KEY_BYTES])


def _montgomery(public_key: bytes) -> bytes:
    """Return the point of an Ed25519 key as X25519 writes it: u = (1 + y) / (1 - y) (RFC 7748, 4.1)."""
    y = int.from_bytes(public_key, "little") % _SIGN_BIT
    u = (1 + y) * pow(1 - y, -1, _PRIME) % _PRIME
    return u.to_bytes(KEY_BYTES, "little")


def _key(shared: bytes, once: bytes, theirs: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - see the module
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415 - see the module

    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=once + theirs, info=_INFO).derive(shared)
