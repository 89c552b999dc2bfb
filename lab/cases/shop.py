"""The shop of one case: members, coupons, stock, sales and the shift, and what one step does to them.

Each step is worked out by the product's own functions first; only then is anything changed, so that a step that is
refused changes nothing.
"""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from lab.cases import shapes
from lab.cases.schema import Suspend
from lab.cases.setup import Setup
from terminal.domain.after.refund import Desk, Undone
from terminal.domain.after.sold import Sold
from terminal.domain.completing import Completed
from terminal.domain.errors import RuleError
from terminal.domain.ids import SaleId, Sku
from terminal.domain.members.member import Member, check_active
from terminal.domain.pricing.engine import Pricer
from terminal.domain.promotions.conditions import NO_USES, Uses
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.promotions.rule_set import Shopping
from terminal.domain.sale import Tender
from terminal.domain.shifts import Shift


class Shop:
    """All that steps change."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.pricer = Pricer(setup.rules, selection=setup.settings.selection)
        self.members = dict(setup.members)
        self.coupons = dict(setup.coupons)
        self.stock = dict(setup.stock)
        self.sales: dict[SaleId, Sold] = {}
        self.held: dict[str, Suspend] = {}
        self.shift: Shift | None = None
        self.shifts_opened = 0
        self._went_into: dict[MemberId, MemberId] = {}

    def customer(self, key: str | None) -> Member | None:
        """Return a member whose card may be used; `RuleError` ``unknown_member`` or ``card_<status>``."""
        if key is None:
            return None
        member = self.member(key)
        check_active(member)
        return member

    def member(self, key: str) -> Member:
        """Return a member, whatever the card's status; `RuleError` ``unknown_member``."""
        member = self.members.get(MemberId(key))
        if member is None:
            raise RuleError(f"no member {key}", code="unknown_member")
        return member

    def owner(self, sold: Sold) -> Member | None:
        """Return the member of a done sale, or the one it was merged into."""
        key = sold.member
        while key is not None and key in self._went_into:
            key = self._went_into[key]
        return None if key is None else self.members[key]

    def sale(self, key: str) -> Sold:
        """Return a done sale; `RuleError` ``unknown_sale``."""
        sold = self.sales.get(SaleId(key))
        if sold is None:
            raise RuleError(f"no sale {key}", code="unknown_sale")
        return sold

    def shopping(self, member: Member | None, at: str) -> Shopping:
        """Return when and for whom a basket is priced."""
        shopper = None if member is None else member.shopper
        return Shopping(local_time=at, shopper=shopper, uses=self._uses(member, at[:10]))

    def desk(self, at: str) -> Desk:
        """Return when, and under what, something is undone."""
        return Desk(today=at[:10], settings=self.setup.settings, coupons=self.coupons)

    def open_shift(self) -> Shift:
        """Return the open shift; `RuleError` ``no_shift``."""
        if self.shift is None:
            raise RuleError("no shift is open", code="no_shift")
        return self.shift

    def take_sale(self, done: Completed, tenders: Sequence[Tender]) -> shapes.Result:
        """Book a done sale; return the levels of stock that it left."""
        self.sales[done.sold.id] = done.sold
        self._book_member(done.member)
        for code in done.sold.coupons:
            self.coupons[code] = replace(self.coupons[code], status="used")
        if self.shift is not None:
            self.shift = self.shift.sold(done.sold.total_fen, tenders)
        return self.move_stock({sku: -moved for sku, moved in done.stock.items()})

    def take_back(self, done: Undone) -> shapes.Result:
        """Book a refund, a void, or the return of an exchange; return the levels of stock that it left."""
        self.sales[done.sold.id] = done.sold
        self._book_member(done.member)
        for code, status in done.coupons.items():
            self.coupons[code] = replace(self.coupons[code], status=status)
        if self.shift is not None:
            booked = self.shift.voided if done.sold.voided else self.shift.refunded
            self.shift = booked(done.amount_fen, done.tenders)
        return self.move_stock(done.stock)

    def move_stock(self, moved: Mapping[Sku, int]) -> shapes.Result:
        """Add to the stock of the articles that are counted; return their levels."""
        levels = {sku: self.stock[sku] + pieces for sku, pieces in moved.items() if sku in self.stock}
        self.stock.update(levels)
        return shapes.stock(levels, {sku: self.setup.articles[sku].terms.low_stock for sku in levels})

    def merged(self, into: Member, gone: Member) -> None:
        """Book two members that became one."""
        self.members[into.id], self.members[gone.id] = into, gone
        self._went_into[gone.id] = into.id
        for code, coupon in self.coupons.items():
            if coupon.owner == gone.id:
                self.coupons[code] = replace(coupon, owner=into.id)

    def next_shift(self, float_fen: int) -> None:
        """Open a shift."""
        self.shifts_opened += 1
        self.shift = Shift(number=self.shifts_opened, float_fen=float_fen)

    @property
    def shift_number(self) -> int | None:
        """The open shift; None = there is none."""
        return None if self.shift is None else self.shift.number

    def _book_member(self, member: Member | None) -> None:
        if member is not None:
            self.members[member.id] = member

    def _uses(self, member: Member | None, today: str) -> Uses:
        """Count how often rules were applied in done sales that stand, if any rule asks for it."""
        if not any(rule.is_counted for rule in self.setup.rules.rules):
            return NO_USES
        uses = Uses()
        for sold in self.sales.values():
            if sold.voided:
                continue
            own = member is not None and (owner := self.owner(sold)) is not None and owner.id == member.id
            for rule in sold.rules:
                uses.total[rule] = uses.total.get(rule, 0) + 1
                if own:
                    uses.member_ever[rule] = uses.member_ever.get(rule, 0) + 1
                    if sold.day == today:
                        uses.member_today[rule] = uses.member_today.get(rule, 0) + 1
            if own and sold.day == today:
                for bought, units in sold.special_units.items():
                    uses.units_today[bought] = uses.units_today.get(bought, 0) + units
        return uses
