"""``./guitai demo --headless``: a scripted sale, from the bytes of the scanner to HQ's acknowledgement."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager

import msgspec
from msgspec import Struct

from hq.store.sqlite import SqliteStore
from lab.demo.shop import PIN, STAFF, Demo, client
from lab.operator import Operator
from simulators.client import SimulatorClient
from terminal.checkout.messages import Hint, No, Say
from terminal.domain.errors import PosError
from terminal.offline.files import present_epoch
from terminal.offline.reader import JournalReader
from terminal.wire.counter.panels import CompletedPanel, LoginPanel, SalePanel, TenderPanel
from terminal.wire.events import SaleCompleted, decode_fact

CODES = ("6921168509256", "6901939621257", "6924743915763")
CASH_GIVEN = "50"
BOOK_S = 30.0
PAPER_S = 20.0
ACK_S = 30.0
MAKE_ROOM = "make room, or name a folder on another disk in GUITAI_STATE"
LOOK = "look with ./guitai demo what it waits for, or sell in a folder of its own: name one in GUITAI_STATE"
_NO_SPACE = frozenset({Hint.LOW_SPACE, Say.SPACE_LOW, No.LOW_SPACE, No.DISK_FULL})
_SIGNED_IN = SalePanel | TenderPanel | CompletedPanel


class Outcome(Struct, frozen=True, kw_only=True):
    """The last line of ``--json``; amounts in fen. The two heads are equal when HQ has everything."""

    sale_id: str
    total: int
    change: int
    journal_seq: int
    journal_hash: str
    hq_acked_seq: int
    hq_acked_hash: str
    price_book: str


async def sell(demo: Demo) -> tuple[str, Outcome]:
    """Sign in, sell, and wait for paper and HQ; return the receipt as text, and the outcome.

    `PosError` says why the script cannot go on: the disk, or what the till shows instead.
    """
    devices = client(demo.root)
    with closing(devices):
        before = len(devices.receipts())
        till = await Operator.connect(demo.lane.run_dir)
        with _told(till):
            before += await _play(till, devices)
        paper = await asyncio.to_thread(devices.receipts, since=before, wait_s=PAPER_S)
        outcome = await _acknowledged(demo, till)
        await till.close()
    return "\n".join(receipt.text for receipt in paper), outcome


@contextmanager
def _told(till: Operator) -> Iterator[None]:
    """Say what a visitor can do when the till does not go along with the script."""
    try:
        yield
    except PosError as error:
        seen = till.seen
        if {seen.notice.message, seen.input.hint} & _NO_SPACE:
            raise PosError("the disk has too little space for a sale", code="low_space", hint=MAKE_ROOM) from error
        if error.code == "not_shown":
            error.hint = LOOK
        raise


async def _play(till: Operator, devices: SimulatorClient) -> int:
    """Sell; return how many papers come before the receipt."""
    await till.until_open("scanner", "printer")
    await _sign_in(till)
    papers = int(await _put_aside(till))
    for number, code in enumerate(CODES, start=1):
        devices.scan(code)
        await till.until(lambda seen, number=number: seen.totals.lines == number)  # type: ignore[misc]
    till.keys("enter")
    till.type(CASH_GIVEN, "f12")
    await till.until(lambda seen: isinstance(seen.panel, CompletedPanel) and seen.panel.printed != "")
    return papers


async def _sign_in(till: Operator) -> None:
    """Wait for the first book, and sign in if nobody is."""
    await till.until(lambda seen: isinstance(seen.panel, LoginPanel | _SIGNED_IN), timeout_s=BOOK_S)
    if not isinstance(till.seen.panel, LoginPanel):
        return
    till.type(STAFF, "enter")
    await till.until(lambda seen: isinstance(seen.panel, LoginPanel) and seen.panel.step == "pin")
    till.type(PIN, "enter")
    await till.until(lambda seen: isinstance(seen.panel, _SIGNED_IN))


async def _put_aside(till: Operator) -> bool:
    """Hold the sale that an earlier visit left open, its vouchers given back; return whether there was one."""
    panel = till.seen.panel
    if isinstance(panel, TenderPanel):
        till.keys("escape")  # a till that restarted refuses all other keys of numbers until then
        for _ in panel.rows:
            till.keys("/")
        till.keys("escape")
        await till.until(lambda seen: isinstance(seen.panel, SalePanel))
    if not till.seen.totals.lines:
        return False
    till.keys("f5")
    await till.until(lambda seen: seen.totals.lines == 0)
    return True


async def _acknowledged(demo: Demo, till: Operator) -> Outcome:
    """Wait until HQ has the journal's head: the same number, and the same hash."""
    epoch = present_epoch(demo.lane.state_dir, demo.lane.epoch)
    reader = JournalReader(demo.lane.state_dir, epoch=epoch)
    with closing(SqliteStore(demo.shop.hq_dir / "hq.db")) as store:
        try:
            async with asyncio.timeout(ACK_S):
                while True:
                    head, chain = reader.head(), store.journals.chain(demo.lane.terminal, epoch)
                    if head is not None and chain is not None and chain.acked == head.seq:
                        break
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise PosError(f"HQ has not acknowledged: {chain} of {head}", code="not_acknowledged") from None
    completed = _last_sale(reader, head.seq)
    return Outcome(
        sale_id=completed.sale_id,
        total=completed.total_fen,
        change=completed.change_fen,
        journal_seq=head.seq,
        journal_hash=head.hash.hex(),
        hq_acked_seq=chain.acked,
        hq_acked_hash=chain.hash.hex(),
        price_book=f"{till.seen.uplink.book_label} v{completed.book_version}",
    )


def _last_sale(reader: JournalReader, seq: int) -> SaleCompleted:
    rows = reader.read(max(0, seq - 50), limit=50)
    for row in reversed(rows):
        if row.kind == SaleCompleted.__name__:
            fact = decode_fact(row.body)
            if isinstance(fact, SaleCompleted):
                return fact
    raise PosError("the journal has no sale", code="not_shown")


def as_line(outcome: Outcome) -> str:
    """Return the outcome as one line of JSON."""
    return msgspec.json.encode(outcome).decode()
