"""The till service: devices, sale, journal. It has no network but the address of a LAN printer.

Built from its configuration here; everything else knows ports only.
"""

import argparse
import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

import structlog

from terminal.checkout.desk import Desk
from terminal.checkout.effects import Arm, PulseDrawer, Sound, Weigh
from terminal.checkout.handlers.books import MINUTE
from terminal.checkout.inputs import (
    Answered,
    BookOffered,
    DeviceReported,
    DrawerReported,
    Fired,
    ReceiptReported,
    RulesOffered,
    ScanFaulted,
    Scanned,
    Weighed,
)
from terminal.checkout.payments.errand import TIMER
from terminal.checkout.state import initial, is_finished
from terminal.checkout.work import PinCheck, PrintJob, Reaction, Work
from terminal.config.loader import load
from terminal.config.schema import TillConfig
from terminal.domain.errors import ConfigError, DiskFullError
from terminal.domain.ids import ActionId
from terminal.domain.receipt_labels import Language
from terminal.drivers.registry import Devices, build_devices
from terminal.offline.catalog import SqliteShelf
from terminal.offline.clock import DAY_MS, HqClock, SystemClock, SystemIds, Trust, zone_of
from terminal.offline.ended import leave_mark, take_mark
from terminal.offline.lab_clock import FileClock
from terminal.offline.members import SqliteMembers
from terminal.offline.recovery import OpenTill, open_till
from terminal.offline.rules import SqliteRulesShelf
from terminal.ports.clock import IdSource
from terminal.ports.devices import (
    DeviceEvent,
    DeviceStatus,
    DrawerOutcome,
    DrawerResult,
    PrintOutcome,
    PrintResult,
    Scan,
    ScanFault,
    Weight,
    WeightState,
)
from terminal.services.admission import Admission
from terminal.services.counter_door import CounterDoor
from terminal.services.desk_thread import DeskThread
from terminal.services.keys import code_keys_of, hash_key_of, open_key
from terminal.services.logs import set_up_logs
from terminal.services.notify import Notifier
from terminal.services.pins import check_pin
from terminal.services.uplink_door import UplinkDoor
from terminal.wire import events as ev
from terminal.wire import promotion_events as pev
from terminal.wire.doorbell import Answer, Ask, Failure
from terminal.wire.files.streams import Stream
from terminal.wire.gateway import CARD
from terminal.wire.key_events import TillKeyFailed
from terminal.wire.members.schema import NAME as MEMBERS
from terminal.wire.record import TillRecord, encode_record

VERSION = "0.1.0"
WATCHDOG_S = 5.0
FINISH_S = 3.0
"""Seconds that a receipt or a drawer may take to end when the service is stopped."""

log = structlog.get_logger("till")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a desk is built from, all of it opened in the desk's own thread."""

    config: TillConfig
    clock: HqClock
    ids: IdSource = field(default_factory=SystemIds)

    def build_desk(self) -> Desk:
        """Open journal, record and books, and put the counter back where it was."""
        config = self.config
        state_dir = Path(config.state_dir)
        who = config.identity.as_identity()
        opened = open_till(state_dir, who, ids=self.ids, now_ms=self.clock.stamp().wall_ms)
        _log_beginning(opened)
        record, preface = opened.record, _preface(opened)
        doubted = record.clock_doubted
        key = open_key(config.key_file)
        self.clock.begin_from(opened.last_ms, is_known=doubted is None or doubted.last_ms > 0)
        desk = Desk(
            initial(
                opened.who,
                record,
                version=VERSION,
                hash_key=hash_key_of(state_dir),
                is_new_epoch=bool(preface),
                in_order=take_mark(state_dir, opened.journal.head),
                hurry=_hurry(config),
                key_problem=key.problem,
            ),
            journal=opened.journal,
            store=opened.store,
            shelf=SqliteShelf(Path(config.books_dir)),
            rules=SqliteRulesShelf(Path(config.books_dir)),
            members=SqliteMembers(Path(config.books_dir) / MEMBERS, opened.store.ledger),
            clock=self.clock,
            ids=self.ids,
            identity=opened.who,
            receipt_language=Language(config.receipt_language),
            signer=key.signer,
            unbox=lambda settings: code_keys_of(settings, opened.who.terminal, key.signer),
            preface=preface,
            last_ms=opened.last_ms,
        )
        lines = len(record.sale.live_lines) if record.sale is not None else 0
        try:
            desk.record(ev.TillStarted(version=VERSION, recovered_lines=lines))
            if key.problem:
                desk.record(TillKeyFailed(reason=key.problem))
        except DiskFullError as error:
            log.warning("start_not_noted", reason=str(error))
        return desk


def _log_beginning(opened: OpenTill) -> None:
    beginning = opened.beginning
    if beginning is not None and beginning.reason:
        log.error("journal_recovered", reason=beginning.reason[:500], epoch=opened.who.epoch)
    elif beginning is not None:
        log.info("epoch_began", epoch=opened.who.epoch)


