"""Weighing at the counter: what lies on the scale is shown while a weight is asked for, and taken by Enter."""

import pytest

from terminal.checkout.drafts import Need
from terminal.checkout.effects import Arm, Weigh
from terminal.checkout.goods.weighing import PATIENCE_MS, PAUSE_MS, TIMER
from terminal.checkout.inputs import DeviceReported, Fired, Weighed
from terminal.checkout.modes import Confirming, Prompting, Selling
from terminal.ports.devices import DeviceKind, DeviceState, DeviceStatus, LinkState, Weight, WeightState
from terminal.wire.counter.panels import PromptPanel
from terminal.wire.counter.view import Level
from terminal.wire.events import LineAdded, ScanHandled
from tests.unit.checkout.counter_bench import Bench
from tests.unit.checkout.memory_shop import APPLES_CODE, APPLES_PLU, COLA

NOTHING = Weight(state=WeightState.STABLE)
MOTION = Weight(state=WeightState.MOTION)
SILENT = Weight(state=WeightState.SILENT)


def kilo(grams: int, *, net: bool = False) -> Weight:
    return Weight(state=WeightState.STABLE, grams=grams, net=net)


class Counter(Bench):
    """A bench with a scale that says what `lies` on it, whenever it is asked."""

    lies: Weight = NOTHING

    def plug_in(self) -> "Counter":
        status = DeviceStatus(name="deli", kind=DeviceKind.SCALE, link=LinkState.OPEN, state=DeviceState.IDLE)
        self.send(DeviceReported(status))
        return self

    def ask(self) -> "Counter":
        """Choose apples, without a weight."""
        self.write(APPLES_PLU, "enter")
        assert isinstance(self.mode, Prompting)
        return self

    @property
    def asked(self) -> list[int]:
        return [effect.turn for effect in self.effects if isinstance(effect, Weigh)]

    def answer(self, weight: Weight | None = None, *, after_ms: int = 40) -> None:
        """Let the scale answer what was asked last, and the till ask again after its pause."""
        self.now_ms += after_ms
        turn = self.asked[-1]
        self.send(Weighed(turn, self.lies if weight is None else weight))
        if self.counter.weighing.draft is not None:
            self.now_ms += PAUSE_MS
            self.send(Fired(TIMER, turn))

    @property
    def scale(self) -> tuple[str, str]:
        assert self.view is not None
        panel = self.view.panel
        assert isinstance(panel, PromptPanel)
        return panel.scale, panel.weight

    @property
    def weighed(self) -> list[tuple[int | None, str]]:
        return [(fact.line.weight_g, fact.scale) for fact in self.facts if isinstance(fact, LineAdded)]


@pytest.fixture
def till() -> Counter:
    bench = Counter()
    bench.sign_in()
    return bench.plug_in()


def test_scale_is_asked_from_the_prompt_on_and_not_before(till: Counter) -> None:
    till.scan(COLA)
    assert till.asked == []
    till.ask()
    assert (till.asked, till.scale) == ([1], ("wait", ""))
    assert till.view is not None
    assert till.view.input.hint == "hint.scale"


@pytest.mark.parametrize(
    ("weight", "shown"),
    [
        (kilo(856), ("stable", "0.856kg")),
        (kilo(856, net=True), ("net", "0.856kg")),
        (NOTHING, ("empty", "")),
        (MOTION, ("motion", "")),
        (Weight(state=WeightState.OVER), ("over", "")),
        (SILENT, ("silent", "")),
    ],
)
def test_what_lies_there_is_shown_while_the_weight_is_asked_for(
    till: Counter, weight: Weight, shown: tuple[str, str]
) -> None:
    till.ask().answer(weight)
    assert till.scale == shown
    assert till.asked == [1, 1]
    assert till.weighed == []


def test_enter_takes_the_weight_that_is_shown_and_the_line_says_who_weighed(till: Counter) -> None:
    till.ask().answer(kilo(856))
    till.press("enter")
    assert (till.weighed, till.due) == ([(856, "deli")], "10.24")
    assert (till.mode, till.notice) == (Selling(), "notice.line_added")


