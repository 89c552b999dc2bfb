"""HQ is asked about a member whom this till does not know: somebody new, or one of another store."""

from collections.abc import Mapping

from msgspec.structs import replace

from terminal.checkout.effects import FindMember, Seeking
from terminal.checkout.inputs import Answered, MemberFound
from terminal.checkout.members.acts.messages import MemberNo, MemberSay
from terminal.checkout.members.phone import is_on_phone
from terminal.checkout.messages import No
from terminal.checkout.outcome import Applied, Ignored, Outcome, Rejected, Turn, reject, say
from terminal.checkout.state import Counter, Looking, hq_answers, is_online
from terminal.domain.errors import InputError
from terminal.domain.members.phone_codes import read_phone_code
from terminal.wire import asking
from terminal.wire.doorbell import Answer, Ask
from terminal.wire.members.rows import MemberRow

ASKED = frozenset(Seeking) - {Seeking.STORED}
"""What HQ is asked for. Of the end of a phone number it is not: that would be a list of people of all stores."""


def ask(turn: Turn[MemberFound]) -> Applied | None:
    """Return the question to HQ about who was not found; None where HQ is not asked, or has answered."""
    counter, query = turn.counter, turn.cause.query
    if query.is_asked or query.tail or query.seeking not in ASKED or counter.is_training or not hq_answers(counter):
        return None
    key = f"{turn.moment.fresh_id}:member"
    question = _question(key, query)
    asked = Ask(id=key, kind=asking.HQ, deadline_ms=asking.DEADLINE_MS, body=asking.encode_question(question))
    looking = replace(counter, looking=Looking(ask=key, query=query))
    return Applied(counter=looking, effects=(asked,), said=replace(say(MemberSay.ASKING_HQ), quiet=True))


def _question(key: str, query: FindMember) -> asking.MemberAsk:
    """Return the question; a code on a phone was checked here, and names its member."""
    if query.card is None or not is_on_phone(query.card):
        return asking.MemberAsk(id=key, card=query.card, phone=query.phone, member=query.member)
    code = read_phone_code(query.card.number)
    return asking.MemberAsk(id=key, member=None if code is None else code.member)


def is_awaited(counter: Counter, answer: Answer) -> bool:
    """Whether an answer is about who is looked for."""
    return counter.looking is not None and counter.looking.ask == answer.id


def answered(turn: Turn[Answered]) -> Outcome:
    """Look once more, with what HQ said. Silence is what the till knows by itself."""
    counter, looking = turn.counter, turn.counter.looking
    if looking is None:
        return Ignored()
    rows = _rows(turn.cause.answer)
    counter = replace(counter, looking=None, silent=counter.silent or rows is None)
    query = replace(looking.query, told=rows or (), is_asked=True)
    return Applied(counter=counter, effects=(query,))


def _rows(answer: Answer) -> tuple[MemberRow, ...] | None:
    """Return who fits; None is silence."""
    if answer.failure is not None:
        return None
    try:
        reply = asking.decode_told(answer.body).reply
    except InputError:
        return None
    return reply.rows if isinstance(reply, asking.Members) else ()


def with_reason(counter: Counter, outcome: Outcome) -> Outcome:
    """Return what is said of somebody who was not found, with why HQ could not be asked."""
    reason = _why_not_asked(counter)
    if reason is None:
        return outcome
    if isinstance(outcome, Rejected) and outcome.no is No.NO_SUCH_MEMBER:
        return reject(_NOT_FOUND[reason], outcome.counter)
    return outcome


def why_not_asked(counter: Counter) -> MemberSay | None:
    """Return why HQ does not say whose a card is; None if it was asked, or there is no HQ at all."""
    reason = _why_not_asked(counter)
    return None if reason is None else _NOT_KNOWN[reason]


def _why_not_asked(counter: Counter) -> str | None:
    if counter.link is None or hq_answers(counter):
        return None
    return _SILENT if is_online(counter) else _OFFLINE


_OFFLINE, _SILENT = "offline", "silent"
_NOT_FOUND: Mapping[str, MemberNo] = {_OFFLINE: MemberNo.NOT_KNOWN_OFFLINE, _SILENT: MemberNo.NOT_KNOWN_SILENT}
_NOT_KNOWN: Mapping[str, MemberSay] = {_OFFLINE: MemberSay.CARD_OFFLINE, _SILENT: MemberSay.CARD_SILENT}
