"""The instruments: processes, terminals, disk, and what is kept from run to run."""

import os
import select
import sys
import time
from pathlib import Path

import pytest

from lab.benchmarks.measure import disk
from lab.benchmarks.measure.child import Child, tail
from lab.benchmarks.measure.disk import forget_pages, sync_ms
from lab.benchmarks.measure.frames import Trial, Trials, together, watch
from lab.benchmarks.measure.pty import PtyProgram
from lab.benchmarks.measure.ready import ReadyEar
from lab.benchmarks.measure.usage import cpu_ns, pss_mib
from lab.benchmarks.stage import scanner
from lab.benchmarks.stage.kept import kept
from lab.supervise import Program
from terminal.domain.errors import PosError

DEADLINE_S = 10.0
ECHO = "import sys\nfor line in sys.stdin: print('<' + line.strip() + '>', end='', flush=True)"
READY = (
    "import os, socket, time\n"
    "line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
    "line.sendto(b'STATUS=up', os.environ['NOTIFY_SOCKET'])\n"
    "line.sendto(b'READY=1', os.environ['NOTIFY_SOCKET'])\n"
    "time.sleep(60)"
)
STUBBORN = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('up', flush=True)\ntime.sleep(60)"


def python(tmp_path: Path, text: str) -> Program:
    return Program(name="program", arguments=("-S", "-c", text), log=tmp_path / "log" / "program.log")


def wait_for_bytes(screen: PtyProgram) -> None:
    """Wait until the program has painted something, and leave it there."""
    assert select.select([screen._terminal], [], [], DEADLINE_S)[0]


def test_a_child_ends_with_its_block(tmp_path: Path) -> None:
    with Child(python(tmp_path, "import time; time.sleep(60)")) as child:
        child.check()
    assert not Path(f"/proc/{child.pid}").exists()


def test_a_child_that_does_not_go_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab.benchmarks.measure.child.END_S", 0.05)
    program = python(tmp_path, STUBBORN)
    with Child(program) as child:
        while not tail(program.log):
            child.check()
            time.sleep(0.002)
    assert not Path(f"/proc/{child.pid}").exists()


def test_a_child_that_has_ended_is_told_with_its_last_words(tmp_path: Path) -> None:
    child = Child(python(tmp_path, "raise SystemExit('no disk')"))
    child.end()
    with pytest.raises(PosError, match=r"program ended with (1|-15)"):
        child.check()


def test_a_log_that_is_not_there_has_no_last_lines(tmp_path: Path) -> None:
    assert tail(tmp_path / "none") == ""
    (tmp_path / "log").write_text("".join(f"{number}\n" for number in range(20)))
    assert tail(tmp_path / "log").split() == [str(number) for number in range(12, 20)]


def test_a_frame_is_read_to_its_end(tmp_path: Path) -> None:
    with PtyProgram(python(tmp_path, ECHO)) as screen:
        screen.write(b"one\n")
        frame = screen.frame(b"<one>")
        assert frame.data == b"<one>"
        assert frame.end_ns <= time.monotonic_ns()
        assert screen.settle(quiet_ms=1) == b""


def test_trials_are_timed_one_by_one(tmp_path: Path) -> None:
    with PtyProgram(python(tmp_path, ECHO)) as screen:
        acts = [Trial(lambda text=text: screen.write(text), b"<" + text.strip()) for text in (b"a\n", b"bcd\n")]  # type: ignore[misc]
        trials = watch(screen, acts, pids=[screen.child.pid])
    assert trials.sizes == (3, 5)
    assert trials.bytes_each == 4
    assert 0 < trials.p50_ms <= trials.p99_ms
    assert trials.cpu_ms_each > 0


def test_series_are_put_together() -> None:
    one = Trials(times_ms=(1.0, 2.0), sizes=(10, 20), cpu_ms=3.0)
    assert together([one, one]) == Trials(times_ms=(1.0, 2.0, 1.0, 2.0), sizes=(10, 20, 10, 20), cpu_ms=6.0)


def test_what_is_never_shown_is_an_error_with_what_is(tmp_path: Path) -> None:
    with PtyProgram(python(tmp_path, ECHO)) as screen:
        screen.write(b"one\n")
        wait_for_bytes(screen)
        with pytest.raises(PosError, match="never showed b'two', only b'<one>'"):
            screen.frame(b"two", timeout_s=0.05)


