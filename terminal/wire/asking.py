"""Questions of a till to HQ that somebody waits for: a member, member value to be set aside, a receipt.

A question has a number of the till's, under which it may come more than once: HQ does what it asks for once, and
answers the same. The answer is signed for this terminal and this question. What is set aside is a `Claim`, known by the
number of the question that asked for it.
"""

from collections.abc import Sequence
from enum import StrEnum
from functools import reduce
from typing import Annotated

import msgspec
from msgspec import Meta, Struct, field

from terminal.domain.errors import InputError
from terminal.domain.ids import SaleId
from terminal.domain.members.cards import CardKey
from terminal.domain.members.claims import Claim, Drawn, Part
from terminal.domain.members.entries import Account
from terminal.domain.promotions.coupons import CouponCode, MemberId
from terminal.domain.sale import Sale
from terminal.wire.envelope import MAX_MESSAGE_BYTES, Signed, decode_strictly
from terminal.wire.events import SaleCompleted
from terminal.wire.found import FoundSale, afterwards, found
from terminal.wire.members.rows import MemberRow
from terminal.wire.return_events import SaleReturned
from terminal.wire.seal import Purpose, Signer, seal, unseal

VERSION = 1
HQ = "hq"
"""The kind of an `terminal.wire.doorbell.Ask` that goes to HQ."""
DEADLINE_MS = 2000
"""After this there is no answer, and the rules of offline decide."""
AGAIN_MS = 800
"""After this the same question is sent once more."""
MAX_ASK_BYTES = 64 << 10

AskId = Annotated[str, Meta(min_length=1, max_length=64)]


class MemberAsk(Struct, frozen=True, kw_only=True, tag="member", omit_defaults=True):
    """Who is it? Exactly one of a card, a whole phone number, or the number of a member."""

    id: AskId
    card: CardKey | None = None
    phone: Annotated[str, Meta(max_length=32)] = ""
    member: MemberId | None = None

    def __repr__(self) -> str:
        """Numbers of people and cards are never logged."""
        return f"MemberAsk({self.id})"


class ReserveAsk(Struct, frozen=True, kw_only=True, tag="reserve", omit_defaults=True):
    """Set all of this aside, or nothing. The fields of `terminal.wire.claim_events.ClaimAsked`.

    ``unspent`` is what is left of claims that the till's journal gives back: HQ may free so much before it has the
    journal. What the till spent of them stays set aside until its row comes.
    """

    id: AskId
    member: MemberId
    sale: SaleId
    parts: Annotated[tuple[Part, ...], Meta(max_length=200)] = ()
    coupons: Annotated[tuple[CouponCode, ...], Meta(max_length=50)] = ()
    all_of: Annotated[tuple[Account, ...], Meta(max_length=20)] = ()
    unspent: Annotated[tuple[Drawn, ...], Meta(max_length=50)] = ()


class LeaseAsk(Struct, frozen=True, kw_only=True, tag="lease", omit_defaults=True):
    """Lease what the terms of the member's tier allow. ``unspent`` as in `ReserveAsk`."""

    id: AskId
    member: MemberId
    unspent: Annotated[tuple[Drawn, ...], Meta(max_length=50)] = ()


class ReceiptAsk(Struct, frozen=True, kw_only=True, tag="receipt", omit_defaults=True):
    """The sale of a receipt, and what came back of it.

    ``digest`` is the start of the document's, in hexadecimal, as its code has it; empty where the number was typed.
    ``reserve``: all that is left to come back of it is to be set aside for this till, as a claim with the number of the
    question; it is answered with `No.SET_ASIDE` while another till has it.
    """

    id: AskId
    receipt_no: Annotated[str, Meta(min_length=1, max_length=80)]
    digest: Annotated[str, Meta(max_length=64)] = ""
    reserve: bool = False


class ReturnsAsk(Struct, frozen=True, kw_only=True, tag="returns", omit_defaults=True):
    """What came back at other tills of this one's sales. ``since`` is the `Returned.until` of the answer before."""

    id: AskId
    since: Annotated[int, Meta(ge=0)] = 0


Question = MemberAsk | ReserveAsk | LeaseAsk | ReceiptAsk | ReturnsAsk


