"""What this till itself did to members, until HQ has told of it: entries, members registered here, cards."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import ClassVar

from msgspec import Struct, msgpack
from msgspec.structs import replace

from terminal.domain.members.cards import REPLACED, TAIL_DIGITS, CardKey, Medium, MemberCard
from terminal.domain.members.entries import Account, Entry
from terminal.domain.members.member import ACTIVE, Member
from terminal.domain.members.stored import StoredValue
from terminal.domain.promotions.coupons import AnyCoupon, MemberId
from terminal.wire import member_events as mev
from terminal.wire.events import Fact, SaleCompleted
from terminal.wire.members.rows import MemberRow
from terminal.wire.record import TillRecord
from terminal.wire.return_events import SaleReturned

PRUNED_AT_ONCE = 50
_SQL_ENTRY = "INSERT OR REPLACE INTO entry(epoch, seq, n, member, waits, body) VALUES (?, ?, ?, ?, ?, ?)"
_SQL_MEMBER = "INSERT OR REPLACE INTO own_member(id, epoch, seq, phone, tail, body) VALUES (?, ?, ?, ?, ?, ?)"
_SQL_CARD = (
    "INSERT OR REPLACE INTO own_card(epoch, seq, number, medium, format, member, status) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_SQL_EDIT = "INSERT OR REPLACE INTO own_edit(epoch, seq, member, phone, tail, body) VALUES (?, ?, ?, ?, ?, ?)"
_SQL_COUPON = "INSERT OR REPLACE INTO own_coupon(epoch, seq, member, code, body) VALUES (?, ?, ?, ?, ?)"
_SQL_COUPONS = "SELECT code, body FROM own_coupon WHERE member = ? AND (epoch, seq) > (?, ?) ORDER BY epoch, seq"
_SQL_EDITS = "SELECT body FROM own_edit WHERE member = ? AND (epoch, seq) > (?, ?) ORDER BY epoch, seq"
_SQL_ENTRIES = (
    "SELECT epoch, seq, waits, body FROM entry WHERE member = ? AND (epoch, seq) > (?, ?) ORDER BY epoch, seq, n"
)
_SQL_CARDS = (
    "SELECT number, medium, format, status FROM own_card WHERE member = ? AND (epoch, seq) > (?, ?) ORDER BY epoch, seq"
)
_SQL_OWNER = (
    "SELECT member, status, epoch, seq FROM own_card WHERE number = ? AND medium = ? AND format = ? "
    "ORDER BY epoch DESC, seq DESC LIMIT 1"
)
_SQL_TOUCHED = (
    "SELECT member FROM entry WHERE member > ?1 UNION SELECT member FROM own_card WHERE member > ?1 "
    "UNION SELECT id FROM own_member WHERE id > ?1 UNION SELECT member FROM own_edit WHERE member > ?1 "
    "ORDER BY 1 LIMIT ?2"
)
_SQL_FORGET = (
    "DELETE FROM entry WHERE member = ? AND (epoch, seq) <= (?, ?)",
    "DELETE FROM own_card WHERE member = ? AND (epoch, seq) <= (?, ?)",
    "DELETE FROM own_edit WHERE member = ? AND (epoch, seq) <= (?, ?)",
    "DELETE FROM own_coupon WHERE member = ? AND (epoch, seq) <= (?, ?)",
    "DELETE FROM own_member WHERE id = ? AND (epoch, seq) <= (?, ?)",
)


class OwnEntry(Struct, frozen=True):
    """An entry that was made here by the event ``seq``; with ``waits`` it counts when HQ has acknowledged it."""

    epoch: int
    seq: int
    waits: bool
    entry: Entry


class OwnCard(Struct, frozen=True):
    """Whose a card is by what was done here, and as of which event."""

    member: MemberId
    status: str
    epoch: int
    seq: int


class Ledger:
    """The tables of one ``state.db``. Its connection belongs to the thread that made it."""

    name: ClassVar[str] = "ledger.2"
    tables: ClassVar[Sequence[str]] = (
        """CREATE TABLE IF NOT EXISTS entry(
  epoch INTEGER NOT NULL, seq INTEGER NOT NULL, n INTEGER NOT NULL,
  member TEXT NOT NULL, waits INTEGER NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY(epoch, seq, n)
) STRICT, WITHOUT ROWID""",
        "CREATE INDEX IF NOT EXISTS entry_member ON entry(member, epoch, seq)",
        """CREATE TABLE IF NOT EXISTS own_member(
  id TEXT PRIMARY KEY, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
  phone TEXT NOT NULL, tail TEXT NOT NULL, body BLOB NOT NULL
) STRICT, WITHOUT ROWID""",
        """CREATE TABLE IF NOT EXISTS own_card(
  epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
  number TEXT NOT NULL, medium TEXT NOT NULL, format TEXT NOT NULL,
  member TEXT NOT NULL, status TEXT NOT NULL,
  PRIMARY KEY(number, medium, format, epoch, seq)
) STRICT, WITHOUT ROWID""",
        "CREATE INDEX IF NOT EXISTS own_card_member ON own_card(member, epoch, seq)",
        """CREATE TABLE IF NOT EXISTS own_edit(
  epoch INTEGER NOT NULL, seq INTEGER NOT NULL, member TEXT NOT NULL,
  phone TEXT NOT NULL, tail TEXT NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY(member, epoch, seq)
) STRICT, WITHOUT ROWID""",
        """CREATE TABLE IF NOT EXISTS own_coupon(
  epoch INTEGER NOT NULL, seq INTEGER NOT NULL, member TEXT NOT NULL, code TEXT NOT NULL, body BLOB,
  PRIMARY KEY(member, epoch, seq)
) STRICT, WITHOUT ROWID""",
    )
    kinds: ClassVar[frozenset[type[Fact]]] = frozenset(
        {
            SaleCompleted,
            SaleReturned,
            mev.MemberRegistered,
            mev.MemberEdited,
            mev.GiftGiven,
            mev.CouponIssued,
            mev.GiftTakenBack,
            mev.CardIssued,
            mev.CardStatusSet,
            mev.MemberStatusSet,
            mev.ToppedUp,
            mev.CashedOut,
            mev.MembersMerged,
        }
    )

    def __init__(self, connection: sqlite3.Connection, epoch: int) -> None:
        self._connection = connection
        self._epoch = epoch
        self._pruned_to = ""

    # --- told of facts -----------------------------------------------------------------------------------------------

    def take(self, seq: int, fact: Fact, before: TillRecord, after: TillRecord) -> None:
        """Keep what a fact says of members."""
        del before, after
        match fact:
            case mev.MemberRegistered(member=member, card=card):
                values = (member.id, self._epoch, seq, member.phone, member.phone[-TAIL_DIGITS:])
                self._connection.execute(_SQL_MEMBER, (*values, msgpack.encode(member)))
                self._take_card(seq, member.id, card, ACTIVE)
            case mev.MemberEdited(member=member_id, phone=phone):
                numbers = (phone, phone[-TAIL_DIGITS:])
                self._connection.execute(_SQL_EDIT, (self._epoch, seq, member_id, *numbers, msgpack.encode(fact)))
            case mev.CardIssued(member=member_id, card=card, replaces=replaces):
                self._take_card(seq, member_id, replaces, REPLACED)
                self._take_card(seq, member_id, card, ACTIVE)
            case mev.CardStatusSet(member=member_id, card=card, status=status):
                self._take_card(seq, member_id, card, status)
            case (
                SaleCompleted()
                | SaleReturned()
                | mev.MemberStatusSet()
                | mev.ToppedUp()
                | mev.CashedOut()
                | mev.GiftGiven()
                | mev.CouponIssued()
                | mev.GiftTakenBack()
                | mev.MembersMerged()
            ):
                self._take_entries(seq, fact.entries, waits=isinstance(fact, mev.ToppedUp))
                self._take_coupon(seq, fact)
            case _:
                pass

    def _take_coupon(self, seq: int, fact: Fact) -> None:
        """Keep the coupon that a member got for points, or that it is void."""
        if isinstance(fact, mev.CouponIssued):
            body = msgpack.encode(fact.coupon)
            self._connection.execute(_SQL_COUPON, (self._epoch, seq, fact.member, fact.coupon.code, body))
        elif isinstance(fact, mev.GiftTakenBack) and fact.coupon is not None:
            self._connection.execute(_SQL_COUPON, (self._epoch, seq, fact.member, fact.coupon, None))

    def _take_entries(self, seq: int, entries: Iterable[Entry], *, waits: bool) -> None:
        rows = (
            (self._epoch, seq, number, entry.member, waits, msgpack.encode(entry))
            for number, entry in enumerate(entries)
        )
        self._connection.executemany(_SQL_ENTRY, rows)

    def _take_card(self, seq: int, member: MemberId, card: CardKey | None, status: str) -> None:
        if card is not None:
            values = (self._epoch, seq, card.number, card.medium.value, card.format, member, status)
            self._connection.execute(_SQL_CARD, values)

    # --- asked -------------------------------------------------------------------------------------------------------

    def entries(self, row: MemberRow) -> list[OwnEntry]:
        """Return what was done here to a member after what HQ's row has in it, oldest first."""
        found = self._connection.execute(_SQL_ENTRIES, (row.member.id, row.epoch, row.seq)).fetchall()
        return [OwnEntry(epoch, seq, waits == 1, msgpack.decode(body, type=Entry)) for epoch, seq, waits, body in found]

    def cards(self, row: MemberRow) -> tuple[MemberCard, ...]:
        """Return the cards of a member with what was done to them here."""
        own = self._connection.execute(_SQL_CARDS, (row.member.id, row.epoch, row.seq)).fetchall()
        if not own:
            return row.cards
        cards = {card.key: card for card in row.cards}
        for number, medium, form, status in own:
            key = CardKey(number=number, medium=Medium(medium), format=form)
            cards[key] = MemberCard(key=key, status=status)
        return tuple(cards.values())

    def coupons(self, row: MemberRow) -> tuple[AnyCoupon, ...]:
        """Return the coupons of a member with what was issued, and taken back, here."""
        own = self._connection.execute(_SQL_COUPONS, (row.member.id, row.epoch, row.seq)).fetchall()
        if not own:
            return row.coupons
        coupons = {coupon.code: coupon for coupon in row.coupons}
        for code, body in own:
            if body is None:
                coupons.pop(code, None)
            else:
                coupons[code] = msgpack.decode(body, type=AnyCoupon)
        return tuple(coupons.values())

    def edited(self, row: MemberRow) -> Member:
        """Return a member with what it is called here since HQ's row."""
        member = row.member
        for (body,) in self._connection.execute(_SQL_EDITS, (member.id, row.epoch, row.seq)).fetchall():
            edit = msgpack.decode(body, type=mev.MemberEdited)
            member = replace(
                member,
                phone=edit.phone or member.phone,
                name=edit.name or member.name,
                birthday=edit.birthday or member.birthday,
            )
        return member

    def renumbered(self, column: str, value: str, limit: int) -> list[MemberId]:
        """Return whose phone number became this one here, by ``phone`` or ``tail``."""
        statement = f"SELECT DISTINCT member FROM own_edit WHERE {column} = ? AND phone <> '' ORDER BY member LIMIT ?"  # noqa: S608 - a constant
        return [MemberId(member) for (member,) in self._connection.execute(statement, (value, limit)).fetchall()]

    def owner(self, card: CardKey) -> OwnCard | None:
        """Return whose a card is by what was done here last."""
        found = self._connection.execute(_SQL_OWNER, (card.number, card.medium.value, card.format)).fetchone()
        return OwnCard(*found) if found is not None else None

    def registered(self, column: str, value: str, limit: int = 1) -> list[MemberRow]:
        """Return members that were registered here, by ``id``, ``phone`` or ``tail``."""
        found = self._connection.execute(
            f"SELECT body, epoch, seq FROM own_member WHERE {column} = ? ORDER BY phone, id LIMIT ?",  # noqa: S608 - a constant
            (value, limit),
        ).fetchall()
        return [MemberRow(member=msgpack.decode(body, type=Member), epoch=epoch, seq=seq) for body, epoch, seq in found]

    # --- forgetting --------------------------------------------------------------------------------------------------

    def touched(self) -> tuple[MemberId, ...]:
        """Return the next few members about whom something is kept here; after the last, the first again."""
        found = self._connection.execute(_SQL_TOUCHED, (self._pruned_to, PRUNED_AT_ONCE)).fetchall()
        self._pruned_to = found[-1][0] if found else ""
        return tuple(MemberId(member) for (member,) in found)

    def forget(self, member: MemberId, *, epoch: int, seq: int) -> None:
        """Drop what was done to a member up to an event: HQ's row has it."""
        for statement in _SQL_FORGET:
            self._connection.execute(statement, (member, epoch, seq))


def waiting_of(entries: Iterable[OwnEntry]) -> StoredValue:
    """Return the stored value in some entries."""
    sums = {Account.PRINCIPAL: 0, Account.BONUS: 0}
    for own in entries:
        if own.entry.account in sums:
            sums[own.entry.account] += own.entry.amount
    return StoredValue(principal=sums[Account.PRINCIPAL], bonus=sums[Account.BONUS])
