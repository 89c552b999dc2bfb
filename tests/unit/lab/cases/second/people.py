"""Members of the second shop: lots of points, stored value, status, tiers, merges (CHECKOUT 8 and 10)."""

import copy
from collections.abc import Iterable

from tests.unit.lab.cases.second.counting import Doc, RefusedError

Lots = list[tuple[str | None, int]]


class People:
    def __init__(self, case: Doc) -> None:
        settings = case["settings"]
        self.settings: Doc = settings
        self.rules: list[Doc] = case["rules"]
        self.coupons: dict[str, Doc] = {code: {"status": "issued", **one} for code, one in case["coupons"].items()}
        self.members: dict[str, Doc] = {key: _member(one) for key, one in case["members"].items()}
        self.most = settings.get("stored", {}).get("max_balance", 500_000)
        self.tiers: list[Doc] = settings.get("tiers", [])
        self.shift: Doc | None = None
        self.today = ""

    # points

    def live(self, member: Doc) -> Lots:
        """The lots that are good today, the earliest expiry first."""
        lots = [(day, n) for day, n in member["lots"].items() if n and (day is None or day >= self.today)]
        return sorted(lots, key=lambda lot: lot[0] or "9999")

    def balance(self, member: Doc) -> int:
        return int(sum(points for _, points in self.live(member)) - member["debt"])

    def lots(self, member: Doc) -> list[Doc]:
        return [{"points": points, "expires": day} for day, points in self.live(member)]

    def gain(self, member: Doc, points: int, day: str | None) -> None:
        pays = min(points, member["debt"])
        member["debt"] -= pays
        member["lots"][day] = member["lots"].get(day, 0) + points - pays

    def lose(self, member: Doc, points: int) -> Lots:
        """Take points of the earliest lots; what they do not hold is owed."""
        taken: Lots = []
        for day, held in self.live(member):
            part = min(points, held)
            if part:
                member["lots"][day] -= part
                taken.append((day, part))
                points -= part
        member["debt"] += points
        return taken

    # who

    def anybody(self, key: str) -> Doc:
        if key not in self.members:
            raise RefusedError("unknown_member")
        return self.members[key]

    def active(self, key: str) -> Doc:
        member = self.anybody(key)
        if member["status"] != "active":
            raise RefusedError("card_" + member["status"])
        return member

    def now(self, key: str | None) -> str | None:
        """Who somebody is after all merges."""
        while key is not None and self.members[key]["into"] is not None:
            key = self.members[key]["into"]
        return key

    def rank(self, tier: str, unknown: int) -> int:
        return next((rank for rank, one in enumerate(self.tiers) if one["id"] == tier), unknown)

    def reached(self, member: Doc) -> int:
        return max((rank for rank, tier in enumerate(self.tiers) if tier["min_spend"] <= member["spend"]), default=0)

    def rise(self, member: Doc, total: int) -> None:
        member["spend"] += total
        if self.tiers and self.reached(member) > self.rank(member["tier"], 0):
            member["tier"] = self.tiers[self.reached(member)]["id"]

    # steps

    def by(self, tenders: Iterable[Doc], sign: int) -> None:
        """Book tenders into the open shift."""
        for tender in tenders:
            if self.shift is not None and tender["type"] != "credit":
                sums = self.shift["by"]
                sums[tender["type"]] = sums.get(tender["type"], 0) + sign * tender["amount"]

    def topup(self, step: Doc) -> Doc:
        member, amount = self.active(step["member"]), step["amount"]
        if step.get("offline"):
            raise RefusedError("offline_limit")
        bonus = max((_bonus(rule, amount) for rule in self.rules if rule["type"] == "topup_bonus"), default=0)
        if member["principal"] + member["bonus"] + amount + bonus > self.most:
            raise RefusedError("stored_limit")
        member["principal"] += amount
        member["bonus"] += bonus
        self._topped_up(amount, step["tender"])
        return {"status": "done", "bonus_given": bonus, "principal": member["principal"], "bonus": member["bonus"]}

    def cashout(self, step: Doc) -> Doc:
        member = self.active(step["member"])
        if not step.get("approved_by_manager"):
            raise RefusedError("needs_manager")
        told = {"status": "done", "paid_out": member["principal"], "bonus_forfeited": member["bonus"]}
        self._topped_up(-member["principal"], "cash")
        member["principal"] = member["bonus"] = 0
        return told

    def _topped_up(self, amount: int, kind: str) -> None:
        if self.shift is not None:
            self.shift["topups"] += amount
            self.by([{"type": kind, "amount": amount}], 1)

    def member(self, step: Doc) -> Doc:
        member = self.anybody(step["member"])
        return {"status": "done", "lots": self.lots(member), **self._account(member)}

    def _account(self, member: Doc) -> Doc:
        return {
            "tier": member["tier"],
            "points": self.balance(member),
            "principal": member["principal"],
            "bonus": member["bonus"],
        }

    def set_status(self, step: Doc) -> Doc:
        member = self.anybody(step["member"])
        if member["status"] == "merged":
            raise RefusedError("card_merged")
        member["status"] = step["status"]
        return {"status": "done"}

    def merge(self, step: Doc) -> Doc:
        into, gone = self.anybody(step["into"]), self.anybody(step["from"])
        self._check_merge(into, gone)
        for key in ("principal", "bonus", "spend", "debt"):
            into[key] += gone[key]
            gone[key] = 0
        into["counts"] |= gone["counts"]
        for day, points in gone["lots"].items():
            into["lots"][day] = into["lots"].get(day, 0) + points
        gone["counts"], gone["lots"] = {}, {}
        debt, into["debt"] = into["debt"], 0
        self.lose(into, debt)
        if self.rank(gone["tier"], -1) > self.rank(into["tier"], -1):
            into["tier"] = gone["tier"]
        for coupon in self.coupons.values():
            if coupon.get("owner") == step["from"]:
                coupon["owner"] = step["into"]
        gone["status"], gone["into"] = "merged", step["into"]
        return {"status": "done", **self._account(into)}

    def _check_merge(self, into: Doc, gone: Doc) -> None:
        if into["status"] != "active":
            raise RefusedError("card_" + into["status"])
        if gone["status"] == "merged":
            raise RefusedError("card_merged")
        if into is gone or set(into["counts"]) & set(gone["counts"]):
            raise RefusedError("merge_conflict")
        if sum(one[key] for one in (into, gone) for key in ("principal", "bonus")) > self.most:
            raise RefusedError("stored_limit")

    def tier_review(self, step: Doc) -> Doc:  # noqa: ARG002
        drop = self.settings.get("tier_max_drop", 1)
        told = {}
        for key, member in self.members.items():
            if member["status"] == "active":
                if self.tiers:
                    lowest = self.rank(member["tier"], 0) - drop
                    member["tier"] = self.tiers[max(self.reached(member), lowest)]["id"]
                member["spend"] = 0
                told[key] = member["tier"]
        return {"status": "done", "tiers": told}


def _member(given: Doc) -> Doc:
    lots: dict[str | None, int] = {}
    for lot in given.get("points_lots", [{"points": max(0, given.get("points", 0)), "expires": None}]):
        lots[lot["expires"]] = lots.get(lot["expires"], 0) + lot["points"]
    return {
        "tier": given["tier"],
        "lots": lots,
        "debt": max(0, -given.get("points", 0)),
        "principal": given["principal"],
        "bonus": given["bonus"],
        "spend": given["spend"],
        "status": given.get("status", "active"),
        "counts": copy.deepcopy(given["counts"]),
        "into": None,
    }


def _bonus(rule: Doc, amount: int) -> int:
    if rule.get("repeat"):
        return int(amount // rule["min"] * rule["bonus"])
    reached = [tier for tier in rule.get("tiers", [rule]) if tier["min"] <= amount]
    return int(max(reached, key=lambda tier: tier["min"])["bonus"]) if reached else 0
