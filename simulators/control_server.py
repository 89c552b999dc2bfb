"""Serves a host's control socket: one thread a client, one JSON line a request."""

import contextlib
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from simulators.control import Reply

_LONGEST_LINE = 1 << 16
_JOIN_S = 5.0


class ControlServer:
    """Listens at ``path`` and passes each line to ``answer``, from the client's own thread.

    What ``answer`` cannot decode (`msgspec.DecodeError`) is refused with the reason.
    """

    def __init__(self, path: Path, answer: Callable[[bytes], msgspec.Struct]) -> None:
        self._path = path
        self._answer = answer
        self._server = socket.socket(socket.AF_UNIX)
        self._lock = threading.Lock()
        self._clients: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._closing = False

    def __enter__(self) -> Self:
        self._path.unlink(missing_ok=True)
        try:
            self._server.bind(str(self._path))
            self._server.listen(8)
        except OSError:
            self._server.close()
            raise
        self._start(threading.Thread(target=self._accept, name="ControlServer", daemon=True))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._path.unlink(missing_ok=True)
        with self._lock:
            self._closing = True
            for each in (self._server, *self._clients):
                # Wakes the thread that waits in accept() or recv(), and lets it send the answer that it has.
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RD)
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(_JOIN_S)
        self._server.close()

    def _start(self, thread: threading.Thread) -> None:
        self._threads = [each for each in self._threads if each.is_alive()]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            with self._lock:
                if self._closing:
                    client.close()
                    return
                self._clients.add(client)
            self._start(threading.Thread(target=self._serve, args=(client,), daemon=True))

    def _serve(self, client: socket.socket) -> None:
        with client, client.makefile("rb") as lines:
            while line := _line_of(lines.readline):
                try:
                    client.sendall(msgspec.json.encode(self._reply(line)) + b"\n")
                except OSError:
                    break
        with self._lock:
            self._clients.discard(client)

    def _reply(self, line: bytes) -> msgspec.Struct:
        try:
            return self._answer(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return Reply(ok=False, error=str(error))


def _line_of(readline: Callable[[int], bytes]) -> bytes:
    """The next line; nothing at the end, after a reset, or when it is too long to be a request."""
    try:
        line = readline(_LONGEST_LINE)
    except OSError:
        return b""
    return line if line.endswith(b"\n") else b""
