"""English texts about rules and coupons."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "notice.rules_changed": "new rules: {label}",
    "notice.rules_refused": "rules {version} refused: {reason}",
    "notice.rules_lost": "the rules of this sale cannot be read: priced anew by {label}",
    "status.rules": "Rules {version}  {label}",
    "status.no_rules": "Rules: none",
    "notice.coupon_accepted": "coupon {name}  {amount}",
    "notice.coupon_taken_back": "coupon {name} given back: not used in this sale",
    "notice.recalled_without": "recalled {label}; coupon {name} cannot be used any more",
    "error.coupon_unknown": "no such coupon",
    "error.coupon_used": "this coupon was used before",
    "error.coupon_unusable": "this coupon was withdrawn",
    "error.coupon_not_yet_valid": "this coupon is good from {date} on",
    "error.coupon_expired": "this coupon ended on {date}",
    "error.coupon_wrong_owner": "another member's coupon: scan that member's card first",
    "error.coupon_not_combinable": "not together with the coupons of this sale",
    "error.coupon_no_goods": "no goods in this sale that the coupon is for",
    "error.coupon_below_min": "this coupon is good from {amount} on",
    "error.coupon_offline": "no coupons while HQ cannot be reached",
    "error.rules_unreadable": "the rules cannot be read: call a technician",
    "tag.promoted": "%",
    "total.presented_one": "coupon {name} {amount}",
    "total.presented": "{count} coupons",
    "total.presented_refused": "{count} coupons, {refused} not good",
    "total.by_priority": "by priority: too many ways",
}
