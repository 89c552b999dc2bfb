"""guitai-sim: one simulator, or a bench of them, from the command line."""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

_CABLES = ("pty", "tcp", "usbip")
_LAYOUTS = ("us", "de", "fr")
NAME = "guitai-sim"
_SUFFIXES = ("enter", "tab", "kp_enter", "none")


def build_parser(program: str = NAME) -> argparse.ArgumentParser:
    """The whole command line, with an example in each help page."""
    parser = argparse.ArgumentParser(
        prog=program,
        description="Simulated devices at the far end of their cables.",
        epilog="example: %(prog)s host --dir /tmp/sim",
    )
    parser.set_defaults(program=program)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_wedge(
        _command(commands, "wedge", "type codes into a FIFO of input events", "--fifo /tmp/scanner 6901234567892")
    )
    _add_serial_scanner(_command(commands, "serial-scanner", "scan codes on a pty", "6901234567892"))
    _add_printer(
        _command(commands, "printer", "print receipts as text, and as PNG", "tcp --port 9100 --png /tmp/paper")
    )
    _add_host(_command(commands, "host", "host scanner, printer, drawer and beeper", "--dir /tmp/sim --printer tcp"))
    _add_tell(_command(commands, "tell", "handle the devices of a host", "--dir /tmp/sim act paper_out"))
    _add_card_terminal(_command(commands, "card-terminal", "be a bank's terminal, honestly or not", "tcp --port 9401"))
    _add_scale(_command(commands, "scale", "be a scale with goods on it", 'pty --link /tmp/scale --do "put 855"'))
    _add_payment_host(
        _command(commands, "payment-host", "take payments by code, honestly or not", "--dir /tmp/sim --port 9301")
    )
    _add_payments(
        _command(
            commands, "payments", "handle a payment host", "--dir /tmp/sim script 134567890123456789 late_after_reverse"
        )
    )
    _add_bench(
        _command(
            commands,
            "bench",
            "the page beside the till: scan, weigh, tear paper",
            "--dir /tmp/sim --goods goods.csv",
        )
    )
    return parser


def main(argv: Sequence[str] | None = None, program: str = NAME) -> int:
    """Run a command; 0 when it went well, 1 when not, 2 for bad usage."""
    arguments = build_parser(program).parse_args(argv)
    # Imported here, so that --help does not wait for devices.
    from simulators import commands  # noqa: PLC0415 - --help needs none of it

    before = signal.signal(signal.SIGTERM, _leave)
    try:
        return commands.run(arguments)
    except KeyboardInterrupt:
        return 0
    except commands.UsageError as error:
        print(f"{NAME}: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        where = f"{error.filename}: " if error.filename is not None else ""
        print(f"{NAME}: {where}{error.strerror or error}", file=sys.stderr)
        return 1
    except (RuntimeError, ValueError) as error:
        print(f"{NAME}: {error}", file=sys.stderr)
        return 1
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str, example: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text, epilog=f"example: %(prog)s {example}")
    parser.add_argument("--json", action="store_true", help="one line of JSON an event")
    return parser


def _add_wedge(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--fifo", required=True, type=Path, help="path of the FIFO; one that is missing is made, and removed at the end"
    )
    _add_scanner_settings(parser)
    parser.add_argument("codes", nargs="*", help="codes; without any, one a line from standard input")


def _add_scanner_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--layout", choices=_LAYOUTS, default="us", help="country layout the scanner was set to")
    parser.add_argument("--suffix", choices=_SUFFIXES, default="enter", help="key after a code")
    parser.add_argument("--ms-per-char", type=float, default=0, help="pace; 0 = as fast as possible")


def _add_serial_scanner(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--link", type=Path, help="symbolic link to make for the pty")
    parser.add_argument("--aim", default="", help="AIM identifier before each code, such as ]E0")
    parser.add_argument("codes", nargs="*", help="codes; without any, one a line from standard input")


def _add_printer(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("cable", choices=_CABLES)
    _add_printer_settings(parser)
    parser.add_argument("--link", type=Path, help="symbolic link to make for a pty")
    parser.add_argument("--png", type=Path, metavar="DIR", help="also draw each receipt in this folder")
    parser.add_argument("--receipts", type=int, default=0, metavar="N", help="leave after N receipts")


def _add_printer_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=0, help="TCP port; 0 = a free one")
    parser.add_argument("--columns", type=int, choices=(32, 42, 48), default=48, help="32 is 58 mm paper, 48 is 80 mm")
    parser.add_argument("--script", default="", help="faults: 'after 200 bytes: paper_out; after 2 s: paper_in'")


def _add_host(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dir", required=True, type=Path, help="folder for FIFOs, links and the control socket")
    parser.add_argument("--printer", choices=_CABLES, default="pty", help="cable of the printer")
    parser.add_argument("--serial-scanner", action="store_true", help="a second scanner, on a pty")
    parser.add_argument("--card-terminal", action="store_true", help="a bank's terminal, on a pty")
    parser.add_argument("--scale", action="store_true", help="a scale (Toledo 8217), on a pty")
    _add_printer_settings(parser)
    _add_scanner_settings(parser)


def _add_tell(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dir", required=True, type=Path, help="folder of the host")
    parser.add_argument(
        "--device",
        default="",
        help="printer (default of act), scanner (default of scan), serial_scanner, card_terminal, scale",
    )
    parser.add_argument("--value", type=int, default=0, help="number that belongs to an action, such as slow or put")
    parser.add_argument("--kind", default="good", help="of a scan: good, half_read, double, overrun, cut_off")
    parser.add_argument("what", choices=("scan", "act", "status", "receipts", "beeps", "stop"))
    parser.add_argument("argument", nargs="?", default="", help="code of scan, action of act")


def _add_card_terminal(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("cable", choices=("pty", "tcp"))
    parser.add_argument("--port", type=int, default=0, help="TCP port; 0 = a free one")
    parser.add_argument("--link", type=Path, help="symbolic link to make for a pty")
    parser.add_argument("acts", nargs="*", help="what to do first; without any, one a line from standard input")


def _add_scale(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("cable", choices=("pty", "tcp"))
    parser.add_argument("--dialect", choices=("toledo-8217", "continuous"), default="toledo-8217")
    parser.add_argument("--port", type=int, default=0, help="TCP port; 0 = a free one")
    parser.add_argument("--link", type=Path, help="symbolic link to make for a pty")
    parser.add_argument(
        "--do",
        action="append",
        default=[],
        metavar="ACT",
        help="an act before those that come by line, as 'put 855'",
    )


def _add_payment_host(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dir", required=True, type=Path, help="folder for the ledger and the control socket")
    parser.add_argument("--port", type=int, default=0, help="TCP port for tills; 0 = a free one")


def _add_payments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dir", required=True, type=Path, help="folder of the payment host")
    parser.add_argument("what", choices=("orders", "script", "line", "stop"))
    parser.add_argument("arguments", nargs="*", help="code and name of a script; up, mute or down of the line")


def _add_bench(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dir", required=True, type=Path, help="folder of a running host")
    parser.add_argument(
        "--goods",
        type=Path,
        action="append",
        default=[],
        help="TOML or CSV file with code, name, price (and plu) of goods; may be given more than once",
    )
    parser.add_argument(
        "--phone", default="", metavar="COMMAND", help="prints a fresh code as a member's phone shows it"
    )


if __name__ == "__main__":
    sys.exit(main())
