"""English texts about goods that want more than a scan."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "notice.batch_needed": "Batch number, please: {name}",
    "notice.serial_needed": "Serial number, please: {name}",
    "notice.recalled_goods": "{name} is not sold any more: {why}",
    "error.recalled": "{name} is not sold any more: {why}",
    "error.batch_first": "scan or type the batch number first; Esc gives up",
    "error.serial_first": "scan or type the serial number first; Esc gives up",
    "error.serial_one": "each piece has a serial number: one at a time",
    "error.serial_twice": "serial number {number} is in the sale already",
    "error.service": "{name} is a service: it has no stock",
    "ask.deposit_back": "Give deposits back? {name} x {pieces}: {amount}",
    "hint.batch": "(batch number)",
    "hint.serial": "(serial number)",
    "prompt.batch": "[BATCH]",
    "prompt.serial": "[SERIAL NO.]",
    "prompt.how.batch": "Scan the batch number of the goods, or type it and Enter; Esc gives up",
    "prompt.how.serial": "Scan the serial number of this piece, or type it and Enter; Esc gives up",
    "tender.pay_out": "PAY OUT",
    "notice.completed_often": "paid {total}  change {change}  ({count} in {minutes} min: HQ knows)",
    "notice.returned_often": "returned {amount}, pay {cash} (no. {count} in {hours} h: HQ knows)",
    "notice.completed_own_card": "paid {total}  change {change}  (the cashier's own card: HQ knows)",
    "price_check.recalled": "Not sold any more: {why}",
}
