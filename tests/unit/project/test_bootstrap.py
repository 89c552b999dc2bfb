"""``./guitai`` on machines of many kinds: the real script, real environments, and a stand-in for what it downloads."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PYTHON = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
TOOLS = ("sh", "readlink", "dirname", "cat", "cksum", "mkdir", "rm", "rmdir", "flock", "printf")
LOCKS = ("requirements.lock", "requirements-lab.lock", "requirements-replay.lock", "requirements-dev.lock")
FRONT_DOOR = "import os, sys\nprint('|'.join([os.getcwd(), os.environ['GUITAI_STATE'], *sys.argv[1:]]))\n"
UV = f"""#!/bin/sh
echo "$*" >> "$UV_LOG"
case $1 in
    --version) exit 0 ;;
    python) exit 2 ;;
    venv) for last in "$@"; do :; done; exec {PYTHON} -m venv --without-pip "$last" ;;
    pip) exit "${{UV_PIP_EXIT:-0}}" ;;
esac
"""


# Debian's python3 without python3-venv and python3-pip: no ensurepip, no pip.
BARE_PYTHON = f"""#!/bin/sh
case "$*" in
    "-m venv --clear"*) ;;
    "-m venv"* | "-m pip"*) exit 1 ;;
    -c*) echo "$0"; exit 0 ;;
