"""Who comes and who goes: by number and PIN, also where nobody is signed in, and in a training for real."""

from msgspec.structs import replace

from terminal.checkout.effects import CheckPin
from terminal.checkout.handlers.signing import LONGEST, number_taken, owner_of, refused
from terminal.checkout.handlers.typing import clear, put
from terminal.checkout.inputs import Moment, PinChecked
from terminal.checkout.messages import No
from terminal.checkout.outcome import Applied, Ignored, KeyTurn, Outcome, ScanTurn, Turn, reject, say
from terminal.checkout.state import Counter, at_rest
from terminal.checkout.store.messages import StoreNo, StoreSay
from terminal.checkout.store.modes import Attending
from terminal.domain.staff import Staff
from terminal.wire import store_events as sev

COMING, GOING = "1", "2"


def open_page(turn: KeyTurn) -> Outcome:
    """Ask who comes or goes, and show who did today."""
    return Applied(counter=replace(turn.counter, mode=Attending(today=turn.moment.local_iso[:10]), text=""))


def digit(turn: KeyTurn) -> Outcome:
    """Pick coming or going, then type a digit of the number or of the PIN."""
    counter, mode = turn.counter, turn.counter.mode
    if not isinstance(mode, Attending) or mode.checking:
        return Ignored()
    if mode.coming is not None:
        return put(turn) if len(counter.text) < LONGEST else reject(No.TOO_LONG)
    if turn.cause.name not in (COMING, GOING):
        return reject(No.NO_CHOICE)
    return Applied(counter=replace(counter, mode=replace(mode, coming=turn.cause.name == COMING)))


def enter(turn: KeyTurn) -> Outcome:
    """After the number ask for the PIN; after the PIN have both checked."""
    counter, mode = turn.counter, turn.counter.mode
    if not isinstance(mode, Attending) or mode.checking:
        return Ignored()
    if mode.coming is None:
        return reject(StoreNo.COMING_FIRST)
    if not counter.text:
        return reject(No.NUMBER_FIRST if mode.number is None else No.PIN_FIRST)
    if mode.number is None:
        return number_taken(counter, mode, turn.moment)
    query = CheckPin(number=mode.number, pin=counter.text)
    return Applied(counter=replace(counter, mode=replace(mode, checking=True), text=""), effects=(query,))


def scan(turn: ScanTurn) -> Outcome:
    """Take a staff card for the number of whoever holds it; the PIN comes next."""
    counter, mode, number = turn.counter, turn.counter.mode, owner_of(turn)
    if number is None or not isinstance(mode, Attending) or mode.checking or mode.number is not None:
        return reject(No.NOT_HERE)
    if mode.coming is None:
        return reject(StoreNo.COMING_FIRST)
    return number_taken(replace(counter, text=number), mode, turn.moment)


def escape(turn: KeyTurn) -> Outcome:
    """Clear the input, then the number, then the choice, then leave."""
    counter, mode = turn.counter, turn.counter.mode
    if counter.text:
        return clear(turn)
    if isinstance(mode, Attending) and (mode.number is not None or mode.coming is not None):
        coming = None if mode.number is None else mode.coming
        return Applied(counter=replace(counter, mode=replace(mode, number=None, coming=coming, checking=False)))
    return Applied(counter=replace(counter, mode=at_rest(counter), text=""))


def pin_checked(turn: Turn[PinChecked], mode: Attending) -> Outcome:
    """Take the answer about number and PIN, if it is still waited for."""
    counter, query, staff = turn.counter, turn.cause.query, turn.cause.staff
    if not mode.checking or mode.number != query.number or mode.coming is None:
        return Ignored()
    counter = replace(counter, mode=replace(mode, number=None, checking=False), text="")
    if staff is None:
        return refused(counter, query.number, turn.moment)
    return _clocked(counter, staff, turn.moment, coming=mode.coming)


def _clocked(counter: Counter, staff: Staff, moment: Moment, *, coming: bool) -> Outcome:
    """Keep that somebody came or went; twice the same on one day is a slip."""
    day = moment.local_iso[:10]
    again = last_of(counter, staff, day)
    if again is not None and again.coming is coming:
        no = StoreNo.CAME_ALREADY if coming else StoreNo.WENT_ALREADY
        return reject(no, counter, name=staff.name, time=again.local_time[11:16])
    fact = sev.Clocked(staff=staff.number, name=staff.name, coming=coming, local_time=moment.local_iso)
    said = StoreSay.CAME if coming else StoreSay.WENT
    return Applied(
        counter=replace(counter, mode=Attending(today=day)),
        facts=(fact,),
        said=say(said, name=staff.name, time=moment.local_iso[11:16]),
    )


def last_of(counter: Counter, staff: Staff, day: str) -> sev.Clocked | None:
    """Return how somebody was last seen on a day, at this till."""
    own = (one for one in reversed(counter.durable.store.clockings) if one.staff == staff.number)
    return next((one for one in own if one.local_time.startswith(day)), None)
