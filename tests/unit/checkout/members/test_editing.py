"""Another phone number, name or birthday of a member."""

import pytest

from terminal.checkout.modes import MemberForm, MemberPage
from terminal.domain.text import clean
from terminal.wire import member_events as mev
from tests.unit.checkout.counter_bench import Bench
from tests.unit.checkout.members.desk import on_page, only, slips, till
from tests.unit.checkout.memory_members import PHONE
from tests.unit.checkout.shown import asked, page


def filled(*keys: str) -> Bench:
    bench = on_page(till())
    bench.press("f11", *keys)
    return bench


def test_a_new_number_needs_somebody_with_the_right_and_is_shown_at_once() -> None:
    bench = filled(*"13500001234", "enter", "enter", "enter")
    assert asked(bench) == ("ask.edit_member", True)
    bench.approve("1003", "3456")
    fact = only(bench, mev.MemberEdited)
    assert (fact.member, fact.phone, fact.name, fact.birthday) == ("M1", "13500001234", "", None)
    assert (fact.staff, fact.approved_by) == ("1001", "1003")
    assert (bench.notice, bench.counter.notice.params) == ("notice.member_edited", {"who": "135****1234 王** gold"})
    (slip,) = slips(bench)
    assert (slip.act, slip.member.phone) == ("edited", "135****1234")
    mode = bench.mode
    assert isinstance(mode, MemberPage)
    assert mode.chosen is not None
    assert mode.chosen.row.member.phone == "135****1234"


def test_what_is_left_empty_stays() -> None:
    bench = filled("enter", *"wang", "enter", *"0229", "enter")
    bench.approve("1003", "3456")
    fact = only(bench, mev.MemberEdited)
    assert (fact.phone, fact.name, fact.birthday) == ("", clean("wang"), "02-29")


def test_nothing_at_all_is_no_change() -> None:
    bench = filled("enter", "enter", "enter")
    assert bench.notice == "error.nothing_to_edit"
    assert isinstance(bench.mode, MemberForm)
    bench.press("escape")
    assert isinstance(bench.mode, MemberPage)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (("1", "2", "enter"), "error.bad_phone"),
        ((*"13912346021", "enter"), "error.phone_taken"),
        ((*PHONE, "enter"), "error.phone_taken"),
        (("enter", "enter", *"0230", "enter"), "error.bad_birthday"),
    ],
)
def test_fields_are_checked_at_once(keys: tuple[str, ...], said: str) -> None:
    bench = filled(*keys)
    assert bench.notice == said
    assert bench.of_kind(mev.MemberEdited) == []


def test_the_form_says_that_what_is_empty_stays() -> None:
    bench = filled()
    assert page(bench).lines[0].message == "member_form.edit"
    assert [row[0] for row in page(bench).rows] == ["field.phone", "field.name", "field.birthday"]
