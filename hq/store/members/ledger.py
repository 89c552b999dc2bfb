"""Ledger entries and their sums in SQLite."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from hq.store.database import Database
from hq.store.members.port import HEADQUARTERS, NOBODY, Act, LedgerRow, Oddity
from terminal.domain.ids import Sku
from terminal.domain.members.entries import Account, Entry, paid_after, place_of, with_entries
from terminal.domain.members.member import CountCardId, Member
from terminal.domain.members.tiers import Tier, higher
from terminal.domain.promotions.coupons import MemberId

_SET = frozenset({Account.TIER, Account.STATUS, Account.PAID_UNTIL, Account.BLOCKED})
_MONEY = frozenset({Account.PRINCIPAL, Account.BONUS})
_COLUMNS = (
    "till, epoch, seq, n, act, at_ms, store, staff, sale, member, account, amount, expires, card, sku, value, before,"
    " value_before"
)
_SQL_AT = "SELECT amount, value, stamp FROM balance WHERE member = ? AND account = ? AND lot = ? AND card = ?"
_SQL_SUMS = "SELECT account, lot, card, amount, value, sku, until FROM balance WHERE member = ?"
_DIFFERENCES = """
SELECT member, account, lot, card, sum(booked), sum(kept) FROM (
  SELECT member, account, CASE account WHEN 'points' THEN coalesce(expires, '') ELSE '' END AS lot,
    coalesce(card, '') AS card, amount AS booked, 0 AS kept
    FROM ledger WHERE account NOT IN ('tier', 'status', 'paid_until', 'blocked')
  UNION ALL SELECT member, account, lot, card, 0, amount FROM balance
) GROUP BY member, account, lot, card HAVING sum(booked) <> sum(kept)
"""


class _Booked(Struct, frozen=True, array_like=True):
    """A row of the table ``ledger``."""

    till: str
    epoch: int
    seq: int
    n: int
    act: str
    at_ms: int
    store: str
    staff: str
    sale: str
    member: MemberId
    account: Account
    amount: int
    expires: str | None
    card: CountCardId | None
    sku: Sku | None
    value: str
    before: int
    value_before: str

    def entry(self) -> Entry:
        return Entry(
            member=self.member,
            account=self.account,
            amount=self.amount,
            expires=self.expires,
            card=self.card,
            sku=self.sku,
            value=self.value,
        )


class _Balance(Struct, frozen=True, array_like=True):
    """What stands at one place of a member, and which act said last what cannot be added up."""

    amount: int = 0
    value: str = ""
    stamp: str = ""


class SqliteLedger:
    """See `hq.store.members.port.Ledger`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, act: Act) -> bool:
        """Note an act that has an id; False when it stands in another row."""
        if act.id:
            self._database.run("INSERT INTO act VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING", (act.id, *act.place))
        return self.counted_at(act) == act.place

    def counted_at(self, act: Act) -> tuple[str, int, int]:
        """Return in which row an act was counted first."""
        if not act.id:
            return act.place
        known = self._database.row(tuple[str, int, int], "SELECT till, epoch, seq FROM act WHERE id = ?", (act.id,))
        return known or act.place

    def post(self, act: Act, entries: Sequence[Entry], *, tiers: Sequence[Tier] = ()) -> list[tuple[MemberId, Oddity]]:
        """Book the entries of an act that are not booked yet; return what they come to and should not."""
        odd: dict[tuple[MemberId, Oddity], None] = {}
        for n, entry in enumerate(entries):
            told = self._state(entry.member)
            if told is Oddity.GONE:
                entry = _nobodys(entry)  # noqa: PLW2901 - the same entry, of nobody
            before = self._at(entry)
            if not self._add(act, n, entry, before):
                continue
            self._sum_up(entry, before, stamp=_stamp(act, n), value=_set_by(act, n, entry, before, tiers=tiers))
            for oddity in filter(None, (told, _oddity(entry, before))):
                odd[entries[n].member, oddity] = None
        return list(odd)

    def next_act(self, kind: str, *, at_ms: int) -> Act:
        """Return an act of HQ's own."""
        ((seq,),) = self._database.rows(
            tuple[int],
            "INSERT INTO number VALUES('ledger', 1) ON CONFLICT(name) DO UPDATE SET value = value + 1 RETURNING value",
        )
        return Act(terminal=HEADQUARTERS, epoch=0, seq=seq, kind=kind, at_ms=at_ms)

    def rows(self, member: MemberId, *, limit: int) -> list[LedgerRow]:
        """Return the newest rows of a member."""
        found = self._booked(
            "WHERE member = ? ORDER BY at_ms DESC, till DESC, epoch DESC, seq DESC, n DESC LIMIT ?", member, limit
        )
        return [
            LedgerRow(
                act=Act(
                    terminal=row.till,
                    epoch=row.epoch,
                    seq=row.seq,
                    kind=row.act,
                    at_ms=row.at_ms,
                    store=row.store,
                    staff=row.staff,
                    sale=row.sale,
                ),
                n=row.n,
                entry=row.entry(),
                before=row.before,
                value_before=row.value_before,
            )
            for row in found
        ]

    def booked(self, terminal: str, epoch: int, seq: int) -> list[Entry]:
        """Return the entries of one act."""
        found = self._booked("WHERE till = ? AND epoch = ? AND seq = ? ORDER BY n", terminal, epoch, seq)
        return [row.entry() for row in found]

    def balance(self, member: MemberId) -> Member:
        """Return what the entries of a member come to."""
        return with_entries(Member(id=member), self._sums(member))

    def left(self, member: MemberId) -> list[Entry]:
        """Return the sums of a member that are not 0."""
        sums = self._sums(member, "AND amount <> 0 AND account NOT IN ('tier', 'status', 'paid_until', 'blocked')")
        return [replace(one, value="") for one in sums]

    def _sums(self, member: MemberId, condition: str = "") -> list[Entry]:
        rows = self._database.rows(
            tuple[Account, str, str, int, str, Sku | None, str | None],
            f"{_SQL_SUMS} {condition} ORDER BY account, lot, card",
            (member,),
        )
        return [
            Entry(
                member=member,
                account=account,
                amount=amount,
                expires=until if account is Account.CARD else lot or None,
                card=CountCardId(card) if card else None,
                sku=sku,
                value=value,
            )
            for account, lot, card, amount, value, sku, until in rows
        ]

    def holders(self) -> list[MemberId]:
        """Return all who have balances."""
        rows = self._database.rows(
            tuple[MemberId], "SELECT DISTINCT member FROM balance WHERE member <> '' ORDER BY member"
        )
        return [member for (member,) in rows]

    def differences(self) -> list[str]:
        """Return which balances are not the sums of their entries."""
        rows = self._database.rows(tuple[str, str, str, str, int, int], _DIFFERENCES)
        return [
            f"member {member or '-'}: {' '.join(filter(None, (account, lot, card)))} is {kept}, not {booked}"
            for member, account, lot, card, booked, kept in rows
        ]

    def forget(self, member: MemberId) -> int:
        """Take a member off all rows and balances."""
        run = self._database.run
        run(
            "INSERT INTO balance(member, account, lot, card, amount)"
            " SELECT '', account, lot, '', sum(amount) FROM balance"
            " WHERE member = ? AND account NOT IN ('tier', 'status', 'paid_until', 'blocked') GROUP BY account, lot"
            " ON CONFLICT(member, account, lot, card) DO UPDATE SET amount = amount + excluded.amount",
            (member,),
        )
        run("DELETE FROM balance WHERE member = ?", (member,))
        return run("UPDATE ledger SET member = '', card = NULL, sale = '' WHERE member = ?", (member,))

    def _state(self, member: MemberId) -> Oddity | None:
        row = self._database.row(tuple[int], "SELECT erased_ms FROM member WHERE id = ?", (member,))
        if row is None:
            return Oddity.UNKNOWN
        return Oddity.GONE if row[0] else None

    def _at(self, entry: Entry) -> _Balance:
        """Return what stands where an entry is added."""
        found = self._database.row(_Balance, _SQL_AT, _key(entry))
        return found or _Balance()

    def _add(self, act: Act, n: int, entry: Entry, before: _Balance) -> bool:
        """Add a row; False when it is there."""
        row = _Booked(
            act.terminal,
            act.epoch,
            act.seq,
            n,
            act.kind,
            act.at_ms,
            act.store,
            act.staff,
            act.sale,
            entry.member,
            entry.account,
            entry.amount,
            entry.expires,
            entry.card,
            entry.sku,
            entry.value,
            before.amount,
            before.value,
        )
        marks = ", ".join("?" * len(row.__struct_fields__))
        statement = f"INSERT INTO ledger({_COLUMNS}) VALUES({marks}) ON CONFLICT DO NOTHING"
        values = tuple(getattr(row, field) for field in row.__struct_fields__)
        return self._database.run(statement, values) > 0

    def _sum_up(self, entry: Entry, before: _Balance, *, stamp: str, value: str) -> None:
        """Add an entry to what stands at its place, where ``value`` is set from now on."""
        says_what = entry.sku is not None and stamp > before.stamp
        self._database.run(
            "INSERT INTO balance(member, account, lot, card, amount, value, sku, until, stamp)"
            " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(member, account, lot, card) DO UPDATE SET"
            " amount = amount + excluded.amount, value = excluded.value,"
            " sku = CASE WHEN ?10 THEN excluded.sku ELSE sku END,"
            " until = CASE WHEN ?10 THEN excluded.until ELSE until END, stamp = max(stamp, excluded.stamp)",
            (
                *_key(entry),
                entry.amount,
                value,
                entry.sku,
                entry.expires if entry.account is Account.CARD else None,
                stamp if entry.account in _SET or entry.sku is not None else "",
                says_what,
            ),
        )

    def _booked(self, rest: str, *parameters: object) -> list[_Booked]:
        return self._database.rows(_Booked, f"SELECT {_COLUMNS} FROM ledger {rest}", parameters)  # noqa: S608 - as above


