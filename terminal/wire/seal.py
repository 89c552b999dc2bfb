"""Signed messages of HQ: a broker in enemy hands can delay them, never forge them. And what a till signs alone.

The signature is Ed25519 over purpose, a zero byte, and the body, so that a message of one purpose is none of another.
`cryptography` is imported on first use: it costs memory that a service without a network never needs.
"""

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import msgspec
from msgspec import Struct

from terminal.domain.errors import InputError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KEY_ID_BYTES = 8


class Purpose(StrEnum):
    """What a signature is for."""

    MANIFEST = "guitai/manifest/1"
    ANSWER = "guitai/answer/1"
    MEMBERS = "guitai/members/1"
    SALE = "guitai/sale/1"
    SHIFT = "guitai/shift/1"
    REPLY = "guitai/reply/1"


class Signer(Protocol):
    """Who can sign: HQ, or a till for itself."""

    @property
    def public_key(self) -> bytes:
        """The 32 bytes of the Ed25519 public key."""

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature."""


class Sealed(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A body with the id of the key (its first 8 bytes) and the signature."""

    body: bytes
    key_id: bytes
    signature: bytes


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Sealed)


def seal(body: bytes, *, purpose: Purpose, signer: Signer) -> bytes:
    """Return a body with its signature, as MessagePack."""
    signature = signer.sign(_message(purpose, body))
    return _encoder.encode(Sealed(body=body, key_id=signer.public_key[:KEY_ID_BYTES], signature=signature))


def unseal(data: bytes, *, purpose: Purpose, keys: Sequence[bytes]) -> bytes:
    """Return the body if one of the pinned keys signed it for this purpose.

    `InputError` with code ``malformed``, ``unsigned`` or ``forged``.
    """
    try:
        sealed = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError("not a signed message", code="malformed") from error
    if not sealed.signature:
        raise InputError("no signature", code="unsigned")
    for key in keys:
        if key[:KEY_ID_BYTES] == sealed.key_id and _is_signed(key, sealed.body, sealed.signature, purpose):
            return sealed.body
    raise InputError("no pinned key signed this", code="forged")


def signature_of(body: bytes, *, purpose: Purpose, signer: Signer) -> bytes:
    """Return the signature over a body that travels in a form of its own."""
    return signer.sign(_message(purpose, body))


def signed_by(body: bytes, signature: bytes, *, purpose: Purpose, keys: Sequence[bytes]) -> bytes | None:
    """Return that of the keys which signed a body for this purpose; None if none of them did."""
    return next((key for key in keys if _is_signed(key, body, signature, purpose)), None)


def unverified_body(data: bytes) -> bytes:
    """Return the body without a look at its signature: for naming what is refused, never for acting on it."""
    try:
        return _decoder.decode(data).body
    except (msgspec.DecodeError, UnicodeDecodeError):
        return b""


def _message(purpose: Purpose, body: bytes) -> bytes:
    return purpose.encode() + b"\0" + body


def _is_signed(key: bytes, body: bytes, signature: bytes, purpose: Purpose) -> bool:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - see the module

    try:
        _public_key(key).verify(signature, _message(purpose, body))
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=64)
def _public_key(key: bytes) -> "Ed25519PublicKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - see the module

    return Ed25519PublicKey.from_public_bytes(key)
