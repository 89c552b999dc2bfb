"""What the answer to a question about members leads to."""

from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from terminal.checkout.effects import Seeking
from terminal.checkout.handlers import held
from terminal.checkout.inputs import MemberFound
from terminal.checkout.members import elsewhere
from terminal.checkout.members.acts import form
from terminal.checkout.members.acts.messages import MemberSay
from terminal.checkout.members.binding import became_told, bind, refresh, renew
from terminal.checkout.members.phone import is_on_phone, opened
from terminal.checkout.members.telling import money_of, seen
from terminal.checkout.messages import No, Say
from terminal.checkout.modes import MemberPage
from terminal.checkout.outcome import Applied, Ignored, Outcome, Permit, Turn, reject, say
from terminal.domain.members.membership import as_of
from terminal.domain.members.tiers import Tier
from terminal.domain.text import clean, mask
from terminal.ports.members import KnownMember
from terminal.wire.counter.view import Level


def _list(turn: Turn[MemberFound]) -> Outcome:
    counter, answer = turn.counter, turn.cause
    mode = counter.mode
    if not isinstance(mode, MemberPage):
        return Ignored()
    page = replace(
        mode,
        found=answer.found,
        names=answer.names,
        selected=0,
        now=turn.moment.local_iso,
        as_of=answer.as_of,
        fault=answer.fault,
        unknown="" if answer.found else mode.unknown,
    )
    counter = replace(counter, mode=page, text="")
    became = next((known for known in answer.found if known.was is not None), None)
    if became is None or became.was is None:
        return Applied(counter=counter) if answer.found else reject(No.NO_SUCH_MEMBER, counter)
    return Applied(counter=counter, said=became_told(became.was, became.row.member))


def _show(turn: Turn[MemberFound]) -> Outcome:
    """Tell whose a card is, and nothing else of a person."""
    counter, query = turn.counter, turn.cause.query
    if turn.cause.found:
        member = turn.cause.found[0].row.member
        said = say(Say.MEMBER_SHOWN, Level.OK, who=seen(member), **money_of(member, turn.moment.local_iso[:10]))
    else:
        number = query.card.number if query.card is not None else ""
        said = say(Say.MEMBER_CARD, Level.OK, card=mask(clean(number)))
    return Applied(counter=counter, said=said, reason="shown")


def _bind(turn: Turn[MemberFound]) -> Outcome:
    return bind(turn.counter, turn.cause, Permit(moment=turn.moment))


def _joined(turn: Turn[MemberFound]) -> Outcome:
    """Bind who was just registered, and say that."""
    outcome = _bind(turn)
    if not isinstance(outcome, Applied):
        return outcome
    return replace(outcome, said=say(MemberSay.REGISTERED, who=seen(turn.cause.found[0].row.member)))


def _again(turn: Turn[MemberFound]) -> Outcome:
    """Bind the member again with what is left, and show it; what was done there stands on the page."""
    listed, outcome = _list(turn), _bind(turn)
    if not isinstance(listed, Applied) or not isinstance(outcome, Applied):
        return outcome
    return replace(outcome, counter=listed.counter, said=None)


def _renew(turn: Turn[MemberFound]) -> Outcome:
    return renew(turn.counter, turn.cause, Permit(moment=turn.moment))


def _refresh(turn: Turn[MemberFound]) -> Outcome:
    return refresh(turn.counter, turn.cause)


_TAKERS: Mapping[Seeking, Callable[[Turn[MemberFound]], Outcome]] = {
    Seeking.BIND: _bind,
    Seeking.JOINED: _joined,
    Seeking.AGAIN: _again,
    Seeking.LIST: _list,
    Seeking.RENEW: _renew,
    Seeking.STORED: _refresh,
    Seeking.SHOW: _show,
    Seeking.HELD: held.of_member,
    Seeking.ACT: form.known_now,
    Seeking.FORM: form.checked,
}


def member_found(turn: Turn[MemberFound]) -> Outcome:
    """Take the answer, with the tiers of today."""
    today, tiers, answer = turn.moment.local_iso[:10], turn.counter.trade.tiers, turn.cause
    found = tuple(_as_of(known, today, tiers) for known in answer.found)
    turn, take = replace(turn, cause=replace(answer, found=found)), _TAKERS[answer.query.seeking]
    if is_on_phone(answer.query.card):
        return opened(turn, take, otherwise=_not_found)
    asking = None if found else elsewhere.ask(turn)
    return asking or elsewhere.with_reason(turn.counter, take(turn))


def _not_found(turn: Turn[MemberFound]) -> Outcome:
    """Ask HQ about the member of a good code, or say that nobody knows."""
    return elsewhere.ask(turn) or elsewhere.with_reason(turn.counter, reject(No.NO_SUCH_MEMBER))


def _as_of(known: KnownMember, today: str, tiers: Sequence[Tier]) -> KnownMember:
    return replace(known, row=replace(known.row, member=as_of(known.row.member, today, tiers)))
