"""Mixed payment: what a customer offers, what of it is recorded, and what change is given (CHECKOUT 7)."""

from collections.abc import Sequence

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


class Offer(Struct, frozen=True, kw_only=True):
    """A tender as it is offered: fen, or points for `TenderKind.POINTS`; None = as much as there is and is allowed."""

    kind: TenderKind
    amount: int | None = None


class OfflineLimits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a till may take without HQ: fen of stored value in a sale, points, coupons."""

    stored_per_sale: int = 0
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

    ``credit`` is what the return of an exchange has brought. `InputError` for an amount that makes no sense;
    `RuleError` ``over_tender``, ``no_member``, ``stored_insufficient``, ``points_step``, ``points_insufficient``,
    ``points_over_limit``, ``offline_limit``; `UnderpaidError`.
    """
    for offer in offers:
        if offer.amount is not None and offer.amount < 1:
            raise InputError(f"{offer.kind} of {offer.amount}")
    total_fen = amount_asked(due_fen, wallet.rounding, noncash_fen=due_fen)
    taking = _Taking(total_fen, wallet)
    if credit is not None:
        taking.record(credit)
    for offer in offers:
        if offer.kind is not TenderKind.CASH:
            taking.take(offer)
    return taking.finish([offer.amount or 0 for offer in offers if offer.kind is TenderKind.CASH])


class _Taking:
    """The tenders of one sale, one after the other. ``rest_fen`` is what is still to pay."""

    def __init__(self, total_fen: int, wallet: Wallet) -> None:
        self.total_fen = total_fen
        self.rest_fen = total_fen
        self.wallet = wallet
        self.member = wallet.member
        self.tenders: list[Tender] = []
        self.stored_used: StoredValue | None = None
        self.points_fen = 0

    def record(self, tender: Tender) -> None:
        """Note a tender; one of nothing is not recorded."""
        if tender.amount_fen:
            self.tenders.append(tender)
            self.rest_fen -= tender.amount_fen

    def take(self, offer: Offer) -> None:
        """Take a tender that is not cash."""
        match offer.kind:
            case TenderKind.STORED:
                self._take_stored(offer.amount)
            case TenderKind.POINTS:
                self._take_points(offer.amount)
            case _:
                amount_fen = offer.amount or 0
                self._check_rest(offer.kind, amount_fen)
                self.record(Tender(kind=offer.kind, amount_fen=amount_fen))

    def finish(self, cash_given: Sequence[int]) -> Paid:
        """Take the cash, if there is any, and end the sale."""
        given_fen = sum(cash_given)
        if cash_given and self.rest_fen > 0:
            noncash_fen = self.total_fen - self.rest_fen
            self.total_fen = amount_asked(self.total_fen, self.wallet.rounding, noncash_fen=noncash_fen)
            self.rest_fen = self.total_fen - noncash_fen
        if given_fen < self.rest_fen:
            raise UnderpaidError(short_fen=self.rest_fen - given_fen)
        if self.rest_fen:
            self.tenders.append(Tender(kind=TenderKind.CASH, amount_fen=self.rest_fen, given_fen=given_fen or None))
        change_fen = given_fen - max(0, self.rest_fen)
        return Paid(
            total_fen=self.total_fen,
            tenders=tuple(self.tenders),
            change_fen=change_fen,
            member=self.member,
            stored_used=self.stored_used,
        )

    def _check_rest(self, kind: TenderKind, amount_fen: int) -> None:
        if amount_fen > max(0, self.rest_fen):
            raise RuleError(f"{kind} of {amount_fen} for {self.rest_fen}", code="over_tender")

    def _owner(self) -> Member:
        if self.member is None:
            raise RuleError("stored value and points are a member's", code="no_member")
        return self.member

    def _take_stored(self, offered_fen: int | None) -> None:
        member, offline = self._owner(), self.wallet.offline
        balance = member.stored
        amount_fen = max(0, min(balance.total, self.rest_fen)) if offered_fen is None else offered_fen
        if amount_fen > balance.total:
            raise RuleError(f"{amount_fen} of {balance.total}", code="stored_insufficient")
        parts = balance.split(amount_fen, self.wallet.stored.order)
        self.stored_used = parts if self.stored_used is None else self.stored_used + parts
        if offline is not None and self.stored_used.total > offline.stored_per_sale:
            raise RuleError(f"{self.stored_used.total} of stored value offline", code="offline_limit")
        self._check_rest(TenderKind.STORED, amount_fen)
        self.member = replace(member, stored=balance - parts)
        self.record(Tender(kind=TenderKind.STORED, amount_fen=amount_fen, stored=parts))

    def _take_points(self, offered: int | None) -> None:
        member, program = self._owner(), self.wallet.program
        if program is None:
            raise InputError("points are worth nothing here")
        if self.wallet.offline is not None and not self.wallet.offline.points:
            raise RuleError("points offline", code="offline_limit")
        balance = member.points.balance(self.wallet.today)
        cap_fen = max(0, self.total_fen) * program.redeem_max_bp // BASIS - self.points_fen
        points = _most_points(program, balance, min(cap_fen, self.rest_fen)) if offered is None else offered
        if points % program.redeem_step:
            raise RuleError(f"{points} points, by {program.redeem_step}", code="points_step")
        if points > max(0, balance):
            raise RuleError(f"{points} of {balance} points", code="points_insufficient")
        worth_fen = program.worth_fen(points)
        if worth_fen > max(0, cap_fen):
            raise RuleError(f"points for {worth_fen} of {cap_fen}", code="points_over_limit")
        self._check_rest(TenderKind.POINTS, worth_fen)
        if worth_fen:
            self.points_fen += worth_fen
            account, lots = member.points.redeem(points, self.wallet.today)
            self.member = replace(member, points=account)
            self.record(Tender(kind=TenderKind.POINTS, amount_fen=worth_fen, lots=lots))


def _most_points(program: PointsProgram, balance: int, amount_fen: int) -> int:
    """Return the most points that balance and amount allow, in whole steps."""
    points = max(0, min(balance, program.most_for(amount_fen) if amount_fen >= 0 else 0))
    return points // program.redeem_step * program.redeem_step
