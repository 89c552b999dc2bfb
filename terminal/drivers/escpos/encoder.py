"""Receipt rows as ESC/POS commands (Epson ESC/POS reference; Chinese models: FS & of the kanji commands).

Every text is sent in FS & mode, so that an ASCII byte stands for itself and no code page is ever needed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, assert_never

from terminal.domain.receipt import Cut, Divider, Heading, Item, Logo, Note, Pair, QrCode, Receipt, Row
from terminal.domain.text import clean
from terminal.drivers.escpos.logo import built_in_logo
from terminal.drivers.escpos.raster import raster_commands
from terminal.drivers.escpos.text import cells, spread, text_bytes, wrap

RESET: Final = b"\x1b@\x1c&"  # ESC @ initialise; FS & Chinese mode on
_LEFT, _CENTRE = b"\x1ba\x00", b"\x1ba\x01"  # ESC a n
_BOLD, _PLAIN = b"\x1bE\x01", b"\x1bE\x00"  # ESC E n
_BIG, _NORMAL = b"\x1d!\x11", b"\x1d!\x00"  # GS ! n: width and height doubled, both normal
_CUTS: Final = {
    "full": b"\x1bd\x06\x1dV\x00",  # ESC d 6 feed lines; GS V 0 full cut
    "partial": b"\x1dVB\x00",  # GS V 66 0: feed to the cutter, partial cut
    "none": b"\x1bd\x06",  # to be torn off
}
CUTS: Final = tuple(_CUTS)
_GAP: Final = b"\x1bJ\x0c"  # ESC J n: feed 12 dots = 1.5 mm, between a picture and the text beside it
_QR_MODULE_DOTS: Final = 6
_QR_LIMIT: Final = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What the paper and the shop want: ``columns`` 48 (80 mm) or 32 (58 mm), ``cut`` full, partial or none."""

    columns: int = 48
    cut: str = "partial"
    logo: bool = True


def encode_receipt(receipt: Receipt, style: Style) -> list[bytes]:
    """Return the commands of a receipt, whole ones, in order; nothing in them is obeyed in real time."""
    commands = [RESET]
    for row in receipt.rows:
        commands += _row(row, style)
    return commands


def qr_commands(data: str, *, module_dots: int = _QR_MODULE_DOTS) -> list[bytes]:
    """Return GS ( k commands of a QR code, model 2, error correction L; ``data`` is cut at 512 bytes of UTF-8.

    What is no text is cleaned out: a printer obeys DLE sequences also inside the data of a symbol.
    """
    payload = clean(data, limit=_QR_LIMIT).encode()[:_QR_LIMIT].decode(errors="ignore").encode()
    return [
        b"\x1d(k\x04\x001A2\x00",  # cn 49, fn 65: model 2
        b"\x1d(k\x03\x001C" + bytes([module_dots]),  # fn 67: size of a module in dots
        b"\x1d(k\x03\x001E0",  # fn 69: error correction L
        b"\x1d(k" + (len(payload) + 3).to_bytes(2, "little") + b"1P0" + payload,  # fn 80: store
        b"\x1d(k\x03\x001Q0",  # fn 81: print
    ]


def pulse_command(*, connector: int, on_ms: int, off_ms: int) -> bytes:
    """Return ESC p m t1 t2 (units of 2 ms): obeyed in turn, after what is in the printer's buffer."""
    return b"\x1bp" + bytes([connector, on_ms // 2, off_ms // 2])


def real_time_pulse(*, connector: int, on_ms: int) -> bytes:
    """Return DLE DC4 1 m t (units of 100 ms, at most 8): obeyed at once."""
    return b"\x10\x14\x01" + bytes([connector, min(8, max(1, round(on_ms / 100)))])


def _row(row: Row, style: Style) -> list[bytes]:  # noqa: PLR0911  # one branch a kind of row
    match row:
        case Heading():
            return _heading(row, style)
        case Pair():
            lines = _lines(spread(row.label, row.value, style.columns))
            return [_BOLD, *lines, _PLAIN] if row.strong else lines
        case Item():
            return _lines(_item(row, style.columns))
        case Note():
            return _lines(wrap(row.text, style.columns))
        case Divider():
            return _lines(["-" * style.columns])
        case Logo(picture=picture):
            drawn = built_in_logo() if picture is None else picture
            return [_CENTRE, *raster_commands(drawn), _GAP, _LEFT] if style.logo else []
        case QrCode():
            return [_GAP, _CENTRE, *qr_commands(row.data), b"\n", _LEFT]
        case Cut():
            return [_CUTS[style.cut]]
        case _:
            assert_never(row)


def _heading(row: Heading, style: Style) -> list[bytes]:
    if not row.big:
        return [_CENTRE, *_lines(wrap(row.text, style.columns)), _LEFT]
    return [_CENTRE, _BIG, *_lines(wrap(row.text, style.columns // 2)), _NORMAL, _LEFT]


def _item(row: Item, columns: int) -> list[str]:
    """Name, wrapped; below it the code at the left, quantity x price and the amount in two right-aligned columns."""
    count = f"{row.quantity} x {row.price}" if row.price else row.quantity
    amount_cells = max(10 if columns > 40 else 8, cells(row.amount) + 1)
    figures = count + " " * (amount_cells - cells(row.amount)) + row.amount
    return [*wrap(row.name, columns), *spread(row.code, figures, columns)]


def _lines(lines: Iterable[str]) -> list[bytes]:
    return [text_bytes(line) + b"\n" for line in lines]
