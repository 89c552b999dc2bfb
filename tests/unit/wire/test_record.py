from collections.abc import Iterable
from functools import reduce

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from terminal.domain.errors import RuleError
from terminal.domain.ids import ActionId, SaleId
from terminal.domain.members.member import CountCardId
from terminal.domain.promotions.conditions import Uses
from terminal.domain.promotions.coupons import CashCoupon, CouponCode
from terminal.domain.promotions.store_values import StoreValue
from terminal.domain.sale import Sale
from terminal.domain.staff import Role
from terminal.domain.text import clean
from terminal.wire import clock_events as cev
from terminal.wire import device_events as dev
from terminal.wire import events as ev
from terminal.wire import member_events as mev
from terminal.wire import promotion_events as pev
from terminal.wire import shift_events as she
from terminal.wire import store_events as sev
from terminal.wire.held_sale import HeldSale
from terminal.wire.lockouts import Lockout
from terminal.wire.record import DoneSale, SignedIn, TillRecord, apply, decode_record, encode_record
from terminal.wire.store import KEPT, Inspected, StoreRecord
from terminal.wire.store_events import LinePriceChanged
from tests.unit.domain.baskets import make_line, make_sale
from tests.unit.wire.examples import (
    DOCUMENT,
    HOLD,
    REDUCTION,
    SALE,
    VOUCHER,
    WANG,
    ZHANG,
    ZHAO,
    facts_of,
    paid_document,
    started,
)
from tests.unit.wire.facts import (
    FACTS,
)

EMPTY = TillRecord()


def fold(facts: Iterable[ev.Fact], record: TillRecord = EMPTY) -> TillRecord:
    return reduce(apply, facts, record)


def selling(*more: ev.Fact) -> Sale:
    """Return the sale that stands open after a first line and some facts."""
    sale = fold((started(make_sale()), ev.LineAdded(line=make_line(1)), *more)).sale
    assert sale is not None
    return sale


def done() -> TillRecord:
    return fold(facts_of(paid_document()))


def test_a_sale_begins_and_grows_line_by_line() -> None:
    assert selling(ev.LineAdded(line=make_line(2))) == make_sale(make_line(1), make_line(2))


def test_a_voided_line_keeps_its_place() -> None:
    assert selling(ev.LineVoided(number=1)) == make_sale(replace(make_line(1), voided=True))


def test_a_quantity_is_changed() -> None:
    assert selling(ev.QuantityChanged(number=1, quantity=7)) == make_sale(make_line(1, quantity=7))


def test_reductions_of_a_line_add_up() -> None:
    fact = ev.LineReduced(number=1, reduction=REDUCTION, approved_by=WANG)
    assert selling(fact, fact) == make_sale(replace(make_line(1), reductions=(REDUCTION, REDUCTION)))


def test_another_price_of_a_line_holds_until_its_own_does_again() -> None:
    fact = LinePriceChanged(number=1, price_fen=310, reason=clean("价签不符"), approved_by=WANG)
    changed = replace(make_line(1), override_fen=310, override_reason=clean("价签不符"))
    assert selling(fact) == make_sale(changed)
    assert selling(fact, replace(fact, price_fen=None, reason=clean(""))) == make_sale(make_line(1))


def test_a_members_card_is_bound_to_the_sale() -> None:
    assert selling(ev.MemberBound(card=clean("8800001"))) == make_sale(make_line(1), card="8800001")


def test_what_is_known_of_a_member_is_bound_with_the_card_and_taken_off_again() -> None:
    uses = Uses(member_ever={"SODA": 2})
    coupon = CashCoupon(code=CouponCode("C1"), off=500)
    bound = ev.MemberBound(card=clean("8800001"), member=ZHANG, uses=uses, coupons=(coupon,))
    member = make_sale(make_line(1), card="8800001")
    assert selling(bound) == replace(member, member=ZHANG, uses=uses, member_coupons=(coupon,))
    assert selling(bound, ev.MemberUnbound(staff=WANG)) == make_sale(make_line(1))


def test_another_card_leaves_nothing_of_the_member_before() -> None:
    other = ev.MemberBound(card=clean("8800002"))
    before = ev.MemberBound(card=clean("8800001"), member=ZHANG, uses=Uses(total={"SODA": 2}))
    assert selling(before, other) == make_sale(make_line(1), card="8800002")


def test_a_count_card_pays_for_a_line_until_money_does_again() -> None:
    chosen = mev.CountCardChosen(number=1, card=CountCardId("WASH"))
    assert selling(chosen) == make_sale(replace(make_line(1), count_card=clean("WASH")))
    assert selling(chosen, mev.CountCardChosen(number=1)) == make_sale(make_line(1))


