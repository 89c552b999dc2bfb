"""Price books change between sales only; news of the way to HQ; the minute."""

import pytest
from msgspec.structs import replace

from terminal.checkout.effects import Arm, OpenBook
from terminal.checkout.inputs import BookFailed, BookOffered, BookOpened, ClockJudged, Fired, LinkReported
from terminal.checkout.messages import Say
from terminal.checkout.modes import NoBook, Prompting, Selling, Tendering
from terminal.wire.clock_events import ClockDoubted, ClockMended
from terminal.wire.counter.panels import NoBookPanel, StatusPanel
from terminal.wire.counter.view import UplinkView
from terminal.wire.doorbell import LinkChanged, LinkTrouble
from terminal.wire.events import BookActivated, BookRefused, SaleStarted
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
)
from tests.unit.checkout.memory_shop import (
    ARTICLES,
    COLA,
    SETTINGS,
    UNKNOWN,
    Shop,
)


def dearer(version: int = 2) -> Shop:
    return Shop(
        version=version,
        articles=tuple(replace(one, price_fen=500) if one.sku == "COLA" else one for one in ARTICLES),
        settings=replace(SETTINGS, member_prefixes=("77",)),
    )


def pushed(bench: Bench, version: int = 2) -> Bench:
    bench.shops[version] = dearer(version)
    bench.send(BookOffered(version))
    return bench


def test_without_a_book_nothing_is_sold() -> None:
    bench = Bench(offer=None)
    bench.scan(COLA)
    assert bench.rejections() == [("no_book", "no_book")]


def test_the_first_book_is_activated_without_a_word() -> None:
    bench = Bench()
    assert bench.facts == [BookActivated(version=1, sha256="00", label="v1")]
    assert bench.notice == ""
    assert bench.counter.settings is SETTINGS


def test_the_same_book_is_not_activated_again_at_a_restart() -> None:
    bench = Bench()
    again = Bench(record=bench.counter.durable)
    assert again.facts == []
    assert again.mode.name == "locked"


def test_a_new_book_decides_from_the_next_sale_on() -> None:
    bench = selling()
    bench.scan(COLA)
    pushed(bench)
    bench.scan(COLA)
    assert bench.due == "7.00"
    bench.press("f12")
    assert bench.facts[-1] == BookActivated(version=2, sha256="00", label="v2")
    assert bench.counter.settings.member_prefixes == ("77",)
    (started, *_) = bench.scan(COLA)
    assert isinstance(started, SaleStarted)
    assert (started.book_version, bench.due) == (2, "5.00")


def test_a_book_of_the_first_release_has_cards_of_any_length() -> None:
    bench = selling(shops={1: Shop(settings=replace(SETTINGS, member_cards=(), member_prefixes=("77",)))})
    bench.scan("77123456789012")
    assert bench.counter.record.sale is not None
    assert bench.counter.record.sale.member_card == "77123456789012"


def test_between_sales_a_new_book_decides_at_once_and_is_said() -> None:
    bench = pushed(selling())
    assert (bench.notice, bench.counter.notice.params) == ("notice.book_changed", {"label": "v2"})
    assert bench.counter.record.book_version == 2


def test_a_voided_or_held_sale_lets_the_new_book_in() -> None:
    for keys in (("f5",), ("-", "f19")):
        bench = selling()
        bench.scan(COLA)
        pushed(bench)
        assert bench.counter.record.book_version == 1
        bench.press(*keys)
        assert bench.counter.record.book_version == 2


def test_a_line_that_waits_for_its_price_keeps_its_book() -> None:
    bench = selling()
    bench.scan(UNKNOWN)
    pushed(bench)
    assert isinstance(bench.mode, Prompting)
    assert bench.counter.record.book_version == 1
    bench.write("5", "enter")
    assert bench.counter.record.sale is not None
    assert bench.counter.record.sale.book_version == 1


def test_a_code_right_behind_the_end_of_a_sale_has_the_new_price() -> None:
    bench = selling()
    bench.scan(COLA)
    pushed(bench)
    bench.chunk("f12", *COLA, "enter")
    assert (bench.due, bench.counter.record.sale is not None) == ("5.00", True)


def test_the_newest_of_several_offers_is_taken() -> None:
    bench = selling()
    bench.scan(COLA)
    pushed(pushed(bench, 3), 2)
    bench.press("f12")
    assert bench.counter.record.book_version == 3


def test_an_older_book_is_not_taken() -> None:
    bench = pushed(selling())
    count = len(bench.effects)
    bench.send(BookOffered(1))
    assert len(bench.effects) == count


def test_a_refused_book_is_told_and_the_till_sells_on() -> None:
    bench = selling()
    bench.send(BookOffered(7))
    assert bench.facts[-1] == BookRefused(version=7, reason="book_torn")
    assert bench.counter.notice.params == {"version": "7", "reason": "error.book_torn"}
    bench.scan(COLA)
    assert bench.due == "3.50"


def test_a_refusal_from_the_uplink_is_told_too() -> None:
    bench = selling()
    bench.send(BookFailed(version=9, reason="book_forged"))
    assert bench.facts[-1] == BookRefused(version=9, reason="book_forged")
    assert bench.notice == "notice.book_refused"


def test_the_only_book_may_be_refused() -> None:
    bench = Bench(offer=7)
    assert bench.mode == NoBook("book_torn")
    assert bench.view is not None
    assert bench.view.panel == NoBookPanel(reason="book_torn")


def test_after_a_crash_the_sale_is_there_with_its_own_book() -> None:
    bench = selling()
    bench.scan(COLA)
    crashed = bench.counter.record
    again = Bench(shops={1: Shop(), 2: dearer()}, record=crashed, offer=2)
    assert (again.mode, again.due, again.counter.selected) == (Selling(), "3.50", 1)
    assert [effect for effect in again.effects if isinstance(effect, OpenBook)] == [OpenBook(1)]
    again.scan(COLA)
    assert again.due == "7.00"
    again.press("f12")
    assert again.counter.record.book_version == 2


