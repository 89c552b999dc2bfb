"""What is done to a till until its screen is worth a picture."""

import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from lab.demo.people import CARD, write_people
from lab.demo.shop import PIN, STAFF
from lab.pictures.campaigns import CAMPAIGNS
from lab.pictures.goods import EARPHONES, FORMULA, POWER_BANK, deposits, lent, tracked
from lab.pictures.inquiries import INQUIRIES
from lab.pictures.returns import refused, returns_of
from lab.pictures.till import OPENING_MS, VERSION, PictureTill, make_book, make_rules
from terminal.checkout.inputs import BookFailed
from terminal.checkout.payments.messages import PaySay
from terminal.wire.counter.view import View
from terminal.wire.files.streams import Stream, book_name
from terminal.wire.gateway import OrderState

WATER, COLA, CHIPS = "6921168509256", "6901939621257", "6924743915763"
MILK, SOY_SAUCE, PURE_WATER = "6907992512570", "6902265360100", "6922255451427"
APPLES, UNKNOWN = "2100001008567", "6999999999997"
MEMBER, COUPON = CARD, "9810000000013"
WECHAT_CODE = "134567890123456799"
COLLEAGUE, COLLEAGUES_PIN = "1002", "246810"
SUPERVISOR, SUPERVISORS_PIN = "2001", "135790"
BETWEEN_SALES_MS = 240_000
OPENING_DAY = date(2025, 11, 21)
OLD_MS = 18 * 60_000
"""How long ago HQ sent what it knows of members."""

Scene = Callable[[PictureTill], None]


def opened(till: PictureTill) -> None:
    """The book is there and a cashier has signed in."""
    till.get_book()
    till.sign_in(STAFF, PIN)


def basket(till: PictureTill) -> None:
    """A member buys a bit of everything: several of one, a reduced line, weighed goods, member prices."""
    opened(till)
    till.clock.now_ms += 2 * BETWEEN_SALES_MS
    till.scan(WATER, times="2*")
    till.scan(COLA)
    till.write("0.50", "f3", "2")
    till.scan(CHIPS, times="3*")
    till.scan(APPLES)
    till.scan(MILK)
    till.scan(MEMBER)
    till.scan(SOY_SAUCE)
    till.scan(PURE_WATER, times="6*")


def training(till: PictureTill) -> None:
    """A cashier is trained: a basket that is none."""
    opened(till)
    till.press("f15")
    till.sign_in(SUPERVISOR, SUPERVISORS_PIN)
    till.scan(COLA)
    till.scan(CHIPS, times="3*")


def attended(till: PictureTill) -> None:
    """Two people came, one of them left."""
    opened(till)
    till.press("f20", "2")
    for way, number, pin in (("1", STAFF, PIN), ("1", COLLEAGUE, COLLEAGUES_PIN), ("2", STAFF, PIN)):
        till.press(way)
        till.sign_in(number, pin)
        till.clock.now_ms += BETWEEN_SALES_MS


def in_shift(till: PictureTill) -> None:
    """A shift with two sales, one of them with a voucher, and cash for the safe."""
    opened(till)
    till.press("f17")
    till.write("500", "enter")
    for goods, keys in ((MILK, ("f12",)), (SOY_SAUCE, (*"5", "f8", "f12"))):
        till.scan(goods)
        till.press(*keys)
    till.press("enter", "f17", "3", *"50", "enter", "1", "escape")


def closed(till: PictureTill) -> None:
    """The drawer was counted, and is a little short."""
    in_shift(till)
    till.press("f17", "7", *"4", "enter", *"2", "enter", *"1", "enter", *"1", "enter", "enter", *"4", "f12", "enter")


def stock_kept(till: PictureTill) -> None:
    """A supervisor receives goods."""
    till.get_book()
    till.sign_in(SUPERVISOR, SUPERVISORS_PIN)
    till.press("f20", "1")


def receiving(till: PictureTill) -> None:
    """Goods came with a delivery note, and are scanned."""
    stock_kept(till)
    till.write("1")
    till.write("N20251121", "enter")
    till.scan(WATER, times="24*")
    till.scan(APPLES)
    till.scan(SOY_SAUCE, times="12*")
    till.scan(COLA, times="48*")


def received(till: PictureTill) -> None:
    """Goods are booked, and there are still few of some."""
    receiving(till)
    till.press("f12", "enter")


def led(till: PictureTill) -> None:
    """A supervisor has signed in."""
    till.get_book()
    till.sign_in(SUPERVISOR, SUPERVISORS_PIN)


def inspected(till: PictureTill) -> None:
    """A supervisor looks at what is to be inspected."""
    led(till)
    till.press("f20", "3")


def adjusting(till: PictureTill) -> None:
    """Something broke."""
    stock_kept(till)
    till.press("8")
    till.scan(SOY_SAUCE, times="2*")


def counting(till: PictureTill) -> None:
    """Goods are counted after some were sold: the till asks whether to book."""
    stock_kept(till)
    till.press("escape")
    till.scan(WATER, times="6*")
    till.press("f12", "f20", "1", "7")
    till.scan(WATER, times="20*")
    till.scan(CHIPS, times="3*")
    till.press("f12")


