"""A second shop, written from the text of CHECKOUT 7 to 10 alone and not from the product: plain, slow, changeable.

It plays the steps of a case one by one. Of rules it knows ``spend_off``, ``points_mult`` and ``topup_bonus``, of
coupons ``cash``, of gateways none.
"""

import copy

from tests.unit.lab.cases.second.counting import Doc, RefusedError
from tests.unit.lab.cases.second.returning import Returning

ONE_NAMESPACE = {"sale", "resume", "exchange", "topup", "cashout", "refund", "refund_no_receipt"}


class SecondShop(Returning):
    def __init__(self, case: Doc) -> None:
        super().__init__(case)
        self.now_is: str = case["now"]
        self.shifts = 0
        self.done: dict[str, Doc] = {}

    def play(self, step: Doc) -> Doc:
        key = step.get("id") if step["op"] in ONE_NAMESPACE else None
        if key in self.done:
            return {**copy.deepcopy(self.done[key]), "replayed": True}
        before = copy.deepcopy(self.__dict__)
        self.today = step.get("at", self.now_is)[:10]
        try:
            result: Doc = getattr(self, step["op"])(copy.deepcopy(step))
        except RefusedError as refused:
            self.__dict__.update(before)
            return refused.result
        if key is not None:
            self.done[key] = result
        return copy.deepcopy(result)

    def refund_no_receipt(self, step: Doc) -> Doc:
        if not step.get("approved_by_manager"):
            raise RefusedError("needs_manager")
        amount, moves = 0, []
        for line in step["lines"]:
            article, qty = self.catalog[line["sku"]], line.get("qty", 1)
            if article.get("unit") == "kg" or article.get("deposit") or article.get("returnable") is False:
                raise RefusedError("not_returnable")
            amount += min(article["price"], article.get("lowest_30d", article["price"])) * qty
            if not line.get("damaged"):
                moves.append((line["sku"], qty))
        if amount > self.settings.get("no_receipt_max", 0):
            raise RefusedError("refund_limit")
        tenders = [{"type": "cash", "amount": amount}] if amount else []
        result: Doc = {"status": "done", "amount": amount, "tenders": tenders}
        self.shelf(result, moves)
        self.booked(result)
        return result

    def shift_open(self, step: Doc) -> Doc:
        if self.shift is not None:
            raise RefusedError("shift_already_open")
        self.shifts += 1
        sums = dict.fromkeys(("sales_count", "sales", "refund_count", "refunds", "void_count", "topups"), 0)
        self.shift = {"number": self.shifts, "cash": step["float"], "by": {}, **sums}
        return {"status": "done"}

    def _open_shift(self) -> Doc:
        if self.shift is None:
            raise RefusedError("no_shift")
        return self.shift

    def cash_move(self, step: Doc) -> Doc:
        self._open_shift()["cash"] += step["amount"]
        return {"status": "done"}

    def x_report(self, step: Doc) -> Doc:  # noqa: ARG002
        shift = self._open_shift()
        sums = {key: value for key, value in shift.items() if key not in {"number", "cash", "by"}}
        return {
            "status": "done",
            **sums,
            "net_sales": shift["sales"] - shift["refunds"],
            "by_tender": {kind: fen for kind, fen in shift["by"].items() if fen},
            "cash_expected": shift["cash"] + shift["by"].get("cash", 0),
        }

    def shift_close(self, step: Doc) -> Doc:
        report, number = self.x_report(step), self._open_shift()["number"]
        over = step["counted"] - report["cash_expected"]
        self.shift = None
        return report | {"counted": step["counted"], "over_short": over, "z_no": number}

    def receive(self, step: Doc) -> Doc:
        self.stock[step["sku"]] = self.stock.get(step["sku"], 0) + step["qty"]
        return {"status": "done", "stock": {step["sku"]: self.stock[step["sku"]]}}

    def stocktake(self, step: Doc) -> Doc:
        sku, counted = step["sku"], step["counted"]
        found = counted - self.stock.get(sku, 0)
        self.stock[sku] = counted
        value = found * self.catalog[sku]["price"]
        return {"status": "done", "variance": found, "variance_value": value, "stock": {sku: counted}}
