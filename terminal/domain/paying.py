"""Payment: what a customer offers, what of it is recorded, and what change is given (CHECKOUT 7)."""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.errors import InputError, RuleError, UnderpaidError
from terminal.domain.members.member import Member
from terminal.domain.members.points import PointsProgram
from terminal.domain.members.stored import StoredRules, StoredValue
from terminal.domain.money import BASIS
from terminal.domain.pricing.sums import amount_asked
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.settings import Rounding
from terminal.domain.text import SafeText

QUICK_CHOICES = 6


class Offer(Struct, frozen=True, kw_only=True):
    """A tender as it is offered: fen, or points for `TenderKind.POINTS`; None = as much as there is and is allowed."""

    kind: TenderKind
    amount: int | None = None
    reference: SafeText = SafeText("")
    """What the bank's terminal, or a gateway, calls the payment."""


class OfflineLimits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a till may take without HQ: fen of stored value in a sale, points, coupons.

    Of stored value that nothing is leased of a till takes ``stored_per_day`` of a member (None: as in a sale), and
    ``stored_per_outage`` of all (None: ten times that of a sale); see `terminal.domain.members.floor`.
    """

    stored_per_sale: int = 0
    stored_per_day: int | None = None
    stored_per_outage: int | None = None
    points: bool = False
    coupons: bool = False


class Wallet(Struct, frozen=True, kw_only=True):
    """What decides about the tenders of a customer. ``offline`` is None while HQ can be asked."""

    today: str
    member: Member | None = None
    program: PointsProgram | None = None
    stored: StoredRules = StoredRules()
    rounding: Rounding = Rounding()
    offline: OfflineLimits | None = None


class Paid(Struct, frozen=True, kw_only=True):
    """How a sale is paid: the recorded tenders sum to ``total_fen``; ``member`` is without what was spent.

    ``stored_used`` is None if no stored value was offered.
    """

    total_fen: int
    tenders: tuple[Tender, ...]
    change_fen: int = 0
    member: Member | None = None
    stored_used: StoredValue | None = None


def pay_mixed(due_fen: int, offers: Sequence[Offer], wallet: Wallet, *, credit: Tender | None = None) -> Paid:
    """Return how an amount due is paid: all other tenders in the order in which they are offered, cash at the end.

    ``credit`` is what the return of an exchange has brought. Raises what `Taking.take` and `Taking.finish` do.
    """
    for offer in offers:
        _check_amount(offer)
    taking = Taking.begin(due_fen, wallet, () if credit is None else (credit,))
    for offer in offers:
        if offer.kind is not TenderKind.CASH:
            taking = taking.take(offer)
    cash = [offer.amount or 0 for offer in offers if offer.kind is TenderKind.CASH]
    return taking.finish(sum(cash) if cash else None)


class Taking(Struct, frozen=True, kw_only=True):
    """The tenders of one sale so far, cash not among them: a till takes them one by one, and each makes a new value.

    ``due_fen`` is what the basket costs before anything is rounded. ``member`` is without what the tenders spent;
    ``stored_used`` as in `Paid`.
    """

    due_fen: int
    wallet: Wallet
    tenders: tuple[Tender, ...] = ()
    member: Member | None = None
    stored_used: StoredValue | None = None

    @classmethod
    def begin(cls, due_fen: int, wallet: Wallet, tenders: Iterable[Tender] = ()) -> "Taking":
        """Return the payment of a sale that has these tenders already; ``wallet.member`` is as before all of them."""
        taking = cls(due_fen=due_fen, wallet=wallet, member=wallet.member)
        for tender in tenders:
            taking = taking.recorded(tender)
        return taking

    @property
    def total_fen(self) -> int:
        """What is asked as long as nobody pays cash."""
        return amount_asked(self.due_fen, self.wallet.rounding, noncash_fen=self.due_fen)

    @property
    def paid_fen(self) -> int:
        """What the tenders pay."""
        return sum(tender.amount_fen for tender in self.tenders)

    @property
    def rest_fen(self) -> int:
        """What is left to pay by anything but cash; below 0 when the tenders are more than is asked."""
        return self.total_fen - self.paid_fen

    @property
    def cash_total_fen(self) -> int:
        """What is asked if cash pays all that is left."""
        return amount_asked(self.due_fen, self.wallet.rounding, noncash_fen=self.paid_fen)

    @property
    def cash_rest_fen(self) -> int:
        """What is left to pay in cash: also 0 where the rest rounds to nothing."""
        return max(0, self.cash_total_fen - self.paid_fen)

    def take(self, offer: Offer) -> "Taking":
        """Return the payment with a tender that is not cash; one of nothing is not recorded.

        `InputError` for an amount that makes no sense; `RuleError` ``over_tender``, ``no_member``,
        ``stored_insufficient``, ``points_step``, ``points_insufficient``, ``points_over_limit``, ``offline_limit``.
        """
        _check_amount(offer)
        match offer.kind:
            case TenderKind.STORED:
                return self._take_stored(offer.amount)
            case TenderKind.POINTS:
                return self._take_points(offer.amount)
            case _:
                amount_fen = max(0, self.rest_fen) if offer.amount is None else offer.amount
                self._check_rest(offer.kind, amount_fen)
                return self.recorded(Tender(kind=offer.kind, amount_fen=amount_fen, reference=offer.reference))

    def finish(self, cash_given_fen: int | None) -> Paid:
        """Return how the sale is paid with this cash (None = none is offered).

        `UnderpaidError` if it does not do, `RuleError` ``over_tender`` if the tenders alone are too much.
        """
        paid_fen, given_fen = self.paid_fen, cash_given_fen or 0
        is_rounded = cash_given_fen is not None and self.rest_fen > 0
        total_fen = self.cash_total_fen if is_rounded else self.total_fen
        rest_fen = total_fen - paid_fen
        if self.tenders and rest_fen < 0:
            raise RuleError(f"tenders are {-rest_fen} above the total", code="over_tender")
        if given_fen < rest_fen:
            raise UnderpaidError(short_fen=rest_fen - given_fen)
        cash = Tender(kind=TenderKind.CASH, amount_fen=rest_fen, given_fen=given_fen or None)
        return Paid(
            total_fen=total_fen,
            tenders=(*self.tenders, cash) if rest_fen else self.tenders,
            change_fen=given_fen - max(0, rest_fen),
            member=self.member,
            stored_used=self.stored_used,
        )

    def most_stored(self) -> int:
        """Return the most stored value that may pay now, in fen; 0 without a member."""
        if self.member is None:
            return 0
        offline, used_fen = self.wallet.offline, 0 if self.stored_used is None else self.stored_used.total
        allowed_fen = self.rest_fen if offline is None else min(self.rest_fen, offline.stored_per_sale - used_fen)
        return max(0, min(self.member.stored.total, allowed_fen))

    def most_points(self) -> int:
        """Return the most points that may pay now, in whole steps; 0 without a member, a program, or leave offline."""
        offline = self.wallet.offline
        if self.member is None or self.wallet.program is None or (offline is not None and not offline.points):
            return 0
        balance = self.member.points.balance(self.wallet.today)
        return _most_points(self.wallet.program, balance, min(self._points_cap_fen(self.wallet.program), self.rest_fen))

    def recorded(self, tender: Tender) -> "Taking":
        """Return the payment with a tender, and the member without it. What a credit stands for was taken before."""
        member, used = self.member, self.stored_used
        if member is not None and tender.stored is not None:
            member = replace(member, stored=member.stored - tender.stored)
            used = tender.stored if used is None else used + tender.stored
        elif member is not None and tender.lots:
            member = replace(member, points=member.points.without(tender.lots))
        tenders = (*self.tenders, tender) if tender.amount_fen else self.tenders
        return replace(self, tenders=tenders, member=member, stored_used=used)

    def _check_rest(self, kind: TenderKind, amount_fen: int) -> None:
        if amount_fen > max(0, self.rest_fen):
            raise RuleError(f"{kind} of {amount_fen} for {self.rest_fen}", code="over_tender")

    def _owner(self) -> Member:
        if self.member is None:
            raise RuleError("stored value and points are a member's", code="no_member")
        return self.member

    def _take_stored(self, offered_fen: int | None) -> "Taking":
        member, offline = self._owner(), self.wallet.offline
        balance = member.stored
        amount_fen = max(0, min(balance.total, self.rest_fen)) if offered_fen is None else offered_fen
        if amount_fen > balance.total:
            raise RuleError(f"{amount_fen} of {balance.total}", code="stored_insufficient")
        parts = balance.split(amount_fen, self.wallet.stored.order)
        tender = Tender(kind=TenderKind.STORED, amount_fen=amount_fen, stored=parts)
        used = parts if self.stored_used is None else self.stored_used + parts
        if offline is not None and used.total > offline.stored_per_sale:
            raise RuleError(f"{used.total} of stored value offline", code="offline_limit")
        self._check_rest(TenderKind.STORED, amount_fen)
        return self.recorded(tender)

    def _take_points(self, offered: int | None) -> "Taking":
        member, program = self._owner(), self.wallet.program
        if program is None:
            raise InputError("points are worth nothing here")
        if self.wallet.offline is not None and not self.wallet.offline.points:
            raise RuleError("points offline", code="offline_limit")
        balance = member.points.balance(self.wallet.today)
        points = self.most_points() if offered is None else offered
        if points % program.redeem_step:
            raise RuleError(f"{points} points, by {program.redeem_step}", code="points_step")
        if points > max(0, balance):
            raise RuleError(f"{points} of {balance} points", code="points_insufficient")
        worth_fen, cap_fen = program.worth_fen(points), self._points_cap_fen(program)
        if worth_fen > max(0, cap_fen):
            raise RuleError(f"points for {worth_fen} of {cap_fen}", code="points_over_limit")
        self._check_rest(TenderKind.POINTS, worth_fen)
        if not worth_fen:
            return self
        _, lots = member.points.redeem(points, self.wallet.today)
        tender = Tender(kind=TenderKind.POINTS, amount_fen=worth_fen, lots=lots)
        return self.recorded(tender)

    def _points_cap_fen(self, program: PointsProgram) -> int:
        """Return what points may still pay: one share of the total for all of them."""
        used_fen = sum(tender.amount_fen for tender in self.tenders if tender.kind is TenderKind.POINTS)
        return max(0, self.total_fen) * program.redeem_max_bp // BASIS - used_fen


def _check_amount(offer: Offer) -> None:
    if offer.amount is not None and offer.amount < 1:
        raise InputError(f"{offer.kind} of {offer.amount}")


def _most_points(program: PointsProgram, balance: int, amount_fen: int) -> int:
    """Return the most points that balance and amount allow, in whole steps."""
    points = max(0, min(balance, program.most_for(amount_fen) if amount_fen >= 0 else 0))
    return points // program.redeem_step * program.redeem_step


def cash_fen(tenders: Iterable[Tender]) -> int:
    """Return what of these tenders is money that stays in the drawer."""
    return sum(tender.amount_fen for tender in tenders if tender.kind is TenderKind.CASH)


def quick_cash(due_fen: int, denominations: Iterable[int]) -> tuple[int, ...]:
    """Return what customers hand over: the exact amount, then the least sums of one kind of note that cover it.

    Ascending, without repeats, at most `QUICK_CHOICES`: of more, the smallest steps above exact are left out.
    """
    covering = {-(-due_fen // note) * note for note in denominations} - {due_fen}
    return (due_fen, *sorted(covering)[-(QUICK_CHOICES - 1) :])
