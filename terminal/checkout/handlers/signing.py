"""Number and PIN: signing in, locking, and lending a right. A PIN is in no fact, no notice, no log."""

from msgspec.structs import replace

from terminal.checkout.deeds.doubts import doubt_about
from terminal.checkout.deeds.gate import confirmed, perform
from terminal.checkout.deeds.lines import at_sale
from terminal.checkout.effects import CheckPin
from terminal.checkout.handlers.typing import clear, put
from terminal.checkout.inputs import Moment, PinChecked
from terminal.checkout.messages import No, Say
from terminal.checkout.modes import Confirming, Locked, Paying, Selling, Tendering
from terminal.checkout.outcome import Applied, Ignored, KeyTurn, Outcome, Permit, ScanTurn, Turn, reject, say
from terminal.checkout.state import Counter
from terminal.checkout.store.modes import Attending
from terminal.domain.errors import InputError
from terminal.domain.ids import StaffNumber
from terminal.domain.staff import Right, Staff, card_digest, may
from terminal.domain.text import clean
from terminal.wire import events as ev
from terminal.wire.counter.view import Level
from terminal.wire.lockouts import Lockout

MS_PER_MINUTE = 60_000
LONGEST = 12


def digit(turn: KeyTurn) -> Outcome:
    """Type a digit of the number or of the PIN."""
    mode = turn.counter.mode
    if not isinstance(mode, Locked | Confirming) or mode.checking:
        return Ignored()
    if isinstance(mode, Confirming) and not mode.approval:
        return reject(No.YES_OR_NO)
    return put(turn) if len(turn.counter.text) < LONGEST else reject(No.TOO_LONG)


def enter(turn: KeyTurn) -> Outcome:
    """After the number ask for the PIN; after the PIN have both checked. A plain question is answered with yes."""
    counter, mode = turn.counter, turn.counter.mode
    if not isinstance(mode, Locked | Confirming) or mode.checking:
        return Ignored()
    if isinstance(mode, Confirming) and not mode.approval:
        return confirmed(counter, mode, turn.moment)
    if not counter.text:
        return reject(No.NUMBER_FIRST if mode.number is None else No.PIN_FIRST)
    if mode.number is None:
        return number_taken(counter, mode, turn.moment)
    query = CheckPin(number=mode.number, pin=counter.text, approval=isinstance(mode, Confirming))
    return Applied(counter=replace(counter, mode=replace(mode, checking=True), text=""), effects=(query,))


def scan(turn: ScanTurn) -> Outcome:
    """A staff card says whose number it is; where a right is lent it needs no PIN. Any other code is refused."""
    counter, mode = turn.counter, turn.counter.mode
    number = owner_of(turn)
    refusal = reject(No.LOCKED if isinstance(mode, Locked) else No.FINISH_FIRST)
    if number is None or not isinstance(mode, Locked | Confirming) or mode.checking or mode.number is not None:
        return refusal
    if isinstance(mode, Confirming) and not mode.approval:
        return refusal
    taken = number_taken(replace(counter, text=number), mode, turn.moment)
    if isinstance(mode, Locked) or not isinstance(taken, Applied):
        return taken
    query = CheckPin(number=number, pin="", approval=True, by_card=True)
    return Applied(
        counter=replace(counter, mode=replace(mode, number=number, checking=True), text=""), effects=(query,)
    )


def owner_of(turn: ScanTurn) -> StaffNumber | None:
    """Return whose staff card was scanned."""
    return turn.counter.settings.staff_cards.get(card_digest(turn.cause.data))


def number_taken(counter: Counter, mode: Locked | Confirming | Attending, moment: Moment) -> Outcome:
    """Ask for the PIN of a number that was typed, unless it is locked out."""
    number = StaffNumber(clean(counter.text, limit=LONGEST))
    counter = replace(counter, text="")
    lockout = counter.record.lockouts.get(number)
    if lockout is not None and lockout.until_ms > moment.wall_ms:
        return _locked_out(counter, lockout, moment)
    return Applied(counter=replace(counter, mode=replace(mode, number=number)))


