"""A counter on a bench: a clock that is turned by hand, a shop in memory, and answers like those of the desk."""

from collections import deque
from dataclasses import dataclass, field

import msgspec

from terminal.checkout.after.asking import answered as sale_found
from terminal.checkout.counter import Step, refuse, step
from terminal.checkout.effects import (
    Arm,
    CheckPin,
    Effect,
    FindArticles,
    FindCoupon,
    FindMember,
    FindSale,
    FindStaff,
    FindStock,
    Inquire,
    LoadRules,
    LookUp,
    OpenBook,
    ReadHead,
)
from terminal.checkout.inputs import (
    Answered,
    ArticlesFound,
    BookFailed,
    BookOffered,
    BookOpened,
    CouponFound,
    Fired,
    HeadRead,
    Input,
    KeysRead,
    LookedUp,
    MemberFound,
    Moment,
    Pasted,
    PinChecked,
    ReceiptReported,
    RulesFailed,
    RulesLoaded,
    RulesOffered,
    Scanned,
    StaffFound,
    StockFound,
)
from terminal.checkout.inquiries.answering import Sources, answer_to
from terminal.checkout.members.asking import as_they_are
from terminal.checkout.modes import Mode
from terminal.checkout.resolve import resolve
from terminal.checkout.state import Counter, initial
from terminal.checkout.view import project
from terminal.domain.ids import ActionId, Identity, Sku
from terminal.domain.members.phone_codes import CodeKey
from terminal.domain.promotions.rule_set import RuleSet
from terminal.domain.staff import Right, Role
from terminal.domain.stock import Level
from terminal.domain.text import clean
from terminal.ports.devices import PrintOutcome, PrintResult, Scan
from terminal.ports.members import NOTHING_HEARD
from terminal.ports.rules import RulesInfo
from terminal.wire.counter.messages import Keys, Paste
from terminal.wire.counter.view import View
from terminal.wire.device_events import ReceiptActed
from terminal.wire.doorbell import Ask
from terminal.wire.events import Fact, SaleCompleted, ScanHandled
from terminal.wire.record import TillRecord
from tests.unit.checkout.asked_hq import AskedHq
from tests.unit.checkout.memory_members import MemoryMembers
from tests.unit.checkout.memory_sales import MemorySales
from tests.unit.checkout.memory_shop import (
    ARTICLES,
    PEOPLE,
    SETTINGS,
    MemoryHistory,
    MemoryStock,
    MemoryTables,
    Rules,
    Shop,
)

IDENTITY = Identity(store="S01", till="T03", epoch=1)
HEAD = bytes(range(32))
"""The hash of the last row, as the desk of a bench reads it."""


