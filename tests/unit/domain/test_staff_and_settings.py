import json

import msgspec
import pytest

from terminal.domain.catalog import Article
from terminal.domain.settings import Settings
from terminal.domain.staff import DEFAULT_GRANTS, Grant, Right, Role, limit_of, may


def test_a_cashier_sells_and_takes_lines_back_but_voids_no_sale() -> None:
    assert may(DEFAULT_GRANTS, role=Role.CASHIER, right=Right.SELL)
    assert may(DEFAULT_GRANTS, role=Role.CASHIER, right=Right.VOID_LINE)
    assert not may(DEFAULT_GRANTS, role=Role.CASHIER, right=Right.VOID_SALE)


@pytest.mark.parametrize(
    ("role", "amount_fen", "allowed"),
    [
        (Role.CASHIER, 5_000, True),
        (Role.CASHIER, 5_001, False),
        (Role.SENIOR, 20_000, True),
        (Role.SENIOR, 20_001, False),
        (Role.SUPERVISOR, 10**9, True),
        (Role.MANAGER, 10**9, True),
        (Role.TECHNICIAN, 1, False),
    ],
)
def test_reductions_are_limited_by_role(role: Role, amount_fen: int, allowed: bool) -> None:
    assert may(DEFAULT_GRANTS, role=role, right=Right.REDUCE_LINE, amount_fen=amount_fen) is allowed


def test_prices_are_changed_by_seniors_up_to_a_limit_and_by_supervisors() -> None:
    assert [role for role in Role if may(DEFAULT_GRANTS, role=role, right=Right.CHANGE_PRICE, amount_fen=20_000)] == [
        Role.SENIOR,
        Role.SUPERVISOR,
        Role.MANAGER,
    ]
    assert not may(DEFAULT_GRANTS, role=Role.SENIOR, right=Right.CHANGE_PRICE, amount_fen=20_001)


def test_a_supervisor_has_every_right_but_those_of_managers() -> None:
    of_managers = {Right.CASH_OUT, Right.VOID_DONE, Right.NO_RECEIPT, Right.REFUND_IN_CASH, Right.SET_RULE}
    rights = set(Right) - of_managers
    assert not any(may(DEFAULT_GRANTS, role=Role.SUPERVISOR, right=right) for right in of_managers)
    assert all(may(DEFAULT_GRANTS, role=Role.SUPERVISOR, right=right, amount_fen=10**9) for right in rights)


def test_what_is_on_a_card_is_paid_out_by_managers_only_and_not_much() -> None:
    assert [role for role in Role if may(DEFAULT_GRANTS, role=role, right=Right.CASH_OUT, amount_fen=10_000)] == [
        Role.MANAGER
    ]
    assert not may(DEFAULT_GRANTS, role=Role.MANAGER, right=Right.CASH_OUT, amount_fen=10_001)


@pytest.mark.parametrize("right", [Right.BLOCK_CARD, Right.FREEZE_MEMBER, Right.MERGE_MEMBERS])
def test_members_are_blocked_and_merged_by_supervisors(right: Right) -> None:
    assert [role for role in Role if may(DEFAULT_GRANTS, role=role, right=right)] == [Role.SUPERVISOR, Role.MANAGER]


@pytest.mark.parametrize("right", [Right.REGISTER_MEMBER, Right.ISSUE_CARD, Right.TOP_UP])
def test_every_cashier_registers_members_and_tops_up(right: Right) -> None:
    assert may(DEFAULT_GRANTS, role=Role.CASHIER, right=right, amount_fen=100_000)


def test_of_two_grants_the_wider_counts() -> None:
    grants = tuple(Grant(role=Role.CASHIER, right=Right.REDUCE_LINE, limit_fen=limit) for limit in (100, 900))
    assert may(grants, role=Role.CASHIER, right=Right.REDUCE_LINE, amount_fen=900)


def decode(changes: dict[str, object]) -> Settings:
    return msgspec.json.decode(json.dumps(changes), type=Settings)


LABEL = {"prefix": "21", "length": 13, "fields": [{"part": "plu", "digits": 5}, {"part": "weight", "digits": 5}]}


def test_settings_that_say_nothing_are_the_defaults() -> None:
    assert decode({}) == Settings()


