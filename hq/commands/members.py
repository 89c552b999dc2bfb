"""``guitai-hq members`` and ``guitai-hq ledger``: people under masks, what they have, and who did what to it."""

import os
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from hq.bookcase import Bookcase
from hq.commands.opening import opened_store
from hq.commands.output import print_json, print_line, print_table, when
from hq.commands.publish_members import publish_for, stores_with_members
from hq.config import BOOKS
from hq.errors import HqError, MemberError
from hq.members.blocking import lift
from hq.members.file import read_members, what_comes_twice
from hq.members.importing import take_in
from hq.members.leaving import erase, known_of
from hq.service import wall_ms
from hq.store.members.port import LedgerRow, Person
from hq.store.port import Store
from terminal.domain.members.entries import Account, Entry
from terminal.domain.members.member import Member, mask_name
from terminal.domain.members.membership import as_of
from terminal.domain.money import format_fen
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.text import clean, mask
from terminal.wire.files.streams import Stream
from terminal.wire.topics import EVERYBODY

_MONEY = frozenset({Account.PRINCIPAL, Account.BONUS, Account.SPEND})
_SET = frozenset({Account.TIER, Account.STATUS, Account.PAID_UNTIL, Account.BLOCKED})


def list_members(state_dir: Path, *, after: str, limit: int, as_json: bool) -> int:
    """Print members by number, what they have, and nobody's name or phone number whole."""
    with opened_store(state_dir) as store:
        people = store.people.page(after=MemberId(after), limit=limit)
        members = _today_of(state_dir, store, people)
    if as_json:
        print_json([_seen(person, balance) for person, balance in members])
        return 0
    print_table(
        ("member", "name", "phone", "store", "tier", "status", "points", "principal", "bonus"),
        [
            (
                person.id,
                mask_name(person.name),
                _masked(person.phone),
                person.home or "all",
                balance.tier,
                balance.status,
                balance.points.balance(_today()),
                format_fen(balance.stored.principal),
                format_fen(balance.stored.bonus),
            )
            for person, balance in members
        ],
    )
    return 0


def show_member(state_dir: Path, text: str, *, as_json: bool) -> int:
    """Print one member under masks; `MemberError` as in `meant`."""
    with opened_store(state_dir) as store:
        person = meant(store, text)
        ((_, balance),), cards = _today_of(state_dir, store, (person,)), store.people.cards(person.id)
        merged = store.people.merged_into(person.id)
    seen = _seen(person, balance) | {
        "cards": [f"{card.key.medium} {_masked(card.key.number)} {card.status}" for card in cards],
        "merged": merged,
    }
    if as_json:
        print_json(seen)
        return 0
    for key, value in seen.items():
        print_line(f"{key:<14}{', '.join(map(str, value)) if isinstance(value, list) else value}")
    return 0


def show_ledger(state_dir: Path, text: str, *, limit: int, as_json: bool) -> int:
    """Print what was done to a member's balances, the newest first; `MemberError` as in `meant`."""
    with opened_store(state_dir) as store:
        rows = store.ledger.rows(meant(store, text).id, limit=limit)
    if as_json:
        print_json(rows)
        return 0
    header = ("time", "till", "cashier", "act", "account", "amount", "before", "after", "sale")
    print_table(header, [_row(row) for row in rows])
    return 0


def import_members(state_dir: Path, file: Path, *, as_json: bool) -> int:
    """Take the members of a file in; `MemberFileError` names line and column of what is wrong, and nobody is taken."""
    with opened_store(state_dir) as store:
        twice = what_comes_twice(file)
        if twice is not None:
            raise twice
        with store.transaction():
            imported = take_in(store, read_members(file), now_ms=wall_ms(), tiers=_tiers(state_dir, store))
    if as_json:
        print_json(imported)
        return 0
    print_line(f"{imported.new} new members, {imported.known} that HQ knew")
    if imported.known:
        print_line("what those have stays as it was: points and stored value move at tills alone")
    return 0


def export_member(state_dir: Path, text: str, *, out: Path | None, as_json: bool) -> int:
    """Print, or write, all that is known of a member, unmasked: it is for that person."""
    with opened_store(state_dir) as store:
        known = known_of(store, meant(store, text))
    if out is None:
        print_json(known)
        return 0
    data = msgspec.json.format(msgspec.json.encode(known), indent=2)
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data + b"\n")
    except OSError as error:
        raise HqError(f"{out}: {error.strerror}", code="not_written", hint="name a file that is not there") from error
    if as_json:
        print_json({"member": known.person.id, "file": str(out)})
    else:
        print_line(f"all that HQ knows of {known.person.id} is in {out}")
    return 0


