"""Returns at HQ: kept, counted, worked out again from their sale; what was altered, or came back twice, is told."""

from collections.abc import Callable
from contextlib import closing
from functools import reduce
from pathlib import Path

import pytest
from msgspec.structs import replace

from hq.cli import main
from hq.collector import Collector
from hq.commands.verify import check_chain
from hq.store.port import AlarmKind
from hq.store.sqlite import FILE_NAME, SqliteStore
from terminal.domain.after.exchange import exchange
from terminal.domain.after.refund import Return, counted
from terminal.domain.ids import SaleId, StaffNumber
from terminal.domain.members.entries import Account, Entry
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.shifts import Counted
from terminal.domain.vat import VatAmount
from terminal.wire import events as ev
from terminal.wire.documents import completion, document_of
from terminal.wire.envelope import pack_batch
from terminal.wire.record import TillRecord, apply
from terminal.wire.return_events import PartTaken, ReturnKind, SaleReturned
from terminal.wire.returning import sealed, told
from terminal.wire.rules.building import RulesContent
from terminal.wire.shift_events import ShiftClosed, ShiftOpened
from tests.integration.uplink.journals import TERMINAL, MemoryJournal, sale_facts
from tests.unit.hq.commands import run, run_json
from tests.unit.hq.returns.bench import (
    DESK,
    FIVE,
    OTHER,
    SELLER,
    TRADES,
    ZHANG,
    Hq,
    bought,
    found_in,
    of_member,
    one_refund,
    plain,
    taken_back,
)
from tests.unit.wire.returns import head


def test_a_refund_is_kept_judged_and_counted_in_its_day(hq: Hq) -> None:
    journal = MemoryJournal()
    journal.append(*sale_facts(1), one_refund())
    hq.take(journal, journal)
    (row,) = hq.store.returns.newest(terminal=TERMINAL, biz_date="2026-11-23")
    assert (row.kind, row.number, row.receipt_no) == (ReturnKind.REFUND, "S01-T03-1-R00001", "S01-T03-1-000001")
    assert (row.amount_fen, row.cash_fen, row.is_right) == (350, 350, True)
    (day,) = hq.store.sales.days(terminal=None)
    assert (day.sales, day.total_fen, day.returns, day.returned_fen) == (1, 1600, 1, 350)
    assert (day.cash_fen, day.net_fen, day.voids) == (1250, 1250, 0)
    assert (hq.alarms(), hq.faults()) == ([], [""])


def test_a_void_is_counted_apart(hq: Hq) -> None:
    journal = MemoryJournal()
    journal.append(*sale_facts(1), taken_back(plain(), kind=ReturnKind.VOID))
    hq.take(journal)
    (day,) = hq.store.sales.days(terminal=None)
    assert (day.returns, day.returned_fen, day.voids, day.voided_fen) == (0, 0, 1, 1600)
    assert (day.net_fen, day.cash_fen) == (0, 0)
    assert (hq.verdicts(), hq.alarms()) == ([True], [])


Change = Callable[[SaleReturned], SaleReturned]
ALTERED: dict[str, Change] = {
    "amount_fen differs": lambda one: replace(one, amount_fen=351),
    "tenders differs": lambda one: replace(one, tenders=(Tender(kind=TenderKind.CASH, amount_fen=9_900),)),
    "lines differs": lambda one: replace(one, lines=(replace(one.lines[0], amount_fen=1),)),
    "taken differs": lambda one: replace(one, taken=(PartTaken(0, 1),)),
    "vat differs": lambda one: replace(one, vat=(VatAmount(rate_bp=1300, gross_fen=1, tax_fen=0),)),
    "sold_on differs": lambda one: replace(one, sold_on="2026-11-01"),
    "commission differs": lambda one: replace(one, commission={SELLER: -1}),
    "rules differs": lambda one: replace(one, rules=("HALF",)),
    "coupons differs": lambda one: replace(one, coupons={FIVE.code: "issued"}),
    "entries differs": lambda one: replace(one, entries=(Entry(member=ZHANG.id, account=Account.PRINCIPAL, amount=1),)),
    "member differs": lambda one: replace(one, member=ZHANG),
    "it may not be: qty_exceeds_sold": lambda one: replace(one, lines=(replace(one.lines[0], units=2),)),
    "it may not be: unknown_line": lambda one: replace(one, lines=(replace(one.lines[0], line=9),)),
    "it may not be: bad_request": lambda one: replace(one, lines=()),
    "receipt_no differs": lambda one: replace(one, receipt_no="S01-T03-1-000002"),
    "terminal differs": lambda one: replace(one, terminal="S01-T09", epoch=1),
    "HQ has no rules 9 for it": lambda one: replace(one, rules_version=9),
}


