"""A quote worked out as CHECKOUT 3 to 6 say it, all ways of exclusive groups one after the other: slow, and plain.

It is a second reader of the text. For baskets of goods that have a price, before any sale was done.
"""

from calendar import isleap
from copy import copy
from datetime import date
from itertools import product
from typing import Any

from tests.unit.lab.cases.paper_rules import (
    ENDLESS,
    ITEM_RULES,
    STAGES,
    PaperUnit,
    Rule,
    Units,
    half_up,
    of_the_order,
    pay,
    payable,
    spread,
    take_by_net,
)

Member = dict[str, Any]


def time_of(case: dict[str, Any], step: dict[str, Any]) -> str:
    return str(step.get("at", case["now"]))


def quote_on_paper(case: dict[str, Any], step: dict[str, Any]) -> dict[str, Any]:
    """Return what a quote comes to: amounts, rules, coupons and VAT."""
    run = basket_on_paper(case, step)
    due, rounding = due_of(run), case.get("settings", {}).get("rounding", {})
    total = due if rounding.get("on", "total") == "cash" else rounded(due, rounding)
    return {"status": "priced", **amounts(run, total)}


def basket_on_paper(case: dict[str, Any], step: dict[str, Any]) -> "Run":
    """Return the units of a basket after all rules and coupons, and what each did: the best of all ways."""
    at = time_of(case, step)
    member = case["members"][step["member"]] if "member" in step else None
    rules = [rule for rule in case["rules"] if holds(rule, member, at)]
    before = units_of(case, step, member, rules)
    staged = sorted(
        (rule for rule in rules if rule["type"] in STAGES),
        key=lambda rule: (STAGES[rule["type"]], rule.get("priority", 100), rule["id"]),
    )
    runs = [
        run(case, step, chosen, [copy(unit) for unit in before]) for chosen in choices(case.get("settings", {}), staged)
    ]
    return min(runs, key=worth)


Run = tuple[Units, list[tuple[Rule, int]], list[dict[str, Any]]]


def worth(run: Run) -> tuple[int, int, list[tuple[int, int, str]]]:
    """What decides between two ways: the amount due, how many grouped rules, which."""
    grouped = [rule for rule, _ in run[1] if rule.get("group") is not None]
    ranks = [(STAGES[rule["type"]], rule.get("priority", 100), rule["id"]) for rule in grouped]
    return sum(unit.net for unit in run[0]), len(grouped), ranks


def choices(settings: dict[str, Any], staged: list[Rule]) -> list[list[Rule]]:
    """Return the rules of each way to choose one or none of each group; by priority there is one way with all."""
    if settings.get("selection", "best") == "priority":
        return [[rule | {"first": True} for rule in staged]]
    groups: dict[str, list[str]] = {}
    for rule in staged:
        if rule.get("group") is not None:
            groups.setdefault(rule["group"], [""]).append(rule["id"])
    return [
        [rule for rule in staged if rule.get("group") is None or rule["id"] in way] for way in product(*groups.values())
    ]


def run(case: dict[str, Any], step: dict[str, Any], rules: list[Rule], units: Units) -> Run:
    member = case["members"][step["member"]] if "member" in step else None
    tier = None if member is None else member["tier"]
    applied: list[tuple[Rule, int]] = []
    for rule in rules:
        group = rule.get("group")
        if rule.get("first") and group is not None and any(done.get("group") == group for done, _ in applied):
            continue
        off = ITEM_RULES[rule["type"]](rule, units) if rule["type"] in ITEM_RULES else of_the_order(rule, units, tier)
        if off > 0:
            applied.append((rule, off))
    return units, applied, coupons_of(case, step, units)


def holds(rule: Rule, member: Member | None, at: str) -> bool:
    """Whether a rule works now, for this customer, before anybody used it."""
    if rule["type"] == "member_percent" and member is None:
        return False
    if rule.get("total_limit", 1) < 1 or ("member_limit" in rule and member is None):
        return False
    if rule.get("member_limit", {}).get("times", 1) < 1:
        return False
    return when_holds(rule.get("when", {}), at) and who_holds(rule.get("who", {}), member, at)


def when_holds(when: dict[str, Any], at: str) -> bool:
    if not when.get("from", "") <= at or at[: len(when.get("to", at))] > when.get("to", at):
        return False
    if date.fromisoformat(at[:10]).isoweekday() not in when.get("weekdays", range(1, 8)):
        return False
    if int(at[8:10]) not in when.get("days", range(1, 32)):
        return False
    hour = at[11:16]
    return any(
        start <= hour < end if start <= end else hour >= start or hour < end
        for start, end in when.get("hours", [["00:00", "24:00"]])
    )


def who_holds(who: dict[str, Any], member: Member | None, at: str) -> bool:
    if who.get("kind", "any") != "any" and (who["kind"] == "member") is not (member is not None):
        return False
    if "tiers" in who and (member is None or member["tier"] not in who["tiers"]):
        return False
    if "birthday" not in who:
        return True
    born = "" if member is None else member.get("birthday", "")
    if who["birthday"] == "month":
        return bool(born[:2] == at[5:7])
    if born == "02-29" and not isleap(int(at[:4])):
        born = "02-28"
    return bool(born == at[5:10])


