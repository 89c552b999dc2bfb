"""Whatever happens, in any order: no step raises, each scan has one outcome, and the journal alone tells the rest."""

from collections import Counter as Tally

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.checkout.effects import CheckPin, LookUp, PrintReceipt, PulseDrawer, Purpose
from terminal.checkout.inputs import (
    BookFailed,
    BookOffered,
    DeviceReported,
    DrawerReported,
    Fired,
    Input,
    LinkReported,
    LookedUp,
    PinChecked,
    ReceiptReported,
    ScreenFaulted,
    SpaceChanged,
)
from terminal.checkout.state import draft_of
from terminal.domain.document import disagreements
from terminal.domain.ids import ActionId, StaffNumber
from terminal.domain.money import format_fen
from terminal.domain.pricing.sums import price_sale
from terminal.domain.sale import Entry, TenderKind
from terminal.domain.settings import Rounding, RoundingMode, RoundingOn
from terminal.domain.text import is_safe
from terminal.ports.devices import (
    DeviceKind,
    DeviceState,
    DeviceStatus,
    DrawerOutcome,
    DrawerResult,
    LinkState,
    PrintOutcome,
    PrintResult,
    Scan,
)
from terminal.wire.documents import document_of
from terminal.wire.doorbell import LinkChanged
from terminal.wire.events import (
    Fact,
    LineAdded,
    LineVoided,
    MemberBound,
    QuantityChanged,
    SaleCompleted,
    ScanHandled,
    bare,
    decode_fact,
    encode_fact,
)
from terminal.wire.record import apply
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
    with_settings,
)
from tests.unit.checkout.memory_members import LOST, PEOPLE, PHONE, MemoryMembers
from tests.unit.checkout.memory_shop import (
    APPLES_PLU,
    CHIPS,
    COLA,
    MEMBER_CARD,
    UNKNOWN,
    WATER,
    WECHAT,
    Shop,
)
from tests.unit.checkout.test_table import MODES

CODES = (
    COLA,
    WATER,
    CHIPS,
    MEMBER_CARD,
    LOST,
    UNKNOWN,
    WECHAT,
    "2112345012346",
    "2312345012999",
    "6901939621250",
    "x" * 99,
)
TYPED = (COLA, APPLES_PLU, UNKNOWN, "31", "32", "33", "34", "35", "12", "3*", "100*", "0.5*", "2*12", "0-", "1-")
WORDS = (
    *TYPED,
    PHONE,
    "6021",
    "5+",
    "90/",
    "1",
    "2.5",
    "500",
    "9999",
    "kk",
    "s",
    "1001",
    "2001",
    "1234",
    "8",
    "..",
    "3*kk",
)
NAMED = (
    *("enter", "escape", "backspace", "delete", "up", "down", "pageup", "pagedown", "home", "end", "tab"),
    *(f"f{number}" for number in range(1, 21)),
)
NEWS = (
    "wrong pin",
    "pin of another",
    "lookup",
    "refuse",
    "link",
    "device",
    "paper",
    "drawer",
    "screen",
    "minute",
    "full",
    "room",
)
ODD = ("pin", "offer", *NEWS)
OFFSETS = ("-100", "-50", "-10", "-4", "-1", "0", "1", "50")
"""How far vouchers are from what is still due without cash, in fen."""
ROUNDINGS = st.builds(
    Rounding,
    mode=st.sampled_from(RoundingMode),
    unit=st.sampled_from((1, 5, 10, 50, 100, 1000, 7)),
    on=st.sampled_from(RoundingOn),
)
HANDS = st.one_of(
    st.tuples(st.just("scan"), st.sampled_from(CODES)),
    st.tuples(st.just("burst"), st.sampled_from(CODES)),
    st.tuples(st.just("write"), st.sampled_from(WORDS)),
    st.tuples(st.just("write"), st.sampled_from(WORDS), st.sampled_from(("enter", "f12", "f8", "f3", "f2"))),
    st.tuples(st.just("write"), st.sampled_from(WORDS), st.sampled_from(("f10", "f11")), st.just("enter")),
    st.tuples(st.just("voucher"), st.sampled_from(OFFSETS)),
    st.tuples(st.just("press"), st.sampled_from(NAMED)),
    st.tuples(st.just("press"), st.sampled_from(("enter", "f12", "1", "-", "+", "*", "f5", "f6"))),
    st.tuples(st.just("chunk"), st.sampled_from(CODES), st.sampled_from(NAMED), st.sampled_from(CODES)),
    st.tuples(st.just("odd"), st.sampled_from(ODD)),
    st.tuples(st.just("sign in"), st.sampled_from(("1001", "1002", "2001"))),
    st.tuples(st.just("train")),
    st.tuples(st.just("member"), st.sampled_from(tuple(f"f{number}" for number in range(2, 13)))),
)


