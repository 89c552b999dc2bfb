"""A use of a count card that comes back in an exchange pays in the same exchange, though HQ cannot know of it yet."""

import pytest

from terminal.checkout.modes import Completed
from terminal.domain.ids import Sku
from terminal.domain.members.member import CountCard
from terminal.wire import claim_events as cle
from terminal.wire import events as ev
from terminal.wire.asking import No, ReserveAsk
from terminal.wire.return_events import SaleReturned
from tests.unit.checkout.after.desk import only
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.members.desk import till
from tests.unit.checkout.members.test_count_cards import C1, card_of_line, with_cards
from tests.unit.checkout.memory_members import MEMBER
from tests.unit.checkout.memory_shop import (
    WATER,
)
from tests.unit.checkout.tendering.tender_bench import online


def exchanging(uses: int) -> Bench:
    """Return a till where water that a card with so many uses paid for is exchanged for other water."""
    bench = till(with_cards(C1=CountCard(sku=Sku("WATER"), left=uses, until="2027-01-31")))
    bench.scan(WATER)
    bench.scan(MEMBER)
    bench.press("f4", "f8", "f12", "f7", "enter", "+", "f6", "2", "enter")
    bench.approve()
    bench.scan(WATER)
    return bench


def uses_of(fact: SaleReturned | ev.SaleCompleted) -> list[int]:
    return [entry.amount for entry in fact.entries if entry.card == C1]


@pytest.mark.parametrize("with_hq", [True, False])
def test_the_last_use_of_a_card_pays_again_in_its_exchange_without_asking_hq(with_hq: bool) -> None:
    bench = exchanging(uses=1)
    bench.hq.refusing = No.COUNT_CARD_INSUFFICIENT
    asked = len(bench.of_kind(cle.ClaimAsked))
    if not with_hq:
        online(bench, now=False)
    bench.press("f4", "f8")
    assert card_of_line(bench) == "C1"
    bench.press("f12")
    assert bench.mode == Completed()
    assert len(bench.of_kind(cle.ClaimAsked)) == asked
    back, done = only(bench, SaleReturned), only(bench, ev.SaleCompleted)
    assert (uses_of(back), uses_of(done), done.drawn) == ([1], [-1], ())
    assert bench.members.rows[0].member.counts[C1].left == 0


def test_what_an_exchange_takes_beyond_that_is_set_aside_first() -> None:
    bench = exchanging(uses=3)
    bench.press("f4", "f8")
    bench.press("2", "f2", "f12")
    asked = bench.hq.asked[-1]
    assert isinstance(asked, ReserveAsk)
    assert [(part.card, part.amount) for part in asked.parts] == [(C1, 1)]
    assert uses_of(only(bench, ev.SaleCompleted)) == [-2]


def test_more_than_comes_back_and_is_left_is_refused() -> None:
    bench = exchanging(uses=1)
    bench.press("f4", "f8", "2", "f2", "f12")
    assert (bench.notice, bench.mode == Completed()) == ("error.count_card_insufficient", False)
