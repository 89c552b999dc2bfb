"""Journals of all tills in SQLite."""

from collections.abc import Iterable, Sequence

import msgspec

from hq.store.database import Database
from hq.store.port import Chain
from hq.store.schema import STORE_WORK
from terminal.wire.chain import Row

_COLUMNS = "seq, id, kind, biz_date, wall_ms, mono_ms, boot_id, clk_off_ms, clk_q, body, prev, hash"


class SqliteJournals:
    """See `hq.store.port.Journals`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def chain(self, terminal: str, epoch: int) -> Chain | None:
        """Return how far a journal was followed."""
        return next(iter(self._chains("WHERE till = ? AND epoch = ?", (terminal, epoch))), None)

    def last_epoch(self, terminal: str) -> int:
        """Return the highest epoch of a terminal of which HQ has rows."""
        statement = "SELECT coalesce(max(epoch), 0) FROM chain WHERE till = ?"
        ((last,),) = self._database.rows(tuple[int], statement, (terminal,))
        return last

    def save_chain(self, chain: Chain) -> None:
        """Keep how far a journal was followed."""
        self._database.run(
            "INSERT INTO chain VALUES(?, ?, ?, ?, ?) ON CONFLICT(till, epoch) DO UPDATE"
            " SET acked = excluded.acked, hash = excluded.hash, record = excluded.record",
            (chain.terminal, chain.epoch, chain.acked, chain.hash, chain.record),
        )

    def chains(self) -> list[Chain]:
        """Return all journals."""
        return self._chains("ORDER BY till, epoch")

    def hashes(self, terminal: str, epoch: int, *, first: int, last: int) -> dict[int, bytes]:
        """Return the hashes of the rows that are there."""
        rows = self._database.rows(
            tuple[int, bytes],
            "SELECT seq, hash FROM event WHERE till = ? AND epoch = ? AND seq BETWEEN ? AND ?",
            (terminal, epoch, first, last),
        )
        return dict(rows)

    def add(self, terminal: str, epoch: int, rows: Iterable[Row], *, recv_ms: int) -> None:
        """Add rows; `StoreConflictError` when an id is known under another sequence."""
        self._database.add_all(
            "INSERT INTO event VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT(till, epoch, seq) DO NOTHING",
            (
                (
                    terminal,
                    epoch,
                    row.seq,
                    row.id,
                    row.kind,
                    row.biz_date,
                    row.wall_ms,
                    row.mono_ms,
                    row.boot_id,
                    row.clk_off_ms,
                    row.clk_q,
                    row.body,
                    row.prev,
                    row.hash,
                    recv_ms,
                )
                for row in rows
            ),
        )

    def read(self, terminal: str, epoch: int, *, after: int, limit: int) -> list[Row]:
        """Return rows behind a sequence."""
        return self._database.rows(
            Row,
            f"SELECT {_COLUMNS} FROM event WHERE till = ? AND epoch = ? AND seq > ? ORDER BY seq LIMIT ?",  # noqa: S608 - constants of this file
            (terminal, epoch, after, limit),
        )

    def of_store_work(self, kind: str, *, store: str, first: str, last: str) -> list[tuple[str, int, Row]]:
        """Return acknowledged rows of a kind with terminal and time of receipt, by date."""
        columns = ", ".join(f"event.{name}" for name in _COLUMNS.split(", "))
        rows = self._database.rows(
            tuple[object, ...],
            f"SELECT event.till, recv_ms, {columns} FROM event JOIN chain USING(till, epoch)"  # noqa: S608 - constants of this file
            f" WHERE {STORE_WORK} AND kind = ? AND biz_date BETWEEN ? AND ? AND seq <= acked"
            " AND (? = '' OR event.till LIKE ? || '-%') ORDER BY biz_date, wall_ms, event.till, seq",
            (kind, first, last, store, store),
        )
        return [(str(till), msgspec.convert(recv_ms, int), msgspec.convert(row, Row)) for till, recv_ms, *row in rows]

    def remove_after(self, terminal: str, epoch: int, seq: int) -> list[Row]:
        """Take out the rows behind a sequence."""
        return self._database.rows(
            Row,
            f"DELETE FROM event WHERE till = ? AND epoch = ? AND seq > ? RETURNING {_COLUMNS}",  # noqa: S608 - constants of this file
            (terminal, epoch, seq),
        )

    def last_mention(self, place: tuple[str, int, int], *, kind: str, text: bytes) -> int | None:
        """Return the sequence of the last row of a kind up to a place that holds some bytes."""
        row = self._database.row(
            tuple[int],
            "SELECT seq FROM event WHERE till = ? AND epoch = ? AND seq <= ? AND kind = ? AND instr(body, ?)"
            " ORDER BY seq DESC LIMIT 1",
            (*place, kind, text),
        )
        return row[0] if row else None

    def mentioning(self, text: bytes) -> list[tuple[tuple[str, int, int], bytes]]:
        """Return place and body of all rows that hold some bytes."""
        rows = self._database.rows(
            tuple[str, int, int, bytes], "SELECT till, epoch, seq, body FROM event WHERE instr(body, ?)", (text,)
        )
        return [((till, epoch, seq), body) for till, epoch, seq, body in rows]

    def rewrite(self, place: tuple[str, int, int], body: bytes) -> None:
        """Put another body in the place of one."""
        self._database.run("UPDATE event SET body = ? WHERE till = ? AND epoch = ? AND seq = ?", (body, *place))
        self._database.run("INSERT OR IGNORE INTO rewritten VALUES(?, ?, ?)", place)

    def rewritten(self, terminal: str, epoch: int) -> frozenset[int]:
        """Return the sequences of the rows whose body was changed on purpose."""
        rows = self._database.rows(
            tuple[int], "SELECT seq FROM rewritten WHERE till = ? AND epoch = ?", (terminal, epoch)
        )
        return frozenset(seq for (seq,) in rows)

    def _chains(self, rest: str, parameters: Sequence[object] = ()) -> list[Chain]:
        rows = self._database.rows(
            tuple[str, int, int, bytes, bytes],
            f"SELECT till, epoch, acked, hash, record FROM chain {rest}",  # noqa: S608 - constants of this file
            parameters,
        )
        return [Chain(terminal=row[0], epoch=row[1], acked=row[2], hash=row[3], record=row[4]) for row in rows]
