import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, RichLog, Static

from simulators.bench.app import BenchApp, WeighScreen, devices_text
from simulators.bench.desk import BenchDesk
from simulators.bench.goods import Good, GoodsError, load_goods, weigh_label
from simulators.bench.phone import Phone
from simulators.client import SimulatorClient, SimulatorGoneError
from simulators.control import Beep
from simulators.device import LinkFaults
from simulators.host import HostSettings, SimulatorHost

COLA = Good(code="6901234567892", name="可口可乐 330ml", price="3.50")
APPLE = Good(code="", name="散装苹果", price="9.98/kg", plu="88001")
GOODS = (COLA, APPLE)
EVENT_BYTES = 24


@pytest.fixture
def host(tmp_path: Path) -> Iterator[SimulatorHost]:
    with SimulatorHost(HostSettings(folder=tmp_path)) as running:
        yield running


@pytest.fixture
def desk(host: SimulatorHost) -> Iterator[BenchDesk]:
    with closing(BenchDesk(lambda: SimulatorClient(host.addresses.control), GOODS)) as opened:
        yield opened


@pytest.fixture
def reader(host: SimulatorHost) -> Iterator[int]:
    descriptor = os.open(host.addresses.scanner.removeprefix("pipe:"), os.O_RDWR | os.O_NONBLOCK)
    yield descriptor
    os.close(descriptor)


class TestGoods:
    def test_goods_are_read_from_toml(self, tmp_path: Path) -> None:
        path = tmp_path / "goods.toml"
        path.write_text('[[goods]]\nname = "Tea"\ncode = "690"\nprice = 3\n[[goods]]\nname = "Plum"\nplu = "7"\n')
        assert load_goods(path) == (
            Good(code="690", name="Tea", price="3"),
            Good(code="", name="Plum", price="", plu="7"),
        )

    def test_goods_are_read_from_csv(self, tmp_path: Path) -> None:
        path = tmp_path / "goods.csv"
        path.write_text("\ufeffcode,name,price,plu\n690,茶,3.00,\n", encoding="utf-8")
        assert load_goods(path) == (Good(code="690", name="茶", price="3.00"),)

    @pytest.mark.parametrize(
        ("name", "text", "problem"),
        [
            ("a.csv", "code,name\n,Tea\n", "entry 1 needs a name and a code or plu"),
            ("b.toml", "goods = 3\n", "goods must be tables"),
            ("c.toml", "goods = \n", "Invalid value"),
        ],
    )
    def test_a_file_that_is_wrong_is_named(self, tmp_path: Path, name: str, text: str, problem: str) -> None:
        (tmp_path / name).write_text(text)
        with pytest.raises(GoodsError, match=problem) as caught:
            load_goods(tmp_path / name)
        assert name in str(caught.value)

    def test_a_price_file_of_hq_will_do(self, tmp_path: Path) -> None:
        path = tmp_path / "goods.csv"
        path.write_text(
            "sku,name,price,plu,barcodes\n1,茶,3.00,,690 691\n2,苹果,9.00,00001,\n3,杂项,0.00,,\n", encoding="utf-8"
        )
        assert load_goods(path) == (
            Good(code="690", name="茶", price="3.00"),
            Good(code="", name="苹果", price="9.00", plu="00001"),
        )

    def test_a_file_that_is_missing_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(GoodsError, match="No such file"):
            load_goods(tmp_path / "none.csv")

    def test_a_label_has_flag_plu_weight_and_check_digit(self) -> None:
        assert weigh_label("12345", 1234) == "2112345012346"
        assert weigh_label("7", 500, flag="23")[:12] == "230000700500"

    @pytest.mark.parametrize(("plu", "weight_g"), [("123456", 1), ("x", 1), ("1", 0), ("1", 100_000)])
    def test_a_label_refuses_what_does_not_fit(self, plu: str, weight_g: int) -> None:
        with pytest.raises(ValueError, match="no label for PLU"):
            weigh_label(plu, weight_g)


