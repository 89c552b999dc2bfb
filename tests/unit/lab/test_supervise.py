"""Processes that are started, watched, started again, and ended."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from lab import supervise
from lab.supervise import Program, Supervisor, dies_with, until
from terminal.domain.errors import PosError

DEADLINE_S = 10.0
STAY = "import signal; print('up', flush=True); signal.pause()"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); signal.pause()"


@pytest.fixture
async def supervisor(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Supervisor]:
    monkeypatch.setattr(supervise, "BACK_OFF_S", 0.001)
    supervisor = Supervisor()
    yield supervisor
    await supervisor.stop()


def program(folder: Path, code: str, *, name: str = "one", **environment: str) -> Program:
    return Program(name=name, arguments=("-c", code), log=folder / f"{name}.log", environment=environment)


def shadow(folder: Path) -> None:
    """Make a folder whose modules have the names of ours and of the standard library's."""
    for name in ("terminal/__init__.py", "terminal/cli.py", "lab/__init__.py", "queue.py"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(f"raise SystemExit('{name} of another project')\n", encoding="utf-8")


async def wait(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not condition():
            await asyncio.sleep(0.005)


def starts(folder: Path) -> int:
    log = folder / "one.log"
    return log.read_text().count("up") if log.exists() else 0


async def test_program_that_is_killed_is_started_again(supervisor: Supervisor, tmp_path: Path) -> None:
    await supervisor.start(program(tmp_path, STAY))
    await wait(lambda: starts(tmp_path) == 1)
    first = supervisor.pid("one")
    supervisor.kill("one")
    await wait(lambda: starts(tmp_path) == 2 and supervisor.alive("one"))
    assert supervisor.pid("one") != first


async def test_program_that_was_slain_is_dead(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "BACK_OFF_S", 60.0)
    await supervisor.start(program(tmp_path, STAY))
    await wait(lambda: starts(tmp_path) == 1)
    await supervisor.slay("one")
    assert not supervisor.alive("one")


async def test_program_imports_nothing_from_the_folder_that_its_caller_stands_in(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shadow(tmp_path)
    monkeypatch.chdir(tmp_path)
    service = Program(name="one", arguments=("-m", "terminal.cli", "till", "--help"), log=tmp_path / "one.log")
    await supervisor.start(service)
    await wait(lambda: "till.toml" in service.log.read_text())
    assert "of another project" not in service.log.read_text()


async def test_without_restart_a_dead_program_stays_down(tmp_path: Path) -> None:
    supervisor = Supervisor(restart=False)
    await supervisor.start(program(tmp_path, STAY))
    await wait(lambda: starts(tmp_path) == 1)
    supervisor.kill("one")
    await wait(lambda: not supervisor.alive("one"))
    supervisor.kill("one")
    await supervisor.stop()
    assert starts(tmp_path) == 1


async def test_program_that_dies_again_and_again_is_left_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "BACK_OFF_S", 0.001)
    supervisor = Supervisor(max_restarts=2)
    await supervisor.start(program(tmp_path, "print('up')"))
    await wait(lambda: supervisor.starts("one") == 3 and not supervisor.alive("one"))
    assert starts(tmp_path) == 3
    await supervisor.stop()


async def test_ended_program_is_gone_and_not_started_again(supervisor: Supervisor, tmp_path: Path) -> None:
    await supervisor.start(program(tmp_path, STAY))
    await wait(lambda: starts(tmp_path) == 1)
    pid = supervisor.pid("one")
    await supervisor.end("one")
    assert not is_there(pid)
    assert not supervisor.alive("one")


async def test_program_that_does_not_listen_to_term_is_killed(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "STOP_S", 0.05)
    await supervisor.start(program(tmp_path, STUBBORN))
    await wait(lambda: starts(tmp_path) == 1)
    pid = supervisor.pid("one")
    await supervisor.end("one")
    assert not is_there(pid)


async def test_programs_get_their_environment_and_write_to_their_log(supervisor: Supervisor, tmp_path: Path) -> None:
    code = "import os, signal; print('up', os.environ['COLOUR'], flush=True); signal.pause()"
    await supervisor.start(program(tmp_path, code, COLOUR="红"))
    await wait(lambda: starts(tmp_path) == 1)
    assert (tmp_path / "one.log").read_text(encoding="utf-8") == "up 红\n"


async def test_all_programs_end_the_last_one_first(tmp_path: Path) -> None:
    supervisor = Supervisor()
    order = tmp_path / "order"
    for name in ("one", "two"):
        code = (
            "import signal, sys\n"
            f"def end(*_):\n    open({str(order)!r}, 'a').write({name!r} + '\\n'); sys.exit()\n"
            "signal.signal(signal.SIGTERM, end); print('up', flush=True); signal.pause()"
        )
        await supervisor.start(program(tmp_path, code, name=name))
        await wait((tmp_path / f"{name}.log").read_text)  # type: ignore[arg-type]
    await supervisor.stop()
    assert order.read_text() == "two\none\n"


async def test_waiting_for_a_file_ends_with_it(tmp_path: Path) -> None:
    waiting = asyncio.create_task(until(tmp_path / "control.sock"))
    await asyncio.sleep(0)
    (tmp_path / "control.sock").touch()
    await waiting
    assert waiting.done()


async def test_file_that_does_not_come_is_told_with_the_end_of_the_log(tmp_path: Path) -> None:
    log = tmp_path / "one.log"
    log.write_text("\n".join(f"line {number}" for number in range(20)))
    with pytest.raises(PosError) as caught:
        await until(tmp_path / "control.sock", timeout_s=0.01, log=log)
    assert str(caught.value).splitlines() == [
        "control.sock did not appear in 0 s",
        *(f"line {number}" for number in range(12, 20)),
    ]
    with pytest.raises(PosError, match=r"did not appear in 0 s$"):
        await until(tmp_path / "control.sock", timeout_s=0.01, log=tmp_path / "none.log")


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_programs_end_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    parent = (
        "import asyncio, pathlib\n"
        "from lab.supervise import Program, Supervisor\n"
        "async def run():\n"
        "    supervisor = Supervisor()\n"
        f"    log = pathlib.Path({str(tmp_path)!r}) / 'one.log'\n"
        f"    await supervisor.start(Program(name='one', arguments=('-c', {STAY!r}), log=log))\n"
        "    print(supervisor.pid('one'), flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(run())"
    )
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        assert is_there(child)
        process.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + DEADLINE_S
    while is_there(child) and time.monotonic() < deadline:
        time.sleep(0.005)
    assert not is_there(child)


def test_process_whose_parent_is_gone_already_ends_at_once() -> None:
    code = "from lab.supervise import dies_with; import os; dies_with(os.getppid() + 1)(); print('still here')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert dies_with(os.getpid()) is not None
