"""Taking a tender that is not cash: it is checked by `terminal.domain.paying`, and ends the sale if nothing is left."""

from collections.abc import Mapping

from msgspec.structs import replace

from terminal.checkout.claims.spending import comes_first, spending_of
from terminal.checkout.deeds.ending import complete, endless
from terminal.checkout.deeds.lines import last_line
from terminal.checkout.deeds.paying import taking_of
from terminal.checkout.drafts import Need
from terminal.checkout.inputs import Moment
from terminal.checkout.members.telling import points_text
from terminal.checkout.messages import No, Say
from terminal.checkout.modes import Prompting, Tendering
from terminal.checkout.outcome import Applied, Outcome, Permit, Rejected, Said, reject, say
from terminal.checkout.payments.course import ahead
from terminal.checkout.payments.messages import PayNo
from terminal.checkout.payments.starting import tender_id
from terminal.checkout.state import Counter
from terminal.checkout.tendering.drafts import SlipOf, TakeCard, TakePoints, TakeStored
from terminal.checkout.tendering.messages import TenderNo, TenderSay
from terminal.domain.errors import InputError, RuleError
from terminal.domain.money import format_fen
from terminal.domain.paying import Offer, Taking
from terminal.domain.sale import Tender, TenderKind
from terminal.wire import events as ev
from terminal.wire.counter.view import Level


def take_voucher(counter: Counter, amount_fen: int, permit: Permit) -> Outcome:
    """Take a voucher: it gives no change, so it cannot be more than what is asked without cash. It ends no sale."""
    tried = offered(counter, Offer(kind=TenderKind.VOUCHER, amount=amount_fen), permit.moment)
    if not isinstance(tried, Tender):
        return tried
    said = say(Say.VOUCHER_TAKEN, amount=format_fen(amount_fen))
    return with_tender(counter, tried, permit, said, ends=False)


def take_stored(counter: Counter, action: TakeStored, permit: Permit) -> Outcome:
    """Take stored value of the sale's member."""
    tried = offered(counter, Offer(kind=TenderKind.STORED, amount=action.amount_fen), permit.moment)
    if not isinstance(tried, Tender):
        return tried
    first = comes_first(counter, action, permit, tried)
    return first if first is not None else with_tender(counter, tried, permit, taken_told(tried))


def ask_slip(counter: Counter, subject: SlipOf, permit: Permit) -> Outcome:
    """Ask for the reference of a bank card's slip; the bank's terminal charges the card when the sale can end."""
    first = endless(counter) or comes_first(counter, subject, permit)
    if first is not None:
        return first
    return Applied(counter=replace(counter, mode=Prompting(need=Need.SLIP, subject=subject), text=""))


def take_card(counter: Counter, action: TakeCard, permit: Permit) -> Outcome:
    """Take what the bank's own terminal has charged. Each of its slips pays once."""
    if action.reference in slips_taken(counter):
        return reject(TenderNo.SLIP_TAKEN, replace(counter, text=""))
    tried = offered(
        counter, Offer(kind=TenderKind.CARD, amount=action.amount_fen, reference=action.reference), permit.moment
    )
    return tried if not isinstance(tried, Tender) else with_tender(counter, tried, permit, taken_told(tried))


def take_points(counter: Counter, points: int | None, permit: Permit) -> Outcome:
    """Take points of the sale's member; None = as many as may pay."""
    tried = offered(counter, Offer(kind=TenderKind.POINTS, amount=points), permit.moment)
    if not isinstance(tried, Tender):
        return tried
    first = comes_first(counter, TakePoints(tried.points), permit, tried)
    if first is not None:
        return first
    amount = format_fen(tried.amount_fen)
    return with_tender(
        counter, tried, permit, say(TenderSay.POINTS_TAKEN, points=points_text(tried.points), amount=amount)
    )


def taken_told(tender: Tender) -> Said:
    """Return what is said of a tender."""
    return say(TenderSay.TAKEN, Level.MONEY, tender=tender_id(tender.kind), amount=format_fen(tender.amount_fen))


