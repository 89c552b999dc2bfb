"""Bar codes (GS k) and QR codes (GS ( k) of ESC/POS."""

from simulators.escpos.paper import Align, QrSymbol

_KINDS = ("UPC-A", "UPC-E", "EAN13", "EAN8", "CODE39", "ITF", "CODABAR", "CODE93", "CODE128")
_LEVELS = {48: "L", 49: "M", 50: "Q", 51: "H"}
_QR = 49


def barcode_of(args: bytes) -> tuple[str, str] | None:
    """Kind and data of ``GS k m …``: m 0-6 with data up to a NUL, m 65-73 with a length; None when it is none."""
    kind = args[0] if args[0] < 65 else args[0] - 65
    limit = 7 if args[0] < 65 else len(_KINDS)
    data = args[1:].removesuffix(b"\0") if args[0] < 65 else args[2:]
    if kind >= limit or not data:
        return None
    text = data.decode("latin-1")
    if _KINDS[kind] == "EAN13" and not (text.isdigit() and len(text) in {12, 13}):
        return None
    return _KINDS[kind], text


class QrStore:
    """The printer's memory of a QR symbol: its data, its size and its error correction."""

    def __init__(self) -> None:
        self._data = ""
        self._module_dots = 3
        self._level = "L"

    def function(self, args: bytes, align: Align) -> tuple[str, QrSymbol | None]:
        """``GS ( k pL pH cn fn …``: fn 65 model, 67 size, 69 level, 80 store, 81 print.

        Returns a problem (or "") and the symbol to print (or None).
        """
        code, parameters = args[3:5], list(args[5:])
        if len(code) < 2 or code[0] != _QR:
            return f"GS ( k {code.hex(' ')}: not a QR code", None
        match code[1], parameters:
            case 65, [49 | 50, *_]:
                pass
            case 67, [size] if 1 <= size <= 16:
                self._module_dots = size
            case 69, [level] if level in _LEVELS:
                self._level = _LEVELS[level]
            case 80, [48, *data]:
                self._data = bytes(data).decode("utf-8", "replace")
            case 81, [48] if self._data:
                return "", QrSymbol(data=self._data, module_dots=self._module_dots, level=self._level, align=align)
            case _:
                return f"GS ( k {code[1]}: wrong parameters", None
        return "", None
