"""English texts about rules and coupons."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "notice.rules_changed": "new rules: {label}",
    "notice.rules_refused": "rules {version} refused: {reason}",
    "notice.rules_lost": "the rules of this sale cannot be read: priced anew by {label}",
    "status.rules": "Rules {version}  {label}",
    "status.no_rules": "Rules: none",
}
