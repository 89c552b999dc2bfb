"""English texts about tenders that are no cash, and the page of points and coupons."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "notice.tender_taken": "{tender} {amount} taken",
    "notice.points_taken": "{points} points taken for {amount}",
    "error.member_card_first": "stored value and points: the member's card first",
    "error.offline_nothing": "offline: no stored value and no points now, pay otherwise",
    "error.offline_value": "offline: at most {limit}, the rest is paid otherwise",
    "error.no_stored": "this member has no stored value",
    "error.stored_insufficient": "not enough stored value: at most {limit}",
    "error.no_points": "no points to use",
    "error.points_step": "points are used by {step}",
    "error.points_insufficient": "not enough points: at most {limit}",
    "error.points_over_limit": "at most {limit} points for this sale",
    "error.points_how": "type points and Enter, or choose with Up/Down",
    "error.nothing_to_redeem": "this member has no points or coupons to use",
    "error.slip_how": "the reference on the slip: 4 to 20 digits or letters",
    "error.slip_taken": "this slip was taken before",
    "ask.much_stored": "{who}: stored value {amount}?",
    "ask.slip_voided": "Bank card {amount} ({reference}): voided at its terminal?",
    "hint.slip": "(reference of the slip, Enter)",
    "hint.redeem": "(points, none = chosen, Enter)",
    "key.redeem": "Redeem",
    "key.bank_card": "Card",
    "key.stored": "Stored",
    "tender.may_pay": "Has",
    "tender.may_points": "points {points}",
    "tender.may_stored": "stored {stored}",
    "prompt.slip": "[BANK CARD]",
    "prompt.how.slip": "Charge it at its terminal, type the slip's reference, Enter; Esc: not charged",
    "page.redeem": "[REDEEM]",
    "how.redeem": "[Up/Down] choose   [Enter] uses it; once more takes a coupon back\n"
    "[points Enter] so many   [scan] a coupon, a member's card   [Esc] back",
    "redeem.rest": "Remaining {amount}",
    "redeem.member": "Member {who}   points {points}",
    "redeem.what": "Points and coupons",
    "redeem.until": "Most/until",
    "redeem.state": "Note",
    "redeem.in_sale": "used",
    "redeem.not_combinable": "not with others",
    "redeem.no_goods": "nothing for it",
    "redeem.below_min": "not enough yet",
    "redeem.unusable": "not usable",
    "help.redeem": "Points pay; coupons lower what is due, so they come before anything is paid.\n"
    "Enter uses the chosen row. Points and Enter: so many of them.\n"
    "Enter once more takes a coupon back. Vouchers: amount F8 on the tender page.",
}
