"""English texts about payments by code."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "notice.payment_started": "{tender} {amount}: the customer confirms",
    "notice.payment_taken": "{tender} {amount} taken",
    "notice.payment_declined": "{tender} {amount} declined, nothing was taken: pay otherwise",
    "notice.payment_not_sent": "no payment host, nothing was taken of {tender} {amount}: take cash",
    "notice.no_payment_host": "no payments by code here, nothing taken of {tender} {amount}",
    "notice.payment_reversing": "{tender} {amount} is being reversed, one moment",
    "notice.payment_reversed": "{tender} {amount} was reversed, nothing taken: pay otherwise",
    "notice.payment_wrong_amount": "{tender}: {paid} was paid, not {amount}: it is reversed",
    "notice.payment_unknown": "{tender} {amount} unknown: nobody pays again, it is looked up",
    "notice.payment_kept": "no payment host: {tender} {amount} was not reversed, it stands",
    "notice.payment_found": "{tender} {amount} was taken after all and is given back",
    "notice.payment_not_returned": "the host refuses to return {tender} {amount}: F18, a manager pays cash",
    "notice.refund_came_late": "{tender} {amount} went back after all, cash was paid too: tell the manager",
    "notice.refund_in_cash": "{amount} paid out in cash in place of {tender}",
    "notice.payment_returned": "{tender} {amount} went back to the customer",
    "notice.payment_cancelling": "cancelling: it is looked up, and reversed if not paid",
    "notice.payment_asking": "looking it up once more",
    "notice.payment_open": "the till restarted: {tender} {amount} is looked up, nobody pays again",
    "notice.same_code": "the same payment code: it is charged once, wait for the result",
    "notice.scan_queued": "kept for later: {count} waiting",
    "error.payment_undecided": "the payment before has no result yet",
    "error.payment_under_way": "a payment is under way; Esc cancels it",
    "error.no_way_to_host": "the uplink does not run, no payments by code: take cash",
    "error.queue_full": "too much is waiting: scan when the payment has a result",
    "error.refund_not_refused": "nothing to pay in cash here: the host has not refused it",
    "ask.refund_in_cash": "The host refused {tender}. Pay {amount} in cash instead? Receipt {receipt_no}",
    "ask.reverse_payment": "reverse {tender} {amount}, give the money back?",
    "hint.paying": "(wait, Esc cancels the payment)",
    "key.cancel_payment": "cancel",
    "payment.pending": "waiting",
    "payment.reversing": "being reversed",
    "payment.unknown": "paid or not: unknown",
    "payment.watched": "not taken, checked once more",
    "payment.returning": "going back to the customer",
    "payment.refused": "refused by the host: a manager pays cash",
    "payment.in_cash": "paid in cash, the host is watched",
    "paying.title": "[WAITING FOR A PAYMENT]",
    "paying.pending": "the customer confirms on the phone, {waited} s so far",
    "paying.reversing": "being reversed, {waited} s so far",
    "paying.unknown": "paid or not: unknown for {waited} s. Nobody pays again, also not in cash",
    "paying.queued": "{count} waiting, taken when the payment has a result",
    "paying.how": "The same code is charged once.  Esc: looked up, and reversed if not paid",
    "paying.how_unknown": "It goes on by itself.  Esc: look it up now.  F16 locks, looking up goes on",
    "status.payments": "Payments without an end",
    "status.payment": "{pick} {time}  {tender} {amount}  {state}",
    "status.pay_in_cash": "Its digit: pay it in cash instead (manager)",
    "help.paying": "A payment code is charged once. Wait: it goes on by itself.\n"
    "Esc: cancel. It is looked up, taken if paid, reversed if not.\n"
    "What is scanned now waits, and is taken when the payment has a result.\n"
    "Paid or not unknown: nobody pays again, also not in cash; it is looked up.\n"
    "The status page (F18) lists payments without an end, and refunds that the\n"
    "host refused: a manager pays those in cash there.",
}
