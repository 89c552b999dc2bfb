"""New members: each field is checked at once, the customer agrees, and the sale is theirs."""

import pytest

from terminal.checkout.deeds.gate import perform
from terminal.checkout.drafts import Action
from terminal.checkout.members.acts.drafts import RegisterMember
from terminal.checkout.modes import FormField, MemberForm, MemberPage
from terminal.checkout.outcome import Permit, Rejected
from terminal.domain.members.cards import CardKey, Medium
from terminal.domain.members.tiers import Tier
from terminal.domain.staff import Right
from terminal.domain.text import clean
from terminal.wire import member_events as mev
from tests.unit.checkout.counter_bench import (
    Bench,
    with_settings,
    without_right,
)
from tests.unit.checkout.members.desk import member_id, only, slips, till, with_trade
from tests.unit.checkout.memory_members import LOST, PHONE
from tests.unit.checkout.memory_shop import (
    COLA,
)
from tests.unit.checkout.shown import asked, page

NEW = "13500001234"
CARD = "8800000077"


def registering(*keys: str) -> Bench:
    bench = till()
    bench.press("f4", "f3", *keys)
    return bench


def at_hand(bench: Bench) -> FormField:
    assert isinstance(bench.mode, MemberForm)
    return bench.mode.at_hand


def registered(bench: Bench) -> mev.MemberRegistered:
    return only(bench, mev.MemberRegistered)


def test_a_phone_number_is_enough_and_what_was_agreed_to_is_kept_with_its_time() -> None:
    bench = registering(*NEW, "enter", "enter", "enter", "enter", "enter")
    assert asked(bench) == ("ask.consent", False)
    bench.press("enter")
    fact = registered(bench)
    assert (fact.member.phone, fact.member.name, fact.member.birthday, fact.card) == (NEW, "", None, None)
    assert (fact.consent, fact.consent_ms > 0, fact.staff, fact.approved_by) == ("1", True, "1001", None)
    assert (bench.mode.name, bench.notice) == ("member", "notice.member_registered")
    assert isinstance(bench.mode, MemberPage)
    assert [known.row.member.id for known in bench.mode.found] == [fact.member.id]


def test_a_name_a_birthday_and_a_card_may_come_with_it() -> None:
    bench = with_trade(
        registering(*NEW, "enter", *"wang", "enter", *"0229", "enter"), tiers=(Tier(id="t1", min_spend=0),)
    )
    bench.scan(CARD)
    bench.press(*"r77", "enter", "enter")
    fact = registered(bench)
    assert fact.referral == "R77"
    assert (fact.member.name, fact.member.birthday, fact.member.tier) == ("wang", "02-29", "t1")
    assert fact.card == CardKey(number=CARD)
    (slip,) = slips(bench)
    assert (slip.act, slip.card, slip.consent) == ("registered", CARD, "1")
    assert (slip.member.phone, slip.member.name) == ("135****1234", "w***")


def test_an_open_sale_is_the_new_members_at_once() -> None:
    bench = till()
    bench.scan(COLA)
    bench.press("f4", "f3", *NEW, "enter", "enter", "enter", "enter", "enter", "enter")
    assert (member_id(bench), bench.mode.name, bench.due) == (registered(bench).member.id, "sale", "3.00")
    assert bench.notice == "notice.member_registered"


def test_what_nobody_has_stands_in_the_form_already() -> None:
    bench = till()
    bench.press("f4", *NEW, "enter")
    assert bench.notice == "error.no_such_member"
    bench.press("f3")
    assert (bench.counter.text, at_hand(bench)) == (NEW, FormField.PHONE)
    bench.press("enter")
    assert at_hand(bench) is FormField.NAME


