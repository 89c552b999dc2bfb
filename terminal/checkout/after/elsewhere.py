"""HQ is asked for the sale of a receipt that another till printed, and what other tills took back of one's own."""

from collections.abc import Iterable
from typing import assert_never

from msgspec.structs import replace

from terminal.checkout.after.limits import by_code_fen
from terminal.checkout.after.messages import AfterNo, AfterSay
from terminal.checkout.after.modes import AskedReceipt, BareReturn, FindingReceipt, Wanted
from terminal.checkout.effects import FindSale
from terminal.checkout.inputs import Answered, Moment
from terminal.checkout.outcome import Applied, Ignored, Outcome, Turn, reject, say
from terminal.checkout.state import Counter, is_online
from terminal.domain.errors import InputError
from terminal.domain.members.claims import ClaimId
from terminal.domain.money import format_fen
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.sale_codes import DAYS_GOOD, SaleCode
from terminal.wire import asking
from terminal.wire.claim_events import ClaimAsked
from terminal.wire.counter.view import Level
from terminal.wire.doorbell import Answer, Ask
from terminal.wire.return_events import SaleReturned
from terminal.wire.seal import Purpose, signed_by

SHOWN = 40


def look(counter: Counter, wanted: Wanted, moment: Moment) -> Outcome:
    """Ask HQ for the sale of another till's receipt; without HQ its code may do."""
    if not is_online(counter):
        return _without_hq(counter, wanted, AfterNo.OTHER_TILL, moment)
    return ask(counter, wanted, moment)


def ask(counter: Counter, wanted: Wanted, moment: Moment) -> Outcome:
    """Ask HQ about a receipt, and to set aside for this till what is left to come back of it."""
    receipt_no, code = wanted.receipt_no, wanted.code
    key = ClaimId(f"{moment.fresh_id}:receipt")
    digest = "" if code is None else code.digest
    question = asking.ReceiptAsk(id=key, receipt_no=receipt_no, digest=digest, reserve=True)
    fact = ClaimAsked(claim=key, member=MemberId(""), receipt=receipt_no)
    asked = Ask(id=key, kind=asking.HQ, deadline_ms=asking.DEADLINE_MS, body=asking.encode_question(question))
    mode = FindingReceipt(asked=AskedReceipt(id=key, wanted=wanted))
    said = say(AfterSay.ASKING, receipt_no=receipt_no[:SHOWN])
    after = replace(counter, mode=mode, text="")
    return Applied(counter=after, facts=(fact,), effects=(asked,), said=said, reason="asked")


def _without_hq(counter: Counter, wanted: Wanted, no: AfterNo, moment: Moment) -> Outcome:
    """Take goods back by a code that its till has signed, as far as HQ's cap goes; else say no."""
    code = wanted.code
    shown = wanted.receipt_no[:SHOWN]
    most_fen = 0 if code is None else by_code_fen(counter, code, wanted.back_fen)
    if code is None or not _is_vouched_for(counter, code) or most_fen <= 0:
        return reject(no, counter, receipt_no=shown)
    if not code.is_good_on(moment.local_iso[:10]):
        return reject(AfterNo.CODE_TOO_OLD, counter, day=code.day, days=str(DAYS_GOOD))
    page = BareReturn(code=code, back_fen=wanted.back_fen)
    said = say(AfterSay.BY_CODE, Level.ATTENTION, receipt_no=shown, amount=format_fen(most_fen))
    return Applied(counter=replace(counter, mode=page, text=""), said=said, reason="shown")


def _less_back(counter: Counter, wanted: Wanted, back: Iterable[SaleReturned]) -> Wanted:
    """Return what is wanted, where other tills gave something for it already; this one knows its own."""
    others = (fact for fact in back if not fact.number.startswith(f"{counter.identity.terminal}-"))
    return replace(wanted, back_fen=wanted.back_fen + sum(fact.amount_fen for fact in others))


def _is_vouched_for(counter: Counter, code: SaleCode) -> bool:
    return bool(code.signature and counter.settings.till_keys.get(code.terminal)) and not is_forged(counter, code)


def is_forged(counter: Counter, code: SaleCode) -> bool:
    """Whether a code has a signature, and it is not that of a key that HQ vouches for; of a new till nobody knows."""
    keys = tuple(map(bytes.fromhex, counter.settings.till_keys.get(code.terminal, ())))
    if not code.signature or not keys:
        return False
    return signed_by(code.signed, code.signature, purpose=Purpose.SALE, keys=keys) is None


def is_awaited(counter: Counter, answer: Answer) -> bool:
    """Whether an answer is to the question that the page has asked."""
    mode = counter.mode
    return isinstance(mode, FindingReceipt) and mode.asked is not None and mode.asked.id == answer.id


def answered(turn: Turn[Answered]) -> Outcome:  # noqa: PLR0911 - one row per answer
    """Show the sale that HQ told of, with what this till did to it since."""
    mode, answer = turn.counter.mode, turn.cause.answer
    if not isinstance(mode, FindingReceipt) or mode.asked is None:
        return Ignored()
    counter, wanted = replace(turn.counter, mode=FindingReceipt()), mode.asked.wanted
    receipt_no = wanted.receipt_no
    match _told(answer):
        case asking.Receipt() as told if told.completed.receipt_no == receipt_no:
            counter = replace(counter, mode=FindingReceipt(claim=ClaimId(mode.asked.id)))
            return Applied(counter=counter, effects=(FindSale(receipt_no=receipt_no, told=told),))
        case asking.Refused(reason=asking.No.SET_ASIDE):
            return reject(AfterNo.SET_ASIDE, counter, receipt_no=receipt_no[:SHOWN])
        case told if wanted.is_own:
            back = told.returns if isinstance(told, asking.Refused) else ()
            query = FindSale(receipt_no=receipt_no, is_asked=True, back=back, alone=told is None)
            return Applied(counter=counter, effects=(query,))
        case asking.Refused(reason=asking.No.UNKNOWN_RECEIPT, returns=back):
            return _without_hq(counter, _less_back(counter, wanted, back), AfterNo.NOT_AT_HQ, turn.moment)
        case asking.Refused():
            return reject(AfterNo.OTHER_SALE, counter, receipt_no=receipt_no[:SHOWN])
        case asking.Receipt() | asking.Members() | asking.Granted() | asking.Returned() | None:
            return _without_hq(counter, wanted, AfterNo.HQ_SILENT, turn.moment)
        case unknown:
            assert_never(unknown)


def _told(answer: Answer) -> asking.Reply | None:
    """Return what HQ said; None is silence."""
    if answer.failure is not None:
        return None
    try:
        return asking.decode_told(answer.body).reply
    except InputError:
        return None