def delete_member(state_dir: Path, text: str, *, may_forfeit: bool, as_json: bool) -> int:
    """Delete what is known of a member; sums stay, of nobody. `MemberError` as in `meant` and `erase`."""
    with opened_store(state_dir) as store:
        person = meant(store, text)
        with store.transaction():
            rows = erase(store, person, may_forfeit=may_forfeit, now_ms=wall_ms())
        published = stores_with_members(store)
    publish_for(state_dir, published)
    if as_json:
        print_json({"member": person.id, "rows": rows})
    else:
        print_line(f"{person.id} is deleted; {rows} rows of journals name nobody any more")
    return 0


def unblock_member(state_dir: Path, text: str, *, as_json: bool) -> int:
    """Lift what blocks a member; tills hear of it. `MemberError` as in `meant`, or ``not_blocked``."""
    with opened_store(state_dir) as store:
        person = meant(store, text)
        with store.transaction():
            if not lift(store, person.id, now_ms=wall_ms()):
                raise MemberError(f"{person.id} is not blocked by HQ", code="not_blocked")
        stored = store.ledger.balance(person.id).stored
    if as_json:
        print_json({"member": person.id, "stored_fen": stored.total})
    else:
        print_line(f"{person.id} is blocked no more; stored value {format_fen(stored.total)}")
    return 0


def meant(store: Store, text: str) -> Person:
    """Return the member of a number, a card or a phone number.

    `MemberError` ``unknown_member`` if there is none, ``several_members`` if there are more.
    """
    found = [person for person in store.people.find(text) if not person.erased_ms]
    if not found:
        hint = "name a member by number, card or phone"
        raise MemberError(f"HQ knows no member {clean(text, limit=40)}", hint=hint)
    if len(found) > 1:
        names = ", ".join(person.id for person in found)
        raise MemberError(f"that is several members: {names}", code="several_members", hint="name one by its number")
    return found[0]


def _tiers(state_dir: Path, store: Store) -> list[str]:
    """Return the tiers that the newest rules declare, of all stores together."""
    with closing(Bookcase(store, state_dir / BOOKS)) as bookcase:
        heads = (head.audience for head in store.books.heads(Stream.RULES))
        homes = ("" if audience == EVERYBODY else audience.removeprefix("s/") for audience in heads)
        declared = [bookcase.newest_rules(home).trade.settings.tiers for home in homes]
    return list(dict.fromkeys(tier.id for tiers in declared for tier in tiers))


def _today_of(state_dir: Path, store: Store, people: Iterable[Person]) -> list[tuple[Person, Member]]:
    """Return what people have, with the tier of today by the rules of their store."""
    with closing(Bookcase(store, state_dir / BOOKS)) as bookcase:
        tiers = ((person, bookcase.newest_rules(person.home).trade.settings.tiers) for person in people)
        return [(person, as_of(store.ledger.balance(person.id), _today(), ranks)) for person, ranks in tiers]


def _seen(person: Person, balance: Member) -> dict[str, object]:
    """Return a member as it may be seen."""
    return {
        "member": person.id,
        "name": mask_name(person.name),
        "phone": _masked(person.phone),
        "store": person.home or "all",
        "tier": balance.tier,
        "status": balance.status,
        "into": person.into or "",
        "referral": person.referral,
        "paid_until": balance.paid_until or "",
        "points": balance.points.balance(_today()),
        "principal": format_fen(balance.stored.principal),
        "bonus": format_fen(balance.stored.bonus),
        "spend": format_fen(balance.spend),
        "lots": [f"{lot.points} until {lot.expires or 'ever'}" for lot in balance.points.lots],
        "count_cards": [f"{card} {held.left}" for card, held in balance.counts.items()],
    }


def _row(row: LedgerRow) -> tuple[object, ...]:
    act, entry = row.act, row.entry
    where = filter(None, (entry.account, entry.card, entry.expires))
    return (
        when(act.at_ms),
        act.terminal,
        act.staff,
        act.kind,
        " ".join(where),
        *_amounts(entry, row),
        act.sale,
    )


def _amounts(entry: Entry, row: LedgerRow) -> tuple[str, str, str]:
    if entry.account in _SET:
        return entry.value, row.value_before, entry.value
    shown = format_fen if entry.account in _MONEY else str
    return shown(entry.amount), shown(row.before), shown(row.after)


def _masked(text: str) -> str:
    return mask(clean(text)) if text else ""


def _today() -> str:
    return datetime.now(UTC).astimezone().date().isoformat()