def slips_taken(counter: Counter) -> frozenset[str]:
    """Return the references of bank cards' slips in the open sale, and in the one before."""
    sale, last = counter.record.sale, counter.record.last
    before = () if last is None else last.completed.tenders
    tenders = (*before, *(() if sale is None else sale.tenders))
    return frozenset(tender.reference for tender in tenders if tender.kind is TenderKind.CARD)


def offered(counter: Counter, offer: Offer, moment: Moment) -> Tender | Rejected:
    """Return the tender that an offer comes to, or why it is none."""
    sale, cleared = counter.record.sale, replace(counter, text="")
    if sale is None or last_line(counter) is None:
        return reject(No.EMPTY_SALE, cleared)
    if counter.durable.undecided(sale.id) is not None:
        return reject(PayNo.UNDECIDED, cleared)
    taking = spending_of(counter, now_ms=moment.wall_ms)
    try:
        taken = taking.take(offer)
    except RuleError as error:
        return _refused(cleared, taking, offer, error.code)
    except InputError:
        no = TenderNo.NO_POINTS if offer.kind is TenderKind.POINTS and taking.wallet.program is None else No.BAD_AMOUNT
        return reject(no, cleared)
    if len(taken.tenders) == len(taking.tenders):
        return _nothing(cleared, taking, offer)
    return taken.tenders[-1]


_OF_MONEY: Mapping[str, TenderNo] = {
    "offline_limit": TenderNo.OFFLINE_VALUE,
    "stored_insufficient": TenderNo.STORED_INSUFFICIENT,
}


def _refused(counter: Counter, taking: Taking, offer: Offer, code: str) -> Rejected:
    """Return the refusal of an offer, with the most that would be taken."""
    if code == "no_member":
        return reject(TenderNo.MEMBER_CARD_FIRST, counter)
    if offer.kind is TenderKind.POINTS:
        return _refused_points(counter, taking, code)
    if code == "offline_limit" and not taking.most_stored():
        return reject(TenderNo.OFFLINE, counter)
    no = _OF_MONEY.get(code)
    if no is None:
        return reject(No.OVER_TENDER, counter, limit=format_fen(max(0, taking.rest_fen)))
    return reject(no, counter, limit=format_fen(taking.most_stored()))


def _refused_points(counter: Counter, taking: Taking, code: str) -> Rejected:
    program = taking.wallet.program
    if code == "offline_limit":
        return reject(TenderNo.OFFLINE, counter)
    if code == "points_step" and program is not None:
        return reject(TenderNo.POINTS_STEP, counter, step=points_text(program.redeem_step))
    no = TenderNo.POINTS_INSUFFICIENT if code == "points_insufficient" else TenderNo.POINTS_OVER_LIMIT
    return reject(no, counter, limit=points_text(taking.most_points()))


def _nothing(counter: Counter, taking: Taking, offer: Offer) -> Rejected:
    """Return why an offer of all that there is comes to nothing."""
    if taking.rest_fen < 1:
        return reject(No.OVER_TENDER, counter, limit=format_fen(0))
    return reject(TenderNo.NO_STORED if offer.kind is TenderKind.STORED else TenderNo.NO_POINTS, counter)


def with_tender(counter: Counter, tender: Tender, permit: Permit, said: Said, *, ends: bool = True) -> Outcome:
    """Record a tender; with ``ends`` the sale is done if nothing is left to pay."""
    sale = counter.record.sale
    if sale is None:
        return reject(No.EMPTY_SALE)
    fact = ev.TenderAdded(sale_id=sale.id, tender=tender, approved_by=permit.approver)
    after = ahead(counter, (ev.InTraining(fact=fact) if counter.is_training else fact,))
    done = complete(after, permit, given_fen=None) if ends and not taking_of(after).rest_fen else None
    if isinstance(done, Applied):
        return replace(done, counter=replace(done.counter, durable=counter.durable), facts=(fact, *done.facts))
    return Applied(counter=replace(counter, mode=Tendering(), text=""), facts=(fact,), said=said)
