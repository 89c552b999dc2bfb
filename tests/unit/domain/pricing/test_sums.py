from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from terminal.domain.errors import InputError, RuleError
from terminal.domain.members.member import Member
from terminal.domain.money import spread
from terminal.domain.pricing.cart import PriceReason
from terminal.domain.pricing.engine import Pricer
from terminal.domain.pricing.sums import (
    MAX_PIECES,
    amount_asked,
    check_line,
    price_line,
    price_sale,
    settle,
    shopping_of,
)
from terminal.domain.promotions.conditions import NO_USES, MemberLimit, Period, Shopper, Uses
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.promotions.kinds import MemberPercent, RuleId
from terminal.domain.promotions.rule_set import RuleSet
from terminal.domain.sale import Reduction, Sale, SaleLine
from terminal.domain.settings import Rounding, RoundingMode, RoundingOn
from terminal.domain.text import SafeText
from tests.unit.domain.baskets import make_line, make_sale, make_weighed, roundings, sale_lines, sales


def amounts(line: SaleLine, *, member: bool = False) -> tuple[int, int, int, str]:
    priced = price_line(line, member=member)
    return priced.list_fen, priced.base_fen, priced.net_fen, priced.reason


def reduced(line: SaleLine, *off_fen: int) -> SaleLine:
    return replace(line, reductions=tuple(Reduction(off_fen=off, reason=SafeText("破损")) for off in off_fen))


def test_pieces_cost_price_times_quantity() -> None:
    assert amounts(make_line(price_fen=690, quantity=3)) == (2070, 2070, 2070, PriceReason.LIST)


def test_weighed_goods_cost_price_times_weight_rounded_half_up() -> None:
    assert amounts(make_weighed(price_fen=1196, weight_g=856)) == (1024, 1024, 1024, PriceReason.LIST)
    assert amounts(make_weighed(price_fen=1000, weight_g=1)) == (1, 1, 1, PriceReason.LIST)
    assert amounts(make_weighed(price_fen=500, weight_g=1))[0] == 1


def test_a_printed_price_is_list_and_base_as_it_stands() -> None:
    line = replace(make_weighed(), printed_fen=1250, member_price_fen=1)
    assert amounts(line, member=True) == (1250, 1250, 1250, PriceReason.PRINTED)


def test_a_member_pays_the_member_price_when_it_is_lower() -> None:
    line = make_line(price_fen=500, member_price_fen=450, quantity=2)
    assert amounts(line, member=True) == (1000, 900, 900, PriceReason.MEMBER)
    assert amounts(line) == (1000, 1000, 1000, PriceReason.LIST)


@pytest.mark.parametrize("member_price_fen", [500, 600])
def test_a_member_price_that_is_not_lower_sets_nothing(member_price_fen: int) -> None:
    line = make_line(price_fen=500, member_price_fen=member_price_fen)
    assert amounts(line, member=True) == (500, 500, 500, PriceReason.LIST)


def test_a_member_price_per_kg_is_converted_by_weight() -> None:
    line = replace(make_weighed(price_fen=1000, weight_g=333), member_price_fen=900)
    assert amounts(line, member=True) == (333, 300, 300, PriceReason.MEMBER)


def test_an_article_that_takes_no_discount_keeps_its_list_price() -> None:
    line = replace(make_line(price_fen=500, member_price_fen=100), discountable=False)
    assert amounts(line, member=True) == (500, 500, 500, PriceReason.LIST)


def test_reductions_lower_the_net_and_never_below_nothing() -> None:
    assert amounts(reduced(make_line(price_fen=500), 120, 30)) == (500, 500, 350, PriceReason.LIST)
    assert amounts(reduced(make_line(price_fen=500), 400, 400)) == (500, 500, 0, PriceReason.LIST)


