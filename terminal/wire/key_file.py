"""A private key in a file of its own: Ed25519 as PEM, for its owner alone. HQ has one, and so has each till.

`cryptography` is imported on first use, as in `terminal.wire.seal`.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.domain.errors import ConfigError
from terminal.wire.box import open_box
from terminal.wire.disk import flush

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_MODE = 0o600


class KeyFileError(ConfigError):
    """A key file cannot be used; the code says why: ``key_missing``, ``key_unreadable``, ``key_damaged``, ``key_open``.

    ``key_open`` is of a file that others than its owner may read.
    """

    code = "key_damaged"


class SigningKey:
    """Implements `terminal.wire.seal.Signer`."""

    def __init__(self, key: "Ed25519PrivateKey") -> None:
        self._key = key
        self._public = key.public_key().public_bytes_raw()

    @property
    def public_key(self) -> bytes:
        """The 32 bytes by which others know what it signed."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature."""
        return self._key.sign(message)

    def open(self, box: bytes) -> bytes:
        """Return what is in a box for this key (`terminal.wire.box`); `InputError` ``box_closed``."""
        return open_box(box, self._key.private_bytes_raw())


def make_key_file(path: Path) -> SigningKey:
    """Make a new key, whole and on the disk before it has its name; `FileExistsError` if there is a file already."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - see the module
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - see the module

    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    part = path.with_name(f".{path.name}.new")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, KEY_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)
    finally:
        part.unlink()
    flush(path.parent)
    return SigningKey(key)


def load_key_file(path: Path) -> SigningKey:
    """Return the key of a file; `KeyFileError` says why there is none."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - see the module
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - see the module

    try:
        mode = path.stat().st_mode
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError as error:
        raise KeyFileError(f"there is no {path}", code="key_missing") from error
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror}", code="key_unreadable") from error
    except ValueError as error:
        raise KeyFileError(f"{path} is no key: {error}") from error
    if mode & 0o077:
        raise KeyFileError(f"{path} can be read by others", code="key_open", hint=f"chmod 600 {path}")
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"{path} is no Ed25519 key")
    return SigningKey(key)
