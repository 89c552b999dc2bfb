"""What a return did, told by one fact: whoever folds it knows what is left of the sale, to the fen."""

import json
from functools import reduce
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from terminal.domain.after.exchange import exchange
from terminal.domain.after.refund import Desk, Return, counted, refund
from terminal.domain.after.void import void
from terminal.domain.ids import Identity, Sku
from terminal.domain.members.member import Member
from terminal.domain.members.points import Lot, PointsAccount, PointsProgram
from terminal.domain.members.stored import StoredValue
from terminal.domain.pricing.uses import CouponUse, RuleUse, Share
from terminal.domain.promotions.coupons import CouponCode
from terminal.domain.promotions.kinds import RuleId
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.stock import Level
from terminal.domain.trade import TradeSettings
from terminal.wire import device_events as dev
from terminal.wire import events as ev
from terminal.wire import return_events as rev
from terminal.wire.documents import completion
from terminal.wire.found import FoundSale, afterwards, found
from terminal.wire.moving import moved_by
from terminal.wire.record import UNKNOWN, TillRecord, apply, decode_record, encode_record
from terminal.wire.return_record import DoneReturn
from terminal.wire.returning import digest_of, less_returned, paper_action, return_number, told
from tests.unit.domain.baskets import make_line, make_sale, make_weighed
from tests.unit.wire.examples import (
    BEGUN,
    RETURNED,
    WANG,
    ZHANG,
    facts_of,
    paid_document,
)
from tests.unit.wire.returns import head
from tests.unit.wire.test_events import agrees, spelled_out

GOLDEN = json.loads(Path(__file__).parents[2].joinpath("golden/facts_2.json").read_text("utf-8"))
"""Returns as the first version that knew them wrote them. Nothing here is ever changed."""
DESK = Desk(today="2026-11-24", settings=TradeSettings(points=PointsProgram()))
NOTHING = TillRecord()


def sold_to(member: Member | None) -> FoundSale:
    """Return a done sale of four lines, paid with points, stored value, a card and cash."""
    sale = make_sale(
        make_line(1, price_fen=1999, quantity=3),
        make_weighed(2),
        make_line(3, price_fen=333, quantity=7),
        make_line(4, price_fen=10, quantity=1),
    )
    nets = (5997, 1024, 2331, 10)
    total = sum(nets)
    tenders = [Tender(kind=TenderKind.CARD, amount_fen=700), Tender(kind=TenderKind.CASH, amount_fen=total - 700)]
    if member is not None:
        tenders = [
            Tender(kind=TenderKind.POINTS, amount_fen=300, lots=(Lot(200, "2026-12-31"), Lot(100))),
            Tender(kind=TenderKind.STORED, amount_fen=4000, stored=StoredValue(principal=3100, bonus=900)),
            Tender(kind=TenderKind.CARD, amount_fen=700),
            Tender(kind=TenderKind.CASH, amount_fen=total - 5000),
        ]
    document = replace(paid_document(), sale=sale, net_fen=nets, total_fen=total, tenders=tuple(tenders))
    done = completion(document, receipt_count=1, completed_ms=1)
    if member is not None:
        done = replace(done, member=member.id, points_earned=90, mult_bp=10_000, points_used=300)
    return found(sale, done)


@given(st.data(), st.booleans())
def test_parts_that_come_back_leave_what_the_facts_say(data: st.DataObject, is_member: bool) -> None:
    member = replace(ZHANG, points=PointsAccount(lots=(Lot(90),))) if is_member else None
    sale, number = sold_to(member), 0
    while any(line.left for line in sale.sold.lines):
        line = data.draw(st.sampled_from([one for one in sale.sold.lines if one.left]))
        back = Return(line=line.number, units=data.draw(st.integers(1, line.left)), damaged=data.draw(st.booleans()))
        done = refund(sale.sold, [back], member, DESK)
        number += 1
        fact = told(head(number), done, sale.sale, member)
        sale, member = afterwards(sale, fact), done.member
        assert sale.sold == done.sold
    assert (sale.sold.left_fen, sale.sold.earned, len(sale.returns)) == (0, 0, number)
    assert sum(tender.amount_fen for fact in sale.returns for tender in fact.tenders) == sale.completed.total_fen
    assert all(part.lots_left == () and part.stored_left == StoredValue() for part in sale.sold.parts)


@given(st.integers(0, 12_000))
def test_an_exchange_leaves_the_same_to_who_folds_its_fact(new_fen: int) -> None:
    sale = sold_to(ZHANG)
    coming = counted(sale.sold, [Return(line=1, units=2), Return(line=2)])
    done = exchange(sale.sold, coming, new_fen, ZHANG, DESK).returned
    fact = told(head(kind=rev.ReturnKind.EXCHANGE), done, sale.sale, ZHANG)
    assert less_returned(sale.sold, fact) == done.sold


def test_a_void_leaves_nothing_and_names_the_rules() -> None:
    sale = sold_to(None)
    sale = replace(sale, sold=replace(sale.sold, rules=("HALF2",)))
    done = void(sale.sold, None, DESK, shift=None, approved=True)
    fact = told(head(kind=rev.ReturnKind.VOID), done, sale.sale, None)
    assert less_returned(sale.sold, fact) == done.sold
    assert (fact.rules, done.sold.voided, done.sold.left_fen) == (("HALF2",), True, 0)


@pytest.mark.parametrize("voids", [0, 1])
def test_what_came_back_twice_takes_no_more_than_there_is(voids: int) -> None:
    member = replace(ZHANG, points=PointsAccount(lots=(Lot(90),)))
    sale = sold_to(member)
    done = refund(sale.sold, [Return(line=1, units=2), Return(line=2)], member, DESK)
    back = told(head(1), done, sale.sale, member)
    void_of_it = told(
        head(kind=rev.ReturnKind.VOID), void(sale.sold, member, DESK, shift=None, approved=True), sale.sale, member
    )
    twice = (back, back, back) if not voids else (void_of_it, back, void_of_it)
    sold = reduce(less_returned, twice, sale.sold)
    assert [min(part.left_fen, part.points - part.points_returned) for part in sold.parts] == [0] * len(sold.parts)


