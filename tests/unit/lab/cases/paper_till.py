"""A sale worked out as CHECKOUT 6 to 8 say it: tenders, change, points, stored value, tier, commission, stock.

For the first sale of a shop whose gateways always answer well.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.unit.lab.cases.paper import amounts, basket_on_paper, due_of, holds, rounded, time_of
from tests.unit.lab.cases.paper_rules import half_up

Json = dict[str, Any]
PROGRAM = {
    "fen_per_point": 100,
    "tier_mult_bp": {},
    "no_earn_tenders": ["points"],
    "redeem_fen_per_100": 100,
    "redeem_step": 100,
    "redeem_max_bp": 10000,
    "validity": None,
}


class Refused(Exception):  # noqa: N818 - a refusal is no error of the reader
    """A sale that is refused, with the code."""


@dataclass(slots=True)
class Purse:
    """What a customer has, and what of it was taken; ``lots`` are points by their last day."""

    principal: int
    bonus: int
    lots: dict[str | None, int]
    debt: int
    used: dict[str, int] = field(default_factory=lambda: {"points": 0, "worth": 0, "principal": 0, "bonus": 0})

    @classmethod
    def of(cls, member: Json) -> "Purse":
        lots: dict[str | None, int] = {}
        for lot in member.get("points_lots", [{"points": max(0, member.get("points", 0)), "expires": None}]):
            lots[lot["expires"]] = lots.get(lot["expires"], 0) + lot["points"]
        return cls(member.get("principal", 0), member.get("bonus", 0), lots, max(0, -member.get("points", 0)))

    def points(self, today: str) -> int:
        return sum(self.lots[expires] for expires in self.good(today)) - self.debt

    def good(self, today: str) -> list[str | None]:
        """Return the last days of lots that are good, the earliest first, none last."""
        return sorted(
            (day for day in self.lots if day is None or day >= today), key=lambda day: (day is None, day or "")
        )


def sale_on_paper(case: Json, step: Json) -> Json:
    """Return a done sale; `Refused` with the code."""
    settings, today = case.get("settings", {}), time_of(case, step)[:10]
    purse = Purse.of(case["members"][step["member"]]) if "member" in step else None
    run = basket_on_paper(case, step)
    due, rounding = due_of(run), settings.get("rounding", {})
    on_cash = rounding.get("on", "total") == "cash"
    total = due if on_cash else rounded(due, rounding)
    recorded = noncash(settings, step, purse, total, today)
    rest = total - sum(tender["amount"] for tender in recorded)
    cash = [tender["amount"] for tender in step["tenders"] if tender["type"] == "cash"]
    if cash and on_cash:
        total, rest = total - rest + rounded(rest, rounding), rounded(rest, rounding)
    if sum(cash) < rest:
        raise Refused("underpaid")
    recorded += [{"type": "cash", "amount": rest}] if rest else []
    sale = {"status": "done", **amounts(run, total), "tenders": recorded, "change": sum(cash) - max(0, rest)}
    return sale | of_member(case, step, purse, sale) | of_lines(case, step, sale)


def noncash(settings: Json, step: Json, purse: Purse | None, total: int, today: str) -> list[Json]:
    recorded: list[Json] = []
    for tender in step["tenders"]:
        if tender["type"] == "cash":
            continue
        rest = max(0, total - sum(one["amount"] for one in recorded))
        if purse is None and tender["type"] in {"stored", "points"}:
            raise Refused("no_member")
        if tender["type"] == "stored" and purse is not None:
            amount = stored(settings, tender, purse, rest)
        elif tender["type"] == "points" and purse is not None:
            amount = points(settings, tender, purse, total, min(rest, total), today)
        else:
            amount = tender["amount"]
        if amount > rest:
            raise Refused("over_tender")
        recorded += [{"type": tender["type"], "amount": amount}] if amount else []
    return recorded


def stored(settings: Json, tender: Json, purse: Purse, rest: int) -> int:
    held = purse.principal + purse.bonus
    amount: int = min(held, rest) if tender["amount"] == "max" else tender["amount"]
    if amount > held:
        raise Refused("stored_insufficient")
    parts = {
        "bonus_first": min(amount, purse.bonus),
        "principal_first": amount - min(amount, purse.principal),
        "proportional": amount * purse.bonus // held if held else 0,
    }
    bonus = parts[settings.get("stored", {}).get("order", "bonus_first")]
    purse.bonus -= bonus
    purse.principal -= amount - bonus
    purse.used["bonus"] += bonus
    purse.used["principal"] += amount - bonus
    return amount


def points(settings: Json, tender: Json, purse: Purse, total: int, rest: int, today: str) -> int:
    if settings.get("points") is None:
        raise Refused("bad_request")
    program = PROGRAM | settings["points"]
    rate, step = program["redeem_fen_per_100"], program["redeem_step"]
    cap = max(0, total) * program["redeem_max_bp"] // 10000 - purse.used["worth"]
    most, wanted = purse.points(today), tender["points"]
    if wanted == "max":
        wanted = max(0, most) // step * step
        while wanted and wanted * rate // 100 > min(cap, rest):
            wanted -= step
    worth: int = wanted * rate // 100
    refusals = {
        "points_step": wanted % step > 0,
        "points_insufficient": wanted > most,
        "points_over_limit": worth > cap,
    }
    for code, holds_here in refusals.items():
        if wanted and holds_here:
            raise Refused(code)
    if worth and worth <= rest:
        purse.used["worth"] += worth
        purse.used["points"] += wanted
        for expires in purse.good(today):
            part = min(wanted, purse.lots[expires])
            purse.lots[expires] -= part
            wanted -= part
    return worth


def of_member(case: Json, step: Json, purse: Purse | None, sale: Json) -> Json:
    if purse is None:
        return {}
    settings, member, at = case.get("settings", {}), case["members"][step["member"]], time_of(case, step)
    told: Json = {"tier": tier_after(settings.get("tiers", []), member, member.get("spend", 0) + sale["total"])}
    if any(tender["type"] == "stored" for tender in step["tenders"]):
        told["stored"] = {
            "principal_used": purse.used["principal"],
            "bonus_used": purse.used["bonus"],
            "principal": purse.principal,
            "bonus": purse.bonus,
        }
    if settings.get("points") is not None:
        earned = earned_points(case, step, sale)
        gain(purse, earned, last_day(PROGRAM | settings["points"], at[:10]))
        told["points"] = {"earned": earned, "used": purse.used["points"], "balance": purse.points(at[:10])}
    return told


def earned_points(case: Json, step: Json, sale: Json) -> int:
    settings, member, at = case.get("settings", {}), case["members"][step["member"]], time_of(case, step)
    program = PROGRAM | settings["points"]
    goods = [case["catalog"][line["sku"]].get("earns", True) for line in step["lines"]]
    of_goods = sum(line["net"] for line, earns in zip(sale["lines"], goods, strict=True) if earns)
    unearning = sum(one["amount"] for one in sale["tenders"] if one["type"] in program["no_earn_tenders"])
    factors = [program["tier_mult_bp"].get(member["tier"], 10000)]
    factors += [rule["mult_bp"] for rule in case["rules"] if rule["type"] == "points_mult" and holds(rule, member, at)]
    base = max(0, min(of_goods, sale["total"] - unearning))
    return int(base * max(factors) // (10000 * program["fen_per_point"]))


def last_day(program: Json, today: str) -> str | None:
    validity = program["validity"]
    if validity is None:
        return None
    if "days" in validity:
        return (date.fromisoformat(today) + timedelta(days=validity["days"])).isoformat()
    return f"{int(today[:4]) + validity['year_end_plus']}-12-31"


def gain(purse: Purse, earned: int, expires: str | None) -> None:
    paid = min(earned, purse.debt)
    purse.debt -= paid
    purse.lots[expires] = purse.lots.get(expires, 0) + earned - paid


def tier_after(tiers: list[Json], member: Json, spend: int) -> str:
    names = [tier["id"] for tier in tiers]
    now = names.index(member["tier"]) if member["tier"] in names else 0
    reached = max((place for place, tier in enumerate(tiers) if tier["min_spend"] <= spend), default=0)
    return str(names[reached] if reached > now else member["tier"])


def of_lines(case: Json, step: Json, sale: Json) -> Json:
    rates = case.get("settings", {}).get("commission")
    people: dict[str, int] = {}
    stock: dict[str, int] = {}
    for line, amount in zip(step["lines"], sale["lines"], strict=True):
        article = case["catalog"][line["sku"]]
        if "salesperson" in line and rates is not None:
            cats = [cat for cat in rates["cats"] if f"{article['cat']}/".startswith(f"{cat}/")]
            rate = rates["cats"][max(cats, key=len)] if cats else rates["default_bp"]
            people[line["salesperson"]] = people.get(line["salesperson"], 0) + amount["net"] * rate
        if "stock" in article:
            stock.setdefault(line["sku"], article["stock"])
            stock[line["sku"]] -= line.get("weight_g", line.get("qty", 1))
    told: Json = {"commission": {name: half_up(sum_, 10000) for name, sum_ in people.items()}} if people else {}
    if stock:
        low = [sku for sku, left in stock.items() if left <= case["catalog"][sku].get("low", left - 1)]
        told |= {"stock": stock, "low_stock": sorted(low)}
    return told
