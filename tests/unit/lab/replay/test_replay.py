"""``guitai replay`` from its command line: a few baskets through every process, reconciled."""

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from hq.collector import Collector
from hq.store.sqlite import SqliteStore
from lab.brokers import Mosquitto
from lab.replay import cli, run
from lab.replay.cashier import Sold
from lab.replay.data import Basket, BasketLine, EntryMode, Label
from lab.replay.report import Paid, Standing, Summary, Tally
from lab.world import Broker, Lane, Shop
from terminal.domain.errors import InputError, PosError
from terminal.domain.ids import Identity
from terminal.offline.clock import SystemClock, SystemIds
from terminal.offline.journal import SqliteJournal
from terminal.offline.reader import JournalReader
from terminal.wire.envelope import pack_batch
from tests.integration.uplink.journals import sale_facts


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GUITAI_STATE", str(tmp_path / "st"))
    return tmp_path / "st"


def replayed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str], Summary]:
    code = cli.main([*arguments, "--json"])
    lines = capsys.readouterr().out.splitlines()
    return code, lines, msgspec.json.decode(lines[-1], type=Summary)


@pytest.mark.slow
@pytest.mark.usefixtures("data_set", "state")
def test_every_basket_reconciles_on_its_three_sides(capsys: pytest.CaptureFixture[str]) -> None:
    code, lines, summary = replayed(capsys)
    assert (code, summary.mismatches) == (0, 0)
    assert (summary.baskets, summary.refused, summary.open_price_lines) == (6, 2, 1)
    assert summary.till_total == summary.hq_total == summary.data_total == 600 + 300 + 499 + 0 + 110 + 0
    assert (summary.members, summary.points, summary.coupons) == (3, 6 + 3 + 4 + 1 + 3, 1)
    assert summary.lines_per_s > 0
    assert sum("error.over_tender" in line or "error.empty_sale" in line for line in lines) == 2


@pytest.mark.slow
@pytest.mark.usefixtures("data_set", "state")
def test_limit_counts_baskets_and_the_embedded_broker_does_as_well(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Mosquitto, "is_installed", staticmethod(lambda: False))
    code, _, summary = replayed(capsys, "--stores", "300", "--weeks", "1", "--limit", "1")
    assert (code, summary.baskets, summary.lines, summary.data_total) == (0, 1, 3, 600)


@pytest.mark.parametrize(
    ("text", "numbers"), [(None, None), ("3", {3}), ("1-3,7", {1, 2, 3, 7}), ("5-4", set()), ("2,2", {2}), ("１", {1})]
)
def test_numbers_of_the_command_line(text: str | None, numbers: set[int] | None) -> None:
    assert cli._numbers(text) == (None if numbers is None else frozenset(numbers))


@pytest.mark.parametrize("text", ["", "a", "1-", "-3", "1-2-3", "1,,2"])
def test_what_is_no_number_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputError) as caught:
        cli._numbers(text)
    assert caught.value.hint == "like 1-2 or 3,5,9"


def basket(due_fen: int, *, mode: EntryMode = EntryMode.BOOK, voucher_fen: int = 0) -> Basket:
    line = BasketLine(
        label=Label(1),
        quantity=1,
        pieces=1,
        list_fen=due_fen + voucher_fen,
        card_fen=due_fen + voucher_fen,
        chain_coupon_fen=0,
        maker_coupon_fen=voucher_fen,
        mode=mode,
    )
    return Basket(id=5, household=1, at_ms=0, lines=(line,))


def sold(due_fen: int, *, paid_fen: int | None = None) -> Sold:
    return Sold(basket=basket(due_fen), receipt_no="R1", paid_fen=due_fen if paid_fen is None else paid_fen)


@pytest.mark.parametrize(
    ("one", "till", "hq"),
    [
        (sold(300), {}, {"R1": (300,)}),
        (sold(300), {"R1": (300,)}, {}),
        (sold(300), {"R1": (300,)}, {"R1": (299,)}),
        (sold(300), {"R1": (300,)}, {"R1": (None,)}),
        (sold(300), {"R1": (300, 300)}, {"R1": (300,)}),
        (sold(300), {"R1": (300,)}, {"R1": (300, 300)}),
        (sold(300, paid_fen=299), {"R1": (300,)}, {"R1": (300,)}),
        (Sold(basket=basket(300), refused="error.locked"), {}, {}),
        (Sold(basket=basket(-50, voucher_fen=100)), {}, {}),
    ],
)
def test_every_side_that_differs_is_a_mismatch(one: Sold, till: Paid, hq: Paid) -> None:
    tally = Tally()
    tally.reconcile([one], till, hq)
    assert len(tally.mismatches) == 1
    assert tally.summary().mismatches == 1
    assert tally.mismatches[0] in tally.text()


@pytest.mark.parametrize(
    ("till", "hq", "told"),
    [
        ({"R2": (350,)}, {"R2": (350,)}, "no basket has receipt R2: till 350, HQ 350"),
        ({}, {"R2": (350,)}, "no basket has receipt R2: till nothing, HQ 350"),
        ({}, {"R2": (None,)}, "no basket has receipt R2: till nothing, HQ wrong"),
        ({"R2": (350,)}, {}, "no basket has receipt R2: till 350, HQ nothing"),
    ],
)
def test_sale_that_nobody_made_is_a_mismatch_and_stands_in_the_sums(till: Paid, hq: Paid, told: str) -> None:
    tally = Tally()
    tally.reconcile([sold(300)], {"R1": (300,), **till}, {"R1": (300,), **hq})
    summary = tally.summary()
    assert tally.mismatches == [told]
    assert summary.data_total == 300
    assert summary.till_total == 300 + sum(350 for _ in till)
    assert summary.hq_total == 300 + sum(fen or 0 for sales in hq.values() for fen in sales)


