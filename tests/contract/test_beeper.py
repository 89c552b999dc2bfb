"""The contract of `Beeper`: tones as EV_SND events on a FIFO."""

import asyncio
import os
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from terminal.config.schema import DeviceConfig
from terminal.ports.devices import LinkState, Tone
from tests.contract.bench import Bench

EVENT = struct.Struct("llHHi")
EV_SND, SND_TONE = 0x12, 2


class Ear:
    """Hears hertz from a FIFO."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.path = path
        self._fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self.hertz: list[int] = []

    def listen(self) -> list[int]:
        """Return all tones so far."""
        try:
            data = os.read(self._fd, 1 << 16)
        except BlockingIOError:
            data = b""
        self.hertz += [
            value for _, _, kind, code, value in EVENT.iter_unpack(data) if (kind, code) == (EV_SND, SND_TONE)
        ]
        return self.hertz

    def close(self) -> None:
        os.close(self._fd)


@pytest.fixture
async def ear(tmp_path: Path) -> AsyncIterator[Ear]:
    ear = Ear(tmp_path / "beeps")
    yield ear
    ear.close()


@pytest.mark.parametrize(
    ("tone", "hertz"),
    [
        (Tone.APPLIED, [2000, 0]),
        (Tone.ATTENTION, [1000, 0, 1000, 0]),
        (Tone.REJECTED, [400, 0, 400, 0, 400, 0]),
        (Tone.MONEY, [2000, 0]),
    ],
)
async def test_each_tone_has_its_pattern_and_ends_in_silence(ear: Ear, tone: Tone, hertz: list[int]) -> None:
    async with Bench(DeviceConfig(name="beeper", driver="beeper", address=f"pipe:{ear.path}")) as bench:
        await bench.until_open("beeper")
        bench.devices.beeper.beep(tone)
        await bench.until(lambda: len(ear.listen()) >= len(hertz))
    assert ear.hertz == hertz


async def test_new_tone_cuts_the_old_one_off(ear: Ear) -> None:
    async with Bench(DeviceConfig(name="beeper", driver="beeper", address=f"pipe:{ear.path}")) as bench:
        await bench.until_open("beeper")
        bench.devices.beeper.beep(Tone.REJECTED)
        bench.devices.beeper.beep(Tone.APPLIED)
        await bench.until(lambda: len(ear.listen()) >= 4)
    assert ear.hertz == [400, 0, 2000, 0]


async def test_sound_stops_with_the_till(ear: Ear) -> None:
    async with Bench(DeviceConfig(name="beeper", driver="beeper", address=f"pipe:{ear.path}")) as bench:
        await bench.until_open("beeper")
        bench.devices.beeper.beep(Tone.MONEY)
    assert ear.listen() == [2000, 0]


async def test_absent_beeper_is_shown_and_beeps_into_the_void(tmp_path: Path) -> None:
    async with Bench(DeviceConfig(name="beeper", driver="beeper", address=f"pipe:{tmp_path / 'none'}")) as bench:
        status = await bench.until_status("beeper", link=LinkState.ABSENT)
        bench.devices.beeper.beep(Tone.APPLIED)
    assert status.detail == "device_absent"


async def test_full_pipe_loses_the_sound_and_nothing_else(ear: Ear) -> None:
    async with Bench(DeviceConfig(name="beeper", driver="beeper", address=f"pipe:{ear.path}")) as bench:
        await bench.until_open("beeper")
        for _ in range(3000):
            bench.devices.beeper.beep(Tone.APPLIED)
        await asyncio.sleep(0)
        link = bench.statuses("beeper")[-1].link
    assert link is LinkState.OPEN


async def test_till_without_a_beeper_is_silent() -> None:
    async with Bench() as bench:
        bench.devices.beeper.beep(Tone.APPLIED)
    assert bench.events == []