def test_what_stands_typed_is_the_number() -> None:
    bench = till()
    bench.press("f4", *NEW, "f3")
    assert bench.counter.text == NEW


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ((), "error.phone_first"),
        (tuple("1350000"), "error.bad_phone"),
        (tuple(PHONE), "error.phone_taken"),
        ((*NEW, "enter", "enter", *"1301"), "error.bad_birthday"),
        ((*NEW, "enter", "enter", *"0230"), "error.bad_birthday"),
        ((*NEW, "enter", "enter", *"30"), "error.bad_birthday"),
        ((*NEW, "enter", "enter", *"abcd"), "error.bad_birthday"),
        ((*NEW, "enter", "enter", "enter", *"12"), "error.card_first"),
        ((*NEW, "enter", "enter", "enter", *LOST), "error.card_taken"),
        ((*NEW, "enter", "enter", "enter", "enter", *"1.5"), "error.bad_referral"),
        ((*NEW, "enter", "enter", "enter", "enter", *"7" * 21), "error.bad_referral"),
    ],
)
def test_what_is_wrong_is_told_at_the_field(keys: tuple[str, ...], said: str) -> None:
    bench = registering(*keys, "enter")
    assert (bench.notice, bench.mode.name, bench.counter.text) == (said, "member_form", "")
    assert bench.of_kind(mev.MemberRegistered) == []


def test_a_scanned_code_that_is_no_card_is_refused() -> None:
    bench = registering(*NEW, "enter", "enter", "enter")
    bench.scan(COLA)
    assert bench.notice == "error.not_a_card"


def test_escape_clears_then_leaves() -> None:
    bench = registering(*NEW)
    bench.press("escape")
    assert (bench.counter.text, bench.mode.name) == ("", "member_form")
    bench.press("escape")
    assert (bench.mode.name, bench.counter.text) == ("member", "")


def test_who_does_not_agree_is_no_member_and_the_form_stands() -> None:
    bench = registering(*NEW, "enter", "enter", "enter", "enter", "enter")
    bench.press("escape")
    assert (at_hand(bench), bench.of_kind(mev.MemberRegistered)) == (FormField.REFERRAL, [])


def test_the_form_shows_what_was_entered_masked_and_the_version_of_the_text() -> None:
    bench = registering(*NEW, "enter", *"wang", "enter", "enter")
    shown = page(bench)
    assert shown.rows == (
        ("field.phone", "135****1234"),
        ("field.name", "w***"),
        ("field.birthday", "-"),
        ("field.card", ""),
        ("field.referral", ""),
    )
    assert (shown.selected, shown.lines[1].params) == (3, {"version": "1"})
    assert NEW not in repr((bench.view, bench.mode))


def test_the_text_has_the_version_of_the_book() -> None:
    bench = with_settings(consent=clean("2026-11"))
    bench.press("f4", "f3", *NEW, "enter", "enter", "enter", "enter", "enter", "enter")
    assert registered(bench).consent == "2026-11"


def test_it_needs_a_right_that_somebody_may_lend() -> None:
    bench = without_right(Right.REGISTER_MEMBER)
    bench.press("f4", "f3", *NEW, "enter", "enter", "enter", "enter", "enter")
    assert asked(bench) == ("ask.consent", True)
    bench.approve()
    assert registered(bench).approved_by == "2001"


def test_nobody_becomes_a_member_for_practice() -> None:
    bench = till()
    bench.press("f15")
    bench.approve()
    bench.press("f4", "f3", *NEW, "enter", "enter", "enter", "enter", "enter")
    assert (bench.notice, bench.mode.name) == ("error.not_in_training", "member")


def test_a_card_that_has_another_number_each_time_is_refused() -> None:
    bench = till()
    card = CardKey(number="08aabbcc", medium=Medium.NFC)
    said = done(bench, RegisterMember(phone=clean(NEW), card=card))
    assert said == "error.card_random"


def done(bench: Bench, action: Action) -> str:
    outcome = perform(bench.counter, action, Permit(moment=bench.moment()))
    assert isinstance(outcome, Rejected)
    return outcome.no