def standing(points: dict[int, int], *coupons: str) -> Standing:
    return Standing(points=points, coupons=frozenset(coupons))


def test_members_that_stand_alike_on_a_side_are_no_mismatch() -> None:
    tally = Tally()
    tally.reconcile([sold(399)], {"R1": (399,)}, {"R1": (399,)})
    tally.stand("HQ", standing({1: 3}))
    assert (tally.mismatches, tally.summary().points) == ([], 3)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (standing({}), "household 1: data 3 points, HQ 0"),
        (standing({1: 4}), "household 1: data 3 points, HQ 4"),
        (standing({1: 3, 2: 1}), "household 2: data 0 points, HQ 1"),
        (standing({1: 3}, "C1"), "coupon C1: used at HQ"),
    ],
)
def test_points_and_coupons_that_differ_are_mismatches(found: Standing, told: str) -> None:
    tally = Tally()
    tally.reconcile([sold(399)], {"R1": (399,)}, {"R1": (399,)})
    tally.stand("HQ", found)
    assert tally.mismatches == [told]


def test_sides_that_agree_are_summed() -> None:
    tally = Tally()
    nothing = Sold(basket=basket(0, mode=EntryMode.NOTHING))
    refused = Sold(basket=basket(-50, voucher_fen=100), refused="error.over_tender")
    tally.reconcile([sold(300), nothing, refused], {"R1": (300,)}, {"R1": (300,)})
    tally.reconcile([sold(200)], {"R1": (200,)}, {"R1": (200,)})
    summary = tally.summary()
    assert (summary.baskets, summary.refused, summary.mismatches, summary.lines_per_s) == (3, 1, 0, 0)
    assert summary.till_total == summary.hq_total == summary.data_total == 500
    assert "1 had nothing to scan" in tally.text()


@pytest.mark.parametrize("limit", ["0", "-3", "x"])
def test_limit_that_sells_nothing_is_refused(capsys: pytest.CaptureFixture[str], limit: str) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--limit", limit])
    assert ended.value.code == 2
    assert "--limit" in capsys.readouterr().err


def test_progress_shows_rate_and_estimate(capsys: pytest.CaptureFixture[str]) -> None:
    heard = cli._progress([], None)
    heard(0)
    assert capsys.readouterr().err.startswith("\r0/0 lines")


async def test_hq_that_does_not_get_on_ends_the_replay_with_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "ACKED_S", 0.0)
    shop = Shop(tmp_path, Broker(port=1, password=""))
    shop.lay_out()
    lane = Lane(shop=shop, root=tmp_path / "lane", store="R1", till="T01")
    with pytest.raises(PosError, match="has no journal"):
        await run._hq_paid(lane)
    with closing(SqliteStore(shop.hq_dir / "hq.db")) as store, pytest.raises(PosError, match="HQ has 0 of 7"):
        await run._acknowledged(store, lane, 7)


@pytest.mark.slow
@pytest.mark.usefixtures("data_set", "state")
def test_baskets_that_are_typed_at_the_real_screen_reconcile_too(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, summary = replayed(capsys, "--through", "screen", "--stores", "300", "--weeks", "1", "--limit", "2")
    assert (code, summary.mismatches, summary.baskets) == (0, 0, 2)
    assert summary.till_total == summary.hq_total == summary.data_total == 600 + 300


async def test_the_side_of_hq_is_what_hq_itself_keeps_of_a_sale(tmp_path: Path) -> None:
    shop = Shop(tmp_path, Broker(port=1, password=""))
    shop.lay_out()
    lane = Lane(shop=shop, root=tmp_path / "lane", store="S01", till="T03")
    with closing(SqliteJournal(lane.state_dir, Identity(store="S01", till="T03", epoch=1), ids=SystemIds())) as journal:
        for number in (1, 2):
            journal.append(sale_facts(number), stamp=SystemClock("UTC").stamp(), biz_date="2026-11-23")
    rows = JournalReader(lane.state_dir, epoch=1).read(0)
    with closing(SqliteStore(shop.hq_dir / "hq.db")) as store, store.transaction():
        payload = pack_batch(rows, terminal=lane.terminal, epoch=1, head=len(rows), sent_ms=1)
        Collector(store).batch(lane.terminal, payload, now_ms=1)
    paid = {"S01-T03-1-000001": (1600,), "S01-T03-1-000002": (1600,)}
    assert run._paid(run._done(JournalReader(lane.state_dir, epoch=1))) == paid
    assert await run._hq_paid(lane) == paid
    with closing(sqlite3.connect(shop.hq_dir / "hq.db", isolation_level=None)) as connection:
        connection.execute("UPDATE tender SET amount_fen = 1599 WHERE sale LIKE '%1'")
        connection.execute("UPDATE sale SET is_right = 0 WHERE id LIKE '%2'")
    assert await run._hq_paid(lane) == {"S01-T03-1-000001": (1599,), "S01-T03-1-000002": (None,)}