def then(*names: str, before: Scene = basket) -> Scene:
    """Return the scene of some keys after another one."""

    def scene(till: PictureTill) -> None:
        before(till)
        till.press(*names)

    return scene


def waiting_for_pin(till: PictureTill) -> None:
    """The PIN is typed and being checked."""
    till.get_book()
    till.write(STAFF, "enter")
    till.write(PIN)
    till.press("enter", answered=False)


def no_book(till: PictureTill) -> None:
    """HQ sent a book that is not whole."""
    till.happen(BookFailed(version=1, reason="book_torn"))


def unknown_article(till: PictureTill) -> None:
    """An article that is not in the book, with a price being typed."""
    basket(till)
    till.scan(UNKNOWN)
    till.write("12.5")


def many(till: PictureTill) -> None:
    """More of an article than people buy: the till asks."""
    basket(till)
    till.scan(CHIPS, times="200*")


def price_of(code: str) -> Scene:
    """Return the scene of a price check."""

    def scene(till: PictureTill) -> None:
        basket(till)
        till.press("f14")
        till.scan(code)

    return scene


def promoted(*names: str) -> Scene:
    """Return the scene of some keys where rules work: half prices, three for a price, a coupon, and what is near."""

    def scene(till: PictureTill) -> None:
        till.get_rules()
        opened(till)
        till.go_online()
        till.scan(WATER, times="3*")
        till.scan(CHIPS, times="2*")
        till.scan(SOY_SAUCE, times="2*")
        till.scan(COUPON)
        till.press(*names)

    return scene


def members(*names: str) -> Scene:
    """Return the scene of some keys on the page of members, with an article in the sale."""

    def scene(till: PictureTill) -> None:
        opened(till)
        till.scan(WATER, times="2*")
        till.press("f4", *names)

    return scene


def two_held(till: PictureTill) -> None:
    """A colleague and the cashier each put a sale aside, the list is open."""
    till.get_book()
    till.sign_in(COLLEAGUE, COLLEAGUES_PIN)
    till.scan(SOY_SAUCE, times="2*")
    till.scan(CHIPS, times="4*")
    till.press("f5", "f16")
    till.clock.now_ms += BETWEEN_SALES_MS
    till.sign_in(STAFF, PIN)
    till.scan(CHIPS)
    till.scan(MEMBER)
    till.scan(MILK, times="2*")
    till.press("f5")
    till.clock.now_ms += BETWEEN_SALES_MS
    till.press("f6")


def by_code(amount: str = "") -> Scene:
    """Return the scene of a customer's code before the scanner, after an amount or none."""

    def scene(till: PictureTill) -> None:
        basket(till)
        till.go_online()
        till.press("enter", *amount)
        till.scan(WECHAT_CODE)

    return scene


def waiting_for_customer(till: PictureTill) -> None:
    """The customer types a password, and the next one's goods are scanned already."""
    by_code()(till)
    till.hear(OrderState.PENDING)
    till.wait()
    till.scan(CHIPS)


def unknown_payment(till: PictureTill) -> None:
    """The payment host has gone silent: nobody knows whether it is paid."""
    by_code()(till)
    till.hear(OrderState.NONE)
    while till.view.notice.message != PaySay.UNKNOWN:
        till.wait()
        till.hear(OrderState.NONE)


def part_by_code(till: PictureTill) -> None:
    """A part is paid by code."""
    by_code("50")(till)
    till.hear(OrderState.PAID, 5_000)


def value_of_member(*names: str) -> Scene:
    """Return the scene of some keys on the tender page of a member's sale, where points and coupons count."""

    def scene(till: PictureTill) -> None:
        till.get_rules()
        basket(till)
        till.go_online()
        till.press("enter", *names)

    return scene


