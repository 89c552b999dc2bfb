"""The folders and configurations of a shop on one machine."""

import socket
from pathlib import Path

import pytest

from hq.keys import load_key
from lab.world import MAX_SOCKET_PATH, Broker, Lane, Shop, forget, make_short_folder, short_folder, state_folder
from terminal.config.loader import load
from terminal.config.schema import DeviceConfig, ScreenConfig, TillConfig, UplinkConfig

BROKER = Broker(port=4711, password="secret")
SCANNER = DeviceConfig(name="scanner", driver="wedge", address="pipe:/tmp/scanner")


@pytest.fixture
def lane(tmp_path: Path) -> Lane:
    shop = Shop(tmp_path, BROKER)
    shop.lay_out()
    lane = Lane(shop=shop, root=tmp_path / "lane", store="S01", till="T01", epoch=2)
    lane.lay_out((SCANNER,), lab=True)
    return lane


def test_state_lies_in_the_checkout_unless_the_environment_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GUITAI_STATE", raising=False)
    assert state_folder(tmp_path) == tmp_path / ".guitai"
    monkeypatch.setenv("GUITAI_STATE", "/elsewhere/with spaces")
    assert state_folder(tmp_path) == Path("/elsewhere/with spaces")


def test_configurations_of_a_lane_are_what_the_services_read(lane: Lane) -> None:
    till = load(lane.config("till"), TillConfig)
    uplink = load(lane.config("uplink"), UplinkConfig)
    screen = load(lane.config("screen"), ScreenConfig)
    assert (till.identity, till.devices, till.lab) == (uplink.identity, (SCANNER,), True)
    assert (till.identity.store, till.identity.till, till.identity.epoch) == ("S01", "T01", 2)
    assert till.state_dir == uplink.state_dir == str(lane.state_dir)
    assert {till.run_dir, uplink.run_dir, screen.run_dir} == {str(lane.run_dir)}
    assert uplink.hq_keys == (lane.shop.public_key,)
    assert (uplink.broker.port, uplink.broker.username) == (4711, "S01-T01")
    assert Path(uplink.broker.password_file).read_text(encoding="utf-8") == "secret"
    assert lane.terminal == "S01-T01"
    assert till.clock_jump_days > 365


def test_key_of_hq_stays_when_the_shop_is_laid_out_again(lane: Lane) -> None:
    before = lane.shop.public_key
    lane.shop.lay_out()
    assert lane.shop.public_key == before == load_key(lane.shop.hq_dir / "signing-key.pem").public_key.hex()


def test_password_is_for_its_owner_only(lane: Lane) -> None:
    assert lane.shop.password_file.stat().st_mode & 0o077 == 0


def test_programs_name_their_configuration_and_their_log(lane: Lane) -> None:
    program = lane.program("till")
    assert program.arguments == ("-m", "terminal.cli", "till", "--config", str(lane.root / "config" / "till.toml"))
    assert program.log == lane.root / "log" / "till.log"
    assert lane.shop.hq().arguments[:2] == ("-m", "hq.cli")
    assert "secret" not in " ".join(lane.shop.amqtt().arguments)


def test_folder_with_a_long_path_gets_a_short_one_for_its_sockets() -> None:
    short, long = Path("/tmp/run"), Path("/") / "很长" / ("x" * MAX_SOCKET_PATH) / "run"
    assert short_folder(short) == short
    moved = short_folder(long)
    assert moved == short_folder(long) != short_folder(long / "other")
    assert len(str(moved / "observer.sock").encode()) < 108


def test_sockets_of_a_long_path_are_found_by_a_short_relative_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / ("z" * MAX_SOCKET_PATH)
    root.mkdir()
    short = make_short_folder(root / "sim")
    assert make_short_folder(root / "sim") == short
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(short / "control.sock"))
        server.listen()
        client.connect("sim/control.sock")
    forget(root)
    assert not short.exists()


def test_forgetting_a_world_deletes_its_short_folders_too(tmp_path: Path) -> None:
    root = tmp_path / ("y" * MAX_SOCKET_PATH)
    for folder in (root, short_folder(root / "run"), short_folder(root / "sim")):
        folder.mkdir(parents=True)
        (folder / "file").touch()
    forget(root)
    assert not any(folder.exists() for folder in (root, short_folder(root / "run"), short_folder(root / "sim")))
