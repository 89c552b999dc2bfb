"""Count cards: a card of the sale's member pays for a line with uses instead of money."""

from collections.abc import Iterator

from msgspec.structs import replace

from terminal.checkout.claims.asking import Need, held_for
from terminal.checkout.claims.spending import coming_back
from terminal.checkout.deeds.lines import live_line
from terminal.checkout.deeds.paying import taking_of
from terminal.checkout.members.acts.messages import MemberNo, MemberSay
from terminal.checkout.messages import No
from terminal.checkout.outcome import Applied, KeyTurn, Outcome, reject, say
from terminal.checkout.state import Counter, hq_answers, without_page
from terminal.domain.completing import check_count_cards
from terminal.domain.errors import RuleError
from terminal.domain.members.claims import limited, summed
from terminal.domain.members.member import CountCardId, Member
from terminal.domain.sale import Sale, SaleLine
from terminal.domain.text import SafeText
from terminal.wire import member_events as mev

FOR_EVER = "9999-12-31"


def refusal(sale: Sale, member: Member | None) -> MemberNo | None:
    """Return why the count cards that were chosen cannot pay what they should."""
    try:
        check_count_cards(sale.live_lines, member, sale.local_time[:10])
    except RuleError as error:
        return MemberNo(f"error.{error.code}")
    return None


def toggle(turn: KeyTurn) -> Outcome:
    """Let a count card pay for the selected line, or money again."""
    counter = turn.counter
    sale, row = counter.record.sale, live_line(counter, counter.selected)
    if sale is None or sale.member is None:
        return reject(No.NO_MEMBER)
    if row is None:
        return reject(No.UNKNOWN_LINE)
    if row.line.count_card is not None:
        fact = mev.CountCardChosen(number=row.line.number)
        said = say(MemberSay.COUNT_CARD_LEFT, name=row.line.name)
        return Applied(counter=without_page(counter), facts=(fact,), said=said)
    buyer = taking_of(counter).member or sale.member
    if hq_answers(counter):
        return _pay(counter, sale, buyer, row.line)
    need = Need(member=sale.member.id, sale=sale.id)
    held = summed(part for claim in held_for(counter, need, now_ms=turn.moment.wall_ms) for part in claim.parts)
    back = coming_back(counter)
    leased = limited(buyer, {place: held.get(place, 0) + back.get(place, 0) for place in held | back})
    if not any(card.left for card in leased.counts.values()):
        return reject(MemberNo.NEEDS_HQ)
    return _pay(counter, sale, leased, row.line)


def _pay(counter: Counter, sale: Sale, member: Member, line: SaleLine) -> Outcome:
    """Use the card that is good for the shortest time."""
    no = MemberNo.NO_COUNT_CARD
    for card in _cards_for(member, line):
        paid = replace(line, count_card=SafeText(card))
        lines = tuple(paid if one.number == line.number else one for one in sale.lines)
        refused = refusal(replace(sale, lines=lines), member)
        if refused is None:
            fact = mev.CountCardChosen(number=line.number, card=card)
            wanted = sum(one.units for one in lines if one.count_card == paid.count_card and not one.voided)
            said = say(MemberSay.COUNT_CARD_USED, name=line.name, left=str(member.counts[card].left - wanted))
            return Applied(counter=without_page(counter), facts=(fact,), said=said)
        no = refused
    return reject(no)


def _cards_for(member: Member, line: SaleLine) -> Iterator[CountCardId]:
    """Yield the cards for an article; nobody pays so for what has another price, or comes back."""
    if line.override_fen is not None or line.reductions or line.quantity < 0:
        return
    fitting = [(held.until or FOR_EVER, card) for card, held in member.counts.items() if held.sku == line.sku]
    for _, card in sorted(fitting):
        yield card