class No(StrEnum):
    """Why HQ does not do what it is asked. ``card_`` is followed by the status of the member."""

    UNKNOWN_MEMBER = "unknown_member"
    STORED_INSUFFICIENT = "stored_insufficient"
    POINTS_INSUFFICIENT = "points_insufficient"
    COUNT_CARD_INSUFFICIENT = "count_card_insufficient"
    SET_ASIDE = "set_aside"
    """It is there, but another till has it."""
    CHANGED = "changed"
    """It is to be all that the member has, and that is something else by now."""
    COUPON_TAKEN = "coupon_taken"
    NO_LEASES = "no_leases"
    NOTHING_FREE = "nothing_free"
    CANCELLED = "cancelled"
    UNKNOWN_RECEIPT = "unknown_receipt"
    """HQ does not have it (yet)."""
    OTHER_RECEIPT = "other_receipt"
    """The number is right, and what the code says of the sale is not."""


class Members(Struct, frozen=True, kw_only=True, tag="members"):
    """Who fits, with all that HQ knows of them; names and numbers are whole. ``epoch`` and ``seq`` are in the rows."""

    rows: tuple[MemberRow, ...] = ()


class Granted(Struct, frozen=True, kw_only=True, tag="granted"):
    """It is set aside."""

    claim: Claim


class Refused(Struct, frozen=True, kw_only=True, tag="refused", omit_defaults=True):
    """Nothing is set aside, and never will be under this number; a `No`, or ``card_`` and a status.

    ``returns`` is what came back by the code of a receipt whose sale HQ does not have yet, in their order.
    """

    reason: str
    returns: tuple[SaleReturned, ...] = ()


class Receipt(Struct, frozen=True, kw_only=True, tag="sale", omit_defaults=True):
    """A done sale of a till, ``returns`` of it in their order, and its member as HQ has them now.

    Among the returns are those by the code of its receipt alone.

    ``terminal`` and ``epoch`` did it. What the asking till itself did after (``as_of_epoch``, ``as_of_seq``) of its own
    journal is not in here. Nothing here has names or numbers of people but ``owner``.
    """

    terminal: str
    epoch: int
    sale: Sale
    completed: SaleCompleted
    returns: tuple[SaleReturned, ...] = ()
    owner: MemberRow | None = None
    as_of_epoch: int = 0
    as_of_seq: int = 0

    def as_found(self) -> FoundSale:
        """Return the sale as it stands now."""
        return reduce(afterwards, self.returns, found(self.sale, self.completed))


class Returned(Struct, frozen=True, kw_only=True, tag="returned", omit_defaults=True):
    """What came back, in the order in which HQ heard of it, up to its place ``until``; ``more``: there is more."""

    returns: tuple[SaleReturned, ...] = ()
    until: int = 0
    more: bool = False


Reply = Members | Granted | Refused | Receipt | Returned


class Told(Struct, frozen=True, kw_only=True):
    """Down: the answer to the question ``id`` of a terminal."""

    v: int = VERSION
    terminal: str = field(name="t")
    id: str
    hq_ms: Signed
    reply: Reply


_encoder = msgspec.msgpack.Encoder()
_question_decoder: msgspec.msgpack.Decoder[Question] = msgspec.msgpack.Decoder(Question)
_told_decoder = msgspec.msgpack.Decoder(Told)


def encode_question(question: Question) -> bytes:
    """Return a question as MessagePack."""
    return _encoder.encode(question)


def decode_question(data: bytes) -> Question:
    """Return a till's question; `InputError` ``batch_oversized`` or ``batch_malformed``."""
    if len(data) > MAX_ASK_BYTES:
        raise InputError(f"a question of {len(data)} bytes", code="batch_oversized")
    return decode_strictly(_question_decoder, data)


def seal_told(told: Told, signer: Signer) -> bytes:
    """Return an answer as HQ signs it."""
    return seal(_encoder.encode(told), purpose=Purpose.REPLY, signer=signer)


def open_told(data: bytes, *, keys: Sequence[bytes], terminal: str) -> Told:
    """Return an answer that HQ signed for this terminal.

    `InputError` with the codes of `unseal`, ``batch_oversized``, ``batch_malformed``, or ``reply_foreign``: it is
    another till's.
    """
    if len(data) > MAX_MESSAGE_BYTES:
        raise InputError(f"an answer of {len(data)} bytes", code="batch_oversized")
    told = decode_told(unseal(data, purpose=Purpose.REPLY, keys=keys))
    if told.terminal != terminal:
        raise InputError(f"an answer for {told.terminal[:60]!r}", code="reply_foreign")
    return told


def encode_told(told: Told) -> bytes:
    """Return an answer whose signature was checked, as the uplink passes it on."""
    return _encoder.encode(told)


def decode_told(body: bytes) -> Told:
    """Return an answer whose signature was checked; `InputError` ``batch_malformed``."""
    return decode_strictly(_told_decoder, body)