def _locked_out(counter: Counter, lockout: Lockout, moment: Moment) -> Outcome:
    minutes = -(-(lockout.until_ms - moment.wall_ms) // MS_PER_MINUTE)
    return reject(No.LOCKED_OUT, counter, minutes=str(minutes))


def escape(turn: KeyTurn) -> Outcome:
    """Clear the input, then the number, then leave a confirmation with no."""
    counter, mode = turn.counter, turn.counter.mode
    if counter.text:
        return clear(turn)
    if isinstance(mode, Locked | Confirming) and mode.number is not None:
        return Applied(counter=replace(counter, mode=replace(mode, number=None, checking=False)))
    if isinstance(mode, Confirming):
        return Applied(counter=replace(counter, mode=mode.back, text=""), reason=No.CANCELLED.code, refused=True)
    return Ignored()


def lock(turn: KeyTurn) -> Outcome:
    """Lock the till; an open sale stays open for whoever comes back."""
    counter = turn.counter
    staff = counter.record.staff
    if staff is None:
        return Ignored()
    return Applied(
        counter=replace(counter, mode=Locked(), text=""),
        facts=(ev.StaffSignedOut(staff=staff.number),),
        said=say(Say.SIGNED_OUT),
    )


def pin_checked(turn: Turn[PinChecked]) -> Outcome:
    """Take the answer about number and PIN, if it is still waited for."""
    counter, query = turn.counter, turn.cause.query
    mode = counter.mode
    if not isinstance(mode, Locked | Confirming) or not mode.checking or mode.number != query.number:
        return Ignored()
    counter = replace(counter, mode=replace(mode, number=None, checking=False), text="")
    staff = turn.cause.staff
    if staff is None:
        return refused(counter, query.number, turn.moment)
    if isinstance(mode, Confirming):
        return _approved(counter, mode, staff, turn.moment)
    return _signed_in(counter, staff)


def refused(counter: Counter, number: StaffNumber, moment: Moment) -> Outcome:
    """Count the failure; too many in a row lock the number out, also over a restart."""
    limits = counter.settings.limits
    earlier = counter.record.lockouts.get(number)
    failures = 1 if earlier is None or earlier.until_ms else earlier.failures + 1
    until_ms = moment.wall_ms + limits.lockout_s * 1000 if failures >= limits.sign_in_failures else 0
    fact = ev.SignInRefused(staff=clean(number), reason=No.WRONG_PIN.code, failures=failures, until_ms=until_ms)
    refusal = reject(No.WRONG_PIN, counter)
    if until_ms:
        refusal = reject(No.LOCKED_OUT, counter, minutes=str(-(-limits.lockout_s // 60)))
    return replace(refusal, facts=(fact,))


def _signed_in(counter: Counter, staff: Staff) -> Outcome:
    if not may(counter.settings.rights, role=staff.role, right=Right.SELL):
        return reject(No.NO_RIGHT, counter)
    fact = ev.StaffSignedIn(staff=staff.number, name=staff.name, role=staff.role)
    sale = counter.record.sale
    said = say(Say.SIGNED_IN, name=staff.name)
    if sale is not None and sale.staff != staff.number:
        said = say(Say.SALE_OF, Level.ATTENTION, staff=sale.staff)
    return Applied(counter=replace(counter, mode=after_sign_in(counter)), facts=(fact,), said=said)


def after_sign_in(counter: Counter) -> Selling | Tendering | Paying:
    """Return where a cashier goes on: a sale that is partly paid is paid first."""
    sale, undecided = counter.record.sale, counter.durable.undecided()
    if undecided is not None:
        return Paying(undecided.order)
    return Tendering() if sale is not None and sale.tenders else Selling()


def _approved(counter: Counter, mode: Confirming, staff: Staff, moment: Moment) -> Outcome:
    """Do what was asked for, if this person has the right."""
    try:
        doubt = doubt_about(counter, mode.action)
    except InputError:
        return reject(No.BAD_QUANTITY, at_sale(counter))
    rights = counter.settings.rights
    if doubt.right is not None and not may(rights, role=staff.role, right=doubt.right, amount_fen=doubt.amount_fen):
        return reject(No.NO_RIGHT, counter)
    return perform(replace(counter, mode=mode.back), mode.action, Permit(moment=moment, approver=staff.number))
