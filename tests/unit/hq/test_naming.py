"""Numbers, shifts and cashiers that sales and returns name must follow from the rows before them."""

import pytest
from msgspec.structs import replace

from hq.naming import misnamed
from terminal.domain.ids import SaleId, StaffNumber
from terminal.domain.shifts import OpenShift, Shift
from terminal.domain.staff import Role
from terminal.domain.text import SafeText
from terminal.wire import events as ev
from terminal.wire.record import SignedIn, TillRecord, apply
from terminal.wire.return_events import ExchangeBegan, ReturnKind, SaleReturned
from terminal.wire.shift import ShiftRecord
from tests.integration.uplink.journals import TERMINAL, sale_facts
from tests.unit.hq.returns.bench import plain
from tests.unit.wire.returns import head

CASHIER = StaffNumber("1001")
OPEN = ShiftRecord(open=OpenShift(sums=Shift(number=3), day="2026-11-23", opened_ms=1, staff=CASHIER), done=3)


def record(*, receipts: int = 0, returns: int = 0) -> TillRecord:
    staff = SignedIn(number=CASHIER, name=SafeText(""), role=Role.CASHIER)
    return TillRecord(staff=staff, shifts=OPEN, receipts_done=receipts, returns_done=returns)


def completed(**changes: object) -> ev.SaleCompleted:
    fact = sale_facts(1)[-1]
    assert isinstance(fact, ev.SaleCompleted)
    return replace(fact, **changes)


def back(**changes: object) -> SaleReturned:
    return replace(head(1), staff=CASHIER, shift=3, **changes)


def told(fact: ev.SaleCompleted | SaleReturned, before: TillRecord, epoch: int = 1) -> list[str]:
    return list(misnamed(fact, before, place=(TERMINAL, epoch)))


@pytest.mark.parametrize("shift", [None, 3])
def test_a_sale_that_follows_is_right(shift: int | None) -> None:
    before = apply(record(), sale_facts(1)[0])
    assert told(completed(shift=shift), before) == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"receipt_no": "S01-T03-1-000009"}, "its number is S01-T03-1-000009, its count 1"),
        ({"receipt_no": "S01-T03-2-000001"}, "its number is S01-T03-2-000001, its count 1"),
        ({"receipt_no": "S01-T04-1-000001"}, "its number is S01-T04-1-000001, its count 1"),
        ({"receipt_count": 2}, "its number is S01-T03-1-000001, its count 2"),
        ({"sale_id": SaleId("f")}, f"it ends sale {1:032x}"),
        ({"shift": 2}, "it says shift 2 instead of 3"),
    ],
)
def test_a_sale_that_was_altered_is_found(changes: dict[str, object], why: str) -> None:
    assert told(completed(**changes), apply(record(), sale_facts(1)[0])) == [why]


def test_a_number_that_was_given_before_is_found_but_not_one_of_an_earlier_epoch() -> None:
    assert told(completed(), record(receipts=1)) == ["its number is S01-T03-1-000001, and 1 were done before"]
    assert told(back(), record(returns=4)) == ["its number is S01-T03-1-R00001, and 4 were done before"]
    assert told(completed(), record(receipts=1), epoch=2) == []
    assert told(back(), record(returns=4), epoch=2) == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, ""),
        ({"number": "S01-T03-1-R00009"}, "its number is S01-T03-1-R00009, its count 1"),
        ({"count": 2}, "its number is S01-T03-1-R00001, its count 2"),
        ({"shift": 2, "kind": ReturnKind.VOID}, "it says shift 2 instead of 3"),
        ({"staff": StaffNumber("1002")}, "it says cashier 1002 instead of 1001"),
    ],
)
def test_a_return_that_was_altered_is_found(changes: dict[str, object], why: str) -> None:
    assert told(replace(back(), **changes), record()) == ([why] if why else [])


def test_an_exchange_is_by_who_began_it() -> None:
    begun = ExchangeBegan(
        act=back().act,
        staff=StaffNumber("1002"),
        reason=SafeText(""),
        receipt_no="S01-T03-1-000001",
        sold=plain().sold,
        lines=(),
        returns=(),
    )
    fact = back(kind=ReturnKind.EXCHANGE)
    assert told(fact, replace(record(), exchange=begun)) == ["it says cashier 1001 instead of 1002"]
    assert told(replace(fact, staff=StaffNumber("1002")), replace(record(), exchange=begun)) == []


def test_what_nobody_knows_is_believed() -> None:
    assert told(back(), TillRecord()) == []


def test_an_epoch_may_be_any_number_and_takes_no_longer_for_it() -> None:
    before = apply(record(), sale_facts(1)[0])
    assert told(completed(), before, epoch=2**62) == []
    assert told(completed(receipt_no=f"S01-T03-{2**62}-000001"), before, epoch=2**62) == []
    for wrong in ("S01-T03-0-000001", "S01-T03-01-000001", f"S01-T03-{2**62 + 1}-000001", "S01xT03-1-000001"):
        assert told(completed(receipt_no=wrong), before, epoch=2**62) == [f"its number is {wrong}, its count 1"]
