"""The appliance's command line: a table of names; a command's module is imported when it is called.

`run` is used by the front door of a checkout (`lab.cli`) too, with a longer table.
"""

import errno
import io
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

INTERRUPTED = 130
CANNOT_WRITE = (errno.ENOSPC, errno.EPIPE)
"""Errors of a standard output on a full disk, or whose reader has left."""
READER_LEFT = 128 + 13
"""The exit code when whoever read the output had enough of it (``| head``): that of a program that died of SIGPIPE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command. ``target`` is ``module:function``; the function takes the arguments and returns an exit code.

    One that an installation calls otherwise than a checkout ``has_names``: its function is told by which it was called.
    """

    name: str
    target: str
    help: str
    has_names: bool = False

    @property
    def exists(self) -> bool:
        """Whether the module is installed here."""
        module = self.target.partition(":")[0]
        try:
            return find_spec(module) is not None
        except ModuleNotFoundError:
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontDoor:
    """What one program offers; ``epilog`` is an example, ``called`` what people type where it is not ``program``."""

    program: str
    description: str
    commands: tuple[Command, ...]
    epilog: str
    called: str = ""

    def name_of(self, command: Command) -> str:
        """Return how a command is called."""
        return f"{self.called or self.program} {command.name}"


APPLIANCE = (
    Command(
        name="till", target="terminal.services.till:main", help="run the till: devices, sale, journal", has_names=True
    ),
    Command(name="screen", target="terminal.services.screen:main", help="run the cashier's screen", has_names=True),
    Command(name="uplink", target="terminal.services.uplink:main", help="run the way to HQ", has_names=True),
    Command(name="doctor", target="terminal.services.doctor:main", help="name each fault and its fix", has_names=True),
    Command(
        name="backup",
        target="terminal.services.backup:main",
        help="copy the journal while the till sells",
        has_names=True,
    ),
    Command(
        name="restore", target="terminal.services.backup:restore", help="put a copy of the journal back", has_names=True
    ),
)

DOOR = FrontDoor(
    program="guitai",
    description="Firmware of a supermarket till.",
    commands=APPLIANCE,
    epilog="example: guitai doctor --json",
)


def main(argv: Sequence[str] | None = None) -> int:
    """``guitai`` on the appliance."""
    return run(DOOR, sys.argv[1:] if argv is None else argv)


def run(door: FrontDoor, argv: Sequence[str]) -> int:
    """Run the command that ``argv`` names; return its exit code, 2 for bad usage, 1 for a failure, 130 for Ctrl+C.

    A character that standard output has no code for is written as ``?``.
    """
    out = sys.stdout
    if not isinstance(out, io.TextIOWrapper):
        return _run(door, argv)
    out.reconfigure(errors="replace")
    try:
        code = _run(door, argv)
        out.flush()
    except OSError as error:
        if error.errno not in CANNOT_WRITE or error.filename is not None:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())  # or Python tries again when it ends
        if error.errno == errno.EPIPE:
            return READER_LEFT
        return _complain(door.program, f"what was printed is lost: {error.strerror}", "", code=1)
    return code


def _run(door: FrontDoor, argv: Sequence[str]) -> int:
    name, rest = (argv[0], list(argv[1:])) if argv else ("--help", [])
    if name in {"-h", "--help", "help"}:
        print(help_text(door))
        return 0
    if name == "--version":
        print(f"{door.program} {version()}")
        return 0
    command = next((command for command in door.commands if command.name == name and command.exists), None)
    if command is None:
        return _unknown(door, name)
    return _call(door, command, rest)


def help_text(door: FrontDoor) -> str:
    """Return the page of ``--help``: only commands whose module is there."""
    offered = [command for command in door.commands if command.exists]
    width = max(len(command.name) for command in offered)
    rows = [f"  {command.name:<{width}}  {command.help}" for command in offered]
    usage = f"usage: {door.program} COMMAND [--help] [ARGUMENTS]"
    return "\n".join((usage, "", door.description, "", "commands:", *rows, "", door.epilog))


def version() -> str:
    """Return the version of the installed product, or ``checkout`` when it runs from its sources."""
    from importlib.metadata import PackageNotFoundError  # noqa: PLC0415 - 20 ms that --help need not pay
    from importlib.metadata import version as installed  # noqa: PLC0415 - as above

    try:
        return installed("guitai")
    except PackageNotFoundError:
        return "checkout"


def _unknown(door: FrontDoor, name: str) -> int:
    from difflib import get_close_matches  # noqa: PLC0415 - only a wrong name pays for it

    near = get_close_matches(name, [command.name for command in door.commands if command.exists], n=1)
    hint = f"did you mean {near[0]}?" if near else f"{door.program} --help lists the commands"
    return _complain(door.program, f"there is no command {name}", hint, code=2)


def _call(door: FrontDoor, command: Command, rest: list[str]) -> int:
    from terminal.domain.errors import ConfigError, InputError, PosError  # noqa: PLC0415 - not for --help
    from terminal.domain.programs import as_called  # noqa: PLC0415 - as above

    module, _, function = command.target.partition(":")
    names = (door.name_of(command),) if command.has_names else ()
    try:
        return int(getattr(import_module(module), function)(rest, *names))
    except PosError as error:
        bad_usage = isinstance(error, ConfigError | InputError)
        hint = as_called(error.hint, door.called)
        return _complain(f"{door.program} {command.name}", str(error), hint, code=2 if bad_usage else 1)
    except KeyboardInterrupt:
        return INTERRUPTED


def _complain(who: str, what: str, hint: str, *, code: int) -> int:
    """Say one line on stderr."""
    print(f"{who}: {what}" + (f" ({hint})" if hint else ""), file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