def test_after_a_crash_a_sale_that_is_partly_paid_is_paid() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("1", "f8")
    assert Bench(record=bench.counter.durable).mode == Tendering()


def test_a_sale_whose_book_is_gone_can_still_be_ended() -> None:
    bench = selling()
    bench.scan(COLA)
    again = Bench(shops={2: dearer()}, record=bench.counter.record, offer=2)
    assert [fact.version for fact in again.facts if isinstance(fact, BookRefused)] == [1]
    assert (again.mode.name, again.due) == ("sale", "3.50")
    again.scan(COLA)
    assert again.rejections() == [("no_book", "sale")]
    again.press("f12")
    assert again.counter.record.book_version == 2


def test_a_book_arrives_under_the_help_page() -> None:
    bench = Bench(offer=None)
    bench.press("f1")
    bench.send(BookOffered(1))
    bench.press("escape")
    assert bench.mode.name == "locked"


def test_a_book_that_could_not_be_made_durable_is_tried_again() -> None:
    bench = Bench(offer=None)
    bench.refusing = "disk_full"
    bench.send(BookOffered(1))
    assert (bench.mode, bench.notice) == (NoBook(), "error.disk_full")
    bench.refusing = ""
    bench.send(Fired("minute"))
    assert bench.mode.name == "locked"


def test_an_opened_book_that_nobody_asked_for_is_taken_between_sales() -> None:
    bench = selling()
    shop = dearer()
    bench.send(BookOpened(info=shop.info, settings=shop.settings))
    assert bench.counter.record.book_version == 2


def uplink(bench: Bench) -> UplinkView:
    assert bench.view is not None
    return bench.view.uplink


def test_the_way_to_hq_is_shown_with_queue_and_age() -> None:
    bench = selling()
    assert uplink(bench) == UplinkView(book_version=1, book_label="v1")
    bench.send(LinkReported(LinkChanged(online=False, acked_seq=1, epoch=1, oldest_unacked_ms=bench.now_ms - 61_000)))
    assert uplink(bench) == UplinkView(state="offline", queue=1, oldest_s=61, book_version=1, book_label="v1")
    bench.now_ms += 60_000
    bench.send(Fired("minute"))
    assert uplink(bench).oldest_s == 121
    bench.send(LinkReported(LinkChanged(online=True, acked_seq=9, epoch=1)))
    assert uplink(bench) == UplinkView(state="online", book_version=1, book_label="v1")
    bench.send(LinkReported(None))
    assert uplink(bench).state == "absent"


def test_what_hq_has_of_another_epoch_is_nothing_of_this_one() -> None:
    bench = selling()
    bench.send(LinkReported(LinkChanged(online=True, acked_seq=9, epoch=7)))
    assert uplink(bench).queue == len(bench.facts) > 0


@pytest.mark.parametrize("trouble", list(LinkTrouble))
def test_trouble_with_hq_that_a_person_must_mend_is_told_once_and_stands_in_the_header(trouble: LinkTrouble) -> None:
    bench = selling()
    told = LinkReported(LinkChanged(online=False, acked_seq=1, epoch=1, trouble=trouble))
    bench.send(told)
    assert bench.counter.notice.message == f"notice.link_{trouble.value}"
    assert uplink(bench).state == trouble.value
    serial = bench.counter.notice.serial
    bench.send(told)
    assert bench.counter.notice.serial == serial


def test_the_minute_asks_for_the_next() -> None:
    bench = Bench(now_ms=1_000_250)
    bench.send(Fired("minute"))
    assert bench.effects[-1] == Arm("minute", 60_000 - 40_000 - 250)


def test_a_timer_that_nobody_knows_means_nothing() -> None:
    bench = selling()
    before = bench.counter
    assert bench.send(Fired("tea")) == []
    assert bench.counter == before


def clock(*, doubted: bool) -> ClockJudged:
    return ClockJudged(doubted=doubted, machine_ms=9_000_000, last_ms=1000, was_ms=2000)


def test_a_clock_that_cannot_be_right_is_said_shown_and_journaled_and_the_sale_goes_on() -> None:
    bench = selling()
    bench.scan(COLA)
    assert bench.send(clock(doubted=True)) == [ClockDoubted(machine_ms=9_000_000, last_ms=1000)]
    assert bench.view is not None
    assert (bench.notice, bench.view.header.clock) == (Say.CLOCK_DOUBTED, "10:00?")
    bench.press("f18")
    assert bench.view.panel == StatusPanel(journal_seq=len(bench.facts), clock_doubted=True)
    bench.press("escape")
    bench.scan(COLA)
    assert bench.due == "7.00"
    again = Bench(record=bench.counter.durable)
    assert again.notice == Say.CLOCK_DOUBTED


def test_a_clock_that_is_right_again_is_said_with_the_day() -> None:
    bench = selling()
    bench.send(clock(doubted=True))
    now_ms = bench.now_ms
    assert bench.send(clock(doubted=False)) == [ClockMended(machine_ms=9_000_000, was_ms=2000, now_ms=now_ms)]
    assert bench.view is not None
    assert (bench.notice, bench.view.header.clock) == (Say.CLOCK_MENDED, "10:00")
    assert bench.view.notice.params == {"date": "2026-11-23"}


def test_what_the_last_sale_may_owe_is_said_before_the_clock() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("f12")
    again = Bench(record=bench.counter.durable)
    before = again.notice
    again.send(clock(doubted=True))
    assert again.notice == before == Say.BOTH_UNCONFIRMED
