"""Returns at HQ: kept, counted, worked out again from their sale; what was altered, or came back twice, is told."""

import base64
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import reduce
from pathlib import Path

import pytest
from msgspec.structs import replace

from hq.bookcase import Bookcase
from hq.cli import main
from hq.collector import Collector
from hq.commands.verify import check_chain
from hq.examiner import Examiner
from hq.keys import make_key
from hq.publisher import Publisher
from hq.returns import ReturnExaminer
from hq.store.port import AlarmKind
from hq.store.sqlite import FILE_NAME, SqliteStore
from hq.till_keys import FILE_NAME as KEYS_FILE
from hq.till_keys import TillKeys
from terminal.domain.after.exchange import exchange
from terminal.domain.after.refund import Desk, Return, counted, refund
from terminal.domain.after.void import void
from terminal.domain.commission import CommissionRates
from terminal.domain.document import Under, finish
from terminal.domain.ids import ActionId, SaleId, Sku, StaffNumber
from terminal.domain.members.entries import Account, Entry, with_entries
from terminal.domain.members.member import Member
from terminal.domain.members.points import PointsProgram
from terminal.domain.paying import Taking, Wallet
from terminal.domain.pricing.engine import Pricer
from terminal.domain.pricing.sums import price_sale
from terminal.domain.promotions.coupons import CashCoupon, CouponCode, MemberId
from terminal.domain.promotions.kinds import NthOff, RuleId
from terminal.domain.promotions.rule_set import RuleSet
from terminal.domain.sale import Sale, Tender, TenderKind
from terminal.domain.settings import Settings
from terminal.domain.shifts import Counted
from terminal.domain.text import clean
from terminal.domain.trade import TradeSettings
from terminal.domain.vat import VatAmount
from terminal.wire import events as ev
from terminal.wire.book.building import BookContent
from terminal.wire.documents import completion, document_of
from terminal.wire.envelope import pack_batch
from terminal.wire.found import FoundSale, found
from terminal.wire.promotion_events import CouponPresented
from terminal.wire.record import TillRecord, apply
from terminal.wire.return_events import GoodsBack, PartTaken, ReturnKind, SaleReturned
from terminal.wire.returning import sealed, told
from terminal.wire.rules.building import RulesContent
from terminal.wire.seal import Purpose, signature_of
from terminal.wire.shift_events import ShiftClosed, ShiftOpened
from tests.integration.uplink.journals import TERMINAL, MemoryJournal, sale_facts, sold_goods
from tests.unit.hq.commands import run, run_json
from tests.unit.wire.returns import head
from tests.unit.wire_mqtt.signers import SeedSigner

OTHER = "S01-T04"
SIGNER = SeedSigner()
SELLER = StaffNumber("3001")
HALF = NthOff(id=RuleId("HALF"), name=clean("第二件半价"), n=2, pay_bp=5000)
FIVE = CashCoupon(code=CouponCode("C1"), name=clean("迎新"), off=30)
TRADE = TradeSettings(points=PointsProgram(), commission=CommissionRates(default_bp=500))
RULES = RuleSet((HALF,))
ZHANG = Member(id=MemberId("M1"))
DESK = Desk(today="2026-11-24", settings=TRADE, coupons={FIVE.code: FIVE})


class Hq:
    """A store with a book and rules, and who takes the journals of tills."""

    def __init__(self, folder: Path) -> None:
        self.store = SqliteStore(folder / FILE_NAME)
        self.books = folder / "books"
        publisher = self.publisher = Publisher(self.store, make_key(folder / "key.pem"), self.books, now_ms=lambda: 1)
        publisher.publish(BookContent(label="", articles=sold_goods(), settings=Settings()), audience="all")
        trade = {"points": TRADE.points, "commission": TRADE.commission, "no_receipt_max": 1000, "other_till_max": 1000}
        publisher.publish(RulesContent(label="", rules=(HALF,), coupons=(FIVE,), settings=trade), audience="all")
        self.bookcase = Bookcase(self.store, self.books)
        self.keys = TillKeys(folder)
        self.keys.add(TERMINAL, SIGNER.public_key.hex())
        self.examiner = Examiner(bookcase=self.bookcase, keys=self.keys)
        self.collector = Collector(self.store, self.examiner)

    def take(self, *journals: MemoryJournal) -> None:
        for journal in journals:
            head_seq = len(journal.rows)
            payload = pack_batch(journal.rows, terminal=journal.terminal, epoch=journal.epoch, head=head_seq, sent_ms=1)
            with self.store.transaction():
                self.collector.batch(journal.terminal, payload, now_ms=1)

    def alarms(self, *kinds: AlarmKind) -> list[str]:
        return [alarm.detail for alarm in self.store.tills.alarms() if not kinds or alarm.kind in kinds]

    def verdicts(self) -> list[bool | None]:
        return [row.is_right for row in self.store.returns.newest()]

    def faults(self) -> list[str]:
        return [check_chain(self.store, chain, self.examiner).fault for chain in self.store.journals.chains()]

    def close(self) -> None:
        self.bookcase.close()
        self.store.close()


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Hq]:
    with closing(Hq(tmp_path)) as made:
        yield made