def _preface(opened: OpenTill) -> tuple[ev.Fact, ...]:
    """Return what a new epoch begins with, when the till knows something of the one before: HQ folds each alone."""
    is_carried_over = opened.journal.head.seq == 0 and opened.record != TillRecord()
    return (ev.EpochBegan(record=encode_record(opened.record)),) if is_carried_over else ()


def _clock(config: TillConfig) -> HqClock:
    """The machine's clock; an injected one only where the configuration says that this is a lab build."""
    if config.lab_clock_file is None:
        return SystemClock(config.time_zone, trust=_trust(config))
    if not config.lab:
        raise ConfigError("lab_clock_file needs lab = true", hint="a till that sells has the machine's clock")
    return FileClock(Path(config.lab_clock_file), config.time_zone)


def _hurry(config: TillConfig) -> int:
    """How many times less payments wait than they should; `ConfigError` where that is not a lab."""
    if config.lab_hurry != 1 and not config.lab:
        raise ConfigError("lab_hurry needs lab = true", hint="a till that sells waits as long as payments take")
    return config.lab_hurry


def _trust(config: TillConfig) -> Trust:
    """What the site file says of the clock; `ConfigError` for a day that does not exist."""
    checked_ms = None
    if config.clock_checked:
        try:
            day = datetime.fromisoformat(config.clock_checked).replace(tzinfo=zone_of(config.time_zone))
        except ValueError as error:
            raise ConfigError(f"clock_checked: {error}", hint='a day like "2026-11-29"') from error
        checked_ms = int(day.timestamp()) * 1000
    return Trust(jump_ms=config.clock_jump_days * DAY_MS, checked_ms=checked_ms)


