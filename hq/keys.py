"""HQ's signing key: Ed25519, a PEM file that only its owner reads (`terminal.wire.key_file`)."""

from pathlib import Path

from hq.errors import HqError
from terminal.wire.key_file import KeyFileError, SigningKey, load_key_file, make_key_file

FILE_NAME = "signing-key.pem"


def make_key(path: Path) -> SigningKey:
    """Make a new key file with mode 0600; `HqError` if there is one: a new key would lock all tills out."""
    try:
        return make_key_file(path)
    except FileExistsError as error:
        raise HqError(f"{path} is there already", hint="tills that pinned it would refuse a new key") from error


def load_key(path: Path) -> SigningKey:
    """Return the key of a file; `HqError` if it is missing, no Ed25519 key, or readable by others."""
    try:
        return load_key_file(path)
    except KeyFileError as error:
        hint = "guitai-hq init makes it" if error.code == "key_missing" else error.hint
        raise HqError(str(error), hint=hint) from error