def plain(number: int = 1) -> FoundSale:
    """Return a sale of two articles for cash, over 3.50 and 12.50."""
    return found_in(sale_facts(number))


def found_in(facts: Sequence[ev.Fact]) -> FoundSale:
    last = reduce(apply, facts, TillRecord()).last
    assert last is not None
    return found(last.sale, last.completed)


def of_member(number: int = 7) -> list[ev.Fact]:
    """Return the facts of a sale of two colas to a member, by a salesperson, under a rule and with a coupon."""
    line = next(fact.line for fact in sale_facts(1) if isinstance(fact, ev.LineAdded))
    sale = Sale(
        id=SaleId(f"{number:032x}"),
        staff=StaffNumber("1001"),
        book_version=1,
        rules_version=1,
        local_time="2026-11-23T10:00:00",
        started_ms=0,
        lines=(replace(line, quantity=2, salesperson=SELLER),),
        member=ZHANG,
        member_card=clean("88880001"),
        coupons=(FIVE,),
    )
    priced = price_sale(sale, pricer=Pricer(RULES))
    wallet = Wallet(today="2026-11-23", member=ZHANG, program=TRADE.points)
    paid = Taking.begin(priced.due_fen, wallet).finish(1000)
    under = Under(rules=RULES, trade=TRADE)
    document = finish(sale, priced, paid, receipt_no=f"{TERMINAL}-1-{number:06d}", under=under)
    return [
        ev.SaleStarted(
            sale_id=sale.id,
            staff=sale.staff,
            book_version=1,
            rules_version=1,
            local_time=sale.local_time,
            started_ms=0,
        ),
        ev.MemberBound(card=clean("88880001"), member=ZHANG),
        CouponPresented(coupon=FIVE),
        *(ev.LineAdded(line=line) for line in sale.lines),
        completion(document, receipt_count=number, completed_ms=1),
    ]


def taken_back(
    sale: FoundSale,
    *returns: Return,
    number: int = 1,
    kind: ReturnKind = ReturnKind.REFUND,
    member: Member | None = None,
) -> SaleReturned:
    """Return what a till tells of goods that come back."""
    begun = replace(head(number, kind), receipt_no=sale.completed.receipt_no, rules_version=sale.sale.rules_version)
    if kind is ReturnKind.VOID:
        done = void(sale.sold, member, DESK, shift=sale.sold.shift, approved=True)
    else:
        done = refund(sale.sold, returns, member, DESK)
    return told(begun, done, sale.sale, member)


def one_refund(number: int = 1) -> SaleReturned:
    return taken_back(plain(), Return(line=1), number=number)


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
    assert (hq.verdicts(), hq.alarms(AlarmKind.TOTALS)) == ([None], [])
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


def bought(sale: FoundSale) -> Member:
    """Return the member as the sale left them."""
    return with_entries(ZHANG, sale.completed.entries)


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


def exchanged(credit_fen: int, *, claimed_fen: int | None = None, bought_by: int = 2) -> list[ev.Fact]:
    """Return an exchange of the first line for another sale, which says that it has ``claimed_fen`` from it."""
    sale = plain()
    done = exchange(sale.sold, counted(sale.sold, [Return(line=2)]), credit_fen, None, DESK)
    begun = replace(head(1, ReturnKind.EXCHANGE), credit_fen=credit_fen, bought_by=SaleId(f"{bought_by:032x}"))
    *rest, completed = sale_facts(2)
    assert isinstance(completed, ev.SaleCompleted)
    assert done.credit is not None
    credit = replace(done.credit, amount_fen=credit_fen if claimed_fen is None else claimed_fen)
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


