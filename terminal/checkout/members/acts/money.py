"""Acts that move money or balances: top-up, cash-out, two members that become one."""

from collections.abc import Mapping

from msgspec.structs import replace

from terminal.checkout.claims.asking import Need, all_secured
from terminal.checkout.effects import FindMember, PulseDrawer, Seeking
from terminal.checkout.members.acts.drafts import CashOut, MergeMembers, TopUp
from terminal.checkout.members.acts.messages import MemberNo, MemberSay
from terminal.checkout.members.acts.papers import act_of, off_the_sale, on_page, paper_of, printed, shown_again
from terminal.checkout.members.telling import seen
from terminal.checkout.messages import AnyNo, No
from terminal.checkout.outcome import Applied, Outcome, Permit, reject, say
from terminal.checkout.shifts.messages import ShiftNo
from terminal.checkout.state import Counter, hq_answers, lacks_shift
from terminal.domain.errors import RuleError
from terminal.domain.ids import ActionId, SaleId, StaffNumber
from terminal.domain.members.claims import SPENDABLE, Drawn, parts_of, spendable
from terminal.domain.members.entries import Account, entries_between
from terminal.domain.members.member import Member
from terminal.domain.members.stored import StoredValue
from terminal.domain.members.topping import bonus_for, merge, most_of
from terminal.domain.members.topping import top_up as topped_up
from terminal.domain.money import format_fen
from terminal.domain.promotions.rule_set import Shopping, is_active
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.slips.member import MemberAct, Money
from terminal.ports.members import KnownMember
from terminal.wire import member_events as mev
from terminal.wire.counter.view import Level


def top_up(counter: Counter, action: TopUp, permit: Permit, staff: StaffNumber) -> Outcome:
    """Put cash on a card, with the bonus of the rules; it may be spent when HQ has heard of it."""
    if lacks_shift(counter):
        return reject(ShiftNo.NO_SHIFT, on_page(counter))
    known, amount_fen = action.known, action.amount_fen
    before = known.row.member
    bonus_fen = bonus_of(counter, known, amount_fen, now=permit.moment.local_iso)
    try:
        held = replace(before, stored=before.stored + known.waiting)
        after = topped_up(held, amount_fen, bonus_fen, counter.trade.stored)
    except RuleError as error:
        if error.code == "name_needed":
            return reject(MemberNo.NAME_NEEDED, on_page(counter), limit=format_fen(counter.trade.stored.name_from))
        limit = format_fen(most_of(before, counter.trade.stored))
        return reject(MemberNo.STORED_LIMIT, on_page(counter), limit=limit)
    change_fen = action.given_fen - amount_fen
    fact = mev.ToppedUp(
        act=act_of(permit),
        staff=staff,
        member=before.id,
        amount_fen=amount_fen,
        tender=Tender(kind=TenderKind.CASH, amount_fen=amount_fen, given_fen=action.given_fen),
        bonus_fen=bonus_fen,
        change_fen=change_fen,
        entries=entries_between(held, after),
        approved_by=permit.approver,
    )
    money = Money(
        amount_fen=amount_fen, bonus_fen=bonus_fen, given_fen=action.given_fen, after=after.stored, waits=True
    )
    paper = replace(paper_of(MemberAct.TOPPED_UP, before, staff, permit), money=money)
    return Applied(
        counter=on_page(counter),
        facts=(fact,),
        effects=(
            _drawer(permit),
            printed(paper),
            FindMember(seeking=Seeking.STORED, member=before.id),
            shown_again(before.id),
        ),
        said=say(
            MemberSay.TOPPED_UP,
            Level.MONEY,
            amount=format_fen(amount_fen),
            bonus=format_fen(bonus_fen),
            change=format_fen(change_fen),
        ),
    )


def bonus_of(counter: Counter, known: KnownMember, amount_fen: int, *, now: str) -> int:
    """Return what the rules add to a top-up at a local time."""
    row = known.row
    shopping = Shopping(local_time=now, shopper=row.member.shopper, uses=row.uses_on(now[:10]))
    return bonus_for(amount_fen, (rule for rule in counter.pricer.rules.topup_bonus if is_active(rule, shopping)))


