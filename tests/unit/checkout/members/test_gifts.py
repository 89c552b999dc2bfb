"""Goods for points, without a sale."""

from terminal.checkout.modes import MemberForm, MemberPage
from terminal.domain.catalog import Article, Terms
from terminal.domain.ids import Sku
from terminal.domain.members.entries import Account
from terminal.domain.members.gifts import PointsGift
from terminal.domain.members.points import PointsProgram
from terminal.domain.paying import OfflineLimits
from terminal.domain.stock import Level
from terminal.domain.text import SafeText, clean
from terminal.wire import member_events as mev
from terminal.wire.counter.panels import MemberPanel
from terminal.wire.moving import moved_by
from terminal.wire.record import TillRecord
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.members.desk import member_id, only, slips
from tests.unit.checkout.memory_members import MEMBER, PHONE
from tests.unit.checkout.memory_shop import (
    ARTICLES,
    COLA,
    Shop,
    article,
)
from tests.unit.checkout.shift_bench import count, in_shift
from tests.unit.checkout.shown import asked, page
from tests.unit.checkout.tendering.tender_bench import online, shop

CUP = PointsGift(sku=Sku("CUP"), name=clean("杯子"), points=500)
BIKE = PointsGift(sku=Sku("BIKE"), points=50_000)
PROGRAM = PointsProgram()
GOODS = (article("CUP", "杯子", 900, plu="55"), article("BIKE", "车", 99_900, plu="56"))


def gifts(*goods: Article, **settings: object) -> Bench:
    """Return a till that gives both for points, with these articles in its book."""
    bench = shop(PROGRAM, points_gifts=(CUP, BIKE), **settings)
    bench.shops[1] = Shop(articles=(*ARTICLES, *goods))
    return bench


def chosen(*keys: str, bench: Bench | None = None) -> Bench:
    """Return a till whose cashier looks at the gifts for a member with 1,240 points."""
    bench = bench or gifts(*GOODS)
    bench.press("f4", *PHONE, "enter", "f12", *keys)
    return bench


def test_the_page_says_what_there_is_and_what_the_points_do_for() -> None:
    bench = chosen()
    assert page(bench).lines[1].params == {"points": "1,240"}
    assert page(bench).rows == (("1", "杯子", "500", ""), ("2", "BIKE", "50,000", "member_gift.too_few"))


def test_a_gift_takes_its_points_the_first_to_expire_first() -> None:
    bench = chosen("1", "enter")
    assert asked(bench) == ("ask.gift", False)
    bench.press("enter")
    fact = only(bench, mev.GiftGiven)
    assert (fact.member, fact.sku, fact.name, fact.points) == ("M1", "CUP", "杯子", 500)
    assert fact.article == "杯子"
    assert [(one.account, one.expires, one.amount) for one in fact.entries] == [
        (Account.POINTS, "2026-12-10", -240),
        (Account.POINTS, "2027-12-31", -260),
    ]
    assert (bench.notice, bench.counter.notice.params) == ("notice.gift_given", {"name": "杯子", "points": "740"})
    (slip,) = slips(bench)
    assert slip.gift is not None
    assert (slip.act, slip.gift.points, slip.gift.left) == ("gift", 500, 740)
    assert isinstance(bench.mode, MemberPage)
    assert moved_by(fact, TillRecord(), TillRecord()) == {Sku("CUP"): Level(on_hand=-1)}


def test_a_sale_of_the_member_goes_on_with_the_points_that_are_left() -> None:
    bench = gifts(*GOODS)
    bench.scan(COLA)
    bench.scan(MEMBER)
    chosen("1", "enter", "enter", bench=bench)
    sale = bench.counter.record.sale
    assert sale is not None
    assert sale.member is not None
    assert (member_id(bench), sale.member.points.balance("2026-11-23")) == ("M1", 740)
    assert (bench.notice, bench.counter.notice.params) == ("notice.gift_given", {"name": "杯子", "points": "740"})
    assert isinstance(bench.mode, MemberPage)
    assert bench.view is not None
    assert isinstance(bench.view.panel, MemberPanel)
    assert bench.view.panel.details is not None
    assert (bench.view.panel.details.points, bench.view.panel.details.bound) == ("740", True)
    bench.press("escape")
    assert (member_id(bench), bench.mode.name) == ("M1", "sale")


def test_too_few_points_are_told() -> None:
    bench = chosen("2", "enter")
    assert (bench.notice, bench.counter.notice.params) == ("error.too_few_points", {"points": "1,240"})
    assert bench.of_kind(mev.GiftGiven) == []


def test_what_is_on_the_stop_list_is_not_given_for_points_either() -> None:
    stopped = article("CUP", "杯子", 900, plu="55", terms=Terms(recalled=SafeText("铅超标")))
    bench = chosen("1", "enter", bench=gifts(stopped))
    assert (bench.notice, bench.counter.notice.params) == ("error.recalled", {"name": "杯子", "why": "铅超标"})
    assert isinstance(bench.mode, MemberForm)
    bench.press("enter")
    assert bench.of_kind(mev.GiftGiven) == []


def test_what_is_not_in_the_book_is_not_given_for_points() -> None:
    bench = chosen("2", "enter", bench=gifts())
    assert (bench.notice, bench.counter.notice.params) == ("error.unknown_item", {"code": "BIKE"})
    assert isinstance(bench.mode, MemberForm)


def test_what_is_not_on_the_list_cannot_be_chosen() -> None:
    bench = chosen("3", "enter")
    assert bench.notice == "error.no_choice"
    assert isinstance(bench.mode, MemberForm)


def test_without_gifts_the_key_says_so() -> None:
    bench = chosen(bench=shop(PROGRAM))
    assert bench.notice == "error.no_gifts"


def test_without_hq_no_points_are_spent_unless_hq_allows_it() -> None:
    bench = online(gifts(*GOODS), now=False)
    chosen("1", "enter", bench=bench)
    assert bench.notice == "error.needs_hq"
    allowed = online(gifts(*GOODS, offline=OfflineLimits(points=True)), now=False)
    chosen("1", "enter", "enter", bench=allowed)
    assert only(allowed, mev.GiftGiven).points == 500


def test_a_gift_of_a_shift_that_is_closed_is_taken_back_the_last_one_first() -> None:
    bench = gifts(*GOODS)
    in_shift(bench)
    bench.press("escape")
    for _ in range(2):
        chosen("1", "enter", "enter", "escape", bench=bench)
    first, last = (fact.act for fact in bench.facts if isinstance(fact, mev.GiftGiven))
    count(bench, "5")
    bench.press("enter", "escape")
    in_shift(bench)
    bench.press("escape")
    for act in (last, first):
        chosen("0", "enter", bench=bench)
        bench.approve()
        bench.press("escape")
        back = [fact for fact in bench.facts if isinstance(fact, mev.GiftTakenBack)][-1]
        assert (back.undoes, back.points) == (act, 500)
    assert bench.members.rows[0].member.points.balance("2026-11-23") == 1_240