PAYING = then("enter")
VOUCHER = then(*"100", "f8", before=PAYING)
SCENES: Mapping[str, Scene] = MappingProxyType(
    {
        "sale": then(*"6*"),
        "no_book": no_book,
        "login": then(*STAFF, before=PictureTill.get_book),
        "login_pin": then("enter", *PIN, before=then(*STAFF, before=PictureTill.get_book)),
        "login_checking": waiting_for_pin,
        "login_again": then("f16"),
        "prompt_quantity": then("f2", *"12"),
        "prompt_price": unknown_article,
        "prompt_weight": then(*"00009", "enter", *"0.4"),
        "prompt_batch": tracked(FORMULA),
        "prompt_serial": then(*"SN", before=tracked(EARPHONES)),
        "deposit_ask": deposits,
        "tender_deposits": then("enter", before=lent),
        "completed_deposits": then("enter", "f12", before=lent),
        "price_check_recalled": price_of(POWER_BANK),
        "prompt_reason": then(*"1", "f3"),
        "prompt_new_price": then("f3", *"1.2"),
        "search": then("k", "down"),
        "search_none": then(*"zzz"),
        "tender": PAYING,
        "tender_voucher": VOUCHER,
        "tender_change": then("+", "+", "+", before=VOUCHER),
        "tender_by_code": part_by_code,
        "tender_reverse": then("/", before=part_by_code),
        "tender_member": value_of_member(),
        "tender_mixed": value_of_member("f8", *"500", "enter", *"30", "f11", *"20", "f10", *"100234567890", "enter"),
        "tender_slip": value_of_member(*"20", "f10", *"100234567"),
        "tender_slip_voided": value_of_member(*"20", "f10", *"100234567890", "enter", "/"),
        "tender_redeem": value_of_member("f8", *"500"),
        "tender_redeem_coupon": value_of_member("f8", "down", "enter", "f8", "down"),
        "help_redeem": value_of_member("f8", "f1"),
        "paying": waiting_for_customer,
        "paying_unknown": unknown_payment,
        "paying_help": then("f1", before=waiting_for_customer),
        "paying_status": then("f18", before=unknown_payment),
        "returned_refused": refused(by_code()),
        "paying_status_refused": refused(by_code(), "f18"),
        "refund_in_cash_ask": refused(by_code(), "f18", "1"),
        "completed": then(*"200", "f12", before=PAYING),
        "held": two_held,
        "price_check": then("f14"),
        "price_check_found": price_of(PURE_WATER),
        "price_check_unknown": price_of(UNKNOWN),
        "reasons": promoted("home", "="),
        "reasons_of_whole": promoted("end", "="),
        "tender_near": promoted("enter"),
        "help_reasons": promoted("=", "f1"),
        "member": members(),
        "member_several": members(*"6021", "enter"),
        "member_one": members(*"13800136021", "enter"),
        "member_of_sale": then("f4"),
        "member_register": members("f3", *"13500001234", "enter", *"wang", "enter"),
        "member_agree": members("f3", *"13500001234", "enter", "enter", "enter", "enter", "enter"),
        "member_top_up": members(*"13800136021", "enter", "f2", *"100", "enter"),
        "member_card": members(*"13800136021", "enter", "f3"),
        "member_edit": members(*"13800136021", "enter", "f11", *"13500001234", "enter"),
        "member_gifts": value_of_member("escape", "f4", "f12", "3", "enter", "enter", "f12"),
        "confirm": many,
        "confirm_approval": then("f19"),
        "confirm_pin": then("f19", *SUPERVISOR, "enter", *"1357"),
        "help_sale": then("f1"),
        "help_tender": then("f1", before=PAYING),
        "help_member": then("f1", before=members()),
        "help_member_form": then("f1", before=members("f3")),
        "help_other": then("f14", "f1"),
        "status": then("f18"),
        "training_ask": then("f15", before=opened),
        "training": training,
        "training_completed": then(*"50", "f12", before=training),
        "training_end": then("f15", before=training),
        "training_locked": then("f16", before=training),
        "shift_none": then("f17", *"50", before=opened),
        "shift": then("f17", before=in_shift),
        "cash_move": then("f17", "2", *"30", before=in_shift),
        "cash_move_reason": then("f17", "2", *"30", "enter", before=in_shift),
        "count": then("f17", "7", *"4", "enter", *"2", "enter", *"1", before=in_shift),
        "count_done": then("f17", "7", *"4", "enter", *"2", "f12", before=in_shift),
        "report_z": closed,
        "store_menu": then("f20", before=opened),
        "attendance": then("f20", "2", before=opened),
        "attendance_pin": then(*"1", *STAFF, "enter", *"12", before=attended),
        "attendance_list": attended,
        "stock_menu": stock_kept,
        "stock_low": then("escape", "f20", "1", "9", before=received),
        "stock_reference": then("1", *"n7", before=stock_kept),
        "stock_store": then("3", before=stock_kept),
        "stock_empty": then("5", before=stock_kept),
        "stock": receiving,
        "stock_booked": then("f12", "enter", before=receiving),
        "stock_reason": then("f12", before=adjusting),
        "stock_count": counting,
        **INQUIRIES,
        **CAMPAIGNS,
        "tasks": then("f20", "3", before=led),
        "inspection": then("1", "enter", *"15", "enter", before=inspected),
        "inspection_remark": then("1", "enter", *"15", "enter", "enter", "enter", before=inspected),
        "inspection_done": then("1", "enter", "enter", "enter", "enter", "2", before=inspected),
        "help_stock": then("f1", before=receiving),
        **returns_of(basket),
    }
)
"""The pages of the screen, and the states of a page that look different."""


@cache
def view_of(name: str) -> View:
    """Return what a till of its own shows in a scene."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        books = root / "books"
        books.mkdir()
        (books / book_name(VERSION)).write_bytes(_book())
        (books / book_name(VERSION, Stream.RULES)).write_bytes(_rules())
        write_people(books, today=OPENING_DAY, as_of_ms=OPENING_MS - OLD_MS)
        with closing(PictureTill(root / "till", books)) as till:
            SCENES[name](till)
            return till.view


@cache
def _book() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return make_book(Path(folder)).read_bytes()


@cache
def _rules() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return make_rules(Path(folder)).read_bytes()
