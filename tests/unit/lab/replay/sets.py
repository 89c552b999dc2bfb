"""A data set of a few baskets, in the shape of the real one."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

BEANS, BREAD, MILK, MISC = 101, 102, 103, 199
MONDAY_MS, LATER_MS = 1_483_300_000_000, 1_483_900_000_000
COLUMNS = (
    *("store_id", "week", "basket_id", "household_id", "product_id", "quantity"),
    *("sales_value", "retail_disc", "coupon_disc", "coupon_match_disc"),
)
Line = tuple[int, int, int, int, int, int, float, float, float, float]

LINES: tuple[Line, ...] = (
    # store, week, basket, household, article, quantity, paid, off by card, maker's coupon, chain's coupon
    (300, 1, 1, 7, BEANS, 1, 1.00, 0.25, 0.0, 0.0),
    (300, 1, 1, 7, BEANS, 2, 2.00, 0.50, 0.0, 0.0),
    (300, 1, 1, 7, BREAD, 1, 3.00, 0.00, 0.0, 0.0),
    (300, 1, 2, 8, MILK, 3, 1.00, 0.00, 0.0, 0.0),  # no whole price per piece
    (300, 1, 2, 8, BREAD, 1, 2.50, 0.00, 0.5, 0.5),  # both kinds of coupons
    (300, 1, 3, 9, MISC, 250, 4.99, 0.01, 0.0, 0.0),  # a quantity that is none
    (300, 1, 4, 9, BEANS, 1, 1.00, 0.25, 1.5, 0.0),  # the coupon exceeds the basket
    (300, 1, 5, 9, MISC, 0, 0.00, 0.00, 0.0, 0.0),  # nothing at all
    (300, 1, 6, 9, MISC, 0, 0.00, 0.00, 0.4, 0.0),  # a coupon and no goods
    (300, 2, 7, 7, BEANS, 1, 1.10, 0.00, 0.0, 0.0),  # another week, another price
    (301, 1, 8, 8, BREAD, 1, 3.00, 0.00, 3.0, 0.0),  # nothing to pay
)


def write_set(folder: Path) -> None:
    """Write the two files that the replay reads."""
    columns: dict[str, list[int] | list[float]] = {
        name: [line[index] for line in LINES] for index, name in enumerate(COLUMNS)
    }
    stamps = [MONDAY_MS + line[2] * 60_000 if line[1] == 1 else LATER_MS for line in LINES]
    table = pa.table({**columns, "transaction_timestamp": pa.array(stamps, pa.timestamp("ms"))})
    pq.write_table(table, folder / "transactions.parquet")
    products = {
        "product_id": [BEANS, BREAD, MILK, 500],
        "product_type": ["BEANS", "BREAD", None, "SOAP"],
        "package_size": ["14 OZ", None, None, "1 LB"],
    }
    pq.write_table(pa.table(products), folder / "products.parquet")