@dataclass
class Bench:
    """Drives a counter as the desk does; remembers facts and effects."""

    shops: dict[int, Shop] = field(default_factory=lambda: {1: Shop()})
    record: TillRecord = field(default_factory=TillRecord)
    rules: dict[int, Rules] = field(default_factory=dict)
    offer: int | None = 1
    offer_rules: int | None = None
    now_ms: int = 1_000_000
    facts: list[Fact] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    refusing: str = ""
    hash_key: bytes = b"key"
    in_order: bool = False
    stock: dict[Sku, Level] = field(default_factory=dict)
    members: MemoryMembers = field(default_factory=MemoryMembers)
    history: MemoryHistory = field(default_factory=MemoryHistory)
    unreadable: bool = False
    day: str = "2026-11-23"
    hq: AskedHq = field(default_factory=AskedHq)
    code_keys: tuple[CodeKey, ...] = ()

    def __post_init__(self) -> None:
        self.start = self.record
        self.counter: Counter = initial(IDENTITY, self.record, hash_key=self.hash_key, in_order=self.in_order)
        self.view: View | None = None
        self._ids = 0
        self._chunk = 0
        if self.offer is not None:
            self.send(BookOffered(self.offer))
        if self.offer_rules is not None:
            self.send(RulesOffered(self.offer_rules))

    # --- time and events -----------------------------------------------------------------------------------------

    def moment(self) -> Moment:
        self._ids += 1
        minutes, seconds = divmod(self.now_ms // 1000 % 3600, 60)
        iso = f"{self.day}T10:{minutes:02d}:{seconds:02d}"
        return Moment(wall_ms=self.now_ms, mono_ms=self.now_ms, local_iso=iso, fresh_id=f"{self._ids:032x}")

    def send(self, event: Input) -> list[Fact]:
        """Let an event happen with all that the book answers; return the facts of it."""
        new: list[Fact] = []
        events: deque[Input] = deque([event])
        while events:
            moment = self.moment()
            taken = step(self.counter, events.popleft(), moment)
            if taken.facts and self.refusing:
                taken = refuse(self.counter, self.refusing, moment)
            self.counter = taken.counter
            new += taken.facts
            self.members.take(taken.facts)
            self.history.take(taken.facts, self.now_ms)
            self.effects += taken.effects
            events.extend(self._answers(taken))
        self.facts += new
        self.view = project(self.counter, self.view, clock="10:00", journal_seq=len(self.facts))
        return new

    def _answers(self, taken: Step) -> list[Input]:  # noqa: C901, PLR0912 - one row per kind of question
        answers: list[Input] = []
        for effect in taken.effects:
            shop = self._shop()
            match effect:
                case LookUp():
                    answers.append(
                        resolve(effect, shop) if shop is not None else LookedUp(query=effect, reason="no_book")
                    )
                case FindArticles(initials=initials):
                    found = shop.search(initials, limit=9) if shop is not None else ()
                    answers.append(ArticlesFound(query=effect, articles=found))
                case FindMember():
                    answers.append(self.member_found(effect))
                case FindSale():
                    sales = MemorySales(self.facts, self.start)
                    answers.append(sale_found(effect, sales, self.members, NOTHING_HEARD))
                case FindStaff(number=number):
                    person = PEOPLE.get(number)
                    answers.append(StaffFound(query=effect, name=None if person is None else clean(person[0])))
                case FindStock(skus=skus):
                    levels = {sku: self.stock[sku] for sku in skus if sku in self.stock}
                    answers.append(StockFound(query=effect, levels=levels))
                case Inquire():
                    answers.append(answer_to(effect, self.sources(), book=shop, heard=NOTHING_HEARD))
                case OpenBook(version=version):
                    answers.append(self.opened(version))
                case LoadRules(version=version):
                    answers.append(self.loaded(version))
                case FindCoupon():
                    answers.append(self.coupon_found(effect))
                case ReadHead():
                    closed = msgspec.structs.replace(
                        effect.closing, head_epoch=1, head_seq=len(self.facts) + 1, head_hash=HEAD
                    )
                    answers.append(HeadRead(query=effect, closed=closed))
                case Ask() if self.hq.is_asked(effect):
                    if self.hq.holding_back:
                        self.hq.kept.append(effect)
                    else:
                        answers.append(Answered(self.hq.answer(effect)))
                case _:
                    pass
        return answers

    def sources(self) -> Sources:
        sales = MemorySales(self.facts, self.start)
        tables = MemoryTables(stock=MemoryStock(self.stock), history=self.history, sales=sales)
        return Sources(
            tables=tables,
            members=self.members,
            local=lambda ms: f"2026-11-23T10:{ms // 60_000 % 60:02d}:00",
        )

    def hear_hq(self) -> list[Fact]:
        """Let HQ answer what it kept."""
        kept, self.hq.kept = self.hq.kept, []
        return [fact for ask in kept for fact in self.send(Answered(self.hq.answer(ask)))]

    def member_found(self, query: FindMember) -> MemberFound:
        return MemberFound(
            query=query,
            found=as_they_are(query, self.members, NOTHING_HEARD),
            names={Sku(one.sku): one.name for one in ARTICLES},
            as_of="2026-11-23T09:02:00" if self.members.as_of_ms else "",
            fault=self.members.fault,
        )

    def coupon_found(self, query: FindCoupon) -> CouponFound:
        version = self.counter.rules.version if self.counter.rules is not None else 0
        if self.unreadable:
            return CouponFound(query=query, reason="book_torn")
        coupons = self.rules[version].coupons if version in self.rules else ()
        coupon = next((one for one in coupons if one.code == query.code), None)
        used = [use.code for fact in self.facts if isinstance(fact, SaleCompleted) for use in fact.coupons]
        return CouponFound(query=query, coupon=coupon, is_used=query.code in used)

    def opened(self, version: int) -> BookOpened | BookFailed:
        shop = self.shops.get(version)
        if shop is None:
            return BookFailed(version=version, reason="book_torn")
        return BookOpened(info=shop.info, settings=shop.settings, code_keys=self.code_keys)

    def loaded(self, version: int) -> RulesLoaded | RulesFailed:
        rules = self.rules.get(version)
        if rules is None:
            return RulesFailed(version=version, reason="book_torn")
        info = RulesInfo(version=version, sha256="00", label=f"r{version}")
        return RulesLoaded(info=info, rules=RuleSet(rules.rules), trade=rules.trade)

    def _shop(self) -> Shop | None:
        record = self.counter.record
        version = record.sale.book_version if record.sale is not None else record.book_version
        return self.shops.get(version) if version is not None else None

    # --- a cashier's hands ---------------------------------------------------------------------------------------

    def press(self, *names: str) -> list[Fact]:
        """Type keys one by one, at a person's pace."""
        new: list[Fact] = []
        for name in names:
            self.now_ms += 120
            self._chunk += 1
            seen = len(self.effects)
            new += self.send(KeysRead(Keys(names=(name,), at_ms=self.now_ms, chunk=self._chunk)))
            if any(isinstance(effect, Arm) and effect.timer == "burst" for effect in self.effects[seen:]):
                new += self.send(Fired("burst"))
        return new

    def write(self, text: str, *after: str) -> list[Fact]:
        return self.press(*text, *after)

    def chunk(self, *names: str, at_ms: int | None = None) -> list[Fact]:
        """Type keys in one read of the terminal."""
        self._chunk += 1
        if at_ms is None:
            self.now_ms += 120
            at_ms = self.now_ms
        return self.send(KeysRead(Keys(names=names, at_ms=at_ms, chunk=self._chunk)))

    def paste(self, *lines: str) -> list[Fact]:
        return self.send(Pasted(Paste(lines=lines, at_ms=self.now_ms)))

    def scan(self, code: str, *, device: str = "gun", double: bool = False) -> list[Fact]:
        self.now_ms += 10
        return self.send(Scanned(Scan(device=device, data=code, at_ms=self.now_ms, double=double)))

    def scan_gs1(self, fields: tuple[tuple[str, str], ...]) -> list[Fact]:
        self.now_ms += 10
        gtin = next(value for identifier, value in fields if identifier == "01")
        data = "]C1" + "".join(identifier + value for identifier, value in fields)
        return self.send(Scanned(Scan(device="gun", data=data, at_ms=self.now_ms, gtin=gtin, gs1=fields)))

    def check_pin(self) -> list[Fact]:
        """Answer the PIN check that was asked for last."""
        query = next(effect for effect in reversed(self.effects) if isinstance(effect, CheckPin))
        person = PEOPLE.get(query.number)
        is_right = person is not None and (query.by_card or person[2] == query.pin)
        staff = Shop().staff(query.number) if is_right else None
        return self.send(PinChecked(query=query, staff=staff))

    def sign_in(self, number: str = "1001", pin: str | None = None) -> "Bench":
        self.write(number, "enter")
        self.write(PEOPLE[number][2] if pin is None else pin, "enter")
        self.check_pin()
        return self

    def approve(self, number: str = "2001", pin: str = "9999") -> list[Fact]:
        self.write(number, "enter")
        self.write(pin, "enter")
        return self.check_pin()

    def printed(self, result: PrintResult = PrintResult.PRINTED, detail: str = "") -> list[Fact]:
        """Report the receipt of the last sale."""
        last = self.counter.record.last
        assert last is not None
        action = ActionId(f"print:{last.sale.id}:0")
        return self.send(ReceiptReported(PrintOutcome(action=action, result=result, detail=detail)))

    # --- what is seen --------------------------------------------------------------------------------------------

    @property
    def mode(self) -> Mode:
        return self.counter.mode

    @property
    def notice(self) -> str:
        return self.counter.notice.message

    @property
    def due(self) -> str:
        assert self.view is not None
        return self.view.totals.due

    @property
    def quantities(self) -> list[int]:
        sale = self.counter.record.sale
        return [line.quantity for line in sale.live_lines] if sale is not None else []

    def of_kind(self, kind: type[Fact]) -> list[Fact]:
        return [fact for fact in self.facts if isinstance(fact, kind)]

    def rejections(self) -> list[tuple[str, str]]:
        return [
            (fact.reason, fact.state)
            for fact in self.facts
            if isinstance(fact, ScanHandled) and fact.outcome == "rejected"
        ]

    def receipts(self) -> list[ReceiptActed]:
        return [fact for fact in self.facts if isinstance(fact, ReceiptActed)]


def selling(**more: object) -> Bench:
    """Return a bench with a cashier signed in."""
    return Bench(**more).sign_in()  # type: ignore[arg-type]


def with_settings(**changes: object) -> Bench:
    """Return a bench with a cashier signed in and other settings of the book."""
    return selling(shops={1: Shop(settings=msgspec.structs.replace(SETTINGS, **changes))})


def without_right(right: Right) -> Bench:
    """Return a bench whose cashiers lack a right."""
    return with_settings(
        rights=tuple(grant for grant in SETTINGS.rights if grant.role is not Role.CASHIER or grant.right is not right)
    )