def test_a_line_is_sold_by_somebody_until_it_is_nobodys_again() -> None:
    named = sev.SalespersonSet(number=1, salesperson=ZHAO)
    assert selling(named) == make_sale(replace(make_line(1), salesperson=ZHAO))
    assert selling(named, sev.SalespersonSet(number=1)) == make_sale(make_line(1))


def test_tenders_are_taken_and_the_last_is_given_back() -> None:
    added = ev.TenderAdded(sale_id=SALE, tender=VOUCHER)
    assert selling(added, added, ev.TenderRemoved(sale_id=SALE)) == make_sale(make_line(1), vouchers_fen=(200,))


def test_a_fact_about_a_line_that_is_not_there_is_refused() -> None:
    with pytest.raises(RuleError):
        selling(ev.LineVoided(number=2))


def test_a_done_sale_is_the_last_and_no_sale_is_open() -> None:
    record, document = done(), paid_document()
    assert record.sale is None
    assert record.receipts_done == 1
    assert record.last is not None
    assert record.last.sale == document.sale
    assert record.last.completed.total_fen == document.total_fen


def test_a_voided_sale_is_gone() -> None:
    voided = ev.SaleVoided(sale_id=SALE, staff=WANG, total_fen=199)
    assert fold((started(make_sale()), ev.LineAdded(line=make_line(1)), voided)) == EMPTY


HELD = ev.SaleHeld(hold_id=HOLD, sale_id=SALE, label="G01", owner=WANG, held_ms=1_795_000_100_000)


def held_record() -> TillRecord:
    return fold((started(make_sale()), ev.LineAdded(line=make_line(1)), HELD))


def test_a_held_sale_waits_with_its_owner() -> None:
    waiting = HeldSale(hold_id=HOLD, label="G01", owner=WANG, held_ms=1_795_000_100_000, sale=make_sale(make_line(1)))
    assert held_record() == TillRecord(held=(waiting,), holds_made=1)


def test_a_held_sale_is_called_by_number_and_name_of_who_was_signed_in() -> None:
    signed_in = ev.StaffSignedIn(staff=WANG, name=clean("王芳"), role=Role.CASHIER)
    facts = (signed_in, started(make_sale()), ev.LineAdded(line=make_line(1)))
    assert [held.owned_by for held in fold((*facts, HELD)).held] == [f"{WANG} 王芳"]
    other = replace(HELD, owner=ZHAO)
    assert [held.owned_by for held in fold((*facts, other)).held] == [ZHAO]
    assert [held.owned_by for held in held_record().held] == [WANG]


def test_record_that_an_older_till_saved_has_no_names_of_owners() -> None:
    old = encode_record(held_record()).replace(
        msgspec.msgpack.encode("owner_name"), msgspec.msgpack.encode("other_name")
    )
    assert decode_record(old) == held_record()


def test_a_recalled_sale_is_open_with_the_prices_of_now() -> None:
    dearer = make_line(1, price_fen=299)
    recalled = ev.SaleRecalled(
        hold_id=HOLD, sale_id=SALE, staff=ZHAO, book_version=13, local_time="2026-11-23T20:00:00", lines=(dearer,)
    )
    record = apply(held_record(), recalled)
    assert record.held == ()
    assert record.holds_made == 1
    assert record.sale == replace(make_sale(dearer), staff=ZHAO, book_version=13, local_time="2026-11-23T20:00:00")
    assert apply(record, recalled) == record


def test_a_held_sale_may_be_dropped() -> None:
    assert apply(held_record(), ev.HeldVoided(hold_id=HOLD, sale_id=SALE, staff=WANG)) == TillRecord(holds_made=1)


def test_failed_sign_ins_are_counted_by_number_until_one_succeeds() -> None:
    refused = ev.SignInRefused(staff=clean("1024"), reason="wrong_pin", failures=5, until_ms=99)
    other = ev.SignInRefused(staff=clean("1031"), reason="wrong_pin", failures=1)
    record = fold((refused, other))
    assert record.lockouts == {"1024": Lockout(failures=5, until_ms=99), "1031": Lockout(failures=1)}
    record = apply(record, ev.StaffSignedIn(staff=WANG, name=clean("王芳"), role=Role.CASHIER))
    assert record.lockouts == {"1031": Lockout(failures=1)}
    assert record.staff == SignedIn(number=WANG, name=clean("王芳"), role=Role.CASHIER)
    assert apply(record, ev.StaffSignedOut(staff=WANG)).staff is None