def test_what_the_sale_does_not_have_is_passed_over() -> None:
    sold = sold_to(None).sold
    fact = replace(RETURNED, lines=(replace(RETURNED.lines[0], line=99),), taken=(rev.PartTaken(9, 5),))
    assert less_returned(sold, fact).parts == sold.parts


def test_the_person_is_not_in_the_fact_and_what_changed_is() -> None:
    sale = sold_to(ZHANG)
    done = refund(sale.sold, [Return(line=1, units=3)], ZHANG, DESK)
    fact = told(head(), done, sale.sale, ZHANG)
    assert fact.member == replace(ZHANG, name="", phone="", birthday=None)
    assert {entry.member for entry in fact.entries} == {ZHANG.id}
    assert fact.balance is not None
    assert done.member is not None
    assert fact.balance.stored == done.member.stored


def test_a_return_that_was_altered_has_another_digest() -> None:
    assert digest_of(RETURNED) == RETURNED.digest
    assert digest_of(replace(RETURNED, amount_fen=1)) != RETURNED.digest
    assert digest_of(ev.decode_fact(ev.encode_fact(RETURNED))) == RETURNED.digest  # type: ignore[arg-type]


def test_numbers_of_returns_are_of_their_own() -> None:
    assert return_number(Identity(store="S01", till="T03", epoch=2), 42) == "S01-T03-2-R00042"


def test_undamaged_goods_go_back_on_the_shelf() -> None:
    sale = sold_to(None)
    done = refund(sale.sold, [Return(line=1, units=2), Return(line=2), Return(line=3, damaged=True)], None, DESK)
    fact = told(head(), done, sale.sale, None)
    assert moved_by(fact, NOTHING, NOTHING) == {Sku("A1"): Level(on_hand=2), Sku("W2"): Level(on_hand=856)}


def test_a_done_sale_knows_its_rules_coupons_and_special_units() -> None:
    document = paid_document()
    shares = (Share(1, 9, 2), Share(7, 1, 1))
    fact = replace(
        completion(document, receipt_count=1, completed_ms=1),
        applied=(RuleUse(id=RuleId("CHEAP"), off_fen=10, shares=shares, limited=True),),
        coupons=(CouponUse(code=CouponCode("C1"), off_fen=5, shares=()),),
    )
    sold = found(document.sale, fact).sold
    assert (sold.rules, sold.coupons) == (("CHEAP",), ("C1",))
    assert sold.special_units == {("CHEAP", document.sale.lines[0].sku): 2}


def fold(*facts: ev.Fact, record: TillRecord = NOTHING) -> TillRecord:
    return reduce(apply, facts, record)


def test_the_last_return_stands_on_its_page_until_something_ends_it() -> None:
    refunded = head(7)
    record = fold(refunded)
    assert record.returned == DoneReturn(fact=refunded, on_screen=True)
    assert record.returns_done == 7
    assert decode_record(encode_record(record)) == record
    for fact in (rev.ReturnLeft(act=refunded.act), ev.StaffSignedOut(staff=WANG), *facts_of(paid_document())[:1]):
        after = fold(fact, record=record).returned
        assert after is not None
        assert not after.on_screen


def test_an_exchange_has_no_page_of_its_own() -> None:
    returned = fold(RETURNED).returned
    assert returned is not None
    assert not returned.on_screen


def test_a_return_takes_the_page_of_the_done_sale_away() -> None:
    record = fold(*facts_of(paid_document()), head())
    assert record.last is not None
    assert not record.last.on_screen


def test_paper_and_copies_of_a_return_are_known() -> None:
    one = head()
    copied = rev.ReturnReprinted(act=one.act, copy=1, staff=WANG)
    printed = dev.SlipActed(action=paper_action(one.act), result="printed")
    assert fold(one, printed).returned == DoneReturn(fact=one, printed="printed", on_screen=True)
    assert fold(one, printed, copied).returned == DoneReturn(fact=one, printed="printed", copies=1, on_screen=True)
    other = dev.SlipActed(action=paper_action(RETURNED.act), result="printed")
    assert fold(one, other).returned == DoneReturn(fact=one, on_screen=True)
    assert fold(copied, other).returned is None


def test_a_new_process_does_not_know_what_became_of_the_paper() -> None:
    returned = fold(head(), ev.TillStarted(version="1")).returned
    assert returned is not None
    assert returned.printed == UNKNOWN


def test_an_exchange_stands_beside_the_open_sale_until_that_ends() -> None:
    start, *lines, done = facts_of(paid_document())
    record = fold(start, BEGUN, *lines)
    assert record.exchange == BEGUN
    assert decode_record(encode_record(record)) == record
    assert fold(done, record=record).exchange is None
    assert isinstance(start, ev.SaleStarted)
    voided = ev.SaleVoided(sale_id=start.sale_id, staff=WANG, total_fen=1)
    assert fold(voided, record=record).exchange is None


@pytest.mark.parametrize("kind", GOLDEN)
def test_returns_as_they_were_first_written_are_understood_for_ever(kind: str) -> None:
    fact = ev.decode_fact(bytes.fromhex(GOLDEN[kind]["body"]))
    assert ev.kind_of(fact) == kind
    assert agrees(spelled_out(fact), GOLDEN[kind]["says"])
    if isinstance(fact, rev.SaleReturned):
        assert digest_of(fact) == fact.digest
