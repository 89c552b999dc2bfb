"""Members from HQ to a till over a real broker, and what enemies do to them."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing

from hq.commands.publish_members import publish_for
from hq.keys import load_key, make_key
from hq.members.snapshot import WORTH
from hq.store.members.port import Person
from lab.brokers import Mosquitto
from terminal.domain.errors import MembersError
from terminal.domain.members.member import Member
from terminal.domain.promotions.coupons import MemberId
from terminal.wire import topics
from terminal.wire.members.checking import check_members
from terminal.wire.members.opening import open_members
from terminal.wire.members.rows import MemberRow, decode_row
from terminal.wire.members.schema import NAME
from terminal.wire.members.stream import (
    MembersChanged,
    MembersWanted,
    decode_wanted,
    encode_wanted,
    open_changed,
    pack_rows,
    seal_changed,
)
from terminal.wire.topics import Down, Up
from tests.integration.uplink.journals import TERMINAL, MemoryJournal
from tests.integration.uplink.world import HOSTILE, Intruder, World, until
from tests.unit.hq.members.acts import M1
from tests.unit.hq.members.test_booking import registered, topped_up

FOREVER = 1 << 40


class Listener(Intruder):
    """Hears all that passes the broker about members."""

    filters = (f"{topics.ROOT}/up/+/want", f"{topics.ROOT}/down/+/members")

    def pages(self, world: World) -> list[MembersChanged]:
        keys = (world.key.public_key,)
        sealed = [message.payload for message in self.heard if message.topic == topics.down(TERMINAL, Down.MEMBERS)]
        return [open_changed(data, keys=keys, terminal=TERMINAL) for data in sealed]

    def wanted(self) -> list[int]:
        topic = topics.up(TERMINAL, Up.WANT)
        return [decode_wanted(message.payload).since for message in self.heard if message.topic == topic]


class Neighbour(Intruder):
    """Another till of another chain of thoughts: what does the broker let it hear?"""

    account = HOSTILE
    client_id = HOSTILE
    filters = (f"{topics.ROOT}/down/+/members", topics.down(TERMINAL, Down.MEMBERS))


def known(world: World) -> dict[str, MemberRow]:
    path = world.books / NAME
    try:
        with closing(open_members(path)) as connection:
            rows = [decode_row(body) for (body,) in connection.execute("SELECT body FROM member ORDER BY id")]
            return {row.member.id: row for row in rows}
    except MembersError as error:
        if error.code in {"members_missing", "members_unready"}:
            return {}
        raise


def add(world: World, members: Iterable[str], *, store: str = "", name: str = "") -> None:
    with world.store() as at_hq, at_hq.transaction():
        for member in members:
            at_hq.people.save(Person(id=MemberId(member), name=name, home=store, registered_ms=1))


async def test_till_that_comes_new_gets_all_that_it_may_know_and_then_what_changes(world: World) -> None:
    add(world, (f"N{number:04d}" for number in range(1100)))
    add(world, ("X1",), store="S02")
    with world.server(), Listener(world) as listener:
        async with world.uplink(MemoryJournal()):
            await until(lambda: len(known(world)) == 1100, what="all members")
            await until(lambda: set(listener.wanted()) == {0, 500, 1000}, what="three questions")
            add(world, ("N0500",), name="new")
            await until(lambda: known(world)["N0500"].member.name == "new", what="the change")
        assert set(listener.wanted()) == {0, 500, 1000}, (
            "a question is asked again where the answer is late, and no other"
        )
        assert all(len(page.members()) <= 500 for page in listener.pages(world))
    assert "X1" not in known(world)


async def test_what_the_till_did_itself_comes_back_as_of_its_own_events(world: World) -> None:
    journal = MemoryJournal()
    with world.server():
        async with world.uplink(journal):
            journal.append(registered(), topped_up("t1"))
            await until(lambda: M1 in known(world) and known(world)[M1].seq == 2, what="the member")
            journal.append(topped_up("t2"))
            await until(lambda: known(world)[M1].seq == 3, what="the top-up")
    row = known(world)[M1]
    assert (row.epoch, row.member.stored.principal) == (1, 10_000)


async def test_till_that_was_away_gets_what_it_missed_and_nothing_else(world: World) -> None:
    add(world, ("A1", "A2"))
    with world.server():
        async with world.uplink(MemoryJournal()):
            await until(lambda: len(known(world)) == 2, what="the members")
        add(world, ("A2",), name="changed")
        add(world, ("A3",))
        with Listener(world) as listener:
            async with world.uplink(MemoryJournal()):
                await until(lambda: len(known(world)) == 3, what="what was missed")
            await until(lambda: len(listener.pages(world)) == 1, what="the page at the listener")
            assert listener.wanted() == [2]
            assert [[row.member.id for row in page.members()] for page in listener.pages(world)] == [["A2", "A3"]]


async def test_till_that_knows_nobody_merges_a_whole_file_and_then_what_changed_since(world: World) -> None:
    journal = MemoryJournal()
    with world.server():
        async with world.uplink(journal):
            journal.append(registered())
            await until(lambda: M1 in known(world), what="the member")
    add(world, (f"N{number:04d}" for number in range(WORTH)))
    publish_for(world.hq.state_dir, ("S01",))
    add(world, ("A1",))
    for path in world.books.iterdir():
        path.unlink()
    with world.server(), Listener(world) as listener:
        async with world.uplink(journal):
            await until(lambda: len(known(world)) == WORTH + 2, what="all of them")
            await until(lambda: report(world) == (1, 1), what="the report")
            await until(lambda: len(listener.pages(world)) >= 2, what="the pages at the listener")
        rows = [row.member.id for page in listener.pages(world) for row in page.members()]
    assert rows == ["A1"]
    assert known(world)[M1].seq == 1
    assert sorted(path.name for path in world.books.glob("members-*.db")) == ["members-1.db"]


def report(world: World) -> tuple[int, int]:
    """Return which file of members the till has, and which it merged."""
    with closing(sqlite3.connect(world.hq.database)) as connection:
        found = connection.execute("SELECT ready, active FROM till_book WHERE stream = 'members'").fetchone()
        return (0, 0) if found is None else (int(found[0]), int(found[1]))


async def test_hq_that_starts_anew_is_asked_again(world: World) -> None:
    add(world, ("A1",))
    async with world.uplink(MemoryJournal()):
        with world.server():
            await until(lambda: len(known(world)) == 1, what="the member")
        add(world, ("A2",))
        with world.server():
            await until(lambda: len(known(world)) == 2, what="the other one")


async def test_news_that_the_broker_lost_are_asked_for(world: World, broker: Mosquitto) -> None:
    add(world, ("A1",))
    with world.server():
        async with world.uplink(MemoryJournal()):
            await until(lambda: len(known(world)) == 1, what="the member")
            broker.kill()
            add(world, ("A2",))
            broker.start()
            await until(lambda: len(known(world)) == 2, what="what was lost")


def forged(*, version: int, terminal: str = TERMINAL) -> MembersChanged:
    rich = MemberRow(member=Member(id=MemberId("A1"), tier="gold"), version=version)
    return MembersChanged(
        terminal=terminal, base=0, version=version, epoch=1, seq=0, as_of_ms=0, rows=pack_rows((rich,))
    )


async def test_only_the_signature_of_hq_is_obeyed_and_old_pages_move_nothing_back(world: World) -> None:
    add(world, ("A1",), name="old")
    topic = topics.down(TERMINAL, Down.MEMBERS)
    key, thief = load_key(world.hq.key_file), make_key(world.folder / "thief.pem")
    with world.server(), Listener(world) as enemy:
        async with world.uplink(MemoryJournal()):
            await until(lambda: len(known(world)) == 1, what="the member")
            await until(lambda: bool(enemy.pages(world)), what="the page at the enemy")
            replayed = next(message.payload for message in enemy.heard if message.topic == topic)
            add(world, ("A1",), name="new")
            await until(lambda: known(world)["A1"].member.name == "new", what="the change")
            enemy.publish(topic, replayed)
            enemy.publish(topic, seal_changed(forged(version=FOREVER), thief))
            enemy.publish(topic, seal_changed(forged(version=FOREVER, terminal=HOSTILE), key))
            enemy.publish(topic, b"\xc1")
            add(world, ("A2",))
            await until(lambda: "A2" in known(world), what="the next change")
    row = known(world)["A1"]
    assert (row.member.name, row.member.tier) == ("new", "")
    assert check_members(world.books / NAME).version < FOREVER


async def test_other_tills_hear_nothing_of_what_is_not_theirs_and_get_none_of_it(world: World) -> None:
    add(world, ("A1",))
    add(world, ("X1",), store="S02")
    with world.server(), Neighbour(world) as neighbour:
        async with world.uplink(MemoryJournal()):
            await until(lambda: len(known(world)) == 1, what="the member")
        neighbour.publish(topics.up(HOSTILE, Up.WANT), encode_wanted(MembersWanted(since=0)))
        await until(lambda: bool(neighbour.heard), what="an answer to itself")
        assert {message.topic for message in neighbour.heard} == {topics.down(HOSTILE, Down.MEMBERS)}
        (own,) = neighbour.heard
        page = open_changed(own.payload, keys=(world.key.public_key,), terminal=HOSTILE)
        assert [row.member.id for row in page.members()] == ["A1"]


async def test_question_that_makes_no_sense_is_put_aside(world: World) -> None:
    add(world, ("A1",))
    with world.server(), Intruder(world) as intruder:
        async with world.uplink(MemoryJournal()):
            await until(lambda: len(known(world)) == 1, what="the member")
            intruder.publish(topics.up(TERMINAL, Up.WANT), encode_wanted(MembersWanted(since=FOREVER)))
            intruder.publish(topics.up(TERMINAL, Up.WANT), b"\xc1")
            await until(lambda: put_aside(world) == [(TERMINAL, "batch_malformed")], what="what was put aside")


def put_aside(world: World) -> list[tuple[str, str]]:
    with world.store() as store:
        return [(terminal, reason) for terminal, reason, _ in store.tills.quarantined()]
