"""From the configuration to running devices. A driver's module is loaded only when a device names it."""

import asyncio
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from importlib import import_module
from typing import Final, Protocol, TypeVar

from terminal.domain.errors import ConfigError
from terminal.drivers.settings import DeviceSpec
from terminal.drivers.supervisor import Installed, Supervisor
from terminal.ports.devices import Beeper, CardTerminal, CashDrawer, DeviceSink, ReceiptPrinter, Scale, Tone

_MODULES: Final = {
    "wedge": "terminal.drivers.scanner.wedge",
    "serial-scanner": "terminal.drivers.scanner.serial_scanner",
    "escpos": "terminal.drivers.escpos.driver",
    "beeper": "terminal.drivers.beeper",
    "nexo": "terminal.drivers.nexo.driver",
    "toledo-8217": "terminal.drivers.scale.toledo_8217",
    "continuous-scale": "terminal.drivers.scale.continuous",
}

_Port = TypeVar("_Port")


class DriverModule(Protocol):
    """What every driver's module offers."""

    def build(self, spec: DeviceSpec, sink: DeviceSink) -> Installed:
        """Build the driver of one device; `ConfigError` for a wrong address or setting."""


class SilentBeeper:
    """The `Beeper` of a till that has none."""

    def beep(self, tone: Tone) -> None:
        """Make no sound."""


class Devices:
    """All devices of a till. Nothing is opened before `run`."""

    def __init__(self, installed: Iterable[Installed], *, sink: DeviceSink) -> None:
        self._installed = tuple(installed)
        self._sink = sink
        self.printer: ReceiptPrinter | None = self._only("printer", lambda found: found.printer)
        self.drawer: CashDrawer | None = self._only("drawer", lambda found: found.drawer)
        self.card_terminal: CardTerminal | None = self._only("card terminal", lambda found: found.card_terminal)
        self.scale: Scale | None = self._only("scale", lambda found: found.scale)
        self.beeper: Beeper = self._only("beeper", lambda found: found.beeper) or SilentBeeper()

    async def run(self) -> None:
        """Run every device until cancelled; then let go of all of them."""
        try:
            async with asyncio.TaskGroup() as group:
                for found in self._installed:
                    group.create_task(Supervisor(found.driver, sink=self._sink).run())
        finally:
            for found in self._installed:
                found.driver.thread.shutdown(wait=False)

    def _only(self, what: str, port: Callable[[Installed], _Port | None]) -> _Port | None:
        ports = [(port(found), found.driver.faces[0].name) for found in self._installed]
        names = [name for offered, name in ports if offered is not None]
        if len(names) > 1:
            raise ConfigError(f"devices {' and '.join(names)}: a till has one {what}")
        return next((offered for offered, _ in ports if offered is not None), None)


def known_drivers() -> tuple[str, ...]:
    """Return the names that ``driver`` of a device may have."""
    return tuple(_MODULES)


def build_devices(specs: Iterable[DeviceSpec], sink: DeviceSink) -> Devices:
    """Build the drivers of all devices; `ConfigError` names the device and the key that is wrong."""
    installed: dict[str, Installed] = {}
    for spec in specs:
        if spec.name in installed:
            raise ConfigError(f"device {spec.name}: there are two of this name")
        installed[spec.name] = _driver_module(spec).build(spec, sink)
    return Devices(installed.values(), sink=sink)


def _driver_module(spec: DeviceSpec) -> DriverModule:
    if spec.driver not in _MODULES:
        near = get_close_matches(spec.driver, _MODULES, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(_MODULES)}"
        raise ConfigError(f"device {spec.name}: unknown driver {spec.driver!r}{hint}")
    module: DriverModule = import_module(_MODULES[spec.driver])
    return module