def test_settings_are_read_back_as_they_were_written() -> None:
    settings = decode({"labels": [LABEL], "rounding": {"mode": "down", "unit": 10, "on": "cash"}})
    assert msgspec.json.decode(msgspec.json.encode(settings), type=Settings) == settings


@pytest.mark.parametrize("hint", ["1001 / 1234", {"zh": "工号 1001", "en": "number 1001"}])
def test_hint_of_the_sign_in_is_one_text_or_one_in_each_language(hint: object) -> None:
    settings = decode({"sign_in_hint": hint})
    assert msgspec.to_builtins(settings.sign_in_hint) == hint
    assert msgspec.json.decode(msgspec.json.encode(settings), type=Settings) == settings


@pytest.mark.parametrize(
    "changes",
    [
        {"unknown": 1},
        {"rounding": {"unit": 0}},
        {"rounding": {"mode": "sideways"}},
        {"member_prefixes": [""]},
        {"quick_cash_fen": [0]},
        {"labels": [{**LABEL, "length": 14}]},
        {"labels": [{**LABEL, "prefix": "", "length": 11}]},
        {"labels": [{**LABEL, "fields": [{"part": "weight", "digits": 5}, {"part": "amount", "digits": 5}]}]},
        {"labels": [{**LABEL, "fields": [{"part": "plu", "digits": 5}, {"part": "plu", "digits": 5}]}]},
        {"labels": [{**LABEL, "fields": [{"part": "plu", "digits": 10}, {"part": "weight", "digits": 0}]}]},
        {"labels": [LABEL, LABEL]},
        {"member_cards": [{"prefix": "88"}]},
        {"member_cards": [{"prefix": "", "length": 10}]},
        {"member_cards": [{"prefix": "8*", "length": 10}]},
        {"member_cards": [{"prefix": "88", "length": 2}]},
        {"labels": [LABEL], "member_cards": [{"prefix": "215", "length": 13}]},
        {"sign_in_hint": {"zh": "工号 1001"}},
        {"approval_hint": {"zh": "主管 2001"}},
        {"drawer_retry_s": -1},
        {"logo": {"width_bytes": 49, "data": "AAAA"}},
        {"logo": {"width_bytes": 1, "data": "no base64"}},
        {"logo": {"width_bytes": 1, "data": "AAAA", "colour": "red"}},
        {"logo": "logo.png"},
        {"sign_in_hint": {"zh": "工号 1001", "en": "number 1001", "de": "Nummer 1001"}},
    ],
)
def test_settings_that_make_no_sense_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        decode(changes)


@pytest.mark.parametrize(
    "changes", [{"price_fen": -1}, {"price_fen": 1.5}, {"member_price_fen": -1}, {"vat_bp": 10_001}, {"colour": "red"}]
)
def test_an_article_that_makes_no_sense_is_refused(changes: dict[str, object]) -> None:
    whole = {"sku": "A1", "name": "a", "price_fen": 100}
    assert msgspec.convert(whole, Article).price_fen == 100
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**whole, **changes}, Article)


@pytest.mark.parametrize(("right", "limit_fen"), [(Right.CASH_OUT, 10_000), (Right.REFUND, None), (Right.SELL, None)])
def test_above_the_highest_limit_nobody_may(right: Right, limit_fen: int | None) -> None:
    assert limit_of(DEFAULT_GRANTS, right) == limit_fen


def test_of_a_right_that_nobody_has_the_limit_is_nothing() -> None:
    assert limit_of((), Right.SELL) == 0


@pytest.mark.parametrize(
    ("given_fen", "due_fen", "is_odd"),
    [
        (10_000, 350, False),
        (10_350, 350, True),
        (10_349, 350, False),
        (200_000, 199_000, False),
        (200_001, 199_000, True),
        (200_001, 300_000, False),
    ],
)
def test_cash_is_asked_about_above_the_limit_or_with_a_note_too_many(
    given_fen: int, due_fen: int, is_odd: bool
) -> None:
    assert Settings().is_odd_cash(given_fen, due_fen) is is_odd
    assert not Settings(denominations_fen=()).is_odd_cash(10_350, 350)