@pytest.mark.parametrize(
    "line",
    [
        make_line(quantity=3),
        make_line(price_fen=0, member_price_fen=0),
        make_weighed(),
        reduced(make_line(), 1),
        replace(make_weighed(weight_g=None), printed_fen=0),
        replace(make_line(), printed_fen=990, weight_g=400),
        replace(make_line(quantity=-2), deposit=True),
    ],
)
def test_a_line_that_makes_sense_is_accepted(line: SaleLine) -> None:
    check_line(line)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (make_line(quantity=0), "bad_request"),
        (make_line(quantity=-1), "negative_not_allowed"),
        (make_line(quantity=MAX_PIECES + 1), "bad_request"),
        (make_line(price_fen=-1), "bad_request"),
        (make_line(member_price_fen=-1), "bad_request"),
        (reduced(make_line(), 0), "bad_request"),
        (make_weighed(weight_g=None), "weight_required"),
        (make_weighed(weight_g=0), "bad_request"),
        (replace(make_weighed(), quantity=2), "bad_request"),
        (replace(make_line(), weight_g=100), "bad_request"),
        (replace(make_line(quantity=2), printed_fen=500), "bad_request"),
        (replace(make_line(), printed_fen=-1), "bad_request"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused(line: SaleLine, code: str) -> None:
    with pytest.raises((InputError, RuleError)) as caught:
        check_line(line)
    assert caught.value.code == code


@given(sale_lines(), st.booleans())
def test_every_accepted_line_is_priced_between_nothing_and_its_list(line: SaleLine, member: bool) -> None:
    check_line(line)
    priced = price_line(line, member=member)
    assert 0 <= priced.net_fen <= priced.base_fen <= priced.list_fen


def test_the_sums_of_a_sale_leave_voided_lines_out() -> None:
    voided = replace(make_line(2, price_fen=9900), voided=True)
    sale = make_sale(
        make_line(1, price_fen=500, member_price_fen=450, quantity=2), voided, make_weighed(3), card="88001"
    )
    priced = price_sale(sale)
    assert [row.line.number for row in priced.lines] == [1, 3]
    assert (priced.gross_fen, priced.due_fen, priced.discount_fen, priced.pieces) == (2024, 1924, 100, 3)


def test_a_sale_is_priced_for_the_member_as_known_when_the_card_was_presented() -> None:
    member = Member(id=MemberId("M1"), tier="gold", birthday="11-23")
    uses = Uses(member_ever={"GOLD": 1})
    shopping = shopping_of(replace(make_sale(card="88001"), member=member, uses=uses))
    assert (shopping.shopper, shopping.uses) == (Shopper(tier="gold", birthday="11-23"), uses)
    assert shopping.local_time == make_sale().local_time


def test_a_card_of_which_nothing_is_known_is_that_of_a_member_of_no_tier() -> None:
    assert shopping_of(make_sale(card="88001")).shopper == Shopper()
    assert shopping_of(make_sale()).shopper is None
    assert shopping_of(make_sale()).uses == NO_USES


def test_tier_and_uses_of_a_member_decide_which_rules_a_sale_gets() -> None:
    twice = MemberLimit(times=2, per=Period.EVER)
    rule = MemberPercent(id=RuleId("GOLD"), pay_bp={"gold": 9000}, member_limit=twice)
    pricer = Pricer(RuleSet([rule]))
    gold = replace(make_sale(make_line(price_fen=1000)), member=Member(id=MemberId("M1"), tier="gold"))
    assert price_sale(gold, pricer=pricer).due_fen == 900
    assert price_sale(replace(gold, uses=Uses(member_ever={"GOLD": 2})), pricer=pricer).due_fen == 1000
    assert price_sale(replace(gold, member=None, member_card=SafeText("88001")), pricer=pricer).due_fen == 1000


def test_lines_that_are_the_same_objects_are_not_priced_again() -> None:
    before = price_sale(make_sale(make_line(1), make_line(2)))
    sale = make_sale(*before.entered, make_line(3))
    after = price_sale(sale, before)
    assert after.lines[0] is before.lines[0]
    assert after.lines[1] is before.lines[1]
    assert after == price_sale(sale)


def test_a_changed_line_is_priced_again_and_the_others_are_not() -> None:
    sale = make_sale(make_line(1), make_line(2), make_line(3))
    before = price_sale(sale)
    after = price_sale(sale.with_changed(make_line(2, quantity=5)), before)
    assert after.lines[1].net_fen == 995
    assert [old is new for old, new in zip(before.lines, after.lines, strict=True)] == [True, False, True]


def test_a_member_card_prices_all_lines_again() -> None:
    sale = make_sale(make_line(1, price_fen=500, member_price_fen=450))
    after = price_sale(replace(sale, member_card=SafeText("88001")), price_sale(sale))
    assert after.due_fen == 450


def test_a_shorter_sale_than_before_is_priced_from_the_start() -> None:
    before = price_sale(make_sale(make_line(1), make_line(2)))
    assert price_sale(make_sale(make_line(1)), before) == price_sale(make_sale(make_line(1)))


Edit = Callable[[Sale, int, SaleLine], Sale]


def append(sale: Sale, _at: int, line: SaleLine) -> Sale:
    return sale.with_line(replace(line, number=sale.next_number))


def change(sale: Sale, at: int, line: SaleLine) -> Sale:
    return sale.with_changed(replace(line, number=at + 1))


def void(sale: Sale, at: int, _line: SaleLine) -> Sale:
    return sale.with_changed(replace(sale.lines[at], voided=True))


def turn_card(sale: Sale, _at: int, _line: SaleLine) -> Sale:
    return replace(sale, member_card=None if sale.is_member else SafeText("88001"))


edits = st.lists(
    st.tuples(st.sampled_from([append, append, change, void, turn_card]), st.integers(0, 99), sale_lines()), max_size=12
)


@given(sales(), edits)
def test_pricing_step_by_step_equals_pricing_from_the_start(
    sale: Sale, steps: list[tuple[Edit, int, SaleLine]]
) -> None:
    priced = price_sale(sale)
    for edit, at, line in steps:
        act = edit if sale.lines else append
        sale = act(sale, at % max(1, len(sale.lines)), line)
        priced = price_sale(sale, priced)
        assert priced == price_sale(sale)


@pytest.mark.parametrize(
    ("mode", "unit", "due_fen", "total_fen"),
    [
        (RoundingMode.NONE, 10, 1234, 1234),
        (RoundingMode.DOWN, 10, 1239, 1230),
        (RoundingMode.DOWN, 100, 99, 0),
        (RoundingMode.HALF_UP, 10, 1234, 1230),
        (RoundingMode.HALF_UP, 10, 1235, 1240),
        (RoundingMode.UP, 10, 1231, 1240),
        (RoundingMode.UP, 10, 1230, 1230),
        (RoundingMode.UP, 10, 0, 0),
        (RoundingMode.DOWN, 10, -5, -5),
    ],
)
def test_the_total_is_rounded_by_mode_and_unit(mode: RoundingMode, unit: int, due_fen: int, total_fen: int) -> None:
    assert amount_asked(due_fen, Rounding(mode=mode, unit=unit)) == total_fen


def test_rounding_of_cash_leaves_what_others_pay() -> None:
    rounding = Rounding(mode=RoundingMode.DOWN, unit=10, on=RoundingOn.CASH)
    assert amount_asked(1239, rounding, noncash_fen=503) == 503 + 730
    assert amount_asked(1239, rounding, noncash_fen=1239) == 1239
    assert amount_asked(1239, rounding) == 1230


def test_a_sale_without_rounding_settles_at_its_nets() -> None:
    settled = settle(price_sale(make_sale(make_line(1), make_line(2, price_fen=500))), Rounding())
    assert (settled.total_fen, settled.rounding_fen, settled.net_fen) == (699, 0, (199, 500))


def test_a_rounding_difference_is_spread_by_unit_and_not_by_line() -> None:
    priced = price_sale(make_sale(make_line(1, price_fen=50, quantity=2), make_line(2, price_fen=101)))
    settled = settle(priced, Rounding(mode=RoundingMode.DOWN, unit=10))
    assert (settled.total_fen, settled.rounding_fen, settled.net_fen) == (200, 1, (100, 100))


def test_units_of_a_reduced_line_share_the_reduction_earliest_first() -> None:
    sale = make_sale(reduced(make_line(price_fen=100, quantity=3), 50))
    assert price_sale(sale).basket.net_fen == (83, 83, 84)


@given(sales(), roundings, st.integers(0, 5_000))
def test_nets_sum_to_the_total_and_follow_the_spread_over_units(
    sale: Sale, rounding: Rounding, noncash_fen: int
) -> None:
    priced = price_sale(sale)
    settled = settle(priced, rounding, noncash_fen=noncash_fen)
    nets = priced.basket.net_fen
    units = [net + share for net, share in zip(nets, spread(-settled.rounding_fen, nets), strict=True)]
    by_line = zip(priced.rows, priced.basket.by_line(units), strict=True)
    assert settled.net_fen == tuple(net for row, net in by_line if row is not None)
    assert sum(settled.net_fen) == settled.total_fen == priced.due_fen - settled.rounding_fen
    assert all(fen >= 0 for fen in settled.net_fen)
