"""What a member is called, when several tills change it and their journals arrive in any order."""

from itertools import permutations
from pathlib import Path

import pytest

from hq.store.members.port import Person
from hq.store.sqlite import SqliteStore
from terminal.domain.ids import ActionId, StaffNumber
from terminal.domain.text import SafeText
from terminal.wire import member_events as mev
from tests.integration.uplink.journals import MemoryJournal
from tests.unit.hq.members.acts import M1, M2, act, send

STAFF = StaffNumber("1001")


def edited(key: str, **fields: str) -> mev.MemberEdited:
    return mev.MemberEdited(act=ActionId(key), staff=STAFF, member=M1, **fields)  # type: ignore[arg-type]


def journal(number: int, at: int, fact: mev.OfMembers) -> MemoryJournal:
    """One fact, told as the row ``at`` of its till: the later row has the later time."""
    told = MemoryJournal(terminal=f"S01-T0{number}", seed=number)
    for _ in range(at - 1):
        act(told)
    told.append(fact)
    return told


def ends(tmp_path: Path, journals: list[MemoryJournal]) -> list[tuple[Person, Person]]:
    found = []
    for number, order in enumerate(permutations(journals)):
        store = SqliteStore(tmp_path / f"{number}.db")
        with store.transaction():
            for member in (M1, M2):
                store.people.save(Person(id=member, registered_ms=1, phone="1", name="a"))
        for one in order:
            send(store, one)
        people = [store.people.get(member) for member in (M1, M2)]
        store.close()
        found.append((people[0] or Person(id=M1), people[1] or Person(id=M2)))
    return found


def test_later_change_of_each_field_counts_whatever_arrives_last(tmp_path: Path) -> None:
    first = journal(1, 2, edited("a", phone=SafeText("13800000001"), birthday="02-29"))
    second = journal(2, 3, edited("b", phone=SafeText("13800000002"), name=SafeText("张明")))
    third = journal(3, 4, edited("c", name=SafeText("张大明")))
    for person, _ in ends(tmp_path, [first, second, third]):
        assert (person.phone, person.name, person.birthday) == ("13800000002", "张大明", "02-29")


@pytest.mark.parametrize(("at", "phone"), [(2, "1"), (6, "13800000001")])
def test_change_after_a_merge_is_of_whom_the_member_became_and_one_before_is_not(
    tmp_path: Path, at: int, phone: str
) -> None:
    merge = mev.MembersMerged(act=ActionId("m"), staff=STAFF, into=M2, gone=M1)
    changed = edited("a", phone=SafeText("13800000001"))
    for _, into in ends(tmp_path, [journal(1, 4, merge), journal(2, at, changed)]):
        assert (into.phone, into.name) == (phone, "a")
