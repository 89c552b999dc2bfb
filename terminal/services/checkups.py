"""The checks of ``guitai doctor``: each looks at one thing, changes nothing, and says what is wrong and what to do."""

import errno
import os
import shutil
import socket
import stat
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from terminal.config.loader import load
from terminal.config.schema import BrokerConfig, DeviceConfig, ScreenConfig, TillConfig, UplinkConfig
from terminal.domain.errors import PosError
from terminal.domain.settings import Settings
from terminal.drivers.links.address import TcpAddress, parse_address, path_of
from terminal.drivers.registry import build_devices
from terminal.offline.catalog import SqliteShelf
from terminal.offline.chain import Verification
from terminal.offline.clock import DAY_MS
from terminal.offline.files import present_epoch
from terminal.offline.reader import JournalReader
from terminal.ports.clock import DOUBTED
from terminal.services import signed_files as files
from terminal.services.findings import Check, Level, Row
from terminal.services.keys import code_keys_of
from terminal.services.looks import faults_told, observe, read_outbox
from terminal.wire.chain import Row as WireRow
from terminal.wire.doorbell import LinkTrouble
from terminal.wire.events import EpochBegan, decode_fact
from terminal.wire.key_file import load_key_file
from terminal.wire.record import decode_record

MIB = 1 << 20
LOW_MIB = 1024
FULL_MIB = 256
CLOCK_SLACK_MS = 60_000
CONNECT_S = 2.0
SET_CLOCK = "timedatectl set-ntp true; then look at the battery"
CHECKED = 'if it is right now: clock_checked = "<today>" in the site file, guitai-provision apply'
CORRECT = "correct the site file (docs/devices.md), guitai-provision apply"
TROUBLES: dict[str, tuple[str, str]] = {
    LinkTrouble.FORKED: (
        "HQ has other events under this terminal's numbers: two tills use one identity",
        "sales are kept on this disk; call HQ, find the other till, give this one a new epoch",
    ),
    LinkTrouble.BEHIND: (
        "HQ has more events than this journal: an old copy was restored",
        "sales are kept on this disk; call HQ, give this till a new epoch in the site file",
    ),
}
"""What the till shows of a way to HQ that only a person can open again: what it means, and what to do."""
TOLD: dict[str, tuple[str, str]] = {
    "device_timeout": (
        "the till has it open, and it does not answer",
        "power and cable; baud, bits and parity of its address as they are set in the device",
    ),
    "bad_bytes": (
        "the till has it open, and what it says is garbled",
        "bits and parity of its address (a Toledo 8217: bits=7&parity=even); the cable",
    ),
    "wrong_unit": ("it does not weigh in kilograms with three decimals", "the scale's own settings: kg, 0.001"),
}
"""What a till that runs shows of a device that is there and of no use: what it means, and what to do."""
LATE_S = 15 * 60
"""Seconds after which an event that HQ does not have is worth a word; a fault after a day."""
LOST_S = 24 * 3600


def check_all(path: Path) -> Iterator[Row]:
    """Yield the rows of a till as they come, from its configuration file and the other services' files beside it."""
    try:
        config = load(path, TillConfig)
    except PosError as error:
        yield Row(name="config till", level=Level.FAIL, says=str(error), fix=error.hint)
        for check in CHECKS:
            yield Row(name=check.__name__, level=Level.SKIP, says="needs the configuration")
        return
    yield Row(name="config till", level=Level.OK, says=str(path))
    yield from _neighbours(path.parent)
    for check in CHECKS:
        yield from check(config)
    uplink = path.with_name("uplink.toml")
    if uplink.exists():
        yield from _uplink(uplink, config)


def _neighbours(folder: Path) -> Iterator[Row]:
    for name, kind in (("screen", ScreenConfig), ("uplink", UplinkConfig)):
        path = folder / f"{name}.toml"
        if not path.exists():
            yield Row(name=f"config {name}", level=Level.SKIP, says=f"{path} is not there")
            continue
        try:
            load(path, kind)
        except PosError as error:
            yield Row(name=f"config {name}", level=Level.FAIL, says=str(error), fix=error.hint)
        else:
            yield Row(name=f"config {name}", level=Level.OK, says=str(path))


