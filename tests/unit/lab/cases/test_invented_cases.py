"""What holds for every case, also for those that nobody wrote."""

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.cases.invent import invent_case
from lab.cases.player import Player, play_case
from lab.cases.schema import Case, Json

seeds = st.integers(0, 2**32)


def invented(seed: int) -> dict[str, Any]:
    return invent_case(seed)


def read(case: Json) -> Case:
    return msgspec.convert(case, Case)


def play(case: Json) -> list[Any]:
    return [*play_case(read(case))]


def sales(results: list[Any]) -> Iterator[Any]:
    for result in results:
        if result["status"] == "done" and "change" in result:
            yield result
        if "sale" in result:
            yield result["sale"]


def returns(results: list[Any]) -> Iterator[Any]:
    for result in results:
        if "returned" in result:
            yield result["returned"]
        elif "amount" in result and "lines" in result:
            yield result


@given(seeds)
def test_lines_total_and_tenders_of_a_sale_are_the_same_sum(seed: int) -> None:
    for sale in sales(play(invented(seed))):
        assert sum(line["net"] for line in sale["lines"]) == sale["total"]
        assert sum(tender["amount"] for tender in sale["tenders"]) == sale["total"]
        assert sale["gross"] - sale["discount"] - sale["rounding"] == sale["total"]
        assert sum(rate["gross"] for rate in sale["vat"].values()) == sale["total"]


@given(seeds)
def test_what_comes_back_is_paid_out_withheld_or_credit(seed: int) -> None:
    results = play(invented(seed))
    set_aside = [result.get("credit", 0) for result in results if "returned" in result or "amount" in result]
    for back in returns(results):
        paid_fen = sum(tender["amount"] for tender in back["tenders"]) + back.get("points", {}).get("withheld", 0)
        assert back["amount"] == sum(line["amount"] for line in back["lines"])
        assert back["amount"] - paid_fen in {0, *set_aside}
        assert sum(rate["gross"] for rate in back["vat"].values()) == back["amount"]


@given(seeds)
def test_a_refused_step_changes_nothing(seed: int) -> None:
    case = invented(seed)
    player = Player(read(case))
    for step in case["steps"]:
        before = copy.deepcopy(_state(player))
        result = player.play(step)
        if result["status"] == "error":
            assert _state(player) == before


def _state(player: Player) -> object:
    shop = player.shop
    return shop.members, shop.coupons, shop.stock, shop.sales, shop.held, shop.shift


@given(seeds)
def test_the_order_of_rules_members_and_coupons_in_a_file_does_not_matter(seed: int) -> None:
    case = invented(seed)
    mixed = Random(seed)
    shuffled = {**case, "rules": mixed.sample(case["rules"], len(case["rules"]))}
    for key in ("catalog", "coupons", "members", "settings"):
        shuffled[key] = dict(mixed.sample([*case[key].items()], len(case[key])))
    assert play(shuffled) == play(case)


@given(seeds)
def test_a_void_leaves_nothing_of_a_sale(seed: int) -> None:
    """All tenders go back, and the member, the coupons and the shelf are as they were."""
    case = invented(seed)
    player = Player(read(case))
    player.play({"op": "shift_open"})
    sale = next((step for step in case["steps"] if step["op"] == "sale"), None)
    before = copy.deepcopy(_accounts(player, sale))
    if sale is None or player.play(sale)["status"] != "done":
        return
    voided = player.play({"op": "void", "of": sale["id"], "at": sale["at"], "approved_by_manager": True})
    assert voided["status"] == "voided"
    assert _accounts(player, sale) == before
    assert player.play({"op": "x_report"})["by_tender"] == {}


@given(seeds)
def test_a_sale_that_comes_back_piece_by_piece_leaves_nothing(seed: int) -> None:
    """Money, tax, commission, points, stored value, counts, coupons and the shelf are as if it had never been.

    Of members without a debt: where points are withheld, a refund may settle one that stood before the sale.
    """
    case = invented(seed)
    for member in case["members"].values():
        if member.get("points", 0) < 0:
            member["points"] = 0
    for article in case["catalog"].values():
        article |= {"returnable": True, "deposit": False}
    player = Player(read(case))
    player.play({"op": "shift_open"})
    sale = next((step for step in case["steps"] if step["op"] == "sale"), None)
    before = copy.deepcopy(_accounts(player, sale))
    if sale is None:
        return
    done: Any = player.play(sale)
    if done["status"] != "done":
        return
    back: list[Any] = [player.play(step) for step in _pieces(sale, Random(seed))]
    assert {step["status"] for step in back} == {"done"}
    assert _accounts(player, sale) == before
    assert player.play({"op": "x_report"})["by_tender"] == {}
    for rate, whole in done["vat"].items():
        for sum_of in ("gross", "tax"):
            assert sum(step["vat"].get(rate, {}).get(sum_of, 0) for step in back) == whole[sum_of]
    for person, fen in done.get("commission", {}).items():
        assert sum(step.get("commission", {}).get(person, 0) for step in back) == -fen


def _pieces(sale: dict[str, Any], random: Random) -> list[dict[str, Any]]:
    """Refunds of one piece each, in any order, until nothing of a sale is left."""
    pieces = [number for number, line in enumerate(sale["lines"], start=1) for _ in range(line.get("qty", 1))]
    random.shuffle(pieces)
    return [{"op": "refund", "of": sale["id"], "at": sale["at"], "lines": [{"line": line}]} for line in pieces]


def _accounts(player: Player, step: dict[str, Any] | None) -> object:
    """What a void must restore; points are compared by what is good on the day, the tier is not lowered again."""
    today = "" if step is None else step["at"][:10]
    shop = player.shop
    members = {key: (one.points.balance(today), one.stored, one.spend, one.counts) for key, one in shop.members.items()}
    return members, shop.coupons, shop.stock


@given(seeds)
def test_no_tender_of_a_sale_and_no_part_of_stored_value_falls_below_0(seed: int) -> None:
    player = Player(read(invented(seed)))
    for step in invented(seed)["steps"]:
        player.play(step)
    for sold in player.shop.sales.values():
        for part in sold.parts:
            assert part.left_fen >= min(0, part.amount_fen)
            assert part.stored_left.principal >= 0
            assert part.stored_left.bonus >= 0
            assert all(lot.points > 0 for lot in part.lots_left)
        assert sold.earned >= 0
    for member in player.shop.members.values():
        assert member.stored.principal >= 0
        assert member.stored.bonus >= 0
        assert all(lot.points > 0 for lot in member.points.lots)


@settings(max_examples=25)
@given(seeds)
def test_best_choice_is_never_dearer_than_priority(seed: int) -> None:
    case = invented(seed)
    quotes = [{**step, "op": "quote"} for step in case["steps"] if "lines" in step and step["op"] == "sale"]
    dues = {}
    for selection in ("best", "priority"):
        chosen = {**case, "settings": {**case["settings"], "selection": selection}, "steps": quotes}
        dues[selection] = [result.get("due", 0) for result in play(chosen)]
    assert all(best <= priority for best, priority in zip(dues["best"], dues["priority"], strict=True))