def test_typed_weight_comes_before_that_of_the_scale_and_is_known_as_typed(till: Counter) -> None:
    till.ask().answer(kilo(856))
    till.write("0.5", "enter")
    assert till.weighed == [(500, "")]


def test_scale_is_left_alone_when_the_prompt_is_closed(till: Counter) -> None:
    till.ask()
    till.press("escape")
    till.answer(kilo(856))
    assert till.counter.weighing.draft is None
    assert not till.send(Fired(TIMER, 1))
    assert till.asked == [1]


def test_reading_of_an_earlier_prompt_is_never_the_weight_of_the_next_goods(till: Counter) -> None:
    till.ask()
    till.press("escape")
    till.ask()
    till.send(Weighed(1, kilo(856)))
    till.press("enter")
    assert till.weighed == []
    till.answer(kilo(500))
    assert till.weighed == [(500, "deli")]


def test_weight_that_was_asked_for_too_long_ago_is_asked_for_anew(till: Counter) -> None:
    till.ask().answer(kilo(856))
    till.now_ms += 500
    till.press("enter")
    assert (till.weighed, till.notice) == ([], "notice.weight_needed")
    till.answer(kilo(500), after_ms=700)
    assert till.weighed == [], "the answer came late"
    till.answer(kilo(500))
    assert till.weighed == [(500, "deli")]


def test_goods_that_move_are_waited_for_and_taken_when_they_lie_still(till: Counter) -> None:
    till.ask().answer(MOTION)
    till.press("enter")
    assert (till.notice, till.counter.notice.level) == ("notice.scale_moves", Level.ATTENTION)
    serial = till.counter.notice.serial
    till.answer(MOTION)
    assert till.counter.notice.serial == serial, "said once"
    assert till.weighed == []
    till.answer(kilo(856))
    assert till.weighed == [(856, "deli")]


def test_typing_ends_the_waiting(till: Counter) -> None:
    till.ask().answer(MOTION)
    till.press("enter")
    till.write("0.4")
    till.answer(kilo(856))
    assert till.weighed == []
    till.press("enter")
    assert till.weighed == [(400, "")]