class TillService:
    """One till, from start to stop, on the running loop."""

    def __init__(self, config: TillConfig, *, clock: HqClock | None = None) -> None:
        self._config = config
        self._clock = clock if clock is not None else _clock(config)
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopped = asyncio.Event()
        self._failure: BaseException | None = None
        run_dir = Path(config.run_dir)
        parts = Parts(config=config, clock=self._clock)
        self._desk = DeskThread(parts.build_desk, react=self._react, failed=self._fail)
        self._counter = CounterDoor(
            run_dir,
            post=self._desk.post,
            counter_dir=Path(config.counter_dir) if config.counter_dir else None,
            admission=Admission(config.counter_group),
        )
        self._uplink = UplinkDoor(run_dir, post=self._desk.post, hq_time=self._clock.set_hq_time)
        self._devices: Devices = build_devices(config.devices, self._device_event)
        self._notifier = Notifier()

    async def run(self) -> None:
        """Serve until `stop`; raises what ended the desk, so that the service manager starts it again."""
        await self._desk.start()
        for version in self._books_at_start():
            self._desk.post(BookOffered(version))
        for version in self._rules_at_start():
            self._desk.post(RulesOffered(version))
        self._desk.post(Fired(MINUTE))
        self._desk.post(Fired(TIMER))
        await self._first_view()
        await self._counter.open()
        await self._uplink.open()
        record = self._desk.desk.counter.record
        if record.book_version is not None:
            self._uplink.book_now(record.book_version)
        if record.rules_version:
            self._uplink.book_now(record.rules_version, stream=Stream.RULES)
        helpers = [asyncio.create_task(work) for work in (self._devices.run(), self._counter.watch(), self._watchdog())]
        for helper in helpers:
            helper.add_done_callback(self._ended)
        self._notifier.ready()
        log.info("till_ready", store=self._config.identity.store, till=self._config.identity.till)
        await self._stopped.wait()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=FINISH_S)
        for task in (*helpers, *self._tasks):
            task.cancel()
        await asyncio.gather(*helpers, *self._tasks, return_exceptions=True)
        await self._close()

    async def _first_view(self) -> None:
        """Wait until there is a true view (a screen must never see an empty one before it), or the desk has failed."""
        waiting = [asyncio.create_task(work) for work in (self._desk.probe(), self._stopped.wait())]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()

    def _books_at_start(self) -> tuple[int, ...]:
        """The book that decided before the restart first, then the newest of the folder."""
        newest = SqliteShelf(Path(self._config.books_dir)).versions()[-1:]
        before = self._desk.desk.counter.record.book_version
        return tuple(dict.fromkeys((before, *newest) if before is not None else newest))

    def _rules_at_start(self) -> tuple[int, ...]:
        """The rules that decided before the restart first, then the newest of the folder."""
        newest = SqliteRulesShelf(Path(self._config.books_dir)).versions()[-1:]
        before = self._desk.desk.counter.record.rules_version
        return tuple(dict.fromkeys((before, *newest) if before else newest))

    def stop(self) -> None:
        """End `run` after what was posted is handled."""
        self._stopped.set()

    async def _close(self) -> None:
        for timer in self._timers.values():
            timer.cancel()
        await self._counter.close()
        await self._uplink.close()
        await self._desk.stop()
        if self._failure is not None:
            raise self._failure
        await asyncio.to_thread(self._mark_the_end, self._desk.desk)

    def _mark_the_end(self, desk: Desk) -> None:
        """Let the next start know that nobody was interrupted, if so; a disk that does not take it costs a notice."""
        if is_finished(desk.counter):
            with suppress(OSError):
                leave_mark(Path(self._config.state_dir), desk.head)

    def _fail(self, error: BaseException) -> None:
        log.error("till_failed", error=repr(error)[:500])
        self._failure = error
        self._stopped.set()

    async def _watchdog(self) -> None:
        """Feed the service manager from the loop, after the desk has read its database."""
        while True:
            await asyncio.sleep(WATCHDOG_S)
            await self._desk.probe()
            self._notifier.watchdog()

    # --- from the desk -------------------------------------------------------------------------------------------

    def _react(self, reaction: Reaction) -> None:
        """Paint and beep, then the drawer, then the receipt, then the uplink: all of it is durable already."""
        self._counter.publish(reaction.view, journal_seq=reaction.seq)
        for work in reaction.work:
            self._do(work)
        self._uplink.journal_grew(epoch=reaction.epoch, seq=reaction.seq)
        for fact in reaction.facts:
            self._tell_uplink(fact)

    def _tell_uplink(self, fact: ev.Fact) -> None:
        """Tell the uplink which books decide, and which were refused, for its report to HQ."""
        match fact:
            case ev.BookActivated(version=version):
                self._uplink.book_now(version)
            case ev.BookRefused(version=version, reason=reason):
                self._uplink.book_now(version, refused=reason)
            case pev.RulesActivated(version=version):
                self._uplink.book_now(version, stream=Stream.RULES)
            case pev.RulesRefused(version=version, reason=reason):
                self._uplink.book_now(version, refused=reason, stream=Stream.RULES)
            case _:
                pass

    def _do(self, work: Work) -> None:
        match work:
            case Sound(tone=tone):
                self._devices.beeper.beep(tone)
            case Arm(timer=timer, ms=ms):
                self._disarm(timer)
                self._timers[timer] = asyncio.get_running_loop().call_later(ms / 1000, self._time_is_over, work)
            case Ask(kind=kind) if kind == CARD:
                self._spawn(self._ask_terminal(work))
            case Ask():
                self._uplink.ask(work)
            case Weigh(turn=turn):
                self._spawn(self._weigh(turn))
            case PinCheck():
                self._spawn(self._check_pin(work))
            case PulseDrawer(action=action):
                self._spawn(self._open_drawer(action))
            case PrintJob():
                self._spawn(self._print(work))

    def _time_is_over(self, arm: Arm) -> None:
        self._timers.pop(arm.timer, None)
        fire = partial(self._desk.post, Fired(arm.timer, arm.turn))
        if arm.after_screen:
            self._counter.when_answered(fire)
        else:
            fire()

    def _disarm(self, timer: str) -> None:
        handle = self._timers.pop(timer, None)
        if handle is not None:
            handle.cancel()

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """What no driver and no door foresaw must not end in silence: the service ends with it, visibly."""
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._fail(error)

    async def _ask_terminal(self, ask: Ask) -> None:
        """Let the bank's own terminal answer."""
        terminal = self._devices.card_terminal
        absent = Answer(id=ask.id, failure=Failure.NO_ROUTE)
        self._desk.post(Answered(absent if terminal is None else await terminal.answer(ask)))

    async def _weigh(self, turn: int) -> None:
        scale = self._devices.scale
        self._desk.post(Weighed(turn, Weight(state=WeightState.SILENT) if scale is None else await scale.weigh()))

    async def _check_pin(self, check: PinCheck) -> None:
        self._desk.post(await asyncio.to_thread(check_pin, check))

    async def _open_drawer(self, action: ActionId) -> None:
        drawer = self._devices.drawer
        if drawer is None:
            outcome = DrawerOutcome(action=action, result=DrawerResult.FAILED, detail="no_drawer")
        else:
            outcome = await drawer.open_drawer(action)
        self._desk.post(DrawerReported(outcome))

    async def _print(self, job: PrintJob) -> None:
        printer = self._devices.printer
        if printer is None:
            outcome = PrintOutcome(action=job.action, result=PrintResult.NOT_STARTED, detail="no_printer")
        else:
            outcome = await printer.print_receipt(job.action, job.receipt)
        self._desk.post(ReceiptReported(outcome))

    # --- from the devices ----------------------------------------------------------------------------------------

    def _device_event(self, event: DeviceEvent) -> None:
        match event:
            case Scan():
                self._desk.post(Scanned(event))
            case ScanFault():
                self._desk.post(ScanFaulted(event))
            case DeviceStatus():
                self._desk.post(DeviceReported(event))


async def serve(config: TillConfig) -> None:
    """Run a till until SIGTERM or SIGINT."""
    service = TillService(config)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, service.stop)
    await service.run()


def main(argv: list[str], program: str = "guitai till") -> int:
    """``guitai till --config FILE``."""
    parser = argparse.ArgumentParser(
        prog=program,
        description="The till: devices, sale, journal.",
        epilog="example: %(prog)s --config /etc/guitai/till.toml",
    )
    parser.add_argument("--config", required=True, help="TOML file, e.g. /etc/guitai/till.toml")
    config = load(Path(parser.parse_args(argv).config), TillConfig)
    set_up_logs()
    asyncio.run(serve(config))
    return 0
