"""The forms on the page of members: one field after the other, each checked at once; after the last it is done."""

from datetime import date

from msgspec.structs import replace

from terminal.checkout.deeds.gate import request
from terminal.checkout.effects import FindMember, MemberTask, Seeking
from terminal.checkout.handlers.typing import PICKS, amount_of
from terminal.checkout.inputs import MemberFound, Moment
from terminal.checkout.members.acts import gift_form
from terminal.checkout.members.acts.drafts import (
    CashOut,
    EditMember,
    IssueCard,
    MemberAction,
    MergeMembers,
    RegisterMember,
    SetCardStatus,
    SetMemberStatus,
    TopUp,
)
from terminal.checkout.members.acts.messages import MemberNo
from terminal.checkout.members.acts.papers import on_page
from terminal.checkout.members.asking import SHORTEST_CARD, by_card, card_of
from terminal.checkout.members.binding import unusable
from terminal.checkout.members.phone import is_on_phone
from terminal.checkout.messages import No
from terminal.checkout.modes import FORMS, FormField, MemberForm, MemberPage
from terminal.checkout.outcome import Applied, Ignored, KeyTurn, Outcome, ScanTurn, Turn, reject
from terminal.checkout.state import Counter
from terminal.domain.members.cards import LOST, CardKey, MemberCard, is_phone
from terminal.domain.members.member import ACTIVE, MERGED
from terminal.domain.members.phone_codes import is_phone_code
from terminal.domain.text import SafeText, clean
from terminal.ports.members import KnownMember

FROZEN = "frozen"
LEAP_YEAR = 2000
"""A birthday has no year; it may be the 29th of February."""
BIRTHDAY_DIGITS = 4
LONGEST_REFERRAL = 20


# --- beginning -------------------------------------------------------------------------------------------------------


def open_form(turn: KeyTurn) -> Outcome:
    """Begin what a key stands for: with the highlighted member as it is now; a card for nobody makes a new member."""
    counter, page = turn.counter, turn.counter.mode
    if not isinstance(page, MemberPage):
        return Ignored()
    task, chosen = TASKS[turn.cause.name], page.chosen
    if chosen is None and task is MemberTask.ISSUE:
        text = counter.text or page.unknown
        form = MemberForm(task=MemberTask.REGISTER, page=replace(page, unknown=""))
        return Applied(counter=replace(counter, mode=form, text=text))
    if chosen is None:
        return reject(MemberNo.MEMBER_FIRST, replace(counter, text=""))
    query = FindMember(seeking=Seeking.ACT, member=chosen.row.member.id, task=task)
    return Applied(counter=replace(counter, text=""), effects=(query,))


TASKS = {
    "f2": MemberTask.TOP_UP,
    "f3": MemberTask.ISSUE,
    "f5": MemberTask.REPLACE,
    "f6": MemberTask.MERGE,
    "f7": MemberTask.LOST,
    "f9": MemberTask.CASH_OUT,
    "f10": MemberTask.FREEZE,
    "f11": MemberTask.EDIT,
    "f12": MemberTask.GIFT,
}
"""What the keys of the page stand for."""


def known_now(turn: Turn[MemberFound]) -> Outcome:
    """Begin with what is known now of the highlighted member."""
    counter, answer = turn.counter, turn.cause
    page, task = counter.mode, answer.query.task
    if not isinstance(page, MemberPage) or task is None:
        return Ignored()
    if not answer.found:
        return reject(No.NO_SUCH_MEMBER)
    known = answer.found[0]
    page = replace(page, found=(known,), selected=0, now=turn.moment.local_iso, as_of=answer.as_of)
    counter = replace(counter, mode=page)
    if task is MemberTask.FREEZE:
        return _freeze(counter, known, turn.moment)
    no = _why_not(counter, known, task)
    if no is not None:
        return reject(no, counter)
    if task is MemberTask.CASH_OUT:
        return request(counter, CashOut(known=known), turn.moment)
    form = MemberForm(task=task, page=page)
    return _begun(replace(counter, mode=form), form, known, turn.moment)


def _why_not(counter: Counter, known: KnownMember, task: MemberTask) -> MemberNo | No | None:
    """Return why something cannot be done for a member now; None if it can be begun."""
    if task is MemberTask.CASH_OUT and known.row.member.stored.principal <= 0:
        return unusable(known) or MemberNo.NOTHING_STORED
    if task is MemberTask.GIFT and not counter.trade.offers and not _has_gift(counter, known):
        return unusable(known) or MemberNo.NO_GIFTS
    return None if task is MemberTask.LOST else unusable(known)


def _has_gift(counter: Counter, known: KnownMember) -> bool:
    """Whether a member got something for points that can still be taken back."""
    return any(one.member == known.row.member.id for one in counter.record.shifts.given)


