"""What HQ publishes by itself while one watches the demo, and the ready price file of the README."""

import asyncio
from pathlib import Path

import pytest

from hq.prices.goods import read_articles
from hq.store.sqlite import SqliteStore
from lab.demo import evening
from lab.demo.cli import main
from lab.demo.evening import DAY, EVENING, EVENING_FILE, changing_prices, goods_of, newest
from lab.demo.shop import GOODS_FILE, Demo, publish
from lab.world import Broker
from terminal.domain.errors import PosError
from terminal.domain.settings import Settings

CHANGED_FILE = GOODS_FILE.with_name("goods-changed.csv")


@pytest.fixture
def hq_dir(tmp_path: Path) -> Path:
    """HQ with the first book of the demo."""
    shop = Demo(tmp_path, Broker(port=1, password="x")).shop
    shop.lay_out()
    SqliteStore(shop.hq_dir / "hq.db").close()
    publish(shop.hq_dir)
    return shop.hq_dir


def label_of(hq_dir: Path) -> str:
    book = newest(hq_dir)
    return book.label if book is not None else ""


def changed_prices(changed: Path) -> dict[str, tuple[int, int]]:
    """Return price before and after of each article that costs something else; nothing else differs."""
    before, after = (list(read_articles(path, Settings())) for path in (GOODS_FILE, changed))
    assert [one.sku for one in before] == [one.sku for one in after]
    assert [(one.name, one.unit, one.plu) for one in before] == [(one.name, one.unit, one.plu) for one in after]
    pairs = zip(before, after, strict=True)
    return {one.sku: (one.price_fen, other.price_fen) for one, other in pairs if one.price_fen != other.price_fen}


async def changed_by_hq(hq_dir: Path) -> str:
    due = asyncio.Event()
    async with changing_prices(hq_dir, due) as change:
        assert not change.done()
        due.set()
        return await change


async def test_hq_changes_a_few_prices_when_it_is_time_and_back_on_the_next_visit(hq_dir: Path) -> None:
    assert await changed_by_hq(hq_dir) == f"HQ changed a few prices: {EVENING}."
    assert label_of(hq_dir) == EVENING
    assert await changed_by_hq(hq_dir) == f"HQ changed a few prices: {DAY}."
    assert label_of(hq_dir) == DAY


async def test_hq_leaves_its_prices_alone_when_somebody_published_meanwhile(hq_dir: Path) -> None:
    due = asyncio.Event()
    async with changing_prices(hq_dir, due) as change:
        await asyncio.to_thread(publish, hq_dir, CHANGED_FILE, label="mine")
        due.set()
        assert await change == "HQ changed no price by itself: somebody published before."
    assert label_of(hq_dir) == "mine"


async def test_who_leaves_before_it_is_time_sees_no_change(hq_dir: Path) -> None:
    before = newest(hq_dir)
    async with changing_prices(hq_dir, asyncio.Event()) as change:
        pass
    assert change.result() == ""
    assert newest(hq_dir) == before


@pytest.mark.parametrize(
    ("goods", "why"), [(b"sku,name\r\n1,x\r\n", "price"), (b"", "sku"), (b"\xd6\xd0", "utf-8"), (None, "No such file")]
)
async def test_price_file_that_cannot_be_used_is_told_and_ends_nothing(
    hq_dir: Path, monkeypatch: pytest.MonkeyPatch, goods: bytes | None, why: str
) -> None:
    spoilt = hq_dir / "spoilt.csv"
    if goods is not None:
        spoilt.write_bytes(goods)
    monkeypatch.setattr(evening, "GOODS_FILE", spoilt)
    told = await changed_by_hq(hq_dir)
    assert told.startswith("HQ changed no price: ")
    assert why in told
    assert label_of(hq_dir) != EVENING


def test_evening_is_the_same_goods_a_few_of_them_cheaper(tmp_path: Path) -> None:
    changed = changed_prices(goods_of(tmp_path, EVENING))
    named = [line.split(",")[0] for line in EVENING_FILE.read_text(encoding="utf-8").splitlines()[1:]]
    assert sorted(changed) == named
    assert all(after < before for before, after in changed.values())
    assert goods_of(tmp_path, DAY) == GOODS_FILE


def test_changed_price_file_of_the_readme_has_a_few_other_prices() -> None:
    assert changed_prices(CHANGED_FILE)["100006"] == (350, 290)
    assert len(changed_prices(CHANGED_FILE)) == 4


@pytest.mark.parametrize("text", ["-1", "soon", "inf", "nan"])
def test_time_of_the_change_that_is_no_number_of_seconds_is_bad_usage(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--change-prices", text])
    assert ended.value.code == 2
    assert f"{text!r} is no number of seconds" in capsys.readouterr().err


def test_error_of_a_publication_has_its_reason(hq_dir: Path) -> None:
    with pytest.raises(PosError, match=r"none\.csv"):
        publish(hq_dir, hq_dir / "none.csv")
