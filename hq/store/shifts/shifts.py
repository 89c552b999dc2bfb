"""Closed shifts in SQLite."""

from hq.errors import StoreError
from hq.store.database import Database
from hq.store.shifts.port import ShiftRow
from terminal.wire.events import decode_fact
from terminal.wire.shift_events import ShiftClosed


class SqliteShifts:
    """See `hq.store.shifts.port.Shifts`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, shift: ShiftRow) -> bool:
        """Keep a Z report."""
        closed = shift.closed
        others = self._database.rows(
            tuple[int],
            "SELECT count(*) FROM shift WHERE till = ? AND number = ? AND (epoch, seq) <> (?, ?)",
            (shift.terminal, closed.number, shift.epoch, shift.seq),
        )[0][0]
        self._database.run(
            "INSERT OR IGNORE INTO shift VALUES(?, ?, ?, ?, ?, ?, ?)",
            (*shift.place, closed.number, closed.report.day, closed.closed_ms, int(shift.is_right)),
        )
        return others == 0

    def newest(self, *, terminal: str | None = None, day: str | None = None, limit: int = 100) -> list[ShiftRow]:
        """Return Z reports; `StoreError` that names one whose row is of no use."""
        rows = self._database.rows(
            tuple[str, int, int, int, bytes],
            "SELECT till, epoch, seq, is_right, body FROM shift JOIN event USING(till, epoch, seq)"
            " WHERE (?1 IS NULL OR till = ?1) AND (?2 IS NULL OR day = ?2)"
            " ORDER BY closed_ms DESC, till, number DESC LIMIT ?3",
            (terminal, day, limit),
        )
        return [
            ShiftRow(terminal=till, epoch=epoch, seq=seq, is_right=right == 1, closed=_closed(body))
            for till, epoch, seq, right, body in rows
        ]

    def has(self, place: tuple[str, int, int]) -> bool:
        """Whether a row of a journal is kept as a Z report."""
        found = "SELECT count(*) FROM shift WHERE till = ? AND epoch = ? AND seq = ?"
        return self._database.rows(tuple[int], found, place)[0][0] == 1


def _closed(body: bytes) -> ShiftClosed:
    fact = decode_fact(body)
    if not isinstance(fact, ShiftClosed):
        raise StoreError(f"a row of kind {type(fact).__name__} stands for a Z report")
    return fact
