"""English texts about member value that HQ sets aside."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "notice.asking_hq": "Asking HQ",
    "error.value_set_aside": "Another till has this member's value reserved; try again soon",
    "error.value_changed": "What the member has just changed; look the member up again",
    "error.value_short": "HQ knows of less than that; look the member up again",
    "error.coupon_taken": "The coupon was used elsewhere",
    "error.value_not_allowed": "HQ does not let this member's value be used",
}