def test_scale_that_never_rests_is_given_up_and_the_weight_can_be_typed(till: Counter) -> None:
    till.ask().answer(MOTION)
    till.press("enter")
    for _ in range(PATIENCE_MS // PAUSE_MS):
        till.answer(MOTION)
    assert (till.notice, till.counter.weighing.since_ms) == ("error.scale_restless", None)
    till.answer(kilo(856))
    assert till.weighed == [], "nobody waits any more"
    till.write("0.4", "enter")
    assert till.weighed == [(400, "")]


@pytest.mark.parametrize(
    ("weight", "no"),
    [
        (NOTHING, "error.scale_empty"),
        (Weight(state=WeightState.OVER), "error.scale_over"),
        (Weight(state=WeightState.UNDER), "error.scale_under"),
        (Weight(state=WeightState.WRONG_UNIT), "error.scale_unit"),
        (Weight(state=WeightState.GARBLED), "error.scale_garbled"),
        (SILENT, "error.scale_silent"),
    ],
)
def test_what_is_no_weight_is_refused_with_what_to_do_and_a_typed_one_is_taken(
    till: Counter, weight: Weight, no: str
) -> None:
    till.ask().answer(weight)
    till.press("enter")
    assert till.notice == no
    till.write("0.4", "enter")
    assert till.weighed == [(400, "")]


def test_refusal_that_comes_by_itself_leaves_the_scale_asked(till: Counter) -> None:
    till.ask()
    till.press("enter")
    till.answer(SILENT, after_ms=500)
    assert (till.notice, till.counter.notice.level) == ("error.scale_silent", Level.REJECTED)
    assert till.asked == [1, 1]
    till.answer(kilo(856))
    till.press("enter")
    assert till.weighed == [(856, "deli")]


def test_same_weight_as_the_goods_before_is_told_when_nothing_else_was_seen_since(till: Counter) -> None:
    till.ask().answer(kilo(856))
    till.press("enter")
    till.ask().answer(kilo(856))
    assert till.scale == ("same", "0.856kg")
    till.press("enter")
    assert till.weighed == [(856, "deli")] * 2
    assert (till.notice, till.counter.notice.params["weight"]) == ("notice.same_weight", "0.856kg")
    till.ask().answer(kilo(856))
    for seen in (NOTHING, MOTION, kilo(856)):
        till.answer(seen)
    assert till.scale == ("stable", "0.856kg")
    till.press("enter")
    assert till.notice == "notice.line_added"


def test_silent_scale_has_not_shown_that_the_goods_before_are_gone(till: Counter) -> None:
    till.ask().answer(kilo(856))
    till.press("enter")
    till.ask().answer(SILENT)
    till.answer(kilo(856))
    assert till.scale[0] == "same"


def test_help_over_the_prompt_leaves_the_scale_alone_and_comes_back_to_it(till: Counter) -> None:
    till.ask()
    till.press("f1")
    till.answer(kilo(856))
    assert till.asked == [1]
    till.press("escape")
    assert till.asked == [1, 2]
    till.answer(kilo(500))
    till.press("enter")
    assert till.weighed == [(500, "deli")]


def test_a_refused_scan_stays_told_while_goods_are_waited_for_to_lie_still(till: Counter) -> None:
    till.ask()
    till.answer(MOTION)
    till.press("enter")
    till.scan(COLA)
    refused = till.notice
    till.answer(MOTION)
    till.answer(MOTION)
    assert (till.notice, till.counter.notice.level) == (refused, Level.REJECTED)
    assert till.weighed == []
    till.answer(kilo(855))
    till.answer(kilo(855))
    assert till.weighed == [(855, "deli")]


def test_scan_at_the_prompt_is_refused_while_no_weight_is_typed_and_closes_it_with_one(till: Counter) -> None:
    till.ask().answer(kilo(856))
    (told,) = till.scan(COLA)
    assert isinstance(told, ScanHandled)
    assert told.reason == "finish_first"
    till.write("0.4")
    till.scan(COLA)
    assert till.weighed == [(400, ""), (None, "")]


def test_scanned_apples_are_told_once_with_the_weight_of_the_scale(till: Counter) -> None:
    till.scan(APPLES_CODE)
    mode = till.mode
    assert isinstance(mode, Prompting)
    assert mode.need is Need.WEIGHT
    till.answer(kilo(856))
    till.press("enter")
    (added,) = [fact for fact in till.facts if isinstance(fact, LineAdded)]
    assert (added.device, added.scale) == ("gun", "deli")
    assert not till.of_kind(ScanHandled)


def test_weight_that_is_doubted_is_asked_about_like_a_typed_one(till: Counter) -> None:
    till.ask().answer(kilo(60_000))
    till.press("enter")
    assert isinstance(till.mode, Confirming)
    assert till.mode.question == "ask.weight"
    till.press("enter")
    assert till.weighed == [(60_000, "deli")]


def test_disk_that_takes_nothing_leaves_the_prompt_and_the_scale_is_asked_again(till: Counter) -> None:
    till.ask().answer(kilo(856))
    till.refusing = "disk_full"
    till.press("enter")
    till.refusing = ""
    assert isinstance(till.mode, Prompting)
    till.press("backspace")
    till.answer(kilo(856))
    till.press("enter")
    assert till.weighed == [(856, "deli")]


def test_till_without_a_scale_asks_for_kilograms_as_before() -> None:
    bench = Counter()
    bench.sign_in()
    bench.write(APPLES_PLU, "enter", "enter")
    assert (bench.notice, bench.asked, bench.scale) == ("error.bad_weight", [], ("", ""))


def test_pause_lies_between_two_questions(till: Counter) -> None:
    till.ask()
    till.send(Weighed(1, MOTION))
    assert [effect for effect in till.effects if isinstance(effect, Arm) and effect.timer == TIMER] == [
        Arm(TIMER, PAUSE_MS, turn=1)
    ]
    assert till.asked == [1]
