"""What the second shop sells: list prices, member prices, one kind of rule, cash coupons (CHECKOUT 3 to 6, 7, 8)."""

from collections.abc import Sequence
from datetime import date, timedelta

from tests.unit.lab.cases.second.counting import Doc, RefusedError, half_up, spread
from tests.unit.lab.cases.second.people import People
from tests.unit.lab.cases.second.tendering import Payment

NO_ROUNDING = {"mode": "none", "unit": 1, "on": "total"}
NO_LEAVE = {"stored_per_sale": 0, "points": False, "coupons": False}
PROGRAM: Doc = {
    "fen_per_point": 100,
    "tier_mult_bp": {},
    "no_earn_tenders": ["points"],
    "redeem_fen_per_100": 100,
    "redeem_step": 100,
    "redeem_max_bp": 10000,
    "clawback": "negative",
    "validity": None,
}


class Selling(People):
    def __init__(self, case: Doc) -> None:
        super().__init__(case)
        given = self.settings.get("points")
        self.program: Doc | None = None if given is None else {**PROGRAM, **given}
        self.rounding: Doc = {**NO_ROUNDING, **self.settings.get("rounding", {})}
        self.leave: Doc = {**NO_LEAVE, **self.settings.get("offline", {})}
        self.catalog: dict[str, Doc] = case["catalog"]
        self.stock = {sku: one["stock"] for sku, one in self.catalog.items() if "stock" in one}
        self.sales: dict[str, Doc] = {}
        self.held: dict[str, Doc] = {}

    # prices

    def price(self, step: Doc, who: str | None) -> Doc:
        """Lines, units, rules, coupons of a basket; `RefusedError` for what a quote is refused for."""
        member = None if who is None else self.active(who)
        codes = step.get("coupons", [])
        if step.get("offline") and codes and not self.leave["coupons"]:
            raise RefusedError("offline_limit")
        basket: Doc = {"lines": [], "units": [], "rules": [], "told": [], "used": []}
        for line in step["lines"]:
            self._enter(basket, line, member)
        self._check_cards(basket, member)
        for rule in sorted(self.rules, key=lambda one: (one.get("priority", 100), one["id"])):
            if rule["type"] == "spend_off":
                _spend_off(basket, rule)
        for code in codes:
            self._present(basket, code, who)
        basket["due"] = sum(unit["net"] for unit in basket["units"])
        return basket

    def _enter(self, basket: Doc, line: Doc, member: Doc | None) -> None:
        article, qty = self.catalog[line["sku"]], line.get("qty", 1)
        weight, card = line.get("weight_g"), line.get("count_card")
        if qty < 0 and not article.get("deposit"):
            raise RefusedError("negative_not_allowed")
        price = article["price"] if weight is None else half_up(article["price"] * weight, 1000)
        is_locked = article.get("discountable") is False or qty < 0 or card is not None
        base = 0 if card is not None else -price if qty < 0 else price
        if member is not None and not is_locked and "member_price" in article:
            own = article["member_price"]
            base = min(base, own if weight is None else half_up(own * weight, 1000))
        number, pieces = len(basket["lines"]), 1 if weight is not None else abs(qty)
        basket["lines"].append(
            {
                "sku": line["sku"],
                "units": pieces if qty > 0 else -pieces,
                "vat": article.get("vat", 1300),
                "cat": article.get("cat", ""),
                "earns": article.get("earns", True),
                "returnable": article.get("returnable", True),
                "card": card,
                "who": line.get("salesperson"),
                "moves": 1 if weight is None else weight,
                "back": 0,
            }
        )
        unit = {"line": number, "list": -price if qty < 0 else price, "base": base, "net": base, "locked": is_locked}
        basket["units"] += [dict(unit) for _ in range(pieces)]

    def _check_cards(self, basket: Doc, member: Doc | None) -> None:
        wanted: dict[str, int] = {}
        for line in basket["lines"]:
            card = line["card"]
            if card is not None:
                if member is None or member["counts"].get(card, {}).get("sku") != line["sku"]:
                    raise RefusedError("count_card_invalid")
                wanted[card] = wanted.get(card, 0) + line["units"]
        for card, pieces in wanted.items():
            held = {} if member is None else member["counts"][card]
            if held.get("until") and self.today > held["until"]:
                raise RefusedError("count_card_expired")
            if held["left"] < pieces:
                raise RefusedError("count_card_insufficient")

    def _present(self, basket: Doc, code: str, who: str | None) -> None:
        units = _open(basket)
        amount = sum(unit["net"] for unit in units)
        reason = self._refusal(code, who, code in basket["used"], amount)
        if reason is not None:
            basket["told"].append({"code": code, "ok": False, "reason": reason})
            return
        off = min(self.coupons[code]["off"], amount)
        _take_off(units, off)
        basket["used"].append(code)
        basket["told"].append({"code": code, "ok": True, "off": off})

    def _refusal(self, code: str, who: str | None, is_accepted: bool, amount: int) -> str | None:
        coupon = self.coupons.get(code)
        if coupon is None:
            return "unknown"
        checks = (
            (coupon["status"] != "issued", coupon["status"]),
            (self.today > coupon.get("to", "9999"), "expired"),
            (coupon.get("owner", who) != who, "wrong_owner"),
            (is_accepted, "not_combinable"),
            (amount == 0, "no_goods"),
            (amount < coupon.get("min", 0), "below_min"),
        )
        return next((str(reason) for holds, reason in checks if holds), None)

    def rounded(self, fen: int) -> int:
        unit = self.rounding["unit"]
        if fen <= 0:
            return fen
        match self.rounding["mode"]:
            case "down":
                return int(fen // unit * unit)
            case "up":
                return int(-(-fen // unit) * unit)
            case "half_up":
                return int((2 * fen + unit) // (2 * unit) * unit)
            case _:
                return fen

    def asked(self, basket: Doc) -> int:
        """What is asked while nobody pays cash."""
        return int(basket["due"]) if self.rounding["on"] == "cash" else self.rounded(basket["due"])

    def shape(self, basket: Doc, total: int) -> Doc:
        """Spread what rounding takes off, and tell the basket."""
        units, lines, due = basket["units"], basket["lines"], basket["due"]
        _take_off([unit for unit in units if unit["net"] > 0], due - total)
        told = [{key: _sum(units, number, key) for key in ("list", "base", "net")} for number in range(len(lines))]
        vat: dict[int, int] = {}
        for line, sums in zip(lines, told, strict=True):
            line["net"] = sums["net"]
            vat[line["vat"]] = vat.get(line["vat"], 0) + line["net"]
        gross = sum(unit["list"] for unit in units)
        return {
            "gross": gross,
            "due": due,
            "discount": gross - due,
            "rounding": due - total,
            "total": total,
            "lines": told,
            "rules": basket["rules"],
            "coupons": basket["told"],
            "vat": {str(bp): {"gross": fen, "tax": half_up(fen * bp, 10000 + bp)} for bp, fen in vat.items()},
        }

    def quote(self, step: Doc) -> Doc:
        basket = self.price(step, step.get("member"))
        return {"status": "priced", **self.shape(basket, self.asked(basket))}

    # sales

    def sale(self, step: Doc) -> Doc:
        return self.sell(step, step.get("member"), None)

    def sell(self, step: Doc, who: str | None, credit: Doc | None) -> Doc:
        basket = self.price(step, who)
        member = None if who is None else self.members[who]
        payment = Payment(self, member, self.asked(basket), credit, is_offline=bool(step.get("offline")))
        payment.take(step.get("tenders", []))
        result = {**self.shape(basket, payment.total), "status": "done", "change": payment.change}
        result["tenders"] = [tell(tender) for tender in payment.tenders]
        parts = [part for tender in payment.tenders for part in tender.get("from", [tender])]
        sold = {"lines": basket["lines"], "parts": parts, "total": payment.total, "back": 0, "member": who}
        sold |= {"earned": 0, "mult": 0, "expires": None, "coupons": basket["used"], "voided": False, "refunded": False}
        sold["shift"] = None if self.shift is None else self.shift["number"]
        if member is not None:
            result |= self._credit(sold, member, payment)
        for code in basket["used"]:
            self.coupons[code]["status"] = "used"
        if "commission" in self.settings:
            result["commission"] = self.commission(sold)
        self.shelf(result, [(line["sku"], -line["units"] * line["moves"]) for line in basket["lines"]])
        self.sales[step["id"]] = sold
        if self.shift is not None:
            self.shift["sales_count"] += 1
            self.shift["sales"] += payment.total
            self.by(payment.tenders, 1)
        return result

    def _credit(self, sold: Doc, member: Doc, payment: Payment) -> Doc:
        """What a sale gives its member, and takes."""
        told: Doc = {}
        for line in sold["lines"]:
            if line["card"] is not None:
                member["counts"][line["card"]]["left"] -= line["units"]
        if self.program is not None:
            rules = [rule["mult_bp"] for rule in self.rules if rule["type"] == "points_mult"]
            sold["mult"] = max(self.program["tier_mult_bp"].get(member["tier"], 10000), *rules, 0)
            sold["earned"], sold["expires"] = self.formula(sold), self._expiry(self.program["validity"])
            self.gain(member, sold["earned"], sold["expires"])
            told["points"] = {"earned": sold["earned"], "used": payment.points_used, **self.points_now(member)}
        if payment.stored_used is not None:
            principal, bonus = payment.stored_used
            told["stored"] = {"principal_used": principal, "bonus_used": bonus, **stored_now(member)}
        self.rise(member, payment.total)
        return told | {"tier": member["tier"], "counts": {card: one["left"] for card, one in member["counts"].items()}}

    def points_now(self, member: Doc) -> Doc:
        return {"balance": self.balance(member), "lots": self.lots(member)}

    def _expiry(self, validity: Doc | None) -> str | None:
        today = date.fromisoformat(self.today)
        if validity is None:
            return None
        if "days" in validity:
            return (today + timedelta(days=validity["days"])).isoformat()
        return f"{today.year + validity['year_end_plus']}-12-31"

    def suspend(self, step: Doc) -> Doc:
        if step["id"] in self.held:
            return {"status": "held", "replayed": True}
        self.price(step, step.get("member"))
        self.held[step["id"]] = step
        return {"status": "held"}

    def resume(self, step: Doc) -> Doc:
        if step["of"] not in self.held:
            raise RefusedError("unknown_held")
        held = self.held[step["of"]]
        whole = {**step, "lines": held["lines"], "coupons": step.get("coupons", held.get("coupons", []))}
        result = self.sell(whole, step.get("member", held.get("member")), None)
        del self.held[step["of"]]
        return result

    # of what is left of a sale

    def formula(self, sold: Doc) -> int:
        """What a sale earns by what is left of it (CHECKOUT 8)."""
        program = self.program or PROGRAM
        goods = sum(left_of(line) for line in sold["lines"] if line["earns"])
        unearning = sum(part["left"] for part in sold["parts"] if part["type"] in program["no_earn_tenders"])
        base = max(0, min(goods, sold["total"] - sold["back"] - unearning))
        return int(base * sold["mult"] // (10000 * program["fen_per_point"]))

    def commission(self, sold: Doc) -> dict[str, int]:
        rates = self.settings["commission"]
        sums: dict[str, int] = {}
        for line in sold["lines"]:
            if line["who"] is not None:
                above = [cat for cat in rates["cats"] if f"{line['cat']}/".startswith(f"{cat}/")]
                bp = rates["cats"][max(above, key=len)] if above else rates["default_bp"]
                sums[line["who"]] = sums.get(line["who"], 0) + left_of(line) * bp
        return {who: half_up(amount, 10000) for who, amount in sums.items()}

    def shelf(self, result: Doc, moves: Sequence[tuple[str, int]]) -> None:
        touched: dict[str, int] = {}
        for sku, pieces in moves:
            if sku in self.stock:
                touched[sku] = touched.get(sku, 0) + pieces
        for sku, pieces in touched.items():
            self.stock[sku] += pieces
        if touched:
            result["stock"] = {sku: self.stock[sku] for sku in touched}
            low = [sku for sku in touched if self.stock[sku] <= self.catalog[sku].get("low", self.stock[sku] - 1)]
            result["low_stock"] = sorted(low)


def worth(line: Doc, units: int) -> int:
    """F of CHECKOUT 9."""
    return half_up(line["net"] * units, line["units"]) if units else 0


def left_of(line: Doc) -> int:
    return int(line["net"] - worth(line, line["back"]))


def tell(tender: Doc) -> Doc:
    told = {"type": tender["type"], "amount": tender["amount"]}
    return told | ({"from": [tell(one) for one in tender["from"]]} if "from" in tender else {})


def stored_now(member: Doc) -> Doc:
    return {"principal": member["principal"], "bonus": member["bonus"]}


def _open(basket: Doc) -> list[Doc]:
    return [unit for unit in basket["units"] if not unit["locked"] and unit["net"] > 0]


def _take_off(units: list[Doc], off: int) -> None:
    for unit, share in zip(units, spread(off, [unit["net"] for unit in units]), strict=True):
        unit["net"] -= share


def _spend_off(basket: Doc, rule: Doc) -> None:
    units = _open(basket)
    amount = sum(unit["net"] for unit in units)
    off = min(rule["off"], amount) if amount >= rule["min"] else 0
    if off:
        _take_off(units, off)
        basket["rules"].append({"id": rule["id"], "off": off})


def _sum(units: list[Doc], line: int, key: str) -> int:
    return int(sum(unit[key] for unit in units if unit["line"] == line))
