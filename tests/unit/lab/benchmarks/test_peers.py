"""The peers draw the same table: seen through a terminal."""

import os
from pathlib import Path

import pyte
import pytest

from lab.benchmarks.measure.pty import COLUMNS, ROWS
from lab.benchmarks.peers import table
from lab.benchmarks.peers.ansi_peer import rows_of
from lab.benchmarks.peers.table import Checkout, Codes, padded
from lab.benchmarks.stage.goods import code
from lab.benchmarks.stage.peers import NEXT_CUSTOMER, PEERS, Peer, long_basket, running, short_baskets

CODES = [code(number) for number in range(20)]


class Terminal:
    """What a person would see of a peer."""

    def __init__(self) -> None:
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)

    def feed(self, data: bytes) -> None:
        self._stream.feed(data)

    @property
    def rows(self) -> list[str]:
        return list(self._screen.display)

    def lit(self, row: int) -> str:
        return "".join("#" if self._screen.buffer[row][at].reverse else "." for at in range(COLUMNS))


@pytest.fixture
def cable(tmp_path: Path) -> tuple[Path, int]:
    path = tmp_path / "codes"
    os.mkfifo(path)
    descriptor = os.open(path, os.O_RDWR)
    return path, descriptor


def test_a_basket_turns_its_page_and_starts_anew_for_the_next_customer() -> None:
    checkout = Checkout()
    for one in CODES:
        checkout.add(one)
    page = checkout.page
    assert len(page) == 8
    assert page[-1][0].startswith(">")
    assert CODES[-1] in page[-1][0]
    assert [selected for _, selected in page] == [False] * 7 + [True]
    assert checkout.counted == " 件数 20"
    checkout.add(NEXT_CUSTOMER)
    assert (checkout.page, checkout.total_fen) == ([], 0)


def test_wide_characters_take_two_cells() -> None:
    assert padded("汽水1", 8) == "汽水1   "


def test_the_total_is_lit_cells_on_the_right() -> None:
    checkout = Checkout()
    checkout.add(CODES[0])
    assert len(checkout.total) == 5
    assert all(run[0] >= table.TOTAL_LEFT for runs in checkout.total for run in runs)


def test_codes_are_read_whole(cable: tuple[Path, int]) -> None:
    path, descriptor = cable
    codes = Codes(path)
    os.write(descriptor, b"12\n34")
    assert codes.read() == ["12"]
    os.write(descriptor, b"5\n\n")
    assert codes.read() == ["345", ""]
    os.close(descriptor)
    with pytest.raises(EOFError):
        codes.read()
    os.close(codes.descriptor)


def test_the_floor_writes_only_rows_that_changed() -> None:
    checkout = Checkout()
    checkout.add(CODES[0])
    before = rows_of(checkout)
    checkout.add(CODES[1])
    after = rows_of(checkout)
    changed = {row for row, text in after.items() if before[row] != text}
    assert {table.BASKET_TOP, table.BASKET_TOP + 1, table.TOTAL_TOP, table.DONE_ROW} <= changed
    assert table.BASKET_TOP + 2 not in changed


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_shows_the_basket_and_a_big_total(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("lab.benchmarks.measure.pty.os.read", _watched(terminal))
    expected = Checkout()
    for one in CODES[:3]:
        expected.add(one)
    with running(name, tmp_path) as peer:
        peer.enter([CODES[9]])
        peer.enter([NEXT_CUSTOMER])
        peer.enter(CODES[:2])
        trials = peer.watch(CODES[2:3])
        found = [row.rstrip() for row in terminal.rows]
        total = terminal.lit(table.TOTAL_TOP)
    assert len(trials.times_ms) == 1
    assert [row[5:18] for row in found[table.BASKET_TOP : table.BASKET_TOP + 3]] == CODES[:3]
    assert CODES[9] not in "".join(found)
    assert "件数" in found[table.TOTAL_TOP]
    lit = {at for run in expected.total[0] for at in range(*run)}
    assert {at for at, cell in enumerate(total) if cell == "#"} == lit


def _watched(terminal: Terminal):  # type: ignore[no-untyped-def]  # noqa: ANN202 - stands in for os.read
    read = os.read

    def watched(descriptor: int, size: int) -> bytes:
        data = read(descriptor, size)
        terminal.feed(data)
        return data

    return watched


def test_a_peer_is_measured_in_short_baskets_and_in_a_long_one(tmp_path: Path) -> None:
    short, long = tmp_path / "short", tmp_path / "long"
    short.mkdir()
    long.mkdir()
    assert len(short_baskets("ansi", short, [CODES[:2], CODES[2:4]]).times_ms) == 4
    assert len(long_basket("ansi", long, CODES[:15], CODES[15:]).times_ms) == 5


def test_a_peer_that_draws_cells_is_not_asked_for_whole_codes() -> None:
    assert Peer("curses", None, 0)._shows("123") == b""  # type: ignore[arg-type]
    assert Peer("urwid", None, 0)._shows("123") == b"123"  # type: ignore[arg-type]
