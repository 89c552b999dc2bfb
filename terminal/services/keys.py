"""The till's own keys: one that signs receipts and Z reports, one for the hashes of codes that must not be kept.

Without the first the till sells on, and says so.
"""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from terminal.domain.errors import PosError
from terminal.domain.members.phone_codes import CodeKey
from terminal.domain.settings import Settings
from terminal.wire.code_keys import unboxed
from terminal.wire.disk import flush
from terminal.wire.key_file import SigningKey, load_key_file

log = structlog.get_logger("till")

HASH_KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class TillKey:
    """The key, or the code of why there is none (`terminal.wire.key_file.KeyFileError`); neither: none is set up."""

    signer: SigningKey | None = None
    problem: str = ""


def open_key(key_file: str) -> TillKey:
    """Return the key of a file; an empty name is that of a till without one."""
    if not key_file:
        return TillKey()
    try:
        return TillKey(signer=load_key_file(Path(key_file)))
    except PosError as error:
        log.warning("till_key_unusable", reason=str(error)[:500])
        return TillKey(problem=error.code)


def code_keys_of(settings: Settings, terminal: str, key: SigningKey | None) -> tuple[CodeKey, ...]:
    """Return the keys of codes on phones that a book has for a terminal; none for a till without a key of its own."""
    return () if key is None else unboxed(settings.code_keys.get(terminal, ()), key.open)


def hash_key_of(state_dir: Path) -> bytes:
    """Return the key of this terminal for the hashes of codes that must not be kept; it is made once.

    It gets its name when it is whole and on the disk: a power cut must not leave a key of nothing.
    """
    path = state_dir / "hash.key"
    with suppress(FileNotFoundError):
        key = path.read_bytes()
        if len(key) == HASH_KEY_BYTES:
            return key
    key = secrets.token_bytes(HASH_KEY_BYTES)
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    part.write_bytes(key)
    flush(part)
    part.replace(path)
    flush(state_dir)
    return key
