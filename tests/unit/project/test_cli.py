"""The front doors: a table of names, nothing imported before it is called, errors in one line."""

import errno
import importlib.metadata
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import lab.cli
import terminal.cli
from terminal.cli import Command, FrontDoor, help_text, run
from terminal.domain.errors import ConfigError, DeviceError

ROOT = Path(__file__).parents[3]
HEAVY = {
    "asyncio",
    "textual",
    "peewee",
    "sqlite3",
    "msgspec",
    "paho",
    "escpos",
    "cryptography",
    "rich",
    "biip",
    "difflib",
}


def door(target: str) -> FrontDoor:
    """Return a door whose one command is a function of this file."""
    command = Command(name="sell", target=f"{__name__}:{target}", help="sell")
    gone = Command(name="fly", target="lab.no_such_room.cli:main", help="fly")
    return FrontDoor(program="guitai", description="d", commands=(command, gone), epilog="example: guitai sell")


def sell(argv: list[str]) -> int:
    sys.stdout.write(" ".join(["sold", *argv]) + "\n")
    return 7


def wrong_config(argv: list[str]) -> int:
    raise ConfigError("till.toml: unknown key a", hint=f"known here: {len(argv)}")


def dead_printer(argv: list[str]) -> int:
    raise DeviceError(f"no printer {argv}")


def interrupted(argv: list[str]) -> int:
    raise KeyboardInterrupt(*argv)


def test_a_command_gets_the_rest_of_the_line_and_its_code_is_returned(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(door("sell"), ["sell", "--fast", "2"]) == 7
    assert capsys.readouterr().out == "sold --fast 2\n"


def test_an_unknown_command_is_one_line_and_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(door("sell"), ["sel"]) == 2
    assert capsys.readouterr().err == "guitai: there is no command sel (did you mean sell?)\n"


def test_a_command_like_no_other_points_to_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(door("sell"), ["zzz"]) == 2
    assert capsys.readouterr().err == "guitai: there is no command zzz (guitai --help lists the commands)\n"


def test_a_command_whose_module_is_not_there_is_not_offered(capsys: pytest.CaptureFixture[str]) -> None:
    assert "fly" not in help_text(door("sell"))
    assert run(door("sell"), ["fly"]) == 2
    assert capsys.readouterr().out == ""


def test_a_wrong_configuration_is_one_line_and_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(door("wrong_config"), ["sell"]) == 2
    assert capsys.readouterr().err == "guitai sell: till.toml: unknown key a (known here: 0)\n"


def test_another_fault_of_ours_is_one_line_and_exit_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(door("dead_printer"), ["sell"]) == 1
    assert capsys.readouterr().err == "guitai sell: no printer []\n"


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_output_that_cannot_be_written_is_one_line_and_exit_1(unbuffered: str) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    code = f"import sys, {__name__} as here; sys.exit(here.run(here.door('sell'), ['sell']))"
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", code], stdout=full, stderr=subprocess.PIPE, check=False, cwd=ROOT, env=environment
        )
    assert (done.returncode, done.stderr) == (1, b"guitai: what was printed is lost: No space left on device\n")


def test_a_reader_that_has_enough_is_no_fault() -> None:
    code = f"import sys, {__name__} as here; sys.exit(here.run(here.door('sell'), ['sell']))"
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([sys.executable, "-c", code], stdout=writer, stderr=subprocess.PIPE, check=False, cwd=ROOT)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_other_error_of_the_system_is_no_lost_output(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(argv: list[str]) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", argv[0])

    monkeypatch.setattr(sys.modules[__name__], "sell", fails)
    with pytest.raises(OSError, match="journal"):
        run(door("sell"), ["sell", "journal"])


def test_characters_that_the_output_has_no_code_for_are_question_marks() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "lab.cli", "--help"]
    done = subprocess.run(command, capture_output=True, check=False, cwd=ROOT, env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Guitai ??: firmware of a supermarket till" in done.stdout


def test_ctrl_c_ends_with_130() -> None:
    assert run(door("interrupted"), ["sell"]) == 130


@pytest.mark.parametrize("argv", [[], ["-h"], ["--help"], ["help"]])
def test_help_shows_the_commands_and_an_example(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(door("sell"), argv) == 0
    assert capsys.readouterr().out == (
        "usage: guitai COMMAND [--help] [ARGUMENTS]\n\nd\n\ncommands:\n  sell  sell\n\nexample: guitai sell\n"
    )


def test_both_programs_tell_their_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert terminal.cli.main(["--version"]) == 0
    assert lab.cli.main(["--version"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == lines[1]
    assert lines[0].startswith("guitai ")


def test_the_version_of_an_installed_product_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda name: f"{name} 9")
    assert terminal.cli.version() == "guitai 9"


@pytest.mark.parametrize("module", ["lab.cli", "terminal.cli"])
def test_help_imports_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; {module}.main(['--help']); print(sorted(sys.modules), file=sys.stderr)"
    plain = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=plain)
    assert HEAVY & set(done.stderr.replace("'", "").strip("[]\n").split(", ")) == set()


def test_every_command_of_the_tables_names_a_function_of_its_module() -> None:
    for command in lab.cli.DOOR.commands:
        assert command.target.count(":") == 1
        assert not command.exists or command.target.split(":")[1].isidentifier()


CALLS = [
    *((command.name,) for command in lab.cli.DOOR.commands if command.exists),
    *(("hq", name) for name in ("init", "serve", "publish", "tills", "sales", "verify")),
    *(("sim", name) for name in ("wedge", "serial-scanner", "printer", "host", "tell", "bench")),
    *(("provision", name) for name in ("check", "apply")),
]


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_help_has_an_example_that_works_in_a_checkout(
    call: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit):
        lab.cli.main([*call, "--help"])
    example = capsys.readouterr().out.splitlines()[-1]
    assert example.startswith("example: ")
    assert f"./guitai {' '.join(call)} " in f"{example} "


def test_hint_names_what_works_where_it_is_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    missing = ["doctor", "--config", str(tmp_path / "till.toml")]
    lab.cli.main(missing)
    assert " ./guitai provision apply " in capsys.readouterr().out
    terminal.cli.main(missing)
    assert " guitai-provision apply " in capsys.readouterr().out
    lab.cli.main(["hq", "--state", str(tmp_path), "tills"])
    assert f"(./guitai hq --state {tmp_path} init)" in capsys.readouterr().err
    lab.cli.main(["uplink", "--config", str(tmp_path / "uplink.toml")])
    assert "(./guitai provision apply writes it" in capsys.readouterr().err


def extras() -> list[str]:
    """Return the modules of all packages that only the larger sets hold."""
    names = {lock.name: set(re.findall(r"(?m)^([A-Za-z0-9._-]+)==", lock.read_text())) for lock in ROOT.glob("*.lock")}
    more = {name.lower().replace("_", "-") for name in set().union(*names.values()) - names["requirements.lock"]}
    found = importlib.metadata.packages_distributions().items()
    return [module for module, owners in found if {owner.lower().replace("_", "-") for owner in owners} <= more]


@pytest.mark.parametrize("command", [command.name for command in lab.cli.DOOR.commands if command.exists])
def test_help_of_a_command_needs_none_of_its_extras(command: str) -> None:
    lacking = extras()
    assert "pyte" in lacking
    code = f"import sys, lab.cli; sys.modules.update(dict.fromkeys({lacking})); lab.cli.main([{command!r}, '--help'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("usage: ")
