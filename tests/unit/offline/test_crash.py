"""kill -9 at any point, and a disk that really is full: what was acknowledged is there, nothing is there in half."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from terminal.domain.errors import DiskFullError
from terminal.offline.chain import Verification
from terminal.offline.journal import SqliteJournal
from terminal.ports.journal import Head
from tests.unit.offline.tills import DAY, WHO, fill, journal, line, stamp

ROUNDS = 3
FACTS_PER_APPEND = 2
DISK_MIB = 4


@contextmanager
def writer(folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.unit.offline.writer", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def acknowledged(told: str) -> Head:
    seq, digest, _ = told.split()
    return Head(epoch=WHO.epoch, seq=int(seq), hash=bytes.fromhex(digest))


@pytest.mark.slow
def test_what_was_acknowledged_before_a_kill_is_there_and_at_most_one_append_more(tmp_path: Path) -> None:
    chance = random.Random()
    last = 0
    for _ in range(ROUNDS):
        with writer(tmp_path) as process:
            assert process.stdout is not None
            told = [process.stdout.readline() for _ in range(chance.randint(1, 90))]
            process.kill()
            told += process.stdout.readlines()
        acked = acknowledged([one for one in told if one.endswith("\n")][-1])
        with journal(tmp_path) as opened:
            assert acked.seq <= opened.head.seq <= acked.seq + FACTS_PER_APPEND
            assert opened.head.seq % FACTS_PER_APPEND == 0
            assert opened.head.seq > last
            assert Verification(tmp_path, WHO, deep=True).run(acked).faults == ()
            last = opened.head.seq


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("a small disk is mounted by root only")
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine mounts no tmpfs")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_gives_up_its_ballast_first_and_then_refuses_whole_events(small_disk: Path) -> None:
    folder = small_disk / "state"
    with writer(folder) as process:
        assert process.stdout is not None
        told = process.stdout.readlines()
    assert told[-1] == "full\n"
    acked = acknowledged(told[-2])
    on_ballast = sum(one.endswith(" 1\n") for one in told)
    assert on_ballast > 20
    with journal(folder) as opened:
        assert opened.head == acked
        assert Verification(folder, WHO, deep=True).run(acked).faults == ()


def fill_disk(path: Path) -> None:
    stat = os.statvfs(path.parent)
    with path.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, stat.f_bavail * stat.f_frsize)


def append_for_ever(opened: SqliteJournal) -> None:
    while True:
        opened.append((line(1),), stamp=stamp(), biz_date=DAY)


def test_a_till_on_a_full_disk_goes_on_when_there_is_room_again(small_disk: Path) -> None:
    fill(small_disk, 3)
    filler = small_disk / "log"
    with journal(small_disk) as opened:
        fill_disk(filler)
        with pytest.raises(DiskFullError):
            append_for_ever(opened)
        head = opened.head
        filler.unlink()
        assert opened.append((line(2),), stamp=stamp(), biz_date=DAY).seq == head.seq + 1
        assert Verification(small_disk, WHO, deep=True).run().faults == ()
