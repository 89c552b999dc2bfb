"""Terminals, quarantine and alarms in SQLite."""

import hashlib

from hq.store.database import Database
from hq.store.port import Alarm, AlarmKind, TillRow
from terminal.wire.updates import BookState, Report


class SqliteTills:
    """See `hq.store.port.Tills`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def seen(self, terminal: str, *, store: str, epoch: int, head: int, at_ms: int) -> None:
        """A terminal spoke, and its journal went up to ``head``."""
        self._ensure(terminal, store)
        self._database.run(
            "UPDATE till SET seen_ms = ?, head = CASE WHEN epoch = ?2 THEN max(head, ?3) ELSE ?3 END, epoch = ?2"
            " WHERE name = ?4",
            (at_ms, epoch, head, terminal),
        )

    def set_online(self, terminal: str, *, store: str, online: bool, at_ms: int) -> None:
        """The broker says that a terminal came or went."""
        self._ensure(terminal, store)
        self._database.run("UPDATE till SET online = ?, seen_ms = ? WHERE name = ?", (online, at_ms, terminal))

    def set_book(self, terminal: str, report: Report, *, store: str, at_ms: int) -> None:
        """A terminal reported on a book."""
        self._ensure(terminal, store)
        self._database.run("UPDATE till SET seen_ms = ? WHERE name = ?", (at_ms, terminal))
        error = f"{report.ver}: {report.reason}" if report.state is BookState.REFUSED else ""
        self._database.run("INSERT OR IGNORE INTO till_book(till, stream) VALUES(?, ?)", (terminal, report.stream))
        self._database.run(
            "UPDATE till_book SET error = ?, active = CASE ? WHEN 'active' THEN ? ELSE active END,"
            " ready = CASE ? WHEN 'ready' THEN ? ELSE ready END WHERE till = ? AND stream = ?",
            (error, report.state, report.ver, report.state, report.ver, terminal, report.stream),
        )

    def overview(self) -> list[TillRow]:
        """Return all terminals by name."""
        rows = self._database.rows(
            tuple[str, str, int, int, int, int, int, int, int, str, int, int, str, int],
            "SELECT name, store, till.epoch, online, seen_ms, head, coalesce(acked, 0),"
            " coalesce(price.active, 0), coalesce(price.ready, 0), coalesce(price.error, ''),"
            " coalesce(rules.active, 0), coalesce(rules.ready, 0), coalesce(rules.error, ''),"
            " (SELECT count(*) FROM alarm WHERE till = name)"
            " FROM till LEFT JOIN chain ON chain.till = name AND chain.epoch = till.epoch"
            " LEFT JOIN till_book AS price ON price.till = name AND price.stream = 'price'"
            " LEFT JOIN till_book AS rules ON rules.till = name AND rules.stream = 'rules' ORDER BY name",
        )
        return [
            TillRow(
                terminal=row[0],
                store=row[1],
                epoch=row[2],
                online=row[3] == 1,
                seen_ms=row[4],
                head=row[5],
                acked=row[6],
                book_active=row[7],
                book_ready=row[8],
                book_error=row[9],
                rules_active=row[10],
                rules_ready=row[11],
                rules_error=row[12],
                alarms=row[13],
            )
            for row in rows
        ]

    def quarantine(self, terminal: str, *, reason: str, payload: bytes, at_ms: int) -> None:
        """Put a message aside; the same one only once."""
        self._database.run(
            "INSERT OR IGNORE INTO quarantine(till, at_ms, reason, payload, digest) VALUES(?, ?, ?, ?, ?)",
            (terminal, at_ms, reason, payload, hashlib.sha256(payload).digest()),
        )

    def quarantined(self) -> list[tuple[str, str, bytes]]:
        """Return what was put aside."""
        return self._database.rows(tuple[str, str, bytes], "SELECT till, reason, payload FROM quarantine ORDER BY id")

    def raise_alarm(self, alarm: Alarm) -> None:
        """Tell a person, once for the same thing."""
        self._database.run(
            "INSERT OR IGNORE INTO alarm(till, kind, at_ms, detail) VALUES(?, ?, ?, ?)",
            (alarm.terminal, alarm.kind, alarm.at_ms, alarm.detail),
        )

    def alarms(self) -> list[Alarm]:
        """Return all alarms, the oldest first."""
        rows = self._database.rows(
            tuple[str, AlarmKind, int, str], "SELECT till, kind, at_ms, detail FROM alarm ORDER BY id"
        )
        return [Alarm(terminal=row[0], kind=row[1], at_ms=row[2], detail=row[3]) for row in rows]

    def _ensure(self, terminal: str, store: str) -> None:
        self._database.run("INSERT OR IGNORE INTO till(name, store) VALUES(?, ?)", (terminal, store))
