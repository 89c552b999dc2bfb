"""English texts about the till's own key."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "status.key": "Key unusable ({reason}): receipts and Z reports are not signed; a technician",
    "detail.key_missing": "file missing",
    "detail.key_unreadable": "unreadable",
    "detail.key_damaged": "file damaged",
    "detail.key_open": "others can read it",
}
