import os
import select
import threading
from pathlib import Path

import pytest

from simulators.cables import pipe
from simulators.cables.pipe import FifoCable


def open_reader(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_NONBLOCK)


def test_bytes_reach_the_reader_of_the_fifo(tmp_path: Path) -> None:
    with FifoCable(tmp_path / "scanner") as cable:
        reader = open_reader(cable.path)
        assert cable.write(b"abc") is True
        assert os.read(reader, 10) == b"abc"
        os.close(reader)
        assert cable.address == f"pipe:{tmp_path}/scanner"


def test_what_nobody_reads_is_lost_as_on_a_device_node(tmp_path: Path) -> None:
    with FifoCable(tmp_path / "scanner") as cable:
        assert cable.write(b"abc") is False
        assert cable.lost_bytes == 3


def test_what_a_dead_reader_had_not_read_is_gone_with_it(tmp_path: Path) -> None:
    with FifoCable(tmp_path / "scanner") as cable:
        first = open_reader(cable.path)
        cable.write(b"old")
        os.close(first)
        second = open_reader(cable.path)
        cable.write(b"new")
        assert os.read(second, 10) == b"new"
        os.close(second)


def test_an_unplugged_fifo_is_not_there_and_comes_back(tmp_path: Path) -> None:
    with FifoCable(tmp_path / "scanner") as cable:
        cable.unplug()
        states = [cable.plugged]
        assert cable.write(b"a") is False
        cable.plug()
        cable.plug()
        states.append(cable.plugged)
        assert states == [False, True]
    assert not cable.path.exists()


def test_a_path_that_cannot_be_opened_is_an_error(tmp_path: Path) -> None:
    cable = FifoCable(tmp_path / "file" / "scanner")
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError):
        cable.write(b"a")


def test_a_long_burst_waits_for_its_reader(tmp_path: Path) -> None:
    burst = b"x" * 200_000
    with FifoCable(tmp_path / "scanner") as cable:
        reader = os.open(cable.path, os.O_RDWR)
        writer = threading.Thread(target=cable.write, args=(burst,))
        writer.start()
        received = 0
        while received < len(burst):
            received += len(os.read(reader, 65536))
        writer.join()
        os.close(reader)
    assert received == len(burst)
    assert cable.lost_bytes == 0


def test_a_reader_that_hangs_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipe, "_WRITE_TIMEOUT_MS", 1)
    with FifoCable(tmp_path / "scanner") as cable:
        reader = open_reader(cable.path)
        with pytest.raises(TimeoutError, match="does not read"):
            cable.write(b"x" * 200_000)
        os.close(reader)


def test_a_reader_that_leaves_during_a_burst_loses_it(tmp_path: Path) -> None:
    burst = b"x" * 200_000
    with FifoCable(tmp_path / "scanner") as cable:
        reader = os.open(cable.path, os.O_RDONLY | os.O_NONBLOCK)
        results: list[bool] = []
        writer = threading.Thread(target=lambda: results.append(cable.write(burst)))
        writer.start()
        poller = select.poll()
        poller.register(reader, select.POLLIN)
        assert poller.poll(5000)
        os.close(reader)
        writer.join()
    assert results == [False]
    assert cable.lost_bytes == len(burst)
