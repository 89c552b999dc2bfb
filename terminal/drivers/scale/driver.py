"""A scale on the loop: asked when somebody weighs, and now and then to see that it is there. The loop never waits."""

from collections.abc import Callable
from typing import Final

from terminal.domain.errors import DeviceError
from terminal.drivers.links.address import parse_address, path_of
from terminal.drivers.links.opening import open_byte_link, stream_address
from terminal.drivers.polled import PolledDriver
from terminal.drivers.scale.decoding import ScaleDecoder
from terminal.drivers.scale.engine import ScaleEngine
from terminal.drivers.settings import DeviceSettings, DeviceSpec
from terminal.drivers.supervisor import Face, Installed
from terminal.ports.devices import DeviceKind, DeviceState, Weight, WeightState

_FAULTS: Final = {
    WeightState.SILENT: "no_answer",
    WeightState.GARBLED: "bad_bytes",
    WeightState.WRONG_UNIT: "wrong_unit",
}
"""What is wrong with the scale itself; the other states are about what lies on it."""


class ScaleDriver(PolledDriver[ScaleEngine]):
    """A `terminal.ports.devices.Scale`."""

    def __init__(self, name: str, *, path: str | None, engine: ScaleEngine, poll_s: float) -> None:
        super().__init__(Face(name=name, kind=DeviceKind.SCALE), path=path, engine=engine, poll_s=poll_s)
        self._fault = ""

    async def _look(self) -> None:
        self._show(await self._hop(self._engine.look))

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


def build_scale(spec: DeviceSpec, settings: DeviceSettings, new_decoder: Callable[[], ScaleDecoder]) -> Installed:
    """Build the driver of a dialect; `ConfigError` for a wrong address or setting."""
    address = stream_address(spec.name, parse_address(spec.name, spec.address))
    reply_ms = settings.number("reply_ms", 500, minimum=50, maximum=500)
    poll_ms = settings.number("poll_ms", 1000, minimum=20, maximum=60_000)
    settings.finish()
    engine = ScaleEngine(lambda: open_byte_link(address), new_decoder, reply_s=reply_ms / 1000)
    driver = ScaleDriver(spec.name, path=path_of(address), engine=engine, poll_s=poll_ms / 1000)
    return Installed(driver=driver, scale=driver)
