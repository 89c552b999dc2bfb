"""The bench as a Textual page beside the till: goods to scan on the left, devices and paper on the right."""

import asyncio
from collections.abc import Callable
from typing import ClassVar

from rich.cells import set_cell_size
from rich.text import Text
from textual import work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, RichLog, Static
from textual.widgets.option_list import Option

from simulators.bench.desk import BenchDesk, Look
from simulators.bench.goods import Good
from simulators.control import ScanKind, Status

NARROW_COLUMNS = 104
"""Where goods and devices do not fit side by side, they stand one above the other."""
_LOOK_EVERY_S = 0.25
_NAME_CELLS, _CODE_CELLS = 24, 14
_HELP = (
    "Enter 扫码 scan · F2 标签 label · F3 上盖 cover · F4 撕纸 tear · F5 纸将尽 low · F6 切刀 cutter · "
    "F7 钱箱 drawer · F8 小票机线 its cable · F9 扫描枪线 its cable · F10 半码 half read · "
    "F11 纸卷 roll · F12 手机动态码 phone · ^P 再出示 again · "
    "^T 不应答 mute · ^L 慢 slow · ^O 少收 short · "
    "^N 下一次刷卡 next card · ^G 刷卡 card · ^R 刷卡机线 its cable · "
    "^S ^B ^Y 上秤 晃 秤线 scale · ^Q 退出"
)


class WeighScreen(ModalScreen[str]):
    """Asks how heavy an article is, in grams."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back 返回")]

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name_of_goods = name

    def compose(self) -> ComposeResult:
        """A line with the article, a field for grams."""
        with Vertical(id="scale"):
            yield Static(f"{self._name_of_goods} — grams 克:")
            yield Input(value="500", type="integer", id="grams")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the weight."""
        event.stop()
        self.dismiss(event.value)

    def action_leave(self) -> None:
        """Take the article off the scale."""
        self.dismiss("")


