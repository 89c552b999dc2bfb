"""A real desk on a real journal: whatever was sold, and however it was paid, all of it comes back to nothing."""

import tempfile
from collections import Counter as Tally
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from hq.projector import project
from lab.demo.people import write_people
from lab.pictures.scenes import APPLES, CHIPS, COLA, COUPON, MEMBER, MILK, OPENING_DAY, SOY_SAUCE, WATER, WECHAT_CODE
from lab.pictures.till import OPENING_MS, VERSION, PictureTill, make_book, make_rules
from terminal.domain.ids import Identity
from terminal.domain.members.entries import Account
from terminal.domain.members.stored import StoredValue
from terminal.domain.sale import TenderKind
from terminal.offline.reader import JournalReader
from terminal.offline.state import SqliteRecordStore
from terminal.wire.chain import Row
from terminal.wire.counter.panels import PagePanel
from terminal.wire.events import Fact, SaleCompleted, decode_fact
from terminal.wire.files.streams import Stream, book_name
from terminal.wire.gateway import OrderState
from terminal.wire.record import TillRecord
from terminal.wire.return_events import SaleReturned

MANAGER, PIN = "3001", "975310"
GOODS = (WATER, COLA, CHIPS, MILK, SOY_SAUCE, APPLES)
WHO = Identity(store="S01", till="T01", epoch=1)
TENDERS = ("voucher", "points", "stored", "card", "code")
ROUNDS = 40
"""More returns than a basket has units."""


class Shopping(Struct, frozen=True, kw_only=True):
    """What somebody buys, and what it is paid with before cash."""

    goods: tuple[tuple[str, int], ...]
    member: bool
    coupon: bool
    counted: bool
    tenders: tuple[str, ...]


shoppings = st.builds(
    Shopping,
    goods=st.lists(st.tuples(st.sampled_from(GOODS), st.integers(1, 4)), min_size=1, max_size=4).map(tuple),
    member=st.booleans(),
    coupon=st.booleans(),
    counted=st.booleans(),
    tenders=st.lists(st.sampled_from(("voucher", "points", "stored", "card", "code")), max_size=3, unique=True).map(
        tuple
    ),
)


