"""``guitai-hq claims``."""

import json
from pathlib import Path

import pytest

from hq.cli import main
from hq.store.members.port import ClaimRow, ClaimState
from hq.store.sqlite import FILE_NAME, SqliteStore
from terminal.domain.ids import SaleId
from terminal.domain.members.claims import Claim, ClaimId, parts_of
from terminal.domain.members.entries import Account, Place
from terminal.domain.promotions.coupons import CouponCode
from tests.unit.hq.members.acts import M1

LEASE = Claim(
    id=ClaimId("l1"),
    member=M1,
    until_ms=1_795_003_600_000,
    parts=parts_of({Place(Account.PRINCIPAL): 500, Place(Account.POINTS, "2026-12-31"): 40}),
)
RESERVED = Claim(
    id=ClaimId("r1"), member=M1, until_ms=1_795_000_000_000, coupons=(CouponCode("C1"),), sale=SaleId("s1")
)


@pytest.fixture
def claimed(state: Path) -> Path:
    store = SqliteStore(state / FILE_NAME)
    with store.transaction():
        for claim, terminal in ((LEASE, "S01-T03"), (RESERVED, "S02-T01")):
            store.claims.add(
                ClaimRow(
                    terminal=terminal,
                    id=claim.id,
                    member=claim.member,
                    state=ClaimState.OPEN,
                    at_ms=1_795_000_000_000,
                    granted=claim,
                    remains=claim,
                )
            )
    store.close()
    return state


def test_claims_that_stand_are_listed(claimed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--state", str(claimed), "claims", "list"]) == 0
    header, lease, reserved = capsys.readouterr().out.splitlines()
    assert header.split() == ["till", "member", "since", "until", "for", "what"]
    assert lease.startswith("S01-T03  M1")
    assert lease.endswith("lease  points 2026-12-31 40, principal 500")
    assert reserved.endswith("sale   coupon C1")
    assert main(["--state", str(claimed), "claims", "list", "--json"]) == 0
    (first, _) = json.loads(capsys.readouterr().out)
    assert (first["till"], first["since_ms"], first["claim"]["id"]) == ("S01-T03", 1_795_000_000_000, "l1")


def test_what_a_lost_till_had_is_free_again(claimed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--state", str(claimed), "claims", "release", "S01-T03"]) == 0
    assert capsys.readouterr().out.startswith("1 claims of S01-T03 are free")
    store = SqliteStore(claimed / FILE_NAME)
    assert [row.terminal for row in store.claims.open()] == ["S02-T01"]
    row = store.claims.get("S01-T03", ClaimId("l1"))
    assert row is not None
    assert (row.state, row.granted, row.remains) == (ClaimState.RELEASED, LEASE, None)
    store.close()


def test_what_is_no_terminal_is_refused(claimed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--state", str(claimed), "claims", "release", "T3"]) == 2
    assert "not a terminal's name" in capsys.readouterr().err