def without_receipt(
    *, units: int = 2, amount_fen: int = 700, cash_fen: int | None = None, sku: str = ""
) -> SaleReturned:
    """Return what a till tells of colas that nobody can show a receipt of."""
    cola = sold_goods()[0]
    line = GoodsBack(line=0, sku=Sku(sku) if sku else cola.sku, name=cola.name, units=units, amount_fen=amount_fen)
    cash = Tender(kind=TenderKind.CASH, amount_fen=amount_fen if cash_fen is None else cash_fen)
    begun = replace(head(kind=ReturnKind.NO_RECEIPT), rules_version=1, lines=(line,), tenders=(cash,))
    return sealed(replace(begun, amount_fen=amount_fen))


BOOK = ev.BookActivated(version=1, sha256="")


def test_goods_without_a_receipt_are_kept_and_worth_what_the_book_says(hq: Hq) -> None:
    journal = MemoryJournal()
    journal.append(BOOK, without_receipt())
    hq.take(journal)
    (row,) = hq.store.returns.newest()
    assert (row.sale_id, row.receipt_no, row.cash_fen, row.is_right) == ("", "", 700, True)
    assert hq.store.sales.days(terminal=None)[0].cash_fen == -700
    assert (hq.alarms(), hq.faults()) == ([], [""])


@pytest.mark.parametrize(
    ("fact", "told_of"),
    [
        (without_receipt(amount_fen=800), "100001: 800 instead of 700"),
        (without_receipt(units=3, amount_fen=1050), "1050 is beyond 1000"),
        (without_receipt(cash_fen=701), "cash come to 701"),
        (without_receipt(units=0, amount_fen=0), "100001: it may not be: bad_request"),
        (without_receipt(sku="nothing"), "nothing: 700 instead of None"),
        (sealed(replace(without_receipt(), commission={SELLER: -1})), "it is not of any sale"),
    ],
)
def test_goods_without_a_receipt_that_are_not_worth_that_are_found(hq: Hq, fact: SaleReturned, told_of: str) -> None:
    journal = MemoryJournal()
    journal.append(BOOK, fact)
    hq.take(journal)
    assert hq.verdicts() == [False]
    assert f"return {fact.number}: {told_of}" in hq.alarms(AlarmKind.TOTALS)


def test_a_membership_does_not_come_back_without_its_sale(hq: Hq) -> None:
    trade = {"no_receipt_max": 1000, "memberships": [{"sku": sold_goods()[0].sku, "tier": "gold", "days": 365}]}
    hq.publisher.publish(RulesContent(label="", settings=trade), audience="all")
    journal = MemoryJournal()
    journal.append(BOOK, sealed(replace(without_receipt(), rules_version=2)))
    hq.take(journal)
    assert hq.alarms() == ["return S01-T03-1-R00001: 100001: it may not be: not_returnable"]


