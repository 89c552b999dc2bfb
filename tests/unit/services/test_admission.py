"""Who may operate the till: the kernel names who called, and the uplink is not among those who may."""

import asyncio
import errno
import grp
import os
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from terminal.domain.errors import ConfigError
from terminal.services.admission import Admission, Caller, caller_of
from terminal.services.counter_door import CounterDoor

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="runs as root")
TILL, SCREEN, UPLINK = 60_001, 60_002, 60_003
GUITAI, COUNTER = 60_010, 60_011
TRY = """
import os, socket, sys
counter, uid, gid, wants = sys.argv[1:]
os.setgroups([])
os.setgid(int(gid))
os.setuid(int(uid))
try:
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(5)
    client.connect(counter)
    print("told", client.recv(99)) if wants == "listen" else print("connected")
except OSError as error:
    print(type(error).__name__)
try:
    os.unlink(counter)
    print("replaced")
except OSError as error:
    print(type(error).__name__)
"""


def caller(uid: int, *gids: int) -> Caller:
    return Caller(pid=1, uid=uid, gids=frozenset(gids))


def test_the_kernel_says_who_connected() -> None:
    one, other = socket.socketpair(socket.AF_UNIX)
    with one, other:
        found = caller_of(one)
    assert (found.pid, found.uid) == (os.getpid(), os.geteuid())
    assert found.gids == {os.getegid(), *os.getgroups()}


def test_of_a_caller_in_very_many_groups_the_primary_one_counts() -> None:
    class Crowded:
        def getsockopt(self, _level: int, option: int, size: int, /) -> bytes:
            if option == socket.SO_PEERCRED:
                return struct.pack("iII", 7, 8, 9)[:size]
            raise OSError(errno.ERANGE, "too many")

    assert caller_of(Crowded()) == Caller(pid=7, uid=8, gids=frozenset({9}))


def test_root_and_the_tills_own_user_and_the_members_of_the_group_may_operate() -> None:
    group = grp.getgrall()[-1]
    admission, alone = Admission(group.gr_name), Admission()
    stranger = os.geteuid() + 1
    for who in (caller(0, 5), caller(os.geteuid(), 5)):
        assert admission.admits(who)
        assert alone.admits(who)
    assert admission.admits(caller(stranger, group.gr_gid + 1, group.gr_gid))
    assert not admission.admits(caller(stranger, group.gr_gid + 1))
    assert not alone.admits(caller(stranger, group.gr_gid))


def test_a_group_that_the_host_does_not_have_is_told() -> None:
    with pytest.raises(ConfigError, match="no group guitai-nobody"):
        Admission("guitai-nobody")


@asynccontextmanager
async def door(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Path]:
    """The operator's door as it is on an appliance, where each service has a user of its own."""
    monkeypatch.setattr(grp, "getgrnam", lambda _name: grp.struct_group(("c", "x", COUNTER, [])))
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        places = {"run": GUITAI, "counter": COUNTER}
        for name, group in places.items():
            place = Path(folder, name)
            place.mkdir()
            os.chown(place, TILL, group)
            place.chmod(0o2750)
        found = CounterDoor(
            Path(folder, "run"),
            post=lambda _event: None,
            counter_dir=Path(folder, "counter"),
            admission=Admission("guitai-counter"),
        )
        await found.open()
        try:
            yield Path(folder, "counter", "counter.sock")
        finally:
            await found.close()


async def outcome(counter: Path, uid: int, gid: int, *, listen: bool = False) -> list[str]:
    """Return what becomes of somebody who connects to the door, and then tries to put another in its place."""
    wants = "listen" if listen else "connect"
    command = [sys.executable, "-c", TRY, str(counter), str(uid), str(gid), wants]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@as_root
async def test_the_screen_comes_in_and_the_uplink_does_not_nor_puts_a_door_of_its_own_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with door(monkeypatch) as counter:
        assert counter.stat().st_gid == COUNTER
        assert await outcome(counter, UPLINK, GUITAI) == ["PermissionError", "PermissionError"]
        assert await outcome(counter, SCREEN, COUNTER) == ["connected", "PermissionError"]
        observer = counter.parents[1] / "run" / "observer.sock"
        assert await outcome(observer, UPLINK, GUITAI) == ["connected", "PermissionError"]
        assert await outcome(observer, SCREEN, COUNTER) == ["PermissionError", "PermissionError"]


@as_root
async def test_a_door_that_was_left_open_by_mistake_still_asks_who_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    async with door(monkeypatch) as counter:
        counter.parent.chmod(0o2751)
        counter.chmod(0o666)
        (told, _) = await outcome(counter, UPLINK, GUITAI, listen=True)
    assert "not_admitted" in told