esac
exec {PYTHON} "$@"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A checkout in a path with spaces, and a PATH of which every program is known."""

    checkout: Path
    programs: Path
    log: Path

    def environment(self, **more: str) -> dict[str, str]:
        """Return an environment without HOME, with LANG=C and a dumb terminal."""
        return {"PATH": str(self.programs), "LANG": "C", "TERM": "dumb", "UV_LOG": str(self.log), **more}

    def run(
        self, *argv: str, cwd: Path | None = None, start_new_session: bool = False, **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Run ``./guitai`` without a terminal."""
        return subprocess.run(
            [str(self.checkout / "guitai"), *argv],
            env=self.environment(**more),
            cwd=cwd,
            start_new_session=start_new_session,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def installs(self) -> list[str]:
        """The lock files that were installed, in order."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return [Path(line.split(" -r ")[1]).name for line in lines if line.startswith("pip install")]


def program(folder: Path, name: str, text: str) -> None:
    """Put a program there, also in place of a link."""
    path = folder / name
    path.unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def bare(tmp_path: Path) -> Machine:
    """A machine with Python and the tools of every Debian, but neither uv nor pip on PATH."""
    checkout = tmp_path / "a check out"
    (checkout / "lab").mkdir(parents=True)
    (checkout / "lab/__init__.py").touch()
    (checkout / "lab/cli.py").write_text(FRONT_DOOR, encoding="utf-8")
    shutil.copy(ROOT / "guitai", checkout)
    for name in LOCKS:
        (checkout / name).touch()
    programs = tmp_path / "bin"
    programs.mkdir()
    for tool in TOOLS:
        place = shutil.which(tool)
        assert place is not None
        (programs / tool).symlink_to(place)
    (programs / "python3").symlink_to(PYTHON)
    return Machine(checkout=checkout, programs=programs, log=tmp_path / "uv.log")


@pytest.fixture
def machine(bare: Machine) -> Machine:
    """The same with a uv that makes real environments and downloads nothing."""
    program(bare.programs, "uv", UV)
    return bare


def test_it_sets_up_and_hands_over_where_one_stands(machine: Machine, tmp_path: Path) -> None:
    done = machine.run("demo", "--headless", "a b", cwd=tmp_path)
    assert done.stdout == f"{tmp_path}|{machine.checkout}/.guitai|demo|--headless|a b\n"
    assert done.stderr == f"guitai: setting up {machine.checkout}/.venv (once, about a minute) …\n"
    assert done.returncode == 0
    assert machine.installs == ["requirements-lab.lock"]


def test_neither_it_nor_what_it_starts_imports_from_the_folder_in_which_one_stands(
    machine: Machine, tmp_path: Path
) -> None:
    (machine.checkout / "lab/cli.py").write_text(
        "import queue, subprocess, sys\n"
        "subprocess.run([sys.executable, '-c', 'import queue; print(queue.__file__)'])\n",
        encoding="utf-8",
    )
    (tmp_path / "queue.py").write_text("raise SystemExit('of another project')\n", encoding="utf-8")
    done = machine.run("demo", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.endswith("/queue.py\n")
    assert not done.stdout.startswith(str(tmp_path))


def test_ctrl_c_during_the_set_up_ends_it_and_the_next_call_does_it_again(machine: Machine) -> None:
    program(machine.programs, "uv", UV.replace("    pip) exit", "    pip) kill -INT 0; exit"))
    stopped = machine.run("demo", start_new_session=True)
    assert stopped.returncode == -signal.SIGINT
    assert stopped.stderr.splitlines()[-1] == "guitai: set-up was interrupted; the next call does it again"
    assert stopped.stdout == ""
    program(machine.programs, "uv", UV)
    again = machine.run("demo")
    assert (again.returncode, again.stdout.split("|")[-1]) == (0, "demo\n")
    assert "setting up" in again.stderr


def test_the_second_time_nothing_is_done_but_handing_over(machine: Machine) -> None:
    machine.run("demo")
    before = machine.log.read_text(encoding="utf-8")
    assert machine.run("demo").stderr == ""
    assert machine.log.read_text(encoding="utf-8") == before


def test_each_command_gets_the_packages_that_it_needs_and_no_more(machine: Machine) -> None:
    for command in ("doctor", "demo", "till", "replay", "hq", "test", "replay", "demo", "--help"):
        assert machine.run(command).returncode == 0
    assert machine.installs == [
        "requirements.lock",
        "requirements-lab.lock",
        "requirements-replay.lock",
        "requirements-dev.lock",
    ]


@pytest.mark.parametrize(
    "argv", [(), ("--help",), ("help",), ("--version",), ("test", "-h"), ("hq", "sales", "--help")]
)
def test_help_is_there_before_anything_is_set_up(machine: Machine, argv: tuple[str, ...]) -> None:
    done = machine.run(*argv)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("|".join(("/.guitai", *argv)) + "\n")
    assert not (machine.checkout / ".venv").exists()


def test_help_that_needs_packages_gets_the_basic_ones(machine: Machine) -> None:
    looks = "import pathlib, sys\nif not pathlib.Path(sys.prefix, '.guitai-run').exists(): import msgspec_of_nobody\n"
    (machine.checkout / "lab/cli.py").write_text(looks + FRONT_DOOR, encoding="utf-8")
    done = machine.run("replay", "--weeks", "1", "--help")
    assert (done.returncode, done.stdout.split("|")[2:]) == (0, ["replay", "--weeks", "1", "--help\n"])
    assert machine.installs == ["requirements.lock"]


def test_help_behind_two_dashes_is_for_somebody_else(machine: Machine) -> None:
    machine.run("test", "--", "--help")
    assert machine.installs == ["requirements-dev.lock"]


def test_a_changed_lock_is_installed(machine: Machine) -> None:
    machine.run("demo")
    (machine.checkout / "requirements-lab.lock").write_text("# newer\n", encoding="utf-8")
    machine.run("demo")
    machine.run("demo")
    assert machine.installs == ["requirements-lab.lock"] * 2


def test_an_environment_whose_python_has_gone_is_made_anew(machine: Machine) -> None:
    machine.run("demo")
    python = machine.checkout / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/nowhere/python")
    assert machine.run("demo").returncode == 0
    assert len(machine.installs) == 2


def test_a_set_up_that_was_interrupted_is_completed(machine: Machine) -> None:
    program(machine.programs, "python3", BARE_PYTHON)
    failed = machine.run("demo", UV_PIP_EXIT="1")
    assert failed.returncode == 1
    assert failed.stderr.splitlines()[-1].startswith("guitai: could not install the packages: is there a network?")
    assert machine.run("demo").returncode == 0
    assert machine.installs == ["requirements-lab.lock"] * 2


def test_a_moved_checkout_is_set_up_again(machine: Machine, tmp_path: Path) -> None:
    machine.run("demo")
    moved = Machine(checkout=tmp_path / "moved", programs=machine.programs, log=machine.log)
    machine.checkout.rename(moved.checkout)
    assert moved.run("demo", cwd=tmp_path).stdout == f"{tmp_path}|{moved.checkout}/.guitai|demo\n"


def test_two_at_once_set_up_once(machine: Machine) -> None:
    command = [str(machine.checkout / "guitai"), "demo"]
    pair = [
        subprocess.Popen(command, env=machine.environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for _ in range(2)
    ]
    outputs = [process.communicate()[0] for process in pair]
    assert outputs[0] == outputs[1] != b""
    assert machine.installs == ["requirements-lab.lock"]


def test_nothing_is_resolved_that_the_lock_has_decided(machine: Machine) -> None:
    machine.run("test")
    (installed,) = [
        line for line in machine.log.read_text(encoding="utf-8").splitlines() if line.startswith("pip install")
    ]
    assert "--no-deps --require-hashes -r" in installed


def test_the_place_of_the_environment_and_of_the_state_may_be_chosen(machine: Machine, tmp_path: Path) -> None:
    done = machine.run("demo", cwd=tmp_path, GUITAI_VENV="mine", GUITAI_STATE="/var/x")
    assert done.stdout == f"{tmp_path}|/var/x|demo\n"
    assert (tmp_path / "mine/pyvenv.cfg").exists()
    assert not (machine.checkout / ".venv").exists()


def test_it_may_be_called_through_a_link(machine: Machine, tmp_path: Path) -> None:
    link = tmp_path / "linked"
    link.symlink_to(machine.checkout / "guitai")
    done = subprocess.run([str(link), "demo"], env=machine.environment(), capture_output=True, text=True, check=False)
    assert done.stdout.endswith(f"|{machine.checkout}/.guitai|demo\n")


def test_the_exit_code_is_that_of_the_command(machine: Machine) -> None:
    (machine.checkout / "lab/cli.py").write_text("raise SystemExit(7)\n", encoding="utf-8")
    assert machine.run("demo").returncode == 7


def test_without_python_one_line_says_what_to_install(machine: Machine) -> None:
    (machine.programs / "python3").unlink()
    done = machine.run("demo")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "guitai: needs Python 3.11 or newer; on Debian: apt-get install python3 python3-venv\n"


def test_a_python_that_is_too_old_or_does_not_run_is_passed_over(machine: Machine) -> None:
    program(machine.programs, "python3.13", "#!/bin/sh\nexit 127\n")
    program(machine.programs, "python3.12", "#!/bin/sh\necho /usr/bin/python3.10; exit 1\n")
    assert machine.run("demo").returncode == 0


def test_the_python_that_one_names_is_tried_first(machine: Machine) -> None:
    (machine.programs / "python3").unlink()
    assert machine.run("demo", GUITAI_PYTHON=str(PYTHON)).returncode == 0


def test_without_uv_and_pip_one_line_says_what_to_install(bare: Machine) -> None:
    program(bare.programs, "python3", BARE_PYTHON)
    done = bare.run("demo")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "guitai: needs uv or pip; on Debian: apt-get install python3-venv"
    assert not (bare.checkout / ".venv").exists()


def test_a_folder_that_is_no_environment_is_left_alone(machine: Machine, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter").touch()
    done = machine.run("demo", GUITAI_VENV=str(mine))
    assert (done.returncode, (mine / "letter").exists()) == (1, True)
    assert done.stderr.splitlines()[-1] == f"guitai: {mine} is not an environment; move it away"


def test_a_place_that_cannot_be_written_is_named(machine: Machine) -> None:
    done = machine.run("demo", GUITAI_VENV="/dev/null/venv")
    assert done.returncode == 1
    assert done.stderr == "guitai: cannot write beside /dev/null/venv; set GUITAI_VENV to another place\n"


@pytest.mark.slow
def test_without_uv_the_environments_own_pip_is_used(bare: Machine) -> None:
    done = bare.run("demo", HOME="/nonexistent")
    assert done.returncode == 0, done.stderr
    assert (bare.checkout / ".venv/.guitai-lab").exists()


@pytest.mark.slow
def test_without_ensurepip_a_pip_from_outside_fills_the_environment(bare: Machine) -> None:
    program(bare.programs, "python3", BARE_PYTHON)
    program(bare.programs, "pip3", f'#!/bin/sh\nexec {PYTHON} -m pip "$@"\n')
    done = bare.run("demo", HOME=os.devnull)
    assert done.returncode == 0, done.stderr
    assert not (bare.checkout / ".venv/bin/pip").exists()
