"""What two tills did that neither could know of is right; the same of one till, or of tills that knew, is found."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from hq.store.members.port import Oddity
from hq.store.port import Alarm, AlarmKind
from lab.chaos.town.checks import is_stranded, overdrawn_cards
from terminal.domain.ids import ActionId, StaffNumber
from terminal.domain.members.entries import Account, Entry
from terminal.domain.members.member import CountCardId
from terminal.domain.promotions.coupons import MemberId
from terminal.wire.events import Fact, SaleCompleted
from terminal.wire.member_events import MembersMerged
from tests.integration.uplink.journals import sale_facts
from tests.unit.hq.returns.bench import one_refund

GONE, INTO = MemberId("M1"), MemberId("M2")
CARD = CountCardId("WATER-1")
SALE = next(fact for fact in sale_facts(1) if isinstance(fact, SaleCompleted))
MERGED = MembersMerged(act=ActionId("a"), staff=StaffNumber("1"), into=INTO, gone=GONE)
PAID = replace(SALE, entries=(Entry(member=GONE, account=Account.PAID_UNTIL, value="2027-01-01"),))


def alarm(row: int, *, terminal: str = "S01-T02", member: MemberId = GONE) -> Alarm:
    detail = f"row {row} (SaleCompleted): member {member}: {Oddity.STRANDED}"
    return Alarm(terminal=terminal, kind=AlarmKind.LEDGER, at_ms=1, detail=detail)


def test_membership_that_is_sold_while_another_till_merges_its_member_is_told_rightly() -> None:
    assert is_stranded(alarm(2), [[MERGED], [SALE, PAID]])


@pytest.mark.parametrize(
    ("told", "journals"),
    [
        (alarm(2), [[], [MERGED, PAID]]),
        (alarm(2), [[], [SALE, PAID]]),
        (alarm(1), [[MERGED], [SALE, PAID]]),
        (alarm(2, member=INTO), [[MERGED], [SALE, PAID]]),
        (alarm(1, terminal="S01-T01"), [[MERGED], [SALE, PAID]]),
        (replace(alarm(2), detail="row 2 (SaleCompleted): member M1: was deleted"), [[MERGED], [SALE, PAID]]),
    ],
)
def test_other_alarms_of_the_ledger_are_told_wrongly(told: Alarm, journals: Sequence[Sequence[Fact]]) -> None:
    assert not is_stranded(told, journals)


def test_count_card_may_be_overdrawn_that_came_back_while_another_till_took_of_it() -> None:
    uses = (Entry(member=GONE, account=Account.USES, card=CARD, amount=-2),)
    back, spent = replace(one_refund(), entries=uses), replace(SALE, entries=uses)
    moved = replace(MERGED, entries=(*uses, Entry(member=INTO, account=Account.USES, card=CARD, amount=2)))
    assert overdrawn_cards([[back], [spent]]) == overdrawn_cards([[back], [back]]) == {CARD}
    known: tuple[Sequence[Sequence[Fact]], ...] = (
        [[back, spent], []],
        [[spent], [spent]],
        [[back], [moved]],
        [[back], []],
    )
    for journals in known:
        assert overdrawn_cards(journals) == set()