@pytest.mark.parametrize("told_of", ALTERED)
def test_a_return_that_was_altered_is_found(hq: Hq, told_of: str) -> None:
    journal = MemoryJournal()
    journal.append(*sale_facts(1), sealed(ALTERED[told_of](one_refund())))
    hq.take(journal)
    assert hq.verdicts() == [False]
    assert f"return S01-T03-1-R00001: {told_of}" in hq.alarms(AlarmKind.TOTALS)
    assert check_chain(hq.store, hq.store.journals.chains()[0], hq.examiner).differing == 1


def test_a_return_that_was_altered_behind_its_digest_is_found(hq: Hq) -> None:
    journal = MemoryJournal()
    journal.append(*sale_facts(1), replace(one_refund(), staff=StaffNumber("9999")))
    hq.take(journal)
    assert hq.alarms(AlarmKind.TOTALS) == ["return S01-T03-1-R00001: the digest differs"]


def test_a_return_waits_for_its_sale(hq: Hq) -> None:
    sale, back = MemoryJournal(), MemoryJournal(terminal=OTHER, seed=1)
    sale.append(*sale_facts(1))
    back.append(sealed(replace(one_refund(), terminal=TERMINAL, epoch=1)))
    hq.take(back)
    assert (hq.verdicts(), hq.alarms()) == ([None], ["return S01-T03-1-R00001: HQ does not have its sale"])
    hq.take(sale)
    assert (hq.verdicts(), hq.alarms(AlarmKind.TOTALS)) == ([True], [])
    assert hq.faults() == ["", ""]


def test_the_same_goods_that_come_back_at_two_tills_are_told(hq: Hq) -> None:
    first, second = MemoryJournal(), MemoryJournal(terminal=OTHER, seed=1)
    first.append(*sale_facts(1), one_refund())
    second.append(sealed(replace(one_refund(2), terminal=TERMINAL, epoch=1)))
    hq.take(first, second)
    (alarm,) = hq.alarms(AlarmKind.RETURN)
    assert alarm == (
        "of receipt S01-T03-1-000001 more came back than was sold: S01-T03-1-R00002 over 350 fen"
        " (S01-T04 epoch 1 row 1), S01-T03-1-R00001 over 350 fen (S01-T03 epoch 1 row 5)"
    )
    assert [day.returned_fen for day in hq.store.sales.days(terminal=None)] == [350, 350]


def test_different_goods_of_one_receipt_may_come_back_at_two_tills(hq: Hq) -> None:
    first, second = MemoryJournal(), MemoryJournal(terminal=OTHER, seed=1)
    first.append(*sale_facts(1), one_refund())
    second.append(sealed(replace(taken_back(plain(), Return(line=2), number=2), terminal=TERMINAL, epoch=1)))
    hq.take(first, second)
    assert (hq.verdicts(), hq.alarms()) == ([True, True], [])


def test_what_a_till_knew_of_another_tills_return_is_right_too(hq: Hq) -> None:
    first, second = MemoryJournal(), MemoryJournal(terminal=OTHER, seed=1)
    back = one_refund()
    first.append(*sale_facts(1), back)
    sale = plain()
    known = replace(sale, sold=sale.sold.with_returned([(0, 1)], 350))
    second.append(ev.TillStarted(version="1"), *[ev.TillStarted(version="1")] * 9)
    left = replace(known, sold=replace(known.sold, parts=(replace(sale.sold.parts[0], left_fen=1250),)))
    second.append(sealed(replace(taken_back(left, Return(line=2), number=2), terminal=TERMINAL, epoch=1)))
    hq.take(first, second)
    assert (hq.verdicts(), hq.alarms()) == ([True, True], [])


def test_a_return_that_is_told_again_in_a_new_epoch_counts_once(hq: Hq) -> None:
    first, again = MemoryJournal(), MemoryJournal(epoch=2)
    first.append(*of_member())
    sale = found_in(of_member())
    back = taken_back(sale, Return(line=1, units=2), member=bought(sale))
    first.append(back)
    again.append(ev.EpochBegan(record=b""), back)
    hq.take(first, again)
    (day,) = hq.store.sales.days(terminal=None)
    assert (day.returns, hq.store.ledger.balance(ZHANG.id).spend) == (1, 0)
    assert hq.store.commissions.by_day()[0].fen == 0
    assert [fault for fault in hq.faults() if fault] == []


