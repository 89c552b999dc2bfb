"""The bench without its page: what hands do to the devices, in words, and what the devices show."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from simulators.bench.goods import Good, weigh_label
from simulators.bench.phone import Phone, PhoneError
from simulators.client import SimulatorClient, SimulatorError, SimulatorGoneError
from simulators.control import ScanKind, Status

_SHORTEST_CODE = 6
SLOW_BYTES_PER_S = 960
BANK, SCALE, UNPLUGGED = "card_terminal", "scale", "unplugged"
SHORT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What changed since the last look: ``status`` is None when the simulator is gone."""

    status: Status | None
    papers: tuple[str, ...] = ()
    beeps_hz: tuple[int, ...] = ()


class BenchDesk:
    """One person's hands at the bench. Calls wait for the simulator: not for an event loop's thread.

    Every deed returns a sentence for the page; what went wrong is said, never raised. A host that is gone is looked for
    again at the next deed or look: a new one begins with no receipts.
    """

    def __init__(
        self, connect: Callable[[], SimulatorClient], goods: Sequence[Good], phone: Phone | None = None
    ) -> None:
        """Connect for the first time; `SimulatorGoneError` when there is no host."""
        self._connect = connect
        self._connected: SimulatorClient | None = connect()
        self._goods = tuple(goods)
        self._phone = phone
        self._shown_receipts = 0
        self._heard_beeps = 0

    def found(self, search: str) -> tuple[Good, ...]:
        """The goods that a search text matches; all for an empty one."""
        return tuple(good for good in self._goods if good.matches(search))

    def look(self) -> Look:
        """See what is new."""
        try:
            with self._host() as host:
                status = host.status()
                receipts = host.receipts(since=self._shown_receipts)
                beeps = host.beeps(since=self._heard_beeps)
        except SimulatorError:
            return Look(status=None)
        self._shown_receipts += len(receipts)
        self._heard_beeps += len(beeps)
        return Look(
            status=status,
            papers=tuple(receipt.text for receipt in receipts),
            beeps_hz=tuple(beep.value for beep in beeps if beep.value),
        )

    def scan(self, good: Good | None, search: str, *, kind: ScanKind = ScanKind.GOOD) -> str:
        """Scan an article; with none at hand, the digits that were typed."""
        if good is None and search.isdigit() and len(search) >= _SHORTEST_CODE:
            return self._scanned(search, kind, search)
        if good is None:
            return "nothing to scan: no article matches · 没有匹配的商品"
        if not good.code:
            return f"{good.name} has no bar code: weigh it (F2) · 没有条码，请称重"
        return self._scanned(good.code, kind, good.name)

    def weigh(self, good: Good | None, grams: str) -> str:
        """Print a scale label for an article and scan it."""
        if good is None or not good.plu:
            return "only goods with a PLU are weighed · 只有称重商品可以称重"
        if not grams.isdigit():
            return f"a weight is whole grams, not {grams!r} · 请输入克数"
        try:
            label = weigh_label(good.plu, int(grams))
        except ValueError as error:
            return str(error)
        return self._scanned(label, ScanKind.GOOD, f"{good.name} {grams} g")

    def show_phone(self) -> str:
        """Hold a phone with a fresh code of a member before the scanner."""
        if self._phone is None:
            return "no phone here · 没有手机"
        try:
            code = self._phone.fresh()
        except PhoneError as error:
            return str(error)
        return self._scanned(code, ScanKind.GOOD, "phone 手机动态码")

    def show_phone_again(self) -> str:
        """Hold the code that the phone shows before the scanner once more."""
        if self._phone is None or not self._phone.shown:
            return "the phone shows no code yet: F12 · 手机还没有动态码"
        return self._scanned(self._phone.shown, ScanKind.GOOD, "phone again 手机动态码再出示")

    def toggle_cover(self) -> str:
        """Open the printer's cover, or close it."""
        return self._toggle(lambda status: status.cover_open, ("cover_open", "cover_close"))

    def tear_off(self) -> str:
        """Tear off the paper that hangs out of the printer."""
        return self._act("tear_off")

    def toggle_mute(self) -> str:
        """Let the printer answer nothing, or answer again."""
        return self._toggle(lambda status: status.mute, ("mute", "speak"))

    def toggle_slow(self) -> str:
        """Make the printer's line as slow as 9600 baud, or fast again."""
        return self._act("slow", lambda status: 0 if status.bytes_per_s else SLOW_BYTES_PER_S)

    def toggle_short(self) -> str:
        """Let the printer take few bytes at a time, or all again."""
        return self._act("short", lambda status: 0 if status.take_at_most else SHORT_BYTES)

    def toggle_roll(self) -> str:
        """Take the paper roll out, or load a new one."""
        return self._toggle(lambda status: status.paper == "out", ("paper_out", "paper_in"))

    def toggle_near_end(self) -> str:
        """Let the roll run low, or load a new one."""
        return self._toggle(lambda status: status.paper == "near_end", ("paper_near_end", "paper_in"))

    def toggle_cutter(self) -> str:
        """Jam the cutter; clear it when its error stands."""
        return self._toggle(lambda status: status.cutter_error, ("cutter_jam", "cutter_clear"))

    def toggle_drawer(self) -> str:
        """Push the drawer shut, or open it with its key."""
        return self._toggle(lambda status: status.drawer_open, ("drawer_open", "drawer_close"))

    def toggle_printer(self) -> str:
        """Pull the printer's cable, or put it in."""
        return self._toggle(lambda status: not status.printer_plugged, ("unplug", "plug"))

    def toggle_scanner(self) -> str:
        """Pull the scanner's cable, or put it in."""
        return self._toggle(lambda status: not status.scanner_plugged, ("unplug", "plug"), device="scanner")

    def next_card(self) -> str:
        """Choose what becomes of the next payment by card."""
        return self._act("next", device=BANK)

    def present_card(self) -> str:
        """Let the customer whom the bank's terminal waits for find the card."""
        return self._act("present", device=BANK)

    def toggle_bank(self) -> str:
        """Pull the cable of the bank's terminal, or put it in."""
        return self._toggle(lambda status: status.bank == UNPLUGGED, ("unplug", "plug"), device=BANK)

    def put_on_scale(self, grams: str) -> str:
        """Put goods on the till's own scale, in place of what lies there; 0 takes them off."""
        if not grams.isdigit():
            return f"a weight is whole grams, not {grams!r} · 请输入克数"
        return self._act("put", lambda _: int(grams), device=SCALE)

    def toggle_shaking(self) -> str:
        """Let the scale never come to rest, or rest."""
        return self._toggle(lambda status: "moves" in status.scale, ("shake", "rest"), device=SCALE)

    def toggle_scale(self) -> str:
        """Pull the scale's cable, or put it in."""
        return self._toggle(lambda status: status.scale == UNPLUGGED, ("unplug", "plug"), device=SCALE)

    def close(self) -> None:
        """Hang up."""
        if self._connected is not None:
            self._connected.close()
            self._connected = None

    @contextmanager
    def _host(self) -> Iterator[SimulatorClient]:
        """Lend the connection, made anew after the host was gone."""
        if self._connected is None:
            self._connected = self._connect()
            self._shown_receipts = self._heard_beeps = 0
        try:
            yield self._connected
        except SimulatorGoneError:
            self.close()
            raise

    def _scanned(self, code: str, kind: ScanKind, name: str) -> str:
        try:
            with self._host() as host:
                host.scan(code, kind=kind)
        except SimulatorError as error:
            return str(error)
        return f"{kind.replace('_', ' ')} {name} · {code}"

    def _act(self, action: str, value_of: Callable[[Status], int] = lambda _: 0, *, device: str = "printer") -> str:
        try:
            with self._host() as host:
                value = value_of(host.status())
                host.act(action, value=value, device=device)
        except SimulatorError as error:
            return str(error)
        return f"{device}: {action.replace('_', ' ')}{f' {value}' if value else ''}"

    def _toggle(self, is_so: Callable[[Status], bool], actions: tuple[str, str], *, device: str = "printer") -> str:
        try:
            with self._host() as host:
                action = actions[is_so(host.status())]
                host.act(action, device=device)
        except SimulatorError as error:
            return str(error)
        return f"{device}: {action.replace('_', ' ')}"
