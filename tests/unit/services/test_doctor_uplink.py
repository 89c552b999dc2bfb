"""doctor looks at the way to HQ: what waits, the broker, what the till knows; and at the settings of drivers."""

import asyncio
import shutil
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulators.cables.pty import PtyCable
from simulators.scale import Toledo8217
from terminal.config.schema import BrokerConfig, DeviceConfig, IdentityConfig, UplinkConfig
from terminal.domain.errors import PosError
from terminal.offline.clock import SystemIds
from terminal.offline.journal import JournalOptions, SqliteJournal
from terminal.ports.clock import Stamp
from terminal.services.checkups import check_all
from terminal.services.findings import Level, Row
from terminal.services.looks import Waiting, observe, read_outbox
from terminal.services.till import TillService
from terminal.uplink.database import UplinkDatabase
from terminal.wire.counter import messages as msg
from terminal.wire.counter.view import Sections, UplinkView
from terminal.wire.events import TillStarted
from terminal.wire.framing import frame
from terminal.wire.toml import dump
from tests.unit.services.lanes import START_MS, WHO, Lane

NOW_S = int(datetime.now(tz=UTC).timestamp())


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A short path: the name of a Unix socket has 107 bytes."""
    path = tmp_path_factory.mktemp("u")
    yield path
    shutil.rmtree(path)


@pytest.fixture
def lane(folder: Path) -> Lane:
    lane = Lane(folder=folder)
    lane.set_up()
    (folder / "uplink").mkdir()
    write_uplink(lane, port=9)
    return lane


def write_uplink(lane: Lane, *, port: int) -> None:
    config = UplinkConfig(
        identity=IdentityConfig(store=WHO.store, till=WHO.till),
        state_dir=str(lane.folder / "till"),
        books_dir=str(lane.folder / "books"),
        data_dir=str(lane.folder / "uplink"),
        run_dir=str(lane.folder / "run"),
        hq_keys=("00" * 32,),
        broker=BrokerConfig(port=port),
    )
    (lane.file.parent / "uplink.toml").write_text(dump(config), encoding="utf-8")


def row(lane: Lane, name: str) -> Row:
    (found,) = [row for row in check_all(lane.file) if row.name == name]
    return found


def acknowledge(lane: Lane, seq: int, *, epoch: int = 1) -> None:
    database = UplinkDatabase(lane.folder / "uplink" / "uplink.db")
    database.open()
    database.save_acked(epoch, seq)
    database.close()


def write_epoch(lane: Lane, epoch: int, events: int, *, wall_ms: int) -> None:
    who = type(WHO)(store=WHO.store, till=WHO.till, epoch=epoch)
    journal = SqliteJournal(lane.folder / "till", who, ids=SystemIds(), options=JournalOptions(ballast_bytes=0))
    stamp = Stamp(wall_ms=wall_ms, mono_ms=1, boot_id="b")
    journal.append([TillStarted(version=str(n)) for n in range(events)], stamp=stamp, biz_date="2025-11-23")
    journal.close()


def test_nothing_waits_where_nothing_happened_or_hq_has_all(lane: Lane) -> None:
    assert row(lane, "outbox") == Row(name="outbox", level=Level.OK, says="HQ has every event")
    lane.journal(5)
    acknowledge(lane, 5)
    assert row(lane, "outbox") == Row(name="outbox", level=Level.OK, says="HQ has every event")


@pytest.mark.parametrize(
    ("age_s", "level"), [(30, Level.OK), (20 * 60, Level.WARN), (2 * 24 * 3600, Level.FAIL), (-600, Level.OK)]
)
def test_events_that_wait_are_counted_and_their_age_is_judged(age_s: int, level: Level, lane: Lane) -> None:
    lane.journal(5, wall_ms=(NOW_S - age_s) * 1000)
    acknowledge(lane, 2)
    found = row(lane, "outbox")
    assert (found.level, found.says.partition(",")[0]) == (level, "3 events wait for HQ")
    assert bool(found.fix) == (level is not Level.OK)


def test_without_a_cursor_all_events_wait(lane: Lane) -> None:
    lane.journal(4)
    assert read_outbox(lane.folder / "till", lane.folder / "none.db") == Waiting(events=4, oldest_ms=START_MS)


def test_the_rest_of_an_old_epoch_waits_with_the_new_one(lane: Lane) -> None:
    write_epoch(lane, 1, 5, wall_ms=START_MS)
    write_epoch(lane, 2, 2, wall_ms=START_MS + 5000)
    acknowledge(lane, 3)
    database = lane.folder / "uplink" / "uplink.db"
    assert read_outbox(lane.folder / "till", database) == Waiting(events=4, oldest_ms=START_MS)
    acknowledge(lane, 1, epoch=2)
    assert read_outbox(lane.folder / "till", database) == Waiting(events=1, oldest_ms=START_MS + 5000)


def test_an_uplink_db_that_is_none_is_a_fault_with_a_fix(lane: Lane) -> None:
    (lane.folder / "uplink" / "uplink.db").write_bytes(b"no database at all " * 300)
    found = row(lane, "outbox")
    assert found.level is Level.FAIL
    assert found.fix == "systemctl restart guitai-uplink: it puts a damaged file aside and asks HQ"


def test_a_damaged_journal_leaves_the_outbox_to_its_own_row(lane: Lane) -> None:
    lane.journal(1)
    (file,) = (lane.folder / "till").glob("journal-*.db")
    file.write_bytes(b"x" * 8192)
    assert (row(lane, "outbox").level, row(lane, "outbox").fix) == (Level.FAIL, "see the row of the journal")


def test_the_broker_is_called(lane: Lane) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        write_uplink(lane, port=port)
        assert row(lane, "broker") == Row(name="broker", level=Level.OK, says=f"127.0.0.1:{port}")
    assert row(lane, "broker").says == f"127.0.0.1:{port}: Connection refused"


def test_a_wrong_uplink_file_has_one_row_and_no_guesses(lane: Lane) -> None:
    (lane.file.parent / "uplink.toml").write_text("run_dri = 1\n", encoding="utf-8")
    names = [row.name for row in check_all(lane.file) if row.name in {"config uplink", "outbox", "broker"}]
    assert names == ["config uplink"]


@contextmanager
def till_that_says(lane: Lane, *answers: bytes) -> Iterator[None]:
    """One observer's conversation with a till: it hears the hello, answers, and hangs up."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as server:
        server.bind(str(lane.folder / "run" / "observer.sock"))
        server.listen()

        def serve() -> None:
            client, _ = server.accept()
            with closing(client):
                client.recv(1 << 16)
                client.sendall(b"".join(answers))

        thread = threading.Thread(target=serve)
        thread.start()
        yield
        thread.join()


