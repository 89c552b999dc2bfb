"""``guitai-hq claims``: what is set aside of members for which till, and freeing what a lost till had."""

from pathlib import Path

from hq.commands.opening import opened_store
from hq.commands.output import print_json, print_line, print_table, when
from hq.service import wall_ms
from hq.store.members.port import ClaimRow, ClaimState
from terminal.domain.members.claims import Claim
from terminal.wire.topics import check_terminal


def list_claims(state_dir: Path, *, as_json: bool) -> int:
    """Print the claims that stand, the oldest first."""
    with opened_store(state_dir) as store:
        rows = store.claims.open()
    if as_json:
        print_json([{"till": row.terminal, "since_ms": row.at_ms, "claim": row.remains} for row in rows])
        return 0
    print_table(("till", "member", "since", "until", "for", "what"), [_seen(row) for row in rows])
    return 0


def release_claims(state_dir: Path, terminal: str) -> int:
    """Free all that is set aside for a till; `InputError` for what is no terminal's name."""
    check_terminal(terminal)
    with opened_store(state_dir) as store, store.transaction():
        rows = [row for row in store.claims.open() if row.terminal == terminal]
        for row in rows:
            store.claims.end(terminal, row.id, ClaimState.RELEASED, at_ms=wall_ms())
    print_line(f"{len(rows)} claims of {terminal} are free; what it spent and has not told yet may overdraw members")
    return 0


def _seen(row: ClaimRow) -> tuple[object, ...]:
    claim = row.remains
    if claim is None:
        return row.terminal, row.member, when(row.at_ms), "", "", ""
    purpose = "return" if claim.receipt else "lease" if claim.sale is None else "sale"
    return row.terminal, row.member, when(row.at_ms), when(claim.until_ms), purpose, _what(claim)


def _what(claim: Claim) -> str:
    parts = [" ".join(filter(None, (part.account, part.expires, part.card, str(part.amount)))) for part in claim.parts]
    receipt = (f"receipt {claim.receipt}",) if claim.receipt else ()
    return ", ".join((*parts, *(f"coupon {code}" for code in claim.coupons), *receipt))
