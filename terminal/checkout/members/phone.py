"""Codes on phones: one opens its member like a card, if it is good now and was not used here."""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from terminal.checkout.inputs import MemberFound, Moment
from terminal.checkout.members.acts.messages import MemberNo
from terminal.checkout.outcome import Applied, Outcome, Rejected, Turn, reject
from terminal.checkout.state import Counter
from terminal.domain.members.cards import CardKey, Medium
from terminal.domain.members.phone_codes import CodeFault, PhoneCode, fault_of, is_used, read_phone_code
from terminal.wire.member_events import PhoneCodeUsed

_WHY_NOT: Mapping[CodeFault, MemberNo] = {
    CodeFault.NO_KEY: MemberNo.CODE_NO_KEY,
    CodeFault.OTHER_KEY: MemberNo.CODE_OTHER_KEY,
    CodeFault.FORGED: MemberNo.CODE_FORGED,
    CodeFault.OLD: MemberNo.CODE_OLD,
    CodeFault.EARLY: MemberNo.CODE_EARLY,
}
_OF_CLOCKS = frozenset({CodeFault.OLD, CodeFault.EARLY})


def is_on_phone(card: CardKey | None) -> bool:
    """Whether a card is a code on a phone, which nobody keeps."""
    return card is not None and card.medium is Medium.PHONE


Taker = Callable[[Turn[MemberFound]], Outcome]


def opened(turn: Turn[MemberFound], take: Taker, *, otherwise: Taker) -> Outcome:
    """Let a good code do what a card would do; it is used by that, and only by that.

    Of a member whom the till does not know, ``otherwise``.
    """
    query = turn.cause.query
    code = None if query.card is None else read_phone_code(query.card.number)
    if code is None:
        return reject(MemberNo.CODE_FORGED)
    no = refused(turn.counter, code, turn.moment)
    if no is not None:
        return no
    if not turn.cause.found:
        return otherwise(turn)
    outcome = take(turn)
    if not isinstance(outcome, Applied):
        return outcome
    device = "" if query.scan is None else query.scan.device
    fact = PhoneCodeUsed(member=code.member, digest=code.digest, key=code.key, made_ms=code.made_ms, device=device)
    return replace(outcome, facts=(fact, *outcome.facts))


def refused(counter: Counter, code: PhoneCode, moment: Moment) -> Rejected | None:
    """Return why a code is not taken. Without a clock that can be right nobody knows how old it is."""
    fault = fault_of(code, counter.code_keys, now_ms=moment.wall_ms)
    if fault is not None and fault not in _OF_CLOCKS:
        return reject(_WHY_NOT[fault])
    if counter.durable.clock_doubted is not None:
        return reject(MemberNo.CODE_CLOCK)
    if fault is not None:
        seconds = abs(moment.wall_ms - code.made_ms) // 1000
        return reject(_WHY_NOT[fault], seconds=f"{seconds:,}")
    used = (*counter.durable.codes, *counter.record.codes)
    return reject(MemberNo.CODE_USED) if is_used(code, used) else None
