"""The demo in this process: its folder, its one owner, its errors."""

import asyncio
import tomllib
from pathlib import Path

import pytest

from lab.brokers import BrokerError
from lab.demo import cli, scripted, shop
from lab.demo.scripted import Outcome, as_line
from lab.demo.shop import Demo, client, is_running, owned, publish, sim_folder
from lab.supervise import Supervisor
from lab.world import Broker
from terminal.domain.errors import PosError

NOBODY = Broker(port=1, password="x")


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state of a demo"
    monkeypatch.setenv("GUITAI_STATE", str(folder))
    return folder


def test_folder_belongs_to_one_demo_at_a_time(tmp_path: Path) -> None:
    with owned(tmp_path), pytest.raises(PosError) as caught, owned(tmp_path):
        pass
    assert caught.value.code == "demo_running"
    with owned(tmp_path):
        pass


@pytest.mark.parametrize(("hint", "told"), [("", "--fresh begins anew"), ("do this", "do this")])
def test_error_of_a_damaged_folder_says_how_to_begin_anew(tmp_path: Path, hint: str, told: str) -> None:
    with pytest.raises(PosError, match="no database") as caught, owned(tmp_path):
        raise PosError("hq.db is no database", hint=hint)
    assert told in caught.value.hint


def test_devices_are_named_where_the_simulators_will_be(tmp_path: Path) -> None:
    demo = Demo(tmp_path, NOBODY)
    assert [device.address for device in demo.devices()] == [
        f"pipe:{sim_folder(tmp_path)}/scanner",
        f"serial:{sim_folder(tmp_path)}/printer",
        f"serial:{sim_folder(tmp_path)}/card_terminal",
        f"serial:{sim_folder(tmp_path)}/scale",
        f"pipe:{sim_folder(tmp_path)}/beeps",
    ]
    assert demo.lane.terminal == "S01-T01"


def test_nothing_runs_in_a_folder_of_nobody(tmp_path: Path) -> None:
    assert not is_running(tmp_path)
    with pytest.raises(RuntimeError, match="no simulator"):
        client(tmp_path)


def test_what_hq_says_against_prices_is_told(tmp_path: Path) -> None:
    demo = Demo(tmp_path, NOBODY)
    demo.shop.lay_out()
    with pytest.raises(PosError, match="HQ could not publish") as caught:
        publish(demo.shop.hq_dir, tmp_path / "none.toml")
    assert caught.value.code == "not_published"


async def test_broker_that_does_not_come_up_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(port: int) -> None:
        raise BrokerError(f"nobody listens on port {port}")

    monkeypatch.setattr(shop, "wait_for_port", nobody)
    with pytest.raises(PosError, match="nobody listens on port 1"):
        await asyncio.to_thread(shop._wait_for_broker, 1)


async def test_till_that_does_not_come_up_ends_everything(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []

    async def fail(_demo: Demo, _supervisor: Supervisor) -> None:
        raise PosError("counter.sock did not appear", code="not_started")

    async def stop(_supervisor: Supervisor) -> None:
        ended.append("all")

    monkeypatch.setattr(shop, "_start", fail)
    monkeypatch.setattr(Supervisor, "stop", stop)
    with pytest.raises(PosError, match="did not appear"):
        async with shop.running(state):
            pass
    assert ended == ["all"]


def test_bench_without_a_demo_and_without_room_says_what_to_do(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    with pytest.raises(PosError) as caught:
        cli._bench(state, "zh", 0)
    assert caught.value.code == "no_demo"
    assert "second one" in (caught.value.hint or "")


def test_outcome_is_one_line_of_json_in_fen() -> None:
    outcome = Outcome(
        sale_id="0a",
        total=1230,
        change=3770,
        journal_seq=12,
        journal_hash="ab",
        hq_acked_seq=12,
        hq_acked_hash="ab",
        price_book="2025.1 v1",
    )
    assert as_line(outcome) == (
        '{"sale_id":"0a","total":1230,"change":3770,"journal_seq":12,"journal_hash":"ab",'
        '"hq_acked_seq":12,"hq_acked_hash":"ab","price_book":"2025.1 v1"}'
    )


@pytest.mark.slow
def test_scripted_sale_prints_its_receipt_and_says_what_hq_has(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--headless", "--fresh"]) == 0
    out = capsys.readouterr().out
    assert "S01-T01-1-000001" in out
    assert scripted.CASH_GIVEN + ".00" in out
    assert "HQ has acknowledged event" in out.splitlines()[-1]
    assert not is_running(state)


def test_hint_of_the_approver_names_somebody_of_the_shop_who_may() -> None:
    shop_file = tomllib.loads((Path(shop.__file__).parent / "shop.toml").read_text(encoding="utf-8"))
    hint = shop_file["settings"]["approval_hint"]
    person = next(one for one in shop_file["staff"] if one["role"] == "supervisor")
    assert all(person["number"] in text and person["pin"] in text for text in (hint["zh"], hint["en"]))
