"""Members at the till: ``members.db``, which the uplink writes, and what this till did since (`Ledger`)."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from terminal.domain.errors import MembersError
from terminal.domain.members.cards import CardKey
from terminal.domain.members.entries import with_entries
from terminal.domain.members.member import ACTIVE
from terminal.domain.promotions.coupons import MemberId
from terminal.offline.projections.ledger import Ledger, waiting_of
from terminal.ports.members import NOTHING_HEARD, Heard, KnownMember
from terminal.wire.members.checking import read_meta
from terminal.wire.members.opening import open_members, reading
from terminal.wire.members.rows import (
    SQL_BY_CARD,
    SQL_BY_ID,
    SQL_BY_PHONE,
    SQL_BY_TAIL,
    MemberRow,
    decode_row,
)

CACHE_KIB = 2048
"""Holds the inner pages of a million members."""
MISSING = "members_missing"
SAME_PHONE = 9
"""Members with the same phone number that are told apart; nobody has more."""

ValueT = TypeVar("ValueT")


class SqliteMembers:
    """`terminal.ports.members.Members`. Its connections belong to the thread that made them."""

    def __init__(self, path: Path, own: Ledger) -> None:
        self._path = path
        self._own = own
        self._connection: sqlite3.Connection | None = None
        self._opened: tuple[int, int] | None = None
        self._fault = MISSING

    @property
    def as_of_ms(self) -> int:
        """The time (UTC) of what HQ sent; 0 = it sent nothing."""
        return self._asked(lambda connection: read_meta(connection, "as_of_ms"), 0)

    @property
    def fault(self) -> str:
        """Why nobody but those of this till was found last; empty = the file was read."""
        return self._fault

    def by_card(self, key: CardKey, heard: Heard = NOTHING_HEARD) -> KnownMember | None:
        """Return whose a card is: by what was done here, if HQ's row has not that in it yet."""
        found = self._rows(SQL_BY_CARD, key.number, key.medium.value, key.format)
        row, status = found[0] if found else (None, ACTIVE)
        own = self._own.owner(key)
        if own is not None and (row is None or (own.epoch, own.seq) > (row.epoch, row.seq)):
            known = self.by_id(own.member, heard)
            return replace(known, card_status=own.status) if known is not None else None
        return replace(self.newest(row, heard), card_status=status) if row is not None else None

    def by_id(self, member: MemberId, heard: Heard = NOTHING_HEARD) -> KnownMember | None:
        """Return a member by its number."""
        row = self._row(member)
        return self.newest(row, heard) if row is not None else None

    def by_phone(self, phone: str, heard: Heard = NOTHING_HEARD) -> tuple[KnownMember, ...]:
        """Return the members with a phone number."""
        return self._several(SQL_BY_PHONE, "phone", phone, SAME_PHONE, heard)

    def by_tail(self, tail: str, *, limit: int, heard: Heard = NOTHING_HEARD) -> tuple[KnownMember, ...]:
        """Return members whose phone number ends with four digits, by number."""
        return self._several(SQL_BY_TAIL, "tail", tail, limit, heard)

    def newest(self, row: MemberRow, heard: Heard = NOTHING_HEARD) -> KnownMember:
        """Return a member with what was done here after what HQ's row has in it."""
        row = replace(row, member=self._own.edited(row))
        own = self._own.entries(row)
        cards, coupons = self._own.cards(row), self._own.coupons(row)
        if cards is not row.cards or coupons is not row.coupons:
            row = replace(row, cards=cards, coupons=coupons)
        if not own:
            return KnownMember(row=row)
        waiting = [one for one in own if one.waits and (one.epoch, one.seq) > (heard.epoch, heard.seq)]
        spendable = [one.entry for one in own if one not in waiting]
        member = with_entries(row.member, spendable, heard.tiers)
        return KnownMember(row=replace(row, member=member), waiting=waiting_of(waiting))

    def tidy(self) -> None:
        """Forget what HQ's rows have in them by now, of a few members; a full disk forgets nothing."""
        with suppress(sqlite3.Error):
            for member in self._own.touched():
                for row, _ in self._rows(SQL_BY_ID, member):
                    self._own.forget(member, epoch=row.epoch, seq=row.seq)

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._opened = None

    def _several(self, statement: str, column: str, value: str, limit: int, heard: Heard) -> tuple[KnownMember, ...]:
        rows = {row.member.id: row for row in self._own.registered(column, value, limit)}
        rows |= {row.member.id: row for row, _ in self._rows(statement, value, limit)}
        renumbered = (self._row(member) for member in self._own.renumbered(column, value, limit))
        rows |= {row.member.id: row for row in renumbered if row is not None}
        known = (self.newest(row, heard) for row in rows.values())
        fitting = (one for one in known if one.row.member.phone.endswith(value))
        return tuple(sorted(fitting, key=lambda one: (one.row.member.phone, one.row.member.id))[:limit])

    def _row(self, member: MemberId) -> MemberRow | None:
        """Return HQ's row of a member, else what was registered here."""
        found = self._rows(SQL_BY_ID, member)
        return found[0][0] if found else next(iter(self._own.registered("id", member)), None)

    def _rows(self, statement: str, *values: str | int) -> list[tuple[MemberRow, str]]:
        """Return the rows that a statement finds, each with the last of its columns: the status of a card."""

        def ask(connection: sqlite3.Connection) -> list[tuple[MemberRow, str]]:
            return [(decode_row(found[0]), found[-1]) for found in connection.execute(statement, values)]

        return self._asked(ask, [])

    def _asked(self, ask: Callable[[sqlite3.Connection], ValueT], otherwise: ValueT) -> ValueT:
        """Return what the file says, or ``otherwise`` as long as it cannot be read."""
        try:
            connection = self._present()
            with reading(self._path):
                answer = ask(connection)
        except MembersError as error:
            self.close()
            self._fault = error.code
            return otherwise
        self._fault = ""
        return answer

    def _present(self) -> sqlite3.Connection:
        """Return the connection to the file that has the name now: it may have been replaced."""
        try:
            status = self._path.stat()
        except OSError as error:
            raise MembersError(f"there is no {self._path.name}", code=MISSING) from error
        place = (status.st_dev, status.st_ino)
        if self._connection is None or place != self._opened:
            self.close()
            self._connection = open_members(self._path)
            self._connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
            self._opened = place
        return self._connection
