"""What the commands of guitai-sim do."""

import argparse
import shlex
import sys
import threading
from collections.abc import Iterable
from contextlib import closing, nullcontext
from itertools import chain
from pathlib import Path

import msgspec

from simulators.cables.pipe import FifoCable
from simulators.cables.pty import PtyCable
from simulators.cables.tcp import TcpCable
from simulators.card_terminal.terminal import CardTerminal
from simulators.client import SimulatorClient, SimulatorGoneError
from simulators.control import CONTROL_SOCKET, ScanKind
from simulators.device import Device
from simulators.escpos.paper import Receipt
from simulators.escpos.printer import EscposPrinter, Traits
from simulators.faults import Step, check_script, parse_script, perform
from simulators.host import HostSettings, SimulatorHost, plug_printer
from simulators.payment_host.control import PAYMENT_SOCKET, PaymentHostClient
from simulators.payment_host.host import PaymentHost
from simulators.scale import ContinuousScale, Toledo8217
from simulators.serial_scanner import SerialScanner
from simulators.wedge import Suffix, Wedge, WedgeSettings


class UsageError(Exception):
    """The command line asks for something that cannot be."""


def run(arguments: argparse.Namespace) -> int:
    """Run the command that the arguments name; return the exit code."""
    actions = {
        "wedge": _wedge,
        "serial-scanner": _serial_scanner,
        "printer": _printer,
        "host": _host,
        "tell": _tell,
        "card-terminal": _card_terminal,
        "scale": _scale,
        "payment-host": _payment_host,
        "payments": _payments,
        "bench": _bench,
    }
    return actions[arguments.command](arguments)


def _wedge(arguments: argparse.Namespace) -> int:
    cable = FifoCable(arguments.fifo)
    with nullcontext() if cable.plugged else cable:  # who made a FIFO removes it
        wedge = Wedge(cable.write, _scanner_settings(arguments))
        _say(arguments, {"event": "ready", "address": cable.address}, cable.address)
        for code in _codes(arguments):
            lost_before = cable.lost_bytes
            wedge.scan(code)
            event = "scanned" if cable.lost_bytes == lost_before else "lost"
            _say(arguments, {"event": event, "code": code}, f"{event} {code}")
    return 0


def _serial_scanner(arguments: argparse.Namespace) -> int:
    scanner = SerialScanner(aim=arguments.aim)
    with PtyCable(scanner, link=arguments.link) as cable:
        _say(arguments, {"event": "ready", "address": cable.address}, cable.address)
        for code in _codes(arguments):
            scanner.scan(code)
            _say(arguments, {"event": "scanned", "code": code}, f"scanned {code}")
    return 0


def _printer(arguments: argparse.Namespace) -> int:
    settings = HostSettings(
        folder=Path(),
        printer_cable=arguments.cable,
        port=arguments.port,
        traits=Traits(columns=arguments.columns),
        script=parse_script(arguments.script),
        link=arguments.link,
    )
    printer = EscposPrinter(traits=settings.traits)
    changed = threading.Event()
    printer.listen(changed.set)
    with plug_printer(settings, printer) as cable:
        _say(arguments, {"event": "ready", "address": cable.address}, cable.address)
        shown = 0
        while not arguments.receipts or shown < arguments.receipts:
            changed.wait()
            changed.clear()
            for receipt in printer.receipts[shown:]:
                _show_receipt(arguments, shown, receipt)
                shown += 1
    return 0


def _show_receipt(arguments: argparse.Namespace, number: int, receipt: Receipt) -> None:
    text = receipt.text()
    _say(arguments, {"event": "receipt", "number": number, "text": text}, text)
    if arguments.png is not None:
        from simulators.escpos.picture import render_png  # noqa: PLC0415 - Pillow is an extra

        arguments.png.mkdir(parents=True, exist_ok=True)
        render_png(receipt, arguments.png / f"receipt-{number:04d}.png")


def _host(arguments: argparse.Namespace) -> int:
    settings = HostSettings(
        folder=arguments.dir,
        printer_cable=arguments.printer,
        port=arguments.port,
        traits=Traits(columns=arguments.columns),
        scanner=_scanner_settings(arguments),
        serial_scanner=arguments.serial_scanner,
        card_terminal=arguments.card_terminal,
        scale=arguments.scale,
        script=parse_script(arguments.script),
    )
    with SimulatorHost(settings) as host:
        # Always JSON: whoever starts a host reads the addresses.
        print(msgspec.json.encode(host.addresses).decode(), flush=True)  # noqa: T201 - a command's output
        host.wait()
    return 0


def _tell(arguments: argparse.Namespace) -> int:
    with _connected(arguments) as client:
        match arguments.what:
            case "scan":
                client.scan(
                    _needed(arguments, "a code"),
                    kind=_scan_kind(arguments.kind),
                    device=arguments.device or "scanner",
                )
            case "act":
                client.act(_needed(arguments, "an action"), value=arguments.value, device=arguments.device or "printer")
            case "status":
                _say(arguments, client.status(), _listed(client.status()))
            case "receipts":
                for receipt in client.receipts():
                    _say(arguments, receipt, receipt.text)
            case "beeps":
                for beep in client.beeps():
                    _say(arguments, beep, f"{beep.value} Hz")
            case _:
                client.stop()
    return 0


