"""Looks at a running till from outside, for ``guitai doctor``: read-only, and in nobody's way."""

import socket
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import msgspec

from terminal.domain.errors import PosError, UplinkError
from terminal.offline.files import journal_epochs
from terminal.offline.reader import JournalReader
from terminal.wire.counter import messages as msg
from terminal.wire.counter.view import DeviceView, UplinkView
from terminal.wire.framing import FrameReader, frame

READ_BYTES = 1 << 16
_SQL_ACKED = "SELECT epoch, seq FROM cursor WHERE name = 'hq_acked'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What HQ has not acknowledged: how many events, and when the oldest happened (UTC ms, 0 = there is none)."""

    events: int
    oldest_ms: int = 0


def read_outbox(journal_dir: Path, uplink_db: Path) -> Waiting:
    """Return what waits for HQ, over all epochs, by the cursor in ``uplink.db``.

    `UplinkError` when that file is no database, `JournalError` when the journal cannot be read.
    """
    epoch, acked = _acked(uplink_db)
    events, oldest_ms = 0, 0
    for present in (one for one in journal_epochs(journal_dir) if one >= epoch):
        reader = JournalReader(journal_dir, epoch=present)
        after = acked if present == epoch else 0
        head = reader.head()
        rows = reader.read(after, limit=1)
        if head is not None and rows:
            events += head.seq - after
            oldest_ms = oldest_ms or rows[0].wall_ms
    return Waiting(events=events, oldest_ms=oldest_ms)


def _acked(uplink_db: Path) -> tuple[int, int]:
    """Return epoch and sequence that HQ was last known to have; (0, 0) while there is no file, or nothing in it."""
    if not uplink_db.exists():
        return 0, 0
    try:
        with closing(sqlite3.connect(f"file:{quote(str(uplink_db.absolute()))}?mode=ro", uri=True)) as connection:
            row: tuple[int, int] | None = connection.execute(_SQL_ACKED).fetchone()
    except sqlite3.Error as error:
        hint = "systemctl restart guitai-uplink: it puts a damaged file aside and asks HQ"
        raise UplinkError(f"{uplink_db.name}: {error}", hint=hint) from error
    return row if row is not None else (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a till shows of its way to HQ, and of its devices."""

    uplink: UplinkView
    devices: tuple[DeviceView, ...] = ()


def observe(path: Path, *, timeout_s: float) -> Shown:
    """Say hello as an observer and return what the till shows; `PosError` when nobody answers."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as client:
        client.settimeout(timeout_s)
        try:
            client.connect(str(path))
            client.sendall(frame(msg.encode(msg.Hello(role=msg.ClientRole.OBSERVER, client="doctor"))))
            return _shown(client)
        except OSError as error:
            raise PosError(f"{path}: {error.strerror or error}", code="no_till") from error
        except msgspec.DecodeError as error:
            raise PosError(f"{path}: {error}", code="no_till") from error


def faults_told(path: Path, *, timeout_s: float) -> dict[str, str]:
    """Return the devices that a running till has open and calls faulty, with the code of the fault."""
    try:
        devices = observe(path, timeout_s=timeout_s).devices
    except PosError:
        return {}
    return {device.name: device.detail for device in devices if (device.link, device.state) == ("open", "error")}


def _shown(client: socket.socket) -> Shown:
    reader = FrameReader()
    while data := client.recv(READ_BYTES):
        for body in reader.feed(data):
            message = msg.decode_from_till(body)
            sections = message.sections if isinstance(message, msg.SnapshotPage | msg.Delta) else None
            if sections is not None and sections.uplink is not None:
                return Shown(uplink=sections.uplink, devices=sections.devices or ())
    raise PosError("the till hung up", code="no_till")
