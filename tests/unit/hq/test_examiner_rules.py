"""HQ prices every sale again with the rules and coupons of its version; what was altered is found."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from hq import bookcase as bookcase_module
from hq.bookcase import Bookcase
from hq.examiner import Examiner, Finding
from hq.keys import make_key
from hq.publisher import Publisher
from hq.store.port import AlarmKind
from hq.store.sqlite import SqliteStore
from terminal.domain.catalog import Article
from terminal.domain.document import Document, Under, digest, finish
from terminal.domain.ids import SaleId, Sku, StaffNumber
from terminal.domain.members.member import Member
from terminal.domain.members.points import Lot, PointsAccount, PointsProgram
from terminal.domain.paying import Offer, Taking, Wallet
from terminal.domain.pricing.engine import Pricer
from terminal.domain.pricing.sums import price_sale
from terminal.domain.pricing.uses import Share
from terminal.domain.promotions.conditions import Scope
from terminal.domain.promotions.coupons import AnyCoupon, CashCoupon, CouponCode, MemberId
from terminal.domain.promotions.kinds import AnyRule, NthOff, RuleId
from terminal.domain.promotions.rule_set import RuleSet
from terminal.domain.sale import Entry, Sale, SaleLine, TenderKind
from terminal.domain.settings import Rounding, RoundingMode, Settings
from terminal.domain.text import SafeText
from terminal.domain.trade import TradeSettings
from terminal.wire.book.building import BookContent
from terminal.wire.documents import completion
from terminal.wire.rules.building import RulesContent
from tests.integration.uplink.journals import TERMINAL

COLA = Article(sku=Sku("1"), name=SafeText("可乐"), price_fen=355)
HALF = NthOff(id=RuleId("HALF"), name=SafeText("第二件半价"), n=2, pay_bp=5000)
FIVE = CashCoupon(code=CouponCode("C1"), name=SafeText("迎新"), off=30)
DOWN = {"mode": "down", "unit": 10}
ROUNDING = Rounding(mode=RoundingMode.DOWN, unit=10)
BOOK, RULES = 1, 1


class Hq:
    """A store with a book and rules, and who looks at sales."""

    def __init__(self, store: SqliteStore, folder: Path) -> None:
        self._publisher = Publisher(store, make_key(folder / "key.pem"), folder / "books", now_ms=lambda: 1)
        self.books = folder / "books"
        self.bookcase = Bookcase(store, self.books)
        self.examiner = Examiner(bookcase=self.bookcase)

    def publish(self, *rules: AnyRule, coupons: tuple[AnyCoupon, ...] = (FIVE,), audience: str = "all") -> int:
        content = RulesContent(label="", rules=rules, coupons=coupons, settings={"rounding": DOWN})
        return self._publisher.publish(content, audience=audience).ver

    def finds(self, document: Document, *, claimed: bytes | None = None) -> list[Finding]:
        """Return what HQ finds; ``claimed`` is a digest that is not that of the document."""
        completed = completion(document, receipt_count=1, completed_ms=1)
        completed = completed if claimed is None else replace(completed, digest=claimed)
        return self.examiner.differences(document, completed, terminal=TERMINAL)


@pytest.fixture
def hq(store: SqliteStore, tmp_path: Path) -> Iterator[Hq]:
    made = Hq(store, tmp_path)
    made._publisher.publish(BookContent(label="", articles=(COLA,), settings=Settings()), audience="all")
    made.publish(HALF)
    yield made
    made.bookcase.close()


def sold(
    *rules: AnyRule, coupons: tuple[AnyCoupon, ...] = (), rules_version: int = RULES, quantity: int = 2
) -> Document:
    """Return what a till makes of some colas."""
    line = SaleLine(
        number=1,
        sku=COLA.sku,
        name=COLA.name,
        code=SafeText("690"),
        price_fen=355,
        entry=Entry.SCAN,
        quantity=quantity,
    )
    sale = Sale(
        id=SaleId("a" * 32),
        staff=StaffNumber("1001"),
        book_version=BOOK,
        local_time="2026-11-23T19:30:00",
        started_ms=1,
        lines=(line,),
        rules_version=rules_version,
        coupons=coupons,
    )
    pricer = Pricer(RuleSet(rules))
    priced = price_sale(sale, pricer=pricer)
    taking = Taking.begin(priced.due_fen, Wallet(today="2026-11-23", rounding=ROUNDING))
    paid = taking.finish(taking.cash_rest_fen)
    return finish(sale, priced, paid, receipt_no="1", under=Under(rules=pricer.rules))


def kinds(findings: list[Finding]) -> list[str]:
    return [detail for _, detail in findings]


def test_sale_with_the_rules_and_coupons_of_its_version_is_right(hq: Hq) -> None:
    assert hq.finds(sold(HALF, coupons=(FIVE,))) == []


def test_sale_that_began_without_rules_is_right_also_where_there_are_some(hq: Hq) -> None:
    document = sold(rules_version=0)
    assert document.total_fen == 710
    assert hq.finds(document) == []


def test_discount_that_was_altered_is_found(hq: Hq) -> None:
    right = sold(HALF)
    (use,) = right.applied
    altered = replace(right, applied=(replace(use, off_fen=100, shares=(Share(1, 100),)),))
    assert kinds(hq.finds(altered, claimed=digest(right))) == ["the digest differs", "rules differs"]
    assert kinds(hq.finds(altered)) == ["rules differs"]


def test_rule_that_hq_never_made_is_found(hq: Hq) -> None:
    cheaper = replace(HALF, pay_bp=0)
    assert kinds(hq.finds(sold(cheaper))) == ["discount differs", "rounding differs", "net differs", "rules differs"]


def test_coupon_that_was_altered_is_found(hq: Hq) -> None:
    dearer = replace(FIVE, off=300)
    found = kinds(hq.finds(sold(HALF, coupons=(dearer,))))
    assert found == ["discount differs", "rounding differs", "net differs", "coupons differs"]


def test_coupon_that_hq_never_made_is_found_and_one_that_the_member_owns_is_believed(hq: Hq) -> None:
    unknown = replace(FIVE, code=CouponCode("C9"))
    document = sold(HALF, coupons=(unknown,))
    assert "coupons differs" in kinds(hq.finds(document))
    owned = replace(document, sale=replace(document.sale, member_coupons=(unknown,)))
    assert "coupons differs" not in kinds(hq.finds(owned))


def test_coupon_of_somebody_else_is_found(hq: Hq) -> None:
    hq.publish(HALF, coupons=(replace(FIVE, owner=MemberId("M1")),))
    assert "coupons differs" in kinds(hq.finds(sold(HALF, coupons=(FIVE,), rules_version=2)))


def test_version_of_rules_that_was_altered_is_found(hq: Hq) -> None:
    hq.publish(replace(HALF, pay_bp=9000))
    right = sold(HALF)
    altered = replace(right, sale=replace(right.sale, rules_version=2))
    found = kinds(hq.finds(altered, claimed=digest(right)))
    assert found == ["the digest differs", "discount differs", "rounding differs", "net differs", "rules differs"]
    none = replace(right, sale=replace(right.sale, rules_version=0))
    assert "rules differs" in kinds(hq.finds(none))


def test_rules_that_hq_does_not_have_are_told_and_the_sums_are_looked_at(hq: Hq) -> None:
    document = sold(HALF, rules_version=7)
    found = hq.finds(document)
    assert found == [(AlarmKind.BOOK, "HQ has no rules 7 for it: what they took off is not checked")]
    wrong = replace(document, net_fen=(1,))
    assert kinds(hq.finds(wrong))[1:] == ["net differs", "vat differs"]
    hq.publish(HALF, audience="s/S99")
    assert hq.finds(sold(HALF, rules_version=2))[0][0] is AlarmKind.BOOK


def test_damaged_rules_are_told_like_missing_ones(hq: Hq) -> None:
    (hq.books / "rules-1.db").write_bytes(b"no rules")
    assert hq.finds(sold(HALF))[0][0] is AlarmKind.BOOK


def test_rules_that_were_used_least_are_closed(hq: Hq, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookcase_module, "OPEN_BOOKS", 1)
    hq.publish(replace(HALF, pay_bp=9000, scope=Scope(skus=frozenset({Sku("1")}))))
    assert hq.finds(sold(HALF)) == []
    assert hq.finds(sold(replace(HALF, pay_bp=9000), rules_version=2)) == []
    assert hq.finds(sold(HALF, coupons=(FIVE,))) == []


def test_rounding_of_the_rules_decides_where_they_name_one(hq: Hq) -> None:
    document = sold(HALF)
    assert (document.total_fen, document.rounding_fen) == (530, 3)
    assert hq.finds(document) == []


def spent(worth_fen: int) -> Document:
    """Return a sale of two colas that a member paid with 100 points and cash; the points are said to be worth that."""
    program = PointsProgram(redeem_step=100)
    member = Member(id=MemberId("M1"), points=PointsAccount(lots=(Lot(500),)))
    without = sold(rules_version=2)
    sale = replace(without.sale, member=member)
    trade = TradeSettings(rounding=ROUNDING, points=program)
    wallet = Wallet(today="2026-11-23", member=member, program=program, rounding=ROUNDING)
    taking = Taking.begin(710, wallet).take(Offer(kind=TenderKind.POINTS, amount=100))
    points = replace(taking.tenders[0], amount_fen=worth_fen)
    paid = Taking.begin(710, wallet, (points,)).finish(710 - worth_fen)
    return finish(sale, price_sale(sale), paid, receipt_no="1", under=Under(trade=trade))


def test_points_are_worth_what_the_program_says(hq: Hq) -> None:
    settings = {"rounding": DOWN, "points": {"redeem_step": 100}}
    hq._publisher.publish(RulesContent(label="", rules=(), coupons=(), settings=settings), audience="all")
    assert hq.finds(spent(100)) == []
    assert kinds(hq.finds(spent(700))) == ["spent differs"]
