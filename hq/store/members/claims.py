"""What is set aside for tills, in SQLite: the claims as they were granted, and what is left of them."""

import msgspec

from hq.store.database import Database
from hq.store.members.port import Act, ClaimRow, ClaimState
from terminal.domain.members.claims import Claim, ClaimId, Drawn, Part, after_drawing, after_giving_back
from terminal.domain.promotions.coupons import CouponCode, MemberId

_COLUMNS = "till, id, member, state, reason, at_ms, granted, remains"


class SqliteClaims:
    """See `hq.store.members.port.Claims`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, terminal: str, claim: ClaimId) -> ClaimRow | None:
        """Return what became of a claim."""
        return next(iter(self._rows("WHERE till = ? AND id = ?", terminal, claim)), None)

    def add(self, row: ClaimRow) -> None:
        """Keep what a till was granted, or refused for ever."""
        body = None if row.granted is None else msgspec.msgpack.encode(row.granted)
        self._database.run(
            f"INSERT INTO claim({_COLUMNS}) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
            (row.terminal, row.id, row.member, row.state, row.reason, row.at_ms, body, body),
        )
        for code in () if row.granted is None else row.granted.coupons:
            self._database.run("INSERT INTO claim_coupon VALUES(?, ?, ?)", (code, row.terminal, row.id))

    def open(self, *, member: MemberId | None = None) -> list[ClaimRow]:
        """Return the claims that stand, of one member or of all."""
        where = "WHERE state = 'open'" if member is None else "WHERE state = 'open' AND member = ?"
        return self._rows(f"{where} ORDER BY at_ms, till, id", *(() if member is None else (member,)))

    def taken(self, member: MemberId) -> list[Part]:
        """Return what is set aside of a member."""
        return [part for row in self.open(member=member) if row.remains is not None for part in row.remains.parts]

    def has_coupon(self, code: CouponCode) -> bool:
        """Whether a coupon is set aside."""
        return bool(self._database.rows(tuple[str], "SELECT code FROM claim_coupon WHERE code = ?", (code,)))

    def draw(self, act: Act, spent: Drawn) -> None:
        """An act spent of a claim, once."""
        is_new = self._database.run(
            "INSERT INTO claim_draw VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING", (*act.place, spent.claim)
        )
        row = self.get(act.terminal, spent.claim)
        if not is_new or row is None or row.remains is None:
            return
        left = after_drawing(row.remains, spent)
        if left is None:
            self.end(act.terminal, spent.claim, ClaimState.SPENT, at_ms=act.at_ms)
        else:
            self._shrink(act.terminal, left, spent)

    def give_back(self, terminal: str, back: Drawn, *, at_ms: int) -> None:
        """So much of a claim is free; the rest of it stands."""
        row = self.get(terminal, back.claim)
        if row is None or row.remains is None:
            return
        left = after_giving_back(row.remains, back)
        if left is None:
            self.end(terminal, back.claim, ClaimState.RETURNED, at_ms=at_ms)
        else:
            self._shrink(terminal, left, back)

    def _shrink(self, terminal: str, left: Claim, by: Drawn) -> None:
        self._database.run(
            "UPDATE claim SET remains = ? WHERE till = ? AND id = ?",
            (msgspec.msgpack.encode(left), terminal, left.id),
        )
        for code in by.coupons:
            self._database.run("DELETE FROM claim_coupon WHERE code = ? AND till = ?", (code, terminal))

    def end(self, terminal: str, claim: ClaimId, state: ClaimState, *, at_ms: int) -> None:
        """Nothing is set aside any more; a claim that is not known yet will never stand."""
        self._database.run(
            "INSERT INTO claim(till, id, member, state, reason, at_ms) VALUES(?, ?, '', ?, '', ?)"
            " ON CONFLICT(till, id) DO UPDATE SET state = excluded.state, remains = NULL WHERE state = 'open'",
            (terminal, claim, state, at_ms),
        )
        self._database.run("DELETE FROM claim_coupon WHERE till = ? AND id = ?", (terminal, claim))

    def hand_over(self, gone: MemberId, into: MemberId) -> None:
        """What is set aside of a member is of another one from now on."""
        self._database.run("UPDATE claim SET member = ? WHERE member = ?", (into, gone))

    def forget(self, member: MemberId) -> None:
        """Let the claims of a member be those of nobody; none of them stands any more."""
        for row in self.open(member=member):
            self.end(row.terminal, row.id, ClaimState.RELEASED, at_ms=row.at_ms)
        self._database.run("UPDATE claim SET member = '', granted = NULL, remains = NULL WHERE member = ?", (member,))

    def _rows(self, rest: str, *parameters: object) -> list[ClaimRow]:
        found = self._database.rows(
            tuple[str, ClaimId, MemberId, ClaimState, str, int, bytes | None, bytes | None],
            f"SELECT {_COLUMNS} FROM claim {rest}",  # noqa: S608 - constants of this file
            parameters,
        )
        return [
            ClaimRow(
                terminal=terminal,
                id=claim,
                member=member,
                state=state,
                reason=reason,
                at_ms=at_ms,
                granted=_claim(granted),
                remains=_claim(remains),
            )
            for terminal, claim, member, state, reason, at_ms, granted, remains in found
        ]


def _claim(body: bytes | None) -> Claim | None:
    return None if body is None else msgspec.msgpack.decode(body, type=Claim)
