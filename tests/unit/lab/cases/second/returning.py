"""What comes back to the second shop (CHECKOUT 9)."""

import copy
from collections.abc import Sequence

from tests.unit.lab.cases.second.counting import Doc, RefusedError, half_up, spread
from tests.unit.lab.cases.second.selling import Selling, left_of, stored_now, worth

Given = list[tuple[int, int]]


class Returning(Selling):
    def sale_of(self, key: str) -> Doc:
        if key not in self.sales or self.sales[key]["voided"]:
            raise RefusedError("unknown_sale")
        return self.sales[key]

    def coming(self, sold: Doc, returns: list[Doc] | str) -> list[Doc]:
        """Check what comes back, and tell its worth."""
        if isinstance(returns, str):
            left = [(number, line) for number, line in enumerate(sold["lines"], start=1) if line["returnable"]]
            returns = [{"line": n, "qty": one["units"] - one["back"]} for n, one in left if one["units"] > one["back"]]
            if not returns:
                raise RefusedError("qty_exceeds_sold")
        back = {number: line["back"] for number, line in enumerate(sold["lines"], start=1)}
        found = []
        for one in returns:
            number, qty = one["line"], one.get("qty", 1)
            if number not in back:
                raise RefusedError("unknown_line")
            line = sold["lines"][number - 1]
            if line["units"] < 0 or not line["returnable"]:
                raise RefusedError("not_returnable")
            if back[number] + qty > line["units"]:
                raise RefusedError("qty_exceeds_sold")
            amount = worth(line, back[number] + qty) - worth(line, back[number])
            back[number] += qty
            found.append({"line": number, "qty": qty, "amount": amount, "damaged": one.get("damaged", False)})
        if _worth(found) > sum(part["left"] for part in sold["parts"]):
            raise RefusedError("over_refund")
        return found

    def paying(self, sold: Doc, amount: int) -> Given:
        """Which part of a sale pays how much of a refund."""
        order = self.settings.get("refund_tenders", "proportional")
        parts = sold["parts"]
        if order == "proportional":
            return _in_proportion(parts, amount)
        found: Given = []
        ranked = [index for kind in order for index, part in enumerate(parts) if part["type"] == kind]
        for index in [*ranked, *(index for index, part in enumerate(parts) if part["type"] not in order)]:
            fen = min(amount, parts[index]["left"])
            if fen:
                found.append((index, fen))
                amount -= fen
        return found

    def give(self, sold: Doc, coming: list[Doc], paid: Given, credit: int, *, withholds: bool = True) -> Doc:
        """Undo what a sale did with what comes back: ``paid`` goes out, ``credit`` is set aside as ``shares``."""
        key = self.now(sold["member"])
        member = None if key is None else self.members[key]
        was_whole, vat, earned = _is_whole(sold), _vat(sold), self._commission(sold)
        out = [(index, _take(sold["parts"][index], fen)) for index, fen in paid]
        shares = [_share(_take(sold["parts"][index], fen)) for index, fen in _in_proportion(sold["parts"], credit)]
        result: Doc = {"status": "done", "amount": _worth(coming)}
        result["lines"] = [{key: one[key] for key in ("line", "qty", "amount")} for one in coming]
        counts = self._goods_back(sold, coming, member)
        sold["back"] += _worth(coming)
        sold["refunded"] = True
        after, now = _vat(sold), self._commission(sold)
        changed = {
            bp: (fen - after[bp][0], tax - after[bp][1]) for bp, (fen, tax) in vat.items() if after[bp][0] != fen
        }
        result["vat"] = {str(bp): {"gross": fen, "tax": tax} for bp, (fen, tax) in changed.items()}
        result["commission"] = {who: now[who] - fen for who, fen in earned.items() if now[who] != fen}
        result["tenders"] = [{"type": one["type"], "amount": one["amount"]} for _, one in out]
        if member is not None:
            result |= counts | self._member_back(sold, member, out, _worth(coming))
            if withholds and self.program is not None and self.program["clawback"] == "withhold":
                self._withhold(result, member, [index for index, _ in out])
            result |= {"tier": member["tier"]}
        result["tenders"] = [tender for tender in result["tenders"] if tender["amount"]]
        if was_whole and not _is_whole(sold) and sold["coupons"]:
            result["coupons"] = [self._coupon_back(code) for code in sold["coupons"]]
        whole = [one for one in coming if not one["damaged"]]
        lines = sold["lines"]
        self.shelf(
            result, [(lines[one["line"] - 1]["sku"], one["qty"] * lines[one["line"] - 1]["moves"]) for one in whole]
        )
        return {"result": result, "shares": shares}

    def _commission(self, sold: Doc) -> dict[str, int]:
        return self.commission(sold) if "commission" in self.settings else {}

    def _goods_back(self, sold: Doc, coming: list[Doc], member: Doc | None) -> Doc:
        counts: dict[str, int] = {}
        lost: dict[str, int] = {}
        for one in coming:
            line = sold["lines"][one["line"] - 1]
            line["back"] += one["qty"]
            if line["card"] is not None and member is not None:
                held = member["counts"][line["card"]]
                held["left"] += one["qty"]
                counts[line["card"]] = held["left"]
                if held.get("until") and self.today > held["until"]:
                    lost[line["card"]] = lost.get(line["card"], 0) + one["qty"]
        return {"counts": counts, "counts_lost": lost}

    def _member_back(self, sold: Doc, member: Doc, out: Sequence[tuple[int, Doc]], amount: int) -> Doc:
        told: Doc = {}
        cards = [one for _, one in out if one["type"] == "stored"]
        principal, bonus = (sum(one[key] for one in cards) for key in ("principal", "bonus"))
        member["principal"] += principal
        member["bonus"] += bonus
        told["stored"] = {"principal_returned": principal, "bonus_returned": bonus, **stored_now(member)}
        member["spend"] -= amount
        if self.program is not None:
            told["points"] = self._points_back(sold, member, [lot for _, one in out for lot in one.get("lots", [])])
        return told

    def _points_back(self, sold: Doc, member: Doc, lots: list[list[object]]) -> Doc:
        returned = forfeited = 0
        for day, points in lots:
            if isinstance(day, str) and day < self.today:
                forfeited += int(str(points))
            else:
                returned += int(str(points))
                self.gain(member, int(str(points)), None if day is None else str(day))
        clawed = sold["earned"] - self.formula(sold)
        sold["earned"] -= clawed
        own = min(clawed, dict(self.live(member)).get(sold["expires"], 0))
        if own:
            member["lots"][sold["expires"]] -= own
        self.lose(member, clawed - own)
        return {"returned": returned, "forfeited": forfeited, "clawed": clawed, **self.points_now(member)}

    def _withhold(self, result: Doc, member: Doc, recorded: list[int]) -> None:
        missing = -self.balance(member)
        if missing <= 0 or self.program is None:
            return
        rate = self.program["redeem_fen_per_100"]
        wanted, kept = -(-missing * rate // 100), 0
        by_place = zip(recorded, result["tenders"], strict=True)
        for _, tender in sorted(by_place, key=lambda one: (one[1]["type"] != "cash", one[0])):
            if tender["type"] not in {"stored", "points"}:
                part = min(tender["amount"], wanted - kept)
                tender["amount"] -= part
                kept += part
        self.gain(member, min(missing, kept * 100 // rate), None)
        result["points"] |= {"withheld": kept, **self.points_now(member)}

    def _coupon_back(self, code: str) -> Doc:
        coupon = self.coupons[code]
        coupon["status"] = "expired" if self.today > coupon.get("to", "9999") else "issued"
        return {"code": code, "status": coupon["status"]}

    # steps

    def refund(self, step: Doc) -> Doc:
        sold = self.sale_of(step["of"])
        coming = self.coming(sold, step["lines"])
        result: Doc = self.give(sold, coming, self.paying(sold, _worth(coming)), 0)["result"]
        self.booked(result)
        return result

    def booked(self, result: Doc) -> None:
        """Book a refund into the open shift."""
        if self.shift is not None:
            self.shift["refund_count"] += 1
            self.shift["refunds"] += result["amount"]
            self.by(result["tenders"], -1)

    def void(self, step: Doc) -> Doc:
        sold = self.sale_of(step["of"])
        if sold["shift"] != (None if self.shift is None else self.shift["number"]):
            raise RefusedError("shift_closed")
        if sold["refunded"]:
            raise RefusedError("already_refunded")
        if not step.get("approved_by_manager"):
            raise RefusedError("needs_manager")
        numbered = enumerate(sold["lines"], start=1)
        coming = [{"line": n, "qty": one["units"], "amount": one["net"], "damaged": False} for n, one in numbered]
        whole = [(index, part["left"]) for index, part in enumerate(sold["parts"])]
        result: Doc = self.give(sold, coming, whole, 0, withholds=False)["result"]
        sold["voided"] = True
        if self.shift is not None:
            self.shift["sales_count"] -= 1
            self.shift["sales"] -= sold["total"]
            self.shift["void_count"] += 1
            self.by(result["tenders"], -1)
        return result | {"status": "voided"}

    def exchange(self, step: Doc) -> Doc:
        sold = self.sale_of(step["of"])
        coming = self.coming(sold, step["return"])
        owner = self.now(sold["member"])
        if owner is not None and step.get("member", owner) != owner:
            raise RefusedError("wrong_member")
        who = step.get("member") if owner is None else owner
        bought = {key: value for key, value in step.items() if key != "coupons"}
        asked, returned = self._asked_after(sold, coming, bought, who), _worth(coming)
        credit = max(0, min(returned, asked))
        back = self.give(sold, coming, self.paying(sold, returned - credit), credit)
        self.booked(back["result"])
        tender = {"type": "credit", "amount": credit, "from": back["shares"]} if credit else None
        return {
            "status": "done",
            "credit": credit,
            "returned": back["result"],
            "sale": self.sell(bought, who, tender),
        }

    def _asked_after(self, sold: Doc, coming: list[Doc], bought: Doc, who: str | None) -> int:
        """The total of the new sale: uses of count cards that come back may pay in it."""
        members = copy.deepcopy(self.members)
        if who is not None:
            self.active(who)
        owner = self.now(sold["member"])
        for one in coming:
            card = sold["lines"][one["line"] - 1]["card"]
            if card is not None and owner is not None:
                self.members[owner]["counts"][card]["left"] += one["qty"]
        asked = self.asked(self.price(bought, who))
        self.members = members
        return asked


def _worth(coming: list[Doc]) -> int:
    return int(sum(one["amount"] for one in coming))


def _is_whole(sold: Doc) -> bool:
    """Whether anything is left on a line of positive quantity."""
    return any(line["units"] > line["back"] for line in sold["lines"] if line["units"] > 0)


def _vat(sold: Doc) -> dict[int, tuple[int, int]]:
    sums: dict[int, int] = {}
    for line in sold["lines"]:
        sums[line["vat"]] = sums.get(line["vat"], 0) + left_of(line)
    return {bp: (fen, half_up(fen * bp, 10000 + bp)) for bp, fen in sums.items()}


def _in_proportion(parts: list[Doc], amount: int) -> Given:
    return [
        (index, fen) for index, fen in enumerate(spread(amount, [part["left"] for part in parts])) if fen and amount
    ]


def _take(part: Doc, fen: int) -> Doc:
    """Take fen out of a part, with their share of its split, or of its points."""
    got: Doc = {"type": part["type"], "amount": fen}
    if part["type"] == "stored":
        got["principal"], got["bonus"] = spread(fen, [part["principal"], part["bonus"]])
        part["principal"] -= got["principal"]
        part["bonus"] -= got["bonus"]
    part["left"] -= fen
    if part["type"] == "points":
        wanted = part["points"] * (part["amount"] - part["left"]) // part["amount"] - part["gone"]
        part["gone"] += wanted
        got["lots"] = _cut(part["lots"], wanted)
    return got


def _cut(lots: list[list[object]], points: int) -> list[list[object]]:
    """Cut points off the end of lots: the last used first."""
    got: list[list[object]] = []
    while points:
        day, held = lots.pop()
        part = min(points, int(str(held)))
        got.append([day, part])
        points -= part
        if part < int(str(held)):
            lots.append([day, int(str(held)) - part])
    return got


def _share(got: Doc) -> Doc:
    """What a credit carries of a tender."""
    share = {**got, "left": got["amount"]}
    if got["type"] == "points":
        share |= {"points": sum(points for _, points in got["lots"]), "gone": 0, "lots": got["lots"][::-1]}
    return share
