"""What happens at a till, by the product's own use cases, and the facts that the till journals about it."""

from collections.abc import Callable, Iterable, Mapping

from msgspec.structs import replace

from lab.cases import selling, store
from lab.cases.lines import read_lines
from lab.cases.player import decoded
from lab.cases.schema import (
    AnyStep,
    Cashout,
    Exchange,
    Json,
    Merge,
    Refund,
    SetStatus,
    Topup,
    Void,
)
from lab.cases.schema import Sale as SaleStep
from lab.cases.selling import Turn
from lab.cases.setup import Setup
from lab.cases.shop import Shop
from terminal.domain.after.exchange import exchange
from terminal.domain.after.refund import Undone, counted, refund
from terminal.domain.after.void import void
from terminal.domain.completing import Closing, check_count_cards, complete
from terminal.domain.document import Under, finish
from terminal.domain.errors import InputError, RuleError
from terminal.domain.ids import ActionId, Identity, SaleId, StaffNumber, receipt_number
from terminal.domain.members.entries import Entry, entries_between
from terminal.domain.members.member import Member, masked
from terminal.domain.paying import Wallet, pay_mixed
from terminal.domain.pricing.sums import amount_asked, price_sale
from terminal.domain.promotions.coupons import AnyCoupon, CouponCode, MemberId
from terminal.domain.sale import Sale, Tender, TenderKind
from terminal.domain.text import SafeText
from terminal.wire import events as ev
from terminal.wire import member_events as mev
from terminal.wire.documents import completion
from terminal.wire.promotion_events import CouponPresented
from terminal.wire.return_events import ReturnKind, SaleReturned
from terminal.wire.returning import return_number, told

STAFF = StaffNumber("1001")
REFUSALS = (RuleError, InputError)
"""What a till says no to: nothing is journaled then."""


class Place:
    """One till: who it is, how many receipts it has printed, and how many returns it has taken."""

    def __init__(self, who: Identity) -> None:
        self.who = who
        self.receipts = 0
        self.returns = 0