def test_all_that_a_sale_did_is_undone_for_member_coupon_salesperson_and_stock(hq: Hq) -> None:
    journal = MemoryJournal()
    journal.append(*of_member())
    hq.take(journal)
    assert hq.store.coupons.status(FIVE.code) == "used"
    assert hq.store.ledger.balance(ZHANG.id).points.balance("2026-11-24") > 0
    sale = found_in(of_member())
    journal.append(taken_back(sale, Return(line=1, units=2), member=bought(sale)))
    hq.take(journal)
    assert hq.store.coupons.status(FIVE.code) == "issued"
    left = hq.store.ledger.balance(ZHANG.id)
    assert (left.points.balance("2026-11-24"), left.spend) == (0, 0)
    assert [(row.staff, row.fen) for row in hq.store.commissions.by_day()] == [(SELLER, 0)]
    assert hq.store.rule_uses.of([ZHANG.id], day="2026-11-23").member_ever == {"HALF": 1}
    assert (hq.verdicts(), hq.alarms(AlarmKind.TOTALS), hq.faults()) == ([True], [], [""])


def test_a_coupon_is_good_as_long_as_it_was_when_it_was_used_whatever_later_rules_say(hq: Hq) -> None:
    shorter = replace(FIVE, valid_to="2026-11-23")
    hq.publisher.publish(RulesContent(label="", coupons=(shorter,), settings=TRADES), audience="all")
    sale, journal = found_in(of_member()), MemoryJournal()
    back = taken_back(sale, Return(line=1, units=2), member=bought(sale))
    journal.append(*of_member(), sealed(replace(back, rules_version=2)))
    hq.take(journal)
    assert (back.coupons, hq.verdicts()) == ({FIVE.code: "issued"}, [True])
    assert hq.alarms(AlarmKind.TOTALS, AlarmKind.COUPON) == []


@pytest.mark.parametrize("is_void_first", [True, False])
def test_a_void_gives_uses_of_rules_back_whatever_comes_first(hq: Hq, is_void_first: bool) -> None:
    sale = found_in(of_member())
    sold, voided = MemoryJournal(), MemoryJournal(terminal=OTHER, seed=1)
    sold.append(*of_member())
    voided.append(taken_back(sale, kind=ReturnKind.VOID, member=bought(sale)))
    hq.take(*((voided, sold) if is_void_first else (sold, voided)))
    uses = hq.store.rule_uses.of([ZHANG.id], day="2026-11-23")
    assert (uses.total, uses.member_ever) == ({}, {})
    assert hq.store.coupons.status(FIVE.code) == "issued"
    assert (hq.verdicts(), hq.alarms(AlarmKind.TOTALS, AlarmKind.COUPON)) == ([True], [])


def exchanged(
    credit_fen: int, *, claimed_fen: int | None = None, bought_by: int = 2, of: TenderKind = TenderKind.CASH
) -> list[ev.Fact]:
    """Return an exchange of the first line for another sale, which says that it has ``claimed_fen`` from it."""
    sale = plain()
    done = exchange(sale.sold, counted(sale.sold, [Return(line=2)]), credit_fen, None, DESK)
    begun = replace(head(1, ReturnKind.EXCHANGE), credit_fen=credit_fen, bought_by=SaleId(f"{bought_by:032x}"))
    begun = replace(begun, receipt_no=sale.completed.receipt_no)
    *rest, completed = sale_facts(2)
    assert isinstance(completed, ev.SaleCompleted)
    assert done.credit is not None
    credit = replace(done.credit, amount_fen=credit_fen if claimed_fen is None else claimed_fen)
    credit = replace(credit, origin=(replace(credit.origin[0], kind=of),))
    cash = Tender(kind=TenderKind.CASH, amount_fen=1600 - credit.amount_fen)
    document = replace(document_of(plain(2).sale, completed), tenders=(credit, cash))
    paid = completion(document, receipt_count=2, completed_ms=1)
    return [told(begun, done.returned, sale.sale, None), *rest, paid]


def test_an_exchange_is_right_when_its_sale_has_what_was_set_aside(hq: Hq) -> None:
    journal = MemoryJournal()
    journal.append(*sale_facts(1), *exchanged(1250))
    hq.take(journal)
    assert (hq.verdicts(), hq.alarms()) == ([True], [])
    (day,) = hq.store.sales.days(terminal=None)
    assert (day.total_fen, day.returned_fen, day.cash_fen) == (3200, 1250, 1600 + 350)


def test_credit_of_other_tenders_than_came_back_is_found(hq: Hq) -> None:
    journal = MemoryJournal()
    journal.append(*sale_facts(1), *exchanged(1250, of=TenderKind.CARD))
    hq.take(journal)
    told_of = f"sale {2:032x}: its credit is not from the tenders of what came back"
    assert (hq.verdicts(), hq.alarms()) == ([True], [told_of])
    assert check_chain(hq.store, hq.store.journals.chains()[0], hq.examiner).differing == 1


