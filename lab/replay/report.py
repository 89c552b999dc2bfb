"""What a replay says at its end: the totals of three sides, and everything that does not agree."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec
from msgspec import Struct

from lab.replay.cashier import Sold
from lab.replay.codes import coupon_code
from lab.replay.data import EntryMode
from lab.replay.people import household_of
from lab.replay.promotions import POINTS
from terminal.domain.money import BASIS, format_fen
from terminal.wire.events import SaleCompleted

SHOWN_MISMATCHES = 20

Paid = Mapping[str, tuple[int | None, ...]]
"""Receipt number → what the customer paid, of each sale that a side keeps under it: one sale, if all is right.

None stands for a sale that a side keeps and holds to be wrong.
"""


class Summary(Struct, frozen=True, kw_only=True):
    """The last line of ``--json``; amounts in hundredths of the currency.

    ``baskets`` and ``lines`` count everything of the data set but the refused baskets; ``refused`` are those whose
    coupons exceed them; ``members`` have earned ``points``, and used ``coupons`` of the chain; ``lines_per_s`` is from
    the first scan to the last commit, without publishing.
    """

    baskets: int
    lines: int
    open_price_lines: int
    refused: int
    mismatches: int
    till_total: int
    hq_total: int
    data_total: int
    members: int
    points: int
    coupons: int
    lines_per_s: int


class Standing(Struct, frozen=True, kw_only=True):
    """How members stand at one side when all is sold: points by household, and the codes of used coupons."""

    points: Mapping[int, int]
    coupons: frozenset[str]


@dataclass(slots=True)
class Tally:
    """Counts while the replay runs."""

    baskets: int = 0
    modes: Counter[EntryMode] = field(default_factory=Counter)
    not_sold: int = 0
    refused: list[str] = field(default_factory=list)
    mismatches: list[str] = field(default_factory=list)
    till_total: int = 0
    hq_total: int = 0
    data_total: int = 0
    selling_s: float = 0.0
    entered: int = 0
    points: Counter[int] = field(default_factory=Counter)
    coupons: set[str] = field(default_factory=set)
    points_of_tills: Counter[int] = field(default_factory=Counter)
    coupons_of_tills: set[str] = field(default_factory=set)

    def reconcile(self, sold: Iterable[Sold], till: Paid, hq: Paid) -> None:
        """Compare all baskets of a till on their three sides: data set, till's journal and screen, HQ's database.

        What a side keeps of which no basket knows is a mismatch too.
        """
        self.till_total += _sum(till)
        self.hq_total += _sum(hq)
        receipts = {number for one in sold for number in self._add(one, till, hq)}
        for number in sorted((till.keys() | hq.keys()) - receipts):
            self.mismatches.append(f"no basket has receipt {number}: {_sides(number, till, hq)}")

    def _add(self, sold: Sold, till: Paid, hq: Paid) -> tuple[str, ...]:
        """Compare one basket; return the receipt that it had, if it was sold."""
        basket = sold.basket
        where = f"basket {basket.id}"
        if basket.due_fen < 0:
            if sold.refused:
                self.refused.append(f"{where}: coupons {format_fen(basket.voucher_fen)}, {sold.refused}")
            else:
                self.mismatches.append(f"{where}: coupons exceed it, and the till took them")
            return ()
        self.baskets += 1
        self.modes.update(line.mode for line in basket.lines)
        self.data_total += basket.due_fen
        if not basket.entered and not sold.refused:
            self.not_sold += 1
            return ()
        if sold.refused:
            self.mismatches.append(f"{where}: refused with {sold.refused}")
            return ()
        self.points[basket.household] += POINTS.earned(basket.total_fen, BASIS)
        self.coupons.update(coupon_code(basket.id, place) for place, _ in basket.coupons)
        number, due = sold.receipt_no, basket.due_fen
        if not (sold.paid_fen == due and till.get(number, ()) == hq.get(number, ()) == (due,)):
            sides = _sides(number, till, hq)
            self.mismatches.append(f"{where} receipt {number}: data {due}, screen {sold.paid_fen}, {sides}")
        return (number,)

    def note(self, done: Iterable[SaleCompleted]) -> None:
        """Add up what the sales of a till gave to members, and the coupons that they took."""
        for sale in done:
            if sale.member is not None:
                self.points_of_tills[household_of(sale.member)] += sale.points_earned
            self.coupons_of_tills.update(use.code for use in sale.coupons)

    def stand(self, side: str, found: Standing) -> None:
        """Compare the points and the used coupons of a side with those of the data set."""
        for household in sorted(self.points.keys() | found.points.keys()):
            data, there = self.points[household], found.points.get(household, 0)
            if data != there:
                self.mismatches.append(f"household {household}: data {data} points, {side} {there}")
        for code in sorted(self.coupons ^ found.coupons):
            self.mismatches.append(f"coupon {code}: {'not ' if code in self.coupons else ''}used at {side}")

    @property
    def lines(self) -> int:
        """All lines of the baskets that were not refused."""
        return sum(self.modes.values())

    def summary(self) -> Summary:
        """Return the figures."""
        return Summary(
            baskets=self.baskets,
            lines=self.lines,
            open_price_lines=self.modes[EntryMode.OPEN_PRICE],
            refused=len(self.refused),
            mismatches=len(self.mismatches),
            till_total=self.till_total,
            hq_total=self.hq_total,
            data_total=self.data_total,
            members=len(self.points),
            points=self.points.total(),
            coupons=len(self.coupons),
            lines_per_s=round(self.entered / self.selling_s) if self.selling_s else 0,
        )

    def text(self) -> str:
        """Return the report for people."""
        modes = ", ".join(f"{self.modes[mode]} {mode.value}" for mode in EntryMode)
        totals = {"data set": self.data_total, "till": self.till_total, "HQ": self.hq_total}
        rate = self.summary().lines_per_s
        rows = [
            f"baskets {self.baskets} ({self.not_sold} had nothing to scan and were not sold)",
            f"lines {self.lines}: {modes}",
            "  ".join(f"{side} {format_fen(total)}" for side, total in totals.items()),
            f"{self.entered} lines entered in {self.selling_s:.1f} s of selling: {rate} lines/s",
            f"{len(self.points)} members earned {self.points.total()} points and used {len(self.coupons)} coupons",
            f"refused {len(self.refused)}",
            *(f"  {row}" for row in self.refused),
            f"mismatches {len(self.mismatches)}",
            *(f"  {row}" for row in self.mismatches[:SHOWN_MISMATCHES]),
        ]
        return "\n".join(rows)


def _sum(paid: Paid) -> int:
    return sum(fen for sales in paid.values() for fen in sales if fen is not None)


def _sides(number: str, till: Paid, hq: Paid) -> str:
    return f"till {_amounts(till, number)}, HQ {_amounts(hq, number)}"


def _amounts(paid: Paid, number: str) -> str:
    return " and ".join("wrong" if fen is None else str(fen) for fen in paid.get(number, ())) or "nothing"


def as_line(summary: Summary) -> str:
    """Return the summary as one line of JSON."""
    return msgspec.json.encode(summary).decode()