class TestDesk:
    def test_a_search_finds_by_name_and_code(self, desk: BenchDesk) -> None:
        assert desk.found("") == GOODS
        assert desk.found("可乐") == (COLA,)
        assert desk.found("6901 330ML") == (COLA,)
        assert desk.found("88001") == (APPLE,)
        assert desk.found("bread") == ()

    def test_goods_and_typed_digits_are_scanned(self, desk: BenchDesk, reader: int) -> None:
        assert desk.scan(COLA, "") == "good 可口可乐 330ml · 6901234567892"
        assert desk.scan(None, "69012345") == "good 69012345 · 69012345"
        assert desk.weigh(APPLE, "500") == "good 散装苹果 500 g · 2188001005007"
        assert len(os.read(reader, 1 << 16)) == (14 + 9 + 14) * 6 * EVENT_BYTES

    def test_what_cannot_be_scanned_is_said(self, desk: BenchDesk) -> None:
        assert desk.scan(None, "bread").startswith("nothing to scan")
        assert desk.scan(APPLE, "").startswith("散装苹果 has no bar code")
        assert desk.weigh(COLA, "500").startswith("only goods with a PLU")
        assert desk.weigh(None, "500").startswith("only goods with a PLU")
        assert desk.weigh(APPLE, "much").startswith("a weight is whole grams")
        assert desk.weigh(APPLE, "0").startswith("no label for PLU")
        assert "scanned to nobody" in desk.scan(COLA, "")

    def test_a_phone_shows_a_fresh_code_and_may_be_held_there_again(self, host: SimulatorHost, reader: int) -> None:
        phone = Phone((sys.executable, "-c", "print('GM1ABC')"))
        with closing(BenchDesk(lambda: SimulatorClient(host.addresses.control), GOODS, phone)) as desk:
            assert desk.show_phone_again().startswith("the phone shows no code yet")
            assert desk.show_phone() == "good phone 手机动态码 · GM1ABC"
            assert desk.show_phone_again() == "good phone again 手机动态码再出示 · GM1ABC"
        assert len(os.read(reader, 1 << 16)) > 0

    @pytest.mark.parametrize(
        ("command", "told"),
        [
            ((sys.executable, "-c", "raise SystemExit('no key')"), "the phone: no key"),
            ((sys.executable, "-c", ""), "the phone: it shows nothing"),
            (("no-such-phone",), "the phone: "),
        ],
    )
    def test_a_phone_that_shows_nothing_is_said(self, host: SimulatorHost, command: tuple[str, ...], told: str) -> None:
        with closing(BenchDesk(lambda: SimulatorClient(host.addresses.control), GOODS, Phone(command))) as desk:
            assert desk.show_phone().startswith(told)

    def test_a_bench_without_a_phone_says_so(self, desk: BenchDesk) -> None:
        assert desk.show_phone().startswith("no phone here")

    @pytest.mark.parametrize(
        ("deed", "first", "second"),
        [
            ("toggle_cover", "printer: cover open", "printer: cover close"),
            ("toggle_roll", "printer: paper out", "printer: paper in"),
            ("toggle_mute", "printer: mute", "printer: speak"),
            ("toggle_slow", "printer: slow 960", "printer: slow"),
            ("toggle_short", "printer: short 16", "printer: short"),
            ("tear_off", "printer: tear off", "printer: tear off"),
            ("toggle_near_end", "printer: paper near end", "printer: paper in"),
            ("toggle_drawer", "printer: drawer open", "printer: drawer close"),
            ("toggle_printer", "printer: unplug", "printer: plug"),
            ("toggle_scanner", "scanner: unplug", "scanner: plug"),
        ],
    )
    def test_hands_do_and_undo(self, desk: BenchDesk, deed: str, first: str, second: str) -> None:
        hand: Callable[[], str] = getattr(desk, deed)
        assert [hand(), hand()] == [first, second]

    def test_faults_of_the_link_are_ended_one_by_one(self, host: SimulatorHost, desk: BenchDesk) -> None:
        for toggle in (desk.toggle_mute, desk.toggle_slow, desk.toggle_short, desk.toggle_slow):
            toggle()
        assert host.printer.faults == LinkFaults(mute=True, take_at_most=16)

    def test_paper_that_is_torn_off_is_shown_though_it_was_not_cut(self, host: SimulatorHost, desk: BenchDesk) -> None:
        host.printer.receive(b"half a receipt\n")
        desk.tear_off()
        desk.tear_off()
        assert [paper.splitlines()[0] for paper in desk.look().papers] == ["half a receipt"]
        assert [receipt.cut for receipt in host.printer.receipts] == ["torn"]
        assert host.printer.unfinished.items == ()

    def test_a_jam_is_cleared_when_it_shows(self, host: SimulatorHost, desk: BenchDesk) -> None:
        assert desk.toggle_cutter() == "printer: cutter jam"
        host.printer.receive(b"a\n\x1dV\x00")
        assert desk.toggle_cutter() == "printer: cutter clear"

    def test_a_look_shows_each_paper_once(self, host: SimulatorHost, desk: BenchDesk) -> None:
        host.printer.receive(b"one\n\x1dV\x00")
        assert [paper.splitlines()[0] for paper in desk.look().papers] == ["one"]
        host.printer.receive(b"two\n\x1dV\x00")
        assert [paper.splitlines()[0] for paper in desk.look().papers] == ["two"]
        assert desk.look().papers == ()

    def test_a_simulator_that_is_gone_is_said_and_a_new_one_is_found(self, tmp_path: Path) -> None:
        folder = tmp_path / "comes and goes"
        with SimulatorHost(HostSettings(folder=folder)) as host:
            control = host.addresses.control
            desk = BenchDesk(lambda: SimulatorClient(control), GOODS)
            host.printer.receive(b"one\n\x1dV\x00")
            assert [paper.splitlines()[0] for paper in desk.look().papers] == ["one"]
        assert desk.look().status is None
        assert "no simulator at" in desk.toggle_cover()
        assert "no simulator at" in desk.scan(COLA, "")
        with SimulatorHost(HostSettings(folder=folder)) as host, closing(desk):
            host.printer.receive(b"two\n\x1dV\x00")
            look = desk.look()
            assert look.status is not None
            assert [paper.splitlines()[0] for paper in look.papers] == ["two"]
            assert desk.toggle_cover() == "printer: cover open"

    def test_a_bench_without_a_simulator_does_not_open(self, tmp_path: Path) -> None:
        with pytest.raises(SimulatorGoneError, match="no simulator at"):
            BenchDesk(lambda: SimulatorClient(tmp_path / "control.sock"), GOODS)

    def test_a_refusal_does_not_hang_up(self, desk: BenchDesk) -> None:
        assert "scanned to nobody" in desk.scan(COLA, "")
        assert desk.look().status is not None

    def test_the_page_says_that_it_waits(self) -> None:
        assert devices_text(None).startswith("the simulator is gone: waiting for a new one")


