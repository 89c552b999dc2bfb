"""What the desk answers about members: masked, and with the names of what count cards pay for."""

from terminal.checkout.effects import FindMember, Seeking
from terminal.checkout.members.asking import LISTED, answered
from terminal.domain.catalog import Article
from terminal.domain.errors import BookTornError
from terminal.domain.ids import Sku
from terminal.domain.members.cards import CardKey
from terminal.domain.promotions.coupons import MemberId
from terminal.ports.clock import Stamp
from terminal.ports.members import NOBODY, Heard
from tests.unit.checkout.counter_bench import Shop
from tests.unit.checkout.memory_members import MEMBER, PEOPLE, PHONE, WANG, MemoryMembers

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