@cache
def books() -> tuple[bytes, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        return make_book(root).read_bytes(), make_rules(root).read_bytes()


@contextmanager
def till() -> Iterator[tuple[PictureTill, Path]]:
    """Open a till of the demo's shop with rules and members, and a shift; its folder is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shelf = root / "books"
        shelf.mkdir()
        for stream, body in zip((Stream.PRICE, Stream.RULES), books(), strict=True):
            (shelf / book_name(VERSION, stream)).write_bytes(body)
        write_people(shelf, today=OPENING_DAY, as_of_ms=OPENING_MS)
        with closing(PictureTill(root / "till", shelf)) as opened:
            opened.get_book()
            opened.get_rules()
            opened.sign_in(MANAGER, PIN)
            opened.press("f17", "0", "enter")
            opened.go_online()
            yield opened, root / "till"


def sell(shop: PictureTill, what: Shopping) -> None:
    """Sell a basket; a tender that the till refuses is not taken."""
    for code, times in what.goods:
        shop.scan(code, times=f"{times}*" if times > 1 and code != APPLES else "")
    if what.member:
        shop.scan(MEMBER)
    if what.member and what.counted:
        shop.press("home", "f4", "f8", "escape")
    if what.coupon:
        shop.scan(COUPON)
    shop.press("enter")
    for tender in what.tenders:
        _pay(shop, tender)
    while shop.record.sale is not None:
        shop.press("escape", "enter", "f12")


def _pay(shop: PictureTill, tender: str) -> None:
    if shop.record.sale is None:
        return
    match tender:
        case "voucher":
            shop.press("1", "f8")
        case "points":
            shop.press("f8", *"100", "enter", "escape", "enter")
        case "stored":
            shop.press("2", "f11")
        case "card":
            shop.press("1", "f10", *"87654321", "enter")
        case _:
            shop.press("1")
            shop.scan(WECHAT_CODE)
            if any(one.is_undecided for one in shop.record.payments):
                shop.hear(OrderState.PAID, 100)


def take_back(shop: PictureTill, data: st.DataObject) -> None:
    """Take some of what is left back; after enough rounds all of it."""
    for number in range(ROUNDS):
        shop.press("f7", "enter")
        panel = shop.view.panel
        assert isinstance(panel, PagePanel)
        rows = panel.rows
        before = shop.record.returns_done
        if number == ROUNDS - 1 or data.draw(st.integers(0, 7)) == 0:
            shop.press("f5")
        else:
            line = data.draw(st.integers(0, len(rows) - 1))
            shop.press("home", *["down"] * line, str(data.draw(st.integers(1, 2))), "+")
            if data.draw(st.integers(0, 4)) == 0:
                shop.press("f3")
        shop.press("f12", "1", "enter")
        if shop.record.returns_done == before:
            shop.press("escape", "escape", "escape")
            if all(line_is_back(row) for row in rows):
                return
        else:
            if shop.record.payments:
                shop.hear(OrderState.REFUNDED)
            shop.press("enter")


def line_is_back(row: tuple[str, ...]) -> bool:
    """Whether all of a row of the page is back: a weighed line is one unit."""
    return row[3] == (row[2] if "kg" not in row[2] else "1")


def told(folder: Path) -> tuple[list[Row], list[Fact]]:
    rows = list(JournalReader(folder, epoch=1, max_rows=5000).read(0, limit=5000))
    return rows, [decode_fact(row.body) for row in rows]


@given(shoppings, st.data())
@settings(max_examples=15, deadline=None)
def test_all_that_was_sold_comes_back_to_nothing(what: Shopping, data: st.DataObject) -> None:
    with till() as (shop, folder):
        sell(shop, what)
        take_back(shop, data)
        rows, facts = told(folder)
        (sold,) = (fact for fact in facts if isinstance(fact, SaleCompleted))
        back = [fact for fact in facts if isinstance(fact, SaleReturned)]
        assert sum(fact.amount_fen for fact in back) == sold.total_fen
        _assert_money(sold, back)
        _assert_member(sold, back)
        _assert_shelf(sold, back, folder, shop)
        assert [alarm.detail for alarm in project(TillRecord(), rows, terminal="S01-T01", epoch=1).alarms] == []


def test_an_exchange_leaves_both_sales_right_at_hq() -> None:
    with till() as (shop, folder):
        sell(
            shop, Shopping(goods=((COLA, 2), (CHIPS, 3)), member=True, coupon=True, counted=False, tenders=("points",))
        )
        shop.press("f7", "enter", "end", "2", "+", "f6", "2", "enter")
        shop.scan(MILK)
        shop.press("enter", "f12")
        assert shop.record.exchange is None
        rows, facts = told(folder)
        back = [fact for fact in facts if isinstance(fact, SaleReturned)][-1]
        bought = [fact for fact in facts if isinstance(fact, SaleCompleted)][-1]
        assert back.bought_by == bought.sale_id
        assert bought.tenders[0].amount_fen == back.credit_fen == back.amount_fen
        assert [alarm.detail for alarm in project(TillRecord(), rows, terminal="S01-T01", epoch=1).alarms] == []
        assert shop.record.last is not None
        shop.press("f7", "enter", "f5", "f12", "1", "enter")
        again = [fact for fact in told(folder)[1] if isinstance(fact, SaleReturned)][-1]
        assert again.amount_fen == bought.total_fen
        assert {tender.kind for tender in again.tenders} == {TenderKind.CASH, TenderKind.POINTS}


def _assert_money(sold: SaleCompleted, back: list[SaleReturned]) -> None:
    paid, given_back, tax = Tally[TenderKind](), Tally[TenderKind](), Tally[tuple[int, str]]()
    for tender in sold.tenders:
        paid[tender.kind] += tender.amount_fen
    for fact in back:
        for tender in fact.tenders:
            given_back[tender.kind] += tender.amount_fen
    assert +paid == +given_back
    for sign, vat in (*((1, one) for one in sold.vat), *((-1, one) for fact in back for one in fact.vat)):
        tax[vat.rate_bp, "gross"] += sign * vat.gross_fen
        tax[vat.rate_bp, "tax"] += sign * vat.tax_fen
    assert not any(tax.values())


def _assert_member(sold: SaleCompleted, back: list[SaleReturned]) -> None:
    sums = Tally[str]()
    for entry in (*sold.entries, *(entry for fact in back for entry in fact.entries)):
        sign, account = (-1, Account.POINTS) if entry.account is Account.DEBT else (1, entry.account)
        sums[account] += sign * entry.amount
    assert not any(sums.values())
    value = sum((fact.stored for fact in back if fact.stored is not None), StoredValue())
    used = sum((one.stored for one in sold.tenders if one.stored is not None), StoredValue())
    assert value == used
    assert sum(fact.points.clawed for fact in back if fact.points is not None) == sold.points_earned
    assert sum(fact.points.returned for fact in back if fact.points is not None) == sold.points_used


def _assert_shelf(sold: SaleCompleted, back: list[SaleReturned], folder: Path, shop: PictureTill) -> None:
    """Goods are on the shelf again but for damaged ones, coupons are good again, and the shift took nothing."""
    good = {code: status for fact in back for code, status in fact.coupons.items()}
    assert good == {use.code: "issued" for use in sold.coupons}
    missing = Tally[str]()
    for line in (line for fact in back for line in fact.lines if line.damaged):
        missing[line.sku] -= (line.weight_g or 0) if line.unit == "kg" else line.units
    skus = {line.sku for fact in back for line in fact.lines}
    with closing(SqliteRecordStore(folder, WHO)) as store:
        levels = {sku: level.on_hand for sku, level in store.stock.levels(skus).items() if level.on_hand}
        assert levels == {sku: quantity for sku, quantity in missing.items() if quantity}
        assert not any(store.promotions.coupon_used(use.code) for use in sold.coupons)
        found = store.sales.by_id(sold.sale_id)
        assert found is not None
        assert (found.sold.left_fen, found.sold.earned, found.sold.is_empty) == (0, 0, True)
    shift = shop.record.shift
    assert shift is not None
    assert shift.sums.by_tender == {}
    assert shop.record.payments == ()
    assert shift.sums.net_sales_fen == 0
