"""What the desk answers about members: masked, and with the names of what count cards pay for."""

from msgspec.structs import replace

from terminal.checkout.effects import FindMember, Seeking
from terminal.checkout.members.asking import LISTED, answered
from terminal.domain.catalog import Article
from terminal.domain.errors import BookTornError
from terminal.domain.ids import Sku
from terminal.domain.members.cards import CardKey
from terminal.domain.members.member import MERGED, Member
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.text import clean
from terminal.ports.clock import Stamp
from terminal.ports.members import NOBODY, Heard
from terminal.wire.members.rows import MemberRow
from tests.unit.checkout.memory_members import MEMBER, PEOPLE, PHONE, WANG, MemoryMembers
from tests.unit.checkout.memory_shop import (
    Shop,
)

BY_TAIL = FindMember(seeking=Seeking.LIST, tail="6021")


class Noon:
    """A clock that stands still."""

    def stamp(self) -> Stamp:
        return Stamp(wall_ms=0, mono_ms=0, boot_id="")

    def local_iso(self, wall_ms: int) -> str:
        return f"2026-11-23T12:00:0{wall_ms}"


class Torn(Shop):
    """A book that cannot be read any more."""

    def article(self, sku: str) -> Article | None:
        raise BookTornError(sku)


def test_each_way_to_find_a_member_finds_it_masked() -> None:
    members = MemoryMembers(rows=PEOPLE, as_of_ms=7)
    for query in (
        FindMember(seeking=Seeking.BIND, card=CardKey(number=MEMBER)),
        FindMember(seeking=Seeking.BIND, phone=PHONE),
        FindMember(seeking=Seeking.BIND, member=WANG.member.id),
    ):
        answer = answered(query, members, Heard(seq=9), book=None, clock=Noon())
        assert [(one.row.member.name, one.row.member.phone) for one in answer.found] == [("王**", "138****6021")]
        assert (answer.as_of, answer.fault, members.heard.seq) == ("2026-11-23T12:00:07", "", 9)
    several = answered(BY_TAIL, members, Heard(), book=None, clock=Noon())
    assert [one.row.member.id for one in several.found] == ["M1", "M2"]
    assert len(several.found) <= LISTED


def gone(member: str, into: str, phone: str) -> MemberRow:
    return MemberRow(member=Member(id=MemberId(member), status=MERGED, phone=clean(phone)), into=MemberId(into))


def test_who_was_merged_is_found_as_whom_they_became_once() -> None:
    rows = (*PEOPLE, gone("M7", "M8", "13712346021"), gone("M8", "M1", "13612346021"), gone("M9", "M6", "13512346021"))
    members = MemoryMembers(rows=rows)
    found = answered(BY_TAIL, members, Heard(), book=None, clock=Noon()).found
    assert [one.row.member.id for one in found] == ["M1", "M2", "M9"]
    (one,) = answered(replace(BY_TAIL, tail="", phone="13712346021"), members, Heard(), book=None, clock=Noon()).found
    assert one.was is not None
    assert (one.row.member.id, one.was.phone) == ("M1", "137****6021")
    form = FindMember(seeking=Seeking.FORM, phone="13712346021")
    (one,) = answered(form, members, Heard(), book=None, clock=Noon()).found
    assert one.row.member.id == "M7"


def test_merges_that_go_in_a_circle_are_left_as_they_are() -> None:
    members = MemoryMembers(rows=(gone("M7", "M8", "13712346021"), gone("M8", "M7", "13612346021")))
    found = answered(BY_TAIL, members, Heard(), book=None, clock=Noon()).found
    assert {one.row.member.status for one in found} == {MERGED}


def test_who_is_not_there_is_not_found() -> None:
    for query in (
        FindMember(seeking=Seeking.BIND, card=CardKey(number="1")),
        FindMember(seeking=Seeking.BIND, member=MemberId("M9")),
        FindMember(seeking=Seeking.BIND),
    ):
        assert answered(query, MemoryMembers(rows=PEOPLE), Heard(), book=None, clock=Noon()).found == ()


def test_a_till_without_members_knows_nobody_and_says_so() -> None:
    for query in (
        BY_TAIL,
        FindMember(seeking=Seeking.BIND, phone=PHONE),
        FindMember(seeking=Seeking.BIND, member=WANG.member.id),
        FindMember(seeking=Seeking.BIND, card=CardKey(number=MEMBER)),
    ):
        answer = answered(query, NOBODY, Heard(), book=None, clock=Noon())
        assert (answer.found, answer.as_of, answer.fault) == ((), "", "members_missing")
    NOBODY.tidy()
    NOBODY.close()


def test_count_cards_are_called_as_the_book_calls_their_articles() -> None:
    members = MemoryMembers(rows=PEOPLE)
    answer = answered(BY_TAIL, members, Heard(), book=Shop(), clock=Noon())
    assert answer.names == {Sku("WATER"): "农夫山泉"}


def test_a_book_that_cannot_be_read_gives_no_names() -> None:
    members = MemoryMembers(rows=PEOPLE)
    answer = answered(BY_TAIL, members, Heard(), book=Torn(), clock=Noon())
    assert (answer.names, len(answer.found)) == ({}, 2)


def test_a_question_about_a_member_names_no_number_in_a_log() -> None:
    assert PHONE not in repr(FindMember(seeking=Seeking.BIND, phone=PHONE))
