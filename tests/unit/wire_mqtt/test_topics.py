"""The tree of topics."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import InputError
from terminal.wire import topics
from terminal.wire.files.streams import Stream
from terminal.wire.topics import Down, Up


def test_topics_of_a_terminal_are_those_of_the_design() -> None:
    assert topics.up("S01-T03", Up.BATCH) == "pos/v1/up/S01-T03/ev"
    assert topics.up("S01-T03", Up.CHUNK_REQUEST) == "pos/v1/up/S01-T03/req/chunk"
    assert topics.down("S01-T03", Down.ANSWER) == "pos/v1/down/S01-T03/ack"
    assert topics.head(Stream.PRICE, "all") == "pos/v1/cast/all/price/head"
    assert topics.terminal_filters("S01-T03") == (
        "pos/v1/hq/state",
        "pos/v1/down/S01-T03/ack",
        "pos/v1/down/S01-T03/res",
        "pos/v1/down/S01-T03/members",
        "pos/v1/down/S01-T03/reply",
        "pos/v1/cast/all/price/head",
        "pos/v1/cast/s/S01/price/head",
        "pos/v1/cast/all/rules/head",
        "pos/v1/cast/s/S01/rules/head",
        "pos/v1/cast/all/members/head",
        "pos/v1/cast/s/S01/members/head",
    )


def test_hq_hears_every_terminal_and_nothing_else() -> None:
    assert topics.hq_filters() == ("pos/v1/hq/state", *(f"pos/v1/up/+/{leaf}" for leaf in Up))


def test_store_of_a_terminal_stands_before_the_last_hyphen() -> None:
    assert topics.store_of("S01-T03") == "S01"
    assert topics.store_of("shop-12-T03") == "shop-12"


@pytest.mark.parametrize("leaf", list(Up))
def test_topic_of_a_terminal_is_read_back(leaf: Up) -> None:
    assert topics.read_up(topics.up("S01-T03", leaf)) == ("S01-T03", leaf)


@pytest.mark.parametrize("name", ["", "S01", "S01/T03", "+-T03", "#-1", "S01-", "-T03", "S01-T 3", "S01-T03\n", "店-1"])
def test_name_that_cannot_stand_in_a_topic_is_refused(name: str) -> None:
    with pytest.raises(InputError) as caught:
        topics.up(name, Up.BATCH)
    assert caught.value.code == "bad_terminal"


@pytest.mark.parametrize("name", ["", "+", "a/b", "#", "S 1"])
def test_store_that_cannot_stand_in_a_topic_is_refused(name: str) -> None:
    with pytest.raises(InputError) as caught:
        topics.store_audience(name)
    assert caught.value.code == "bad_store"


@pytest.mark.parametrize("topic", ["pos/v1/up/S01-T03/other", "pos/v1/down/S01-T03/ack", "", "pos/v1/up//ev"])
def test_topic_that_is_no_terminals_is_refused(topic: str) -> None:
    with pytest.raises(InputError) as caught:
        topics.read_up(topic)
    assert caught.value.code == "bad_topic"


@given(st.text())
def test_any_topic_is_read_or_refused(topic: str) -> None:
    try:
        terminal, leaf = topics.read_up(topic)
    except InputError:
        return
    assert topics.up(terminal, leaf) == topic