def test_a_program_that_ends_is_told(tmp_path: Path) -> None:
    with (
        PtyProgram(python(tmp_path, "raise SystemExit(3)")) as screen,
        pytest.raises(PosError, match=r"program|terminal"),
    ):
        screen.frame(b"anything")


def test_a_screen_that_never_rests_is_an_error(tmp_path: Path) -> None:
    with PtyProgram(python(tmp_path, "while True: print('x' * 50, flush=True)")) as screen:
        wait_for_bytes(screen)
        with pytest.raises(PosError, match="without an end"):
            screen.settle(quiet_ms=5000, timeout_s=0.1)


def test_readiness_is_heard_behind_other_news(tmp_path: Path) -> None:
    with ReadyEar(tmp_path) as ear, Child(ear.heard_by(python(tmp_path, READY))) as child:
        before_ns = time.monotonic_ns()
        assert ear.wait(child) > before_ns
    assert not (tmp_path / "notify.sock").exists()


def test_a_service_that_ends_before_it_is_ready_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab.benchmarks.measure.ready.LOOK_MS", 5)
    with (
        ReadyEar(tmp_path) as ear,
        Child(ear.heard_by(python(tmp_path, "raise SystemExit('broken')"))) as child,
        pytest.raises(PosError, match="ended with 1\n  broken"),
    ):
        ear.wait(child)


def test_a_service_that_is_never_ready_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab.benchmarks.measure.ready.LOOK_MS", 5)
    with (
        ReadyEar(tmp_path) as ear,
        Child(ear.heard_by(python(tmp_path, "import time; time.sleep(60)"))) as child,
        pytest.raises(PosError, match="was not ready in 0 s"),
    ):
        ear.wait(child, timeout_s=0.02)


def test_cpu_time_rises_and_a_process_has_a_share_of_memory() -> None:
    before = cpu_ns([os.getpid()])
    while cpu_ns([os.getpid()]) == before:  # the kernel counts at its ticks
        sum(range(200_000))
    assert cpu_ns([os.getpid()]) > before
    assert pss_mib(os.getpid()) > 1


def test_a_process_without_a_share_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "7" / "task" / "7").mkdir(parents=True)
    (tmp_path / "7" / "smaps_rollup").write_text("Rss: 12 kB\n")
    monkeypatch.setattr("lab.benchmarks.measure.usage.PROC", tmp_path)
    with pytest.raises(ValueError, match="process 7 has no Pss"):
        pss_mib(7)
    assert cpu_ns([7]) == 0


def test_the_disk_is_probed_and_left_clean(tmp_path: Path) -> None:
    times_ms = sync_ms(tmp_path, times=3)
    assert len(times_ms) == 3
    assert min(times_ms) > 0
    assert list(tmp_path.iterdir()) == []


def test_a_forgotten_file_is_still_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * disk.PAGE_BYTES)
    forget_pages(path)
    assert path.read_bytes() == b"x" * disk.PAGE_BYTES


def test_what_was_made_is_kept_until_its_sources_change(tmp_path: Path) -> None:
    made: list[Path] = []

    def make(folder: Path) -> None:
        made.append(folder)
        (folder / "content").write_text(str(len(made)))

    first = kept(tmp_path, "thing", sources=(disk,), make=make)
    again = kept(tmp_path, "thing", sources=(disk,), make=make)
    other = kept(tmp_path, "thing", sources=(disk, scanner), make=make)
    assert first == again != other
    assert [path.name for path in tmp_path.iterdir()] == [other.name]
    assert (other / "content").read_text() == "2"


def test_what_was_not_finished_is_made_again(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise OSError("no room")

    def make(folder: Path) -> None:
        (folder / "whole").touch()

    with pytest.raises(OSError, match="no room"):
        kept(tmp_path, "thing", sources=(), make=fail)
    found = kept(tmp_path, "thing", sources=(), make=make)
    assert [path.name for path in found.iterdir()] == ["whole"]


def test_the_interpreter_of_a_child_is_ours(tmp_path: Path) -> None:
    with PtyProgram(python(tmp_path, "import sys; print(sys.executable, flush=True); sys.stdin.read()")) as screen:
        assert sys.executable.encode() in screen.frame(b"\n").data