@asynccontextmanager
async def page(desk: BenchDesk, *, size: tuple[int, int] = (120, 32)) -> AsyncIterator[Pilot[None]]:
    app = BenchApp(desk)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        yield pilot
        await settle(pilot)


async def settle(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def becomes(pilot: Pilot[None], condition: Callable[[], bool]) -> bool:
    """Wait until the page is so; False when it does not become so in time."""
    deadline = time.monotonic() + 5
    while not condition() and time.monotonic() < deadline:
        await pilot.pause()
    return condition()


def shown(pilot: Pilot[None], name: str) -> str:
    return str(pilot.app.screen_stack[0].query_one(f"#{name}", Static).render())


async def says(pilot: Pilot[None], text: str) -> bool:
    return await becomes(pilot, lambda: shown(pilot, "message").startswith(text))


async def asks_for_grams(pilot: Pilot[None]) -> bool:
    """Whether the page comes to ask for a weight, ready to take it."""
    return await becomes(
        pilot, lambda: isinstance(pilot.app.screen, WeighScreen) and isinstance(pilot.app.focused, Input)
    )


async def is_back(pilot: Pilot[None]) -> bool:
    return await becomes(pilot, lambda: not isinstance(pilot.app.screen, WeighScreen))


class TestPage:
    async def test_enter_scans_what_was_searched(self, desk: BenchDesk, reader: int) -> None:
        async with page(desk) as pilot:
            await pilot.press(*"3", "3", "0", "enter")
            assert await says(pilot, "good 可口可乐 330ml · 6901234567892")
        assert len(os.read(reader, 1 << 16)) == 14 * 6 * EVENT_BYTES

    async def test_the_mark_moves_around_the_list(self, desk: BenchDesk) -> None:
        async with page(desk) as pilot:
            goods = pilot.app.query_one("#goods", OptionList)
            marks = [goods.highlighted]
            for key in ("down", "down", "up"):
                await pilot.press(key)
                marks.append(goods.highlighted)
            assert marks == [0, 1, 0, 1]
            pilot.app.query_one("#search", Input).value = "bread"
            await pilot.pause()
            await pilot.press("down", "enter")
            assert await says(pilot, "nothing to scan")
            assert goods.highlighted is None

    async def test_weighing_asks_for_grams_and_scans_a_label(self, desk: BenchDesk, reader: int) -> None:
        async with page(desk) as pilot:
            await pilot.press("down", "f2")
            assert await asks_for_grams(pilot)
            await pilot.press("down", "enter")
            assert await says(pilot, "good 散装苹果 500 g · 2188001005007")
            await pilot.press("f2")
            assert await asks_for_grams(pilot)
            await pilot.press("escape")
            assert await is_back(pilot)
            await pilot.press("up", "f2")
            assert await says(pilot, "only goods with a PLU")
        assert len(os.read(reader, 1 << 16)) == 14 * 6 * EVENT_BYTES

    async def test_goods_are_put_on_the_tills_own_scale(self, desk: BenchDesk) -> None:
        async with page(desk) as pilot:
            await pilot.press("ctrl+s")
            assert await asks_for_grams(pilot)
            await pilot.press("escape")
            assert await is_back(pilot)
            await pilot.press("ctrl+s")
            assert await asks_for_grams(pilot)
            await pilot.press("enter")
            assert await says(pilot, "no device 'scale'; known: scanner, printer")

    async def test_keys_are_hands_at_the_devices(self, host: SimulatorHost, desk: BenchDesk) -> None:
        host.printer.receive("\n桂台超市\n".encode("gb18030") + b"\x1dV\x00")
        async with page(desk) as pilot:
            await pilot.press("f3")
            assert await says(pilot, "printer: cover open")
            assert await becomes(pilot, lambda: "cover 上盖  OPEN" in shown(pilot, "devices"))
            assert "OFFLINE" in shown(pilot, "devices")
            assert "receipts 小票  1" in shown(pilot, "devices")
            assert pilot.app.query_one("#paper", RichLog).lines

    async def test_tearing_off_takes_the_paper_away(self, host: SimulatorHost, desk: BenchDesk) -> None:
        host.printer.receive(b"one\n\x1dV\x00")
        async with page(desk) as pilot:
            paper = pilot.app.query_one("#paper", RichLog)
            assert await becomes(pilot, lambda: bool(paper.lines))
            await pilot.press("f4")
            assert await says(pilot, "printer: tear off")
            assert paper.lines == []

    async def test_mute_slow_and_short_write_are_keys_and_show(self, desk: BenchDesk) -> None:
        async with page(desk) as pilot:
            for key, message in (("ctrl+t", "mute"), ("ctrl+l", "slow 960"), ("ctrl+o", "short 16")):
                await pilot.press(key)
                assert await says(pilot, f"printer: {message}")
            assert await becomes(pilot, lambda: "MUTE 不应答, SLOW 慢, SHORT 少收" in shown(pilot, "devices"))

    async def test_on_a_small_terminal_the_devices_stand_below_the_goods(self, desk: BenchDesk) -> None:
        async with page(desk, size=(80, 24)) as pilot:
            goods, devices, paper, keys = (
                pilot.app.query_one(f"#{name}").region for name in ("goods", "devices", "paper", "help")
            )
            assert goods.width > 70
            assert goods.bottom <= devices.y < paper.y < keys.y
            assert (devices.height, keys.bottom) == (5, 24)
            assert paper.height >= 5
        async with page(desk) as pilot:
            assert pilot.app.query_one("#goods").region.right <= pilot.app.query_one("#devices").region.x

    @pytest.mark.parametrize("size", [(44, 50), (80, 50), (120, 50)])
    async def test_a_high_terminal_shows_many_goods(self, host: SimulatorHost, size: tuple[int, int]) -> None:
        many = [Good(code=f"{number:013}", name="茶", price="3.00") for number in range(293)]
        with closing(BenchDesk(lambda: SimulatorClient(host.addresses.control), many)) as desk:
            async with page(desk, size=size) as pilot:
                goods = pilot.app.query_one("#goods", OptionList)
                assert goods.size.height >= 10
                assert goods.border_subtitle == "293 goods 商品"
                assert pilot.app.query_one("#paper").size.height >= 10

    async def test_a_printer_that_is_unplugged_is_not_called_online(self, desk: BenchDesk) -> None:
        async with page(desk) as pilot:
            assert await becomes(pilot, lambda: "printer 小票机  plugged 已插, online 联机" in shown(pilot, "devices"))
            await pilot.press("f8")
            assert await becomes(pilot, lambda: "printer 小票机  UNPLUGGED 已拔\n" in shown(pilot, "devices"))

    async def test_beeps_are_shown(self, host: SimulatorHost, desk: BenchDesk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(host._beeps, "_heard", [Beep(code=2, value=880), Beep(code=2, value=0)])
        async with page(desk) as pilot:
            assert await says(pilot, "♪ 880 Hz")

    async def test_a_half_read_is_a_key_too(self, desk: BenchDesk, reader: int) -> None:
        async with page(desk) as pilot:
            await pilot.press("f10")
            assert await says(pilot, "half read 可口可乐")
        assert len(os.read(reader, 1 << 16)) == 13 * 6 * EVENT_BYTES


def test_hands_at_the_banks_terminal_choose_what_comes_and_pull_its_cable(tmp_path: Path) -> None:
    with (
        SimulatorHost(HostSettings(folder=tmp_path, card_terminal=True)) as running,
        closing(BenchDesk(lambda: SimulatorClient(running.addresses.control), GOODS)) as desk,
    ):
        assert running.addresses.card_terminal == f"serial:{tmp_path}/card_terminal"
        assert desk.next_card() == "card_terminal: next"
        assert desk.present_card() == "card_terminal: present"
        status = desk.look().status
        assert status is not None
        assert status.bank == "next decline, no payment yet"
        assert "bank 刷卡机  next decline, no payment yet" in devices_text(status)
        assert desk.toggle_bank() == "card_terminal: unplug"
        status = desk.look().status
        assert status is not None
        assert status.bank == "unplugged"
        assert desk.toggle_bank() == "card_terminal: plug"


def test_a_bench_without_a_banks_terminal_says_so(desk: BenchDesk) -> None:
    assert desk.next_card() == "no device 'card_terminal'; known: scanner, printer"
    status = desk.look().status
    assert status is not None
    assert status.bank == ""


def test_hands_at_the_scale_put_goods_on_it_shake_it_and_pull_its_cable(tmp_path: Path) -> None:
    with (
        SimulatorHost(HostSettings(folder=tmp_path, scale=True)) as running,
        closing(BenchDesk(lambda: SimulatorClient(running.addresses.control), GOODS)) as desk,
    ):

        def shown() -> str:
            status = desk.look().status
            assert status is not None
            assert f"scale 电子秤  {status.scale}" in devices_text(status)
            return status.scale

        assert running.addresses.scale == f"serial:{tmp_path}/scale"
        assert shown() == "0.855 kg"
        assert desk.put_on_scale("1234") == "scale: put 1234"
        assert shown() == "1.235 kg"
        assert desk.put_on_scale("much") == "a weight is whole grams, not 'much' · 请输入克数"
        assert desk.toggle_shaking() == "scale: shake"
        assert shown() == "1.235 kg, moves"
        assert desk.toggle_shaking() == "scale: rest"
        assert desk.toggle_scale() == "scale: unplug"
        assert shown() == "unplugged"
        assert desk.toggle_scale() == "scale: plug"