def _begun(counter: Counter, form: MemberForm, known: KnownMember, moment: Moment) -> Outcome:
    """Ask for the first field; which card is meant need not be asked where there is one only."""
    if form.at_hand is not FormField.OLD_CARD:
        return Applied(counter=counter)
    cards = offered_cards(known)
    if not cards:
        return reject(MemberNo.NO_CARD, on_page(counter))
    if len(cards) > 1:
        return Applied(counter=counter)
    return _entered(counter, form, PICKS[0], moment)


def _freeze(counter: Counter, known: KnownMember, moment: Moment) -> Outcome:
    member = known.row.member
    if member.status not in (ACTIVE, FROZEN):
        return reject(unusable(known) or No.CARD_NOT_ACTIVE, counter)
    status = ACTIVE if member.status == FROZEN else FROZEN
    return request(counter, SetMemberStatus(member=member, status=status), moment)


def offered_cards(known: KnownMember) -> tuple[MemberCard, ...]:
    """Return the cards of a member that are good, or lost."""
    return tuple(card for card in known.row.cards if card.status in (ACTIVE, LOST))[: len(PICKS)]


# --- fields ----------------------------------------------------------------------------------------------------------


def enter(turn: KeyTurn) -> Outcome:
    """Take what stands typed for the field at hand."""
    counter, form = turn.counter, turn.counter.mode
    if not isinstance(form, MemberForm):
        return Ignored()
    text = counter.text
    if _names_somebody(form, text):
        return _look_up(counter, form, text)
    no = _wrong(counter, form, text)
    if no is not None:
        return reject(no, replace(counter, text=""))
    if form.at_hand is FormField.GIFT:
        return gift_form.picked(counter, form, text, turn.moment)
    return _entered(counter, form, text, turn.moment)


def _names_somebody(form: MemberForm, text: str) -> bool:
    """Whether a phone number or a card is to be looked up. A new member may go without card, another one keep both."""
    match form.at_hand:
        case FormField.PHONE:
            return bool(text) or form.task is not MemberTask.EDIT
        case FormField.CARD:
            return bool(text) or form.task is not MemberTask.REGISTER
        case _:
            return form.at_hand is FormField.OTHER


def _wrong(counter: Counter, form: MemberForm, text: str) -> MemberNo | No | None:
    """Return what is wrong with what stands typed, as far as that shows by itself."""
    match form.at_hand:
        case FormField.BIRTHDAY | FormField.REFERRAL:
            return _wrong_of_person(form, text)
        case FormField.AMOUNT if _fen(text) < 1:
            return MemberNo.TOP_UP_HOW
        case FormField.GIVEN if text and _fen(text) < _fen(form.entered[-1]):
            return No.BAD_AMOUNT if amount_of(text) is None else MemberNo.GIVEN_TOO_LITTLE
        case FormField.GIFT if text == gift_form.BACK:
            return None
        case FormField.OLD_CARD | FormField.GIFT if not 0 <= PICKS.find(text or " ") < _choices(counter, form):
            return No.NO_CHOICE
        case _:
            return None


def _wrong_of_person(form: MemberForm, text: str) -> MemberNo | None:
    """Return what is wrong with a birthday or a referral code; a change that changes nothing is none."""
    if form.at_hand is FormField.REFERRAL:
        is_code = len(text) <= LONGEST_REFERRAL and (not text or text.isalnum())
        return None if is_code else MemberNo.BAD_REFERRAL
    if text and _birthday(text) is None:
        return MemberNo.BAD_BIRTHDAY
    is_empty = form.task is MemberTask.EDIT and not any((*form.entered, text))
    return MemberNo.NOTHING_TO_EDIT if is_empty else None


def _choices(counter: Counter, form: MemberForm) -> int:
    """Return how many there are to choose from."""
    return len(counter.trade.offers) if form.at_hand is FormField.GIFT else len(_offered(form))


def _look_up(counter: Counter, form: MemberForm, text: str) -> Outcome:
    """Ask who has a phone number or a card."""
    cleared = replace(counter, text="")
    if is_phone(text) and form.at_hand is not FormField.CARD:
        return Applied(counter=cleared, effects=(FindMember(seeking=Seeking.FORM, phone=text),))
    if form.at_hand is FormField.PHONE:
        return reject(MemberNo.BAD_PHONE if text else MemberNo.PHONE_FIRST, cleared)
    if len(text) < SHORTEST_CARD:
        return reject(MemberNo.CARD_FIRST, cleared)
    if is_phone_code(text) and form.at_hand is FormField.CARD:
        return reject(MemberNo.NOT_A_CARD, cleared)
    return Applied(counter=cleared, effects=(by_card(_key(counter, text), Seeking.FORM),))


