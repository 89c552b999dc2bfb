"""The keys of codes on phones: lines of a file in HQ's folder, number, the times (ms UTC), and the secret.

Two are good at a time. A new one is not used before it stands in a book of prices for a day, so that no code is made
that tills cannot check; the one before stays good for them until the next is made.
"""

import os
import re
import secrets
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from hq.errors import HqError
from terminal.domain.members.phone_codes import MOST_KEYS, SECRET_BYTES, CodeKey
from terminal.wire.code_keys import boxed
from terminal.wire.disk import flush

FILE_NAME = "code-keys"
GOOD = 2
"""Keys that tills check codes by."""
SETTLED_MS = 24 * 3_600_000
_LINE = re.compile(r"(\d{1,3}) (\d{1,15}) (\d{1,15}) ([0-9a-f]{64})", re.ASCII)


class KeptKey(Struct, frozen=True, kw_only=True):
    """A key, when it was made, and when a book of prices first had it (0 = none has)."""

    key: CodeKey
    made_ms: int
    published_ms: int = 0


class CodeKeys:
    """The keys in a folder of HQ. Each question reads the file."""

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / FILE_NAME

    def good(self) -> tuple[KeptKey, ...]:
        """Return the keys that are good, the newest last; `HqError` names the line that is none."""
        return tuple(self._read())[-GOOD:]

    def make(self, *, now_ms: int) -> KeptKey:
        """Make a key. `HqError` ``key_not_published`` while no book has the newest one: tills would lose both."""
        kept = self.good()
        if len(kept) == GOOD and not kept[-1].published_ms:
            hint = "guitai-hq publish first"
            raise HqError(f"no book has key {kept[-1].key.number} yet", code="key_not_published", hint=hint)
        number = (kept[-1].key.number + 1) % MOST_KEYS if kept else 0
        new = KeptKey(key=CodeKey(number, secrets.token_bytes(SECRET_BYTES)), made_ms=now_ms)
        self._write((*kept, new)[-GOOD:])
        return new

    def publish(self, *, now_ms: int) -> None:
        """Note that a book has all that are good."""
        kept = self.good()
        if any(not one.published_ms for one in kept):
            self._write([one if one.published_ms else replace(one, published_ms=now_ms) for one in kept])

    def for_codes(self, *, now_ms: int) -> CodeKey:
        """Return the key by which codes are made now; `HqError` ``no_code_key`` when no book has any."""
        published = [one for one in self.good() if one.published_ms]
        if not published:
            hint = "guitai-hq code-keys new, then guitai-hq publish"
            raise HqError("no book of prices has a key of codes", code="no_code_key", hint=hint)
        settled = [one for one in published if one.published_ms <= now_ms - SETTLED_MS]
        return (settled[-1] if settled else published[0]).key

    def boxes(self, tills: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """Return for each terminal, by its public keys, the boxes with all keys that are good; none without keys."""
        keys = [one.key for one in self.good()]
        if not keys:
            return {}
        return {name: tuple(boxed(keys, bytes.fromhex(one)) for one in public) for name, public in tills.items()}

    def _read(self) -> list[KeptKey]:
        try:
            lines = self._path.read_text(encoding="ascii").splitlines()
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            raise HqError(f"{self._path} cannot be read: {error}") from error
        return [self._key(number, line) for number, line in enumerate(lines, start=1)]

    def _key(self, number: int, line: str) -> KeptKey:
        match = _LINE.fullmatch(line)
        if match is None or int(match[1]) >= MOST_KEYS:
            raise HqError(f"{self._path}: line {number} is no key", hint="take the file out of the last backup")
        key = CodeKey(int(match[1]), bytes.fromhex(match[4]))
        return KeptKey(key=key, made_ms=int(match[2]), published_ms=int(match[3]))

    def _write(self, kept: Sequence[KeptKey]) -> None:
        part = self._path.with_name(f".{FILE_NAME}.new")
        part.unlink(missing_ok=True)
        lines = (f"{one.key.number} {one.made_ms} {one.published_ms} {one.key.secret.hex()}\n" for one in kept)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._path)
        flush(self._path.parent)
