"""The public keys of tills that HQ vouches for: lines of a file in its folder, ``S01-T03 <64 hexadecimal digits>``.

A person adds one when a till is set up; each book of prices carries all of them, so that every till knows the others'.
"""

import os
import re
from pathlib import Path

from hq.errors import HqError
from terminal.domain.ids import TERMINAL_SHAPE
from terminal.wire.disk import flush

FILE_NAME = "till-keys"
_LINE = re.compile(rf"({TERMINAL_SHAPE}) ([0-9a-f]{{64}})", re.ASCII)


class TillKeys:
    """The keys in a folder of HQ. Each question reads the file: what a person changed holds at once."""

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / FILE_NAME

    def all(self) -> dict[str, tuple[str, ...]]:
        """Return the keys of each terminal, by its name; `HqError` names the line that is none."""
        found: dict[str, tuple[str, ...]] = {}
        for number, line in enumerate(self._lines(), start=1):
            match = _LINE.fullmatch(line)
            if match is None:
                raise HqError(f"{self._path}: line {number} is no terminal with a key", hint="S01-T03 and 64 digits")
            found[match[1]] = (*found.get(match[1], ()), match[2])
        return found

    def of(self, terminal: str) -> tuple[bytes, ...]:
        """Return the keys of a terminal; `HqError` as in `all`."""
        return tuple(map(bytes.fromhex, self.all().get(terminal, ())))

    def add(self, terminal: str, key: str) -> bool:
        """Vouch for a key; False if that is done already. `HqError` for what is no terminal, or no key."""
        return self._change(terminal, key, wanted=True)

    def remove(self, terminal: str, key: str) -> bool:
        """Vouch for a key no longer; False if nobody did."""
        return self._change(terminal, key, wanted=False)

    def _change(self, terminal: str, key: str, *, wanted: bool) -> bool:
        line = f"{terminal} {key.lower()}"
        if _LINE.fullmatch(line) is None:
            hint = "guitai-provision apply, and guitai doctor, say both"
            raise HqError(f"{terminal!a:.60} {key!a:.80} is no terminal with a key", code="bad_key", hint=hint)
        lines = self._lines()
        if (line in lines) is wanted:
            return False
        self._write([*lines, line] if wanted else [one for one in lines if one != line])
        return True

    def _lines(self) -> list[str]:
        try:
            return self._path.read_text(encoding="ascii").splitlines()
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            raise HqError(f"{self._path} cannot be read: {error}") from error

    def _write(self, lines: list[str]) -> None:
        part = self._path.with_name(f".{FILE_NAME}.new")
        with part.open("w", encoding="ascii") as file:
            file.write("".join(f"{line}\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._path)
        flush(self._path.parent)