class Chain:
    """The one truth of all tills, as if they all knew it at once; what each of them journals is told on its own."""

    def __init__(self, setup: Setup) -> None:
        self.shop = Shop(setup)
        self.shop.next_shift(0)
        self.began = dict(setup.members)
        self.done: dict[str, int] = {}
        """How often each kind of act was done."""
        self._sales: dict[SaleId, Sale] = {}
        self._receipts: dict[SaleId, tuple[str, Identity]] = {}

    def act(self, step: Json, place: Place) -> list[ev.Fact]:
        """Do what happens at a till; return its facts. It refuses what makes no sense: then there are none."""
        turn = Turn(at=str(step["at"]))
        before = dict(self.shop.members)
        try:
            given = decoded(step)
            facts = _ACTS[type(given)](self, given, turn, place)
        except REFUSALS:
            assert self.shop.members == before, "a step that is refused changes nothing"  # noqa: S101
            return []
        self.done[str(step["op"])] = self.done.get(str(step["op"]), 0) + 1
        return facts

    def sell(self, step: SaleStep, turn: Turn, place: Place) -> list[ev.Fact]:
        """Sell a basket to somebody. A coupon that is refused never gets into a sale."""
        priced = selling.price(self.shop, step, turn)
        taken = tuple(one.code for one in priced.coupons if one.refusal is None)
        sale = self._sale(replace(step, coupons=taken), turn)
        return self._paid(sale, step, turn, place, buyer=sale.member)()

    def take_back(self, step: Refund, turn: Turn, place: Place) -> list[ev.Fact]:
        """Take goods back for money."""
        sold = self.shop.sale(step.of)
        owner = self.shop.owner(sold)
        done = refund(sold, selling.returns(sold, step.lines), owner, self.shop.desk(turn.at))
        return self._returned(ReturnKind.REFUND, done, owner, turn, place)

    def void(self, step: Void, turn: Turn, place: Place) -> list[ev.Fact]:
        """Let a sale never have been."""
        sold = self.shop.sale(step.of)
        owner = self.shop.owner(sold)
        done = void(sold, owner, self.shop.desk(turn.at), shift=self.shop.shift_number, approved=True)
        return self._returned(ReturnKind.VOID, done, owner, turn, place)

    def exchange(self, step: Exchange, turn: Turn, place: Place) -> list[ev.Fact]:
        """Take goods back for others."""
        sold = self.shop.sale(step.of)
        owner = self.shop.owner(sold)
        coming = counted(sold, selling.returns(sold, step.returns))
        bought = replace(step, member=None if owner is None else owner.id, coupons=())
        self.shop.customer(bought.member)
        sale = self._sale(bought, turn)
        priced = price_sale(sale, pricer=self.shop.pricer)
        asked_fen = amount_asked(priced.due_fen, self.shop.setup.settings.rounding, noncash_fen=priced.due_fen)
        back = exchange(sold, coming, asked_fen, owner, self.shop.desk(turn.at))
        buyer = back.returned.member
        check_count_cards(sale.live_lines, buyer, turn.today)
        pay = self._paid(sale, bought, turn, place, buyer=buyer, credit=back.credit)
        aside = {"credit_fen": back.credit_fen, "bought_by": sale.id if back.credit_fen else None}
        return [*self._returned(ReturnKind.EXCHANGE, back.returned, owner, turn, place, **aside), *pay()]

    def top_up(self, step: Topup, turn: Turn, place: Place) -> list[ev.Fact]:
        """Put money on a card."""
        del place
        entries = self._changed(lambda: store.topup(self.shop, step, turn))
        tender = Tender(kind=TenderKind.CASH, amount_fen=step.amount, given_fen=step.amount)
        member = MemberId(step.member)
        act = self._act("topup")
        fact = mev.ToppedUp(act=act, staff=STAFF, member=member, amount_fen=step.amount, tender=tender, entries=entries)
        return [fact]

    def cash_out(self, step: Cashout, turn: Turn, place: Place) -> list[ev.Fact]:
        """Pay a card out."""
        del place
        paid_fen = self.shop.member(step.member).stored.principal
        entries = self._changed(lambda: store.cashout(self.shop, step, turn))
        act, member = self._act("cashout"), MemberId(step.member)
        return [mev.CashedOut(act=act, staff=STAFF, member=member, paid_fen=paid_fen, entries=entries)]

    def set_status(self, step: SetStatus, turn: Turn, place: Place) -> list[ev.Fact]:
        """Report a member's cards lost, or found."""
        del place
        entries = self._changed(lambda: store.set_status(self.shop, step, turn))
        act, member = self._act("status"), MemberId(step.member)
        return [mev.MemberStatusSet(act=act, staff=STAFF, member=member, status=step.status, entries=entries)]

    def merge(self, step: Merge, turn: Turn, place: Place) -> list[ev.Fact]:
        """Let two members become one."""
        del place
        entries = self._changed(lambda: store.merge_step(self.shop, step, turn))
        into, gone = MemberId(step.into), MemberId(step.gone)
        return [mev.MembersMerged(act=self._act("merge"), staff=STAFF, into=into, gone=gone, entries=entries)]

    def _sale(self, step: SaleStep | Exchange, turn: Turn) -> Sale:
        member = self.shop.customer(step.member)
        return Sale(
            id=SaleId(step.id or ""),
            staff=STAFF,
            book_version=1,
            rules_version=1,
            local_time=turn.at,
            started_ms=0,
            lines=read_lines(step.lines, self.shop.setup, approved=step.approved_by_manager),
            member_card=None if member is None else SafeText(member.id),
            member=None if member is None else masked(member),
            uses=self.shop.shopping(member, turn.at).uses,
            member_coupons=self._owned_by(member),
            coupons=tuple(self.shop.coupons[code] for code in self._known(step.coupons)),
        )

    def _owned_by(self, member: Member | None) -> tuple[AnyCoupon, ...]:
        if member is None:
            return ()
        return tuple(coupon for coupon in self.shop.coupons.values() if coupon.owner == member.id)

    def _known(self, codes: Iterable[str]) -> list[CouponCode]:
        return [CouponCode(code) for code in codes if code in self.shop.coupons]

    def _paid(
        self,
        sale: Sale,
        step: SaleStep | Exchange,
        turn: Turn,
        place: Place,
        *,
        buyer: Member | None,
        credit: Tender | None = None,
    ) -> Callable[[], list[ev.Fact]]:
        """Work a payment out; what is returned books it, and returns the facts of the whole sale."""
        settings, rules = self.shop.setup.settings, self.shop.setup.rules
        sale = replace(sale, member=buyer)
        priced = price_sale(sale, pricer=self.shop.pricer)
        wallet = Wallet(
            today=turn.today, member=buyer, program=settings.points, stored=settings.stored, rounding=settings.rounding
        )
        paid = pay_mixed(priced.due_fen, selling.offers(step.tenders), wallet, credit=credit)
        if paid.change_fen and (paid.total_fen <= 0 or all(tender.given_fen is None for tender in paid.tenders)):
            raise RuleError("cash for what costs nothing", code="nothing_to_pay")
        under = Under(rules=rules, trade=settings, shift=self.shop.shift_number)
        number = receipt_number(place.who, place.receipts + 1)
        document = finish(sale, priced, paid, receipt_no=number, under=under)
        completed = completion(document, receipt_count=place.receipts + 1, completed_ms=0)
        shopping = self.shop.shopping(buyer, turn.at)
        closing = Closing(
            id=sale.id, shopping=shopping, rules=rules, settings=settings, member=buyer, shift=self.shop.shift_number
        )
        done = complete(priced.basket, paid, closing)

        def book() -> list[ev.Fact]:
            place.receipts += 1
            self._sales[sale.id] = sale
            self._receipts[sale.id] = number, place.who
            self.shop.take_sale(done, paid.tenders)
            return [*_begun(sale), completed]

        return book

    def _returned(
        self, kind: ReturnKind, done: Undone, owner: Member | None, turn: Turn, place: Place, **aside: object
    ) -> list[ev.Fact]:
        self.shop.take_back(done)
        place.returns += 1
        head = SaleReturned(
            act=ActionId(f"return:{place.who.terminal}:{place.returns}"),
            kind=kind,
            number=return_number(place.who, place.returns),
            count=place.returns,
            staff=STAFF,
            reason=SafeText("7"),
            amount_fen=0,
            lines=(),
            local_time=turn.at,
            returned_ms=0,
            rules_version=1,
            shift=self.shop.shift_number,
        )
        number, who = self._receipts[done.sold.id]
        if who != place.who:
            head = replace(head, terminal=who.terminal, epoch=who.epoch)
        head = replace(head, receipt_no=number, **aside)
        return [told(head, done, self._sales[done.sold.id], owner)]

    def _changed(self, do: Callable[[], object]) -> tuple[Entry, ...]:
        """Do something to members, and return what it changed of all of them."""
        before = dict(self.shop.members)
        do()
        after = self.shop.members
        return tuple(entry for key, was in before.items() for entry in entries_between(was, after[key]))

    def _act(self, kind: str) -> ActionId:
        return ActionId(f"{kind}:{self.done.get(kind, 0)}:{sum(self.done.values())}")


def _begun(sale: Sale) -> list[ev.Fact]:
    """Return the facts of a sale up to its payment."""
    facts: list[ev.Fact] = [
        ev.SaleStarted(
            sale_id=sale.id,
            staff=sale.staff,
            book_version=sale.book_version,
            rules_version=sale.rules_version,
            local_time=sale.local_time,
            started_ms=sale.started_ms,
            uses=sale.uses,
        )
    ]
    if sale.member is not None:
        card = sale.member_card or SafeText("")
        facts.append(ev.MemberBound(card=card, member=sale.member, uses=sale.uses, coupons=sale.member_coupons))
    facts += [CouponPresented(coupon=coupon) for coupon in sale.coupons]
    return [*facts, *(ev.LineAdded(line=line) for line in sale.lines)]


_ACTS: Mapping[type[AnyStep], Callable[..., list[ev.Fact]]] = {
    SaleStep: Chain.sell,
    Refund: Chain.take_back,
    Void: Chain.void,
    Exchange: Chain.exchange,
    Topup: Chain.top_up,
    Cashout: Chain.cash_out,
    SetStatus: Chain.set_status,
    Merge: Chain.merge,
}
