"""What Tryton's sale_promotion needs for a basket of a case file: ``python tryton_peer.py CASES RUNS``.

The database is SQLite in memory. The rules are promotions with a formula for the price of a piece; a run makes the sale
anew and applies all promotions to it. Prints {"ms": [of each run], "rules": how many are expressed}.
"""

import json
import os
import sys
import time
from decimal import Decimal
from pathlib import Path

os.environ.setdefault("TRYTOND_DATABASE_URI", "sqlite://")
os.environ.setdefault("DB_NAME", ":memory:")

from trytond.modules.account.tests import create_chart
from trytond.modules.company.tests import create_company, set_company
from trytond.pool import Pool
from trytond.tests.test_tryton import activate_module, with_transaction
from trytond.transaction import Transaction

HUNDRED = Decimal(100)
AT_ONCE = 50
"""Products that are made at once: Tryton checks that their codes differ in one expression, and nests it."""


class Shop:
    """Products and promotions of a case; inside a transaction."""

    def __init__(self, case: dict) -> None:
        self.pool = Pool()
        (self.unit,) = self.pool.get("product.uom").search([("name", "=", "Unit")])
        (self.party,) = self.pool.get("party.party").create([{"name": "customer", "addresses": [("create", [{}])]}])
        self.products = self._products(case["catalog"])
        self.rules = sum(self._promotion(rule) for rule in case["rules"])

    def _products(self, catalog: dict) -> dict:
        account = self.pool.get("account.account")
        (revenue,) = account.search([("closed", "!=", True), ("type.revenue", "=", True)], limit=1)
        (category,) = self.pool.get("product.category").create(
            [{"name": "goods", "accounting": True, "account_revenue": revenue}]
        )
        rows = [
            {
                "name": sku,
                "default_uom": self.unit,
                "sale_uom": self.unit,
                "type": "service",
                "salable": True,
                "list_price": Decimal(row["price"]) / HUNDRED,
                "account_category": category,
                "products": [("create", [{"code": sku}])],
            }
            for sku, row in catalog.items()
        ]
        model = self.pool.get("product.template")
        parts = [model.create(rows[start : start + AT_ONCE]) for start in range(0, len(rows), AT_ONCE)]
        templates = [template for part in parts for template in part]
        return {template.name: template.products[0] for template in templates}

    def _promotion(self, rule: dict) -> bool:
        """Make the promotion of a rule; False if Tryton has none that is like it."""
        terms = _terms(rule)
        if terms is None:
            return False
        least, formula = terms
        skus = rule.get("scope", {}).get("skus", [])
        company = Transaction().context["company"]
        row = {"name": rule["id"], "formula": formula, "products": [("add", [self.products[sku].id for sku in skus])]}
        limits = {"quantity": least, "unit": self.unit.id} if least else {}
        self.pool.get("sale.promotion").create([{**row, **limits, "company": company}])
        return True

    def sale(self, lines: list[dict]) -> object:
        """Return a saved sale with some lines."""
        sale_model = self.pool.get("sale.sale")
        rows = [self._line(self.products[line["sku"]], line["qty"]) for line in lines]
        (sale,) = sale_model.create([{"party": self.party, "lines": [("create", rows)]}])
        return sale_model(sale.id)

    def _line(self, product: object, quantity: int) -> dict:
        price = product.template.list_price
        return {"product": product, "quantity": float(quantity), "unit": self.unit, "unit_price": price}


def _terms(rule: dict) -> tuple[int, str] | None:
    """Return how many pieces it takes (0 = any), and the price of a piece."""
    match rule["type"]:
        case "nth_off":
            left = rule["n"] - 1 + Decimal(rule["pay_bp"]) / 10_000
            return rule["n"], f"unit_price * {left / rule['n']:.4f}"
        case "line_percent" | "spend_percent":
            return 0, f"unit_price * {Decimal(rule['pay_bp']) / 10_000}"
        case "n_for_price":
            return rule["n"], f"{Decimal(rule['price']) / HUNDRED / rule['n']:.4f}"
        case "qty_off":
            tier = rule["tiers"][0]
            return tier["min_qty"], f"unit_price * {Decimal(tier['pay_bp']) / 10_000}"
        case "spend_off":
            tier = rule.get("tiers", [rule])[0]
            return 0, f"unit_price * {1 - Decimal(tier['off']) / Decimal(tier['min']):.4f}"
        case _:
            return None


@with_transaction()
def measure(case: dict, runs: int) -> dict:
    """Return what was found, in one transaction that is rolled back."""
    company = create_company()
    with set_company(company):
        create_chart(company)
        shop = Shop(case)
        times = []
        for _ in range(runs):
            sale = shop.sale(case["steps"][0]["lines"])
            start = time.perf_counter_ns()
            sale.apply_promotion()
            times.append((time.perf_counter_ns() - start) / 1e6)
            if not any(line.promotion for line in sale.lines):
                raise SystemExit("no promotion did anything")
        return {"ms": times, "rules": shop.rules}


def main(cases: str, runs: str) -> None:
    """Measure, and print what was found."""
    case = json.loads(Path(cases).read_text(encoding="utf-8"))["cases"][0]
    activate_module(["sale_promotion"], "en")
    print(json.dumps(measure(case, int(runs))))


main(*sys.argv[1:])