def units_of(case: dict[str, Any], step: dict[str, Any], member: Member | None, rules: list[Rule]) -> Units:
    units: Units = []
    for number, line in enumerate(step["lines"]):
        article = case["catalog"][line["sku"]]
        quantity = line.get("qty", 1)
        listed = worth_of(article, line, article["price"]) * (1 if quantity > 0 else -1)
        locked = not article.get("discountable", True) or quantity < 0 or "override" in line or "count_card" in line
        base = listed
        if "override" in line:
            base = worth_of(article, line, line["override"]) * (1 if quantity > 0 else -1)
        if "count_card" in line:
            base = 0
        for _ in range(abs(quantity)):
            units.append(
                PaperUnit(
                    place=len(units),
                    line=number,
                    sku=line["sku"],
                    category=article["cat"],
                    rate_bp=article["vat"],
                    weighed="weight_g" in line,
                    locked=locked,
                    listed=listed,
                    base=base,
                )
            )
    for sku in {unit.sku for unit in units}:
        price_stage(case["catalog"][sku], [u for u in units if u.sku == sku and not u.locked], step, member, rules)
    for unit in units:
        unit.net = unit.base
    return units


def worth_of(article: dict[str, Any], line: dict[str, Any], price: int) -> int:
    return half_up(price * line["weight_g"], 1000) if article.get("unit") == "kg" else price


def price_stage(
    article: dict[str, Any], units: Units, step: dict[str, Any], member: Member | None, rules: list[Rule]
) -> None:
    for ordinal, unit in enumerate(units):
        offered = [article["price"]]
        if member is not None and "member_price" in article:
            offered.append(article["member_price"])
        for rule in rules:
            offered += rule_price(rule, unit, ordinal, len(units), member)
        unit.base = min(worth_of(article, step["lines"][unit.line], price) for price in offered)


def rule_price(rule: Rule, unit: PaperUnit, ordinal: int, count: int, member: Member | None) -> list[int]:
    if rule["type"] == "qty_price" and rule["sku"] == unit.sku and not unit.weighed:
        reached = [(step["min_qty"], step["price"]) for step in rule["breaks"] if step["min_qty"] <= count]
        return [max(reached)[1]] if reached else []
    if rule["type"] == "special_price" and unit.sku in rule["prices"]:
        if "daily_member_units" in rule and member is None:
            return []
        if ordinal < min(rule.get("limit", ENDLESS), rule.get("daily_member_units", ENDLESS)):
            return [rule["prices"][unit.sku]]
    return []


def coupons_of(case: dict[str, Any], step: dict[str, Any], units: Units) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    accepted: list[str] = []
    for code in step.get("coupons", []):
        off = redeem(case, step, code, accepted, units)
        if isinstance(off, str):
            told.append({"code": code, "ok": False, "reason": off})
        else:
            told.append({"code": code, "ok": True, "off": off})
            accepted.append(code)
    return told


def redeem(case: dict[str, Any], step: dict[str, Any], code: str, accepted: list[str], units: Units) -> int | str:
    """Return what a coupon takes off, or why it does not."""
    if code not in case["coupons"]:
        return "unknown"
    coupon = case["coupons"][code]
    counted = payable({**coupon, "scope": {}} if coupon["type"] == "exchange" else coupon, units)
    mine = [unit for unit in counted if unit.sku == coupon.get("sku", unit.sku)]
    amount = sum(unit.net for unit in counted)
    today, owner, status = time_of(case, step)[:10], step.get("member"), coupon.get("status", "issued")
    others = [case["coupons"][other].get("exclusive", False) for other in accepted]
    checks = [
        (status == "issued", str(status)),
        (coupon.get("from", today) <= today, "not_yet_valid"),
        (coupon.get("to", today) >= today, "expired"),
        (coupon.get("owner", owner) == owner, "wrong_owner"),
        (code not in accepted and not any(others) and not (coupon.get("exclusive") and others), "not_combinable"),
        (mine, "no_goods"),
        (amount >= coupon.get("min", 0), "below_min"),
    ]
    refused = next((reason for holds, reason in checks if not holds), None)
    return taken(coupon, mine, amount) if refused is None else refused


def taken(coupon: dict[str, Any], units: Units, amount: int) -> int:
    if coupon["type"] == "exchange":
        dearest = min(units, key=lambda unit: (-unit.net, unit.place))
        return take_by_net([dearest], dearest.net)
    if coupon["type"] == "cash":
        return take_by_net(units, min(coupon["off"], amount))
    return take_by_net(units, min(amount - pay(amount, coupon["pay_bp"]), coupon.get("max_off", ENDLESS)))


def due_of(run: Run) -> int:
    return sum(unit.net for unit in run[0])


def amounts(run: Run, total: int) -> dict[str, Any]:
    """Return the amounts of a basket; the difference to the total is spread over what costs something."""
    units, applied, coupons = run
    due = due_of(run)
    costing = [unit for unit in units if unit.net > 0]
    for unit, share in zip(costing, spread(total - due, [unit.net for unit in costing] or [1]), strict=False):
        unit.net += share
    sums: dict[int, int] = {}
    for unit in units:
        sums[unit.rate_bp] = sums.get(unit.rate_bp, 0) + unit.net
    return {
        "gross": sum(unit.listed for unit in units),
        "due": due,
        "rounding": due - total,
        "total": total,
        "lines": [
            {
                "list": sum(unit.listed for unit in units if unit.line == line),
                "base": sum(unit.base for unit in units if unit.line == line),
                "net": sum(unit.net for unit in units if unit.line == line),
            }
            for line in sorted({unit.line for unit in units})
        ],
        "rules": [{"id": rule["id"], "off": off} for rule, off in applied],
        "coupons": coupons,
        "vat": {str(bp): {"gross": gross, "tax": half_up(gross * bp, 10000 + bp)} for bp, gross in sums.items()},
    }


def rounded(amount: int, rounding: dict[str, Any]) -> int:
    """Return an amount in whole units of the rounding; what is not above 0 stays."""
    unit: int = rounding.get("unit", 1)
    mode = rounding.get("mode", "none")
    if amount <= 0 or mode == "none":
        return amount
    return {"down": amount // unit, "half_up": half_up(amount, unit), "up": -(-amount // unit)}[str(mode)] * unit