@pytest.mark.parametrize(
    ("facts", "told_of"),
    [
        (exchanged(1250, claimed_fen=1600), "credit 1600 instead of 1250 from its exchange"),
        (exchanged(1250, bought_by=3), "credit 1250 instead of 0 from its exchange"),
        (exchanged(1250)[1:], "credit 1250 instead of 0 from its exchange"),
    ],
)
def test_credit_that_no_exchange_set_aside_is_found(hq: Hq, facts: list[ev.Fact], told_of: str) -> None:
    journal = MemoryJournal()
    journal.append(*sale_facts(1), *facts)
    hq.take(journal)
    assert [alarm for alarm in hq.alarms(AlarmKind.TOTALS) if alarm.endswith(told_of)]


def test_a_z_report_with_refunds_and_voids_is_what_the_journal_says(hq: Hq) -> None:
    journal = MemoryJournal()
    opened = ShiftOpened(number=1, float_fen=50_000, day="2026-11-23", staff=StaffNumber("1001"), opened_ms=1)
    journal.append(opened, *sale_facts(1), *sale_facts(2), one_refund())
    journal.append(taken_back(plain(2), kind=ReturnKind.VOID, number=2))
    shift = reduce(apply, [ev.decode_fact(row.body) for row in journal.rows], TillRecord()).shift
    last = journal.head()
    assert shift is not None
    assert last is not None
    assert (shift.sums.refunds_fen, shift.sums.void_count, shift.sums.cash_expected_fen) == (350, 1, 51_250)
    journal.append(
        ShiftClosed(
            number=1,
            report=shift,
            counted=(Counted(50, 1025),),
            counted_fen=51_250,
            expected_fen=51_250,
            over_short_fen=0,
            head_epoch=1,
            head_seq=last.seq,
            head_hash=last.hash,
            staff=StaffNumber("1001"),
            closed_ms=1,
        )
    )
    hq.take(journal)
    assert [row.is_right for row in hq.store.shifts.newest()] == [True]
    assert hq.alarms(AlarmKind.SHIFT) == []


def test_without_a_bookcase_a_return_is_believed_as_far_as_its_digest_goes(tmp_path: Path) -> None:
    journal = MemoryJournal()
    journal.append(*sale_facts(1), sealed(replace(one_refund(), amount_fen=9)))
    with closing(SqliteStore(tmp_path / FILE_NAME)) as store:
        payload = pack_batch(journal.rows, terminal=TERMINAL, epoch=1, head=len(journal.rows), sent_ms=1)
        with store.transaction():
            Collector(store).batch(TERMINAL, payload, now_ms=1)
        assert [row.is_right for row in store.returns.newest()] == [True]


def test_returns_whose_sales_never_come_keep_no_other_waiting(hq: Hq) -> None:
    orphans, back, sale = (
        MemoryJournal(terminal=OTHER, seed=1),
        MemoryJournal(terminal="S01-T05", seed=2),
        MemoryJournal(),
    )
    orphans.append(*(taken_back(plain(100 + number), Return(line=1), number=number) for number in range(1, 121)))
    back.append(sealed(replace(one_refund(500), terminal=TERMINAL, epoch=1)))
    sale.append(*sale_facts(1))
    hq.take(orphans, back)
    hq.take(sale)
    (judged,) = hq.store.returns.of_sale(plain().sale.id)
    assert judged.row.is_right is True


def test_what_is_missing_of_kept_returns_is_a_fault(hq: Hq) -> None:
    journal = MemoryJournal()
    journal.append(*sale_facts(1), one_refund())
    hq.take(journal)
    hq.store._database.run("DELETE FROM returned")
    assert hq.faults() == ["S01-T03 epoch 1: the return of row 5 is not kept"]


def test_returns_are_shown_to_people_and_to_programs(
    hq: Hq, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = MemoryJournal()
    late = sealed(replace(taken_back(plain(2), Return(line=2), number=3), amount_fen=1))
    journal.append(*sale_facts(1), one_refund(), taken_back(plain(9), Return(line=1), number=2), *sale_facts(2), late)
    hq.take(journal)
    (tmp_path / "hq.toml").write_text("")
    assert run(tmp_path, "returns", "--till", TERMINAL, "--date", "2026-11-23") == 0
    shown = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in shown] == ["return", *(f"S01-T03-1-R0000{number}" for number in (3, 2, 1))]
    assert shown[1].endswith("DIFFERS")
    assert shown[2].endswith("its sale has not come")
    assert run(tmp_path, "sales") == 0
    assert capsys.readouterr().out.splitlines()[-1].split()[-5:] == ["32.00", "7.01", "0.00", "24.99", "12.50"]
    returns = run_json(tmp_path, capsys, "returns", "--limit", "1")["returns"]
    assert isinstance(returns, list)
    assert [one["number"] for one in returns] == ["S01-T03-1-R00003"]
    assert main(["--state", str(tmp_path), "returns", "--till", "S09-T09"]) == 2