def folders(config: TillConfig) -> Iterator[Row]:
    """Whether the folders are there, for one writer and one group."""
    places = {
        "state": config.state_dir,
        "books": config.books_dir,
        "run": config.run_dir,
        "counter": config.counter_dir,
    }
    for name, text in places.items():
        if not text:
            continue
        path = Path(text)
        if not path.is_dir():
            yield Row(
                name=f"folder {name}", level=Level.FAIL, says=f"{path} is not there", fix="systemd-tmpfiles --create"
            )
        elif path.stat().st_mode & stat.S_IRWXO:
            yield Row(name=f"folder {name}", level=Level.WARN, says=f"{path} is open to all", fix=f"chmod o= {path}")
        else:
            yield Row(name=f"folder {name}", level=Level.OK, says=text)


def journal(config: TillConfig) -> Iterator[Row]:
    """Whether every row follows from the row before."""
    folder = Path(config.state_dir)
    configured = config.identity.as_identity()
    who = replace(configured, epoch=present_epoch(folder, configured.epoch))
    report = Verification(folder, who).run()
    if report.head is None:
        yield Row(name="journal", level=Level.SKIP, says="there is none yet")
    elif report.faults:
        more = f" and {len(report.faults) - 1} more" if len(report.faults) > 1 else ""
        fix = "keep the till off, guitai backup, and give the copy to HQ"
        yield Row(name="journal", level=Level.FAIL, says=f"{report.faults[0]}{more}", fix=fix)
    else:
        begun = f", epoch {who.epoch} since a recovery" if who.epoch > configured.epoch else ""
        kept = _carried_over(folder, who.epoch)
        says = f"events {report.rows}, files {report.files}, head {report.head.hash.hex()[:12]}{begun}{kept}"
        yield Row(name="journal", level=Level.OK, says=says)


def _carried_over(folder: Path, epoch: int) -> str:
    """Return what the epoch began with, when it followed another and its beginning is still there."""
    try:
        first = [decode_fact(row.body) for row in JournalReader(folder, epoch=epoch).read(0, limit=1)]
    except (PosError, msgspec.DecodeError):
        return ""
    if not first or not isinstance(first[0], EpochBegan):
        return ""
    record = decode_record(first[0].record)
    lines = len(record.sale.live_lines) if record.sale is not None else 0
    return (
        f", epoch {epoch} began with an open sale of {lines} lines and {len(record.held)} held sales of the one before"
    )


def own_key(config: TillConfig) -> Iterator[Row]:
    """Whether the till can sign, and the newest price book says that HQ vouches for its key."""
    if not config.key_file:
        yield Row(name="till key", level=Level.SKIP, says="none is set up: receipts and Z reports are not signed")
        return
    try:
        key = load_key_file(Path(config.key_file)).public_key.hex()
    except PosError as error:
        fix = error.hint or "guitai-provision apply makes another, and says what HQ has to be told of it"
        yield Row(name="till key", level=Level.FAIL, says=str(error), fix=fix)
        return
    terminal = config.identity.as_identity().terminal
    if key in _newest_settings(Path(config.books_dir)).till_keys.get(terminal, ()):
        yield Row(name="till key", level=Level.OK, says=key)
    else:
        fix = f"at HQ: guitai-hq till-keys add {terminal} {key}, then guitai-hq publish"
        yield Row(name="till key", level=Level.WARN, says="no price book of HQ vouches for it yet", fix=fix)


def phone_codes(config: TillConfig) -> Iterator[Row]:
    """Whether the till has the keys of codes on members' phones: its own key opens their box in the newest book."""
    terminal = config.identity.as_identity().terminal
    settings = _newest_settings(Path(config.books_dir))
    if not config.key_file or not settings.code_keys:
        why = "the price book has no keys of them" if config.key_file else "the till has no key to get theirs by"
        yield Row(name="phone codes", level=Level.SKIP, says=why)
        return
    with suppress(PosError):
        keys = code_keys_of(settings, terminal, load_key_file(Path(config.key_file)))
        if keys:
            numbers = ", ".join(str(key.number) for key in keys)
            yield Row(name="phone codes", level=Level.OK, says=f"keys {numbers}")
            return
    fix = f"at HQ: guitai-hq till-keys add {terminal} with the till key above, then guitai-hq publish"
    yield Row(name="phone codes", level=Level.WARN, says="this till's key opens no keys of them", fix=fix)


def _newest_settings(folder: Path) -> Settings:
    """Return the settings of the newest price book; those of a bare one where none can be opened."""
    try:
        shelf = SqliteShelf(folder)
        with closing(shelf.open(shelf.versions()[-1])) as book:
            return book.settings
    except (PosError, IndexError):
        return Settings()


