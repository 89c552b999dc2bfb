import pytest
from msgspec.structs import replace

from terminal.domain.errors import RuleError
from tests.unit.domain.baskets import make_line, make_sale


def test_lines_are_numbered_from_one_and_a_voided_line_keeps_its_number() -> None:
    sale = make_sale()
    assert sale.next_number == 1
    sale = sale.with_line(make_line(1)).with_line(make_line(2))
    sale = sale.with_changed(replace(sale.line(2), voided=True))
    assert sale.next_number == 3
    assert [line.number for line in sale.live_lines] == [1]


def test_a_changed_line_takes_the_place_of_the_old() -> None:
    sale = make_sale(make_line(1), make_line(2), make_line(3)).with_changed(make_line(2, quantity=9))
    assert [(line.number, line.quantity) for line in sale.lines] == [(1, 1), (2, 9), (3, 1)]


@pytest.mark.parametrize("number", [0, -1, 3, 2])
def test_a_line_that_is_not_there_or_voided_cannot_be_asked_for(number: int) -> None:
    sale = make_sale(make_line(1), replace(make_line(2), voided=True))
    with pytest.raises(RuleError) as caught:
        sale.line(number)
    assert caught.value.code == "unknown_line"


def test_a_card_makes_it_a_members_sale() -> None:
    assert make_sale(card="88001").is_member
    assert not make_sale().is_member
