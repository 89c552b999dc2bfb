"""HQ changes a few prices by itself while one watches: for the evening, and back to the day's on the next visit."""

import asyncio
import csv
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from hq.store.port import BookRow
from hq.store.sqlite import SqliteStore
from lab.demo.shop import GOODS_FILE, publish
from terminal.domain.errors import PosError
from terminal.wire.files.streams import Stream

EVENING_FILE = Path(__file__).parent / "evening.csv"
"""What costs something else in the evening: sku, name (for the reader) and price."""
EVENING, DAY = "晚市价", "日常价"
"""What the books are called; the till says it when a book takes effect."""
LEFT_ALONE = "HQ changed no price by itself: somebody published before."


@asynccontextmanager
async def changing_prices(hq_dir: Path, due: asyncio.Event) -> AsyncIterator[asyncio.Task[str]]:
    """Let HQ publish other prices once ``due`` is set; what is begun at the end of the block is finished.

    HQ leaves its prices alone when somebody else published meanwhile. The result of the task is for people.
    """
    leaving = asyncio.Event()
    known = await asyncio.to_thread(newest, hq_dir)

    async def change() -> str:
        await due.wait()
        if leaving.is_set():
            return ""
        if await asyncio.to_thread(newest, hq_dir) != known:
            return LEFT_ALONE
        label = DAY if known is not None and known.label == EVENING else EVENING
        return await asyncio.to_thread(_told, hq_dir, label)

    task = asyncio.create_task(change())
    try:
        yield task
    finally:
        leaving.set()
        due.set()
        await task


def newest(hq_dir: Path) -> BookRow | None:
    """Return the book that HQ published last."""
    with closing(SqliteStore(hq_dir / "hq.db")) as store:
        return next(reversed(store.books.heads(Stream.PRICE)), None)


def _told(hq_dir: Path, label: str) -> str:
    """Publish the prices of the evening or of the day; return what came of it."""
    try:
        publish(hq_dir, goods_of(hq_dir, label), label=label)
    except (PosError, OSError, ValueError, csv.Error) as error:
        return f"HQ changed no price: {error}"
    return f"HQ changed a few prices: {label}."


def goods_of(hq_dir: Path, label: str) -> Path:
    """Return the price file of the day, or write that of the evening: the same goods, a few at another price."""
    if label == DAY:
        return GOODS_FILE
    prices = {row["sku"]: row["price"] for row in _rows(EVENING_FILE)}
    goods = _rows(GOODS_FILE)
    for row in goods:
        if row.get("sku") in prices:
            row["price"] = prices[row["sku"]]
    changed = hq_dir / "evening-goods.csv"
    with changed.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(goods[0]) if goods else (), extrasaction="ignore")
        writer.writeheader()
        writer.writerows(goods)
    return changed


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