def sockets(config: TillConfig) -> Iterator[Row]:
    """Whether the till listens. Its door for the uplink is only looked at: a caller would take the uplink's place."""
    counter_dir = config.counter_dir or config.run_dir
    for name, folder, problem_of in (("counter", counter_dir, _call), ("uplink", config.run_dir, _look)):
        path = Path(folder) / f"{name}.sock"
        problem = problem_of(path)
        if problem:
            fix = "systemctl status guitai-till"
            yield Row(name=f"socket {name}", level=Level.FAIL, says=f"{path}: {problem}", fix=fix)
        else:
            yield Row(name=f"socket {name}", level=Level.OK, says=str(path))


def _call(path: Path) -> str:
    """Return why nobody answers at a socket, or nothing."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as client:
        client.settimeout(CONNECT_S)
        try:
            client.connect(str(path))
        except OSError as error:
            return error.strerror or str(error)
    return ""


def _look(path: Path) -> str:
    """Return why nobody listens at a socket, or nothing.

    The kernel refuses a socket of another type without a word to who listens (unix(7): EPROTOTYPE); where the file is
    all that a dead process left, it says ECONNREFUSED.
    """
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as stranger:
        try:
            stranger.connect(str(path))
        except OSError as error:
            return "" if error.errno == errno.EPROTOTYPE else error.strerror or str(error)
    return "it is no socket for streams"


def disk(config: TillConfig) -> Iterator[Row]:
    """Whether there is room for the next days' sales."""
    place = next(
        (path for path in (Path(config.state_dir), *Path(config.state_dir).parents) if path.exists()), Path("/")
    )
    free = shutil.disk_usage(place).free // MIB
    level = Level.FAIL if free < FULL_MIB else Level.WARN if free < LOW_MIB else Level.OK
    fix = "" if level is Level.OK else "journalctl --vacuum-size=100M; is HQ acknowledging the journal?"
    yield Row(name="disk", level=level, says=f"{free} MiB free", fix=fix)


def clock(config: TillConfig) -> Iterator[Row]:
    """Whether the time goes on from the last event: a flat battery sets the clock back."""
    now_ms = int(datetime.now(tz=UTC).timestamp() * 1000)
    days = config.clock_jump_days
    try:
        last = _last_event(config)
    except PosError:
        last = None
    if last is None:
        yield Row(name="clock", level=Level.SKIP, says="no event to compare with")
    elif last.clk_q == DOUBTED:
        says = f"the till does not believe it: it said {_utc(last.wall_ms - last.clk_off_ms)}, and says {_utc(now_ms)}"
        yield Row(name="clock", level=Level.FAIL, says=says, fix=f"{SET_CLOCK}; {CHECKED}")
    elif now_ms + CLOCK_SLACK_MS < last.wall_ms:
        says = f"{(last.wall_ms - now_ms) // 1000} s before the last event"
        yield Row(name="clock", level=Level.FAIL, says=says, fix=SET_CLOCK)
    elif now_ms > last.wall_ms + days * DAY_MS:
        says = f"{(now_ms - last.wall_ms) // DAY_MS} days after the last event; the till believes {days} without HQ"
        yield Row(name="clock", level=Level.WARN, says=says, fix=f"{CHECKED}; else {SET_CLOCK}")
    else:
        yield Row(name="clock", level=Level.OK, says="goes on from the last event")


