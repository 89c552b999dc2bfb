"""A till of the demo's shop to take pictures of: its real desk, journal and price book; its clock is turned by hand."""

from collections import deque
from pathlib import Path

import msgspec

from hq.commands.publish import PublishOrder, read_content
from hq.rules.file import read_rules
from hq.till_keys import TillKeys
from lab.demo.shop import RULES_FILE, SHOP_FILE, STORE, TILL
from lab.pictures.codes import TERMINAL, public_key
from lab.pictures.grants import granted
from terminal.checkout.desk import Desk
from terminal.checkout.effects import Arm, PulseDrawer
from terminal.checkout.inputs import (
    Answered,
    BookOffered,
    DeviceReported,
    DrawerReported,
    Fired,
    Input,
    KeysRead,
    LinkReported,
    ReceiptReported,
    RulesOffered,
    Scanned,
)
from terminal.checkout.payments.errand import TIMER
from terminal.checkout.work import PinCheck, PrintJob, Reaction, Work
from terminal.config.schema import IdentityConfig, TillConfig
from terminal.domain.receipt import Receipt
from terminal.offline.clock import SystemIds, local_iso, zone_of
from terminal.ports.clock import IdSource, Stamp
from terminal.ports.devices import (
    DeviceKind,
    DeviceState,
    DeviceStatus,
    DrawerOutcome,
    DrawerResult,
    LinkState,
    PrintOutcome,
    PrintResult,
    Scan,
)
from terminal.services.pins import check_pin
from terminal.services.till import Parts
from terminal.wire.book.building import build_book
from terminal.wire.counter.messages import Keys
from terminal.wire.counter.view import View
from terminal.wire.doorbell import Answer, Ask, Failure, LinkChanged
from terminal.wire.files.streams import Stream, book_name
from terminal.wire.gateway import PAYMENT, OrderState, Reply, decode_request
from terminal.wire.record import TillRecord
from terminal.wire.rules.building import build_rules

VERSION = 1
LABEL = "20251121.1"
OPENING_MS = 1_763_724_000_000
"""2025-11-21 19:20:00 in the shop."""
ZONE = "Asia/Shanghai"
ANSWER_MS = 2_000
KEY_MS = 150
"""Between two keys of a person; longer than a scanner takes."""
SCANNER = "扫描枪"
DEVICES = (
    (SCANNER, DeviceKind.SCANNER),
    ("小票机", DeviceKind.PRINTER),
    ("小票机-drawer", DeviceKind.DRAWER),
    ("蜂鸣器", DeviceKind.BEEPER),
)


class HandClock:
    """A clock that somebody turns; see `terminal.offline.clock.HqClock`."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms
        self._zone = zone_of(ZONE)

    def set_hq_time(self, zero_ms: int, quality: int) -> None:
        """It is right already."""

    def begin_from(self, last_ms: int, *, is_known: bool) -> None:
        """It is right already."""

    def stamp(self) -> Stamp:
        """Return the time that was set last."""
        return Stamp(wall_ms=self.now_ms, mono_ms=self.now_ms, boot_id="picture")

    def local_iso(self, wall_ms: int) -> str:
        """Return the shop's time."""
        return local_iso(wall_ms, self._zone)


def make_book(folder: Path) -> Path:
    """Write the book of the demo's goods, as HQ makes it of its price file."""
    path = folder / book_name(VERSION)
    TillKeys(folder).add(TERMINAL, public_key())
    build_book(path, read_content(folder, PublishOrder(file=SHOP_FILE, label=LABEL), doubts=[]))
    return path


def make_rules(folder: Path) -> Path:
    """Write the demo's promotions and coupons, as HQ makes them of its file."""
    path = folder / book_name(VERSION, Stream.RULES)
    build_rules(path, read_rules(RULES_FILE, doubts=[]))
    return path


