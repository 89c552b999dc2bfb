"""What stands against members on their page, and who was merged."""

from terminal.domain.members.member import MERGED, Member
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.text import clean
from terminal.wire.counter.panels import MemberPanel
from terminal.wire.members.rows import MemberRow
from tests.unit.checkout.counter_bench import (
    selling,
)
from tests.unit.checkout.memory_members import PEOPLE, WANG, MemoryMembers
from tests.unit.checkout.memory_shop import (
    COLA,
)


def test_lost_cards_and_who_may_not_be_used_are_marked() -> None:
    bench = selling(members=MemoryMembers(rows=PEOPLE))
    bench.press("f4", *"6021", "enter")
    assert bench.view is not None
    panel = bench.view.panel
    assert isinstance(panel, MemberPanel)
    assert panel.details is not None
    assert ([row.mark for row in panel.rows], panel.details.lost) == (["", "member_mark.frozen"], ("****001",))


def test_who_was_merged_is_told_and_taken_as_whom_they_became() -> None:
    gone = Member(id=MemberId("M7"), status=MERGED, phone=clean("13712341111"))
    bench = selling(members=MemoryMembers(rows=(*PEOPLE, MemberRow(member=gone, into=WANG.member.id))))
    bench.press("f4", *"1111", "enter")
    told = {"was": "137****1111", "who": "138****6021 王** gold"}
    assert (bench.notice, bench.counter.notice.params) == ("notice.member_became", told)
    bench.press("enter")
    sale = bench.counter.record.sale
    assert sale is not None
    assert sale.member is not None
    assert sale.member.id == WANG.member.id
    bench.scan(COLA)
    bench.write("13712341111", "enter")
    assert (bench.notice, bench.counter.notice.params) == ("notice.member_became", told)
