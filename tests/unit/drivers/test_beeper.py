import asyncio
import os

import pytest

from terminal.domain.errors import DeviceAbsentError
from terminal.drivers.beeper import BeeperDriver
from terminal.ports.devices import Tone


async def test_buzzer_that_goes_while_it_sounds_is_lost() -> None:
    reader, writer = os.pipe()
    beeper = BeeperDriver("beeper", path="/none", open_fd=lambda: writer)
    beeper.open()
    os.close(reader)
    serving = asyncio.create_task(beeper.serve(lambda *_: None))
    await asyncio.sleep(0)
    beeper.beep(Tone.APPLIED)
    beeper.beep(Tone.APPLIED)
    with pytest.raises(DeviceAbsentError):
        await serving
    beeper.close()
    beeper.beep(Tone.MONEY)
    beeper.thread.shutdown()