def scan(turn: ScanTurn) -> Outcome:
    """Take a card where one is asked for."""
    counter, form = turn.counter, turn.counter.mode
    if not isinstance(form, MemberForm) or form.at_hand not in (FormField.CARD, FormField.OTHER):
        return reject(No.FINISH_FIRST)
    card = card_of(counter, turn.cause.data)
    if card is None or (is_on_phone(card) and form.at_hand is FormField.CARD):
        return reject(MemberNo.NOT_A_CARD)
    return Applied(counter=replace(counter, text=""), effects=(by_card(card, Seeking.FORM, scan=turn.cause),))


def escape(turn: KeyTurn) -> Outcome:
    """Clear the input, else go back to the page."""
    counter = turn.counter
    return Applied(counter=replace(counter, text="") if counter.text else on_page(counter))


def checked(turn: Turn[MemberFound]) -> Outcome:
    """Take a number that somebody has, or that nobody has yet, as the field wants it."""
    counter, answer, form = turn.counter, turn.cause, turn.counter.mode
    if not isinstance(form, MemberForm):
        return Ignored()
    if form.at_hand is FormField.OTHER:
        outcome = _other(counter, form, answer, turn.moment)
    else:
        outcome = _free(counter, form, answer, turn.moment)
    return replace(outcome, reason="noted") if isinstance(outcome, Applied) else outcome


def _free(counter: Counter, form: MemberForm, answer: MemberFound, moment: Moment) -> Outcome:
    """Take a phone number or a card that nobody has."""
    phone, card = answer.query.phone, answer.query.card
    if answer.found:
        return reject(MemberNo.PHONE_TAKEN if phone else MemberNo.CARD_TAKEN)
    return _entered(counter, form, phone or ("" if card is None else card.number), moment)


def _other(counter: Counter, form: MemberForm, answer: MemberFound, moment: Moment) -> Outcome:
    """Merge the one who was found: two with the same phone number are the plainest case."""
    chosen = form.page.chosen
    if chosen is None:
        return reject(MemberNo.MEMBER_FIRST, on_page(counter))
    into = chosen.row.member
    others = [one.row.member for one in answer.found if one.row.member.id != into.id]
    others = [other for other in others if other.status != MERGED] or others
    if not others:
        return reject(MemberNo.MERGE_CONFLICT if answer.found else No.NO_SUCH_MEMBER)
    if len(others) > 1:
        return reject(MemberNo.SEVERAL_OTHERS)
    return request(counter, MergeMembers(into=into, gone=others[0]), moment)


def _entered(counter: Counter, form: MemberForm, value: str, moment: Moment) -> Outcome:
    """Go to the next field; after the last it is done, or asked about."""
    full = replace(form, entered=(*form.entered, value))
    if len(full.entered) < len(FORMS[form.task]):
        return Applied(counter=replace(counter, mode=full, text=""))
    return request(replace(counter, text=""), _action(counter, full), moment)


def _action(counter: Counter, form: MemberForm) -> MemberAction:
    """Return what a form with all its fields comes to; all but a registration are about the highlighted member."""
    values = dict(zip(FORMS[form.task], form.entered, strict=True))
    known = form.page.chosen
    if form.task is MemberTask.REGISTER or known is None:
        return RegisterMember(
            phone=SafeText(values[FormField.PHONE]),
            name=clean(values[FormField.NAME]),
            birthday=_birthday(values[FormField.BIRTHDAY]),
            card=_key(counter, values[FormField.CARD]) if values[FormField.CARD] else None,
            referral=clean(values[FormField.REFERRAL].upper()),
        )
    member = known.row.member
    if form.task is MemberTask.EDIT:
        phone, name = SafeText(values[FormField.PHONE]), clean(values[FormField.NAME])
        return EditMember(member=member, phone=phone, name=name, birthday=_birthday(values[FormField.BIRTHDAY]))
    if form.task is MemberTask.TOP_UP:
        amount_fen = _fen(values[FormField.AMOUNT])
        return TopUp(known=known, amount_fen=amount_fen, given_fen=_fen(values[FormField.GIVEN]) or amount_fen)
    old = _offered(form)[PICKS.find(values[FormField.OLD_CARD])] if FormField.OLD_CARD in values else None
    if form.task is MemberTask.LOST and old is not None:
        return SetCardStatus(member=member, card=old.key, status=ACTIVE if old.status == LOST else LOST)
    card = _key(counter, values[FormField.CARD])
    return IssueCard(member=member, card=card, replaces=None if old is None else old.key)


def _offered(form: MemberForm) -> tuple[MemberCard, ...]:
    return () if form.page.chosen is None else offered_cards(form.page.chosen)


def _key(counter: Counter, text: str) -> CardKey:
    return card_of(counter, text) or CardKey(number=text)


def _fen(text: str) -> int:
    return amount_of(text) or 0


def _birthday(text: str) -> str | None:
    """Return ``MM-DD`` of four digits; None if that is no day."""
    if len(text) != BIRTHDAY_DIGITS or not text.isdigit():
        return None
    try:
        return date(LEAP_YEAR, int(text[:2]), int(text[2:])).isoformat()[5:]
    except ValueError:
        return None