def cash_out(counter: Counter, action: CashOut, permit: Permit, staff: StaffNumber) -> Outcome:
    """Pay the principal out, and take the bonus back; only with HQ, that nobody spends the same money elsewhere."""
    if not hq_answers(counter):
        return reject(MemberNo.NEEDS_HQ, on_page(counter))
    if lacks_shift(counter):
        return reject(ShiftNo.NO_SHIFT, on_page(counter))
    before = action.known.row.member
    claim = all_secured(counter, _all_of(before, _MONEY, permit), action, permit)
    if isinstance(claim, Applied):
        return claim
    after = replace(before, stored=StoredValue())
    value = before.stored
    fact = mev.CashedOut(
        act=act_of(permit),
        staff=staff,
        member=before.id,
        paid_fen=value.principal,
        forfeited_fen=value.bonus,
        entries=entries_between(before, after),
        approved_by=permit.approver,
        drawn=(Drawn(claim=claim.id, parts=claim.parts),),
    )
    money = Money(amount_fen=-value.principal, bonus_fen=-value.bonus, after=after.stored)
    paper = replace(paper_of(MemberAct.CASHED_OUT, before, staff, permit), money=money)
    return Applied(
        counter=on_page(counter),
        facts=(fact, *off_the_sale(counter, staff, before.id)),
        effects=(_drawer(permit), printed(paper), shown_again(before.id)),
        said=say(MemberSay.CASHED_OUT, Level.MONEY, amount=format_fen(value.principal)),
    )


def merge_members(counter: Counter, action: MergeMembers, permit: Permit, staff: StaffNumber) -> Outcome:
    """Make two members one; only with HQ, which knows what both have."""
    if not hq_answers(counter):
        return reject(MemberNo.NEEDS_HQ, on_page(counter))
    into, gone = action.into, action.gone
    try:
        today = permit.moment.local_iso[:10]
        merged, left = merge(into, gone, stored=counter.trade.stored, tiers=counter.trade.tiers, today=today)
    except RuleError as error:
        return _unmergeable(counter, into, error)
    claim = all_secured(counter, _all_of(gone, SPENDABLE, permit), action, permit)
    if isinstance(claim, Applied):
        return claim
    fact = mev.MembersMerged(
        act=act_of(permit),
        staff=staff,
        into=into.id,
        gone=gone.id,
        entries=(*entries_between(into, merged), *entries_between(gone, left)),
        approved_by=permit.approver,
        drawn=(Drawn(claim=claim.id, parts=claim.parts),),
    )
    paper = replace(paper_of(MemberAct.MERGED, merged, staff, permit), other=gone)
    return Applied(
        counter=on_page(counter),
        facts=(fact, *off_the_sale(counter, staff, into.id, gone.id)),
        effects=(printed(paper), shown_again(into.id)),
        said=say(MemberSay.MERGED, Level.ATTENTION, who=seen(merged)),
    )


_MONEY = frozenset({Account.PRINCIPAL, Account.BONUS})


def _all_of(member: Member, accounts: frozenset[Account], permit: Permit) -> Need:
    """Return the need of everything that a member has in some accounts."""
    has = spendable(member, permit.moment.local_iso[:10])
    return Need(
        member=member.id,
        sale=SaleId(act_of(permit)),
        parts=parts_of({place: amount for place, amount in has.items() if place.account in accounts}),
        all_of=tuple(sorted(accounts)),
    )


def _unmergeable(counter: Counter, into: Member, error: RuleError) -> Outcome:
    if error.code == "stored_limit":
        limit = format_fen(most_of(into, counter.trade.stored))
        return reject(MemberNo.STORED_LIMIT, on_page(counter), limit=limit)
    return reject(_WHY_NOT.get(error.code, MemberNo.NOT_TO_BE_MERGED), on_page(counter))


_WHY_NOT: Mapping[str, AnyNo] = {"merge_conflict": MemberNo.MERGE_CONFLICT, "card_merged": No.CARD_MERGED}


def _drawer(permit: Permit) -> PulseDrawer:
    return PulseDrawer(ActionId(f"drawer:act:{permit.moment.fresh_id}"))