def page(state: str) -> bytes:
    sections = Sections(uplink=UplinkView(state=state, queue=3))
    return frame(msg.encode(msg.SnapshotPage(rev=1, page=0, pages=1, lines=(), sections=sections)))


@pytest.mark.parametrize(
    ("state", "level", "says"),
    [
        ("online", Level.OK, "online, 3 events on their way"),
        ("offline", Level.FAIL, "the uplink runs and does not reach HQ"),
        ("absent", Level.FAIL, "the till has no uplink"),
        ("forked", Level.FAIL, "HQ has other events under this terminal's numbers: two tills use one identity"),
        ("behind", Level.FAIL, "HQ has more events than this journal: an old copy was restored"),
    ],
)
def test_the_till_tells_how_the_way_to_hq_is(state: str, level: Level, says: str, lane: Lane) -> None:
    with till_that_says(lane, frame(msg.encode(msg.Ping(serial=1))), page(state)):
        found = row(lane, "link to HQ")
    assert (found.level, found.says) == (level, says)


def test_without_a_till_the_link_is_left_out(lane: Lane) -> None:
    assert row(lane, "link to HQ").level is Level.SKIP


@pytest.mark.parametrize("answer", [b"", frame(b"\xc1"), b"\xff\xff\xff\xff"])
def test_a_till_that_talks_nonsense_is_no_till(answer: bytes, lane: Lane) -> None:
    with till_that_says(lane, answer), pytest.raises(PosError):
        observe(lane.folder / "run" / "observer.sock", timeout_s=5.0)


def test_a_till_that_says_nothing_is_not_waited_for(lane: Lane) -> None:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as server:
        server.bind(str(lane.folder / "run" / "observer.sock"))
        server.listen()
        started = time.monotonic()
        with pytest.raises(PosError, match="timed out"):
            observe(lane.folder / "run" / "observer.sock", timeout_s=0.05)
    assert time.monotonic() - started < 5


