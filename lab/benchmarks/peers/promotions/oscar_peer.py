"""What django-oscar needs for a basket of a case file: ``python oscar.py CASES RUNS``, in an environment that has it.

The database is SQLite in memory. The rules are conditional offers; a run makes the basket's lines anew and applies all
offers to it, as oscar does at each change of a basket. Prints {"ms": [of each run], "rules": how many are expressed}.
"""

import json
import sys
import time
from decimal import Decimal
from pathlib import Path

import django
from django.conf import settings
from oscar import defaults

INSTALLED = (
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sites",
    "django.contrib.flatpages",
    "oscar.config.Shop",
    "oscar.apps.analytics.apps.AnalyticsConfig",
    "oscar.apps.checkout.apps.CheckoutConfig",
    "oscar.apps.address.apps.AddressConfig",
    "oscar.apps.shipping.apps.ShippingConfig",
    "oscar.apps.catalogue.apps.CatalogueConfig",
    "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig",
    "oscar.apps.communication.apps.CommunicationConfig",
    "oscar.apps.partner.apps.PartnerConfig",
    "oscar.apps.basket.apps.BasketConfig",
    "oscar.apps.payment.apps.PaymentConfig",
    "oscar.apps.offer.apps.OfferConfig",
    "oscar.apps.order.apps.OrderConfig",
    "oscar.apps.customer.apps.CustomerConfig",
    "oscar.apps.search.apps.SearchConfig",
    "oscar.apps.voucher.apps.VoucherConfig",
    "oscar.apps.wishlists.apps.WishlistsConfig",
    "oscar.apps.dashboard.apps.DashboardConfig",
    "oscar.apps.dashboard.reports.apps.ReportsDashboardConfig",
    "oscar.apps.dashboard.users.apps.UsersDashboardConfig",
    "oscar.apps.dashboard.orders.apps.OrdersDashboardConfig",
    "oscar.apps.dashboard.catalogue.apps.CatalogueDashboardConfig",
    "oscar.apps.dashboard.offers.apps.OffersDashboardConfig",
    "oscar.apps.dashboard.partners.apps.PartnersDashboardConfig",
    "oscar.apps.dashboard.pages.apps.PagesDashboardConfig",
    "oscar.apps.dashboard.ranges.apps.RangesDashboardConfig",
    "oscar.apps.dashboard.reviews.apps.ReviewsDashboardConfig",
    "oscar.apps.dashboard.vouchers.apps.VouchersDashboardConfig",
    "oscar.apps.dashboard.communications.apps.CommunicationsDashboardConfig",
    "oscar.apps.dashboard.shipping.apps.ShippingDashboardConfig",
    "widget_tweaks",
    "haystack",
    "treebeard",
    "django_tables2",
)
HUNDRED = Decimal(100)


class NoMigrations:
    """Says of every app that it has no migrations: its tables are made as its models are now."""

    def __contains__(self, app: str) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None


def configure() -> None:
    """Set Django up with all of oscar, and make its tables without its migrations."""
    settings.configure(
        **{name: value for name, value in vars(defaults).items() if name.isupper()},
        SECRET_KEY="bench",
        SITE_ID=1,
        USE_TZ=True,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
        INSTALLED_APPS=INSTALLED,
        MIGRATION_MODULES=NoMigrations(),
        ROOT_URLCONF="oscar",
    )
    django.setup()
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)


class Shop:
    """Products and offers of a case."""

    def __init__(self, case: dict) -> None:
        from oscar.core.loading import get_model

        self.model = get_model
        product_class = get_model("catalogue", "ProductClass").objects.create(
            name="goods", requires_shipping=False, track_stock=False
        )
        partner = get_model("partner", "Partner").objects.create(name="shop")
        product, record = get_model("catalogue", "Product"), get_model("partner", "StockRecord")
        self.products = {}
        for sku, row in case["catalog"].items():
            self.products[sku] = product.objects.create(upc=sku, title=sku, product_class=product_class)
            record.objects.create(
                product=self.products[sku], partner=partner, partner_sku=sku, price=Decimal(row["price"]) / HUNDRED
            )
        self.rules = sum(self._offer(rule) for rule in case["rules"])

    def _offer(self, rule: dict) -> bool:
        """Make the offer of a rule; False if oscar has none that is like it."""
        skus = rule.get("scope", {}).get("skus", [])
        goods = self.model("offer", "Range").objects.create(name=rule["id"], includes_all_products=not skus)
        for sku in skus:
            goods.add_product(self.products[sku])
        terms = _terms(rule)
        if terms is None:
            return False
        (condition, least), (benefit, value, most) = terms
        self.model("offer", "ConditionalOffer").objects.create(
            name=rule["id"],
            offer_type="Site",
            priority=-rule.get("priority", 100),
            condition=self.model("offer", "Condition").objects.create(range=goods, type=condition, value=least),
            benefit=self.model("offer", "Benefit").objects.create(
                range=goods, type=benefit, value=value, max_affected_items=most
            ),
        )
        return True

    def basket(self, lines: list[dict]) -> object:
        """Return a basket with some lines."""
        from oscar.apps.partner.strategy import Default

        basket = self.model("basket", "Basket").objects.create()
        basket.strategy = Default()
        for line in lines:
            basket.add_product(self.products[line["sku"]], line["qty"])
        return basket


def _terms(rule: dict) -> tuple | None:
    """Return (condition, its value) and (benefit, its value, how many goods it is for)."""
    match rule["type"]:
        case "nth_off":
            return ("Count", rule["n"]), ("Percentage", (10_000 - rule["pay_bp"]) // 100, 1)
        case "line_percent":
            return ("Count", 1), ("Percentage", (10_000 - rule["pay_bp"]) // 100, None)
        case "n_for_price":
            return ("Count", rule["n"]), ("Fixed price", Decimal(rule["price"]) / HUNDRED, None)
        case "qty_off":
            tier = rule["tiers"][0]
            return ("Count", tier["min_qty"]), ("Percentage", (10_000 - tier["pay_bp"]) // 100, None)
        case "spend_off":
            tier = rule.get("tiers", [rule])[0]
            return ("Value", Decimal(tier["min"]) / HUNDRED), ("Absolute", Decimal(tier["off"]) / HUNDRED, None)
        case "spend_percent":
            percent = (10_000 - rule["pay_bp"]) // 100
            return ("Value", Decimal(rule.get("min", 1)) / HUNDRED), ("Percentage", percent, None)
        case _:
            return None


def main(cases: str, runs: str) -> None:
    """Measure, and print what was found."""
    configure()
    from oscar.apps.offer.applicator import Applicator

    case = json.loads(Path(cases).read_text(encoding="utf-8"))["cases"][0]
    shop = Shop(case)
    times = []
    for _ in range(int(runs)):
        basket = shop.basket(case["steps"][0]["lines"])
        start = time.perf_counter_ns()
        Applicator().apply(basket)
        times.append((time.perf_counter_ns() - start) / 1e6)
        if not basket.total_discount:
            raise SystemExit("no offer did anything")
    print(json.dumps({"ms": times, "rules": shop.rules}))


main(*sys.argv[1:])