def test_the_book_that_decides_is_remembered() -> None:
    record = apply(EMPTY, ev.BookActivated(version=12, sha256="ab", label="20261123.2"))
    assert (record.book_version, record.book_label) == (12, "20261123.2")


def test_what_is_set_of_rules_holds_from_the_next_sale_on_until_rules_ignore_it() -> None:
    facts = {type(fact): fact for fact in FACTS}
    value = facts[pev.RuleValueSet]
    assert isinstance(value, pev.RuleValueSet)
    before = fold([facts[ev.SaleStarted], value])
    assert before.sale is not None
    assert before.sale.store_values == {}
    after = fold([ev.SaleVoided(sale_id=before.sale.id, staff=WANG, total_fen=0), facts[ev.SaleStarted]], before)
    assert after.sale is not None
    assert after.sale.store_values == {"M20": {"off": StoreValue(value=2_500, set_ms=1_795_000_000_000)}}
    kept_on = apply(after, pev.RulesActivated(version=6))
    assert (kept_on.store_values, kept_on.sale) == (after.store_values, replace(after.sale, rules_version=6))
    assert apply(after, pev.RulesActivated(version=6, ignored=("M20.off",))).store_values == {}


def test_an_epoch_that_a_recovery_began_goes_on_with_what_the_till_knew() -> None:
    known = held_record()
    assert apply(done(), ev.EpochBegan(record=encode_record(known))) == known


def test_a_record_of_another_shape_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        apply(EMPTY, ev.EpochBegan(record=msgspec.msgpack.encode({"held": 1})))


def last_of(record: TillRecord) -> DoneSale:
    assert record.last is not None
    return record.last


def test_the_paper_of_the_last_sale_is_known() -> None:
    action = ActionId("print:1")
    printed = dev.ReceiptActed(action=action, sale_id=SALE, copy=0, result="printed")
    assert last_of(apply(done(), printed)).printed == "printed"
    copied = apply(done(), ev.ReprintRequested(action=action, sale_id=SALE, copy=2, staff=WANG))
    assert last_of(copied).copies == 2
    unknown = apply(done(), replace(printed, result="unknown"))
    assert last_of(apply(unknown, replace(printed, copy=1))).printed == "printed"


def test_the_drawer_of_the_last_sale_is_known_and_a_later_pulse_tells_more() -> None:
    failed = apply(done(), dev.DrawerActed(action=ActionId("drawer:1"), result="failed", sale_id=SALE))
    assert (last_of(failed).drawer, last_of(failed).has_cash) == ("failed", True)
    assert last_of(apply(failed, dev.DrawerActed(action=ActionId("drawer:none:2"), result="opened"))).drawer == "opened"


NEWS_OF_NOTHING: tuple[ev.Fact, ...] = (
    *(fact for fact in FACTS if isinstance(fact, ev.LineAdded | ev.LineVoided | ev.QuantityChanged | ev.LineReduced)),
    *(fact for fact in FACTS if isinstance(fact, ev.MemberBound | ev.MemberUnbound | LinePriceChanged)),
    *(fact for fact in FACTS if isinstance(fact, ev.TenderAdded | ev.TenderRemoved)),
    *(
        fact
        for fact in FACTS
        if isinstance(fact, mev.OfMembers) and not isinstance(fact, mev.GiftGiven | mev.CouponIssued)
    ),
    *(fact for fact in FACTS if isinstance(fact, ev.SaleHeld | ev.SaleRecalled | ev.HeldVoided | ev.SaleVoided)),
    *(fact for fact in FACTS if isinstance(fact, ev.SaleCompleted | dev.ReceiptActed | ev.ReprintRequested)),
    *(fact for fact in FACTS if isinstance(fact, ev.TillStarted | ev.BookRefused | ev.ScanHandled)),
    *(fact for fact in FACTS if isinstance(fact, she.CashMoved | she.ShiftHandedOver | she.ShiftReported)),
    *(fact for fact in FACTS if isinstance(fact, dev.DrawerActed | ev.NoSaleOpened | dev.DeviceChanged)),
)


@pytest.mark.parametrize("fact", NEWS_OF_NOTHING, ids=ev.kind_of)
def test_a_fact_about_what_is_not_there_changes_nothing(fact: ev.Fact) -> None:
    assert apply(EMPTY, fact) == EMPTY


def test_the_paper_of_an_older_sale_changes_nothing() -> None:
    record = done()
    older = SaleId("01931f0e7a5b7c3d8e4f000000000000")
    fact = dev.ReceiptActed(action=ActionId("print:0"), sale_id=older, copy=0, result="printed")
    assert apply(record, fact) is record
    assert apply(record, dev.DrawerActed(action=ActionId("drawer:0"), result="opened", sale_id=older)) is record


