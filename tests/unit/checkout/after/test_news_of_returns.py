"""What other tills took back is asked of HQ while it is there, and known when it is not."""

from msgspec.structs import replace

from terminal.checkout.after.messages import AfterNo, AfterSay
from terminal.checkout.after.news import EVERY_MS
from terminal.checkout.handlers.books import MINUTE
from terminal.checkout.inputs import Fired, LinkReported
from terminal.domain.ids import ActionId
from terminal.wire.asking import Returned, ReturnsAsk
from terminal.wire.doorbell import Failure, LinkChanged
from terminal.wire.return_events import ReturnsElsewhere, SaleReturned
from tests.unit.checkout.after.desk import give_back, on_receipt, only, sold, till
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_shop import (
    CHIPS,
)
from tests.unit.checkout.shown import page

ONLINE = LinkReported(LinkChanged(online=True, acked_seq=0))
OFFLINE = LinkReported(LinkChanged(online=False, acked_seq=0))


def chips_back() -> SaleReturned:
    """Return what another till tells of the chips of the sale of `sold`."""
    there = sold()
    on_receipt(there).scan(CHIPS)
    fact = give_back(there)
    return replace(fact, act=ActionId("return:elsewhere"), number="S01-T09-1-R00001", terminal="S01-T03", epoch=1)


def hearing(bench: Bench, *returns: SaleReturned, more: bool = False) -> Bench:
    """Let HQ tell of returns in the next minute."""
    bench.hq.returned = Returned(returns=returns, until=7, more=more)
    bench.send(ONLINE)
    bench.send(Fired(MINUTE))
    return bench


def asked(bench: Bench) -> list[int]:
    return [one.since for one in bench.hq.asked if isinstance(one, ReturnsAsk)]


def test_what_was_heard_is_not_paid_out_again_without_hq_nor_after_a_restart() -> None:
    bench = hearing(sold(), chips_back())
    assert only(bench, ReturnsElsewhere).until == 7
    bench.send(OFFLINE)
    on_receipt(bench)
    assert (bench.notice, [row[3] for row in page(bench).rows]) == (AfterSay.FOUND_ALONE, ["", "", "1"])
    bench.scan(CHIPS)
    assert bench.notice == AfterNo.QTY_EXCEEDS_SOLD
    assert bench.counter.durable.claims.returns_until == 7


def test_hq_is_asked_again_after_a_while_from_where_it_ended() -> None:
    bench = hearing(sold(), chips_back())
    bench.send(Fired(MINUTE))
    assert asked(bench) == [0]
    bench.now_ms += EVERY_MS
    bench.send(Fired(MINUTE))
    assert (asked(bench), len(bench.of_kind(ReturnsElsewhere))) == ([0, 7], 1)


def test_what_hq_tells_twice_counts_once() -> None:
    back = chips_back()
    bench = hearing(sold(), back, back)
    on_receipt(bench)
    assert [row[3] for row in page(bench).rows] == ["", "", "1"]


def test_when_there_is_more_of_it_the_rest_is_asked_for_in_the_next_minute() -> None:
    bench = hearing(sold(), chips_back(), more=True)
    bench.send(Fired(MINUTE))
    assert asked(bench) == [0, 7]


def test_without_hq_or_its_answer_nothing_is_heard() -> None:
    bench = till()
    bench.send(OFFLINE)
    bench.send(Fired(MINUTE))
    assert bench.hq.asked == []
    bench.hq.failing = Failure.TIMEOUT
    bench.send(ONLINE)
    bench.send(Fired(MINUTE))
    assert (asked(bench), bench.of_kind(ReturnsElsewhere)) == ([0], [])
