"""What is done for a member: registration, cards, status. `money` has what moves money or balances."""

from typing import assert_never

from msgspec.structs import replace

from terminal.checkout.effects import FindMember, Seeking
from terminal.checkout.members.acts import gifts, money
from terminal.checkout.members.acts.drafts import (
    CashOut,
    EditMember,
    GiveGift,
    IssueCard,
    MemberAction,
    MergeMembers,
    RegisterMember,
    SetCardStatus,
    SetMemberStatus,
    TakeGiftBack,
    TopUp,
)
from terminal.checkout.members.acts.messages import MemberNo, MemberSay
from terminal.checkout.members.acts.papers import (
    act_of,
    consent_of,
    off_the_sale,
    on_page,
    paper_of,
    printed,
    shown_again,
)
from terminal.checkout.members.telling import card_seen, seen
from terminal.checkout.messages import No
from terminal.checkout.outcome import Applied, Outcome, Permit, reject, say
from terminal.checkout.state import Counter
from terminal.domain.errors import RuleError
from terminal.domain.ids import StaffNumber
from terminal.domain.members.cards import CardKey, check_bindable
from terminal.domain.members.entries import entries_between
from terminal.domain.members.member import ACTIVE, Member, masked
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.slips.member import MemberAct
from terminal.domain.text import SafeText
from terminal.wire import member_events as mev
from terminal.wire.counter.view import Level


def do(counter: Counter, action: MemberAction, permit: Permit) -> Outcome:  # noqa: C901, PLR0911, PLR0912 - one row a kind
    """Do something for a member that nothing stands against any more."""
    staff = counter.record.staff
    if staff is None:
        return reject(No.LOCKED)
    if counter.is_training:
        return reject(No.NOT_IN_TRAINING, on_page(counter))
    match action:
        case RegisterMember():
            return _register(counter, action, permit, staff.number)
        case IssueCard():
            return _issue(counter, action, permit, staff.number)
        case SetCardStatus():
            return _set_card(counter, action, permit, staff.number)
        case SetMemberStatus():
            return _set_member(counter, action, permit, staff.number)
        case TopUp():
            return money.top_up(counter, action, permit, staff.number)
        case CashOut():
            return money.cash_out(counter, action, permit, staff.number)
        case EditMember():
            return _edit(counter, action, permit, staff.number)
        case GiveGift():
            return gifts.give(counter, action, permit, staff.number)
        case TakeGiftBack():
            return gifts.take_back(counter, action, permit, staff.number)
        case MergeMembers():
            return money.merge_members(counter, action, permit, staff.number)
        case _:
            assert_never(action)


def _register(counter: Counter, action: RegisterMember, permit: Permit, staff: StaffNumber) -> Outcome:
    """Make somebody a member of the lowest tier; an open sale is theirs at once."""
    if action.card is not None and not _is_bindable(action.card):
        return reject(MemberNo.CARD_RANDOM)
    tiers, consent = counter.trade.tiers, consent_of(counter)
    member = Member(
        id=MemberId(permit.moment.fresh_id),
        tier=tiers[0].id if tiers else "",
        birthday=action.birthday,
        name=action.name,
        phone=action.phone,
    )
    fact = mev.MemberRegistered(
        act=act_of(permit),
        staff=staff,
        member=member,
        consent=consent,
        consent_ms=permit.moment.wall_ms,
        card=action.card,
        referral=action.referral,
        approved_by=permit.approver,
    )
    paper = paper_of(MemberAct.REGISTERED, masked(member), staff, permit)
    paper = replace(paper, card=_number(action.card), consent=consent)
    seeking = Seeking.LIST if counter.record.sale is None else Seeking.JOINED
    return Applied(
        counter=on_page(counter),
        facts=(fact,),
        effects=(printed(paper), FindMember(seeking=seeking, member=member.id)),
        said=say(MemberSay.REGISTERED, who=seen(masked(member))),
    )


def _edit(counter: Counter, action: EditMember, permit: Permit, staff: StaffNumber) -> Outcome:
    """Give a member another phone number, name or birthday."""
    before = action.member
    fact = mev.MemberEdited(
        act=act_of(permit),
        staff=staff,
        member=before.id,
        phone=action.phone,
        name=action.name,
        birthday=action.birthday,
        approved_by=permit.approver,
    )
    after = masked(replace(before, phone=action.phone or before.phone, name=action.name or before.name))
    return Applied(
        counter=on_page(counter),
        facts=(fact,),
        effects=(printed(paper_of(MemberAct.EDITED, after, staff, permit)), shown_again(before.id)),
        said=say(MemberSay.EDITED, who=seen(after)),
    )


def _issue(counter: Counter, action: IssueCard, permit: Permit, staff: StaffNumber) -> Outcome:
    if not _is_bindable(action.card):
        return reject(MemberNo.CARD_RANDOM)
    member = action.member
    fact = mev.CardIssued(
        act=act_of(permit),
        staff=staff,
        member=member.id,
        card=action.card,
        replaces=action.replaces,
        approved_by=permit.approver,
    )
    act = MemberAct.CARD_ISSUED if action.replaces is None else MemberAct.CARD_REPLACED
    paper = paper_of(act, member, staff, permit)
    paper = replace(paper, card=_number(action.card), old_card=_number(action.replaces))
    return Applied(
        counter=on_page(counter),
        facts=(fact,),
        effects=(printed(paper), shown_again(member.id)),
        said=say(MemberSay.CARD_ISSUED, card=card_seen(action.card), who=seen(member)),
    )


def _set_card(counter: Counter, action: SetCardStatus, permit: Permit, staff: StaffNumber) -> Outcome:
    """Report a card lost: it buys nothing any more, not even in the open sale; or found."""
    member, is_found = action.member, action.status == ACTIVE
    fact = mev.CardStatusSet(
        act=act_of(permit),
        staff=staff,
        member=member.id,
        card=action.card,
        status=action.status,
        approved_by=permit.approver,
    )
    act, said = (MemberAct.CARD_FOUND, MemberSay.CARD_FOUND) if is_found else (MemberAct.CARD_LOST, MemberSay.CARD_LOST)
    paper = replace(paper_of(act, member, staff, permit), card=_number(action.card))
    left = () if is_found else off_the_sale(counter, staff, member.id)
    return Applied(
        counter=on_page(counter),
        facts=(fact, *left),
        effects=(printed(paper), shown_again(member.id)),
        said=say(said, Level.ATTENTION, card=card_seen(action.card)),
    )


def _set_member(counter: Counter, action: SetMemberStatus, permit: Permit, staff: StaffNumber) -> Outcome:
    """Freeze a member with all cards, or free one."""
    before, is_free = action.member, action.status == ACTIVE
    after = replace(before, status=action.status)
    fact = mev.MemberStatusSet(
        act=act_of(permit),
        staff=staff,
        member=after.id,
        status=action.status,
        entries=entries_between(before, after),
        approved_by=permit.approver,
    )
    act, said = (MemberAct.FREED, MemberSay.FREED) if is_free else (MemberAct.FROZEN, MemberSay.FROZEN)
    left = () if is_free else off_the_sale(counter, staff, after.id)
    return Applied(
        counter=on_page(counter),
        facts=(fact, *left),
        effects=(printed(paper_of(act, after, staff, permit)), shown_again(after.id)),
        said=say(said, Level.ATTENTION, who=seen(after)),
    )


def _is_bindable(card: CardKey) -> bool:
    try:
        check_bindable(card)
    except RuleError:
        return False
    return True


def _number(card: CardKey | None) -> SafeText | None:
    return None if card is None else SafeText(card.number)