days = st.lists(st.sampled_from((*FACTS, *facts_of(paid_document()))), max_size=25)


def apply_as_far_as_it_goes(record: TillRecord, fact: ev.Fact) -> TillRecord:
    try:
        return apply(record, fact)
    except RuleError as error:
        if error.code != "unknown_line":
            raise
        return record


@given(days, st.integers(0, 25))
def test_a_stored_record_goes_on_like_the_journal_from_its_start(facts: list[ev.Fact], at: int) -> None:
    whole = reduce(apply_as_far_as_it_goes, facts, EMPTY)
    stored = decode_record(encode_record(reduce(apply_as_far_as_it_goes, facts[:at], EMPTY)))
    assert reduce(apply_as_far_as_it_goes, facts[at:], stored) == whole
    assert decode_record(encode_record(whole)) == whole


@given(st.binary(max_size=60))
def test_a_damaged_record_is_refused(body: bytes) -> None:
    try:
        record = decode_record(body)
    except msgspec.DecodeError:
        return
    assert decode_record(encode_record(record)) == record


def test_a_doubt_of_the_clock_stands_until_it_is_mended_and_lock_outs_keep_their_length() -> None:
    locked = {"1024": Lockout(failures=5, until_ms=2300), "1031": Lockout(failures=1)}
    doubted = cev.ClockDoubted(machine_ms=9_000_000, last_ms=1000)
    record = apply(TillRecord(lockouts=locked), doubted)
    assert record == TillRecord(lockouts=locked, clock_doubted=doubted)
    mended = apply(record, cev.ClockMended(machine_ms=700, was_ms=2000, now_ms=700))
    assert mended == TillRecord(lockouts={"1024": Lockout(failures=5, until_ms=1000), "1031": Lockout(failures=1)})


def test_a_record_of_an_older_till_has_its_tenders_under_the_name_of_vouchers() -> None:
    record = TillRecord(sale=make_sale(make_line(1), vouchers_fen=(200,)))
    raw = msgspec.msgpack.decode(encode_record(record))
    assert raw["sale"]["vouchers"] == [{"kind": "voucher", "amount_fen": 200}]
    assert decode_record(encode_record(record)) == record


LINE = DOCUMENT.lines[0]
BEGUN = sev.StockBegun(document=replace(DOCUMENT, lines=()))
BOOKED = next(fact for fact in FACTS if isinstance(fact, sev.StockBooked))


def kept(*facts: ev.Fact) -> StoreRecord:
    return reduce(apply, facts, EMPTY).store


def test_a_document_is_filled_line_by_line_and_booked() -> None:
    filled = kept(BEGUN, sev.StockLineSet(line=LINE))
    assert filled.document == replace(DOCUMENT, lines=(LINE,))
    assert kept(BEGUN, sev.StockLineSet(line=LINE), sev.StockLineRemoved(sku=LINE.sku)).document == BEGUN.document
    assert kept(BEGUN, BOOKED) == StoreRecord(booked=BOOKED, documents=1)


def test_a_document_that_is_dropped_is_gone() -> None:
    assert kept(BEGUN, sev.StockDropped(document=DOCUMENT.id, staff=WANG)) == StoreRecord()


def test_a_document_is_booked_once() -> None:
    assert kept(BEGUN, BOOKED, BOOKED) == kept(BEGUN, BOOKED)
    assert kept(BOOKED) == StoreRecord()


def test_copies_of_the_last_document_are_counted() -> None:
    copy = sev.SlipRequested(document=DOCUMENT.id, copy=1, staff=WANG)
    assert kept(BEGUN, BOOKED, copy).copies == 1
    assert kept(copy) == StoreRecord()


def test_comings_and_leavings_of_one_day_are_kept() -> None:
    came = sev.Clocked(staff=WANG, name=clean("王芳"), coming=True, local_time="2026-11-23T08:00:00")
    went = replace(came, coming=False, local_time="2026-11-23T17:00:00")
    next_day = replace(came, local_time="2026-11-24T08:00:00")
    assert kept(came, went).clockings == (came, went)
    assert kept(came, went, next_day).clockings == (next_day,)


def test_tasks_that_were_done_are_kept_with_their_points() -> None:
    done = next(fact for fact in FACTS if isinstance(fact, sev.InspectionDone))
    known = kept(done)
    assert known.of_task(done.task) == Inspected(task=done.task, points=8, most=10)
    assert known.of_task("other") is None
    assert kept(done, done) == known
    many = kept(*(replace(done, task=f"t{number}") for number in range(KEPT + 5)))
    assert (len(many.inspected), many.inspected[0].task) == (KEPT, "t5")
