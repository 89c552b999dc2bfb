"""Members and their cards in SQLite."""

from collections.abc import Iterable

import msgspec

from hq.store.database import Database
from hq.store.members.port import NOBODY, Person
from terminal.domain.members.cards import CardKey, Medium, MemberCard
from terminal.domain.promotions.coupons import MemberId

_COLUMNS = (
    "id, name, phone, birthday, home, registered_ms, consent, consent_ms, referral, merged_into, erased_ms, phone_ms,"
    " name_ms, birthday_ms, merged_ms"
)
_CHANGED = f"""
SELECT version, {_COLUMNS} FROM member WHERE version > ?1 AND (registered_ms > 0 OR erased_ms > 0)
  AND (home IN ('', ?2) OR EXISTS(SELECT 1 FROM member_store WHERE member = member.id AND store = ?2))
  ORDER BY version LIMIT ?3
"""  # noqa: S608 - constants of this file
_MERGED = """
WITH RECURSIVE gone(id) AS (
  SELECT id FROM member WHERE merged_into = ?1 UNION SELECT member.id FROM member JOIN gone ON merged_into = gone.id
) SELECT id FROM gone WHERE id <> ?1 ORDER BY id
"""


class SqlitePeople:
    """See `hq.store.members.port.People`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, member: MemberId) -> Person | None:
        """Return who a member is."""
        return next(iter(self._people("WHERE id = ?", member)), None)

    def save(self, person: Person) -> None:
        """Keep a member."""
        self.touch((person.id,))
        self._database.run(
            "UPDATE member SET name = ?, phone = ?, birthday = ?, home = ?, registered_ms = ?, consent = ?,"
            " consent_ms = ?, referral = ?, merged_into = ?, erased_ms = ?, phone_ms = ?, name_ms = ?,"
            " birthday_ms = ?, merged_ms = ? WHERE id = ?",
            (*msgspec.structs.astuple(person)[1:], person.id),
        )

    def touch(self, members: Iterable[MemberId]) -> None:
        """Give members the next versions."""
        for member in members:
            self._database.run(
                "INSERT INTO member(id, version) VALUES(?1, (SELECT coalesce(max(version), 0) + 1 FROM member))"
                " ON CONFLICT(id) DO UPDATE SET version = excluded.version",
                (member,),
            )

    def share(self, members: Iterable[MemberId], store: str) -> None:
        """Let a store know members."""
        for member in members:
            self._database.run("INSERT OR IGNORE INTO member_store VALUES(?, ?)", (member, store))

    def latest(self) -> int:
        """Return the highest version of all members."""
        return self._database.rows(tuple[int], "SELECT coalesce(max(version), 0) FROM member")[0][0]

    def changed(self, store: str, *, since: int, limit: int) -> list[tuple[int, Person]]:
        """Return members whom a store may know and whose version is above one."""
        rows = self._database.rows(tuple[object, ...], _CHANGED, (since, store, limit))
        return [(msgspec.convert(row[0], int), _person(row[1:])) for row in rows]

    def find(self, text: str) -> list[Person]:
        """Return members by id, card or phone."""
        return self._people(
            "WHERE id = ?1 OR (phone = ?1 AND phone <> '') OR id IN (SELECT member FROM card WHERE number = ?1)"
            " ORDER BY id",
            text,
        )

    def page(self, *, after: MemberId = NOBODY, limit: int) -> list[Person]:
        """Return members that are there."""
        return self._people("WHERE id > ? AND erased_ms = 0 ORDER BY id LIMIT ?", after, limit)

    def merged_into(self, member: MemberId) -> list[MemberId]:
        """Return the members that were merged into one."""
        return [gone for (gone,) in self._database.rows(tuple[MemberId], _MERGED, (member,))]

    def cards(self, member: MemberId) -> tuple[MemberCard, ...]:
        """Return the cards of a member."""
        rows = self._database.rows(
            tuple[str, Medium, str, str],
            "SELECT number, medium, format, status FROM card WHERE member = ? ORDER BY number, medium, format",
            (member,),
        )
        return tuple(
            MemberCard(key=CardKey(number=number, medium=medium, format=format_), status=status)
            for number, medium, format_, status in rows
        )

    def bind(self, member: MemberId, card: MemberCard, *, at_ms: int) -> bool:
        """Bind a card, or set its status."""
        key = (card.key.number, card.key.medium, card.key.format)
        bound = self._database.run(
            "INSERT INTO card VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(number, medium, format) DO UPDATE SET"
            " status = CASE WHEN excluded.at_ms >= at_ms THEN excluded.status ELSE status END,"
            " at_ms = max(at_ms, excluded.at_ms) WHERE member = excluded.member",
            (*key, member, card.status, at_ms),
        )
        return bound > 0

    def hand_over(self, gone: MemberId, into: MemberId) -> None:
        """Give the cards of a member to another one."""
        self._database.run("UPDATE card SET member = ? WHERE member = ?", (into, gone))

    def erase(self, member: MemberId, *, at_ms: int) -> None:
        """Delete all that is known of a person."""
        self._database.run("DELETE FROM card WHERE member = ?", (member,))
        self.save(Person(id=member, erased_ms=at_ms))

    def _people(self, rest: str, *parameters: object) -> list[Person]:
        rows = self._database.rows(
            tuple[object, ...],
            f"SELECT {_COLUMNS} FROM member {rest}",  # noqa: S608 - constants of this file
            parameters,
        )
        return [_person(row) for row in rows]


def _person(row: tuple[object, ...]) -> Person:
    return msgspec.convert(dict(zip(Person.__struct_fields__, row, strict=True)), Person)
