"""The peers, each in a pty of its own: what else could draw this table."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from lab.benchmarks.measure.frames import Trial, Trials, together, watch
from lab.benchmarks.measure.pty import PtyProgram
from lab.supervise import Program

PEERS = ("ansi", "curses", "urwid")
NEXT_CUSTOMER = ""
_PARTIAL = ("curses",)
"""Writes only the cells that differ, so that a code need not stand whole in its bytes."""


class Peer:
    """A running peer; a code is a line on its FIFO."""

    def __init__(self, name: str, screen: PtyProgram, cable: int) -> None:
        self._name = name
        self._screen = screen
        self._cable = cable

    def enter(self, codes: Sequence[str]) -> None:
        """Enter codes at once, and wait until they are painted."""
        self._write(codes)
        self._screen.frame()
        self._screen.settle()

    def watch(self, codes: Sequence[str]) -> Trials:
        """Enter codes one by one, and measure their frames."""
        trials = [Trial(partial(self._write, [code]), self._shows(code)) for code in codes]
        return watch(self._screen, trials, pids=[self._screen.child.pid])

    def _write(self, codes: Sequence[str]) -> None:
        os.write(self._cable, "".join(f"{code}\n" for code in codes).encode("ascii"))

    def _shows(self, code: str) -> bytes:
        return b"" if self._name in _PARTIAL else code.encode("ascii")


@contextmanager
def running(name: str, folder: Path) -> Iterator[Peer]:
    """Run a peer until it has painted its empty table."""
    fifo = folder / f"{name}.codes"
    os.mkfifo(fifo)
    cable = os.open(fifo, os.O_RDWR)
    program = Program(
        name=name, arguments=("-m", f"lab.benchmarks.peers.{name}_peer", str(fifo)), log=folder / f"{name}.log"
    )
    with PtyProgram(program) as screen:
        try:
            screen.frame()
            screen.settle()
            yield Peer(name, screen, cable)
        finally:
            os.close(cable)
        screen.leave()


def short_baskets(name: str, folder: Path, sales: Sequence[Sequence[str]]) -> Trials:
    """Measure a peer in many short sales."""
    parts: list[Trials] = []
    with running(name, folder) as peer:
        for codes in sales:
            peer.enter([NEXT_CUSTOMER])
            parts.append(peer.watch(codes))
    return together(parts)


def long_basket(name: str, folder: Path, before: Sequence[str], codes: Sequence[str]) -> Trials:
    """Measure a peer in one long sale, behind ``before``."""
    with running(name, folder) as peer:
        for start in range(0, len(before), 100):
            peer.enter(before[start : start + 100])
        return peer.watch(codes)