def act(bench: Bench, hand: tuple[str, ...]) -> int:
    """Let a hand, or the world, do something; return how many scans it brought."""
    kind, *words = hand
    match kind:
        case "scan":
            bench.scan(words[0], double=len(bench.facts) % 7 == 6)
            return 1
        case "burst":
            bench.chunk(*words[0], "enter")
            return int(len(words[0]) >= 6)
        case "chunk":
            bench.chunk(*words[0], "enter", words[1], *words[2], "enter")
            return 2
        case "write":
            bench.write(words[0], *words[1:])
        case "press":
            bench.press(*words)
        case "voucher":
            _voucher(bench, int(words[0]))
        case "sign in":
            bench.sign_in(words[0])
        case "member":
            bench.press("f4")
            bench.write(PHONE, "enter", *words)
        case "train":
            bench.press("f15")
            bench.approve()
        case _:
            _odd(bench, words[0])
    return 0


def _voucher(bench: Bench, offset_fen: int) -> None:
    """Offer a voucher of nearly what is due."""
    sale, priced = bench.counter.record.sale, bench.counter.priced
    if sale is not None and priced is not None:
        paid_fen = sum(voucher.amount_fen for voucher in sale.tenders)
        bench.write(format_fen(max(0, priced.due_fen - paid_fen + offset_fen)), "f8")


def _odd(bench: Bench, what: str) -> None:
    """Let something happen that no hand does."""
    if what == "pin":
        if any(isinstance(effect, CheckPin) for effect in bench.effects):
            bench.check_pin()
    elif what == "offer":
        version = max(bench.shops) + 1
        bench.shops[version] = Shop(version=version, settings=bench.shops[1].settings)
        bench.send(BookOffered(version))
    else:
        sale = bench.counter.record.last.sale.id if bench.counter.record.last is not None else "none"
        bench.send(_news(sale)[what])


def _news(sale: str) -> dict[str, Input]:
    pin = CheckPin(number=StaffNumber("2001"), pin="9999", approval=True)
    query = LookUp(purpose=Purpose.SELL, entry=Entry.SCAN, code=COLA, scan=Scan(device="gun", data=COLA, at_ms=1))
    status = DeviceStatus(name="p", kind=DeviceKind.PRINTER, link=LinkState.ABSENT, state=DeviceState.CLOSED)
    paper = PrintOutcome(action=ActionId(f"print:{sale}:0"), result=PrintResult.UNKNOWN)
    drawer = DrawerOutcome(action=ActionId(f"drawer:{sale}"), result=DrawerResult.STUCK)
    return {
        "wrong pin": PinChecked(query=pin, staff=None),
        "pin of another": PinChecked(query=pin, staff=Shop().staff(StaffNumber("2001"))),
        "lookup": LookedUp(query=query, reason="unknown_item"),
        "refuse": BookFailed(version=99, reason="book_forged"),
        "link": LinkReported(LinkChanged(online=True, acked_seq=3, epoch=1)),
        "device": DeviceReported(status),
        "paper": ReceiptReported(paper),
        "drawer": DrawerReported(drawer),
        "screen": ScreenFaulted("boom"),
        "minute": Fired("minute"),
        "full": SpaceChanged(low=True),
        "room": SpaceChanged(low=False),
    }


def outcomes(bench: Bench) -> int:
    """Return how many scans have their outcome, or wait for it in a question that stands on the screen."""
    own = (LineAdded, LineVoided, QuantityChanged, MemberBound)
    facts = map(bare, bench.facts)
    told = sum(isinstance(fact, ScanHandled) or (isinstance(fact, own) and fact.device != "") for fact in facts)
    draft = draft_of(bench.mode)
    return told + int(draft is not None and draft.query.scan is not None)


