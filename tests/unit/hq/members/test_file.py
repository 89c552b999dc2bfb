"""Files of members: what a person edits, how mistakes are named, and what an import does."""

import re
from pathlib import Path

import pytest

from hq.errors import HqError, MemberFileError
from hq.members.file import FORMAT, read_members, what_comes_twice
from hq.members.importing import Imported, take_in
from hq.store.members.port import Person
from hq.store.sqlite import SqliteStore
from terminal.domain.ids import Sku
from terminal.domain.members.cards import CardKey, Medium, MemberCard
from terminal.domain.members.member import CountCard, CountCardId, Member
from terminal.domain.members.points import Lot, PointsAccount
from terminal.domain.members.stored import StoredValue
from tests.integration.uplink.journals import MemoryJournal
from tests.unit.hq.members.acts import M1, M2, act, principal, send

HEADER = ",".join(FORMAT.known) + "\n"
GOOD = (
    "M1,张小明,13812345678,02-29,S01,2,2026-05-01,pal7,9900000000017 nfc:04a1b2c3 em4100/10h:0012345678,gold,active,"
    "300,2026-12-31,50:2027-12-31 20,2027-03-31,50.00,5,1234.5,HAIR=2001:5:2026-12-31 WASH=2002:3\n"
)


def members(folder: Path, text: str) -> Path:
    path = folder / "members.csv"
    path.write_text(text, encoding="utf-8")
    return path


def take(store: SqliteStore, path: Path, *, now_ms: int = 50) -> Imported:
    with store.transaction():
        return take_in(store, read_members(path), now_ms=now_ms)


def complaint(store: SqliteStore, folder: Path, text: str) -> str:
    with pytest.raises(HqError) as caught:
        take(store, members(folder, text))
    assert (caught.value.code, caught.value.hint) == ("member_file", "nobody was imported")
    return str(caught.value)


def test_line_becomes_a_member_with_cards_and_a_first_balance(store: SqliteStore, tmp_path: Path) -> None:
    assert take(store, members(tmp_path, HEADER + GOOD)) == Imported(new=1, known=0)
    assert store.people.get(M1) == Person(
        id=M1,
        name="张小明",
        phone="13812345678",
        birthday="02-29",
        home="S01",
        registered_ms=50,
        consent="2",
        consent_ms=1_777_593_600_000,
        referral="PAL7",
    )
    assert store.people.cards(M1) == (
        MemberCard(key=CardKey(number="0012345678", medium=Medium.EM4100, format="10h")),
        MemberCard(key=CardKey(number="04a1b2c3", medium=Medium.NFC)),
        MemberCard(key=CardKey(number="9900000000017")),
    )
    assert store.ledger.balance(M1) == Member(
        id=M1,
        paid_tier="gold",
        points=PointsAccount(lots=(Lot(300, "2026-12-31"), Lot(50, "2027-12-31"), Lot(20, None))),
        paid_until="2027-03-31",
        stored=StoredValue(principal=5000, bonus=500),
        spend=123450,
        counts={
            CountCardId("HAIR"): CountCard(sku=Sku("2001"), left=5, until="2026-12-31"),
            CountCardId("WASH"): CountCard(sku=Sku("2002"), left=3),
        },
    )
    assert store.ledger.rows(M1, limit=1)[0].act.kind == "MemberImported"


def test_file_may_have_numbers_alone(store: SqliteStore, tmp_path: Path) -> None:
    assert take(store, members(tmp_path, "member\nM1\n\nM2\n")) == Imported(new=2, known=0)
    assert store.people.get(M2) == Person(id=M2, registered_ms=50)
    assert store.ledger.rows(M1, limit=9) == []


def test_file_that_is_imported_again_moves_no_balance_and_empty_cells_say_nothing(
    store: SqliteStore, tmp_path: Path
) -> None:
    path = members(tmp_path, HEADER + GOOD)
    take(store, path)
    before = store.ledger.balance(M1)
    assert take(store, path, now_ms=60) == Imported(new=0, known=1)
    later = "member,name,phone,consent,referral\nM1,,13900000000,3,pal8\n"
    assert take(store, members(tmp_path, later), now_ms=70).known == 1
    assert store.ledger.balance(M1) == before
    person = store.people.get(M1)
    assert person is not None
    assert (person.name, person.phone, person.home, person.registered_ms) == ("张小明", "13900000000", "S01", 50)
    assert (person.consent, person.consent_ms, person.referral) == ("3", 70, "PAL8")


