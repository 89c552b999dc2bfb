"""Who sold a line: commission is theirs."""

from msgspec.structs import replace

from terminal.checkout.deeds.gate import request
from terminal.checkout.deeds.lines import live_line
from terminal.checkout.effects import FindStaff
from terminal.checkout.inputs import StaffFound
from terminal.checkout.messages import No
from terminal.checkout.outcome import Applied, KeyTurn, Outcome, Turn, reject
from terminal.checkout.store.drafts import SetSalesperson
from terminal.checkout.store.messages import StoreNo
from terminal.domain.ids import StaffNumber
from terminal.domain.text import SafeText, clean

NOBODY = "0"
LONGEST = 12


def name_one(turn: KeyTurn) -> Outcome:
    """``1002 F22``: that person sold the selected line; ``0 F22``: nobody in particular."""
    counter, text = turn.counter, turn.counter.text
    row = live_line(counter, counter.selected)
    if row is None:
        return reject(No.UNKNOWN_LINE if counter.rows else No.EMPTY_SALE, replace(counter, text=""))
    if not text:
        return reject(StoreNo.SALESPERSON_HOW)
    if not (text.isascii() and text.isdecimal()):
        return reject(StoreNo.NO_SUCH_STAFF, replace(counter, text=""), number=clean(text, limit=LONGEST))
    cleared = replace(counter, text="")
    if text == NOBODY:
        return request(cleared, SetSalesperson(row.line.number, None, SafeText("")), turn.moment)
    return Applied(counter=cleared, effects=(FindStaff(StaffNumber(text), row.line.number),))


def found(turn: Turn[StaffFound]) -> Outcome:
    """Give the line to who was found."""
    query, name = turn.cause.query, turn.cause.name
    if name is None:
        return reject(StoreNo.NO_SUCH_STAFF, number=clean(query.number, limit=LONGEST))
    return request(turn.counter, SetSalesperson(query.line, query.number, name), turn.moment)
