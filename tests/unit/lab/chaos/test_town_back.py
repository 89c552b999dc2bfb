"""What came back of a receipt at two tills: too much of it is right only where a till had not heard of the other."""

from collections.abc import Sequence

from msgspec.structs import replace

from hq.store.port import Alarm, AlarmKind
from lab.chaos.town.back import TOO_MUCH, of_returns
from terminal.domain.members.claims import ClaimId
from terminal.domain.promotions.coupons import MemberId
from terminal.wire.claim_events import ClaimAsked, ClaimsReturned, GivenBack
from terminal.wire.events import Fact, SaleCompleted
from terminal.wire.return_events import SaleReturned
from tests.integration.uplink.journals import sale_facts
from tests.unit.hq.returns.bench import one_refund

SOLD = sale_facts(1)
RECEIPT = next(fact.receipt_no for fact in SOLD if isinstance(fact, SaleCompleted))
TOTAL_FEN = 1600
NOT_ALL = replace(one_refund(), amount_fen=TOTAL_FEN - 1)
ALARM = Alarm(terminal="S01-T01", kind=AlarmKind.RETURN, at_ms=1, detail=f"of receipt {RECEIPT} {TOO_MUCH}: …")


def claimed(back: SaleReturned, *, key: str = "1", granted: bool = True) -> tuple[Fact, ...]:
    """Return what a till wrote that asked HQ before."""
    asked = ClaimAsked(claim=ClaimId(key), member=MemberId(""), receipt=RECEIPT)
    returned = ClaimsReturned(claims=(ClaimId(key),), reason=GivenBack.NOT_NEEDED)
    return (asked, back, returned) if granted else (asked, returned, back)


def faults(*journals: Sequence[Fact], alarms: Sequence[Alarm] = ()) -> str:
    return "\n".join(of_returns(journals, alarms))


def test_what_comes_back_of_a_sale_in_parts_is_right() -> None:
    assert faults([*SOLD, one_refund()], claimed(one_refund())) == ""


def test_too_much_is_right_where_one_till_had_not_asked_and_hq_tells_of_it() -> None:
    unasked = [*SOLD, NOT_ALL], claimed(NOT_ALL)
    unanswered = [*SOLD, *claimed(NOT_ALL, granted=False)], claimed(NOT_ALL)
    for journals in (unasked, unanswered):
        assert faults(*journals, alarms=[ALARM]) == ""
        assert "HQ does not say so" in faults(*journals)


def test_too_much_is_wrong_where_hq_had_set_the_receipt_aside_for_both() -> None:
    found = faults([*SOLD, *claimed(NOT_ALL)], claimed(NOT_ALL), alarms=[ALARM])
    assert found.splitlines() == [
        f"{RECEIPT}: HQ says that {TOO_MUCH}",
        f"{RECEIPT}: {2 * TOTAL_FEN - 2} came back of {TOTAL_FEN} where all of it was known",
    ]


def test_too_much_at_one_till_is_wrong_whatever_another_did() -> None:
    found = faults([*SOLD, NOT_ALL, NOT_ALL], claimed(one_refund()), alarms=[ALARM])
    assert found == f"{RECEIPT}: {2 * TOTAL_FEN - 2} came back of {TOTAL_FEN} where all of it was known"


def test_hq_that_tells_of_what_came_back_at_one_till_is_wrong() -> None:
    assert faults([*SOLD, one_refund()], alarms=[ALARM]) == f"{RECEIPT}: HQ says that {TOO_MUCH}"