def test_member_that_tills_spoke_of_first_is_known_from_its_import_on(store: SqliteStore, tmp_path: Path) -> None:
    journal = MemoryJournal()
    act(journal, principal(100))
    send(store, journal)
    take(store, members(tmp_path, "member,name,birthday,store,consent,principal\nM1,李雷,03-18,S02,,7\n"))
    person = store.people.get(M1)
    assert person == Person(
        id=M1, name="李雷", birthday="03-18", home="S02", registered_ms=50, name_ms=50, birthday_ms=50
    )
    assert store.ledger.balance(M1).stored.principal == 100


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (GOOD.replace("M1,", ",", 1), "members.csv line 2, column member: '' must not be empty"),
        (GOOD.replace("M1,", "M 1,", 1), "column member: 'M 1' is no number of letters and digits"),
        (GOOD.replace("张小明", "张\x1b"), "column name: '张\\x1b' has control characters or more than 60 characters"),
        (GOOD.replace("张小明", "张" * 61), "has control characters or more than 60 characters"),
        (GOOD.replace("13812345678", "1381234567"), "is no mobile phone number of 11 digits"),
        (GOOD.replace("02-29", "2-29"), "column birthday: '2-29' is no date like 03-18"),
        (GOOD.replace("02-29", "02-30"), "column birthday: '02-30' is no date like 03-18"),
        (GOOD.replace("S01", "S/1"), "column store: 'S/1' is no store like S01"),
        (GOOD.replace("nfc:04a1b2c3", "wifi:04a1b2c3"), "has 'wifi:04a1b2c3', which is no code of a card"),
        (GOOD.replace("nfc:04a1b2c3", "nfc:08aabbcc"), "has 'nfc:08aabbcc', whose number is made anew each time"),
        (GOOD.replace("nfc:04a1b2c3", "卡"), "has '卡', which is no code of a card"),
        (GOOD.replace("active", "Active"), "column status: 'Active' is no status like active"),
        (GOOD.replace(",300,", ",-3,"), "column points: '-3' is no whole number up to 1000000000"),
        (GOOD.replace("300,2026-12-31", "300,31.12.2026"), "'31.12.2026' is no date like 2026-12-31"),
        (GOOD.replace("50.00", "50.001"), "column principal: '50.001' is no amount in yuan like 3.50"),
        (GOOD.replace(",5,", ",-5,"), "column bonus: '-5' is below zero"),
        (GOOD.replace("WASH=2002:3", "WASH:3"), "has 'WASH:3', which is no card like HAIR=2001:5:2026-12-31"),
        (GOOD.replace("2001:5:2026-12-31", "2001:5:2026-13-31"), "column count_cards: "),
        (
            GOOD.replace("50:2027-12-31 20", "50/2027"),
            "column lots: '50/2027' has '50/2027', which is no lot like 300:",
        ),
        (GOOD.replace("50:2027-12-31", "50:2027-12-32"), "column lots: '50:2027-12-32 20' is no date like 2026-12-31"),
        (GOOD.replace("2027-03-31", "2027-3-31"), "column paid_until: '2027-3-31' is no date like 2026-12-31"),
        (GOOD.replace(",gold,", ",,"), "column paid_until: '2027-03-31' is of no tier: name the one that was paid for"),
        (GOOD.replace("2026-05-01", "May"), "column consent_day: 'May' is no date like 2026-12-31"),
        (GOOD.replace(",2,2026-05-01", ",,2026-05-01"), "column consent_day: '2026-05-01' is of no consent"),
        (GOOD.replace("pal7", "pal-7"), "column referral: 'pal-7' is no code of up to 20 letters and digits"),
    ],
)
def test_mistake_is_named_and_nobody_is_imported(store: SqliteStore, tmp_path: Path, line: str, told: str) -> None:
    first = "M0" + "," * HEADER.count(",") + "\n"
    assert told.replace("line 2", "line 3") in complaint(store, tmp_path, HEADER + first + line)
    assert store.people.page(limit=9) == []


def test_header_is_checked(store: SqliteStore, tmp_path: Path) -> None:
    for text, told in (
        ("member,age\n", "column 'age' is unknown"),
        ("name\n", "column 'member' is missing"),
        ("member\nM1,a\n", "line 2: 2 columns, the header has 1"),
    ):
        with pytest.raises(MemberFileError, match=told):
            take(store, members(tmp_path, text))


def test_card_of_another_member_and_a_deleted_number_are_refused(store: SqliteStore, tmp_path: Path) -> None:
    take(store, members(tmp_path, "member,cards\nM1,99001\n"))
    with store.transaction():
        store.people.save(Person(id=M2, erased_ms=5))
    assert "column cards: '99001' has '99001', which is another member's" in complaint(
        store, tmp_path, "member,cards\nM3,99001\n"
    )
    assert "column member: 'M2' was deleted: a number is never given twice" in complaint(
        store, tmp_path, "member\nM2\n"
    )


def test_what_stands_in_a_file_twice_is_named(tmp_path: Path) -> None:
    twice = what_comes_twice(members(tmp_path, "member,cards\nM1,1 2\nM2,2\n"))
    assert str(twice) == "members.csv line 3, column cards: '2' has '2', which stands in line 2 as well"
    assert what_comes_twice(members(tmp_path, "member,cards\nM1,1 2\nM2,3\n")) is None


def test_file_of_the_docs_is_one(store: SqliteStore, tmp_path: Path) -> None:
    page = (Path(__file__).parents[4] / "docs" / "members.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```csv\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert take(store, members(tmp_path, example)) == Imported(new=2, known=0)
    assert all(f"`{column}`" in page for column in FORMAT.known)
