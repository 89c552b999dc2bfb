"""HQ for a till of which pictures are taken.

It sets aside whatever a sale needs, leases nothing, and has heard of no sale of the till yet.
"""

from terminal.domain.members.claims import Claim, ClaimId
from terminal.wire.asking import (
    HQ,
    Granted,
    LeaseAsk,
    No,
    ReceiptAsk,
    Refused,
    Reply,
    ReserveAsk,
    Told,
    decode_question,
    encode_told,
)
from terminal.wire.doorbell import Answer, Ask

LASTS_MS = 30 * 60_000


def granted(ask: Ask, *, terminal: str, now_ms: int) -> Answer | None:
    """Return the answer to a question about claims, or about a receipt of the till itself; None for any other."""
    question = decode_question(ask.body) if ask.kind == HQ else None
    match question:
        case ReserveAsk():
            claim = Claim(
                id=ClaimId(question.id),
                member=question.member,
                until_ms=now_ms + LASTS_MS,
                parts=question.parts,
                coupons=question.coupons,
                sale=question.sale,
                alone=bool(question.all_of),
            )
            return _told(ask, Granted(claim=claim), terminal=terminal, now_ms=now_ms)
        case LeaseAsk():
            return _told(ask, Refused(reason=No.NO_LEASES), terminal=terminal, now_ms=now_ms)
        case ReceiptAsk(receipt_no=number) if number.startswith(f"{terminal}-"):
            return _told(ask, Refused(reason=No.UNKNOWN_RECEIPT), terminal=terminal, now_ms=now_ms)
        case _:
            return None


def _told(ask: Ask, reply: Reply, *, terminal: str, now_ms: int) -> Answer:
    return Answer(id=ask.id, body=encode_told(Told(terminal=terminal, id=ask.id, hq_ms=now_ms, reply=reply)))
