"""What stands against doing something for a member."""

from typing import assert_never

from terminal.checkout.deeds.doubt import Doubt
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
from terminal.checkout.members.acts.messages import MemberAsk
from terminal.checkout.members.acts.papers import consent_of
from terminal.checkout.members.telling import card_seen, points_text, seen
from terminal.checkout.state import Counter
from terminal.domain.members.member import ACTIVE, mask_name
from terminal.domain.money import format_fen
from terminal.domain.staff import Right
from terminal.domain.text import mask


def about(counter: Counter, action: MemberAction) -> Doubt:  # noqa: C901, PLR0911 - one row a kind
    """Return what stands against it. Where the customer must agree, or nothing can be taken back, it is asked."""
    match action:
        case RegisterMember(phone=phone, name=name):
            params = {"who": f"{mask(phone)} {mask_name(name)}".strip(), "version": consent_of(counter)}
            return Doubt(question=MemberAsk.CONSENT, params=params, right=Right.REGISTER_MEMBER, again=True)
        case IssueCard(member=member, card=card):
            params = {"card": card_seen(card), "who": seen(member)}
            return Doubt(question=MemberAsk.ISSUE_CARD, params=params, right=Right.ISSUE_CARD)
        case SetCardStatus(card=card, status=status):
            question = MemberAsk.CARD_FOUND if status == ACTIVE else MemberAsk.CARD_LOST
            return Doubt(question=question, params={"card": card_seen(card)}, right=Right.BLOCK_CARD, again=True)
        case SetMemberStatus(member=member, status=status):
            question = MemberAsk.FREE if status == ACTIVE else MemberAsk.FREEZE
            return Doubt(question=question, params={"who": seen(member)}, right=Right.FREEZE_MEMBER, again=True)
        case TopUp():
            return _about_top_up(counter, action)
        case CashOut():
            return _about_cash_out(action)
        case MergeMembers(into=into, gone=gone):
            params = {"gone": seen(gone), "into": seen(into)}
            return Doubt(question=MemberAsk.MERGE, params=params, right=Right.MERGE_MEMBERS, again=True)
        case EditMember(member=member):
            return Doubt(question=MemberAsk.EDIT, params={"who": seen(member)}, right=Right.EDIT_MEMBER, again=True)
        case GiveGift(member=member, gift=gift):
            params = {"name": gift.label, "points": points_text(gift.points), "who": seen(member)}
            return Doubt(question=MemberAsk.GIFT, params=params, right=Right.GIVE_GIFT, again=True)
        case TakeGiftBack(member=member, given=given):
            params = {"name": given.name, "points": points_text(given.points), "who": seen(member)}
            return Doubt(question=MemberAsk.GIFT_BACK, params=params, right=Right.TAKE_GIFT_BACK, again=True)
        case _:
            assert_never(action)


def _about_top_up(counter: Counter, action: TopUp) -> Doubt:
    amount_fen, given_fen = action.amount_fen, action.given_fen
    is_odd = counter.settings.is_odd_cash(given_fen, amount_fen)
    params = {"amount": format_fen(amount_fen), "who": seen(action.known.row.member)}
    if is_odd:
        params |= {"given": format_fen(given_fen), "change": format_fen(given_fen - amount_fen)}
    question = MemberAsk.TOP_UP_CASH if is_odd else MemberAsk.TOP_UP
    return Doubt(question=question, params=params, right=Right.TOP_UP, amount_fen=amount_fen, again=is_odd)


def _about_cash_out(action: CashOut) -> Doubt:
    member = action.known.row.member
    principal, bonus = member.stored.principal, member.stored.bonus
    return Doubt(
        question=MemberAsk.CASH_OUT,
        params={"amount": format_fen(principal), "bonus": format_fen(bonus), "who": seen(member)},
        right=Right.CASH_OUT,
        amount_fen=principal,
        again=True,
    )
