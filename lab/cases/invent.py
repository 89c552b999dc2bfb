"""Cases that nobody wrote: a shop, rules of all kinds, and a day of steps, all from one seed."""

from random import Random

from lab.cases.invent_rules import KINDS, Goods
from lab.cases.schema import Json

CATEGORIES = ("a", "a/b", "a/b/c", "d", "d/e", "f")
GROUPS = ("G1", "G2", "G3", "G4")
LIMITED = frozenset({"special_price", "line_off", "nth_off", "n_for_price", "bundle", "gift", "add_on", "spend_off"})
UNSTAGED = frozenset({"qty_price", "special_price", "points_mult", "topup_bonus"})
PLENTY = 10_000_000
"""More cash than any sale costs."""


def invent_case(seed: int) -> Json:
    """Return a case, the same for the same seed."""
    return Inventor(Random(seed)).case(str(seed))


class Inventor(Goods):
    """One shop and its day."""

    def __init__(self, random: Random) -> None:
        super().__init__(random)
        self.catalog = {f"S{number}": self._article() for number in range(random.randint(3, 10))}
        self.skus = [*self.catalog]
        self.coupons = {f"C{number}": self._coupon() for number in range(random.randint(0, 3))}
        self.settings = self._settings()
        self.card_sku = random.choice(self.skus)
        """The article that count cards pay."""
        self.members = {"M1": self._member("K1")} | {f"M{number}": self._member(f"K{number}") for number in (2, 3)}
        self.sales: list[str] = []

    def case(self, name: str) -> Json:
        """Return the whole case."""
        random = self.random
        rules = [self._rule(number) for number in range(random.randint(0, 14))]
        steps: list[Json] = [{"op": "shift_open", "float": 1000}] if self.chance(0.6) else []
        for number in range(random.randint(3, 14)):
            steps.append(self._step(number))
            if self.chance(0.05):
                steps.append(dict(steps[-1]))
        return {
            "id": name,
            "now": "2026-03-18T10:00:00",
            "settings": self.settings,
            "catalog": self.catalog,
            "members": self.members,
            "rules": rules,
            "coupons": self.coupons,
            "steps": steps,
        }

    def _article(self) -> Json:
        random = self.random
        price = random.choice([1, 99, 100, 333, 500, 999, 1990, 5000, random.randint(1, 9999)])
        article: Json = {"price": price, "cat": random.choice(CATEGORIES), "vat": random.choice([1300, 900, 600, 0])}
        if self.chance(0.3):
            article["member_price"] = random.randint(0, price + 50)
        if self.chance(0.2):
            article["unit"] = "kg"
        elif self.chance(0.15):
            article["deposit"] = True
        for key in ("discountable", "returnable", "earns"):
            if self.chance(0.1):
                article[key] = False
        if self.chance(0.3):
            article |= {"stock": random.randint(-3, 50), "low": random.randint(0, 10)}
        return article

    def _coupon(self) -> Json:
        random = self.random
        kind = random.choice(["cash", "percent", "exchange"])
        coupon: Json = {"type": kind, "min": random.choice([0, 0, 1000, 5000])}
        match kind:
            case "cash":
                coupon["off"] = random.randint(0, 3000)
            case "percent":
                coupon["pay_bp"] = random.choice([0, 5000, 9000])
                if self.chance(0.4):
                    coupon["max_off"] = random.randint(0, 400)
            case _:
                coupon["sku"] = random.choice(self.skus)
        if self.chance(0.3) and kind != "exchange":
            coupon["scope"] = self._scope()
        for key, value in (("exclusive", True), ("skip_promoted", True), ("status", "used"), ("to", "2026-01-01")):
            if self.chance(0.12):
                coupon[key] = value
        return coupon

    def _scope(self) -> Json:
        random = self.random
        return random.choice(
            [
                {},
                {"skus": random.sample(self.skus, random.randint(1, 3))},
                {"cats": random.sample(CATEGORIES, random.randint(1, 2))},
                {"not_skus": random.sample(self.skus, 1)},
                {"not_cats": ["a/b"]},
            ]
        )

    def _settings(self) -> Json:
        random = self.random
        settings: Json = {
            "selection": random.choice(["best", "best", "priority"]),
            "stored": {"order": random.choice(["bonus_first", "principal_first", "proportional"])},
            "no_receipt_max": 1_000_000,
        }
        if self.chance(0.5):
            mode, on = random.choice(["down", "half_up", "up"]), random.choice(["total", "cash"])
            settings["rounding"] = {"mode": mode, "unit": random.choice([5, 10, 100]), "on": on}
        if self.chance(0.7):
            settings["points"] = {
                "fen_per_point": random.choice([1, 100]),
                "redeem_fen_per_100": random.choice([1, 33, 100, 250]),
                "redeem_step": random.choice([1, 100]),
                "redeem_max_bp": random.choice([10000, 5000]),
                "clawback": random.choice(["negative", "withhold"]),
                "tier_mult_bp": {"gold": 15000},
                "validity": random.choice([None, {"days": random.randint(0, 3)}, {"year_end_plus": 1}]),
            }
        if self.chance(0.3):
            settings["refund_tenders"] = random.sample(["cash", "card", "stored", "points", "wechat"], 2)
        if self.chance(0.4):
            settings["tiers"] = [{"id": "basic", "min_spend": 0}, {"id": "gold", "min_spend": 20000}]
        if self.chance(0.4):
            settings["commission"] = {"default_bp": 100, "cats": {"a": 50, "a/b": 333}}
        return settings

    def _member(self, card: str) -> Json:
        random = self.random
        member: Json = {
            "tier": random.choice(["gold", "basic", "other"]),
            "principal": random.randint(0, 9000),
            "bonus": random.randint(0, 3000),
            "birthday": random.choice(["03-18", "03-19", "02-29"]),
            "spend": random.randint(0, 30000),
            "counts": {card: {"sku": self.card_sku, "left": random.randint(0, 4), "until": "2026-03-20"}},
        }
        if self.chance(0.05):
            member["status"] = "lost"
        if self.chance(0.5):
            return member | {"points": random.randint(-100, 5000)}
        expiries = ["2026-03-17", "2026-03-18", "2026-12-31", None]
        lots = [{"points": random.randint(1, 900), "expires": random.choice(expiries)} for _ in range(3)]
        return member | {"points_lots": lots}

    def _rule(self, number: int) -> Json:
        random = self.random
        kind = random.choice([*KINDS])
        rule: Json = {"id": f"R{random.randint(0, 99):02d}-{number}", "type": kind, **KINDS[kind](self)}
        if self.chance(0.6):
            rule["priority"] = random.randint(0, 5)
        if kind not in UNSTAGED:
            rule["scope"] = self._scope()
            rule["skip_promoted"] = self.chance(0.2)
            if self.chance(0.5):
                rule["group"] = random.choice(GROUPS)
        if kind in LIMITED and self.chance(0.3):
            rule["limit"] = random.randint(1, 3)
        return rule | self._conditions()

    def _conditions(self) -> Json:
        random = self.random
        conditions: Json = {}
        if self.chance(0.15):
            whom = [{"kind": "member"}, {"kind": "nonmember"}, {"tiers": ["gold"]}, {"birthday": "month"}]
            conditions["who"] = random.choice([*whom, {"birthday": "day"}])
        if self.chance(0.1):
            when = [{"hours": [["09:00", "18:00"]]}, {"weekdays": [3]}, {"days": [18]}, {"to": "2026-03-18"}]
            conditions["when"] = random.choice(when)
        if self.chance(0.1):
            conditions["total_limit"] = random.randint(0, 2)
        if self.chance(0.1):
            conditions["member_limit"] = {"times": 1, "per": random.choice(["day", "ever"])}
        return conditions

    def _step(self, number: int) -> Json:
        random = self.random
        op = random.choice(_OPS)
        step: Json = {
            "op": op,
            "approved_by_manager": True,
            "at": f"2026-03-{random.choice([18, 18, 18, 19, 25])}T{random.choice(['10', '20'])}:00:00",
        }
        if self.chance(0.05):
            step["offline"] = True
        if op in {"sale", "quote", "suspend"}:
            return step | self._basket(f"T{number}", op)
        if op in {"refund", "void", "exchange"}:
            return step | self._after_sale(f"T{number}", op)
        if op == "resume":
            return step | self._paid(f"T{number}", None) | {"of": f"T{random.randint(0, number)}"}
        return step | self._of_the_store(op)

    def _after_sale(self, key: str, op: str) -> Json:
        of: Json = {"of": self._done()}
        if op == "void":
            return of
        back = "all" if self.chance(0.4) else [self._coming() for _ in range(self.random.randint(1, 2))]
        if op == "refund":
            return of | {"lines": back} | ({"id": f"R{key}"} if self.chance(0.3) else {})
        return of | {"return": back, "lines": self._lines()} | self._paid(key, self.random.choice([None, "M1"]))

    def _coming(self) -> Json:
        return {
            "line": self.random.randint(1, 3),
            "qty": self.random.choice([1, 1, 1, 2, 3]),
            "damaged": self.chance(0.3),
        }

    def _of_the_store(self, op: str) -> Json:
        random = self.random
        somebody: Json = {"member": self._somebody()}
        wanted: dict[str, Json] = {
            "topup": somebody | {"amount": random.randint(1, 9000), "tender": random.choice(["cash", "wechat"])},
            "set_status": somebody | {"status": random.choice([*("active",) * 5, "lost"])},
            "merge": {"into": self._somebody(), "from": self._somebody()},
            "refund_no_receipt": {"lines": [{"sku": random.choice(self.skus), "damaged": self.chance(0.3)}]},
            "receive": {"sku": random.choice(self.skus), "qty": random.randint(1, 9)},
            "stocktake": {"sku": random.choice(self.skus), "counted": random.randint(0, 60)},
            "shift_open": {"float": random.randint(0, 1000)},
            "shift_close": {"counted": random.randint(0, 5000)},
            "cash_move": {"amount": random.randint(-500, 500)},
        }
        return wanted.get(op, somebody)

    def _somebody(self) -> str:
        return self.random.choice([*self.members])

    def _done(self) -> str:
        """Return a sale that may be done: one of the last, so that goods come back part by part."""
        return self.random.choice(self.sales[-3:]) if self.sales else "T0"

    def _basket(self, key: str, op: str) -> Json:
        member = self.random.choice(["M1", "M1", self._somebody()]) if self.chance(0.6) else None
        lines = self._lines()
        if member is not None and self.chance(0.15):
            by_card = self._line(self.card_sku) | {"count_card": f"K{member[1:]}", "qty": 1}
            by_card.pop("override", None)
            lines.append(by_card)
        basket: Json = {"lines": lines} if member is None else {"lines": lines, "member": member}
        if self.coupons and self.chance(0.5):
            basket["coupons"] = self.random.sample([*self.coupons], self.random.randint(1, len(self.coupons)))
        if op == "sale":
            return basket | self._paid(key, member)
        return basket | {"id": key}

    def _paid(self, key: str, member: str | None) -> Json:
        self.sales.append(key)
        return {"id": key, "tenders": self._tenders(member)}

    def _lines(self) -> list[Json]:
        return [self._line(self.random.choice(self.skus)) for _ in range(self.random.randint(1, 7))]

    def _line(self, sku: str) -> Json:
        random, article = self.random, self.catalog[sku]
        line: Json = {"sku": sku}
        if article.get("unit") == "kg":
            line["weight_g"] = random.randint(1, 3000)
        else:
            line["qty"] = -1 if article.get("deposit") and self.chance(0.3) else random.choice([1, 1, 1, 2, 3, 5])
        if self.chance(0.05):
            line["override"] = random.randint(0, 999)
        if self.chance(0.1):
            line["salesperson"] = random.choice("PQ")
        return line

    def _tenders(self, member: str | None) -> list[Json]:
        random = self.random
        tenders: list[Json] = []
        if self.chance(0.3):
            tenders.append({"type": "card", "amount": random.randint(1, 500)})
        if self.chance(0.2):
            script = [random.choice(["OK", "PENDING", "TIMEOUT", "FAIL"]) for _ in range(random.randint(0, 5))]
            tenders.append({"type": "wechat", "amount": random.randint(1, 100), "script": script})
        if member is not None and self.chance(0.4):
            tenders.append({"type": "stored", "amount": "max"})
        if member is not None and self.chance(0.4):
            tenders.append({"type": "points", "points": "max"})
        return [*tenders, {"type": "cash", "amount": PLENTY}]


_OPS = (
    *("sale",) * 5,
    *("refund",) * 4,
    *("exchange",) * 2,
    *("quote", "void", "suspend", "resume", "topup", "cashout", "refund_no_receipt"),
    *("x_report", "member", "set_status", "merge", "tier_review", "cash_move"),
    *("shift_open", "shift_close", "receive", "stocktake"),
)