def by_code(
    *, total_fen: int = 1600, cash_fen: int = 1600, amount_fen: int = 700, receipt_no: str = "S01-T03-1-000001"
) -> SaleReturned:
    """Return what a till tells of colas that came back by the code of a receipt alone."""
    body = f"GT2|{TERMINAL}|S01-T03-1-000001|{total_fen}|0123456789abcdef|2026-11-23|{cash_fen}"
    signature = base64.b32encode(signature_of(body.encode(), purpose=Purpose.SALE, signer=SIGNER)).decode()
    bare = without_receipt(units=amount_fen // 350, amount_fen=amount_fen)
    code = f"{body}|{signature.rstrip('=')}"
    return sealed(replace(bare, kind=ReturnKind.BY_CODE, receipt_no=receipt_no, terminal=TERMINAL, code=code))


def test_goods_that_came_back_by_a_code_alone_are_right_within_the_cap(hq: Hq) -> None:
    journal = MemoryJournal(terminal=OTHER)
    journal.append(BOOK, by_code())
    hq.take(journal)
    assert (hq.verdicts(), hq.alarms(), hq.faults()) == ([True], [], [""])


def test_a_code_of_a_till_for_which_nobody_vouches_is_told(hq: Hq) -> None:
    hq.keys.remove(TERMINAL, SIGNER.public_key.hex())
    journal = MemoryJournal(terminal=OTHER)
    journal.append(BOOK, by_code())
    hq.take(journal)
    assert hq.verdicts() == [False]
    assert hq.alarms() == ["return S01-T03-1-R00001: the code is of S01-T03, for which nobody vouches"]


def test_a_code_is_told_when_the_keys_of_hq_cannot_be_read(hq: Hq, tmp_path: Path) -> None:
    (tmp_path / KEYS_FILE).write_text("what\n")
    journal = MemoryJournal(terminal=OTHER)
    journal.append(BOOK, by_code())
    hq.take(journal)
    (alarm,) = hq.alarms()
    assert "line 1 is no terminal with a key" in alarm


@pytest.mark.parametrize(
    ("fact", "told_of"),
    [
        (by_code(amount_fen=1050), "1050 is beyond what the code is good for"),
        (by_code(total_fen=699), "700 is beyond what the code is good for"),
        (by_code(cash_fen=699), "700 is beyond what the code is good for"),
        (
            sealed(replace(by_code(), local_time="2026-12-28T00:00:00")),
            "the code is of 2026-11-23, and not good any more",
        ),
        (by_code(receipt_no="S01-T03-1-000002"), "the code is of another receipt"),
        (sealed(replace(by_code(), code="GT1|what")), "the code is of another receipt"),
        (sealed(replace(by_code(), code=by_code().code.replace("|1600|", "|1601|"))), "the code is forged"),
    ],
)
def test_a_code_that_is_not_good_for_it_is_found(hq: Hq, fact: SaleReturned, told_of: str) -> None:
    journal = MemoryJournal(terminal=OTHER)
    journal.append(BOOK, fact)
    hq.take(journal)
    assert hq.verdicts() == [False]
    assert f"return {fact.number}: {told_of}" in hq.alarms(AlarmKind.TOTALS)


def test_what_came_back_by_code_and_what_came_back_elsewhere_may_be_all_of_a_sale(hq: Hq) -> None:
    own, other = MemoryJournal(), MemoryJournal(terminal=OTHER, seed=1)
    own.append(*sale_facts(1), one_refund())
    other.append(BOOK, sealed(replace(by_code(), act=ActionId("other"))))
    hq.take(own, other)
    assert hq.alarms() == []


@pytest.mark.parametrize("is_code_first", [True, False])
def test_goods_that_came_back_by_code_and_at_their_own_till_are_told(hq: Hq, is_code_first: bool) -> None:
    own, other = MemoryJournal(), MemoryJournal(terminal=OTHER, seed=1)
    own.append(*sale_facts(1), taken_back(plain(), Return(line=2)))
    other.append(BOOK, sealed(replace(by_code(), act=ActionId("other"))))
    hq.take(*((other, own) if is_code_first else (own, other)))
    (alarm,) = hq.alarms(AlarmKind.RETURN)
    assert "S01-T04 epoch 1 row 2" in alarm


def by_code_at(terminal: str) -> MemoryJournal:
    """Return the journal of a till at which two colas, 7.00, came back by the code of one sale over 16.00."""
    journal = MemoryJournal(terminal=terminal, seed=int(terminal[-2:]))
    journal.append(BOOK, sealed(replace(by_code(), act=ActionId(terminal))))
    return journal


@pytest.mark.parametrize("is_fresh", [True, False])
def test_too_much_by_code_is_told_once_when_the_sale_comes_last(hq: Hq, is_fresh: bool) -> None:
    own = MemoryJournal()
    own.append(*sale_facts(1), *([one_refund()] if is_fresh else []))
    hq.take(*(by_code_at(f"S01-T{number:02}") for number in (5, 6, 7)))
    assert hq.alarms(AlarmKind.RETURN) == []
    hq.take(own)
    (alarm,) = hq.alarms(AlarmKind.RETURN)
    assert alarm.startswith("of receipt S01-T03-1-000001 more came back than was sold: ")
    assert all(f"S01-T0{number} epoch 1 row 2" in alarm for number in (5, 6, 7))


def test_what_came_back_by_code_before_its_sale_and_is_not_too_much_is_not_told(hq: Hq) -> None:
    own = MemoryJournal()
    own.append(*sale_facts(1))
    hq.take(by_code_at("S01-T05"), by_code_at("S01-T06"))
    hq.take(own)
    assert (hq.verdicts(), hq.alarms()) == ([True, True], [])


def test_a_return_by_code_is_judged_again_with_the_book_of_then(hq: Hq) -> None:
    hq.take(by_code_at("S01-T05"))
    (kept,) = hq.store.returns.of_receipt(SaleId(""), "S01-T03-1-000001")
    assert kept.row.book_version == 1
    assert ReturnExaminer(hq.store, hq.bookcase, hq.keys).differences(kept) == []


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


def test_goods_without_a_receipt_under_a_book_that_hq_does_not_have_are_told(hq: Hq) -> None:
    journal = MemoryJournal()
    journal.append(without_receipt())
    hq.take(journal)
    assert hq.alarms() == ["return S01-T03-1-R00001: HQ has no book for it"]


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
