"""The shop's goods, for the bench: from TOML (``[[goods]]``) or CSV with the columns code, name, price, plu.

A price file of HQ will do as well: the first of its ``barcodes`` is the code, other columns are not looked at, and an
article with neither (an open price in a department) is left out.
"""

import csv
import tomllib
from dataclasses import dataclass
from pathlib import Path

from simulators.escpos.barcode_bars import with_check_digit


class GoodsError(ValueError):
    """A file of goods that cannot be read; the message names the file and the entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """One article: its bar code, or the PLU under which the scale prints its labels. ``price`` is text to show."""

    code: str
    name: str
    price: str
    plu: str = ""

    def matches(self, text: str) -> bool:
        """Whether every word of a search is in its name or its codes."""
        searched = f"{self.name} {self.code} {self.plu}".lower()
        return all(word in searched for word in text.lower().split())


def load_goods(path: Path) -> tuple[Good, ...]:
    """Goods of a file in its order; ``GoodsError`` when something is missing in it."""
    try:
        rows = _toml_rows(path) if path.suffix == ".toml" else _csv_rows(path)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, csv.Error) as error:
        raise GoodsError(f"{path}: {error}") from error
    goods = [_good(path, number, row) for number, row in enumerate(rows, start=1)]
    return tuple(good for good in goods if good is not None)


def weigh_label(plu: str, weight_g: int, *, flag: str = "21") -> str:
    """The EAN-13 of a scale label: flag, five digits of PLU, five of weight in grams, check digit.

    ``ValueError`` for a PLU or a weight of more than five digits.
    """
    if not plu.isdigit() or len(plu) > 5 or not 0 < weight_g < 100_000:
        raise ValueError(f"no label for PLU {plu!r} with {weight_g} g: five digits each")
    return with_check_digit(f"{flag}{plu:0>5}{weight_g:05d}")


def _toml_rows(path: Path) -> list[dict[str, object]]:
    with path.open("rb") as file:
        rows = tomllib.load(file).get("goods", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise GoodsError(f"{path}: goods must be tables: [[goods]]")
    return rows


def _csv_rows(path: Path) -> list[dict[str, object]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [dict(row) for row in csv.DictReader(file)]


def _good(path: Path, number: int, row: dict[str, object]) -> Good | None:
    values = {name: "" if row.get(name) is None else str(row[name]) for name in ("code", "name", "price", "plu")}
    from_hq = row.get("barcodes")
    if from_hq is not None:
        values["code"] = next(iter(str(from_hq).split()), "")
    if not values["name"] or not (values["code"] or values["plu"] or from_hq is not None):
        raise GoodsError(f"{path}: entry {number} needs a name and a code or plu")
    return Good(**values) if values["code"] or values["plu"] else None