async def test_a_real_till_answers_the_doctor(lane: Lane) -> None:
    service = TillService(lane.config)
    task = asyncio.create_task(service.run())
    path = lane.folder / "run" / "observer.sock"
    async with asyncio.timeout(10):
        while not path.exists():
            await asyncio.sleep(0.01)
    view = (await asyncio.to_thread(observe, path, timeout_s=5.0)).uplink
    service.stop()
    await task
    assert view.state == "absent"


@pytest.mark.parametrize(
    ("act", "says", "fix"),
    [
        ("mute", "the till has it open, and it does not answer", "power and cable; baud"),
        ("noise", "the till has it open, and what it says is garbled", "bits and parity"),
    ],
)
async def test_a_scale_that_gives_no_weight_is_named_with_what_to_do(
    folder: Path, act: str, says: str, fix: str
) -> None:
    scale = Toledo8217()
    scale.actions()[act]()
    with PtyCable(scale, link=folder / "deli") as cable:
        settings: dict[str, str | int | bool] = {"poll_ms": 20, "reply_ms": 100}
        deli = DeviceConfig(name="d", driver="toledo-8217", address=cable.address, settings=settings)
        lane = Lane(folder=folder, devices=(deli,))
        lane.set_up()
        service = TillService(lane.config)
        task = asyncio.create_task(service.run())
        async with asyncio.timeout(20):
            while (found := await asyncio.to_thread(row, lane, "device d")).level is Level.OK:
                await asyncio.sleep(0.01)
        service.stop()
        await task
        assert (found.level, found.says, found.fix[: len(fix)]) == (Level.FAIL, says, fix)
        assert row(lane, "device d").level is Level.OK, "nobody knows more while no till runs"


@pytest.mark.parametrize(
    ("driver", "settings", "says"),
    [
        ("escpso", {}, "device d: unknown driver 'escpso'; did you mean 'escpos'?"),
        ("escpos", {"colums": 48}, "device d: unknown setting 'colums'; did you mean 'columns'?"),
        ("escpos", {"columns": 7}, "device d: columns = 7 is no number from 24 to 96"),
        ("wedge", {}, "device d: address: this driver needs one of evdev, pipe"),
    ],
)
def test_a_wrong_driver_or_setting_is_named(
    driver: str, settings: dict[str, str | int | bool], says: str, folder: Path
) -> None:
    device = DeviceConfig(name="d", driver=driver, address=f"usblp:{folder}/lp0", settings=settings)
    lane = Lane(folder=folder, devices=(device,))
    lane.set_up()
    (folder / "lp0").touch()
    found = row(lane, "device d")
    assert (found.level, found.says) == (Level.FAIL, says)


def test_two_printers_are_named_together(folder: Path) -> None:
    devices = tuple(DeviceConfig(name=name, driver="escpos", address="usb:04b8:0e15") for name in ("a", "b"))
    lane = Lane(folder=folder, devices=devices)
    lane.set_up()
    assert row(lane, "devices").says == "devices a and b: a till has one printer"


def test_after_a_recovery_the_new_epoch_is_looked_at(folder: Path) -> None:
    lane = Lane(folder=folder)
    lane.set_up()
    lane.journal(3)
    write_epoch(lane, 2, 2, wall_ms=START_MS * 2)
    assert row(lane, "journal").says.endswith(", epoch 2 since a recovery")
    assert row(lane, "clock").level is Level.FAIL


def test_the_cursor_is_read_beside_its_writer(lane: Lane) -> None:
    lane.journal(5)
    acknowledge(lane, 2)
    file = lane.folder / "uplink" / "uplink.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert read_outbox(lane.folder / "till", file).events == 3


def test_the_doctor_takes_nobodys_place_at_the_door_of_the_uplink(lane: Lane) -> None:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as server:
        server.bind(str(lane.folder / "run" / "uplink.sock"))
        server.listen()
        server.setblocking(False)
        assert row(lane, "socket uplink").level is Level.OK
        with pytest.raises(BlockingIOError):
            server.accept()
    (lane.folder / "run" / "uplink.sock").unlink()
    assert row(lane, "socket uplink").says.endswith("uplink.sock: No such file or directory")
