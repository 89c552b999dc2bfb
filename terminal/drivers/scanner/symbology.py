"""What a code is: AIM identifier, GTIN, GS1 element strings, Digital Link. Our classifier decides, biip only parses.

biip left to itself reads a misread EAN-13 ``21…`` as a GS1 serial number, and an EAN-8 ``96…`` as both: AIM
identifier, GS and length decide first (DEVICES §1).
"""

from dataclasses import dataclass
from typing import Final

from terminal.domain.text import clean
from terminal.drivers.scanner.keymaps import GS
from terminal.drivers.scanner.reading import MAX_LENGTH

_GS1_AIMS: Final = frozenset({"C1", "e0", "e1", "e2", "d2", "Q3", "J1"})
_GTIN_AIMS: Final = frozenset({"", "E0", "E1", "E2", "E3", "E4", "I0", "I1"})
_GTIN_LENGTHS: Final = frozenset({8, 12, 13, 14})
_AIM_LENGTH: Final = 3
_BLANKS: Final = " \t\r\n"
_LINKS: Final = ("https://", "http://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A code with what its symbology tells; the fields are those of `terminal.ports.devices.Scan`.

    Values of ``gs1`` are as scanned, but dates are ISO (``2026-12-31``) and weights have point and unit (``1.234 kg``).
    """

    data: str
    aim: str = ""
    gtin: str | None = None
    gs1: tuple[tuple[str, str], ...] = ()


def classify(text: str) -> Symbol:
    """Classify a code as a scanner sent it. A number with a wrong check digit is a plain code without GTIN."""
    text = text.strip(_BLANKS)
    aim, data = _split_aim(text)
    if aim in _GTIN_AIMS and len(data) in _GTIN_LENGTHS and data.isascii() and data.isdigit():
        return Symbol(data=data, aim=aim, gtin=data if has_check_digit(data) else None)
    gs1 = _elements(data) if _may_be_gs1(aim, data) else ()
    gtin = dict(gs1).get("01")
    return Symbol(data=_clean(data), aim=aim, gtin=gtin if gtin and has_check_digit(gtin) else None, gs1=gs1)


def has_check_digit(digits: str) -> bool:
    """Whether the last digit is the GS1 check digit (modulo 10, weights 3 and 1 from the right) of the others."""
    odd = sum(map(int, digits[-2::-2]))
    even = sum(map(int, digits[-1::-2]))
    return (3 * odd + even) % 10 == 0


def _split_aim(text: str) -> tuple[str, str]:
    """Split an AIM identifier (ISO/IEC 15424: ``]``, a letter, a modifier) from the data."""
    if text.startswith("]") and len(text) >= _AIM_LENGTH and text[1:_AIM_LENGTH].isascii():
        letter, modifier = text[1], text[2]
        if letter.isalpha() and modifier.isalnum():
            return letter + modifier, text[_AIM_LENGTH:]
    return "", text


def _clean(data: str) -> str:
    """Make foreign text safe; GS stays, since it is part of the code."""
    if GS not in data:
        return clean(data, limit=MAX_LENGTH)
    return GS.join(clean(part, limit=MAX_LENGTH) for part in data.split(GS))


def is_gs1(text: str) -> bool:
    """Whether `classify` asks the parser of GS1 codes about this code, and loads it (0.2 s) if it is not there yet."""
    return _may_be_gs1(*_split_aim(text.strip(_BLANKS)))


def _may_be_gs1(aim: str, data: str) -> bool:
    return aim in _GS1_AIMS or (not aim and GS in data) or data.startswith(_LINKS)


def _elements(data: str) -> tuple[tuple[str, str], ...]:
    from terminal.drivers.scanner import gs1  # noqa: PLC0415  # biip, only when such a code comes

    return gs1.link_elements(data) if data.startswith(_LINKS) else gs1.message_elements(data.lstrip(GS))
