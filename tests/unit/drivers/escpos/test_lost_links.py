"""Jobs, pulses and questions on links that die or stall at the worst moment."""

import socket
import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue

import pytest

from terminal.domain.errors import DeviceAbsentError, DeviceBusyError
from terminal.domain.ids import ActionId
from terminal.domain.receipt import Cut, Receipt
from terminal.drivers.escpos.conversation import Conversation
from terminal.drivers.escpos.drawer import DrawerPulse, PulseEnd
from terminal.drivers.escpos.driver import EscposDriver
from terminal.drivers.escpos.engine import EscposEngine
from terminal.drivers.escpos.job import JobEnd, PrintJob
from terminal.drivers.escpos.options import DrawerOptions, PrinterOptions
from terminal.drivers.links.descriptor import DescriptorLink
from terminal.ports.devices import DrawerResult, PrintResult

FarEnd = Callable[[socket.socket], None]
ACTION = ActionId("a")


@pytest.fixture
def talk_to() -> Iterator[Callable[..., Conversation]]:
    """Make a conversation with a far end that runs in a thread and hangs up when it returns."""
    links: list[DescriptorLink] = []
    threads: list[threading.Thread] = []

    def start(far_end: FarEnd, *, room: int = 1 << 20) -> Conversation:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, room)
        links.append(DescriptorLink(ours.fileno(), what="printer", release=ours.close))

        def serve() -> None:
            with theirs:
                far_end(theirs)

        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        return Conversation(links[-1], reply_s=0.05)

    yield start
    for link in links:
        link.close()
    for thread in threads:
        thread.join()


def hang_up(far_end: socket.socket) -> None:
    """Be gone before the first byte."""
    del far_end


def answer_then_hang_up(*answers: bytes) -> FarEnd:
    """Answer so many questions and be gone."""

    def serve(far_end: socket.socket) -> None:
        for answer in answers:
            far_end.recv(3, socket.MSG_WAITALL)
            far_end.sendall(answer)

    return serve


def stay(done: threading.Event) -> FarEnd:
    """Be there, reading nothing, until told."""

    def serve(far_end: socket.socket) -> None:
        del far_end
        done.wait(5)

    return serve


def job(talk: Conversation, options: PrinterOptions) -> JobEnd:
    told: list[str] = []
    return PrintJob(talk, options, tell=told.append, stopped=lambda: False, meanwhile=lambda: None).run(
        ACTION, b"receipt\n" * 1000
    )


def test_link_that_dies_before_the_first_question_starts_nothing(talk_to: Callable[..., Conversation]) -> None:
    assert job(talk_to(hang_up), PrinterOptions()) == JobEnd(
        result=PrintResult.NOT_STARTED, detail="device_absent", broken=True
    )


def test_link_that_dies_at_the_first_byte_starts_nothing(talk_to: Callable[..., Conversation]) -> None:
    ready = answer_then_hang_up(b"\x12", b"\x12", b"\x12", b"\x12")
    end = job(talk_to(ready), PrinterOptions())
    assert (end.detail, end.broken) == ("device_absent", True)
    assert end.result in {PrintResult.NOT_STARTED, PrintResult.UNKNOWN}


def test_link_that_dies_after_the_last_byte_leaves_the_job_unknown(talk_to: Callable[..., Conversation]) -> None:
    def take_all_then_go(far_end: socket.socket) -> None:
        far_end.recv(8000, socket.MSG_WAITALL)

    end = job(talk_to(take_all_then_go), PrinterOptions(asks_status=False))
    assert end == JobEnd(result=PrintResult.UNKNOWN, detail="device_absent", broken=True)


def test_question_that_nobody_takes_has_no_answer(talk_to: Callable[..., Conversation]) -> None:
    done = threading.Event()
    talk = talk_to(stay(done), room=1)
    talk.send(bytes(1 << 20), stall_s=0.01)
    answers = (talk.ask_status(1), talk.status())
    done.set()
    assert answers == (None, None)


def test_question_on_a_dead_link_is_an_error(talk_to: Callable[..., Conversation]) -> None:
    with pytest.raises(DeviceAbsentError):
        talk_to(hang_up).ask_status(1)


def pulse(talk: Conversation, *, prefix: bytes = b"", asks_status: bool = True, sensor: str = "high") -> PulseEnd:
    return DrawerPulse(talk, DrawerOptions(sensor=sensor, sense_s=0.05), asks_status=asks_status).run(prefix)


def pulse_of(engine: EscposEngine) -> PulseEnd:
    asked = engine.ask_pulse()
    engine.send_pulses()
    return asked.result(0)


def test_pulse_on_a_dead_link_failed(talk_to: Callable[..., Conversation]) -> None:
    assert pulse(talk_to(hang_up)) == PulseEnd(result=DrawerResult.FAILED, detail="device_absent", broken=True)


