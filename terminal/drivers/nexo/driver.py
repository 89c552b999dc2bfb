"""Driver ``nexo``: a bank's terminal that speaks the nexo Sale to POI protocol, on ``tcp:`` or ``serial:``.

Settings: ``sale_id`` (what the terminal calls this till) and ``poi_id`` (what it is
called itself; most answer to any). All bytes go through the device's one thread; the loop never waits.
"""

import time
from datetime import UTC, datetime
from typing import Final

import msgspec

from terminal.drivers.links.address import parse_address, path_of
from terminal.drivers.links.opening import byte_address, open_byte_link
from terminal.drivers.nexo.engine import NexoEngine
from terminal.drivers.polled import PolledDriver
from terminal.drivers.settings import DeviceSettings, DeviceSpec
from terminal.drivers.supervisor import Face, Installed
from terminal.ports.devices import DeviceKind, DeviceSink, DeviceState
from terminal.wire.doorbell import Answer, Ask, Failure
from terminal.wire.gateway import decode_request

POLL_S: Final = 1.0
"""How often a link is looked at that nobody uses."""
LONGEST_NAME: Final = 64


class NexoDriver(PolledDriver[NexoEngine]):
    """A `terminal.ports.devices.CardTerminal`."""

    def __init__(self, name: str, *, path: str | None, engine: NexoEngine) -> None:
        super().__init__(Face(name=name, kind=DeviceKind.CARD_TERMINAL), path=path, engine=engine, poll_s=POLL_S)
        self._asking = 0

    async def _look(self) -> None:
        await self._hop(self._engine.look)
        self._show()

    async def answer(self, ask: Ask) -> Answer:
        """Answer a question; see `terminal.ports.devices.CardTerminal`."""
        if self._report is None:
            return Answer(id=ask.id, failure=Failure.NOT_SENT)
        try:
            request = decode_request(ask.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return Answer(id=ask.id, failure=Failure.NO_ROUTE)
        until_s = time.monotonic() + ask.deadline_ms / 1000
        self._asking += 1
        self._show()
        try:
            heard = await self._hop(lambda: self._engine.ask(request, until_s=until_s))
        finally:
            self._asking -= 1
            self._show()
            self._wake.set()
        if isinstance(heard, Failure):
            return Answer(id=ask.id, failure=heard)
        return Answer(id=ask.id, body=msgspec.json.encode(heard))

    def _show(self) -> None:
        if self._report is not None:
            self._report(DeviceKind.CARD_TERMINAL, DeviceState.BUSY if self._asking else DeviceState.IDLE, "")


def utc_now() -> str:
    """Return the time as the protocol writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def build(spec: DeviceSpec, sink: DeviceSink) -> Installed:
    """Build the driver of one device; `ConfigError` for a wrong address or setting."""
    del sink  # all that a terminal reports goes through its supervisor
    address = byte_address(spec.name, parse_address(spec.name, spec.address))
    settings = DeviceSettings(spec)
    sale, poi = (
        settings.text("sale_id", "GUITAI", longest=LONGEST_NAME),
        settings.text("poi_id", "POI", longest=LONGEST_NAME),
    )
    settings.finish()
    engine = NexoEngine(lambda: open_byte_link(address), sale=sale, poi=poi, utc_now=utc_now)
    driver = NexoDriver(spec.name, path=path_of(address), engine=engine)
    return Installed(driver=driver, card_terminal=driver)
