"""Nobody is asked for number, PIN or a yes about what would be refused anyway."""

from msgspec.structs import replace

from terminal.checkout.messages import No
from terminal.checkout.modes import Confirming, Selling
from terminal.domain.staff import Grant, Right, Role
from tests.unit.checkout.counter_bench import (
    selling,
    with_settings,
)
from tests.unit.checkout.memory_shop import (
    COLA,
    SETTINGS,
)


def test_above_every_limit_the_highest_one_is_told_and_what_was_typed_is_gone() -> None:
    bench = with_settings(rights=tuple(_capped(grant) for grant in SETTINGS.rights))
    bench.write("9*")
    bench.scan(COLA)
    bench.write("1", "f2")
    assert (bench.notice, bench.counter.notice.params) == (No.ABOVE_RIGHTS, {"limit": "20.00"})
    assert (bench.mode, bench.counter.text, bench.quantities) == (Selling(), "", [9])
    bench.write("4", "f2")
    assert isinstance(bench.mode, Confirming)


def test_a_right_that_nobody_has_cannot_be_lent() -> None:
    bench = with_settings(rights=tuple(one for one in SETTINGS.rights if one.right is not Right.VOID_SALE))
    bench.scan(COLA)
    bench.press("f19")
    assert (bench.notice, bench.mode) == (No.NO_RIGHT, Selling())


def test_a_sale_that_is_partly_paid_is_not_asked_about_before_it_is_refused() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("1", "f8")
    bench.press("f19")
    assert (bench.notice, bench.mode.name) == (No.PARTLY_PAID, "tender")


def _capped(grant: Grant) -> Grant:
    if grant.right is not Right.VOID_LINE:
        return grant
    return replace(grant, limit_fen=500 if grant.role is Role.CASHIER else 2_000)