class BenchApp(App[None]):
    """The page. All waiting is done in threads, one deed after the other."""

    TITLE = "Guitai bench · 模拟台"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    #left { width: 1fr; }
    #right { width: 54; }
    #message { height: 2; color: $warning; }
    #devices { height: 9; border: round $primary; }
    #goods { height: 1fr; }
    #paper { background: #ffffff; scrollbar-size: 1 1; }
    #help { height: auto; background: $panel; }
    .-narrow Horizontal { layout: vertical; }
    .-narrow #left { width: 100%; height: 45%; min-height: 9; }
    .-narrow #right { width: 100%; height: 1fr; }
    .-narrow #message { height: 1; }
    .-narrow #devices { height: 5; border: none; }
    WeighScreen { align: center middle; }
    #scale { width: 44; height: 7; border: thick $primary; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "choose(-1)", priority=True),
        Binding("down", "choose(1)", priority=True),
        Binding("f2", "weigh"),
        Binding("f3", "hand('toggle_cover')"),
        Binding("f4", "tear_off"),
        Binding("f5", "hand('toggle_near_end')"),
        Binding("f6", "hand('toggle_cutter')"),
        Binding("f7", "hand('toggle_drawer')"),
        Binding("f8", "hand('toggle_printer')"),
        Binding("f9", "hand('toggle_scanner')"),
        Binding("f10", "half_read"),
        Binding("f11", "hand('toggle_roll')"),
        Binding("f12", "hand('show_phone')"),
        Binding("ctrl+p", "hand('show_phone_again')"),
        Binding("ctrl+t", "hand('toggle_mute')"),
        Binding("ctrl+l", "hand('toggle_slow')"),
        Binding("ctrl+o", "hand('toggle_short')"),
        Binding("ctrl+n", "hand('next_card')"),
        Binding("ctrl+g", "hand('present_card')"),
        Binding("ctrl+r", "hand('toggle_bank')"),
        Binding("ctrl+s", "put_on_scale"),
        Binding("ctrl+b", "hand('toggle_shaking')"),
        Binding("ctrl+y", "hand('toggle_scale')"),
        Binding("ctrl+q", "quit"),
    ]

    def __init__(self, desk: BenchDesk) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW_COLUMNS, "-wide")]
        self._desk = desk
        self._listed: tuple[Good, ...] = ()
        # Kept, not looked up: a deed may end when the page is already left.
        self._search = Input(placeholder="search or digits · 搜索或输入条码", id="search")
        self._list = OptionList(id="goods")
        self._message = Static(id="message")
        self._devices = Static(id="devices")
        self._paper = RichLog(id="paper", wrap=False)
        # The desk is one connection: one thing is asked of it at a time.
        self._busy = asyncio.Lock()

    def compose(self) -> ComposeResult:
        """Search and goods left, devices and paper right."""
        with Horizontal():
            with Vertical(id="left"):
                yield self._search
                yield self._list
                yield self._message
            with Vertical(id="right"):
                yield self._devices
                yield self._paper
        yield Static(_HELP, id="help")

    def on_mount(self) -> None:
        """Fill the list and begin to look at the devices."""
        self._list.can_focus = False
        self._list_goods("")
        self._search.focus()
        self.set_interval(_LOOK_EVERY_S, self._look)
        self._look()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search while typing."""
        if event.input.id == "search":
            self._list_goods(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter scans."""
        if event.input.id == "search":
            self.action_scan()

    def action_choose(self, step: int) -> None:
        """Move the mark in the list of goods."""
        mark = self._list.highlighted
        if mark is not None and not isinstance(self.screen, WeighScreen):
            self._list.highlighted = (mark + step) % len(self._listed)

    def action_scan(self) -> None:
        """Scan the marked article."""
        good, search = self._marked(), self._search.value
        self._do(lambda: self._desk.scan(good, search))

    def action_half_read(self) -> None:
        """Scan the marked article without the end of its code."""
        good, search = self._marked(), self._search.value
        self._do(lambda: self._desk.scan(good, search, kind=ScanKind.HALF_READ))

    def action_hand(self, deed: str) -> None:
        """Do one of the desk's deeds."""
        desk = self._desk
        deeds: dict[str, Callable[[], str]] = {
            each.__name__: each
            for each in (
                desk.toggle_cover,
                desk.toggle_roll,
                desk.toggle_mute,
                desk.toggle_slow,
                desk.toggle_short,
                desk.toggle_near_end,
                desk.toggle_cutter,
                desk.toggle_drawer,
                desk.toggle_printer,
                desk.toggle_scanner,
                desk.show_phone,
                desk.show_phone_again,
                desk.next_card,
                desk.present_card,
                desk.toggle_bank,
                desk.toggle_shaking,
                desk.toggle_scale,
            )
        }
        self._do(deeds[deed])

    def action_tear_off(self) -> None:
        """Take the printed paper away."""
        self._paper.clear()
        self._do(self._desk.tear_off)

    def action_weigh(self) -> None:
        """Print a label of the marked article."""
        good = self._marked()
        if good is None or not good.plu:
            self._do(lambda: self._desk.weigh(good, ""))
            return
        self.push_screen(WeighScreen(good.name), lambda grams: self._weighed(good, grams))

    def action_put_on_scale(self) -> None:
        """Put something on the till's own scale."""
        self.push_screen(WeighScreen("scale 电子秤 (0 = empty 取下)"), self._put_on)

    def _put_on(self, grams: str | None) -> None:
        if grams:
            self._do(lambda: self._desk.put_on_scale(grams))

    def _weighed(self, good: Good, grams: str | None) -> None:
        if grams:
            self._do(lambda: self._desk.weigh(good, grams))

    def _list_goods(self, search: str) -> None:
        self._listed = self._desk.found(search)
        goods = self._list
        goods.clear_options()
        goods.add_options(Option(_good_line(good)) for good in self._listed)
        goods.highlighted = 0 if self._listed else None
        goods.border_subtitle = f"{len(self._listed)} goods 商品"

    def _marked(self) -> Good | None:
        number = self._list.highlighted
        return None if number is None else self._listed[number]

    @work(group="deeds")
    async def _do(self, deed: Callable[[], str]) -> None:
        async with self._busy:
            message = await asyncio.to_thread(deed)
        self._say(message)
        self._look()

    @work(group="looks", exclusive=False)
    async def _look(self) -> None:
        if self._busy.locked():
            return
        async with self._busy:
            look = await asyncio.to_thread(self._desk.look)
        self._show(look)

    def _show(self, look: Look) -> None:
        self._devices.update(Text(devices_text(look.status)))
        for text in look.papers:
            self._paper.write(Text(text, style="#000000 on #ffffff"))
        if look.beeps_hz:
            self._say("♪ " + " ".join(f"{pitch} Hz" for pitch in look.beeps_hz))

    def _say(self, message: str) -> None:
        self._message.update(Text(message))


def devices_text(status: Status | None) -> str:
    """How the devices are, in a few lines."""
    if status is None:
        return "the simulator is gone: waiting for a new one\n模拟器已退出, 等待重新启动"
    state = "online 联机" if status.online else "OFFLINE 脱机"
    cable = f"plugged 已插, {state}" if status.printer_plugged else "UNPLUGGED 已拔"
    cover = "OPEN 打开" if status.cover_open else "closed 合上"
    drawer = "OPEN 打开" if status.drawer_open else "closed 合上"
    scanner = "plugged 已插" if status.scanner_plugged else "UNPLUGGED 已拔"
    cutter = "JAMMED 故障" if status.cutter_error else "ok"
    faults = (("MUTE 不应答", status.mute), ("SLOW 慢", status.bytes_per_s), ("SHORT 少收", status.take_at_most))
    link = "".join(f", {name}" for name, is_so in faults if is_so)
    return "\n".join(
        (
            f"printer 小票机  {cable}{link}",
            f"paper 纸  {status.paper}   cover 上盖  {cover}",
            f"cutter 切刀  {cutter}   in its buffer 待打印  {status.held_bytes} B",
            f"receipts 小票  {status.receipts}   drawer 钱箱  {drawer} ({status.kicks})",
            f"scanner 扫描枪  {scanner}   beeps 响声  {status.beeps}",
            *((f"bank 刷卡机  {status.bank}",) if status.bank else ()),
            *((f"scale 电子秤  {status.scale}",) if status.scale else ()),
        )
    )


def _good_line(good: Good) -> Text:
    name = set_cell_size(good.name, _NAME_CELLS)
    code = set_cell_size(good.code or f"PLU {good.plu}", _CODE_CELLS)
    return Text(f"{name} {code} {good.price:>8}")
