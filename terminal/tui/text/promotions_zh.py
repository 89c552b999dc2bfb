"""Chinese texts about rules and coupons."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "notice.rules_changed": "新促销规则已生效 {label}",
    "notice.rules_refused": "规则表 {version} 被拒绝: {reason}",
    "notice.rules_lost": "本单的规则表读不出来, 已按 {label} 重新计算",
    "status.rules": "规则表 {version}  {label}",
    "status.no_rules": "规则表 无",
    "notice.coupon_accepted": "优惠券 {name}  {amount}",
    "notice.coupon_taken_back": "优惠券 {name} 已退还顾客, 本单不用",
    "notice.recalled_without": "已取单 {label}, 优惠券 {name} 已不能用",
    "error.coupon_unknown": "没有这张优惠券",
    "error.coupon_used": "优惠券已用过",
    "error.coupon_unusable": "优惠券已停用",
    "error.coupon_not_yet_valid": "优惠券 {date} 起才能用",
    "error.coupon_expired": "优惠券已过期 ({date})",
    "error.coupon_wrong_owner": "优惠券是另一位会员的, 请先刷他的会员卡",
    "error.coupon_not_combinable": "不能和已有的优惠券同用",
    "error.coupon_no_goods": "单里没有可用此优惠券的商品",
    "error.coupon_below_min": "满 {amount} 才能用此优惠券",
    "error.coupon_offline": "脱机时不收优惠券",
    "error.rules_unreadable": "规则表读不出来, 请叫技术员",
    "tag.promoted": "促",
    "total.presented_one": "优惠券 {name} {amount}",
    "total.presented": "优惠券 {count} 张",
    "total.presented_refused": "优惠券 {count} 张, {refused} 张不可用",
    "total.by_priority": "组合过多, 按优先级",
}
