"""``members``: card, phone number, last four digits → member, of a million, with what the till did since."""

import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TypeVar

from lab.benchmarks.measure.timing import in_us, one_ns, percentile
from lab.benchmarks.registry import Run
from lab.benchmarks.result import Result, at_most, noted
from lab.benchmarks.stage.kept import kept
from terminal.domain.errors import PosError
from terminal.domain.ids import Identity
from terminal.domain.members import cards, member, points
from terminal.domain.members.cards import CardKey, MemberCard
from terminal.domain.members.member import Member
from terminal.domain.members.points import Lot, PointsAccount
from terminal.domain.members.stored import StoredValue
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.text import clean
from terminal.offline.members import SqliteMembers
from terminal.offline.state import SqliteRecordStore
from terminal.wire.members import rows, schema, writing
from terminal.wire.members.rows import SQL_BY_CARD, MemberRow
from terminal.wire.members.writing import MembersContent, build_members

MEMBERS = 1_000_000
LOOKUPS = 20_000
P99_US = 100
TAIL_SHOWN = 9
WHO = Identity(store="S01", till="T01", epoch=1)
_SEED = 6021
KeyT = TypeVar("KeyT")
_SPREAD = 7919
"""So that neighbours have phone numbers that have nothing in common."""


def measure(run: Run) -> list[Result]:
    """Measure with a million members."""

    def make(folder: Path) -> None:
        run.say(f"making a file of {MEMBERS:,} members (once, half a minute) …")
        build_members(folder / schema.NAME, MembersContent(rows=people(MEMBERS), version=1, as_of_ms=1))

    folder = kept(run.cache, f"members-{MEMBERS}", sources=(rows, schema, writing, member, points, cards), make=make)
    return measure_members(folder / schema.NAME, run.scratch, count=MEMBERS, lookups=LOOKUPS)


def measure_members(path: Path, scratch: Path, *, count: int, lookups: int) -> list[Result]:
    """Look random members up; the floor is the same statement on a bare connection."""
    numbers = random.Random(_SEED).choices(range(count), k=lookups)
    with (
        closing(SqliteRecordStore(scratch / "state", WHO)) as store,
        closing(SqliteMembers(path, store.ledger)) as found,
    ):
        if found.by_card(card(0)) is None:
            raise PosError("the file does not hold the members of this benchmark")
        by_card = _timed(found.by_card, [card(number) for number in numbers])
        by_phone = _timed(found.by_phone, [phone(number) for number in numbers])
        by_tail = _timed(lambda tail: found.by_tail(tail, limit=TAIL_SHOWN), [phone(number)[-4:] for number in numbers])
    floor = _through_sqlite(path, [card(number) for number in numbers])
    return [
        noted("members.card.p50", percentile(by_card, 50), unit="us", peers={"sqlite3": percentile(floor, 50)}),
        at_most(
            "members.card.p99",
            percentile(by_card, 99),
            unit="us",
            target=P99_US,
            peers={"sqlite3": percentile(floor, 99)},
        ),
        at_most("members.phone.p99", percentile(by_phone, 99), unit="us", target=P99_US),
        noted("members.tail.p50", percentile(by_tail, 50), unit="us"),
    ]


def card(number: int) -> CardKey:
    """Return the card of a member."""
    return CardKey(number=f"88{number:08d}")


def phone(number: int) -> str:
    """Return the phone number of a member."""
    return f"138{number * _SPREAD % 10**8:08d}"


def people(count: int) -> Iterator[MemberRow]:
    """Return so many members with a card, a phone number, points and stored value."""
    for number in range(count):
        someone = Member(
            id=MemberId(f"M{number:08d}"),
            tier="gold",
            points=PointsAccount(lots=(Lot(100, "2026-12-31"), Lot(50, "2027-12-31"))),
            stored=StoredValue(principal=10_000, bonus=500),
            spend=100_000,
            name=clean("王小芳"),
            phone=clean(phone(number)),
        )
        yield MemberRow(member=someone, cards=(MemberCard(key=card(number)),), epoch=1, seq=number)


def _through_sqlite(path: Path, keys: Sequence[CardKey]) -> list[float]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return _timed(
            lambda key: connection.execute(SQL_BY_CARD, (key.number, key.medium.value, key.format)).fetchone(), keys
        )


def _timed(look_up: Callable[[KeyT], object], keys: Sequence[KeyT]) -> list[float]:
    return in_us([one_ns(partial(look_up, one)) for one in keys])