def _connected(arguments: argparse.Namespace) -> SimulatorClient:
    try:
        return SimulatorClient(arguments.dir / CONTROL_SOCKET)
    except SimulatorGoneError as error:
        first = f"start ./guitai demo first, or {arguments.program} host --dir {arguments.dir}"
        raise SimulatorGoneError(f"{error} ({first})") from error


def _cable(arguments: argparse.Namespace, device: Device) -> TcpCable | PtyCable:
    if arguments.cable == "tcp":
        return TcpCable(device, port=arguments.port)
    return PtyCable(device, link=arguments.link)


def _card_terminal(arguments: argparse.Namespace) -> int:
    terminal = CardTerminal()
    with _cable(arguments, terminal) as cable:
        known = {**terminal.actions(), "plug": cable.plug, "unplug": cable.unplug}
        _say(arguments, {"event": "ready", "address": cable.address}, cable.address)
        for act in arguments.acts or (line.strip() for line in sys.stdin):
            if act not in known:
                raise UsageError(f"no act {act!r}; known: {', '.join(sorted(known))}")
            known[act]()
            for charge in terminal.charges():
                event = {"event": "payment", "order": charge.order, "asked": charge.asked, "held": charge.held}
                _say(arguments, event, f"{act}: {charge.order} asked {charge.asked} held {charge.held}")
    return 0


def _scale(arguments: argparse.Namespace) -> int:
    scale = ContinuousScale() if arguments.dialect == "continuous" else Toledo8217()
    talking = scale if isinstance(scale, ContinuousScale) else nullcontext()
    with talking, _cable(arguments, scale) as cable:
        pulls = {"plug": cable.plug, "unplug": cable.unplug}
        _say(arguments, {"event": "ready", "address": cable.address}, cable.address)
        for act in chain(arguments.do, (line.strip() for line in sys.stdin)):
            name, _, number = act.partition(" ")
            step = Step(do=name, value=_whole(act, number))
            check_script((step,), scale, pulls)
            perform(step, scale, pulls)
            _say(arguments, {"event": "shown", "act": act, "scale": scale.told()}, f"{act}: {scale.told()}")
    return 0


def _whole(act: str, number: str) -> int:
    try:
        return int(number or 0)
    except ValueError:
        raise UsageError(f"{act!r}: {number!r} is no whole number") from None


def _payment_host(arguments: argparse.Namespace) -> int:
    with PaymentHost(arguments.dir, port=arguments.port) as host:
        address, port = host.address
        print(msgspec.json.encode({"host": address, "port": port}).decode(), flush=True)  # noqa: T201 - as of a host
        host.wait()
    return 0


def _payments(arguments: argparse.Namespace) -> int:
    client = PaymentHostClient(arguments.dir / PAYMENT_SOCKET)
    match arguments.what, arguments.arguments:
        case "orders", []:
            for order in client.orders():
                _say(arguments, order, _listed(order))
        case "script", [code, name]:
            client.script(code, name)
        case "line", [state]:
            client.line(state)
        case "stop", []:
            client.stop()
        case what, _:
            raise UsageError(f"{what} does not take that; see {arguments.program} payments --help")
    return 0


def _bench(arguments: argparse.Namespace) -> int:
    from simulators.bench.app import BenchApp  # noqa: PLC0415 - only this command draws
    from simulators.bench.desk import BenchDesk  # noqa: PLC0415 - as above
    from simulators.bench.goods import load_goods  # noqa: PLC0415 - as above
    from simulators.bench.phone import Phone  # noqa: PLC0415 - as above

    goods = tuple(good for file in arguments.goods for good in load_goods(file))
    phone = Phone(shlex.split(arguments.phone)) if arguments.phone else None
    with closing(BenchDesk(lambda: SimulatorClient(arguments.dir / CONTROL_SOCKET), goods, phone)) as desk:
        BenchApp(desk).run()
    return 0


def _scanner_settings(arguments: argparse.Namespace) -> WedgeSettings:
    return WedgeSettings(layout=arguments.layout, suffix=Suffix(arguments.suffix), ms_per_char=arguments.ms_per_char)


def _scan_kind(name: str) -> ScanKind:
    try:
        return ScanKind(name)
    except ValueError:
        raise UsageError(f"no kind of scan {name!r}; known: {', '.join(ScanKind)}") from None


def _needed(arguments: argparse.Namespace, what: str) -> str:
    argument: str = arguments.argument
    if not argument:
        raise UsageError(f"{arguments.what} needs {what}; see {arguments.program} tell --help")
    return argument


def _codes(arguments: argparse.Namespace) -> Iterable[str]:
    codes: list[str] = arguments.codes
    return codes or (line.rstrip("\n") for line in sys.stdin)


def _listed(status: msgspec.Struct) -> str:
    return "\n".join(f"{name}: {value}" for name, value in msgspec.structs.asdict(status).items())


def _say(arguments: argparse.Namespace, event: object, text: str) -> None:
    print(msgspec.json.encode(event).decode() if arguments.json else text, flush=True)  # noqa: T201 - a command's output
