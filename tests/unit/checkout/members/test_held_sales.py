"""A member's card in the list of held sales highlights the sale that was put aside for the member."""

import pytest
from msgspec.structs import replace

from terminal.checkout.effects import FindMember
from terminal.checkout.handlers.held import of_member
from terminal.checkout.modes import HeldList
from terminal.checkout.outcome import Ignored, Turn
from terminal.wire.events import ScanHandled
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.members.desk import till
from tests.unit.checkout.memory_members import PHONE
from tests.unit.checkout.memory_shop import (
    CHIPS,
    COLA,
    MEMBER_CARD,
)

STRANGER = "8800000042"


def held_for(*found_by: str) -> Bench:
    """Return a till with a sale of a member, and two later ones of nobody, in its list."""
    bench = till()
    bench.scan(COLA)
    if found_by[0] == "card":
        bench.scan(found_by[1])
    else:
        bench.press("f4", *found_by[1], "enter", "enter")
    bench.press("f5")
    for _ in range(2):
        bench.scan(CHIPS)
        bench.press("f5")
    bench.press("f6")
    return bench


@pytest.mark.parametrize("by", [("card", MEMBER_CARD), ("phone", PHONE)], ids=["card", "phone"])
def test_a_card_highlights_the_sale_however_the_member_was_found(by: tuple[str, str]) -> None:
    bench = held_for(*by)
    bench.scan(MEMBER_CARD)
    assert bench.mode == HeldList(selected=2)
    assert isinstance(bench.facts[-1], ScanHandled)
    assert (bench.facts[-1].outcome, bench.facts[-1].reason) == ("applied", "shown")


def test_a_card_that_nobody_knows_is_found_by_its_number() -> None:
    bench = held_for("card", STRANGER)
    bench.scan(STRANGER)
    assert bench.mode == HeldList(selected=2)


def test_a_member_without_a_held_sale_is_told() -> None:
    bench = held_for("card", STRANGER)
    bench.scan(MEMBER_CARD)
    assert (bench.notice, bench.mode) == ("error.nothing_of_member", HeldList())


def test_an_answer_after_the_list_was_left_means_nothing() -> None:
    bench = held_for("card", MEMBER_CARD)
    bench.scan(MEMBER_CARD)
    query = next(effect for effect in reversed(bench.effects) if isinstance(effect, FindMember))
    bench.press("escape")
    before = replace(bench.counter, asked=query)
    turn = Turn(counter=before, cause=bench.member_found(query), moment=bench.moment())
    assert isinstance(of_member(turn), Ignored)
