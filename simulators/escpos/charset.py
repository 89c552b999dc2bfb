"""Printed characters from bytes: code pages, and Chinese in two bytes (GBK part of GB18030) or four."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

REPLACEMENT = "□"

# ESC t n of Epson and its clones.
CODE_PAGES = {
    0: "cp437",
    2: "cp850",
    3: "cp860",
    4: "cp863",
    5: "cp865",
    13: "cp857",
    14: "cp737",
    16: "cp1252",
    17: "cp866",
    18: "cp852",
    19: "cp858",
    34: "cp855",
    36: "cp862",
    37: "cp864",
}


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character as the printer places it: a wide one takes two cells."""

    char: str
    wide: bool = False


class CharacterDecoder:
    """Turns text bytes into glyphs; one byte after the other.

    ``complain`` is called with what is wrong with the bytes; what cannot be decoded prints as a box.
    """

    def __init__(self, *, four_bytes: bool, complain: Callable[[str], None]) -> None:
        self.chinese = False
        self.code_page = "cp437"
        self._four_bytes = four_bytes
        self._complain = complain
        self._pending = b""

    def feed(self, value: int) -> Iterator[Glyph]:
        """The glyphs that a byte completes: none, one, or two after a half character."""
        if self._pending:
            yield from self._continued(value)
        elif self.chinese and 0x81 <= value <= 0xFE:
            self._pending = bytes((value,))
        else:
            yield Glyph(bytes((value,)).decode(self.code_page, "replace").replace("\ufffd", REPLACEMENT))

    def end(self) -> Iterator[Glyph]:
        """A command follows: half a character will not be completed any more."""
        if self._pending:
            self._complain(f"half a Chinese character: {self._pending.hex()}")
            self._pending = b""
            yield Glyph(REPLACEMENT)

    def _continued(self, value: int) -> Iterator[Glyph]:
        code = self._pending + bytes((value,))
        if len(code) == 2 and 0x30 <= value <= 0x39 and not self._four_bytes:
            # Firmware of two bytes prints the lead byte as a box and the digit as a digit.
            yield from self.end()
            yield Glyph(chr(value))
            return
        if self._four_bytes and ((len(code) == 2 and 0x30 <= value <= 0x39) or len(code) == 3):
            self._pending = code
            return
        self._pending = b""
        try:
            yield Glyph(code.decode("gb18030"), wide=True)
        except UnicodeDecodeError:
            self._complain(f"no Chinese character: {code.hex()}")
            yield Glyph(REPLACEMENT, wide=True)
