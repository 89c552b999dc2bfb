"""HQ's signing key: Ed25519, a PEM file that only its owner reads."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from hq.errors import HqError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FILE_NAME = "signing-key.pem"


class SigningKey:
    """Implements `terminal.wire.seal.Signer`."""

    def __init__(self, key: "Ed25519PrivateKey") -> None:
        self._key = key
        self._public = key.public_key().public_bytes_raw()

    @property
    def public_key(self) -> bytes:
        """The 32 bytes that terminals pin."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature."""
        return self._key.sign(message)


def make_key(path: Path) -> SigningKey:
    """Make a new key file with mode 0600; `HqError` if there is one: a new key would lock all tills out."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - slow to import, not always needed
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - as above

    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise HqError(f"{path} is there already", hint="tills that pinned it would refuse a new key") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
    return SigningKey(key)


def load_key(path: Path) -> SigningKey:
    """Return the key of a file; `HqError` if it is missing, no Ed25519 key, or readable by others."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - slow to import, not always needed
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - as above

    try:
        mode = path.stat().st_mode
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError as error:
        raise HqError(f"there is no {path}", hint="guitai-hq init makes it") from error
    except ValueError as error:
        raise HqError(f"{path} is no key: {error}") from error
    if mode & 0o077:
        raise HqError(f"{path} can be read by others", hint=f"chmod 600 {path}")
    if not isinstance(key, Ed25519PrivateKey):
        raise HqError(f"{path} is no Ed25519 key")
    return SigningKey(key)
