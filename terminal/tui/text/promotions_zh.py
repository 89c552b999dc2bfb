"""Chinese texts about rules and coupons."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "notice.rules_changed": "新促销规则已生效 {label}",
    "notice.rules_refused": "规则表 {version} 被拒绝: {reason}",
    "notice.rules_lost": "本单的规则表读不出来, 已按 {label} 重新计算",
    "status.rules": "规则表 {version}  {label}",
    "status.no_rules": "规则表 无",
}
