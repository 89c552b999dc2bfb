"""A scale on the loop: asked when somebody weighs, and now and then to see that it is there. The loop never waits."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from typing import Final

from terminal.domain.errors import DeviceError
from terminal.drivers.links.address import parse_address, path_of
from terminal.drivers.links.opening import open_byte_link, stream_address
from terminal.drivers.scale.decoding import ScaleDecoder
from terminal.drivers.scale.engine import ScaleEngine
from terminal.drivers.settings import DeviceSettings, DeviceSpec
from terminal.drivers.supervisor import Face, Installed, Report
from terminal.ports.devices import DeviceKind, DeviceState, Weight, WeightState

_FAULTS: Final = {
    WeightState.SILENT: "no_answer",
    WeightState.GARBLED: "bad_bytes",
    WeightState.WRONG_UNIT: "wrong_unit",
}
"""What is wrong with the scale itself; the other states are about what lies on it."""


class ScaleDriver:
    """A `terminal.ports.devices.Scale`; a `terminal.drivers.supervisor.Driver`."""

    def __init__(self, name: str, *, path: str | None, engine: ScaleEngine, poll_s: float) -> None:
        self.faces = (Face(name=name, kind=DeviceKind.SCALE),)
        self.path = path
        self.thread: Executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"device-{name}")
        self._engine = engine
        self._poll_s = poll_s
        self._report: Report | None = None
        self._fault = ""
        self._wake = asyncio.Event()

    def open(self) -> None:
        """Open the link; see `terminal.drivers.supervisor.Driver`."""
        self._engine.open()

    def close(self) -> None:
        """Close the link; see `terminal.drivers.supervisor.Driver`."""
        self._engine.close()

    async def serve(self, report: Report) -> None:
        """Look at the scale again and again until the link is lost; see `terminal.drivers.supervisor.Driver`."""
        self._report = report
        try:
            while True:
                self._wake.clear()
                self._show(await self._hop(self._engine.look))
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._poll_s):
                        await self._wake.wait()
        finally:
            self._report = None

    async def weigh(self) -> Weight:
        """Weigh; see `terminal.ports.devices.Scale`."""
        if self._report is None:
            return Weight(state=WeightState.SILENT)
        try:
            weight = await self._hop(self._engine.weigh)
        except DeviceError:
            self._wake.set()  # the next look finds the link lost, and says so
            return Weight(state=WeightState.SILENT)
        self._show(weight)
        return weight

    def _show(self, weight: Weight) -> None:
        """Tell whether the scale itself is well. A fault that is seen once is noise: it is told when it stays."""
        before, self._fault = self._fault, _FAULTS.get(weight.state, "")
        if self._report is None or (self._fault and not before):
            return
        self._report(DeviceKind.SCALE, DeviceState.ERROR if self._fault else DeviceState.IDLE, self._fault)

    async def _hop(self, call: Callable[[], Weight]) -> Weight:
        return await asyncio.get_running_loop().run_in_executor(self.thread, call)


def build_scale(spec: DeviceSpec, settings: DeviceSettings, new_decoder: Callable[[], ScaleDecoder]) -> Installed:
    """Build the driver of a dialect; `ConfigError` for a wrong address or setting."""
    address = stream_address(spec.name, parse_address(spec.name, spec.address))
    reply_ms = settings.number("reply_ms", 500, minimum=50, maximum=500)
    poll_ms = settings.number("poll_ms", 1000, minimum=20, maximum=60_000)
    settings.finish()
    engine = ScaleEngine(lambda: open_byte_link(address), new_decoder, reply_s=reply_ms / 1000)
    driver = ScaleDriver(spec.name, path=path_of(address), engine=engine, poll_s=poll_ms / 1000)
    return Installed(driver=driver, scale=driver)
