"""Commands of HQ, run on a folder of a test."""

import json
from pathlib import Path

import pytest

from hq.cli import main
from hq.collector import Collector
from hq.store.sqlite import SqliteStore
from terminal.wire.envelope import pack_batch
from tests.integration.uplink.journals import TERMINAL, MemoryJournal, sale_facts

GOODS = "sku,name,price,barcodes\n100004,康师傅冰红茶500ml,3.50,6921148316768\n"
SHOP = 'goods = "goods.csv"\n[settings.shop]\nname = "桂台超市"\n'


def run(state: Path, *arguments: str) -> int:
    return main(["--state", str(state), *arguments])


def run_json(state: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    run(state, *arguments, "--json")
    answer: dict[str, object] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return answer


def opened(state: Path) -> SqliteStore:
    return SqliteStore(state / "hq.db")


def collect(state: Path, journal: MemoryJournal) -> None:
    store = opened(state)
    payload = pack_batch(journal.rows, terminal=TERMINAL, epoch=journal.epoch, head=len(journal.rows), sent_ms=1)
    with store.transaction():
        Collector(store).batch(TERMINAL, payload, now_ms=1)
    store.close()


def sold(state: Path, *, sales: int = 2) -> MemoryJournal:
    journal = MemoryJournal()
    for number in range(1, sales + 1):
        journal.append(*sale_facts(number))
    collect(state, journal)
    return journal
