"""A shop in memory: its book with articles and staff, its rules, and what stands beside the record of a till."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from terminal.checkout.inquiries.seen import coupons_of, number_of
from terminal.domain.catalog import Article, CardFormat, LabelField, LabelFormat, LabelPart, Terms, Unit
from terminal.domain.ids import Sku, StaffNumber
from terminal.domain.promotions.coupons import AnyCoupon
from terminal.domain.promotions.kinds import AnyRule
from terminal.domain.settings import Limits, Settings
from terminal.domain.staff import Role, Staff
from terminal.domain.stock import Level
from terminal.domain.text import SafeText, clean
from terminal.domain.trade import DeclaredTrade, TradeSettings
from terminal.ports.catalog import BookInfo
from terminal.ports.history import Deed, DeedKind, Wanted
from terminal.wire.events import Fact, NoSaleOpened, SaleCompleted
from terminal.wire.member_events import CashedOut, CouponIssued, GiftGiven, GiftTakenBack, MemberRegistered, ToppedUp
from terminal.wire.return_events import SaleReturned
from terminal.wire.shift_events import CashMoved
from tests.unit.checkout.memory_sales import MemorySales

COLA, WATER, CHIPS = "6901939621257", "6921168509256", "6924743915763"
MEMBER_CARD = "8800123456"
UNKNOWN = "6999999999997"
APPLES_PLU = "12345"
APPLES_CODE = "6903333333330"
WECHAT = "134567890123456789"

SETTINGS = Settings(
    member_cards=(CardFormat(prefix="88", length=10),),
    quick_cash_fen=(1_000, 2_000, 5_000, 10_000),
    labels=(
        LabelFormat(
            prefix="21",
            length=13,
            fields=(
                LabelField(part=LabelPart.PLU, digits=5),
                LabelField(part=LabelPart.WEIGHT, digits=5, decimals=3),
            ),
        ),
        LabelFormat(
            prefix="23",
            length=13,
            fields=(
                LabelField(part=LabelPart.PLU, digits=5),
                LabelField(part=LabelPart.AMOUNT, digits=5, decimals=2),
            ),
        ),
    ),
    limits=Limits(quantity=99, line_fen=100_000, cash_given_fen=200_000, sign_in_failures=3, lockout_s=300),
)


def article(sku: str, name: str, price_fen: int, **more: object) -> Article:
    return Article(sku=Sku(sku), name=clean(name), price_fen=price_fen, **more)  # type: ignore[arg-type]


ARTICLES = (
    article("COLA", "可口可乐", 350, plu="11", initials="kkkl", member_price_fen=300),
    article("WATER", "农夫山泉", 200, plu="12", initials="nfsq"),
    article("CHIPS", "乐事薯片", 690, plu="13", initials="lssp"),
    article("APPLES", "红富士苹果", 1196, unit=Unit.KG, plu=APPLES_PLU, initials="hfspg"),
    article("DELI", "熟食", 0, open_price=True, plu="31", initials="ss"),
    article("MEAT", "散装肉", 0, open_price=True, unit=Unit.KG, plu="32", initials="szr"),
    article("BEER", "啤酒", 500, min_age=18, plu="33", initials="pj"),
    article("GOLD", "金条", 150_000, plu="34", initials="jt"),
    article("CAKE", "蛋糕", 1000, plu="36", initials="dg", terms=Terms(earns=False, returnable=False)),
    article("FREE", "赠品", 0, plu="35", initials="zp"),
)
CODES = {COLA: "COLA", WATER: "WATER", CHIPS: "CHIPS", APPLES_CODE: "APPLES"}
PEOPLE = {
    "1001": ("王芳", Role.CASHIER, "1234"),
    "1002": ("赵强", Role.CASHIER, "2345"),
    "1003": ("周组长", Role.SENIOR, "3456"),
    "2001": ("李主管", Role.SUPERVISOR, "9999"),
    "9002": ("钱经理", Role.MANAGER, "1111"),
    "9001": ("技术", Role.TECHNICIAN, "0000"),
}


@dataclass
class Shop:
    """A book in memory."""

    version: int = 1
    settings: Settings = SETTINGS
    articles: tuple[Article, ...] = ARTICLES

    @property
    def info(self) -> BookInfo:
        return BookInfo(version=self.version, sha256="00", label=f"v{self.version}", articles=len(self.articles))

    def article(self, sku: str) -> Article | None:
        return next((one for one in self.articles if one.sku == sku), None)

    def article_by_code(self, code: str) -> Article | None:
        return self.article(CODES[code]) if code in CODES else None

    def article_by_plu(self, plu: str) -> Article | None:
        return next((one for one in self.articles if one.plu == plu), None)

    def search(self, initials: str, *, limit: int) -> tuple[Article, ...]:
        return tuple(one for one in self.articles if one.initials.startswith(initials))[:limit]

    def staff(self, number: StaffNumber) -> Staff | None:
        if number not in PEOPLE:
            return None
        name, role, _ = PEOPLE[number]
        return Staff(number=number, name=SafeText(name), role=role, pin_hash="")

    def low_stocks(self) -> dict[Sku, int]:
        return {one.sku: one.terms.low_stock for one in self.articles if one.terms.low_stock is not None}

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class MemoryTables:
    """What stands beside the record, in memory."""

    stock: "MemoryStock"
    history: "MemoryHistory"
    sales: MemorySales


@dataclass
class MemoryHistory:
    """Deeds in memory; what was wanted is kept for tests."""

    deeds: list[Deed] = field(default_factory=list)
    wanted: list[Wanted] = field(default_factory=list)

    def take(self, facts: Sequence[Fact], at_ms: int) -> None:
        for fact in facts:
            kind = next((kind for types, kind in DEEDS.items() if isinstance(fact, types)), None)
            if kind is not None:
                self.deeds.append(Deed(kind=kind, fact=fact, at_ms=at_ms))

    def find(self, wanted: Wanted, *, limit: int) -> tuple[Deed, ...]:
        self.wanted.append(wanted)
        fitting = [deed for deed in reversed(self.deeds) if deed.kind in (wanted.kinds or frozenset(DeedKind))]
        if wanted.kinds == {DeedKind.COUPON}:
            fitting = [deed for deed in reversed(self.deeds) if coupons_of(deed.fact)]
        fitting = [deed for deed in fitting if number_of(deed.fact).endswith(wanted.ending)]
        return tuple(fitting)[:limit]

    def has(self, wanted: Wanted) -> bool:
        returns = (deed.fact for deed in self.deeds if isinstance(deed.fact, SaleReturned))
        return any(fact.receipt_no == wanted.concerns for fact in returns)


DEEDS: Mapping[type[Fact] | tuple[type[Fact], ...], DeedKind] = {
    SaleCompleted: DeedKind.SALE,
    SaleReturned: DeedKind.RETURN,
    (CashMoved, NoSaleOpened): DeedKind.CASH,
    (ToppedUp, CashedOut, MemberRegistered): DeedKind.MEMBER,
    (GiftGiven, CouponIssued, GiftTakenBack): DeedKind.GIFT,
}


@dataclass
class MemoryStock:
    """Levels in memory."""

    known: dict[Sku, Level]

    def levels(self, skus: Iterable[Sku]) -> dict[Sku, Level]:
        return {sku: self.known[sku] for sku in skus if sku in self.known}

    def all_levels(self) -> dict[Sku, Level]:
        return self.known


@dataclass
class Rules:
    """A rules file in memory."""

    rules: tuple[AnyRule, ...] = ()
    coupons: tuple[AnyCoupon, ...] = ()
    settings: Mapping[str, object] = field(default_factory=dict)

    @property
    def trade(self) -> DeclaredTrade:
        return DeclaredTrade(settings=msgspec.convert(self.settings, TradeSettings), named=frozenset(self.settings))
