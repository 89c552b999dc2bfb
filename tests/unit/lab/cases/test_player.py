"""What steps say that no public case shows."""

from typing import Any

import msgspec
import pytest

from lab.cases.player import play_case
from lab.cases.schema import Case, Json
from lab.cases.shapes import Result

CATALOG = {
    "COLA": {"price": 300, "barcode": "6901234500011", "plu": "00001"},
    "PEAR": {"price": 1000, "unit": "kg", "plu": "12345"},
}
CASH = [{"type": "cash", "amount": 1000}]
MEMBERS = {"M1": {"principal": 5000}, "M2": {"status": "lost"}}
LABELS = [{"prefix": "21", "len": 13, "kind": "weight"}]


def play(*steps: Any, **case: Any) -> list[Any]:
    """Return the results without what they tell people."""
    results = play_told(*steps, **case)
    return [{key: value for key, value in result.items() if key != "because"} for result in results]


def play_told(*steps: Any, **case: Any) -> list[Any]:
    whole = {"id": "C", "now": "2026-03-18T10:00:00", "catalog": CATALOG, "members": MEMBERS, **case}
    return play_case(msgspec.convert({**whole, "steps": steps}, Case))


def sale(**keys: Any) -> Json:
    return {"op": "sale", "id": "T1", "lines": [{"sku": "COLA"}], "tenders": CASH, **keys}


