"""doctor finds each fault, names it, says what to do, and changes nothing."""

import json
import shutil
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from terminal.config.schema import DeviceConfig
from terminal.domain.members.phone_codes import CodeKey
from terminal.offline.clock import DAY_MS, SystemIds
from terminal.offline.journal import SqliteJournal
from terminal.offline.recovery import open_till
from terminal.ports.clock import DOUBTED, Stamp
from terminal.services.checkups import check_all
from terminal.services.doctor import main
from terminal.services.findings import Level, Row
from terminal.wire.code_keys import boxed
from terminal.wire.events import EpochBegan, TillStarted
from terminal.wire.key_file import make_key_file
from terminal.wire.record import encode_record
from terminal.wire.toml import dump
from tests.unit.services.lanes import START_MS, WHO, Lane
from tests.unit.wire_mqtt.signers import SeedSigner


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A short path: the name of a Unix socket has 107 bytes."""
    path = tmp_path_factory.mktemp("d")
    yield path
    shutil.rmtree(path)


@pytest.fixture
def lane(folder: Path) -> Lane:
    """A lane that lacks nothing but a running till; its printer is a file."""
    printer = folder / "lp0"
    printer.touch()
    lane = Lane(folder=folder, devices=(DeviceConfig(name="printer0", driver="escpos", address=f"usblp:{printer}"),))
    lane.set_up()
    lane.journal(3)
    lane.book(7)
    return lane


def row(lane: Lane, name: str) -> Row:
    found = [row for row in check_all(lane.file) if row.name == name]
    assert len(found) == 1
    return found[0]


def test_a_healthy_lane_has_no_fault(lane: Lane, capsys: pytest.CaptureFixture[str]) -> None:
    with lane.listening():
        assert main(["--config", str(lane.file)]) == 0
    out = capsys.readouterr().out
    assert "ok    journal          events 3, files 1, head " in out
    assert "ok    price book       version 7 (2025.7), 1 articles\n" in out
    assert "fail" not in out


def test_json_is_one_object_on_one_line(lane: Lane, capsys: pytest.CaptureFixture[str]) -> None:
    with lane.listening():
        assert main(["--config", str(lane.file), "--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    report = json.loads(lines[0])
    assert (len(lines), report["healthy"]) == (1, True)
    assert report["rows"][0] == {"name": "config till", "level": "ok", "says": str(lane.file), "fix": ""}


def test_a_till_that_is_down_is_a_fault_with_a_fix(lane: Lane, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", str(lane.file)]) == 1
    out = capsys.readouterr().out
    assert f"fail  socket counter   {lane.folder}/run/counter.sock: No such file or directory\n" in out
    assert "→ systemctl status guitai-till\n" in out


@pytest.mark.parametrize("name", ["counter", "uplink"])
def test_a_socket_that_a_dead_till_left_behind_is_a_fault(lane: Lane, name: str) -> None:
    path = lane.folder / "run" / f"{name}.sock"
    with lane.listening():
        assert row(lane, f"socket {name}").level is Level.OK
    assert path.is_socket()
    left = row(lane, f"socket {name}")
    assert (left.level, left.says) == (Level.FAIL, f"{path}: Connection refused")


def test_a_socket_that_is_no_tills_is_a_fault(lane: Lane) -> None:
    path = lane.folder / "run" / "uplink.sock"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as other:
        other.bind(str(path))
        assert row(lane, "socket uplink").says == f"{path}: it is no socket for streams"


def test_without_a_configuration_the_rest_is_skipped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", str(tmp_path / "till.toml"), "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert rows[0]["fix"] == "guitai-provision apply writes it; ./guitai demo makes its own"
    assert {row["level"] for row in rows[1:]} == {"skip"}


def with_key(lane: Lane) -> str:
    """Give a lane a key, and return its public half."""
    path = lane.folder / "till.key"
    lane.file.write_text(dump(msgspec.structs.replace(lane.config, key_file=str(path))), encoding="utf-8")
    return make_key_file(path).public_key.hex()


def test_a_till_that_has_no_key_set_up_is_told_so(lane: Lane) -> None:
    assert (row(lane, "till key").level, row(lane, "till key").fix) == (Level.SKIP, "")


def test_a_key_is_fine_when_the_newest_book_vouches_for_it(lane: Lane) -> None:
    key = with_key(lane)
    doubt = row(lane, "till key")
    assert doubt.level is Level.WARN
    assert doubt.fix == f"at HQ: guitai-hq till-keys add {WHO.terminal} {key}, then guitai-hq publish"
    lane.book(8, till_keys={WHO.terminal: ("00" * 32, key)})
    assert row(lane, "till key") == Row(name="till key", level=Level.OK, says=key)


def test_a_key_without_any_book_is_not_vouched_for(lane: Lane) -> None:
    with_key(lane)
    for book in (lane.folder / "books").iterdir():
        book.unlink()
    assert row(lane, "till key").level is Level.WARN


def test_a_key_that_is_gone_or_open_to_others_is_a_fault_with_a_fix(lane: Lane) -> None:
    with_key(lane)
    path = lane.folder / "till.key"
    path.chmod(0o644)
    assert (row(lane, "till key").level, row(lane, "till key").fix) == (Level.FAIL, f"chmod 600 {path}")
    path.unlink()
    gone = row(lane, "till key")
    assert (gone.level, gone.says) == (Level.FAIL, f"there is no {path}")
    assert gone.fix.startswith("guitai-provision apply")


def test_keys_of_codes_on_phones_are_fine_when_the_till_can_open_them(lane: Lane) -> None:
    assert (row(lane, "phone codes").level, row(lane, "phone codes").fix) == (Level.SKIP, "")
    key = with_key(lane)
    assert row(lane, "phone codes").says == "the price book has no keys of them"
    keys, other = (CodeKey(6, bytes(32)), CodeKey(7, bytes(32))), SeedSigner().public_key
    lane.book(8, code_keys={WHO.terminal: (boxed(keys, other),)})
    doubt = row(lane, "phone codes")
    assert doubt.level is Level.WARN
    assert doubt.fix.startswith(f"at HQ: guitai-hq till-keys add {WHO.terminal}")
    lane.book(9, code_keys={WHO.terminal: (boxed(keys, other), boxed(keys, bytes.fromhex(key)))})
    assert row(lane, "phone codes") == Row(name="phone codes", level=Level.OK, says="keys 6, 7")
    (lane.folder / "till.key").unlink()
    assert row(lane, "phone codes").level is Level.WARN


def test_the_other_services_files_are_read_too(lane: Lane) -> None:
    assert row(lane, "config screen").level is Level.SKIP
    (lane.file.parent / "screen.toml").write_text('run_dir = "/run/guitai"\n', encoding="utf-8")
    (lane.file.parent / "uplink.toml").write_text("run_dri = 1\n", encoding="utf-8")
    assert row(lane, "config screen").level is Level.OK
    wrong = row(lane, "config uplink")
    assert (wrong.level, wrong.fix) == (Level.FAIL, "did you mean run_dir?")


def test_a_missing_folder_and_one_open_to_all_are_told_apart(lane: Lane) -> None:
    (lane.folder / "run").rmdir()
    (lane.folder / "books").chmod(0o777)
    assert row(lane, "folder run").level is Level.FAIL
    assert row(lane, "folder books") == Row(
        name="folder books",
        level=Level.WARN,
        says=f"{lane.folder}/books is open to all",
        fix=f"chmod o= {lane.folder}/books",
    )


def test_a_journal_that_is_not_there_yet_is_no_fault(folder: Path) -> None:
    lane = Lane(folder=folder)
    lane.set_up()
    assert row(lane, "journal").level is Level.SKIP
    assert row(lane, "clock").level is Level.SKIP


def test_what_an_epoch_began_with_is_named(lane: Lane) -> None:
    assert "began with" not in row(lane, "journal").says
    who = replace(WHO, epoch=2)
    lane.file.write_text(lane.file.read_text(encoding="utf-8").replace("epoch = 1", "epoch = 2"), encoding="utf-8")
    with closing(open_till(lane.folder / "till", who, ids=SystemIds(), now_ms=START_MS)) as till:
        stamp = Stamp(wall_ms=START_MS, mono_ms=1, boot_id="b")
        facts = (EpochBegan(record=encode_record(till.record)), TillStarted(version="1"))
        till.journal.append(facts, stamp=stamp, biz_date="2025-11-23")
    says = row(lane, "journal").says
    assert says.endswith(", epoch 2 began with an open sale of 0 lines and 0 held sales of the one before")


def tamper(lane: Lane, statement: str) -> None:
    (file,) = (lane.folder / "till").glob("journal-*.db")
    with closing(sqlite3.connect(file)) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(statement)
        connection.commit()


def test_one_changed_event_is_named_by_file_and_number(lane: Lane) -> None:
    tamper(lane, "UPDATE event SET kind = 'x' WHERE seq = 2")
    found = row(lane, "journal")
    assert found.level is Level.FAIL
    assert found.says.startswith("journal-1-1.db, event 2: changed")


def test_several_faults_of_a_journal_are_counted(lane: Lane) -> None:
    tamper(lane, "UPDATE event SET kind = 'x' WHERE seq > 1")
    assert row(lane, "journal").says.endswith(" and 1 more")


def test_no_book_and_a_torn_book_are_faults(lane: Lane) -> None:
    path = lane.book(8)
    path.write_bytes(path.read_bytes()[:2000])
    torn = row(lane, "price book")
    assert (torn.level, torn.fix) == (Level.FAIL, "is the uplink online? HQ sends it again")
    for file in (lane.folder / "books").iterdir():
        file.unlink()
    assert row(lane, "price book").says == f"none in {lane.folder}/books"


@pytest.mark.parametrize(("free_mib", "level"), [(100, Level.FAIL), (500, Level.WARN), (5000, Level.OK)])
def test_room_on_the_disk_is_judged(free_mib: int, level: Level, lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=free_mib << 20))
    assert row(lane, "disk").level is level


def test_the_disk_of_a_folder_that_is_not_there_is_its_parents(folder: Path) -> None:
    lane = Lane(folder=folder)
    lane.set_up()
    (folder / "till").rmdir()
    assert row(lane, "disk").says.endswith(" MiB free")


def test_a_clock_behind_the_last_event_is_a_fault(folder: Path) -> None:
    lane = Lane(folder=folder)
    lane.set_up()
    lane.journal(1, wall_ms=START_MS * 2)
    assert row(lane, "clock").level is Level.FAIL
    assert row(lane, "clock").fix == "timedatectl set-ntp true; then look at the battery"


def test_a_clock_that_the_till_does_not_believe_is_a_fault_with_two_ways_out(folder: Path) -> None:
    lane = Lane(folder=folder)
    lane.set_up()
    machine_ms = 2 * START_MS
    stamp = Stamp(wall_ms=START_MS, mono_ms=1, boot_id="b", hq_offset_ms=START_MS - machine_ms, hq_quality=DOUBTED)
    with closing(SqliteJournal(folder / "till", WHO, ids=SystemIds())) as journal:
        journal.append([TillStarted(version="1")], stamp=stamp, biz_date="2025-11-23")
    found = row(lane, "clock")
    assert (found.level, found.says[:54]) == (Level.FAIL, "the till does not believe it: it said 2081-10-16 00:26")
    assert found.fix.startswith("timedatectl set-ntp true; ")
    assert 'clock_checked = "<today>"' in found.fix


def test_a_till_that_stood_longer_than_the_clock_is_believed_is_warned_of(folder: Path) -> None:
    lane = Lane(folder=folder)
    lane.set_up()
    lane.journal(1, wall_ms=int(time.time() * 1000) - 9 * DAY_MS)
    found = row(lane, "clock")
    assert (found.level, found.says) == (
        Level.WARN,
        "9 days after the last event; the till believes 7 without HQ",
    )


def test_a_damaged_journal_leaves_the_clock_out(lane: Lane) -> None:
    (file,) = (lane.folder / "till").glob("journal-*.db")
    file.write_bytes(b"x" * 8192)
    assert row(lane, "clock").level is Level.SKIP


def device(folder: Path, address: str) -> Row:
    lane = Lane(folder=folder, devices=(DeviceConfig(name="d", driver="escpos", address=address),))
    lane.set_up()
    return row(lane, "device d")


def test_a_device_that_is_unplugged_is_a_fault(folder: Path) -> None:
    assert device(folder, "usblp:/dev/usb/lp77") == Row(
        name="device d", level=Level.FAIL, says="/dev/usb/lp77 is not there", fix="power and cable; lsusb"
    )


def test_a_device_that_may_not_be_opened_is_a_fault(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "lp0").touch()
    monkeypatch.setattr("os.access", lambda *_: False)
    assert device(folder, f"usblp:{folder}/lp0").says == f"{folder}/lp0 may not be opened"


def test_an_address_of_no_known_scheme_is_a_fault(folder: Path) -> None:
    assert device(folder, "smoke:signal").level is Level.FAIL


def test_a_usb_device_is_left_to_the_till_that_holds_it(folder: Path) -> None:
    assert device(folder, "usb:04b8:0e15").level is Level.SKIP


def test_a_printer_on_the_lan_is_called(folder: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        assert device(folder, f"tcp:127.0.0.1:{port}").says == f"127.0.0.1:{port}"


def test_a_printer_on_the_lan_that_does_not_answer_is_a_fault(folder: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    assert device(folder, f"tcp:127.0.0.1:{port}").says == "127.0.0.1: Connection refused"


def test_a_till_without_devices_is_a_warning(folder: Path) -> None:
    lane = Lane(folder=folder)
    lane.set_up()
    assert row(lane, "devices").level is Level.WARN


def test_a_device_with_a_chinese_name_stands_in_the_same_columns(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lane = Lane(folder=folder, devices=(DeviceConfig(name="小票机", driver="escpos", address="usblp:/dev/usb/lp77"),))
    lane.set_up()
    main(["--config", str(lane.file)])
    assert "fail  device 小票机    /dev/usb/lp77 is not there\n" in capsys.readouterr().out
