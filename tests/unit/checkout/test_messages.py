"""Every id that the counter says stands in the list, with its parameters."""

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.checkout.messages import PARAMS, No, refusal
from terminal.wire.counter.panels import ConfirmPanel, PromptPanel
from tests.unit.checkout.counter_bench import selling
from tests.unit.checkout.test_properties import HANDS, act


def test_ids_are_named_by_what_they_are_for() -> None:
    prefixes = {name.split(".")[0] for name in PARAMS}
    assert prefixes == {
        *(
            "notice",
            "error",
            "ask",
            "hint",
            "key",
            "tag",
            "why",
            "deed",
            "near",
            "reason",
            "tender",
            "device",
            "result",
            "detail",
            "store",
            "shift",
            "return",
            "stock",
            "param",
        ),
    }


def test_an_error_that_no_table_knows_is_a_failed_journal() -> None:
    assert (refusal("disk_full"), refusal("gremlins")) == (No.DISK_FULL, No.JOURNAL_FAILED)
    assert No.DISK_FULL.code == "disk_full"


@given(st.lists(HANDS, max_size=40))
@settings(max_examples=60, deadline=None)
def test_what_is_said_is_in_the_list_with_its_parameters(hands: list[tuple[str, ...]]) -> None:
    bench = selling()
    for hand in hands:
        act(bench, hand)
        view = bench.view
        assert view is not None
        if view.notice.message:
            assert tuple(view.notice.params) == PARAMS[view.notice.message]
            for name in ("reason", "detail", "device"):
                assert view.notice.params.get(name, "detail.none") in PARAMS
        assert view.input.hint in PARAMS
        assert all(key.message in PARAMS for key in view.keys)
        assert all(tag in PARAMS for line in view.lines for tag in line.tags)
        if isinstance(view.panel, ConfirmPanel):
            assert tuple(view.panel.params) == PARAMS[view.panel.question]
        if isinstance(view.panel, PromptPanel) and view.panel.choices[:1] == ("reason.change",):
            assert all(choice in PARAMS for choice in view.panel.choices)
