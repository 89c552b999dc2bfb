"""Whatever tenders are taken and given back, in any order: the sums are right, and nobody spends what is not there."""

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.checkout.modes import Completed
from terminal.domain.document import disagreements
from terminal.domain.members.entries import with_entries
from terminal.domain.members.points import PointsProgram
from terminal.domain.members.stored import StoredOrder, StoredRules
from terminal.domain.money import BASIS
from terminal.domain.sale import TenderKind
from terminal.domain.settings import Rounding, RoundingMode, RoundingOn
from terminal.wire.documents import document_of
from terminal.wire.events import SaleCompleted, decode_fact, encode_fact
from terminal.wire.record import apply
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_members import MEMBER, WANG
from tests.unit.checkout.memory_shop import (
    CHIPS,
)
from tests.unit.checkout.tendering.tender_bench import shop

TODAY = "2026-11-23"
AMOUNTS = ("", "0.01", "1", "6.90", "7", "50", "86.20", "90", "500")
POINTS = ("", "1", "100", "150", "300", "1200", "1240", "9999")
TENDERS = st.one_of(
    st.tuples(st.just("f11"), st.sampled_from(AMOUNTS)),
    st.tuples(st.just("f10"), st.sampled_from(AMOUNTS)),
    st.tuples(st.just("f8"), st.sampled_from(AMOUNTS[1:])),
    st.tuples(st.just("points"), st.sampled_from(POINTS)),
    st.tuples(st.just("/"), st.just("")),
)
PROGRAMS = st.builds(
    PointsProgram,
    fen_per_point=st.sampled_from((10, 100)),
    redeem_fen_per_100=st.sampled_from((7, 100, 150)),
    redeem_step=st.sampled_from((1, 100)),
    redeem_max_bp=st.sampled_from((0, 3_333, BASIS)),
)
ROUNDINGS = st.builds(
    Rounding,
    mode=st.sampled_from(RoundingMode),
    unit=st.sampled_from((1, 10, 100)),
    on=st.sampled_from(RoundingOn),
)
TRADES = st.fixed_dictionaries(
    {"rounding": ROUNDINGS, "stored": st.builds(StoredRules, order=st.sampled_from(StoredOrder))}
)


def take(bench: Bench, tender: tuple[str, str], number: int) -> None:
    """Press what takes a tender, or gives the last one back; each slip of a bank card has a number of its own."""
    key, amount = tender
    if key == "points":
        bench.press("f8", *amount, "enter", "escape", "escape")
    elif key == "f10":
        bench.press(*amount, "f10", *f"{number:06d}", "enter", "escape")
    elif key == "/":
        bench.press("/", "enter") if asks_first(bench) else bench.press("/")
    else:
        bench.press(*amount, key)
        if bench.mode.name == "confirm":
            bench.approve()


def asks_first(bench: Bench) -> bool:
    sale = bench.counter.record.sale
    return sale is not None and bool(sale.tenders) and sale.tenders[-1].kind is TenderKind.CARD


@given(PROGRAMS, TRADES, st.integers(1, 30), st.lists(TENDERS, max_size=6))
@settings(max_examples=150, deadline=None)
def test_any_mixture_ends_in_a_sale_that_adds_up(
    program: PointsProgram, trade: dict[str, object], pieces: int, tenders: list[tuple[str, str]]
) -> None:
    bench = shop(program, **trade)
    bench.write(f"{pieces}*")
    bench.scan(CHIPS)
    bench.scan(MEMBER)
    bench.press("enter")
    for number, tender in enumerate(tenders):
        if bench.mode != Completed():
            take(bench, tender, number)
    if bench.mode != Completed():
        bench.press("escape", "f12")
    done = next(fact for fact in bench.facts if isinstance(fact, SaleCompleted))
    assert sum(done.net_fen) == done.total_fen == sum(tender.amount_fen for tender in done.tenders)
    assert_right(bench, done)
    assert_nothing_overspent(done, program)
    assert_replayed(bench)


def assert_right(bench: Bench, done: SaleCompleted) -> None:
    """HQ comes to the same, also of what the member spent and earned."""
    last, trade = bench.counter.record.last, bench.counter.trade
    assert last is not None
    document = document_of(last.sale, done)
    assert disagreements(document, trade.rounding, pricer=bench.counter.pricer, trade=trade) == ()


def assert_nothing_overspent(done: SaleCompleted, program: PointsProgram) -> None:
    """What is left of the member is what there was without what the tenders say, and with what was earned."""
    after = with_entries(WANG.member, done.entries)
    stored = [tender for tender in done.tenders if tender.kind is TenderKind.STORED]
    spent = sum(tender.points for tender in done.tenders)
    assert after.stored.total == WANG.member.stored.total - sum(tender.amount_fen for tender in stored)
    assert min(after.stored.principal, after.stored.bonus) >= 0
    assert after.points.balance(TODAY) == WANG.member.points.balance(TODAY) - spent + done.points_earned
    assert spent <= WANG.member.points.balance(TODAY)
    assert spent % program.redeem_step == 0 or program.redeem_step == 1
    by_points = sum(tender.amount_fen for tender in done.tenders if tender.kind is TenderKind.POINTS)
    asked_fen = done.gross_fen - done.discount_fen
    assert by_points <= max(done.total_fen, asked_fen) * program.redeem_max_bp // BASIS


def assert_replayed(bench: Bench) -> None:
    """The facts alone give the record."""
    record = bench.start
    for fact in bench.facts:
        record = apply(record, decode_fact(encode_fact(fact)))
    assert record == bench.counter.durable