class PictureTill:
    """What a cashier and the devices do to a till, and what it shows; printer, drawer and HQ answer at once."""

    def __init__(
        self,
        folder: Path,
        books_dir: Path,
        *,
        now_ms: int = OPENING_MS,
        key_file: str = "",
        till: str = TILL,
        ids: IdSource | None = None,
    ) -> None:
        """Begin, or go on with what an earlier one left in the folder; without ``ids`` they are those of a machine."""
        folder.mkdir(parents=True, exist_ok=True)
        self.clock = HandClock(now_ms)
        config = TillConfig(
            identity=IdentityConfig(store=STORE, till=till),
            state_dir=str(folder),
            books_dir=str(books_dir),
            run_dir=str(folder),
            time_zone=ZONE,
            key_file=key_file,
        )
        self._desk: Desk = Parts(config=config, clock=self.clock, ids=ids or SystemIds()).build_desk()
        self._chunk = 0
        self._works: list[Work] = []
        self.last: Reaction = self.happen(
            *(
                DeviceReported(DeviceStatus(name=name, kind=kind, link=LinkState.OPEN, state=DeviceState.IDLE))
                for name, kind in DEVICES
            )
        )

    def close(self) -> None:
        """Close its files."""
        self._desk.close()

    @property
    def view(self) -> View:
        """What it shows when HQ has all of its journal."""
        return self._desk.handle(self._online()).view

    @property
    def papers(self) -> list[Receipt]:
        """All that it printed, in order."""
        return [work.receipt for work in self._works if isinstance(work, PrintJob)]

    def asked(self, kind: str) -> Ask:
        """Return what it asked the payment host, or HQ, last."""
        return next(work for work in reversed(self._works) if isinstance(work, Ask) and work.kind == kind)

    @property
    def record(self) -> TillRecord:
        """What its journal comes to."""
        return self._desk.counter.record

    def _online(self) -> LinkReported:
        return LinkReported(LinkChanged(online=True, acked_seq=self.last.seq, epoch=self.last.epoch))

    def go_online(self) -> None:
        """Let the uplink come up."""
        self.happen(self._online())

    def happen(self, *events: Input, answered: bool = True) -> Reaction:
        """Let events happen; what they ask of others is answered, unless one wants to see the till wait."""
        waiting = deque(events)
        while waiting:
            self.last = self._desk.handle(waiting.popleft())
            self._works += self.last.work
            answers = (self._answer(work) for work in self.last.work)
            waiting.extend(answer for answer in answers if answer is not None and answered)
        return self.last

    def _answer(self, work: Work) -> Input | None:
        match work:
            case PinCheck():
                return check_pin(work)
            case PrintJob(action=action):
                return ReceiptReported(PrintOutcome(action=action, result=PrintResult.PRINTED))
            case PulseDrawer(action=action):
                return DrawerReported(DrawerOutcome(action=action, result=DrawerResult.OPENED))
            case Arm(timer="burst"):
                return Fired("burst")
            case Ask():
                terminal = self._desk.counter.identity.terminal
                answer = granted(work, terminal=terminal, now_ms=self.clock.now_ms)
                return None if answer is None else Answered(answer)
            case _:
                return None

    def hear(self, state: OrderState, amount: int = 0) -> None:
        """Let the payment host answer what it was asked last; ``NONE`` is silence until that is over."""
        ask = self.asked(PAYMENT)
        answer = Answer(id=ask.id, failure=Failure.TIMEOUT)
        if state is not OrderState.NONE:
            request = decode_request(ask.body)
            reply = Reply(v=1, id=ask.id, order=request.order, state=state, amount=amount, number="4200002176202511")
            answer = Answer(id=ask.id, body=msgspec.json.encode(reply))
        self.clock.now_ms += ANSWER_MS
        self.happen(Answered(answer))

    def wait(self) -> None:
        """Let the time come at which the payment host is asked again."""
        arm = next(work for work in reversed(self._works) if isinstance(work, Arm) and work.timer == TIMER)
        self.clock.now_ms += arm.ms
        self.happen(Fired(TIMER))

    def get_book(self) -> None:
        """Let the book come."""
        self.happen(BookOffered(VERSION))

    def get_rules(self) -> None:
        """Let the rules come."""
        self.happen(RulesOffered(VERSION))

    def sign_in(self, number: str, pin: str) -> None:
        """Sign in."""
        self.write(number, "enter")
        self.write(pin, "enter")

    def press(self, *names: str, answered: bool = True) -> None:
        """Press keys one after another, as a person does."""
        for name in names:
            self.clock.now_ms += KEY_MS
            self._chunk += 1
            keys = Keys(names=(name,), at_ms=self.clock.now_ms, chunk=self._chunk)
            self.happen(KeysRead(keys), answered=answered)

    def write(self, text: str, *after: str) -> None:
        """Type a text, and press keys after it."""
        self.press(*text, *after)

    def scan(self, code: str, *, times: str = "") -> None:
        """Scan an article, after typing how many there are."""
        self.write(times)
        self.clock.now_ms += KEY_MS
        self.happen(Scanned(Scan(device=SCANNER, data=code, at_ms=self.clock.now_ms)))
