"""HQ for a counter on a bench: it grants what it is asked for, unless it is told otherwise."""

from dataclasses import dataclass, field

from msgspec.structs import replace

from terminal.domain.members.claims import Claim, ClaimId, Part
from terminal.wire.asking import (
    HQ,
    Granted,
    LeaseAsk,
    MemberAsk,
    Members,
    No,
    Question,
    Receipt,
    ReceiptAsk,
    Refused,
    Reply,
    ReserveAsk,
    Returned,
    ReturnsAsk,
    Told,
    decode_question,
    encode_told,
)
from terminal.wire.doorbell import Answer, Ask, Failure
from terminal.wire.members.rows import MemberRow

TERMINAL = "S01-T03"
HQ_MS = 5_000_000
LASTS_MS = 1_800_000
"""For how long everything is granted."""


@dataclass
class AskedHq:
    """``refusing`` is why nothing is granted, ``failing`` why nothing is answered; ``lease`` is what it leases."""

    refusing: str = ""
    failing: Failure | None = None
    lease: tuple[Part, ...] = ()
    lasts_ms: int = LASTS_MS
    holding_back: bool = False
    """Questions are kept, and answered by `Bench.hear_hq`."""
    people: tuple[MemberRow, ...] = ()
    """Members whom only HQ knows."""
    receipt: Receipt | Refused | None = None
    """What is said of a receipt of the till itself; None: nothing is known of it."""
    refusing_receipt: str = ""
    """Why a receipt of the till itself is not told of."""
    returned: Returned = field(default_factory=Returned)
    """What came back elsewhere."""
    asked: list[Question] = field(default_factory=list)
    kept: list[Ask] = field(default_factory=list)

    @staticmethod
    def is_asked(ask: Ask) -> bool:
        """Whether something is to be set aside, or a receipt is the till's own; all else is answered by the test."""
        if ask.kind != HQ:
            return False
        match decode_question(ask.body):
            case ReserveAsk() | LeaseAsk() | MemberAsk():
                return True
            case ReceiptAsk(receipt_no=number):
                return number.startswith(f"{TERMINAL}-")
            case ReturnsAsk():
                return True

    def answer(self, ask: Ask) -> Answer:
        question = decode_question(ask.body)
        self.asked.append(question)
        if self.failing is not None:
            return Answer(id=ask.id, failure=self.failing)
        told = Told(terminal=TERMINAL, id=question.id, hq_ms=HQ_MS, reply=self._reply(question))
        return Answer(id=ask.id, body=encode_told(told))

    def _reply(self, question: Question) -> Reply:  # noqa: PLR0911 - one row per question
        until_ms = HQ_MS + self.lasts_ms
        match question:
            case MemberAsk():
                return Members(rows=tuple(row for row in self.people if _fits(row, question)))
            case ReceiptAsk():
                return self.receipt or Refused(reason=self.refusing_receipt or No.UNKNOWN_RECEIPT)
            case ReturnsAsk(since=since):
                return replace(self.returned, returns=() if since >= self.returned.until else self.returned.returns)
            case _ if self.refusing:
                return Refused(reason=self.refusing)
            case LeaseAsk(id=key, member=member):
                if not self.lease:
                    return Refused(reason=No.NO_LEASES)
                return Granted(claim=Claim(id=ClaimId(key), member=member, until_ms=until_ms, parts=self.lease))
            case ReserveAsk():
                claim = Claim(
                    id=ClaimId(question.id),
                    member=question.member,
                    until_ms=until_ms,
                    parts=question.parts,
                    coupons=question.coupons,
                    sale=question.sale,
                    alone=bool(question.all_of),
                )
                return Granted(claim=claim)
            case _:
                raise NotImplementedError(question)


def _fits(row: MemberRow, question: MemberAsk) -> bool:
    keys = [card.key for card in row.cards]
    return row.member.id == question.member or question.card in keys or row.member.phone == (question.phone or None)
