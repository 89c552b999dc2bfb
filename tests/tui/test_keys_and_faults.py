import pytest

from terminal.tui.faults import LIMIT, WINDOW_S, FaultCounter
from terminal.tui.keymap import DESKTOP, LINE_FEED_MS, KeyMap, LineFeeds


@pytest.mark.parametrize(
    ("key", "character", "name"),
    [
        ("a", "a", "a"),
        ("A", "A", "A"),
        ("7", "7", "7"),
        ("asterisk", "*", "*"),
        ("minus", "-", "-"),
        ("space", " ", " "),
        ("可", "可", "可"),
        ("enter", "\r", "enter"),
        ("ctrl+m", "\r", "enter"),
        ("ctrl+j", "\n", "enter"),
        ("tab", "\t", "tab"),
        ("escape", "\x1b", "escape"),
        ("backspace", "\x7f", "backspace"),
        ("ctrl+h", "\x08", "backspace"),
        ("delete", None, "delete"),
        ("pageup", None, "pageup"),
        ("f12", None, "f12"),
        ("f20", None, "f20"),
        ("shift+f1", None, "f13"),
        ("shift+f8", None, "f20"),
        ("x", None, "x"),
        ("ctrl+c", "\x03", None),
        ("ctrl+z", "\x1a", None),
        ("alt+1", "1", "1"),
        ("insert", None, None),
        ("circumflex_accent", "\x1b", None),
    ],
)
def test_key_has_the_name_that_the_till_knows(key: str, character: str | None, name: str | None) -> None:
    assert KeyMap().name(key, character) == name


@pytest.mark.parametrize(("key", "name"), [("alt+1", "f1"), ("alt+0", "f10"), ("alt+c", "f12"), ("alt+l", "f16")])
def test_desktop_terminal_has_other_keys_for_those_that_it_eats(key: str, name: str) -> None:
    assert KeyMap(DESKTOP).name(key, key[-1]) == name


@pytest.mark.parametrize("enter", [("enter", "\r"), ("return", "\r"), ("ctrl+m", "\r")])
@pytest.mark.parametrize("line_feed", [("ctrl+j", "\n"), ("newline", "\n")])
def test_line_feed_of_a_carriage_return_is_dropped_also_when_it_comes_in_the_next_read(
    enter: tuple[str, str], line_feed: tuple[str, str]
) -> None:
    feeds = LineFeeds()
    assert feeds.dropped([("6", "6"), enter], at_ms=100) == [("6", "6"), enter]
    assert feeds.dropped([line_feed, line_feed, ("7", "7")], at_ms=140) == [line_feed, ("7", "7")]


def test_enter_of_a_terminal_that_sends_a_line_feed_stays_an_enter() -> None:
    feeds, line_feed = LineFeeds(), ("ctrl+j", "\n")
    feeds.dropped([("6", "6"), ("enter", "\r")], at_ms=100)
    assert feeds.dropped([line_feed], at_ms=100 + LINE_FEED_MS + 1) == [line_feed]
    assert feeds.dropped([line_feed, ("1", "1"), line_feed], at_ms=5000) == [line_feed, ("1", "1"), line_feed]


def test_a_shop_may_give_a_key_another_name() -> None:
    assert KeyMap({"insert": "f5"}).name("insert", None) == "f5"


def test_keys_of_a_read_stay_in_order_and_unknown_ones_are_left_out() -> None:
    keys = [("6", "6"), ("ctrl+c", "\x03"), ("9", "9"), ("enter", "\r")]
    assert KeyMap().names(keys) == ("6", "9", "enter")


def test_error_is_counted_and_named() -> None:
    counter = FaultCounter()
    assert not counter.add(ValueError("no such row"), now_s=0.0)
    assert (counter.count, counter.last) == (1, "ValueError: no such row")


def test_more_errors_than_the_limit_within_the_window_are_too_many() -> None:
    counter = FaultCounter()
    verdicts = [counter.add(ValueError(), now_s=float(second)) for second in range(LIMIT + 1)]
    assert verdicts == [False] * LIMIT + [True]


def test_errors_that_come_slowly_are_survived_for_ever() -> None:
    counter = FaultCounter()
    assert not any(counter.add(ValueError(), now_s=number * (WINDOW_S + 0.1) / LIMIT) for number in range(100))
    assert counter.count == 100
