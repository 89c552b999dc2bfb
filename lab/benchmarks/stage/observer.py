"""Looks at a till as a second display does, once at a time: between two looks it costs the till nothing."""

import socket
import time
from collections.abc import Callable
from pathlib import Path

from terminal.domain.errors import PosError
from terminal.wire.counter.messages import ClientRole, Hello, SnapshotPage, decode_from_till, encode
from terminal.wire.counter.view import Sections
from terminal.wire.framing import FrameReader, frame

ANSWER_S = 30.0
AGAIN_S = 0.02
READ_BYTES = 1 << 16


def look(run_dir: Path) -> Sections:
    """Return what the till shows now, without the lines."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(ANSWER_S)
        line.connect(str(run_dir / "observer.sock"))
        line.sendall(frame(encode(Hello(role=ClientRole.OBSERVER, client="bench"))))
        reader = FrameReader()
        while data := line.recv(READ_BYTES):
            for body in reader.feed(data):
                match decode_from_till(body):
                    case SnapshotPage(sections=Sections() as sections):
                        return sections
                    case other:
                        raise PosError(f"the till said {other!r} instead of a view")
    raise PosError("the till hung up", code="till_gone")


def look_until(run_dir: Path, wanted: Callable[[Sections], bool], *, meanwhile: Callable[[], object]) -> Sections:
    """Look again and again, with ``meanwhile`` in between; `PosError` with what is shown instead."""
    deadline = time.monotonic() + ANSWER_S
    while not wanted(seen := look(run_dir)):
        if time.monotonic() > deadline:
            raise PosError(f"the till shows {seen.panel}, {seen.notice}, {seen.totals}", code="not_shown")
        meanwhile()
        time.sleep(AGAIN_S)
    return seen
