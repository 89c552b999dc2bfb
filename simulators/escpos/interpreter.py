"""Acts on tokens that print: text, modes, pictures and symbols. What the printer itself must answer stays out of here.

Source: Epson ESC/POS command reference; ESC B (buzzer) and ESC R 15 as Chinese printers have them.
"""

from collections.abc import Callable, Mapping

from simulators.escpos.charset import CODE_PAGES, CharacterDecoder
from simulators.escpos.graphics import Graphics
from simulators.escpos.mechanism import Mechanism
from simulators.escpos.paper import CELL_DOTS, Align, BarCode, CutKind, Item, StoredLogo
from simulators.escpos.symbols import QrStore, barcode_of
from simulators.escpos.tokens import Command, Text
from simulators.escpos.typesetter import Typesetter

_CHINA = 15
_DOTS_PER_SIXTH_INCH = 34


class Interpreter:
    """The modes of a printer and what its commands put on paper."""

    def __init__(self, mechanism: Mechanism, *, width_dots: int, four_bytes: bool, chinese_at_start: bool) -> None:
        self._mechanism = mechanism
        self._chinese_at_start = chinese_at_start
        self._setter = Typesetter(width_dots, mechanism.print_item)
        self._decoder = CharacterDecoder(four_bytes=four_bytes, complain=mechanism.complain)
        self._qr = QrStore()
        self._graphics = Graphics(mechanism.complain)
        self._hri = "none"
        self._bar_dots = 162
        self._module_dots = 3
        self._handlers = {**self._line_handlers(), **self._style_handlers(), **self._symbol_handlers()}
        self._reset()

    def print_text(self, token: Text) -> None:
        """Set the text's glyphs into the line."""
        for place, value in enumerate(token.data):
            # Complaints name the byte, wherever the text was split.
            self._mechanism.offset = token.offset + place
            self._setter.put(self._decoder.feed(value))

    def run(self, command: Command) -> bool:
        """Do a command; False when it is none of the interpreter's."""
        self._setter.put(self._decoder.end())
        handler = self._handlers.get(command.name)
        if handler is None:
            return False
        handler(command.args)
        return True

    def drop_line(self) -> None:
        """Throw away what stands in the line and is not printed yet."""
        self._setter.drop_line()

    def _line_handlers(self) -> Mapping[str, Callable[[bytes], None]]:
        setter = self._setter
        return {
            "ESC @": lambda _: self._reset(),
            "LF": lambda _: setter.end_line(),
            "CR": lambda _: None,
            "HT": lambda _: setter.tab(),
            "ESC d": lambda args: setter.feed(args[0] * setter.line_spacing),
            "ESC J": lambda args: setter.feed(args[0]),
            "ESC 2": lambda _: self._set_spacing(_DOTS_PER_SIXTH_INCH - 4),
            "ESC 3": lambda args: self._set_spacing(args[0]),
            "ESC a": self._set_align,
            "ESC D": self._set_tabs,
            "ESC $": lambda args: setter.move_to(_word(args)),
            "ESC \\": lambda args: setter.move_to(setter.x_dots + int.from_bytes(args, "little", signed=True)),
            "GS W": lambda args: self._set_area(_word(args)),
            "GS V": self._cut,
            "ESC i": lambda _: self._finish(CutKind.FULL),
            "ESC m": lambda _: self._finish(CutKind.PARTIAL),
            "ESC B": lambda args: self._mechanism.buzz(args[0], args[1]),
        }

    def _style_handlers(self) -> Mapping[str, Callable[[bytes], None]]:
        change = self._setter.change_style
        return {
            "ESC !": self._print_mode,
            "GS !": lambda args: change(width=(args[0] >> 4 & 7) + 1, height=(args[0] & 7) + 1),
            "FS !": lambda args: change(width=1 + (args[0] >> 2 & 1), height=1 + (args[0] >> 3 & 1)),
            "ESC E": lambda args: change(bold=bool(args[0] & 1)),
            "ESC G": lambda args: change(bold=bool(args[0] & 1)),
            "ESC -": lambda args: change(underline_dots=args[0] & 3),
            "FS -": lambda args: change(underline_dots=args[0] & 3),
            "GS B": lambda args: change(inverted=bool(args[0] & 1)),
            "ESC M": lambda args: change(font_b=bool(args[0] & 1)),
            "ESC  ": lambda args: setattr(self._setter, "char_spacing", args[0]),
            "ESC t": self._set_code_page,
            "ESC R": lambda args: self._set_chinese(on=args[0] == _CHINA or self._decoder.chinese),
            "FS &": lambda _: self._set_chinese(on=True),
            "FS .": lambda _: self._set_chinese(on=False),
        }

    def _symbol_handlers(self) -> Mapping[str, Callable[[bytes], None]]:
        return {
            "GS h": lambda args: setattr(self, "_bar_dots", max(1, args[0])),
            "GS w": lambda args: setattr(self, "_module_dots", min(6, max(2, args[0]))),
            "GS H": lambda args: setattr(self, "_hri", ("none", "above", "below", "both")[args[0] & 3]),
            "GS k": self._print_barcode,
            "GS ( k": self._two_dimensional,
            "GS v": lambda args: self._place(self._graphics.raster(args, self._setter.align)),
            "GS ( L": lambda args: self._place(self._graphics.function(args[3:], self._setter.align)),
            "GS 8": lambda args: self._place(self._graphics.function(args[5:], self._setter.align)),
            "ESC *": self._bit_image,
            "FS p": lambda args: self._place(StoredLogo(number=args[0], align=self._setter.align)),
        }

    def _reset(self) -> None:
        self._setter.reset()
        self._decoder.chinese = self._chinese_at_start
        self._decoder.code_page = CODE_PAGES[0]
        self._hri, self._bar_dots, self._module_dots = "none", 162, 3

    def _set_spacing(self, dots: int) -> None:
        self._setter.line_spacing = dots

    def _set_area(self, dots: int) -> None:
        self._setter.area_dots = max(CELL_DOTS, dots)

    def _set_align(self, args: bytes) -> None:
        align = {0: Align.LEFT, 1: Align.CENTER, 2: Align.RIGHT}.get(args[0] - 48 if args[0] >= 48 else args[0])
        if align is None:
            self._mechanism.complain(f"ESC a {args[0]}: no such alignment")
        elif not self._setter.at_line_start:
            self._mechanism.complain("ESC a in the middle of a line has no effect")
        else:
            self._setter.align = align

    def _set_tabs(self, args: bytes) -> None:
        cell = self._setter.style.advance_dots(wide=False)
        self._setter.tabs = [column * cell for column in args.rstrip(b"\0")]

    def _print_mode(self, args: bytes) -> None:
        """ESC ! n: bit 0 font B, 3 bold, 4 double height, 5 double width, 7 underlined."""
        mode = args[0]
        self._setter.change_style(
            font_b=bool(mode & 0x01),
            bold=bool(mode & 0x08),
            height=1 + (mode >> 4 & 1),
            width=1 + (mode >> 5 & 1),
            underline_dots=mode >> 7,
        )

    def _set_code_page(self, args: bytes) -> None:
        page = CODE_PAGES.get(args[0])
        if page is None:
            self._mechanism.complain(f"ESC t {args[0]}: no such code page")
        else:
            self._decoder.code_page = page

    def _set_chinese(self, *, on: bool) -> None:
        self._decoder.chinese = on

    def _cut(self, args: bytes) -> None:
        """GS V m [n]: 0, 1 cut; 65, 66 feed n dots and cut; the even ones partially but for 0 and 48."""
        kinds = {0: CutKind.FULL, 48: CutKind.FULL, 65: CutKind.FULL, 97: CutKind.FULL, 103: CutKind.FULL}
        kinds |= dict.fromkeys((1, 49, 66, 98, 104), CutKind.PARTIAL)
        if args[0] not in kinds:
            self._mechanism.complain(f"GS V {args[0]}: no such cut")
            return
        if len(args) == 2:
            self._setter.feed(args[1])
        self._finish(kinds[args[0]])

    def _finish(self, kind: CutKind) -> None:
        self._flush_line("a cut")
        self._mechanism.cut(kind)

    def _bit_image(self, args: bytes) -> None:
        """ESC *: the picture stands in the line, so that the LF behind it feeds only what it lacks in height."""
        picture = self._graphics.columns(args, self._setter.align)
        self._place(picture)
        self._setter.already_fed_dots = 0 if picture is None else picture.height_dots

    def _print_barcode(self, args: bytes) -> None:
        found = barcode_of(args)
        if found is None:
            self._mechanism.complain(f"GS k {args.hex(' ')}: no bar code")
            return
        kind, data = found
        self._place(
            BarCode(
                kind=kind,
                data=data,
                bar_dots=self._bar_dots,
                module_dots=self._module_dots,
                hri=self._hri,
                align=self._setter.align,
            )
        )

    def _two_dimensional(self, args: bytes) -> None:
        problem, symbol = self._qr.function(args, self._setter.align)
        if problem:
            self._mechanism.complain(problem)
        self._place(symbol)

    def _place(self, item: Item | None) -> None:
        if item is not None:
            self._flush_line("a picture")
            self._mechanism.print_item(item)

    def _flush_line(self, before: str) -> None:
        if not self._setter.at_line_start:
            self._mechanism.complain(f"{before} in the middle of a line")
            self._setter.end_line()


def _word(args: bytes) -> int:
    return int.from_bytes(args, "little")
