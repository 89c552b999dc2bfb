"""The households of the data set as members of the chain, each with a card."""

import asyncio
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from hq.members.file import read_members
from hq.members.importing import take_in
from hq.service import wall_ms
from hq.store.sqlite import FILE_NAME, SqliteStore
from lab.replay.codes import member_code
from terminal.domain.errors import MembersError
from terminal.domain.promotions.coupons import MemberId
from terminal.wire.members.checking import check_members
from terminal.wire.members.schema import NAME

KNOWN_S = 60.0
LOOK_S = 0.1


def member_of(household: int) -> MemberId:
    """Return the member that a household is."""
    return MemberId(f"H{household:05d}")


def household_of(member: MemberId) -> int:
    """Return the household that a member is."""
    return int(member[1:])


def enrol(hq_dir: Path, households: Iterable[int]) -> int:
    """Make members of households at HQ, as ``guitai-hq members import`` does; return how many there are."""
    rows = [f"{member_of(one)},{member_code(one)},Household {one},0" for one in sorted(set(households))]
    file = hq_dir / "households.csv"
    file.write_text("\n".join(["member,cards,name,points", *rows]) + "\n", encoding="utf-8")
    with closing(SqliteStore(hq_dir / FILE_NAME)) as store, store.transaction():
        take_in(store, read_members(file), now_ms=wall_ms())
    return len(rows)


async def known_at(books_dir: Path, members: int) -> None:
    """Wait until a till has been told of so many members; `PosError` when it is not."""
    async with asyncio.timeout(KNOWN_S):
        while _known(books_dir / NAME) < members:
            await asyncio.sleep(LOOK_S)


def _known(path: Path) -> int:
    try:
        return check_members(path).members
    except MembersError:
        return 0