def test_pulse_that_nobody_takes_failed(talk_to: Callable[..., Conversation]) -> None:
    done = threading.Event()
    talk = talk_to(stay(done), room=1)
    talk.send(bytes(1 << 20), stall_s=0.01)
    end = pulse(talk, asks_status=False)
    done.set()
    assert end == PulseEnd(result=DrawerResult.FAILED, detail="device_timeout", broken=True)


def test_pulse_of_which_a_part_was_taken_is_unknown(talk_to: Callable[..., Conversation]) -> None:
    done = threading.Event()
    end = pulse(talk_to(stay(done), room=1), prefix=bytes(1 << 20), asks_status=False)
    done.set()
    assert end == PulseEnd(result=DrawerResult.UNKNOWN, detail="device_timeout", broken=True)


def test_link_that_dies_after_the_pulse_leaves_it_unknown(talk_to: Callable[..., Conversation]) -> None:
    def answer_once_and_take_the_pulse(far_end: socket.socket) -> None:
        far_end.recv(3, socket.MSG_WAITALL)
        far_end.sendall(b"\x12")
        far_end.recv(5, socket.MSG_WAITALL)

    assert pulse(talk_to(answer_once_and_take_the_pulse)) == PulseEnd(
        result=DrawerResult.UNKNOWN, detail="device_absent", broken=True
    )


def test_printer_that_is_offline_for_no_reason_it_tells_gets_no_pulse(talk_to: Callable[..., Conversation]) -> None:
    far_end = answer_then_hang_up(b"\x1a", b"\x12", b"\x12", b"\x12", b"\x12")
    assert pulse(talk_to(far_end)) == PulseEnd(result=DrawerResult.FAILED, detail="offline")


def refuse_to_open() -> DescriptorLink:
    raise DeviceBusyError


async def test_driver_whose_link_was_never_opened_is_absent() -> None:
    unopened = EscposDriver(
        "printer",
        path=None,
        open_link=refuse_to_open,
        printer=PrinterOptions(opening_s=0.01),
        drawer=DrawerOptions(),
    )
    printed = await unopened.print_receipt(ACTION, Receipt(rows=(Cut(),)))
    pulsed = await unopened.open_drawer(ACTION)
    assert (printed.result, printed.detail) == (PrintResult.NOT_STARTED, "device_absent")
    assert (pulsed.result, pulsed.detail) == (DrawerResult.FAILED, "device_absent")
    with pytest.raises(DeviceAbsentError):
        await unopened.serve(lambda *_: None)
    unopened.thread.shutdown()


def test_engine_without_a_link_prints_and_pulses_nothing() -> None:
    engine = EscposEngine(refuse_to_open, printer=PrinterOptions(), drawer=DrawerOptions())
    with pytest.raises(DeviceBusyError):
        engine.open()
    printed = engine.print_receipt(ACTION, Receipt(rows=(Cut(),)), lambda _: None)
    assert printed == JobEnd(result=PrintResult.NOT_STARTED, detail="device_busy")
    assert pulse_of(engine) == PulseEnd(result=DrawerResult.FAILED, detail="device_busy")
    assert engine.was_refused


def test_pulse_that_broke_the_link_is_told_at_the_next_look(talk_to: Callable[..., Conversation]) -> None:
    link = talk_to(hang_up).link
    engine = EscposEngine(lambda: link, printer=PrinterOptions(), drawer=DrawerOptions())
    engine.open()
    end = pulse_of(engine)
    with pytest.raises(DeviceAbsentError):
        engine.look()
    assert end == PulseEnd(result=DrawerResult.FAILED, detail="device_absent", broken=True)


def test_pulse_that_was_cancelled_before_its_turn_is_never_sent(talk_to: Callable[..., Conversation]) -> None:
    taken: SimpleQueue[bytes] = SimpleQueue()
    link = talk_to(lambda far_end: taken.put(far_end.recv(5))).link
    engine = EscposEngine(lambda: link, printer=PrinterOptions(asks_status=False), drawer=DrawerOptions())
    engine.open()
    assert engine.ask_pulse().cancel()
    engine.send_pulses()
    link.close()
    assert taken.get(timeout=5) == b""


def test_fault_of_ours_in_a_pulse_is_told_to_whoever_asked(talk_to: Callable[..., Conversation]) -> None:
    link = talk_to(hang_up).link
    engine = EscposEngine(lambda: link, printer=PrinterOptions(asks_status=False), drawer=DrawerOptions(connector=256))
    engine.open()
    asked = engine.ask_pulse()
    with pytest.raises(ValueError, match="256"):
        engine.send_pulses()
    assert isinstance(asked.exception(0), ValueError)
