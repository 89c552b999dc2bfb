"""Members of a file: CSV with a header, in UTF-8, as a spreadsheet writes it.

=============  =====================================================================================================
column         content
=============  =====================================================================================================
member         number of the member, letters and digits (needed)
name           name; tills show ``张**``
phone          mobile phone, 11 digits; tills show ``138****5678``
birthday       ``03-18``
store          the store whose tills may know the member; empty = all
consent        version of the text that the member agreed to; empty = none is known
consent_day    the day on which the member agreed; empty = that of the import
referral       code of who sent the member
cards          codes of cards, separated by blanks; other media with a prefix: ``nfc:``, ``stripe:``, ``em4100/10h:``
tier           tier
status         ``active`` (also when empty), ``lost``, ``blocked`` …
points         points
points_expire  last day of the points, ``2026-12-31``; empty = never
lots           more points, each with a last day of its own: ``300:2026-12-31 50:2027-12-31``; ``20`` = never
paid_until     last day of a paid membership, ``2026-12-31``; it needs the ``tier`` that was paid for
principal      yuan of stored value that the member paid: ``50.00``
bonus          yuan of stored value that the shop gave
spend          yuan that count for the tier
count_cards    ``HAIR=2001:5`` (card, article, uses left), with a last day ``HAIR=2001:5:2026-12-31``; blanks between
=============  =====================================================================================================
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

from msgspec import Struct

from hq import csv_file
from hq.csv_file import Format, Line, read_lines
from hq.errors import HqError, MemberFileError
from hq.store.members.port import Person
from terminal.domain.errors import InputError, RuleError
from terminal.domain.ids import Sku
from terminal.domain.members.cards import CardKey, Medium, MemberCard, check_bindable, is_phone
from terminal.domain.members.member import ACTIVE, CountCard, CountCardId, Member
from terminal.domain.members.points import PointsAccount
from terminal.domain.members.stored import StoredValue
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.text import is_safe
from terminal.wire.topics import check_store

PERSONAL = ("name", "phone", "birthday", "store", "consent", "consent_day", "referral")
"""Columns of a person; the others but ``cards`` are what a new member begins with."""
FORMAT = Format(
    needed=("member",),
    known=(
        "member",
        *PERSONAL,
        "cards",
        "tier",
        "status",
        "points",
        "points_expire",
        "lots",
        "paid_until",
        "principal",
        "bonus",
        "spend",
        "count_cards",
    ),
    error=MemberFileError,
    nothing_done="nobody was imported",
    what="members",
)
MAX_NAME = 60
MOST_POINTS = 10**9
MOST_USES = 10**6
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}", re.ASCII)
_LOT = re.compile(r"(\d{1,9})(?::([\d-]{10}))?", re.ASCII)
_REFERRAL = re.compile(r"[A-Z0-9]{0,20}", re.ASCII)
_WORD = re.compile(r"[a-z_]{1,20}", re.ASCII)
_COUNT_CARD = re.compile(r"([^=:\s]{1,32})=([^=:\s]{1,32}):(\d{1,6})(?::([\d-]{10}))?", re.ASCII)
_CARD = re.compile(r"(?:([a-z0-9]+)(?:/([A-Za-z0-9]+))?:)?([!-~]{1,64})", re.ASCII)


class Incoming(Struct, frozen=True, kw_only=True):
    """One line: the person, what a member of that number would begin with, and the cards.

    ``told`` are the columns of `PERSONAL` that say something.
    """

    line: Line
    person: Person
    begins: Member
    cards: tuple[MemberCard, ...]
    told: frozenset[str]


def read_members(path: Path) -> Iterator[Incoming]:
    """Yield the members of a file, line by line; `MemberFileError` names line and column of what is wrong."""
    for line in read_lines(path, FORMAT):
        yield _incoming(line)


def what_comes_twice(path: Path) -> HqError | None:
    """Return what to say of the first number, phone number or card that stands in a file twice; None if none does."""
    return csv_file.what_comes_twice(path, ("member", "phone", "cards"), FORMAT)


def _incoming(line: Line) -> Incoming:
    number = line.needed("member")
    if _NUMBER.fullmatch(number) is None:
        raise line.wrong("member", "is no number of letters and digits")
    member = MemberId(number)
    person = Person(
        id=member,
        name=_text(line, "name"),
        phone=_phone(line),
        birthday=_birthday(line),
        home=_store(line),
        consent=_text(line, "consent"),
        consent_ms=_consent_ms(line),
        referral=_referral(line),
    )
    return Incoming(
        line=line,
        person=person,
        begins=_begins(line, member),
        cards=tuple(_card(line, text) for text in line.text("cards").split()),
        told=frozenset(column for column in PERSONAL if line.text(column)),
    )


def _begins(line: Line, member: MemberId) -> Member:
    status = line.text("status") or ACTIVE
    if _WORD.fullmatch(status) is None:
        raise line.wrong("status", "is no status like active")
    tier, paid_until = _text(line, "tier"), _paid_until(line)
    return Member(
        id=member,
        tier="" if paid_until else tier,
        paid_tier=tier if paid_until else "",
        status=status,
        points=_points(line),
        stored=StoredValue(principal=_yuan(line, "principal"), bonus=_yuan(line, "bonus")),
        spend=_yuan(line, "spend"),
        counts=dict(_count_card(line, text) for text in line.text("count_cards").split()),
        paid_until=paid_until,
    )


def _points(line: Line) -> PointsAccount:
    """Return the points of a line: one lot of ``points``, and those of ``lots``."""
    points = line.number("points", default=0, highest=MOST_POINTS)
    account = PointsAccount().with_lot(_day(line, "points_expire", line.text("points_expire")), points)
    for text in line.text("lots").split():
        match = _LOT.fullmatch(text)
        if match is None:
            raise line.wrong("lots", f"has {text!r}, which is no lot like 300:2026-12-31")
        account = account.with_lot(_day(line, "lots", match[2] or ""), int(match[1]))
    return account


def _paid_until(line: Line) -> str | None:
    """Return the last day of a paid membership; without its tier it would bring nothing."""
    day = _day(line, "paid_until", line.text("paid_until"))
    if day is not None and not line.text("tier"):
        raise line.wrong("paid_until", "is of no tier: name the one that was paid for")
    return day


def _consent_ms(line: Line) -> int:
    """Return when the member agreed, the beginning of a day (UTC); 0 = nothing is said."""
    day = _day(line, "consent_day", line.text("consent_day"))
    if day is None:
        return 0
    if not line.text("consent"):
        raise line.wrong("consent_day", "is of no consent: name the version of the text")
    return int(datetime.combine(date.fromisoformat(day), time(), UTC).timestamp() * 1000)


def _referral(line: Line) -> str:
    code = line.text("referral").upper()
    if _REFERRAL.fullmatch(code) is None:
        raise line.wrong("referral", "is no code of up to 20 letters and digits")
    return code


def _text(line: Line, column: str) -> str:
    text = line.text(column)
    if not is_safe(text) or len(text) > MAX_NAME:
        raise line.wrong(column, f"has control characters or more than {MAX_NAME} characters")
    return text


def _phone(line: Line) -> str:
    phone = line.text("phone")
    if phone and not is_phone(phone):
        raise line.wrong("phone", "is no mobile phone number of 11 digits")
    return phone


def _birthday(line: Line) -> str | None:
    text = line.text("birthday")
    if text:
        _day(line, "birthday", f"2000-{text}", like="03-18")
    return text or None


def _day(line: Line, column: str, text: str, *, like: str = "2026-12-31") -> str | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text).isoformat()
    except ValueError:
        day = ""
    if day != text:
        raise line.wrong(column, f"is no date like {like}")
    return text


def _store(line: Line) -> str:
    store = line.text("store")
    try:
        return check_store(store) if store else ""
    except InputError as error:
        raise line.wrong("store", "is no store like S01") from error


def _yuan(line: Line, column: str) -> int:
    return line.money(column) if line.text(column) else 0


def _card(line: Line, text: str) -> MemberCard:
    match = _CARD.fullmatch(text)
    if match is None or (match[1] or Medium.CODE) not in set(Medium):
        raise line.wrong("cards", f"has {text!r}, which is no code of a card, and no medium with one")
    key = CardKey(number=match[3], medium=Medium(match[1] or Medium.CODE), format=match[2] or "")
    try:
        check_bindable(key)
    except RuleError as error:
        raise line.wrong("cards", f"has {text!r}, whose number is made anew each time") from error
    return MemberCard(key=key)


def _count_card(line: Line, text: str) -> tuple[CountCardId, CountCard]:
    match = _COUNT_CARD.fullmatch(text)
    if match is None:
        raise line.wrong("count_cards", f"has {text!r}, which is no card like HAIR=2001:5:2026-12-31")
    until = _day(line, "count_cards", match[4] or "")
    return CountCardId(match[1]), CountCard(sku=Sku(match[2]), left=int(match[3]), until=until)