def _utc(ms: int) -> str:
    return datetime.fromtimestamp(ms // 1000, tz=UTC).strftime("%Y-%m-%d %H:%M UTC")


def _last_event(config: TillConfig) -> WireRow | None:
    folder = Path(config.state_dir)
    reader = JournalReader(folder, epoch=present_epoch(folder, config.identity.epoch))
    head = reader.head()
    rows = reader.read(head.seq - 1, limit=1) if head and head.seq else ()
    return rows[0] if rows else None


def devices(config: TillConfig) -> Iterator[Row]:
    """Whether the far end of each cable is there and may be used."""
    if not config.devices:
        yield Row(name="devices", level=Level.WARN, says="none configured", fix="add [[devices]] to the site file")
    told = faults_told(Path(config.run_dir) / "observer.sock", timeout_s=CONNECT_S) if config.devices else {}
    rows = [_as_told(_device(device), told.get(device.name, "")) for device in config.devices]
    yield from rows
    if all(row.fix != CORRECT for row in rows) and (wrong := _complaint(config.devices)):
        yield Row(name="devices", level=Level.FAIL, says=wrong, fix=CORRECT)


def _as_told(row: Row, detail: str) -> Row:
    """Return the row of a device whose cable is there, with what a till that runs says of the device behind it."""
    if row.level is not Level.OK or detail not in TOLD:
        return row
    says, fix = TOLD[detail]
    return replace(row, level=Level.FAIL, says=says, fix=fix)


def _complaint(devices: tuple[DeviceConfig, ...]) -> str:
    """Return what the till would say of devices at its start: a wrong driver, address or setting; nothing is opened."""
    try:
        build_devices(devices, lambda _event: None)
    except PosError as error:
        return str(error)
    return ""


def _device(device: DeviceConfig) -> Row:
    name = f"device {device.name}"
    if wrong := _complaint((device,)):
        return Row(name=name, level=Level.FAIL, says=wrong, fix=CORRECT)
    address = parse_address(device.name, device.address)
    if isinstance(address, TcpAddress):
        return _lan_device(name, address)
    path = path_of(address)
    if path is None:
        return Row(name=name, level=Level.SKIP, says=f"{device.address}: the till's own screen tells (F18)")
    if not Path(path).exists():
        return Row(name=name, level=Level.FAIL, says=f"{path} is not there", fix="power and cable; lsusb")
    if not os.access(path, os.R_OK | os.W_OK):
        fix = "is the caller in the group guitai? udevadm trigger"
        return Row(name=name, level=Level.FAIL, says=f"{path} may not be opened", fix=fix)
    return Row(name=name, level=Level.OK, says=path)


def _lan_device(name: str, address: TcpAddress) -> Row:
    try:
        socket.create_connection((address.host, address.port), timeout=CONNECT_S).close()
    except OSError as error:
        fix = "power and network cable of the device; its IP address"
        return Row(name=name, level=Level.FAIL, says=f"{address.host}: {error.strerror or error}", fix=fix)
    return Row(name=name, level=Level.OK, says=f"{address.host}:{address.port}")


def _uplink(path: Path, config: TillConfig) -> Iterator[Row]:
    """Whether HQ gets what the till sells: what waits, the way to the broker, and what the till knows of it."""
    try:
        uplink = load(path, UplinkConfig)
    except PosError:
        return  # the row of its configuration says so
    yield _outbox(Path(config.state_dir), Path(uplink.data_dir) / "uplink.db")
    yield _broker(uplink.broker)
    yield _link(Path(config.run_dir))


def _outbox(journal_dir: Path, uplink_db: Path) -> Row:
    try:
        waiting = read_outbox(journal_dir, uplink_db)
    except PosError as error:
        return Row(name="outbox", level=Level.FAIL, says=str(error), fix=error.hint or "see the row of the journal")
    if not waiting.events:
        return Row(name="outbox", level=Level.OK, says="HQ has every event")
    age_s = max(0, int(datetime.now(tz=UTC).timestamp()) - waiting.oldest_ms // 1000)
    level = Level.FAIL if age_s > LOST_S else Level.WARN if age_s > LATE_S else Level.OK
    says = f"{waiting.events} events wait for HQ, the oldest for {timedelta(seconds=age_s)}"
    fix = "" if level is Level.OK else "the rows of broker and link say why; keep the till, its sales are on its disk"
    return Row(name="outbox", level=level, says=says, fix=fix)


def _broker(broker: BrokerConfig) -> Row:
    where = f"{broker.host}:{broker.port}"
    try:
        socket.create_connection((broker.host, broker.port), timeout=CONNECT_S).close()
    except OSError as error:
        fix = "network cable, router, firewall; is the address right?"
        return Row(name="broker", level=Level.FAIL, says=f"{where}: {error.strerror or error}", fix=fix)
    return Row(name="broker", level=Level.OK, says=where)


def _link(run_dir: Path) -> Row:
    """Ask the till what it knows of the way to HQ: it shows that to every observer."""
    try:
        view = observe(run_dir / "observer.sock", timeout_s=CONNECT_S).uplink
    except PosError as error:
        return Row(name="link to HQ", level=Level.SKIP, says=f"no till to ask: {error}")
    if view.state == "online":
        return Row(name="link to HQ", level=Level.OK, says=f"online, {view.queue} events on their way")
    if view.state == "offline":
        fix = "journalctl -u guitai-uplink: broker, password, certificate, or HQ itself"
        return Row(name="link to HQ", level=Level.FAIL, says="the uplink runs and does not reach HQ", fix=fix)
    if view.state in TROUBLES:
        says, fix = TROUBLES[view.state]
        return Row(name="link to HQ", level=Level.FAIL, says=says, fix=fix)
    fix = "systemctl status guitai-uplink"
    return Row(name="link to HQ", level=Level.FAIL, says="the till has no uplink", fix=fix)


CHECKS: tuple[Check, ...] = (
    folders,
    journal,
    files.book,
    files.rules,
    files.members,
    own_key,
    phone_codes,
    sockets,
    disk,
    clock,
    devices,
)