@given(ROUNDINGS, st.lists(HANDS, max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_shift_of_any_cashier_holds_the_promises(rounding: Rounding, hands: list[tuple[str, ...]]) -> None:
    bench = with_settings(rounding=rounding)
    bench.members = MemoryMembers(rows=PEOPLE, as_of_ms=1)
    for hand in hands:
        before = outcomes(bench)
        scans = act(bench, hand)
        typed = hand[0] in (
            "write",
            "press",
            "chunk",
            "voucher",
            "sign in",
            "train",
            "member",
        )  # what is typed may make a barcode: a scan as well
        assert scans <= outcomes(bench) - before <= scans + typed
    assert_replayed(bench)
    assert_sales_add_up(bench.facts)
    assert_rounded(bench.facts, rounding)
    assert_once(bench)


def assert_replayed(bench: Bench) -> None:
    """The facts alone, through the journal's encoding, give the record; and prices follow from it."""
    record = bench.start
    for fact in bench.facts:
        record = apply(record, decode_fact(encode_fact(fact)))
    assert record == bench.counter.durable
    sale, priced = record.current.sale, bench.counter.priced
    assert (sale is None) == (priced is None)
    if sale is not None and priced is not None:
        anew = price_sale(sale)
        assert (priced.lines, priced.due_fen, priced.pieces) == (anew.lines, anew.due_fen, anew.pieces)
        assert len(bench.counter.rows) == len(sale.lines)
    assert (bench.counter.asked, bench.counter.backlog) == (None, ())


def assert_sales_add_up(facts: list[Fact]) -> None:
    """Σ line net = total = Σ tenders; receipt numbers have no gap."""
    done = [fact for fact in facts if isinstance(fact, SaleCompleted)]
    for number, fact in enumerate(done, start=1):
        assert sum(fact.net_fen) == fact.total_fen == sum(tender.amount_fen for tender in fact.tenders)
        assert (fact.receipt_count, fact.receipt_no) == (number, f"S01-T03-1-{number:06d}")


PAYMENTS = st.one_of(
    st.tuples(st.just("voucher"), st.sampled_from(OFFSETS)),
    st.tuples(st.just("write"), st.sampled_from(("0.4", "1", "3", "3.5", "4", "8")), st.sampled_from(("f8", "f12"))),
    st.tuples(st.just("press"), st.sampled_from(("enter", "f12", "backspace", "+"))),
)


@given(ROUNDINGS, st.lists(st.sampled_from((COLA, WATER, "2112345012346")), min_size=1), st.lists(PAYMENTS, max_size=9))
@settings(max_examples=300, deadline=None)
def test_any_payment_ends_the_sale_or_is_refused(
    rounding: Rounding, codes: list[str], payments: list[tuple[str, ...]]
) -> None:
    bench = with_settings(rounding=rounding)
    for code in codes:
        bench.scan(code)
    for payment in payments:
        act(bench, payment)
    bench.press("escape", "f12")
    assert bench.of_kind(SaleCompleted)
    assert_sales_add_up(bench.facts)
    assert_rounded(bench.facts, rounding)
    assert_once(bench)


def assert_rounded(facts: list[Fact], rounding: Rounding) -> None:
    """What is asked is the unit's next multiple in the mode's direction; on cash that holds for the rest alone."""
    least = {RoundingMode.UP: 1 - rounding.unit, RoundingMode.HALF_UP: -rounding.unit // 2}.get(rounding.mode, 0)
    most = {RoundingMode.DOWN: rounding.unit - 1, RoundingMode.HALF_UP: rounding.unit // 2}.get(rounding.mode, 0)
    for fact in facts:
        if not isinstance(fact, SaleCompleted):
            continue
        due_fen = fact.gross_fen - fact.discount_fen
        noncash_fen = sum(tender.amount_fen for tender in fact.tenders if tender.kind is not TenderKind.CASH)
        part_fen = due_fen - noncash_fen if rounding.on is RoundingOn.CASH else due_fen
        assert (least <= fact.rounding_fen <= most) if part_fen else fact.rounding_fen == 0
        if rounding.mode is not RoundingMode.NONE:
            assert (part_fen - fact.rounding_fen) % rounding.unit == 0


def assert_once(bench: Bench) -> None:
    """No action is asked for twice, and what is printed agrees with itself."""
    actions = Tally(effect.action for effect in bench.effects if isinstance(effect, PulseDrawer | PrintReceipt))
    assert all(count == 1 for count in actions.values())
    for effect in bench.effects:
        if isinstance(effect, PrintReceipt):
            assert disagreements(document_of(effect.sale, effect.completed)) == ()


@given(st.sampled_from(sorted(MODES)), st.lists(st.text(max_size=9), max_size=6), st.text(max_size=70), st.integers())
@settings(max_examples=150, deadline=None)
def test_no_text_from_outside_raises_or_comes_through_unsafe(
    mode: str, names: list[str], code: str, at_ms: int
) -> None:
    bench = MODES[mode]()
    bench.chunk(*names, *code[:9], at_ms=at_ms)
    bench.send(Fired("burst"))
    bench.chunk(*code, "enter", at_ms=at_ms)
    bench.paste(code, *names)
    bench.scan(code)
    assert bench.view is not None
    assert is_safe(bench.view.input.text)
    assert all(is_safe(fact.code) for fact in bench.facts if isinstance(fact, ScanHandled))
    assert all(is_safe(text) for text in bench.view.notice.params.values())
    assert all(is_safe(line.code) and is_safe(line.name) for line in bench.view.lines)


@given(st.lists(HANDS, max_size=30), st.integers(0, 29))
@settings(max_examples=60, deadline=None)
def test_a_crash_anywhere_keeps_the_basket(hands: list[tuple[str, ...]], at: int) -> None:
    bench = selling()
    for hand in hands[:at]:
        act(bench, hand)
    again = Bench(record=bench.counter.durable, shops=bench.shops, offer=max(bench.shops), now_ms=bench.now_ms)
    sale = bench.counter.record.sale
    assert again.counter.record.sale == sale
    assert again.due == bench.due
    assert (again.mode.name == "locked") == (bench.counter.record.staff is None)
    assert again.view is not None
    assert bench.view is not None
    assert again.view.lines == bench.view.lines
