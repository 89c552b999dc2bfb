"""HQ with a book, rules and a till's key, and returns as a till tells them."""

from collections.abc import Sequence
from functools import reduce
from pathlib import Path

from msgspec.structs import replace

from hq.bookcase import Bookcase
from hq.collector import Collector
from hq.commands.verify import check_chain
from hq.examiner import Examiner
from hq.keys import make_key
from hq.publisher import Publisher
from hq.store.port import AlarmKind
from hq.store.sqlite import FILE_NAME, SqliteStore
from hq.till_keys import TillKeys
from terminal.domain.after.refund import Desk, Return, refund
from terminal.domain.after.void import void
from terminal.domain.commission import CommissionRates
from terminal.domain.document import Under, finish
from terminal.domain.ids import SaleId, StaffNumber
from terminal.domain.members.entries import with_entries
from terminal.domain.members.member import Member
from terminal.domain.members.points import PointsProgram
from terminal.domain.paying import Taking, Wallet
from terminal.domain.pricing.engine import Pricer
from terminal.domain.pricing.sums import price_sale
from terminal.domain.promotions.coupons import CashCoupon, CouponCode, MemberId
from terminal.domain.promotions.kinds import NthOff, RuleId
from terminal.domain.promotions.rule_set import RuleSet
from terminal.domain.sale import Sale
from terminal.domain.settings import Settings
from terminal.domain.text import clean
from terminal.domain.trade import TradeSettings
from terminal.wire import events as ev
from terminal.wire.book.building import BookContent
from terminal.wire.documents import completion
from terminal.wire.envelope import pack_batch
from terminal.wire.found import FoundSale, found
from terminal.wire.promotion_events import CouponPresented
from terminal.wire.record import TillRecord, apply
from terminal.wire.return_events import ReturnKind, SaleReturned
from terminal.wire.returning import told
from terminal.wire.rules.building import RulesContent
from tests.integration.uplink.journals import TERMINAL, MemoryJournal, sale_facts, sold_goods
from tests.unit.wire.returns import head
from tests.unit.wire_mqtt.signers import SeedSigner

OTHER = "S01-T04"
SIGNER = SeedSigner()
SELLER = StaffNumber("3001")
HALF = NthOff(id=RuleId("HALF"), name=clean("第二件半价"), n=2, pay_bp=5000)
FIVE = CashCoupon(code=CouponCode("C1"), name=clean("迎新"), off=30)
TRADE = TradeSettings(points=PointsProgram(), commission=CommissionRates(default_bp=500))
TRADES = {"points": TRADE.points, "commission": TRADE.commission, "no_receipt_max": 1000, "other_till_max": 1000}
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
        publisher.publish(RulesContent(label="", rules=(HALF,), coupons=(FIVE,), settings=TRADES), audience="all")
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


def bought(sale: FoundSale) -> Member:
    """Return the member as the sale left them."""
    return with_entries(ZHANG, sale.completed.entries)