def _key(entry: Entry) -> tuple[str, str, str, str]:
    place = place_of(entry)
    return entry.member, place.account, place.expires or "", place.card or ""


def _nobodys(entry: Entry) -> Entry:
    return Entry(member=NOBODY, account=entry.account, amount=entry.amount, expires=entry.expires)


def _set_by(act: Act, n: int, entry: Entry, before: _Balance, *, tiers: Sequence[Tier]) -> str:
    """Return what is set after an entry: the newest act sets it, but paid days add up, and HQ alone blocks."""
    match entry.account:
        case Account.BLOCKED:
            return entry.value if act.terminal == HEADQUARTERS else before.value
        case Account.PAID_UNTIL if entry.was:
            return paid_after(before.value, entry, tiers)
        case Account.TIER if tiers and entry.value:
            return higher(tiers, before.value, entry.value)
        case account if account in _SET and _stamp(act, n) > before.stamp:
            return entry.value
        case _:
            return before.value


def _oddity(entry: Entry, before: _Balance) -> Oddity | None:
    """Return what is wrong after an entry that was booked."""
    is_overdrawn = entry.account in _MONEY and entry.amount < 0 and before.amount + entry.amount < 0
    return Oddity.OVERDRAWN if is_overdrawn else None


def _stamp(act: Act, n: int) -> str:
    """Return what says which of two acts is the newer one, the same whatever comes first."""
    return f"{act.at_ms:015d} {act.terminal} {act.epoch:09d} {act.seq:012d} {n:06d}"