def error(code: str) -> Result:
    return {"status": "error", "error": code}


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ({"op": "dance"}, "bad_request"),
        ({"op": "sale", "lines": [], "tenders": []}, "bad_request"),
        ({"op": "suspend", "lines": [{"sku": "COLA"}]}, "bad_request"),
        (sale(lines=[{"sku": "COLA", "qty": 0}]), "bad_request"),
        (sale(lines=[{"sku": "COLA", "qty": "1"}]), "bad_request"),
        (sale(lines=[{"sku": "COLA", "qty": True}]), "bad_request"),
        (sale(lines=[{"sku": "PEAR", "weight_g": 0}]), "bad_request"),
        (sale(lines=[{}]), "bad_request"),
        (sale(lines=[{"barcode": "6901234500028"}]), "unknown_item"),
        (sale(lines=[{"sku": "PEAR"}]), "weight_required"),
        (sale(tenders=[{"type": "shells", "amount": 1}]), "bad_request"),
        (sale(tenders=[{"type": "credit", "amount": 1}]), "bad_request"),
        (sale(tenders=[{"type": "cash", "amount": "max"}]), "bad_request"),
        (sale(tenders=[{"type": "cash"}]), "bad_request"),
        (sale(member="M9"), "unknown_member"),
        (sale(member="M2"), "card_lost"),
        (sale(offline=True, coupons=["X"]), "offline_limit"),
        ({"op": "refund", "of": "T9", "lines": "all"}, "unknown_sale"),
        ({"op": "refund_no_receipt", "lines": [], "approved_by_manager": True}, "bad_request"),
        (
            {"op": "refund_no_receipt", "lines": [{"sku": "COLA"}], "approved_by_manager": True},
            "refund_limit",
        ),
        ({"op": "topup", "member": "M1", "amount": 0}, "bad_request"),
        ({"op": "topup", "member": "M1", "amount": 1, "offline": True}, "offline_limit"),
        ({"op": "topup", "member": "M2", "amount": 1}, "card_lost"),
        ({"op": "topup", "member": "M1", "amount": 1, "tender": "stored"}, "bad_request"),
        (
            sale(lines=[{"sku": "COLA", "override": 1, "count_card": "K1"}], approved_by_manager=True),
            "bad_request",
        ),
        ({"op": "x_report"}, "no_shift"),
        ({"op": "receive", "sku": "X", "qty": 1}, "unknown_item"),
        ({"op": "exchange", "id": "T2", "of": "T9", "return": "all", "lines": []}, "unknown_sale"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused(step: Json, code: str) -> None:
    assert play(step) == [error(code)]


def test_a_step_that_makes_no_sense_is_told_why() -> None:
    dance, sold = play_told({"op": "dance"}, sale(lines=[{"sku": "COLA", "qty": "1"}]))
    assert (dance["because"], sold["because"]) == (
        "no step 'dance'",
        "Expected `int`, got `str` - at `$.lines[0].qty`",
    )


def test_a_label_is_read_by_its_format_and_a_wrong_one_refused() -> None:
    quotes = [{"op": "quote", "lines": [{"barcode": code}]} for code in ("2112345005003", "2112345005001", "")]
    right, wrong, empty = play(*quotes, settings={"barcode": LABELS})
    assert right["lines"] == [{"list": 500, "base": 500, "net": 500}]
    assert (wrong, empty) == (error("bad_barcode"), error("bad_barcode"))


def test_a_shift_is_opened_once() -> None:
    first, again = play({"op": "shift_open", "float": 1}, {"op": "shift_open", "float": 1})
    assert (first, again) == ({"status": "done"}, error("shift_already_open"))


def test_an_exchange_is_for_the_member_of_the_sale() -> None:
    exchange: Json = {"op": "exchange", "id": "T2", "of": "T1", "return": [{"line": 1}], "lines": [], "member": "M2"}
    done, refused = play(sale(member="M1"), exchange)
    assert (done["status"], refused) == ("done", error("wrong_member"))


def test_a_held_basket_may_get_a_member_when_it_is_paid() -> None:
    held = {"op": "suspend", "id": "H1", "lines": [{"sku": "COLA"}]}
    resumed = {"op": "resume", "of": "H1", "id": "T1", "tenders": [{"type": "stored", "amount": 300}], "member": "M1"}
    first, again, done = play(held, held, resumed)
    assert (first, again) == ({"status": "held"}, {"status": "held", "replayed": True})
    assert done["stored"] == {"principal_used": 300, "bonus_used": 0, "principal": 4700, "bonus": 0}


def test_a_payment_that_was_paid_before_another_stayed_unknown_is_asked_for_not_paid_twice() -> None:
    def tenders(first: list[str], second: list[str]) -> list[Json]:
        paid = [{"type": "wechat", "amount": 100, "script": first}, {"type": "alipay", "amount": 200, "script": second}]
        return [dict(tender) for tender in paid]

    pending, done = play(sale(tenders=tenders(["OK"], [])), sale(tenders=tenders(["OK"], ["OK"])))
    assert [one["state"] for one in pending["payments"]] == ["paid", "unknown"]
    assert [one["calls"] for one in done["payments"]] == [["query"], ["query"]]


def test_a_payment_without_answers_is_asked_for_again_when_it_is_undecided() -> None:
    pending, again = play(
        sale(tenders=[{"type": "wechat", "amount": 300, "script": []}]),
        sale(tenders=[{"type": "wechat", "amount": 300}]),
    )
    assert (pending["status"], again["status"]) == ("pending_payment", "pending_payment")
    assert again["payments"][0]["calls"] == ["query"] * 4 + ["reverse"] * 3


@pytest.mark.parametrize(
    "step",
    [
        {"op": ["quote"]},
        {"op": "quote", "at": "tomorrow"},
        {"op": "quote", "at": "2026-02-30T10:00:00"},
        {"op": "quote", "at": 5},
        {"op": "quote", "lines": [{"sku": "COLA", "qty": 100_000}]},
        {"op": "quote", "lines": [{"sku": "COLA", "qty": 99_999}] * 3},
        {"op": "quote", "lines": [{"sku": "COLA", "qty": 1.5}]},
        {"op": "quote", "lines": "COLA"},
        {"op": "sale", "id": ["T"], "lines": []},
        {"op": "sale", "id": "T", "lines": [], "tenders": [{"type": "card", "amount": 1, "script": ["MAYBE"]}]},
        {"op": "sale", "id": "T", "lines": [], "tenders": [{"type": "iou", "amount": 1}]},
    ],
)
def test_a_step_that_makes_no_sense_is_refused_and_the_next_one_played(step: Json) -> None:
    refused, done = play(step, sale())
    assert (refused, done["status"]) == (error("bad_request"), "done")


def test_a_payment_that_is_taken_up_again_begins_with_one_query_in_any_case() -> None:
    def tenders(*script: str) -> list[Json]:
        return [{"type": "wechat", "amount": 300, "script": [*script]}]

    pay = {"pay": {"query_max": 0, "reverse_max": 1}}
    pending, reversed_ = play(sale(tenders=tenders()), sale(tenders=tenders("TIMEOUT", "OK")), settings=pay)
    assert [one["calls"] for one in pending["payments"]] == [["pay", "reverse"]]
    assert [one["calls"] for one in reversed_["payments"]] == [["query", "reverse"]]
    assert reversed_["error"] == "payment_reversed"


def test_a_printed_price_is_the_price_of_an_article_that_has_none() -> None:
    catalog = {"HAM": {"open_price": True, "unit": "kg", "plu": "12345", "stock": 900}}
    settings = {"barcode": [{"prefix": "21", "len": 18, "kind": "price_weight", "check": "none"}]}
    lines = [{"barcode": "211234500800005006"}]
    (done,) = play(sale(lines=lines, tenders=[{"type": "cash", "amount": 800}]), catalog=catalog, settings=settings)
    assert (done["total"], done["stock"]) == (800, {"HAM": 400})


def test_goods_that_no_count_was_kept_of_are_counted_from_nothing() -> None:
    (taken,) = play({"op": "stocktake", "sku": "COLA", "counted": 4})
    assert (taken["variance"], taken["stock"]) == (4, {"COLA": 4})


def test_a_coupon_that_nobody_knows_does_not_stop_the_sale() -> None:
    (done,) = play(sale(coupons=["X"]))
    assert done["coupons"] == [{"code": "X", "ok": False, "reason": "unknown"}]


def test_a_key_of_null_is_as_if_it_was_not_there() -> None:
    nothing = {
        "settings": {"rounding": None, "tiers": None},
        "catalog": {"COLA": {"price": 300, "cat": None, "unit": None}},
        "members": {"M1": {"name": None, "points": None}},
        "rules": [{"id": "R", "type": "line_off", "off": 10, "scope": None, "limit": None, "skip_promoted": None}],
        "coupons": {"C": {"type": "cash", "off": 5, "min": None, "scope": None, "status": None}},
    }
    quote = {"op": "quote", "lines": [{"sku": "COLA"}], "member": "M1", "offline": None}
    with_coupon, without = play({**quote, "coupons": ["C"]}, {**quote, "coupons": None}, **nothing)
    assert (with_coupon["due"], without["due"]) == (285, 290)


@pytest.mark.parametrize(
    ("part", "value", "code"),
    [
        ("settings", {"tiers": [{"id": "a", "min_spend": 2}, {"id": "b", "min_spend": 1}]}, "bad_settings"),
        ("settings", {"colour": "red"}, "bad_settings"),
        ("rules", [{"id": "R", "type": "line_percent", "pay_bp": 9000}] * 2, "bad_rules"),
        ("coupons", {"C": {"type": "cash"}}, "bad_coupons"),
        ("catalog", {"COLA": {"price": "3.00"}}, "bad_catalog"),
        ("members", {"M1": {"points": "many"}}, "bad_members"),
    ],
)
def test_a_case_that_makes_no_sense_is_refused_whole(part: str, value: object, code: str) -> None:
    (refused,) = play(sale(), **{part: value})
    assert (refused["status"], refused["error"]) == ("error", code)


def test_a_member_that_was_merged_stays_so() -> None:
    steps = [
        {"op": "merge", "into": "M1", "from": "M2"},
        {"op": "set_status", "member": "M2", "status": "active"},
    ]
    merged, refused = play(*steps)
    assert (merged["status"], refused) == ("done", error("card_merged"))


@pytest.mark.parametrize(
    ("kind", "tiers", "due"),
    [
        ("spend_off", [{"min": 0, "off": 10}, {"min": 0, "off": 30}], 270),
        ("spend_percent", [{"min": 0, "pay_bp": 9000}, {"min": 0, "pay_bp": 8000}], 240),
        ("qty_off", [{"min_qty": 1, "pay_bp": 9000}, {"min_qty": 1, "pay_bp": 8000}], 240),
    ],
)
def test_of_two_tiers_with_the_same_minimum_the_better_one_counts(kind: str, tiers: list[Json], due: int) -> None:
    for some in (tiers, tiers[::-1]):
        (priced,) = play({"op": "quote", "lines": [{"sku": "COLA"}]}, rules=[{"id": "R", "type": kind, "tiers": some}])
        assert priced["due"] == due
